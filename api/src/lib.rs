//! Till's HTTP API: payments for merchants, transactions for wallets, webhooks.
//!
//! [`run`] serves it and does the work behind it: it looks after operations until they are settled,
//! and delivers webhooks. Any number of processes may run beside each other on one database.

mod actions;
mod answers;
mod auth;
mod barion;
mod burns;
mod chain;
mod config;
mod donations;
mod gateway;
mod http;
mod idempotency;
mod limits;
mod links;
mod merchants;
mod notices;
mod pages;
mod payments;
mod problem;
mod profiles;
mod rates;
mod reports;
mod routes;
mod rules;
mod server;
mod staking;
mod telemetry;
mod tokens;
mod wallet;
mod webhooks;

use std::future::Future;

use anyhow::Result;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use config::{ChainConfig, Config, DatabaseConfig};
pub use limits::{Limit, LimitsConfig};
pub use merchants::{NewMerchant, create_merchant, name_token};
pub use problem::{Code, FieldError, ProblemBody};
pub use rates::RatesConfig;
pub use routes::{openapi, openapi_json};
pub use server::{Origin, ServerConfig};
pub use telemetry::Telemetry;
pub use wallet::SponsorConfig;
pub use webhooks::provision::set_webhook_url;
pub use webhooks::seal::SecretsKey;

use gateway::Gateway;

/// Serves the API on `listener` until `shutdown`, and does the work behind it. The schema must be
/// there already: see `till_store::db::migrate`.
pub async fn run(config: Config, listener: TcpListener, shutdown: CancellationToken) -> Result<()> {
    let gateway = Gateway::open(&config, shutdown.clone()).await?;
    tracing::info!(address = %listener.local_addr()?, "the API listens");
    let router = routes::router(gateway.clone(), &config.server);
    // When the server or the dispatcher ends, for whatever reason, everything does.
    let (server, metrics, dispatcher, barion, (), (), (), ()) = tokio::join!(
        ending(server::serve(&gateway, &config.server, router, listener, &shutdown), &shutdown),
        served_or_ending(
            telemetry::metrics::serve(&gateway, config.server.metrics_listen, &shutdown),
            &shutdown
        ),
        ending(webhooks::dispatcher::run(&gateway, &shutdown), &shutdown),
        ending(barion::run(&gateway, &shutdown), &shutdown),
        payments::worker::run(&gateway, &shutdown),
        gateway.notices.run(&gateway.pool, &gateway.credentials, &shutdown),
        payments::give_back::run(&gateway, &shutdown),
        wallet::sponsor::run(&gateway, &shutdown),
    );
    // What still holds a connection has had its time.
    let _ = tokio::time::timeout(server::GRACE, gateway.pool.close()).await;
    server.and(metrics).and(dispatcher).and(barion)
}

async fn ending(part: impl Future<Output = Result<()>>, shutdown: &CancellationToken) -> Result<()> {
    let result = part.await;
    shutdown.cancel();
    result
}

/// Like [`ending`], for what may have nothing to do.
async fn served_or_ending(
    part: impl Future<Output = Result<()>>,
    shutdown: &CancellationToken,
) -> Result<()> {
    part.await.inspect_err(|_| shutdown.cancel())
}
