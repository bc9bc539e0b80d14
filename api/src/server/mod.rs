//! The listener: plain or with TLS, patient with nobody, and ended gracefully.

mod config;
mod punctual;
mod tls;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum_server::accept::Accept;
use axum_server::tls_rustls::RustlsAcceptor;
use axum_server::{Handle, Server};
use hyper_util::rt::TokioTimer;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use config::{Origin, ServerConfig};
use punctual::Punctual;

use crate::gateway::Gateway;

/// How long requests under way may take once the process is to stop.
pub const GRACE: Duration = Duration::from_secs(5);
/// How long a client may take to send the head of a request, and to hold a connection without one.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// How often an HTTP/2 connection is asked whether it is still there, and how long that may take.
const PING_EVERY: Duration = Duration::from_secs(20);
const PING_TIMEOUT: Duration = Duration::from_secs(10);
/// How many requests one HTTP/2 connection may have under way.
const MAX_STREAMS: u32 = 128;

/// Serves `router` on `listener` until `shutdown`; then refuses new connections, and gives requests
/// under way [`GRACE`] to end.
pub async fn serve(
    gateway: &Arc<Gateway>,
    config: &ServerConfig,
    router: Router,
    listener: TcpListener,
    shutdown: &CancellationToken,
) -> Result<()> {
    let handle = Handle::new();
    let stop = async {
        shutdown.cancelled().await;
        handle.graceful_shutdown(Some(GRACE));
    };
    let server = axum_server::from_tcp(listener.into_std()?)?.handle(handle.clone());
    let served = async {
        match &config.tls_files() {
            None => listen(server.map(Punctual::new), router).await,
            Some(files) => {
                let tls = tls::load(files).await.context("the certificate cannot be used")?;
                let acceptor = RustlsAcceptor::new(tls.clone());
                let server = server.map(|_| Punctual::new(acceptor));
                tokio::select! {
                    served = listen(server, router) => served,
                    never = tls::reload(files, &tls) => match never {},
                }
            }
        }
    };
    let (served, (), ()) = tokio::join!(
        async {
            let served = served.await;
            shutdown.cancel();
            served
        },
        stop,
        gateway.limits.tidy(shutdown),
    );
    served
}

async fn listen<A>(mut server: Server<SocketAddr, A>, router: Router) -> Result<()>
where
    A: Accept<
            tokio::net::TcpStream,
            axum::middleware::AddExtension<Router, axum::extract::ConnectInfo<SocketAddr>>,
        > + Clone
        + Send
        + Sync
        + 'static,
    A::Stream: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send,
    A::Service: axum_server::service::SendService<http::Request<hyper::body::Incoming>> + Send,
    A::Future: Send,
{
    let builder = server.http_builder();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_TIMEOUT)
        .max_concurrent_streams(MAX_STREAMS);
    Ok(server.serve(router.into_make_service_with_connect_info::<SocketAddr>()).await?)
}
