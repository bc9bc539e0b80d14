//! The real program, as a process of its own.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::postgres::Proxy;
use crate::support::{Api, receiver::free_port, tripwire::Tripwire};

/// Starts it, waits until it answers, and returns where. The tripwire kills it at the latest when it watches another
/// one, or goes. A request is given `request_timeout` seconds.
pub async fn start(api: &Api, proxy: &Proxy, tripwire: &Arc<Tripwire>, request_timeout: u64) -> String {
    let port = free_port();
    let process = Command::new(env!("CARGO_BIN_EXE_till-api"))
        .arg("serve")
        .args(["--database-url", &proxy.url, "--database-connections", "8"])
        .args(["--rpc-url", &api.rpc.url, "--listen", &format!("127.0.0.1:{port}")])
        .args(["--request-timeout", &request_timeout.to_string()])
        .arg("--operator-keypair")
        .arg(api.operator_keypair())
        .env("RUST_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    tripwire.watch(process);
    let url = format!("http://127.0.0.1:{port}");
    let started = Instant::now();
    while reqwest::get(format!("{url}/healthz")).await.is_err() {
        assert!(started.elapsed() < Duration::from_secs(60), "the process does not answer");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    url
}
