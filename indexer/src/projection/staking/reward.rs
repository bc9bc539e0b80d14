//! What pools pay their stakers in.

use solana_pubkey::Pubkey;
use till::events::*;
use till_store::Amount;
use till_store::chain::{
    self,
    Account::{External, Rewards},
    LedgerLine, RewardChange, RewardState, State,
};

use super::super::{
    Place, ProjectionError,
    effect::Effect,
    ledger::{self, Entry},
};
use super::{pool, position};

pub fn added(event: &RewardAdded) -> Result<Effect, ProjectionError> {
    let state = RewardState::Added {
        index: event.index.into(),
        reward_token: event.reward_token.to_string(),
        token_program: event.token_program.to_string(),
        decimals: event.decimals.into(),
        rent_payer: event.rent_payer.to_string(),
    };
    changed(event.pool_address, event.mint, state, &event.pool)
}

pub fn funded(event: &RewardFunded, at: &Place) -> Result<Effect, ProjectionError> {
    let RewardFunded { pool_address, mint, amount, reward, pool, .. } = event;
    Ok(Effect {
        ledger: lines(*pool_address, *mint, ledger::moved(External, Rewards, *amount), at),
        ..changed(*pool_address, *mint, balances(reward), pool)?
    })
}

pub fn earned(event: &RewardEarned, at: &Place) -> Result<Effect, ProjectionError> {
    let RewardEarned { pool_address, mint, amount, reward, pool, .. } = event;
    Ok(Effect {
        ledger: lines(*pool_address, *mint, ledger::moved(External, Rewards, *amount), at),
        ..changed(*pool_address, *mint, balances(reward), pool)?
    })
}

pub fn claimed(event: &RewardClaimed, at: &Place) -> Result<Effect, ProjectionError> {
    let RewardClaimed { about, mint, amount, reward, position, pool, .. } = event;
    let mut effect = changed(about.pool, *mint, balances(reward), pool)?;
    effect.states.push(position::moved(about, position)?);
    effect.ledger = lines(about.pool, *mint, ledger::moved(Rewards, External, *amount), at);
    Ok(effect)
}

/// What nobody has claimed leaves with the reward.
pub fn removed(event: &RewardRemoved, at: &Place) -> Result<Effect, ProjectionError> {
    let RewardRemoved { pool_address, index, mint, reward, pool } = event;
    let unclaimed = reward.funded.checked_sub(reward.claimed).ok_or(ProjectionError::OutOfRange {
        what: "what is claimed of a reward",
        value: reward.claimed.into(),
    })?;
    Ok(Effect {
        ledger: lines(*pool_address, *mint, ledger::moved(Rewards, External, unclaimed), at),
        ..changed(*pool_address, *mint, RewardState::Removed { index: (*index).into() }, pool)?
    })
}

fn changed(
    pool: Pubkey,
    mint: Pubkey,
    state: RewardState,
    after: &PoolBalances,
) -> Result<Effect, ProjectionError> {
    let mut effect = pool::moved(pool, after)?;
    let change = RewardChange { mint: mint.to_string(), state };
    effect.states.push((pool.to_string(), State::Reward(change)));
    Ok(effect)
}

fn balances(after: &RewardBalances) -> RewardState {
    let RewardBalances { funded, claimed } = *after;
    RewardState::Balances(chain::RewardBalances { funded: Amount(funded), claimed: Amount(claimed) })
}

fn lines(pool: Pubkey, mint: Pubkey, entries: Vec<Entry>, at: &Place) -> Vec<LedgerLine> {
    ledger::lines(&at.key, pool, Some(mint), entries)
}
