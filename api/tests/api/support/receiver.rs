//! A merchant's endpoint, which answers as a test wants.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::{Router, routing};
use rand::Rng;

/// Below the ports that a kernel gives to outgoing connections and to whoever asks for any, so that nobody has one of
/// these before it is listened on.
const UNASSIGNED: Range<u16> = 10_000..30_000;

/// A port of 127.0.0.1 that nobody listens on now, for another process that is to.
pub fn free_port() -> u16 {
    loop {
        let port = rand::thread_rng().gen_range(UNASSIGNED);
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// One request that came.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub id: String,
    pub timestamp: i64,
    pub signature: String,
    pub body: String,
}

#[derive(Clone, Copy)]
pub enum Behaviour {
    Takes,
    /// Answers with this status so many times, and takes it then.
    Fails(StatusCode, usize),
    /// Answers 429, and asks to be left alone for so many seconds.
    Asks(u64),
    Redirects,
    Hangs,
}

#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    behaviour: Arc<Mutex<Behaviour>>,
    received: Arc<Mutex<Vec<Delivery>>>,
}

impl Receiver {
    pub async fn start(behaviour: Behaviour) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let receiver = Self { url, behaviour: Arc::new(Mutex::new(behaviour)), received: Arc::default() };
        let app = Router::new().route("/hook", routing::post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        receiver
    }

    pub fn received(&self) -> Vec<Delivery> {
        self.received.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.received.lock().unwrap().len()
    }

    /// Answers otherwise from now on.
    pub fn set(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap() = behaviour;
    }

    /// Waits for the `count`-th request.
    pub async fn wait_for(&self, count: usize) -> Vec<Delivery> {
        super::eventually(&format!("{count} deliveries"), async || self.count() >= count).await;
        self.received()
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    let text = |name: &str| headers[name].to_str().unwrap().to_owned();
    receiver.received.lock().unwrap().push(Delivery {
        id: text("webhook-id"),
        timestamp: text("webhook-timestamp").parse().unwrap(),
        signature: text("webhook-signature"),
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    let mut headers = HeaderMap::from_iter([(header::LOCATION, receiver.url.parse().unwrap())]);
    let status = {
        let mut behaviour = receiver.behaviour.lock().unwrap();
        match *behaviour {
            Behaviour::Takes => StatusCode::NO_CONTENT,
            Behaviour::Fails(_, 0) => StatusCode::NO_CONTENT,
            Behaviour::Fails(status, times) => {
                *behaviour = Behaviour::Fails(status, times - 1);
                status
            }
            Behaviour::Asks(seconds) => {
                headers.insert(header::RETRY_AFTER, seconds.into());
                StatusCode::TOO_MANY_REQUESTS
            }
            Behaviour::Redirects => StatusCode::TEMPORARY_REDIRECT,
            Behaviour::Hangs => StatusCode::REQUEST_TIMEOUT,
        }
    };
    if status == StatusCode::REQUEST_TIMEOUT {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    (status, headers, format!("the receiver says {status}"))
}
