//! The local net as a whole: everything started in order, and ended in the opposite one.

use std::fs;
use std::future::Future;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::bootstrap::bootstrap;
use crate::chain::{Chain, ChainConfig};
use crate::description::{Description, Keypairs, TokenDescription};
use crate::keys::Keys;
use crate::postgres::Postgres;
use crate::receiver::{self, Received};
use crate::rpc::Rpc;
use crate::settings::Settings;
use crate::showcase::Showcase;
use crate::tokens::DemoToken;
use crate::{gateway, ports, showcase};

/// How long the API may take to become ready.
const READY: Duration = Duration::from_secs(60);

/// The log's name in the local net's directory.
pub const LOG: &str = "localnet.log";
/// What the demo merchant has received, a line of JSON each.
const WEBHOOK_LOG: &str = "webhooks.jsonl";

/// A running local net.
pub struct Net {
    pub description: Description,
    pub keys: Keys,
    /// What the demo merchant receives.
    pub webhooks: mpsc::UnboundedReceiver<Received>,
    dir: PathBuf,
    chain: Chain,
    postgres: Option<Postgres>,
    parts: JoinSet<anyhow::Result<()>>,
    stop: CancellationToken,
}

impl Net {
    pub async fn start(settings: &Settings) -> anyhow::Result<Self> {
        ports::check(&settings.ports())?;
        let elf = program(settings)?;
        if settings.fresh {
            forget(settings).await?;
        }
        let dir = directory(&settings.dir)?;
        Description::remove(&dir)?;
        let keys = Keys::load_or_create(&dir.join("keys"))?;

        let chain = Chain::start(ChainConfig {
            rpc_port: settings.rpc_port,
            ws_port: settings.ws_port,
            grpc_port: settings.grpc_port,
            slot_ms: settings.slot_ms,
            state_dir: Some(dir.join("chain")),
            ..ChainConfig::default()
        })
        .await
        .context("the chain did not start")?;
        let rpc = Rpc::new(chain.rpc_url());
        let merchant_address = bootstrap(&chain, &rpc, &keys, &elf).await?;
        let showcase = Showcase::on_chain(&rpc, &keys, &dir).await?;

        let (postgres, database_url) = database(settings, &dir).await?;
        let pool =
            till_store::db::connect(&database_url, 4).await.context("no connection to the database")?;
        till_store::db::migrate(&pool).await.context("the database cannot be migrated")?;
        let webhook_url = format!("http://127.0.0.1:{}/webhooks", settings.receiver_port);
        let merchant = gateway::record(&pool, &dir, &keys, &merchant_address, &webhook_url).await?;

        let link = showcase.record(&pool, &merchant.id).await?;

        let stop = CancellationToken::new();
        let webhook_log = dir.join(WEBHOOK_LOG);
        let webhooks =
            receiver::start(settings.receiver_port, &merchant.webhook_secret, &webhook_log, stop.clone())
                .await?;
        let description = Description {
            api_url: format!("http://127.0.0.1:{}", settings.api_port),
            rpc_url: chain.rpc_url(),
            ws_url: chain.ws_url(),
            grpc_url: chain.grpc_url(),
            first_slot: chain.first_slot(),
            database_url,
            program_id: till::ID.to_string(),
            merchant_id: merchant.id,
            merchant_address: merchant_address.to_string(),
            api_key: merchant.api_key,
            webhook_url,
            webhook_secret: merchant.webhook_secret,
            webhook_log,
            tokens: tokens(&keys),
            campaigns: showcase.campaigns.map(|address| address.to_string()).into(),
            pool: showcase.pool.to_string(),
            burn_mint: showcase.mint.to_string(),
            link,
            keypairs: keypairs(&keys),
            log: dir.join(LOG),
        };
        let parts = JoinSet::new();
        let mut net = Self { description, keys, webhooks, dir, chain, postgres, parts, stop };
        net.start_parts(settings, &rpc, &pool).await?;
        net.description.write(&net.dir)?;
        Ok(net)
    }

