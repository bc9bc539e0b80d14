//! Surfpool as a library: its threads, its channels, and their end.

use std::{
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow, bail};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use surfpool_core::{
    runloops::start_local_surfnet_runloop,
    surfnet::{
        GeyserEvent, GeyserSlotStatus,
        locker::SurfnetSvmLocker,
        svm::{SurfnetSvm, SurfnetSvmConfig},
    },
};
use surfpool_types::{
    BlockProductionMode, RpcConfig, SimnetCommand, SimnetConfig, SimnetEvent, SurfpoolConfig,
};

use super::{ChainConfig, local, producer::unix_ms};
use crate::grpc::{self, ClosedSlot, Hub};

/// How long the chain may take to answer for the first time.
const START: Duration = Duration::from_secs(60);
/// How long its threads may take to end.
const STOP: Duration = Duration::from_secs(60);

/// Surfpool's own clock thread cannot be ended and is not used: it sleeps this long at a time.
const IDLE_CLOCK_MS: u64 = 60 * 60 * 1_000;

pub struct Embedded {
    pub commands: Sender<SimnetCommand>,
    pub locker: SurfnetSvmLocker,
    ports: [u16; 2],
    runloop: thread::JoinHandle<Result<(), String>>,
    /// Surfpool's plugin thread lives as long as this.
    plugins: Sender<GeyserEvent>,
    stopped: Arc<AtomicBool>,
    readers: Vec<thread::JoinHandle<()>>,
}

impl Embedded {
    /// Starts with a chain that `prepare` may fill first, its RPC on `rpc_port`. Slots do not close by themselves: see the producer.
    pub async fn start(
        config: &ChainConfig,
        rpc_port: u16,
        hub: Arc<Hub>,
        prepare: impl FnOnce(&mut SurfnetSvm) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        let (mut svm, events, geyser) = SurfnetSvm::new(SurfnetSvmConfig {
            slot_time: config.slot_ms,
            // Profiles every instruction by executing it again: nobody reads it.
            instruction_profiling_enabled: false,
            max_profiles: 1,
            ..SurfnetSvmConfig::default()
        })
        .map_err(|error| anyhow!("cannot build the chain: {error}"))?;
        // Never lower than before a restart, without having to remember it: no chain writes a million times a
        // second for long.
        svm.write_version = unix_ms() * 1_000;

        // Both channels are bounded and the chain waits when one is full, so they are read from the start.
        let stopped = Arc::new(AtomicBool::new(false));
        let (log_stopped, stream_stopped) = (stopped.clone(), stopped.clone());
        let readers = vec![
            thread::Builder::new()
                .name("chain-log".into())
                .spawn(move || read_until(&events, &log_stopped, log))?,
            thread::Builder::new()
                .name("chain-stream".into())
                .spawn(move || read_until(&geyser, &stream_stopped, |event| stream(&hub, event)))?,
        ];
        if let Err(error) = prepare(&mut svm) {
            stopped.store(true, Ordering::Relaxed);
            return Err(error);
        }

        let locker = SurfnetSvmLocker::new(svm);
        let (commands, commands_rx) = crossbeam_channel::unbounded();
        let (plugins, plugins_rx) = crossbeam_channel::bounded(1);
        let surfpool = SurfpoolConfig {
            simnets: vec![SimnetConfig {
                offline_mode: true,
                remote_rpc_url: None,
                slot_time: IDLE_CLOCK_MS,
                block_production_mode: BlockProductionMode::Manual,
                instruction_profiling_enabled: false,
                ..SimnetConfig::default()
            }],
            rpc: RpcConfig {
                bind_host: "127.0.0.1".into(),
                bind_port: rpc_port,
                ws_port: config.ws_port,
                ..RpcConfig::default()
            },
            ..SurfpoolConfig::default()
        };
        let (run_locker, run_commands) = (locker.clone(), commands.clone());
        let runloop = thread::Builder::new().name("chain".into()).spawn(move || {
            tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .thread_name("chain-worker")
                .enable_all()
                .build()
                .map_err(|error| error.to_string())?
                .block_on(start_local_surfnet_runloop(
                    run_locker,
                    surfpool,
                    run_commands,
                    commands_rx,
                    plugins_rx,
                ))
                .map_err(|error| error.to_string())
        })?;

        let embedded =
            Self { commands, locker, ports: [rpc_port, config.ws_port], runloop, plugins, stopped, readers };
        if let Err(error) = embedded.ready().await {
            // What stopping says beyond that is about the same failure.
            let stopped = embedded.stop().await;
            return Err(stopped.err().unwrap_or(error));
        }
        Ok(embedded)
    }

