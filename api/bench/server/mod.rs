//! Servers in processes of their own.

pub mod api;
pub mod bare;

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use tokio::process::{Child, Command};

const PATIENCE: Duration = Duration::from_secs(30);

/// A process that listens. Killed when dropped.
pub struct Server {
    pub address: SocketAddr,
    _process: Child,
}

impl Server {
    /// Runs `command` with `--listen` and an address, and waits until it answers there.
    async fn start(mut command: Command) -> anyhow::Result<Self> {
        // Asked for and given back: whoever takes it in between makes the start fail, not the figure wrong.
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        command.args(["--listen", &address.to_string()]);
        // What is said is written and thrown away: what is measured is the server, not the terminal.
        let mut process =
            command.stderr(Stdio::null()).kill_on_drop(true).spawn().context("cannot run it")?;
        let begun = Instant::now();
        while reqwest::get(format!("http://{address}/healthz")).await.is_err() {
            if let Some(status) = process.try_wait()? {
                bail!("it ended with {status}");
            }
            if begun.elapsed() > PATIENCE {
                bail!("it does not answer");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(Self { address, _process: process })
    }
}
