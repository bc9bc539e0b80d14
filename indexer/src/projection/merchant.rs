//! Merchants: who governs, who operates, who is paid.

use solana_pubkey::Pubkey;
use till::events::*;
use till_store::chain::{MerchantState, State};

use super::{ProjectionError, effect::Effect, offered, signed};

pub fn registered(event: &MerchantRegistered) -> Effect {
    let state = MerchantState::Registered {
        founder: event.founder.to_string(),
        index: event.index.into(),
        authority: event.authority.to_string(),
        operator: event.operator.to_string(),
        payout_wallet: event.payout_wallet.to_string(),
        rent_payer: event.rent_payer.to_string(),
    };
    effect(event.merchant, state)
}

pub fn updated(event: &MerchantUpdated) -> Result<Effect, ProjectionError> {
    let state = MerchantState::Updated {
        operator: None,
        payout_wallet: Some(event.payout_wallet.to_string()),
        sequence: sequence(event.sequence)?,
    };
    Ok(effect(event.merchant, state))
}

pub fn operator_set(event: &OperatorSet) -> Result<Effect, ProjectionError> {
    let state = MerchantState::Updated {
        operator: Some(event.operator.to_string()),
        payout_wallet: None,
        sequence: sequence(event.sequence)?,
    };
    Ok(effect(event.merchant, state))
}

pub fn authority_proposed(event: &MerchantAuthorityProposed) -> Result<Effect, ProjectionError> {
    let pending_authority = offered(event.pending_authority);
    let state = MerchantState::AuthorityProposed { pending_authority, sequence: sequence(event.sequence)? };
    Ok(effect(event.merchant, state))
}

pub fn authority_accepted(event: &MerchantAuthorityAccepted) -> Result<Effect, ProjectionError> {
    let authority = event.authority.to_string();
    let state = MerchantState::AuthorityAccepted { authority, sequence: sequence(event.sequence)? };
    Ok(effect(event.merchant, state))
}

pub fn closed(event: &MerchantClosed) -> Effect {
    effect(event.merchant, MerchantState::Closed)
}

fn effect(merchant: Pubkey, state: MerchantState) -> Effect {
    let states = vec![(merchant.to_string(), State::Merchant(state))];
    Effect { merchant: Some(merchant), states, ..Effect::default() }
}

fn sequence(sequence: u64) -> Result<i64, ProjectionError> {
    signed("merchant sequence", sequence)
}