    async fn start_parts(&mut self, settings: &Settings, rpc: &Rpc, pool: &PgPool) -> anyhow::Result<()> {
        let bootstrapped = rpc.client.get_slot().await?;
        if !settings.without_indexer {
            let config = gateway::indexer_config(&self.description);
            self.run("indexer", till_indexer::run(config, self.stop.clone()));
        }
        if !settings.without_api {
            let config = gateway::api_config(&self.description, settings.api_port)?;
            let listener = TcpListener::bind(config.listen).await?;
            self.run("API", till_api::run(config, listener, self.stop.clone()));
        }
        if !settings.without_indexer {
            let ready = gateway::until_indexed(pool, bootstrapped);
            tokio::select! {
                ready = tokio::time::timeout(READY, ready) => ready.context("the indexer does not keep up")??,
                ended = self.ended() => return Err(ended),
            }
        }
        Ok(())
    }

    fn run(&mut self, name: &'static str, part: impl Future<Output = anyhow::Result<()>> + Send + 'static) {
        self.parts.spawn(async move { part.await.with_context(|| format!("the {name} ended")) });
    }

    /// Waits until a part ends by itself, which none should, and says why.
    pub async fn ended(&mut self) -> anyhow::Error {
        tokio::select! {
            error = self.chain.halted() => error,
            Some(part) = self.parts.join_next() => match part {
                Ok(Ok(())) => anyhow!("a part of the local net ended by itself"),
                Ok(Err(error)) => error,
                Err(error) => anyhow!("a part of the local net panicked: {error}"),
            },
        }
    }

    /// Ends everything, the chain and the database with all that they hold on disk.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        Description::remove(&self.dir)?;
        self.stop.cancel();
        while self.parts.join_next().await.is_some() {}
        self.chain.stop().await?;
        match self.postgres {
            Some(postgres) => postgres.stop().await,
            None => Ok(()),
        }
    }
}

/// The compiled program: where it was told to be, or where `make build-program` puts it.
fn program(settings: &Settings) -> anyhow::Result<Vec<u8>> {
    let built =
        || std::env::var_os("CARGO_TARGET_DIR").map(|target| Path::new(&target).join("deploy/till.so"));
    let path = settings.program.clone().or_else(built).unwrap_or("target/deploy/till.so".into());
    fs::read(&path).with_context(|| {
        format!("the compiled program is not at {}: run `make build-program`", path.display())
    })
}

async fn forget(settings: &Settings) -> anyhow::Result<()> {
    ensure!(
        settings.database_url.is_none(),
        "--fresh does not empty a database that is not the local net's own: empty it yourself, or unset DATABASE_URL"
    );
    let dir = &settings.dir;
    Chain::remove(&dir.join("chain"))?;
    Postgres::remove(&dir.join("postgres")).await?;
    Keys::remove(&dir.join("keys"))?;
    for file in [WEBHOOK_LOG, "webhook-secret", "merchant.json", showcase::DEADLINE] {
        remove_file(&dir.join(file))?;
    }
    Ok(())
}

/// Only what a local net has written: the directory is of somebody's choosing.
fn remove_file(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

fn directory(dir: &Path) -> anyhow::Result<PathBuf> {
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    dir.canonicalize().with_context(|| format!("cannot find {}", dir.display()))
}

async fn database(settings: &Settings, dir: &Path) -> anyhow::Result<(Option<Postgres>, String)> {
    if let Some(url) = &settings.database_url {
        return Ok((None, url.clone()));
    }
    let dir = directory(&dir.join("postgres"))?;
    let postgres = Postgres::start(&dir, settings.postgres_port).await.context("Postgres did not start")?;
    let url = postgres.url();
    Ok((Some(postgres), url))
}

fn tokens(keys: &Keys) -> Vec<TokenDescription> {
    DemoToken::every(keys)
        .map(|demo| TokenDescription {
            symbol: demo.symbol.to_string(),
            mint: demo.token.mint.to_string(),
            token_program: demo.token.program.to_string(),
            decimals: demo.decimals,
        })
        .into()
}

fn keypairs(keys: &Keys) -> Keypairs {
    Keypairs {
        upgrade_authority: keys.path("upgrade-authority"),
        operator: keys.path("operator"),
        merchant: keys.path("merchant"),
        customer: keys.path("customer"),
    }
}
