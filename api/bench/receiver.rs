//! A merchant's server, which takes whatever it is told.

use std::{
    collections::HashMap,
    net::Ipv4Addr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing};
use serde::Deserialize;
use tokio::{net::TcpListener, task::JoinHandle};

/// Gone when dropped.
pub struct Receiver {
    /// Takes at once.
    pub url: String,
    /// Never answers.
    pub hanging_url: String,
    taken: Arc<Taken>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct Taken {
    count: AtomicU64,
    /// When the first event of a slot, and each other, was answered; only while somebody wants to know.
    times: Mutex<Option<HashMap<i64, Vec<Instant>>>>,
}

impl Receiver {
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let taken = Arc::new(Taken::default());
        let app = Router::new()
            .route("/hook", routing::post(take))
            .route("/hang", routing::post(std::future::pending::<StatusCode>))
            .with_state(taken.clone());
        let serving = tokio::spawn(async move {
            axum::serve(listener, app).await.expect("a listener that is there accepts");
        });
        let [url, hanging_url] = ["hook", "hang"].map(|path| format!("http://{address}/{path}"));
        Ok(Self { url, hanging_url, taken, serving })
    }

    /// How many it has taken.
    pub fn count(&self) -> u64 {
        self.taken.count.load(Ordering::Relaxed)
    }

    /// Notes from now on when it takes what, and returns what it had noted, by the slot of the event.
    pub fn noted(&self) -> HashMap<i64, Vec<Instant>> {
        let mut times = self.taken.times.lock().expect("nobody panics while holding it");
        times.replace(HashMap::new()).unwrap_or_default()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(State(taken): State<Arc<Taken>>, body: Bytes) -> StatusCode {
    taken.count.fetch_add(1, Ordering::Relaxed);
    if let Some(times) = &mut *taken.times.lock().expect("nobody panics while holding it") {
        let Ok(event) = serde_json::from_slice::<Event>(&body) else { return StatusCode::BAD_REQUEST };
        times.entry(event.data.payment.indexed_through_slot).or_default().push(Instant::now());
    }
    StatusCode::NO_CONTENT
}

/// As much of an event as is looked at.
#[derive(Deserialize)]
struct Event {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    payment: Payment,
}

#[derive(Deserialize)]
struct Payment {
    indexed_through_slot: i64,
}
