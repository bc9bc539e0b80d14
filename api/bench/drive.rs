//! Who asks: HTTP/1.1 over connections that are kept, with as little between the clock and the socket as there can be.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use hdrhistogram::Histogram;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::JoinSet};

/// What came of it.
pub struct Driven {
    /// In microseconds, of each answer that was as expected.
    pub latency: Histogram<u64>,
    /// Requests that the server had no place for: 429 and 503.
    pub refused: u64,
    pub time: Duration,
}

impl Driven {
    pub fn none() -> Result<Self> {
        Ok(Self { latency: Histogram::new(3)?, refused: 0, time: Duration::ZERO })
    }

    /// Answers a second.
    pub fn rate(&self) -> f64 {
        self.latency.len() as f64 / self.time.as_secs_f64()
    }

    pub fn ms(&self, quantile: f64) -> f64 {
        self.latency.value_at_quantile(quantile) as f64 / 1_000.0
    }

    /// Another round of the same.
    pub fn add(&mut self, other: &Self) -> Result<()> {
        self.latency.add(&other.latency)?;
        self.refused += other.refused;
        self.time += other.time;
        Ok(())
    }

    /// At the same time, by somebody else.
    fn join(&mut self, other: &Self) -> Result<()> {
        let time = self.time.max(other.time);
        self.add(other)?;
        self.time = time;
        Ok(())
    }
}

/// How they ask.
#[derive(Clone, Copy)]
pub struct Way {
    pub connections: u64,
    pub time: Duration,
    /// From one request of a connection to its next, whatever the answer takes; as fast as it answers if nothing is
    /// given.
    pub every: Option<Duration>,
}

/// Asks `address` for what `request` makes of the number of the connection and the number of the request on it.
/// Anything but success, or a refusal for want of a place, ends it.
pub async fn drive(
    address: SocketAddr,
    way: Way,
    request: impl Fn(u64, u64) -> Request<Body> + Clone + Send + Sync + 'static,
) -> Result<Driven> {
    let mut askers = JoinSet::new();
    for connection in 0..way.connections {
        let request = request.clone();
        askers.spawn(async move { ask(address, way, |number| request(connection, number)).await });
    }
    let mut all = Driven::none()?;
    while let Some(driven) = askers.join_next().await {
        all.join(&driven??)?;
    }
    Ok(all)
}

async fn ask(address: SocketAddr, way: Way, request: impl Fn(u64) -> Request<Body>) -> Result<Driven> {
    let mut sender = connect(address).await?;
    let mut driven = Driven::none()?;
    let begun = Instant::now();
    let mut due = begun;
    for number in 0.. {
        if let Some(every) = way.every {
            tokio::time::sleep_until(due.into()).await;
            // From when it was due: a server that stalls does not slow down who would have asked.
            driven.note(answer(&mut sender, request(number)).await?, due)?;
            due += every;
        } else {
            let asked = Instant::now();
            driven.note(answer(&mut sender, request(number)).await?, asked)?;
        }
        if begun.elapsed() >= way.time {
            break;
        }
    }
    driven.time = begun.elapsed();
    Ok(driven)
}

impl Driven {
    fn note(&mut self, status: StatusCode, asked: Instant) -> Result<()> {
        match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => self.refused += 1,
            status => {
                ensure!(status.is_success(), "the answer was {status}");
                self.latency.record(asked.elapsed().as_micros().try_into()?)?;
            }
        }
        Ok(())
    }
}

async fn connect(address: SocketAddr) -> Result<SendRequest<Body>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// The status, once the whole answer is there.
async fn answer(sender: &mut SendRequest<Body>, request: Request<Body>) -> Result<StatusCode> {
    sender.ready().await.context("the server has hung up")?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    axum::body::to_bytes(Body::new(response.into_body()), usize::MAX).await?;
    Ok(status)
}
