//! More than can be done at once is refused at once: a flood of reads must leave connections to the
//! database for operations, deliveries and the indexer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Extension;
use axum::extract::Request;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::{Code, Problem};

/// How long a read waits for its turn.
const PATIENCE: Duration = Duration::from_millis(250);
/// After how many seconds a refused client may try again.
const RETRY_AFTER: u64 = 1;

/// What may be under way at once.
pub struct Load {
    requests: Semaphore,
    reads: Arc<Semaphore>,
}

impl Load {
    /// Reads have three quarters of the `connections` to the database, without the one that listens.
    pub fn new(max_requests: usize, connections: u32) -> Self {
        let reads = (connections.saturating_sub(1) * 3 / 4).max(1);
        Self { requests: Semaphore::new(max_requests), reads: Arc::new(Semaphore::new(reads as usize)) }
    }
}

pub async fn layer<F: Future<Output = Response>>(
    load: &Load,
    mut request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let Ok(_place) = load.requests.try_acquire() else {
        return overloaded("too many requests are under way").into_response();
    };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next(request).await;
    }
    let Ok(Ok(permit)) = tokio::time::timeout(PATIENCE, load.reads.clone().acquire_owned()).await else {
        return too_many_reads().into_response();
    };
    let turn = Turn(Arc::new(Mutex::new(Some(permit))));
    request.extensions_mut().insert(turn.clone());
    let response = next(request).await;
    turn.give_back();
    response
}

/// The place of a read, held until it is answered.
#[derive(Clone)]
pub struct Turn(Arc<Mutex<Option<OwnedSemaphorePermit>>>);

impl Turn {
    /// Lets the next read begin, while this one waits for something to happen.
    pub fn give_back(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// Gives the place of a read back, where most of it is waiting for the node.
pub fn give_back(turn: Option<Extension<Turn>>) {
    if let Some(Extension(turn)) = turn {
        turn.give_back();
    }
}

/// What a read is told that has waited for its turn.
pub fn too_many_reads() -> Problem {
    overloaded("too many reads are waiting for the database")
}

fn overloaded(detail: &str) -> Problem {
    Problem::new(Code::Overloaded, format!("{detail}; try again")).with_retry_after(RETRY_AFTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_leave_connections_to_the_others() {
        let reads = |connections| Load::new(1, connections).reads.available_permits();
        assert_eq!([0, 1, 2, 4, 20, 21].map(reads), [1, 1, 1, 2, 14, 15]);
    }
}
