//! What merchants say of their campaigns and pools: plain text, which the chain knows nothing of.

use serde::Deserialize;
use serde_json::json;
use till_store::db;
use till_store::domain::Money;
use till_store::gateway::profiles::{self, Profile};
use till_store::gateway::{campaigns, pools};
use utoipa::ToSchema;

use crate::auth::{Actor, Identity};
use crate::gateway::Gateway;
use crate::payments::request::text::is_text;
use crate::problem::{Code, FieldErrors, Problem, Result};

const MAX_TITLE: usize = 100;
const MAX_DESCRIPTION: usize = 2_000;
const MAX_SUGGESTED: usize = 8;

/// What a merchant says of a campaign, in the place of what it said before.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CampaignProfile {
    /// 1 to 100 characters.
    #[schema(example = "A well for the village")]
    pub title: String,
    /// At most 2,000 characters, plain text.
    pub description: Option<String>,
    /// At most eight, in units of the token.
    #[serde(default)]
    #[schema(example = json!(["5", "25", "100"]))]
    pub suggested_amounts: Vec<String>,
}

/// What a merchant says of a pool, in the place of what it said before.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PoolProfile {
    /// 1 to 100 characters.
    #[schema(example = "Stake TILL")]
    pub title: String,
    /// At most 2,000 characters, plain text.
    pub description: Option<String>,
}

/// Says this of the campaign at `address`, for whose creator or beneficiary the caller must speak. The creator's word
/// stands before the beneficiary's.
///
/// # Errors
/// Among others `signer_not_allowed`, see [`right`], and `profile_taken` if another merchant's word stands.
pub async fn of_campaign(
    gateway: &Gateway,
    merchant: &Identity,
    address: &str,
    said: &CampaignProfile,
) -> Result<()> {
    let campaign = campaigns::show(&gateway.pool, address).await?;
    let unknown = || Problem::new(Code::CampaignNotFound, format!("there is no campaign {address}"));
    let campaign = campaign.ok_or_else(unknown)?;
    let mut errors = FieldErrors::default();
    check(&said.title, said.description.as_deref(), &mut errors);
    if said.suggested_amounts.len() > MAX_SUGGESTED {
        errors.add(Code::ValidationFailed, "suggested_amounts", format!("at most {MAX_SUGGESTED}"));
    }
    for (index, amount) in said.suggested_amounts.iter().take(MAX_SUGGESTED).enumerate() {
        let is_fine = Money::parse(amount, campaign.decimals()).is_ok_and(|amount| !amount.is_zero());
        if !is_fine {
            let field = format!("suggested_amounts.{index}");
            errors.add(Code::AmountInvalid, &field, "an amount in units of the token, above zero");
        }
    }
    refuse(errors)?;
    let wallets = [&campaign.creator, &campaign.beneficiary];
    let wallet = right(gateway, merchant, &wallets, "the campaign's creator or beneficiary").await?;
    let is_creators = wallet == campaign.creator;
    let (title, description) = (said.title.as_str(), said.description.as_deref());
    let merchant_id = &merchant.merchant_id;
    let profile = Profile { address, merchant_id, wallet: &wallet, title, description };
    let mut db = db::begin(&gateway.pool).await?;
    let done = profiles::of_campaign(&mut *db, profile, &said.suggested_amounts, is_creators).await?;
    require_said(done)?;
    merchant.note(&mut db, "campaign.describe", address, json!({ "title": title })).await?;
    Ok(db.commit().await?)
}

/// The same of the pool at `address`, for whose authority the caller must speak.
pub async fn of_pool(
    gateway: &Gateway,
    merchant: &Identity,
    address: &str,
    said: &PoolProfile,
) -> Result<()> {
    let unknown = || Problem::new(Code::PoolNotFound, format!("there is no pool {address}"));
    let authority = pools::authority(&gateway.pool, address).await?.ok_or_else(unknown)?;
    let mut errors = FieldErrors::default();
    check(&said.title, said.description.as_deref(), &mut errors);
    refuse(errors)?;
    let wallet = right(gateway, merchant, &[&authority], "the pool's authority").await?;
    let (title, description) = (said.title.as_str(), said.description.as_deref());
    let merchant_id = &merchant.merchant_id;
    let profile = Profile { address, merchant_id, wallet: &wallet, title, description };
    let mut db = db::begin(&gateway.pool).await?;
    profiles::of_pool(&mut *db, profile).await?;
    merchant.note(&mut db, "pool.describe", address, json!({ "title": title })).await?;
    Ok(db.commit().await?)
}

/// The one of these wallets that the caller speaks for; they are `whose`.
///
/// # Errors
/// `signer_not_allowed` if it is none of them.
async fn right(gateway: &Gateway, merchant: &Identity, wallets: &[&String], whose: &str) -> Result<String> {
    let refused = || {
        let key = "use a key of a merchant which that wallet founded and governs";
        Problem::new(Code::SignerNotAllowed, format!("sign in with the wallet of {whose}, or {key}"))
    };
    let wallet = spoken_for(gateway, merchant).await?;
    wallet.filter(|wallet| wallets.contains(&wallet)).ok_or_else(refused)
}

/// The wallet that has signed for what the caller does: by signing in, or as the founder of the merchant. Whatever else
/// the merchant's account names need not have signed: operator, payout wallet, an authority that did not found it.
async fn spoken_for(gateway: &Gateway, merchant: &Identity) -> Result<Option<String>> {
    match &merchant.actor {
        Actor::Member(wallet) => Ok(Some(wallet.clone())),
        Actor::Key(_) | Actor::Client(_) => {
            Ok(profiles::founding_authority(&gateway.pool, &merchant.merchant_address).await?)
        }
        Actor::Store(_) | Actor::Link(_) => Ok(None),
    }
}

fn check(title: &str, description: Option<&str>, errors: &mut FieldErrors) {
    if !is_text(title, 1..=MAX_TITLE) || title.contains('\n') {
        let detail = format!("1 to {MAX_TITLE} characters, without control characters");
        errors.add(Code::ValidationFailed, "title", detail);
    }
    if description.is_some_and(|text| !is_text(text, 1..=MAX_DESCRIPTION)) {
        let detail = format!("1 to {MAX_DESCRIPTION} characters, without control characters");
        errors.add(Code::ValidationFailed, "description", detail);
    }
}

fn refuse(errors: FieldErrors) -> Result<()> {
    errors.into_problem().map_or(Ok(()), Err)
}

fn require_said(done: bool) -> Result<()> {
    if done {
        return Ok(());
    }
    Err(Problem::new(Code::ProfileTaken, "another merchant with at least as much right to it describes it"))
}
