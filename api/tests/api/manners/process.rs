//! The program, run by a test as an operator runs it.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command};

use crate::support::eventually;
pub use crate::support::receiver::free_port;

/// A running program and what it has logged.
pub struct Program {
    child: Child,
    log: PathBuf,
    pub url: String,
}

impl Program {
    /// Runs it, and waits until it answers.
    pub async fn run(mut command: Command) -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        let log = std::env::temp_dir().join(format!("till-api-{:016x}.log", rand::random::<u64>()));
        let child = command.env("TILL_LISTEN", &address).stderr(File::create(&log).unwrap()).spawn().unwrap();
        let mut program = Self { child, log, url: format!("http://{address}") };
        let live = format!("{}/healthz", program.url);
        eventually("the program", async || reqwest::get(&live).await.is_ok()).await;
        let ended = program.child.try_wait().unwrap();
        assert_eq!(ended, None, "another one answers on its port");
        program
    }

    /// Ends it as an operator does, and returns everything that it logged.
    pub fn stop(mut self) -> String {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        let log = std::fs::read_to_string(&self.log).unwrap();
        assert!(status.success(), "{status}: {log}");
        log
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.log);
    }
}
