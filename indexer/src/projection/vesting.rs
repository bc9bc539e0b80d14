//! Vestings.

use solana_pubkey::Pubkey;
use till::events::*;
use till_store::Amount;
use till_store::chain::{
    self,
    Account::{External, Vesting},
    State, VestingOpening, VestingState,
};

use super::{Place, ProjectionError, effect::Effect, ledger, signed, time};

pub fn created(event: &VestingCreated, at: &Place) -> Result<Effect, ProjectionError> {
    let terms = &event.terms;
    let opening = VestingOpening {
        grantor: event.grantor.to_string(),
        beneficiary: terms.beneficiary.to_string(),
        mint: event.mint.to_string(),
        vesting_token: event.vesting_token.to_string(),
        token_program: event.token_program.to_string(),
        decimals: event.decimals.into(),
        rent_payer: event.rent_payer.to_string(),
        vesting_id: terms.id,
        total: Amount(terms.total),
        starts_at: time("start of a vesting", terms.start)?,
        cliff_at: time("cliff of a vesting", terms.cliff)?,
        ends_at: time("end of a vesting", terms.end)?,
        revocable: terms.revocable,
        salt: event.salt.into(),
    };
    let created = VestingState::Created(Box::new(opening));
    let entries = ledger::moved(External, Vesting, terms.total);
    Ok(Effect {
        ledger: ledger::lines(&at.key, event.vesting_address, Some(event.mint), entries),
        ..effect(event.vesting_address, vec![created, balances(&event.vesting)?])
    })
}

pub fn claimed(event: &VestedClaimed, at: &Place) -> Result<Effect, ProjectionError> {
    let VestedClaimed { vesting_address, amount, vesting, .. } = event;
    let entries = ledger::moved(Vesting, External, *amount);
    Ok(Effect {
        ledger: ledger::lines(&at.key, *vesting_address, None, entries),
        ..effect(*vesting_address, vec![balances(vesting)?])
    })
}

pub fn revoked(event: &VestingRevoked, at: &Place) -> Result<Effect, ProjectionError> {
    let VestingRevoked { vesting_address, revoked_at, amount, vesting, .. } = event;
    let revoked = VestingState::Revoked(time("revocation of a vesting", *revoked_at)?);
    let entries = ledger::moved(Vesting, External, *amount);
    Ok(Effect {
        ledger: ledger::lines(&at.key, *vesting_address, None, entries),
        ..effect(*vesting_address, vec![balances(vesting)?, revoked])
    })
}

pub fn closed(event: &VestingClosed) -> Result<Effect, ProjectionError> {
    Ok(effect(event.vesting_address, vec![balances(&event.vesting)?, VestingState::Closed]))
}

fn effect(vesting: Pubkey, states: Vec<VestingState>) -> Effect {
    let states = states.into_iter().map(|state| (vesting.to_string(), State::Vesting(state)));
    Effect::on(vesting, states.collect())
}

fn balances(after: &VestingBalances) -> Result<VestingState, ProjectionError> {
    Ok(VestingState::Balances(chain::VestingBalances {
        claimed: Amount(after.claimed),
        returned: Amount(after.returned),
        sequence: signed("vesting sequence", after.sequence)?,
    }))
}
