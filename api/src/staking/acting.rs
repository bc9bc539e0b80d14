//! What wallets do with a pool; here: staking, and closing a position.

use serde::Deserialize;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::client::{self, PositionKey, Staker};
use utoipa::ToSchema;

use super::pool::PoolState;
use super::staked::{Position, Staked, time_in_words};
use super::{earning, governing, leaving};
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::wallet::{self, Signable, Spent, TransactionForWallet};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PoolAction)]
pub enum Action {
    /// Stakes `amount` in `tier`.
    Stake,
    /// Asks a stake back: `amount` of it or all, of `position` or of all that are not locked.
    Unstake,
    /// Gets what has cooled down, of `position` or of all.
    Withdraw,
    /// Gets the rewards of `position` or of all.
    Claim,
    /// Closes `position`, in which nothing is left, and gives its rent back; without one, the first such.
    ClosePosition,
    /// The pool's authority adds a reward in `token`.
    AddReward,
    /// The pool's authority gives `amount` of `token` to the stakers, evenly over `seconds` from now on.
    FundReward,
}

/// What a wallet wants to do with a pool. What an action does not name it does not look at.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PoolAction {
    pub action: Action,
    /// The wallet that signs and pays the network fee, base58.
    pub account: String,
    /// In units of the token.
    #[schema(example = "100.00")]
    pub amount: Option<String>,
    pub tier: Option<u8>,
    /// The address of a position of the wallet.
    pub position: Option<String>,
    /// A symbol or a mint's address.
    pub token: Option<String>,
    #[schema(example = 2_592_000)]
    pub seconds: Option<u32>,
}

/// The transaction by which a wallet acts on a pool.
pub async fn act(gateway: &Gateway, pool: &str, request: &PoolAction) -> Result<TransactionForWallet> {
    let PoolAction { action, account, amount, tier, position, token, seconds } = request;
    let (amount, position) = (amount.as_deref(), position.as_deref());
    match action {
        Action::Stake => {
            let tier = needed("tier", tier.as_ref())?;
            stake(gateway, pool, account, *tier, needed("amount", amount)?).await
        }
        Action::Unstake => leaving::unstake(gateway, pool, account, position, amount).await,
        Action::Withdraw => leaving::withdraw(gateway, pool, account, position).await,
        Action::Claim => earning::claim(gateway, pool, account, position).await,
        Action::ClosePosition => close_position(gateway, pool, account, position).await,
        Action::AddReward => {
            governing::add_reward(gateway, pool, account, needed("token", token.as_ref())?).await
        }
        Action::FundReward => {
            let (token, amount) = (needed("token", token.as_ref())?, needed("amount", amount)?);
            let seconds = needed("seconds", seconds.as_ref())?;
            governing::fund_reward(gateway, pool, account, token, amount, *seconds).await
        }
    }
}

fn needed<T>(field: &str, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| Problem::of_field(Code::ValidationFailed, field, "this action needs it"))
}

/// How many addresses of positions are tried for one that is free.
const MOST_TRIED: usize = 64;

pub async fn stake(
    gateway: &Gateway,
    pool: &str,
    account: &str,
    tier: u8,
    amount: &str,
) -> Result<TransactionForWallet> {
    let owner = wallet::parse(account)?;
    let staked = Staked::load(gateway, pool, owner).await?;
    let pool = &staked.pool;
    require_open(pool)?;
    let Ok(chosen) = pool.account.tier(tier) else {
        let detail = format!("the pool has {} tiers, counted from 0", pool.account.tier_count);
        return Err(Problem::of_field(Code::ValidationFailed, "tier", detail));
    };
    let amount = pool.stake_token.read(amount)?;
    let (position, is_new) = place(gateway, &staked, tier, chosen.lock_seconds).await?;
    let creates = if is_new { &[till::Position::SPACE][..] } else { &[] };
    let purpose = if is_new { "the network fee and the position's account" } else { "the network fee" };
    let spending = pool.stake_token.spending(amount, creates, purpose);
    let Spent { gross, around } = spending.by(gateway, &owner).await?;
    let staker = Staker {
        token_account: pool.stake_token.token.account_of(&owner),
        rent_payer: owner,
        tier,
        amount: amount.0,
        max_sent: gross,
    };
    let instruction = client::stake(&pool.key(), &position, &staker);
    let mut words = format!("Stake {} in {}", pool.stake_token.words(amount), pool.name());
    if chosen.lock_seconds > 0 {
        let until = pool.now.saturating_add(i64::from(chosen.lock_seconds));
        words += &format!(", locked until {}", time_in_words(until));
    }
    words += &pool.stake_token.surcharge(amount, gross);
    hand_out(gateway, pool, owner, around.these([instruction]), words).await
}

