//! Pools.

use solana_pubkey::Pubkey;
use till::events::*;
use till::pool_terms_hash;
use till_store::Amount;
use till_store::chain::{self, PoolOpening, PoolState, State};

use super::super::{ProjectionError, effect::Effect, offered, signed};

pub fn created(event: &PoolCreated) -> Result<Effect, ProjectionError> {
    let terms_hash = pool_terms_hash(&event.stake_mint, &event.tiers, event.cooldown_seconds)
        .map_err(|_| ProjectionError::TermsTooLong { of: "a pool" })?;
    let opening = PoolOpening {
        founder: event.founder.to_string(),
        index: event.index.into(),
        authority: event.authority.to_string(),
        rent_payer: event.rent_payer.to_string(),
        stake_mint: event.stake_mint.to_string(),
        stake_token: event.stake_token.to_string(),
        token_program: event.token_program.to_string(),
        decimals: event.decimals.into(),
        terms_hash: terms_hash.to_vec(),
        cooldown_seconds: event.cooldown_seconds.into(),
        lock_seconds: event.tiers.iter().map(|tier| tier.lock_seconds.into()).collect(),
        weight_bps: event.tiers.iter().map(|tier| tier.weight_bps.into()).collect(),
    };
    Ok(effect(event.pool, vec![PoolState::Created(Box::new(opening))]))
}

pub fn authority_proposed(event: &PoolAuthorityProposed) -> Result<Effect, ProjectionError> {
    let PoolAuthorityProposed { pool_address, pending_authority, pool } = event;
    let proposed = PoolState::AuthorityProposed(offered(*pending_authority));
    Ok(effect(*pool_address, vec![balances(pool)?, proposed]))
}

pub fn authority_accepted(event: &PoolAuthorityAccepted) -> Result<Effect, ProjectionError> {
    let PoolAuthorityAccepted { pool_address, authority, pool } = event;
    let accepted = PoolState::AuthorityAccepted(authority.to_string());
    Ok(effect(*pool_address, vec![balances(pool)?, accepted]))
}

pub fn retired(event: &PoolRetired) -> Result<Effect, ProjectionError> {
    Ok(effect(event.pool_address, vec![balances(&event.pool)?, PoolState::Retired]))
}

pub fn closed(event: &PoolClosed) -> Result<Effect, ProjectionError> {
    Ok(effect(event.pool_address, vec![balances(&event.pool)?, PoolState::Closed]))
}

/// Of an event after which the pool's sums are these.
pub fn moved(pool: Pubkey, after: &PoolBalances) -> Result<Effect, ProjectionError> {
    Ok(effect(pool, vec![balances(after)?]))
}

fn effect(pool: Pubkey, states: Vec<PoolState>) -> Effect {
    let states = states.into_iter().map(|state| (pool.to_string(), State::Pool(state)));
    Effect::on(pool, states.collect())
}

fn balances(after: &PoolBalances) -> Result<PoolState, ProjectionError> {
    Ok(PoolState::Balances(chain::PoolBalances {
        staked: Amount(after.staked),
        cooling: Amount(after.cooling),
        weighted: Amount(after.weighted),
        positions: signed("positions of a pool", after.positions)?,
        sequence: signed("pool sequence", after.sequence)?,
    }))
}
