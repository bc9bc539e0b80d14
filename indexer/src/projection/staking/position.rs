//! Positions.

use till::events::*;
use till_store::Amount;
use till_store::chain::{
    self,
    Account::{External, Stake},
    PositionState, State,
};

use super::super::{Place, ProjectionError, effect::Effect, ledger, signed, time};
use super::pool;

pub fn staked(event: &Staked, at: &Place) -> Result<Effect, ProjectionError> {
    let Staked { about, rent_payer, tier, amount, position, pool, .. } = event;
    let state = PositionState::Staked {
        pool: about.pool.to_string(),
        owner: about.owner.to_string(),
        rent_payer: rent_payer.to_string(),
        tier: (*tier).into(),
        balances: balances(position)?,
    };
    let entries = ledger::moved(External, Stake, *amount);
    Ok(Effect { ledger: ledger::lines(&at.key, about.pool, None, entries), ..effect(about, state, pool)? })
}

pub fn unstake_requested(event: &UnstakeRequested) -> Result<Effect, ProjectionError> {
    effect(&event.about, PositionState::Balances(balances(&event.position)?), &event.pool)
}

pub fn withdrawn(event: &StakeWithdrawn, at: &Place) -> Result<Effect, ProjectionError> {
    let StakeWithdrawn { about, amount, position, pool, .. } = event;
    let state = PositionState::Balances(balances(position)?);
    let entries = ledger::moved(Stake, External, *amount);
    Ok(Effect { ledger: ledger::lines(&at.key, about.pool, None, entries), ..effect(about, state, pool)? })
}

pub fn closed(event: &PositionClosed) -> Result<Effect, ProjectionError> {
    effect(&event.about, PositionState::Closed, &event.pool)
}

/// The change of a position whose amounts and times are these from then on.
pub fn moved(about: &PositionRef, after: &PositionBalances) -> Result<(String, State), ProjectionError> {
    Ok(change(about, PositionState::Balances(balances(after)?)))
}

fn effect(about: &PositionRef, state: PositionState, pool: &PoolBalances) -> Result<Effect, ProjectionError> {
    let mut effect = pool::moved(about.pool, pool)?;
    effect.states.push(change(about, state));
    Ok(effect)
}

fn change(about: &PositionRef, state: PositionState) -> (String, State) {
    (about.position.to_string(), State::Position(state))
}

fn balances(after: &PositionBalances) -> Result<chain::PositionBalances, ProjectionError> {
    // At 0 nothing was ever asked back.
    let available_at = Some(after.available_at).filter(|at| *at != 0);
    Ok(chain::PositionBalances {
        amount: Amount(after.amount),
        weighted: Amount(after.weighted),
        cooling: Amount(after.cooling),
        unlock_at: time("unlock time", after.unlock_at)?,
        available_at: available_at.map(|at| time("time of availability", at)).transpose()?,
        sequence: signed("position sequence", after.sequence)?,
    })
}
