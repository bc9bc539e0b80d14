//! JSON-RPC: the embedded chain's, with what it says of slots and blocks told from the same memory as the gRPC stream.
//!
//! The chain keeps no empty blocks and makes them up when it is asked, with other hashes than it gave them; it knows
//! nothing of the parents of blocks behind a jump in time, lists slots that never were, and lists transactions that
//! are not confirmed. A client that compares both interfaces would see two chains. Everything else is handed on as it
//! is.

mod history;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Value, json};
use surfpool_core::surfnet::locker::SurfnetSvmLocker;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::{CancellationToken, DropGuard};
use tower_http::cors::CorsLayer;

use self::history::History;
use crate::grpc::Hub;

/// What the embedded chain takes at most.
const MAX_BODY: usize = 15 * 1024 * 1024;

/// A running server; ends when it is dropped.
pub(crate) struct Server {
    stop: DropGuard,
    task: JoinHandle<()>,
}

struct Front {
    history: History,
    chain_url: String,
    client: reqwest::Client,
}

impl Server {
    /// Listens on `address`, before the chain's own RPC at `chain_url`.
    pub(crate) async fn start(
        address: SocketAddr,
        chain_url: String,
        hub: Arc<Hub>,
        locker: SurfnetSvmLocker,
    ) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address} for JSON-RPC"))?;
        let front = Front { history: History { hub, locker }, chain_url, client: reqwest::Client::new() };
        let router = Router::new()
            .route("/", post(answer))
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .layer(CorsLayer::permissive())
            .with_state(Arc::new(front));
        let stop = CancellationToken::new();
        let server = axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned());
        let task = tokio::spawn(async move {
            if let Err(error) = server.await {
                tracing::error!(%error, "the JSON-RPC server failed");
            }
        });
        Ok(Self { stop: stop.drop_guard(), task })
    }

    /// Answers what is being asked, and returns when the port is free.
    pub(crate) async fn stop(self) {
        drop(self.stop);
        let abort = self.task.abort_handle();
        // A client that does not read its answer must not keep us.
        if tokio::time::timeout(Duration::from_secs(5), self.task).await.is_err() {
            abort.abort();
        }
    }
}

async fn answer(State(front): State<Arc<Front>>, body: Bytes) -> Response {
    let answer = match serde_json::from_slice(&body) {
        Ok(Value::Array(requests)) => front.batch(requests).await.map(Value::Array),
        Ok(request) => front.one(request).await,
        // The chain says what is wrong with it.
        Err(_) => front.forward(body).await,
    };
    match answer {
        Ok(answer) => axum::Json(answer).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error.without_url().to_string()).into_response(),
    }
}

impl Front {
    async fn batch(&self, requests: Vec<Value>) -> reqwest::Result<Vec<Value>> {
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            answers.push(self.one(request).await?);
        }
        Ok(answers)
    }

    async fn one(&self, request: Value) -> reqwest::Result<Value> {
        let method = request["method"].as_str().unwrap_or_default();
        let answer = match self.history.answer(method, &request["params"]) {
            None => return self.forward(request.to_string().into()).await,
            Some(Ok(result)) => json!({ "jsonrpc": "2.0", "id": request["id"], "result": result }),
            Some(Err(refusal)) => json!({ "jsonrpc": "2.0", "id": request["id"], "error": refusal }),
        };
        Ok(answer)
    }

    async fn forward(&self, body: Bytes) -> reqwest::Result<Value> {
        let request = self.client.post(&self.chain_url).header(CONTENT_TYPE, "application/json").body(body);
        request.send().await?.json().await
    }
}
