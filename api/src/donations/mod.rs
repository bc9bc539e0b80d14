//! Campaigns: what they have raised, and the transactions by which wallets give, and get back.

mod acting;
mod begin;
mod shown;

pub use acting::{Action, act, donate, refund};
pub use begin::{CampaignRequest, NewCampaignTransaction, begin};
pub use shown::{Campaign, Donation, Receipt};

use till_store::gateway::campaigns::{self, CampaignRecord};

use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::wallet;

/// The campaign at `address`, as far as it is indexed.
pub async fn find(gateway: &Gateway, address: &str) -> Result<Campaign> {
    Ok(Campaign::new(record(gateway, address).await?, &gateway.public_url))
}

/// At most `limit` donations to a campaign, those before the sequence `before`, latest first.
pub async fn donations(
    gateway: &Gateway,
    address: &str,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Donation>> {
    let campaign = record(gateway, address).await?;
    let found = campaigns::donations(&gateway.pool, address, before, limit).await?;
    Ok(found.into_iter().map(|donation| Donation::new(donation, campaign.decimals())).collect())
}

/// What a wallet has given to a campaign, and whether it gets that back.
pub async fn receipt(gateway: &Gateway, address: &str, wallet: &str) -> Result<Receipt> {
    let campaign = record(gateway, address).await?;
    let wallet = wallet::asked_about(wallet)?.to_string();
    let given = campaigns::given_by(&gateway.pool, address, &wallet).await?;
    let receipts = campaigns::receipts(&gateway.pool, address, &wallet).await?;
    Ok(Receipt::new(&campaign, given, &receipts))
}

async fn record(gateway: &Gateway, address: &str) -> Result<CampaignRecord> {
    let found = campaigns::show(&gateway.pool, address).await?;
    found.ok_or_else(|| Problem::new(Code::CampaignNotFound, format!("there is no campaign {address}")))
}
