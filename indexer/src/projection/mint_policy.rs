//! Mint policies. They count in the sequence of the protocol, so their events are the protocol's.

use solana_pubkey::Pubkey;
use till::events::*;
use till_store::chain::{MintPolicyState, PROTOCOL, ProtocolState, State};

use super::{ProjectionError, effect::Effect, protocol};

pub fn created(event: &MintPolicyCreated) -> Result<Effect, ProjectionError> {
    let state = MintPolicyState::Created {
        mint: event.mint.to_string(),
        rent_payer: event.rent_payer.to_string(),
        allowed_extensions: event.allowed_extensions,
    };
    effect(event.mint_policy, state, event.sequence)
}

pub fn updated(event: &MintPolicyUpdated) -> Result<Effect, ProjectionError> {
    effect(event.mint_policy, MintPolicyState::Allowed(event.allowed_extensions), event.sequence)
}

pub fn closed(event: &MintPolicyClosed) -> Result<Effect, ProjectionError> {
    effect(event.mint_policy, MintPolicyState::Closed, event.sequence)
}

fn effect(policy: Pubkey, state: MintPolicyState, sequence: u64) -> Result<Effect, ProjectionError> {
    let sequence = protocol::sequence(sequence)?;
    let states = vec![
        (policy.to_string(), State::MintPolicy(state)),
        protocol::change(ProtocolState::PolicyChanged { sequence }),
    ];
    Ok(Effect::on(PROTOCOL, states))
}
