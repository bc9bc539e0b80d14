//! Merchants: who governs, who operates, who is paid.

use solana_pubkey::Pubkey;
use till::events::*;
use till_store::chain::MerchantState;

use super::{ProjectionError, effect::Effect, signed};

pub fn registered(event: &MerchantRegistered) -> Effect {
    let state = MerchantState::Registered {
        founder: event.founder.to_string(),
        index: event.index.into(),
        authority: event.authority.to_string(),
        operator: event.operator.to_string(),
        payout_wallet: event.payout_wallet.to_string(),
    };
    effect(event.merchant, state)
}

pub fn updated(event: &MerchantUpdated) -> Result<Effect, ProjectionError> {
    let MerchantUpdated { merchant, payout_wallet, sequence } = event;
    change(*merchant, *sequence, Change { payout_wallet: Some(*payout_wallet), ..Change::default() })
}

pub fn operator_set(event: &OperatorSet) -> Result<Effect, ProjectionError> {
    let OperatorSet { merchant, operator, sequence } = event;
    change(*merchant, *sequence, Change { operator: Some(*operator), ..Change::default() })
}

/// An offer changes nothing until it is accepted.
pub fn authority_proposed(event: &MerchantAuthorityProposed) -> Result<Effect, ProjectionError> {
    change(event.merchant, event.sequence, Change::default())
}

pub fn authority_accepted(event: &MerchantAuthorityAccepted) -> Result<Effect, ProjectionError> {
    let MerchantAuthorityAccepted { merchant, authority, sequence } = event;
    change(*merchant, *sequence, Change { authority: Some(*authority), ..Change::default() })
}

pub fn closed(event: &MerchantClosed) -> Effect {
    effect(event.merchant, MerchantState::Closed)
}

#[derive(Default)]
struct Change {
    authority: Option<Pubkey>,
    operator: Option<Pubkey>,
    payout_wallet: Option<Pubkey>,
}

fn change(merchant: Pubkey, sequence: u64, to: Change) -> Result<Effect, ProjectionError> {
    let text = |key: Option<Pubkey>| key.map(|key| key.to_string());
    let state = MerchantState::Updated {
        authority: text(to.authority),
        operator: text(to.operator),
        payout_wallet: text(to.payout_wallet),
        sequence: signed("merchant sequence", sequence)?,
    };
    Ok(effect(merchant, state))
}

fn effect(merchant: Pubkey, state: MerchantState) -> Effect {
    Effect { merchant: Some(merchant), merchant_state: Some(state), ..Effect::default() }
}
