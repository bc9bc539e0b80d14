//! The protocol's configuration.

use till::events::*;
use till_store::chain::{PROTOCOL, ProtocolState, State};

use super::{ProjectionError, effect::Effect, offered, signed};

pub fn initialized(event: &ProtocolInitialized) -> Effect {
    effect(ProtocolState::Initialized {
        admin: event.admin.to_string(),
        guardian: event.guardian.to_string(),
        treasury: event.treasury.to_string(),
        fee_bps: event.fee_bps.into(),
    })
}

pub fn updated(event: &ProtocolUpdated) -> Result<Effect, ProjectionError> {
    Ok(effect(ProtocolState::Updated {
        guardian: event.guardian.to_string(),
        treasury: event.treasury.to_string(),
        pool: offered(event.pool),
        burn_mint: offered(event.burn_mint),
        fee_bps: event.fee_bps.into(),
        stakers_bps: event.stakers_bps.into(),
        burn_bps: event.burn_bps.into(),
        sequence: sequence(event.sequence)?,
    }))
}

pub fn paused(event: &ProtocolPaused) -> Result<Effect, ProjectionError> {
    Ok(effect(ProtocolState::Paused { paused: true, sequence: sequence(event.sequence)? }))
}

pub fn unpaused(event: &ProtocolUnpaused) -> Result<Effect, ProjectionError> {
    Ok(effect(ProtocolState::Paused { paused: false, sequence: sequence(event.sequence)? }))
}

pub fn admin_proposed(event: &AdminProposed) -> Result<Effect, ProjectionError> {
    let pending_admin = offered(event.pending_admin);
    Ok(effect(ProtocolState::AdminProposed { pending_admin, sequence: sequence(event.sequence)? }))
}

pub fn admin_accepted(event: &AdminAccepted) -> Result<Effect, ProjectionError> {
    let admin = event.admin.to_string();
    Ok(effect(ProtocolState::AdminAccepted { admin, sequence: sequence(event.sequence)? }))
}

fn effect(state: ProtocolState) -> Effect {
    Effect::on(PROTOCOL, vec![change(state)])
}

pub fn change(state: ProtocolState) -> (String, State) {
    (PROTOCOL.to_owned(), State::Protocol(state))
}

pub fn sequence(sequence: u64) -> Result<i64, ProjectionError> {
    signed("protocol sequence", sequence)
}