/// Where a stake goes. A tier that does not lock has one position, which it is added to. In one that does, adding would
/// lock what is there again: so it gets a position of its own. Says whether it is a new one.
async fn place(
    gateway: &Gateway,
    staked: &Staked,
    tier: u8,
    lock_seconds: u32,
) -> Result<(PositionKey, bool)> {
    let first = PositionKey::of(staked.pool.address, staked.owner);
    let keys: Vec<PositionKey> =
        std::iter::successors(Some(first), PositionKey::next).take(MOST_TRIED).collect();
    let is_to_be_added_to = |position: &&Position| {
        position.account.tier == tier && (lock_seconds == 0 || position.account.amount == 0)
    };
    let known = staked.positions.iter().find(is_to_be_added_to);
    if let Some(key) = known.and_then(|known| keys.iter().find(|key| key.address == known.address)) {
        return Ok((*key, false));
    }
    let addresses: Vec<Pubkey> = keys.iter().map(|key| key.address).collect();
    let snapshot = gateway.chain.snapshot(&addresses).await?;
    let free = (0..keys.len()).find(|place| !snapshot.is_ours(*place));
    let full = || {
        let detail =
            "this wallet has as many positions as it can: close those that are empty, or use another tier";
        Problem::new(Code::ValidationFailed, detail)
    };
    free.map(|place| (keys[place], true)).ok_or_else(full)
}

/// Refuses when nothing new may come in.
pub fn require_open(pool: &PoolState) -> Result<()> {
    if pool.account.retired == 0 {
        return Ok(());
    }
    Err(Problem::new(Code::PoolRetired, "the pool is retired: nothing new comes in, everything can leave"))
}

async fn close_position(
    gateway: &Gateway,
    pool: &str,
    account: &str,
    position: Option<&str>,
) -> Result<TransactionForWallet> {
    let owner = wallet::parse(account)?;
    let staked = Staked::load(gateway, pool, owner).await?;
    let chosen = staked.chosen(position)?;
    let refused = |detail: &str| Problem::new(Code::NothingToClose, detail);
    let empty = chosen.iter().find(|position| position.account.is_empty());
    let position = empty.ok_or_else(|| refused("no position without a stake is there to be closed"))?;
    if position.claimable.iter().any(|amount| *amount > 0) {
        return Err(refused("claim its rewards first: what is not claimed would be given up"));
    }
    let close = client::close_position(
        staked.pool.address,
        position.address,
        position.account.rent_payer,
        Some(owner),
    );
    let words = format!("Close an empty position in {}, and get its rent back", staked.pool.name());
    hand_out(gateway, &staked.pool, owner, vec![close], words).await
}

/// A transaction about a pool, for a wallet to sign and to pay for.
pub async fn hand_out(
    gateway: &Gateway,
    pool: &PoolState,
    wallet: Pubkey,
    instructions: Vec<Instruction>,
    words: String,
) -> Result<TransactionForWallet> {
    let signable = Signable { seen_in: Some(pool.slot), ..Signable::new(wallet, instructions, words) };
    signable.hand_out(gateway, wallet::refused).await
}
