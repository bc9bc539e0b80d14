//! What the gateway's database knows of the demo merchant, and how its parts are configured.

use std::fs;
use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use solana_pubkey::Pubkey;
use sqlx::PgPool;
use till_indexer::config::RpcEndpoint;
use till_store::chain::Checkpoint;
use till_store::gateway::merchants;

use crate::description::Description;
use crate::keys::Keys;
use crate::tokens::DemoToken;

/// How many connections to the database indexer and API open, each.
const CONNECTIONS: u32 = 20;

/// The demo merchant, as its shop must know it. The database has only a hash of the key, so it is
/// kept in a file.
#[derive(Serialize, Deserialize)]
struct Shop {
    id: String,
    api_key: String,
}

/// What the gateway knows of the demo merchant.
pub struct DemoMerchant {
    pub id: String,
    pub api_key: String,
    pub webhook_secret: String,
}

/// Writes the tokens' names, the demo merchant, its key and its endpoint, where they are missing.
pub async fn record(
    pool: &PgPool,
    dir: &Path,
    keys: &Keys,
    address: &Pubkey,
    webhook_url: &str,
) -> anyhow::Result<DemoMerchant> {
    for demo in DemoToken::every(keys) {
        till_api::name_token(pool, &demo.token.mint, demo.symbol, demo.name).await?;
    }
    let Shop { id, api_key } = shop(pool, dir, address).await?;
    let webhook_secret = till_api::set_webhook_url(pool, &id, webhook_url).await?;
    fs::write(dir.join("webhook-secret"), &webhook_secret)?;
    Ok(DemoMerchant { id, api_key, webhook_secret })
}

/// The merchant of an earlier start if this database knows it, or a new one.
async fn shop(pool: &PgPool, dir: &Path, address: &Pubkey) -> anyhow::Result<Shop> {
    const NAME: &str = "Demo Shop";
    let path = dir.join("merchant.json");
    let known = merchants::upsert(pool, &address.to_string(), NAME).await?;
    let kept = fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<Shop>(&bytes).ok());
    if let Some(shop) = kept.filter(|shop| shop.id == known.id) {
        return Ok(shop);
    }
    // the local net has just written the merchant's account: it need not be looked up
    let unchecked = till_api::ChainConfig { rpc_url: String::new() };
    let created = till_api::create_merchant(pool, &unchecked, address, NAME, None).await?;
    let shop = Shop { id: created.id, api_key: created.api_key };
    fs::write(&path, serde_json::to_vec_pretty(&shop)?)
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(shop)
}

/// Waits until the indexer has come to a slot.
pub async fn until_indexed(pool: &PgPool, slot: u64) -> anyhow::Result<()> {
    loop {
        let checkpoint = Checkpoint::load(&mut *pool.acquire().await?).await?;
        if checkpoint.is_some_and(|checkpoint| checkpoint.slot.cast_unsigned() >= slot) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

pub fn indexer_config(net: &Description) -> till_indexer::Config {
    let rpc = RpcEndpoint {
        url: net.rpc_url.clone(),
        ws_url: Some(net.ws_url.clone()),
        requests_per_second: NonZeroU32::new(200).expect("200 is not zero"),
        is_last_resort: false,
    };
    till_indexer::Config {
        rpc: Some(rpc),
        from_slot: Some(net.first_slot),
        ..till_indexer::Config::new(&net.grpc_url, &net.database_url)
    }
}

/// What prices in a currency are converted at here, unless other rates are given.
const RATES: [&str; 5] = ["USDC/USD=1", "FUSD/USD=1", "SOL/USD=150", "EUR/USD=1.10", "HUF/USD=0.0027"];

pub fn api_config(net: &Description, port: u16) -> anyhow::Result<till_api::Config> {
    let mut config = till_api::Config::new(&net.database_url, &net.rpc_url, &net.keypairs.operator)?;
    config.database.database_connections = CONNECTIONS;
    config.listen = ([127, 0, 0, 1], port).into();
    config.public_url = net.api_url.clone();
    config.chain_id = "localnet".to_owned();
    if config.rates.rates.is_empty() && config.rates.pyth_feeds.is_empty() {
        let rates = RATES.iter().map(|rate| rate.parse().map_err(anyhow::Error::msg));
        config.rates.rates = rates.collect::<anyhow::Result<_>>()?;
    }
    // the demo merchant's receiver is on this machine
    config.allow_private_webhooks = true;
    Ok(config)
}
