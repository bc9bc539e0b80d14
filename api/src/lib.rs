//! Till's HTTP API: payments for merchants, transactions for wallets, webhooks.
//!
//! [`run`] serves it and does the work behind it: it looks after operations until they are settled,
//! and delivers webhooks. Any number of processes may run beside each other on one database.

mod answers;
mod auth;
mod barion;
mod chain;
mod config;
mod gateway;
mod http;
mod idempotency;
mod merchants;
mod notices;
mod payments;
mod problem;
mod rates;
mod reports;
mod routes;
mod rules;
mod webhooks;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use config::{ChainConfig, Config, DatabaseConfig};
pub use merchants::{NewMerchant, create_merchant, name_token};
pub use problem::{Code, FieldError, ProblemBody};
pub use rates::RatesConfig;
pub use routes::openapi;
pub use webhooks::provision::set_webhook_url;
pub use webhooks::seal::SecretsKey;

use gateway::Gateway;

/// How long requests under way may take once the process is to stop.
const GRACE: Duration = Duration::from_secs(5);

/// Serves the API on `listener` until `shutdown`, and does the work behind it. The schema must be
/// there already: see `till_store::db::migrate`.
pub async fn run(config: Config, listener: TcpListener, shutdown: CancellationToken) -> Result<()> {
    let gateway = Gateway::open(&config, shutdown.clone()).await?;
    tracing::info!(address = %listener.local_addr()?, "the API listens");
    // When the server or the dispatcher ends, for whatever reason, everything does.
    let (server, dispatcher, barion, (), (), ()) = tokio::join!(
        ending(serve(gateway.clone(), listener, shutdown.clone()), &shutdown),
        ending(webhooks::dispatcher::run(&gateway, &shutdown), &shutdown),
        ending(barion::run(&gateway, &shutdown), &shutdown),
        payments::worker::run(&gateway, &shutdown),
        gateway.notices.run(&gateway.pool, &gateway.credentials, &shutdown),
        payments::give_back::run(&gateway, &shutdown),
        gateway.notices.run(&gateway.pool, &shutdown),
    );
    // What still holds a connection has had its time.
    let _ = tokio::time::timeout(GRACE, gateway.pool.close()).await;
    server.and(dispatcher).and(barion)
}

async fn ending(part: impl Future<Output = Result<()>>, shutdown: &CancellationToken) -> Result<()> {
    let result = part.await;
    shutdown.cancel();
    result
}

async fn serve(gateway: Arc<Gateway>, listener: TcpListener, shutdown: CancellationToken) -> Result<()> {
    let server = axum::serve(listener, routes::router(gateway))
        .with_graceful_shutdown(shutdown.clone().cancelled_owned());
    let overdue = async {
        shutdown.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = server => Ok(served?),
        () = overdue => Ok(()),
    }
}
