//! What all requests and workers share.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use solana_keypair::{Keypair, read_keypair_file};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::actions::{Blockchain, Identity, StateKey};
use crate::auth::credentials::Credentials;
use crate::chain::Chain;
use crate::config::Config;
use crate::http::load::Load;
use crate::limits::Limits;
use crate::notices::Notices;
use crate::payments::{Reader, Streams, Turns};
use crate::rates::Rates;
use crate::rules::hook::Hooks;
use crate::wallet::Sponsor;
use crate::webhooks::{Guard, seal::Seal, sender::Sender};

/// What is left of a request's time for its answer, after the longest wait.
const ANSWER_TIME: Duration = Duration::from_secs(5);

pub struct Gateway {
    pub pool: PgPool,
    /// A few connections of their own, for what must be written although the transaction in which it was found out is
    /// undone. Whoever holds one waits for no other.
    pub journal: PgPool,
    pub chain: Chain,
    /// What currencies and tokens are worth.
    pub rates: Rates,
    /// Captures, voids and refunds for the merchants, and pays for that.
    pub operator: Keypair,
    /// Pays the network for customers, if there is one.
    pub sponsor: Option<Sponsor>,
    /// Where customers reach this API, without a slash at the end.
    pub public_url: String,
    /// Where webhooks may go.
    pub guard: Guard,
    pub hooks: Hooks,
    /// Keeps signing secrets in the database.
    pub seal: Seal,
    /// Sends webhooks.
    pub sender: Sender,
    pub notices: Notices,
    /// Reads payments for those who ask at the same time.
    pub reader: Reader,
    /// Of orders on payments.
    pub turns: Turns,
    pub streams: Streams,
    /// How much callers may ask for.
    pub limits: Limits,
    /// How much may be under way at once.
    pub load: Load,
    /// Whether this process speaks TLS itself.
    pub speaks_tls: bool,
    /// Who has called of late.
    pub credentials: Credentials,
    /// What wallets know the chain by, such as `mainnet`.
    pub chain_id: String,
    /// The chain, for who deals with several.
    pub blockchain: Blockchain,
    /// What transactions of Blinks are known by.
    pub action_identity: Identity,
    /// Of what clients carry between two requests.
    pub state_key: StateKey,
    pub request_timeout: Duration,
    pub ready_lag: Duration,
    /// The most that a customer is asked to pay for priority, in millionths of a lamport per compute unit.
    pub max_priority_fee: u64,
    /// Ends waits early when the process is to stop.
    pub shutdown: CancellationToken,
}

impl Gateway {
    pub async fn open(config: &Config, shutdown: CancellationToken) -> Result<Arc<Self>> {
        let database = &config.database;
        let pool = till_store::db::connect(&database.database_url, database.database_connections)
            .await
            .context("the database cannot be reached")?;
        let journal = till_store::db::journal(&database.database_url)?;
        let operator = keypair(&config.operator_keypair, "the operator's")?;
        let action_identity = match &config.action_identity_keypair {
            Some(path) => keypair(path, "the action identity's")?,
            None => operator.insecure_clone(),
        };
        let guard = Guard { allow_private: config.allow_private_webhooks };
        let seal = Seal::new(config.secrets_key.as_ref());
        let sender = Sender::new(guard, seal.clone())?;
        let notices = Notices::default();
        Ok(Arc::new(Self {
            reader: Reader::new(&pool, notices.payments()),
            pool,
            journal,
            chain: Chain::new(&config.chain.rpc_url),
            rates: Rates::configured(&config.rates, &config.chain.rpc_url),
            state_key: StateKey::of(&operator),
            action_identity: Identity::new(action_identity),
            operator,
            sponsor: Sponsor::configured(&config.sponsor)?,
            public_url: config.public_url.trim_end_matches('/').to_owned(),
            guard,
            hooks: Hooks::new(guard, seal.clone())?,
            seal,
            sender,
            notices,
            turns: Turns::default(),
            streams: Streams::new(config.max_streams),
            limits: Limits::new(&config.limits)?,
            load: Load::new(config.server.max_requests, database.database_connections),
            speaks_tls: config.server.tls_cert.is_some(),
            credentials: Credentials::default(),
            chain_id: config.chain_id.clone(),
            blockchain: Blockchain::named(&config.chain_id),
            request_timeout: config.request_timeout,
            ready_lag: config.ready_lag,
            max_priority_fee: config.max_priority_fee,
            shutdown,
        }))
    }
}

impl Gateway {
    /// How long a caller waits that likes to wait for so long: what is known is answered before its request is given up.
    pub fn patience(&self, asked: Duration) -> Duration {
        asked.min(self.request_timeout.saturating_sub(ANSWER_TIME))
    }
}

fn keypair(path: &Path, whose: &str) -> Result<Keypair> {
    read_keypair_file(path)
        .map_err(|error| anyhow!("{error}"))
        .with_context(|| format!("{whose} keypair cannot be read from {}", path.display()))
}
