//! A Yellowstone Geyser gRPC server over the embedded chain, shaped like a production endpoint: what our indexer
//! or any other Yellowstone client does against it, it can do against a real one.
//!
//! The way of an event: [`convert`] (chain type to protocol type), [`sequencer`] (order and numbers), [`ring`] (the
//! bounded log), then per subscriber a session that reads the log through a [`filter`]. All but the session and
//! the service are pure.
//!
//! Not carried, and refused with `InvalidArgument`: whole `blocks`, `entry`, `block_footer`, cuckoo filters.

mod convert;
mod event;
mod filter;
mod hub;
mod ring;
mod sequencer;
mod service;
mod session;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::{codec::CompressionEncoding, transport::server::TcpIncoming};
use yellowstone_grpc_proto::prelude::geyser_server::GeyserServer;

pub(crate) use convert::{account, landed, transaction};
pub(crate) use event::Update;
pub(crate) use hub::Hub;
#[cfg(test)]
pub(crate) use ring::Ring;
pub use ring::RingLimits;
pub(crate) use sequencer::ClosedSlot;
pub use session::SessionLimits;

use service::Service;

/// A running server.
pub(crate) struct Server {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(
        address: SocketAddr,
        hub: Arc<Hub>,
        limits: SessionLimits,
    ) -> anyhow::Result<Self> {
        // Bound here and not in the task, so that a port in use is the caller's error.
        let incoming = TcpIncoming::bind(address)
            .with_context(|| format!("cannot listen on {address} for Yellowstone gRPC"))?
            // The end of a slot is a small message, and somebody waits for it.
            .with_nodelay(Some(true));
        let stop = CancellationToken::new();
        let (reporter, health) = tonic_health::server::health_reporter();
        reporter.set_serving::<GeyserServer<Service>>().await;
        let geyser = GeyserServer::new(Service { hub, limits, stop: stop.clone() })
            .accept_compressed(CompressionEncoding::Gzip)
            .accept_compressed(CompressionEncoding::Zstd)
            .send_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Zstd);
        let server = tonic::transport::Server::builder()
            .add_service(health)
            .add_service(geyser)
            .serve_with_incoming_shutdown(incoming, stop.clone().cancelled_owned());
        let task = tokio::spawn(async move {
            if let Err(error) = server.await {
                tracing::error!(%error, "the Yellowstone gRPC server failed");
            }
        });
        Ok(Self { stop, task })
    }

    /// Ends every subscription with `Unavailable` and waits until the port is free.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        let abort = self.task.abort_handle();
        // A client that does not close its connection must not keep us.
        if tokio::time::timeout(std::time::Duration::from_secs(5), self.task).await.is_err() {
            abort.abort();
        }
    }
}
