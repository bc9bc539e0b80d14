//! An API on a port of its own, over a database of its own, in front of a node that a test plays.

pub mod ledger;
pub mod receiver;
pub mod rpc;
pub mod tokens;
pub mod tripwire;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use solana_keypair::{Keypair, write_keypair_file};
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till_api::{ChainConfig, Config, ProblemBody};
use till_store::domain::Payment;
use till_store::testing::TestDatabase;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use ledger::Ledger;
use rpc::Rpc;

pub const SPL_TOKEN: Pubkey = Pubkey::from_str_const("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");

/// Waits until `done`, and fails if that takes too long.
pub async fn eventually(what: &str, done: impl AsyncFn() -> bool) {
    let started = Instant::now();
    while !done().await {
        assert!(started.elapsed() < Duration::from_secs(30), "{what} did not come");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A merchant with a key.
pub struct Merchant {
    pub key: String,
    pub address: Pubkey,
}

/// What of the configuration tests change.
#[derive(Clone, Copy)]
pub struct Options {
    pub allow_private_webhooks: bool,
    pub request_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { allow_private_webhooks: true, request_timeout: Duration::from_secs(45) }
    }
}

pub struct Api {
    pub url: String,
    pub rpc: Rpc,
    pub ledger: Ledger,
    pub database: TestDatabase,
    pub merchant: Merchant,
    pub mint: Pubkey,
    pub operator: Keypair,
    client: reqwest::Client,
    config: Config,
    shutdown: CancellationToken,
    running: JoinHandle<()>,
}

impl Drop for Api {
    fn drop(&mut self) {
        self.shutdown.cancel();
        let _ = std::fs::remove_file(&self.config.operator_keypair);
    }
}

impl Api {
    pub async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    /// With a merchant that accepts one token, USDC with six decimals.
    pub async fn start_with(options: Options) -> Self {
        let database = TestDatabase::create().await.unwrap();
        let rpc = Rpc::start().await;
        let operator = Keypair::new();
        let path = std::env::temp_dir().join(format!("till-operator-{}.json", operator.pubkey()));
        write_keypair_file(&operator, &path).unwrap();
        let mut config = Config::new(&database.url, &rpc.url, &path).unwrap();
        config.public_url = "https://pay.example/".to_owned();
        config.allow_private_webhooks = options.allow_private_webhooks;
        config.request_timeout = options.request_timeout;
        let mut ledger = Ledger::open(&database.url).await;
        let mint = Pubkey::new_unique();
        till_api::name_token(&database.pool, &mint, "USDC", "USD Coin").await.unwrap();
        let merchant = merchant(&database, &mut ledger, &operator, &mint).await;
        let (url, shutdown, running) = serve(config.clone()).await;
        let client = reqwest::Client::new();
        Self { url, rpc, ledger, database, merchant, mint, operator, client, config, shutdown, running }
    }

    /// A second merchant, for the same token.
    pub async fn another_merchant(&mut self) -> Merchant {
        merchant(&self.database, &mut self.ledger, &self.operator, &self.mint).await
    }

    /// A key of the merchant that has only these scopes.
    pub async fn restricted_key(&self, scopes: &[&str]) -> String {
        let (pool, nowhere) = (&self.database.pool, ChainConfig { rpc_url: String::new() });
        let created = till_api::create_merchant(pool, &nowhere, &self.merchant.address, "Demo Shop", None)
            .await
            .unwrap();
        let key = created.api_key;
        sqlx::query("UPDATE api_keys SET scopes = $2 WHERE key_hash = sha256($1::bytea)")
            .bind(key.as_bytes())
            .bind(scopes)
            .execute(&self.database.pool)
            .await
            .unwrap();
        key
    }

    /// A second process on the same database: where it listens, and what stops it. Otherwise it runs until the test ends.
    pub async fn another_process(&self) -> (String, CancellationToken) {
        let (url, shutdown, _) = serve(self.config.clone()).await;
        (url, shutdown)
    }

    /// The file of the operator's keypair.
    pub fn operator_keypair(&self) -> &std::path::Path {
        &self.config.operator_keypair
    }

    /// The program itself, to be run on the same database with these addresses of the database and the node.
    pub fn program(&self, database_url: &str, rpc_url: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_till-api"));
        command.arg("serve").env("DATABASE_URL", database_url).env("TILL_RPC_URL", rpc_url);
        command.env("TILL_OPERATOR_KEYPAIR", &self.config.operator_keypair);
        command.env("TILL_ALLOW_PRIVATE_WEBHOOKS", "1").stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    /// Begins to stop the process, and does not wait.
    pub fn begin_to_stop(&self) {
        self.shutdown.cancel();
    }

    /// Stops the process, and starts one with other options on the same database.
    pub async fn restart_with(&mut self, change: impl FnOnce(&mut Config)) {
        self.shutdown.cancel();
        change(&mut self.config);
        (self.url, self.shutdown, self.running) = serve(self.config.clone()).await;
    }

    /// Stops the process, and waits until it has ended.
    pub async fn stop(&mut self) {
        self.shutdown.cancel();
        (&mut self.running).await.unwrap();
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url)).bearer_auth(&self.merchant.key)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> Response {
        self.request(Method::POST, path).json(&body).send().await.unwrap()
    }

    pub async fn post_with_key(&self, path: &str, key: &str, body: Value) -> Response {
        let request = self.request(Method::POST, path).header("idempotency-key", key);
        request.json(&body).send().await.unwrap()
    }

    pub async fn put(&self, path: &str, body: Value) -> Response {
        self.request(Method::PUT, path).json(&body).send().await.unwrap()
    }

    /// A payment of 25.00 that nobody has paid.
    pub async fn payment(&self) -> Payment {
        let response = self.post("/v1/payments", json!({ "amount": "25.00", "token": "USDC" })).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        response.json().await.unwrap()
    }

    /// A payment of 25.00 that is in escrow.
    pub async fn authorized(&mut self) -> Payment {
        let payment = self.payment().await;
        self.ledger.authorize(&self.merchant.address, &payment, &Pubkey::new_unique()).await;
        payment
    }

    /// A payment of 25.00 that is captured whole, and credited to the merchant's balance.
    pub async fn captured(&mut self) -> Payment {
        let payment = self.authorized().await;
        let after = ledger::After { captured: 25_000_000, sequence: 2, ..Default::default() };
        let signature = Pubkey::new_unique().to_string();
        let kind = till_store::domain::TransactionKind::Capture;
        self.ledger.carry_out(&payment, kind, &signature, 25_000_000, after).await;
        self.ledger.credit(&self.merchant.address, &payment, 25_000_000, 2).await;
        payment
    }

    /// A transaction as the API shows it.
    pub async fn transaction(&self, id: &str) -> Value {
        self.get(&format!("/v1/transactions/{id}")).await.json().await.unwrap()
    }

    pub async fn wait_for_status(&self, id: &str, status: &str) -> Value {
        eventually(&format!("{id} {status}"), async || self.transaction(id).await["status"] == status).await;
        self.transaction(id).await
    }
}

async fn serve(config: Config) -> (String, CancellationToken, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let shutdown = CancellationToken::new();
    let stop = shutdown.clone();
    let running = tokio::spawn(async move { till_api::run(config, listener, stop).await.unwrap() });
    (url, shutdown, running)
}

async fn merchant(
    database: &TestDatabase,
    ledger: &mut Ledger,
    operator: &Keypair,
    mint: &Pubkey,
) -> Merchant {
    let (address, payout_wallet) = (Pubkey::new_unique(), Pubkey::new_unique());
    ledger.register(&address, &operator.pubkey(), &payout_wallet).await;
    ledger.open_vault(&address, mint, &SPL_TOKEN, 0).await;
    let nowhere = ChainConfig { rpc_url: String::new() };
    let created =
        till_api::create_merchant(&database.pool, &nowhere, &address, "Demo Shop", None).await.unwrap();
    Merchant { key: created.api_key, address }
}

/// The problem of a response, which must have the whole shape.
pub async fn problem(response: Response) -> ProblemBody {
    let status = response.status();
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("content-type").as_deref(), Some("application/problem+json"), "{status}");
    let request_id = header("x-request-id").unwrap();
    let body: ProblemBody = response.json().await.unwrap();
    assert_eq!((body.status, &body.request_id), (status.as_u16(), &request_id));
    assert_eq!(body.kind, format!("/problems/{}", body.code));
    assert!(!body.title.is_empty() && !body.detail.is_empty());
    body
}

/// The code of a response's problem.
pub async fn code(response: Response) -> String {
    problem(response).await.code
}