    async fn ready(&self) -> anyhow::Result<()> {
        let client = reqwest::Client::new();
        let url = format!("http://{}", local(self.ports[0]));
        let ask = serde_json::json!({"jsonrpc": "2.0", "id": 1, "method": "getHealth"});
        let started = Instant::now();
        while started.elapsed() < START {
            if self.runloop.is_finished() {
                bail!("the chain ended while it started");
            }
            let healthy = async {
                let answer = client.post(&url).json(&ask).send().await?;
                answer.json::<serde_json::Value>().await
            };
            if let Ok(answer) = healthy.await
                && answer["result"] == "ok"
                && TcpStream::connect(local(self.ports[1])).is_ok()
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("the chain's RPC did not answer within {START:?}")
    }

    /// Ends the chain's threads and waits until its ports are free.
    pub async fn stop(self) -> anyhow::Result<()> {
        // The loop may have ended by itself; then there is nobody to tell.
        let _ = self.commands.send(SimnetCommand::Terminate(None));
        let ports = self.ports;
        let result = tokio::task::spawn_blocking(move || {
            let result = join(self.runloop, "chain")
                .and_then(|ended| ended.map_err(|error| anyhow!("the chain failed: {error}")));
            drop(self.plugins);
            self.stopped.store(true, Ordering::Relaxed);
            for reader in self.readers {
                join(reader, "chain reader")?;
            }
            result
        })
        .await
        .context("stopping the chain panicked")?;
        let started = Instant::now();
        while started.elapsed() < STOP && ports.iter().any(|port| TcpStream::connect(local(*port)).is_ok()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        result
    }
}

fn join<T>(thread: thread::JoinHandle<T>, name: &str) -> anyhow::Result<T> {
    let started = Instant::now();
    while !thread.is_finished() {
        if started.elapsed() > STOP {
            bail!("the {name} thread does not end");
        }
        thread::sleep(Duration::from_millis(5));
    }
    thread.join().map_err(|_| anyhow!("the {name} thread panicked"))
}

/// Hands every event to `handle` until the senders are gone or `stopped` is set and nothing is left.
fn read_until<T>(events: &Receiver<T>, stopped: &AtomicBool, mut handle: impl FnMut(T)) {
    loop {
        match events.recv_timeout(Duration::from_millis(50)) {
            Ok(event) => handle(event),
            Err(RecvTimeoutError::Timeout) if !stopped.load(Ordering::Relaxed) => {}
            Err(_) => return,
        }
    }
}

fn log(event: SimnetEvent) {
    match event {
        SimnetEvent::ErrorLog(_, text)
        | SimnetEvent::WarnLog(_, text)
        | SimnetEvent::InfoLog(_, text)
        | SimnetEvent::DebugLog(_, text) => tracing::debug!(target: "surfpool", "{text}"),
        SimnetEvent::Aborted(text) => tracing::error!(target: "surfpool", "aborted: {text}"),
        _ => {}
    }
}

fn stream(hub: &Hub, event: GeyserEvent) {
    match event {
        GeyserEvent::NotifyTransaction(event) => {
            let executed = event.transaction_with_status_meta;
            if !grpc::landed(&executed) {
                return;
            }
            match grpc::transaction(&executed) {
                Ok(transaction) => hub.transaction(executed.slot, transaction),
                Err(error) => tracing::error!("a transaction cannot be streamed: {error:#}"),
            }
        }
        GeyserEvent::UpdateAccount(update) => hub.account(update.slot, grpc::account(update)),
        GeyserEvent::NotifyBlockMetadata(block) => hub.close(ClosedSlot {
            slot: block.slot,
            blockhash: block.blockhash,
            parent_blockhash: block.parent_blockhash,
            block_time: block.block_time.unwrap_or_default(),
            block_height: block.block_height.unwrap_or_default(),
        }),
        GeyserEvent::UpdateSlotStatus { slot, status: GeyserSlotStatus::Rooted, .. } => hub.root(slot),
        // Processed and confirmed follow from the block meta, see the sequencer.
        GeyserEvent::UpdateSlotStatus { .. }
        | GeyserEvent::StartupAccountUpdate(_)
        | GeyserEvent::EndOfStartup
        | GeyserEvent::NotifyEntry(_) => {}
    }
}
