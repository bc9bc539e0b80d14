//! What a pool's authority does: it creates the pool, and gives its stakers rewards.

use serde::{Deserialize, Serialize};
use solana_pubkey::Pubkey;
use till::client::{self, FundArgs, NewPool, PoolKey};
use till::{MAX_PLAN_SECONDS, MAX_TIERS, Tier};
use utoipa::ToSchema;

use super::acting::{hand_out, require_open};
use super::pool::PoolState;
use crate::gateway::Gateway;
use crate::problem::{Code, FieldErrors, Problem, Result};
use crate::tokens::KnownToken;
use crate::wallet::{self, Signable, Spent, TransactionForWallet};

/// A tier of a pool that is to be.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TierRequest {
    /// Lock and cooldown together are a day at least; the lock is two years at most.
    #[schema(example = 2_592_000)]
    pub lock_seconds: u32,
    /// In basis points of the amount: 10,000 to 50,000.
    #[schema(example = 15_000)]
    pub weight_bps: u16,
}

/// A pool that a wallet wants to create. Its tiers and cooldown never change.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PoolRequest {
    /// The wallet that signs, pays the rent and governs the rewards, base58.
    pub authority: String,
    /// What is staked: a symbol or a mint's address.
    pub token: String,
    /// One to four.
    pub tiers: Vec<TierRequest>,
    /// From asking a stake back to withdrawing it; 30 days at most.
    #[schema(example = 86_400)]
    pub cooldown_seconds: u32,
    /// Tells the wallet's pools of otherwise equal terms apart.
    #[serde(default)]
    pub index: u16,
}

/// The transaction that creates a pool, and where it will be.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewPoolTransaction {
    /// Of the pool: known before it is created.
    pub address: String,
    #[serde(flatten)]
    pub handed_out: TransactionForWallet,
}

/// The transaction by which a wallet creates a pool.
pub async fn begin(gateway: &Gateway, request: &PoolRequest) -> Result<NewPoolTransaction> {
    let authority = wallet::parse(&request.authority)?;
    let tiers = tiers(request)?;
    let token = KnownToken::named(gateway, &request.token).await?;
    let new = NewPool { authority, rent_payer: authority, cooldown_seconds: request.cooldown_seconds, tiers };
    let key = PoolKey::of(authority, request.index, token.token, &new);
    let words = format!("Create a staking pool for {}", token.symbol.as_deref().unwrap_or("a token"));
    let signable = Signable::new(authority, vec![client::create_pool(&key, new)], words);
    let handed_out = signable.hand_out(gateway, wallet::refused).await?;
    Ok(NewPoolTransaction { address: key.address().to_string(), handed_out })
}

/// The tiers, within the bounds that the program itself keeps.
fn tiers(request: &PoolRequest) -> Result<Vec<Tier>> {
    let mut errors = FieldErrors::default();
    if !(1..=MAX_TIERS).contains(&request.tiers.len()) {
        errors.add(Code::ValidationFailed, "tiers", format!("1 to {MAX_TIERS} tiers"));
    }
    if request.cooldown_seconds > till::MAX_COOLDOWN_SECONDS {
        let detail = format!("at most {} seconds", till::MAX_COOLDOWN_SECONDS);
        errors.add(Code::ValidationFailed, "cooldown_seconds", detail);
    }
    let asked = request.tiers.iter();
    let tiers: Vec<Tier> =
        asked.map(|tier| Tier { lock_seconds: tier.lock_seconds, weight_bps: tier.weight_bps }).collect();
    for (index, tier) in tiers.iter().enumerate() {
        if tier.require_within_bounds(request.cooldown_seconds).is_err() {
            let detail = "a lock of at most two years, a day at least together with the cooldown, and a weight of \
                          10,000 to 50,000 basis points";
            errors.add(Code::ValidationFailed, &format!("tiers.{index}"), detail);
        }
    }
    match errors.into_problem() {
        Some(problem) => Err(problem),
        None => Ok(tiers),
    }
}

pub async fn add_reward(
    gateway: &Gateway,
    pool: &str,
    account: &str,
    token: &str,
) -> Result<TransactionForWallet> {
    let (pool, authority) = governed(gateway, pool, account).await?;
    let token = KnownToken::named(gateway, token).await?;
    let instruction = client::add_reward(pool.address, authority, authority, &token.token);
    let named = token.symbol.clone().unwrap_or_else(|| token.mint());
    let words = format!("Add a reward in {named} to {}", pool.name());
    hand_out(gateway, &pool, authority, vec![instruction], words).await
}

pub async fn fund_reward(
    gateway: &Gateway,
    pool: &str,
    account: &str,
    token: &str,
    amount: &str,
    seconds: u32,
) -> Result<TransactionForWallet> {
    let (pool, authority) = governed(gateway, pool, account).await?;
    if !(1..=MAX_PLAN_SECONDS).contains(&seconds) {
        let detail = format!("1 to {MAX_PLAN_SECONDS} seconds");
        return Err(Problem::of_field(Code::ValidationFailed, "seconds", detail));
    }
    let is_named = |known: &KnownToken| known.mint() == token || known.symbol.as_deref() == Some(token);
    let index = pool.rewards.iter().position(|reward| is_named(&reward.token));
    let reward = index.and_then(|index| Some((pool.reward_key(index)?, &pool.rewards[index].token)));
    let (reward, token) = reward.ok_or_else(|| {
        Problem::of_field(
            Code::ValidationFailed,
            "token",
            "the pool has no reward in this token: add it first",
        )
    })?;
    let amount = token.read(amount)?;
    let spending = token.spending(amount, &[], "the network fee");
    let Spent { gross, around } = spending.by(gateway, &authority).await?;
    let args = FundArgs { amount: amount.0, seconds, max_sent: gross };
    let from = token.token.account_of(&authority);
    let instruction = client::fund_reward(&reward, authority, from, args);
    let surcharge = token.surcharge(amount, gross);
    let words = format!(
        "Give {} to the stakers of {} over {seconds} seconds{surcharge}",
        token.words(amount),
        pool.name()
    );
    hand_out(gateway, &pool, authority, around.these([instruction]), words).await
}

/// A pool that takes rewards, and its authority, who must be the wallet `account`.
async fn governed(gateway: &Gateway, pool: &str, account: &str) -> Result<(PoolState, Pubkey)> {
    let authority = wallet::parse(account)?;
    let pool = PoolState::load(gateway, pool).await?;
    if pool.account.authority != authority {
        return Err(Problem::new(Code::SignerNotAllowed, "it takes the signature of the pool's authority"));
    }
    require_open(&pool)?;
    Ok((pool, authority))
}
