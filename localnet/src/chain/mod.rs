//! The embedded chain: JSON-RPC, WebSocket and Yellowstone gRPC on 127.0.0.1, continued from disk.
//!
//! Execution, RPC and WebSocket are surfpool's. Ours are: when slots close and what time they carry
//! ([`clock`], [`producer`]), what survives a restart ([`journal`], [`record`], [`restore`]), the gRPC stream
//! ([`crate::grpc`]), and what RPC says of slots and blocks, so that it agrees with the stream (`jsonrpc`).
//!
//! Surfpool can keep its state in SQLite, but writes it change by change, recovers a slot number up to a minute
//! old, and gives blockhashes out twice after that: an indexer with a checkpoint would see the past change. The
//! journal here is written a slot at a time, before the slot is told to anyone.

mod clock;
mod deploy;
mod embedded;
mod journal;
mod producer;
mod record;
mod restore;
#[cfg(test)]
mod tests;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, anyhow};
use solana_pubkey::Pubkey;
use surfpool_core::solana_account::Account;
use tokio::{sync::Mutex, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use self::{
    clock::ChainClock,
    embedded::Embedded,
    journal::Journal,
    producer::{Producer, unix_ms},
};
use crate::{
    grpc::{self, Hub, RingLimits, SessionLimits},
    jsonrpc, ports,
};

/// How a chain is started.
#[derive(Debug, Clone)]
pub struct ChainConfig {
    pub rpc_port: u16,
    pub ws_port: u16,
    pub grpc_port: u16,
    /// Milliseconds between two slots. 400 is what the real chain does; less makes everything final sooner.
    pub slot_ms: u64,
    /// Where the chain is kept; nowhere when absent.
    pub state_dir: Option<PathBuf>,
    /// What the gRPC stream remembers for `from_slot`.
    pub ring: RingLimits,
    /// How a gRPC subscription is bounded.
    pub session: SessionLimits,
}

impl Default for ChainConfig {
    fn default() -> Self {
        Self {
            rpc_port: 8899,
            ws_port: 8900,
            grpc_port: 10_000,
            slot_ms: 400,
            state_dir: None,
            ring: RingLimits::default(),
            session: SessionLimits::default(),
        }
    }
}

/// A running chain. Dropped without [`Chain::stop`], it is left as if the process had been killed: nothing that was
/// confirmed is lost.
pub struct Chain {
    config: ChainConfig,
    hub: Arc<Hub>,
    embedded: Embedded,
    rpc: jsonrpc::Server,
    server: grpc::Server,
    producer: JoinHandle<anyhow::Result<()>>,
    stop: CancellationToken,
}

impl Chain {
    /// Starts the chain and returns when its RPC answers, WebSocket and gRPC listen, and slots close.
    ///
    /// Needs a multi-threaded Tokio runtime.
    pub async fn start(config: ChainConfig) -> anyhow::Result<Self> {
        anyhow::ensure!(config.slot_ms > 0, "a slot takes at least a millisecond");
        let (journal, history) = match &config.state_dir {
            Some(dir) => {
                let (journal, history) = Journal::open(dir)?;
                (Some(journal), history)
            }
            None => Default::default(),
        };

        let hub = Arc::new(Hub::new(config.ring));
        let now = unix_ms();
        let mut continued = None;
        // Somewhere behind ours, on which nobody listens yet.
        let ours = [config.rpc_port, config.ws_port, config.grpc_port];
        let rpc_port = loop {
            let port = ports::at_once().context("no port is free")?;
            if !ours.contains(&port) {
                break port;
            }
        };
        let embedded = Embedded::start(&config, rpc_port, hub.clone(), |svm| {
            continued = restore::restore(svm, &history, config.slot_ms, now)
                .context("cannot continue the chain; --fresh starts a new one")?;
            if let Some(last) = &continued {
                restore::replay(&hub, &history, last, config.slot_ms)?;
            }
            Ok(())
        })
        .await?;
        if let Some(last) = &continued {
            tracing::info!(slot = last.slot + 1, "the chain continues");
        }

        let chain_url = format!("http://{}", local(rpc_port));
        let locker = embedded.locker.clone();
        let listening = async {
            let rpc = jsonrpc::Server::start(local(config.rpc_port), chain_url, hub.clone(), locker).await?;
            let server = grpc::Server::start(local(config.grpc_port), hub.clone(), config.session).await?;
            Ok::<_, anyhow::Error>((rpc, server))
        };
        let (rpc, server) = match listening.await {
            Ok(servers) => servers,
            Err(error) => {
                embedded.stop().await?;
                return Err(error);
            }
        };
        let stop = CancellationToken::new();
        let producer = Producer {
            journal,
            clock: continued
                .as_ref()
                .map_or_else(ChainClock::default, |last| ChainClock::behind(last.time_ms, now)),
            slot_ms: config.slot_ms,
            last: continued,
        };
        let mut slots = hub.watch();
        let producer = tokio::spawn(producer::run(
            Arc::new(Mutex::new(producer)),
            embedded.commands.clone(),
            embedded.locker.clone(),
            stop.clone(),
        ));
        slots.mark_unchanged();
        let chain = Self { config, hub, embedded, rpc, server, producer, stop };
        let first_slot = Duration::from_millis(chain.config.slot_ms) + Duration::from_secs(60);
        if tokio::time::timeout(first_slot, slots.changed()).await.is_err() {
            let reason = chain.stop().await.err();
            return Err(reason.unwrap_or_else(|| anyhow!("no slot closed within {first_slot:?}")));
        }
        Ok(chain)
    }

    /// Forgets the chain kept in `state_dir`, for a fresh start. An error when a local net is running on it.
    pub fn remove(state_dir: &Path) -> anyhow::Result<()> {
        Journal::remove(state_dir)
    }

    /// Closes what was begun, ends every connection, and returns when all ports are free and all is on disk.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        let produced =
            self.producer.await.unwrap_or_else(|error| Err(anyhow!("the slot producer panicked: {error}")));
        self.server.stop().await;
        self.rpc.stop().await;
        self.embedded.stop().await?;
        produced
    }

    /// Waits until the chain halts by itself, which it only does when it cannot go on (a full disk), and says why.
    pub async fn halted(&mut self) -> anyhow::Error {
        match (&mut self.producer).await {
            Ok(Err(error)) => error,
            Ok(Ok(())) => anyhow!("the slot producer ended"),
            Err(error) => anyhow!("the slot producer panicked: {error}"),
        }
    }

    /// Puts a program on the chain, executable at once, or upgrades it; `elf` is what a compiler made. Nothing is
    /// written when that program is already there.
    pub async fn deploy(
        &self,
        program_id: &Pubkey,
        elf: &[u8],
        upgrade_authority: &Pubkey,
    ) -> anyhow::Result<()> {
        let (program_id, authority, elf) = (*program_id, *upgrade_authority, elf.to_vec());
        producer::in_turn(&self.embedded.commands, &self.embedded.locker, move |svm| {
            deploy::deploy(svm, &program_id, &elf, &authority)
        })
        .await?
        .with_context(|| format!("cannot deploy the program {program_id}"))
    }

    /// Writes an account as it is, whatever it was.
    pub async fn set_account(&self, address: &Pubkey, account: Account) -> anyhow::Result<()> {
        let address = *address;
        producer::in_turn(&self.embedded.commands, &self.embedded.locker, move |svm| {
            svm.set_account(&address, account)
        })
        .await?
        .with_context(|| format!("cannot write the account {address}"))
    }

    /// The first slot that the gRPC stream still remembers: where an indexer that knows nothing begins.
    pub fn first_slot(&self) -> u64 {
        self.hub.read(|ring| ring.first_available()).unwrap_or(0)
    }

    pub fn rpc_url(&self) -> String {
        format!("http://{}", local(self.config.rpc_port))
    }

    pub fn ws_url(&self) -> String {
        format!("ws://{}", local(self.config.ws_port))
    }

    pub fn grpc_url(&self) -> String {
        format!("http://{}", local(self.config.grpc_port))
    }
}

fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}
