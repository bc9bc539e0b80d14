//! The endpoint as a process of its own, so that its memory and its threads are not the indexer's. The benchmark's
//! own program plays it, when it is started with `serve`.

use std::process::Stdio;

use anyhow::{Context, ensure};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::{Load, Pace};

/// Killed when dropped.
pub struct Node {
    pub url: String,
    _process: Child,
}

impl Node {
    /// Waits until everything is encoded.
    pub async fn start(load: Load, pace: Pace) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("serve");
        for (name, value) in [
            ("--slots", Some(load.slots)),
            ("--updates", Some(load.updates)),
            ("--foreign", Some(load.foreign)),
            ("--merchants", Some(load.merchants)),
            ("--every-ms", Some(pace.every_ms)),
            ("--pause-at", pace.pause_at),
        ] {
            let Some(value) = value else { continue };
            command.arg(name).arg(value.to_string());
        }
        let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let output = process.stdout.take().context("the node has no output")?;
        let mut url = String::new();
        BufReader::new(output).read_line(&mut url).await?;
        ensure!(!url.is_empty(), "the node did not start");
        Ok(Self { url: url.trim_end().to_owned(), _process: process })
    }
}
