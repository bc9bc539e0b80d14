//! Bringing merchants in: what an administrator does, and the local net; by themselves, see `sign_up`.

pub mod registration;
pub mod sign_up;

use anyhow::{Context, Result, bail};
use solana_pubkey::Pubkey;
use sqlx::PgPool;
use till_store::db;
use till_store::gateway::keys::{self, NewKey};
use till_store::gateway::{merchants, tokens};

use crate::auth::key::{Kind, NewSecret};
use crate::chain::Chain;
use crate::config::ChainConfig;

/// A merchant, with a key that is shown this once.
pub struct NewMerchant {
    pub id: String,
    pub api_key: String,
}

/// Brings in the merchant whose account on the chain is at `address`, and gives it an API key. One
/// that is known already is renamed and gets one more key.
///
/// With `operator` the account is looked up: it must be a merchant, and name this operator.
pub async fn create_merchant(
    pool: &PgPool,
    chain: &ChainConfig,
    address: &Pubkey,
    name: &str,
    operator: Option<&Pubkey>,
) -> Result<NewMerchant> {
    if name.trim().is_empty() {
        bail!("a merchant needs a name");
    }
    if let Some(operator) = operator {
        check_operator(&Chain::new(&chain.rpc_url), address, operator).await?;
    }
    let mut db = db::begin(pool).await?;
    let merchant = merchants::upsert(&mut *db, &address.to_string(), name.trim()).await?;
    let key = NewSecret::generate(Kind::FullKey);
    let new = NewKey {
        merchant_id: &merchant.id,
        name: "API key",
        hash: &key.hash,
        prefix: &key.prefix,
        store_id: None,
        scopes: None,
        expires_at: None,
        created_by: None,
    };
    keys::add(&mut *db, new).await?;
    db.commit().await?;
    Ok(NewMerchant { id: merchant.id, api_key: key.secret })
}

async fn check_operator(chain: &Chain, address: &Pubkey, operator: &Pubkey) -> Result<()> {
    let merchant = chain.merchant(address).await.context("the merchant's account cannot be looked up")?;
    let Some(merchant) = merchant else { bail!("there is no merchant's account at {address}") };
    if merchant.operator != *operator && merchant.authority != *operator {
        bail!("the operator of {address} is {}, not ours, which is {operator}", merchant.operator);
    }
    Ok(())
}

/// Names a mint, so that a request can say its symbol.
pub async fn name_token(pool: &PgPool, mint: &Pubkey, symbol: &str, name: &str) -> Result<()> {
    // A symbol that is an address would hide the mint of that address.
    if symbol.is_empty() || symbol.len() > 16 || symbol.parse::<Pubkey>().is_ok() {
        bail!("a symbol is 1 to 16 characters");
    }
    Ok(tokens::upsert(pool, &mint.to_string(), symbol, name).await?)
}
