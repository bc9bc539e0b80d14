//! A local net of a test: the binary, in a directory of its own, on ports of its own.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use solana_keypair::Keypair;
use till_localnet::description::Description;
use till_localnet::rpc::{Receipt, Rpc};
use till_localnet::{keys, ports, wallet};

/// Everything here is done within it, on a slow machine too.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// One of the workspace's programs, which cargo puts beside the tests' directory.
pub fn program(name: &str) -> Command {
    let deps = std::env::current_exe().expect("this test's path");
    let path = deps.parent().and_then(Path::parent).expect("the target directory").join(name);
    assert!(path.exists(), "{} is missing: run `cargo build --workspace`", path.display());
    Command::new(path)
}

/// The flags for a local net in `dir` on ports that are free now.
pub fn flags(dir: &Path) -> Vec<String> {
    let names = ["rpc", "ws", "grpc", "api", "postgres", "receiver"];
    let mut flags = vec!["--dir".to_string(), dir.display().to_string()];
    for (name, port) in names.iter().zip(ports::free::<6>()) {
        flags.extend([format!("--{name}-port"), port.to_string()]);
    }
    flags
}

/// A running local net; ends with a Ctrl-C when dropped.
pub struct Net {
    pub description: Description,
    child: Child,
    client: Client,
}

impl Net {
    pub async fn start(dir: &Path, flags: &[String], extra: &[&str]) -> Self {
        let _ = std::fs::remove_file(dir.join("localnet.json"));
        let mut child = program("till-localnet")
            .arg("up")
            .args(flags)
            .args(extra)
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the local net starts");
        let started = Instant::now();
        let description = loop {
            if let Ok(description) = Description::read(dir) {
                break description;
            }
            if let Some(status) = child.try_wait().expect("a child") {
                panic!("the local net ended with {status}");
            }
            assert!(started.elapsed() < PATIENCE, "the local net is not up after {PATIENCE:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        Self { description, child, client: Client::new() }
    }

    /// Ctrl-C, and everything must be gone.
    pub fn stop(mut self) {
        self.interrupt();
    }

    fn interrupt(&mut self) {
        let _ = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        let started = Instant::now();
        while self.child.try_wait().expect("a child").is_none() {
            if started.elapsed() > PATIENCE {
                let _ = self.child.kill();
                panic!("the local net did not end after Ctrl-C");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn customer(&self) -> Keypair {
        keys::load(&self.description.keypairs.customer).expect("the customer's key")
    }

    pub fn rpc(&self) -> Rpc {
        Rpc::new(self.description.rpc_url.clone())
    }

    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> (StatusCode, Value) {
        self.try_call(method, path, body, headers).await.expect("an answer")
    }

    /// Nothing when the API does not answer.
    pub async fn try_call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Option<(StatusCode, Value)> {
        let url = format!("{}{path}", self.description.api_url);
        let mut request = self.client.request(method, url).bearer_auth(&self.description.api_key);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.ok()?;
        Some((response.status(), response.json().await.unwrap_or_default()))
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(Method::GET, path, None, &[]).await;
        assert_eq!(status, StatusCode::OK, "{body:#}");
        body
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, body) = self.call(Method::POST, path, Some(body), &[]).await;
        assert!(status.is_success(), "{path}: {status} {body:#}");
        body
    }

    /// A payment of 25.00 in a token.
    pub async fn payment(&self, token: &str) -> String {
        let payment = self.post("/v1/payments", json!({ "amount": "25.00", "token": token })).await;
        payment["id"].as_str().expect("an id").to_string()
    }

    /// The customer pays, and it is confirmed on the chain.
    pub async fn pay(&self, payment: &str) -> Receipt {
        let (link, customer) = (format!("{}/pay/{payment}", self.description.api_url), self.customer());
        let unsigned = wallet::request(&link, &customer).await.expect("a transaction");
        let signed = unsigned.sign(&customer).expect("a signature");
        self.rpc().send_signed(&signed).await.expect("a confirmed transaction")
    }

    /// Waits until the API tells this status of a payment.
    pub async fn until_status(&self, payment: &str, status: &str) -> Value {
        let started = Instant::now();
        loop {
            let told = self.get(&format!("/v1/payments/{payment}")).await;
            if told["status"] == status {
                return told;
            }
            assert!(started.elapsed() < PATIENCE, "not {status} after {PATIENCE:?}: {told:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The bodies of all verified webhooks about a payment so far, in the order of arrival.
    pub fn webhooks(&self, payment: &str) -> Vec<Value> {
        let log = std::fs::read_to_string(&self.description.webhook_log).unwrap_or_default();
        // Behind the last end of a line is one that is just being written.
        let whole = log.rsplit_once('\n').map_or("", |(whole, _)| whole);
        whole
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"))
            .filter(|line| line["verified"] == true)
            .map(|line| serde_json::from_str(line["body"].as_str().expect("a body")).expect("JSON"))
            .filter(|body: &Value| body["data"]["payment"]["id"] == payment)
            .collect()
    }

    /// Waits for a webhook of this type about a payment.
    pub async fn until_webhook(&self, payment: &str, event: &str) {
        let started = Instant::now();
        while !self.webhooks(payment).iter().any(|body| body["type"] == event) {
            assert!(started.elapsed() < PATIENCE, "no {event} after {PATIENCE:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            self.interrupt();
        }
    }
}
