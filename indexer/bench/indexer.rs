//! The indexer as it is run: the program itself, in a process of its own.

use anyhow::Context;
use till_load::GENESIS;
use tokio::process::{Child, Command};

/// Killed when dropped.
pub struct Indexer(Child);

impl Indexer {
    pub fn start(grpc_url: &str, database_url: &str) -> anyhow::Result<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_till-indexer"));
        command.args(["run", "--grpc-url", grpc_url, "--database-url", database_url]);
        command.args(["--from-slot", &GENESIS.to_string()]);
        // What is measured is the indexer, not the terminal.
        command.env("RUST_LOG", std::env::var("RUST_LOG").unwrap_or_else(|_| "error".to_owned()));
        Ok(Self(command.kill_on_drop(true).spawn().context("cannot run the indexer")?))
    }

    /// The hard way.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        Ok(self.0.kill().await?)
    }

    /// The most memory that it has had resident so far, in bytes.
    pub fn peak_memory(&self) -> anyhow::Result<u64> {
        let pid = self.0.id().context("the indexer is not running")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")).context("no VmHWM")?;
        Ok(kib.trim().parse::<u64>()? * 1024)
    }
}
