//! The program, the API that it talks to, and a developer's server.

use std::process::{Output, Stdio};
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::Value;
use solana_keypair::{Keypair, write_keypair_file};
use till_api::{ChainConfig, Config};
use till_store::testing::TestDatabase;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

pub struct World {
    pub database: TestDatabase,
    pub key: String,
    url: String,
    shutdown: CancellationToken,
    /// Where the program runs: no local net is described there.
    dir: tempfile::TempDir,
}

impl Drop for World {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

impl World {
    /// An API with a merchant that accepts USDC.
    pub async fn start() -> Self {
        let database = TestDatabase::create().await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let operator = dir.path().join("operator.json");
        write_keypair_file(&Keypair::new(), &operator).unwrap();
        let nowhere = ChainConfig { rpc_url: "http://127.0.0.1:1".to_owned() };
        let (address, mint) = (solana_pubkey::Pubkey::new_unique(), solana_pubkey::Pubkey::new_unique());
        let merchant =
            till_api::create_merchant(&database.pool, &nowhere, &address, "Demo Shop", None).await.unwrap();
        till_api::name_token(&database.pool, &mint, "USDC", "USD Coin").await.unwrap();
        open_vault(&database, &address.to_string(), &mint.to_string()).await;
        let config = Config::new(&database.url, &nowhere.rpc_url, &operator).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shutdown = CancellationToken::new();
        let stop = shutdown.clone();
        tokio::spawn(async move { till_api::run(config, listener, stop).await.unwrap() });
        Self { database, key: merchant.api_key, url, shutdown, dir }
    }

    fn command(&self, arguments: &[impl AsRef<str>]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_till"));
        command.args(arguments.iter().map(AsRef::as_ref)).current_dir(self.dir.path()).kill_on_drop(true);
        command.env("TILL_URL", &self.url).env("TILL_API_KEY", &self.key);
        command
    }

    async fn run(&self, arguments: &[impl AsRef<str>]) -> Output {
        self.command(arguments).output().await.unwrap()
    }

    /// What it prints when all goes well.
    pub async fn says(&self, arguments: &[impl AsRef<str>]) -> String {
        let output = self.run(arguments).await;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub async fn json(&self, arguments: &[&str]) -> Value {
        let said = self.says(&[arguments, &["--json"]].concat()).await;
        serde_json::from_str(&said).unwrap()
    }

    /// What it prints when it fails.
    pub async fn fails(&self, arguments: &[impl AsRef<str>]) -> String {
        let output = self.run(arguments).await;
        assert!(!output.status.success() && output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    }

    /// `till events listen`, once it listens.
    pub async fn listening(&self, arguments: &[&str]) -> Listening {
        let mut command = self.command(&[&["events", "listen"], arguments].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.starts_with("listening") {
                return Listening(child);
            }
        }
        panic!("it ended before it listened");
    }
}

pub struct Listening(Child);

impl Listening {
    /// What it has printed when it has ended by itself.
    pub async fn ended(self) -> String {
        let output = self.0.wait_with_output().await.unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    }
}

/// As the indexer has it once it has seen the vault on the chain.
async fn open_vault(database: &TestDatabase, merchant: &str, mint: &str) {
    sqlx::query(
        "INSERT INTO chain.vaults (address, merchant, mint, vault_token, token_program, decimals, shard, slot,
             rent_payer, allowed_extensions)
         VALUES ('vault', $1, $2, 'token', 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA', 6, 0, 1, 'payer', 0)",
    )
    .bind(merchant)
    .bind(mint)
    .execute(&database.pool)
    .await
    .unwrap();
}

type Got = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// A developer's server.
pub struct Receiver {
    pub url: String,
    got: Got,
}

impl Receiver {
    pub async fn start() -> Self {
        let got = Got::default();
        let take = async |State(got): State<Got>, headers: HeaderMap, body: String| {
            got.lock().unwrap().push((headers, body));
        };
        let app = axum::Router::new().fallback(take).with_state(got.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, got }
    }

    pub fn got(&self) -> Vec<(HeaderMap, String)> {
        self.got.lock().unwrap().clone()
    }
}
