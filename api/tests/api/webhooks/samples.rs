//! The receivers of `examples/webhooks`, each in its language, against real deliveries.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

use super::{create, path, text};
use crate::support::receiver::{Behaviour, Delivery, Receiver, free_port};
use crate::support::{Api, eventually};

#[path = "../../../../examples/webhooks/rust/src/receiver.rs"]
mod rust_receiver;

/// A receiver in another process, which ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn sample(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/webhooks").join(file)
}

/// What `tools/setup test` has installed, unless the environment names another place.
fn tool(variable: &str, installed: &str) -> PathBuf {
    let cache = || {
        let home = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
        std::env::var_os("XDG_CACHE_HOME").map_or(home.join(".cache"), PathBuf::from).join("till")
    };
    std::env::var_os(variable).map_or_else(|| cache().join(installed), PathBuf::from)
}

async fn start(command: &mut Command, secret: &str) -> (Process, String) {
    start_at(free_port(), command, secret).await
}

async fn start_at(port: u16, command: &mut Command, secret: &str) -> (Process, String) {
    command.env("TILL_WEBHOOK_SECRET", secret).env("PORT", port.to_string()).stdout(Stdio::null());
    let mut process = Process(command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}")));
    eventually("the receiver", async || TcpStream::connect(("127.0.0.1", port)).await.is_ok()).await;
    assert_eq!(process.0.try_wait().unwrap(), None, "another one listens on its port");
    (process, format!("http://127.0.0.1:{port}/"))
}

async fn send(url: &str, delivery: &Delivery) -> u16 {
    let request = reqwest::Client::new()
        .post(url)
        .header("content-type", "application/json")
        .header("webhook-id", &delivery.id)
        .header("webhook-timestamp", delivery.timestamp)
        .header("webhook-signature", &delivery.signature)
        .body(delivery.body.clone());
    request.send().await.unwrap().status().as_u16()
}

/// Real deliveries of one endpoint: before a rotation of its secret, while it overlaps, and after it.
struct Deliveries {
    api: Api,
    endpoint: Value,
    before: Delivery,
    during: Delivery,
    after: Delivery,
}

impl Deliveries {
    async fn collect() -> Self {
        let mut api = Api::start().await;
        let receiver = Receiver::start(Behaviour::Takes).await;
        let endpoint = create(&api, json!({ "url": receiver.url })).await;
        let rotate = format!("{}/rotate-secret", path(&endpoint));
        for (sent, overlap_seconds) in [(1, 3_600), (2, 0)] {
            api.authorized().await;
            receiver.wait_for(sent).await;
            api.post(&rotate, json!({ "overlap_seconds": overlap_seconds })).await;
        }
        api.authorized().await;
        let [before, during, after] = receiver.wait_for(3).await.try_into().unwrap();
        Self { api, endpoint, before, during, after }
    }

    fn secret(&self) -> String {
        text(&self.endpoint["secret"])
    }

    /// Sends them to a receiver that has the first secret.
    async fn check(&self, url: &str) {
        assert_eq!(send(url, &self.before).await, 204);
        assert_eq!(send(url, &self.before).await, 204, "again, and it is no fault");
        assert_eq!(send(url, &self.during).await, 204, "both secrets sign");
        assert_eq!(send(url, &self.after).await, 400, "another secret");
        let tampered = self.before.body.replace("payment.authorized", "payment.captured");
        assert_ne!(tampered, self.before.body);
        assert_eq!(send(url, &Delivery { body: tampered, ..self.before.clone() }).await, 400);
        assert_eq!(send(url, &self.aged(600)).await, 400, "ten minutes old");
        assert_eq!(send(url, &self.aged(60)).await, 204, "one minute old");

        // And from the gateway itself.
        let moved = self.api.request(Method::PATCH, &path(&self.endpoint)).json(&json!({ "url": url }));
        assert!(moved.send().await.unwrap().status().is_success());
        let test = self.api.post(&format!("{}/test", path(&self.endpoint)), json!({})).await;
        let said: Value = test.json().await.unwrap();
        assert_eq!(said["response_status"], 400, "the receiver still has the first secret");
    }

    /// The first, signed as if it had been sent so many seconds ago.
    fn aged(&self, seconds: i64) -> Delivery {
        let timestamp = self.before.timestamp - seconds;
        let key = STANDARD.decode(self.secret().strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{}.{timestamp}.{}", self.before.id, self.before.body).as_bytes());
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        Delivery { timestamp, signature, ..self.before.clone() }
    }
}

#[tokio::test]
async fn the_receiver_in_rust_takes_what_is_ours_and_nothing_else() {
    let deliveries = Deliveries::collect().await;
    let webhook = standardwebhooks::Webhook::new(&deliveries.secret()).unwrap();
    let receiver = Arc::new(rust_receiver::Receiver { webhook, seen: Default::default() });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let router = rust_receiver::router(receiver.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    deliveries.check(&url).await;
    assert_eq!(receiver.seen.lock().unwrap().len(), 2, "each event once");
}

#[tokio::test]
async fn the_receiver_in_python_takes_what_is_ours_and_nothing_else() {
    let deliveries = Deliveries::collect().await;
    let mut python = Command::new(tool("TILL_PYTHON", "python/bin/python3"));
    let (_process, url) = start(python.arg(sample("python/receiver.py")), &deliveries.secret()).await;
    deliveries.check(&url).await;
}

#[tokio::test]
async fn the_receiver_in_node_takes_what_is_ours_and_nothing_else() {
    let deliveries = Deliveries::collect().await;
    let mut node = Command::new("node");
    node.arg(sample("node/receiver.js")).env("NODE_PATH", tool("TILL_NODE_MODULES", "node/node_modules"));
    let (_process, url) = start(&mut node, &deliveries.secret()).await;
    deliveries.check(&url).await;
}

#[tokio::test]
async fn the_receiver_in_php_takes_what_is_ours_and_nothing_else() {
    let deliveries = Deliveries::collect().await;
    let dir = tempfile::tempdir().unwrap();
    let port = free_port();
    let mut php = Command::new("php");
    php.env("TILL_SEEN", dir.path().join("seen.sqlite")).stderr(Stdio::null());
    php.args(["-S", &format!("127.0.0.1:{port}")]).arg(sample("php/receiver.php"));
    let (_process, url) = start_at(port, &mut php, &deliveries.secret()).await;
    deliveries.check(&url).await;
}

/// `v1a`, by the crypto of Node, which reads the key as any ed25519 key in DER.
#[tokio::test]
async fn the_public_key_verifies_in_another_language() {
    const SCRIPT: &str = r#"
        const { createPublicKey, verify } = require("node:crypto");
        const [, key, content, signature] = process.argv;
        const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), Buffer.from(key, "base64")]);
        const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
        process.exit(verify(null, Buffer.from(content), publicKey, Buffer.from(signature, "base64")) ? 0 : 1);
    "#;
    let deliveries = Deliveries::collect().await;
    let key = text(&deliveries.endpoint["public_key"]);
    let verifies = |delivery: &Delivery, body: &str| {
        let content = format!("{}.{}.{body}", delivery.id, delivery.timestamp);
        let signature = delivery.signature.split(' ').find_map(|one| one.strip_prefix("v1a,")).unwrap();
        let arguments = ["-e", SCRIPT, key.strip_prefix("whpk_").unwrap(), &content, signature];
        Command::new("node").args(arguments).status().unwrap().success()
    };
    assert!(verifies(&deliveries.before, &deliveries.before.body));
    assert!(!verifies(&deliveries.before, "{}"));
    assert!(!verifies(&deliveries.after, &deliveries.after.body), "another key");
}
