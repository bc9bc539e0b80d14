//! Burn records, and each burn.

use solana_pubkey::Pubkey;
use till::events::*;
use till_store::Amount;
use till_store::chain::{self, Burn, BurnRecordState, State};

use super::{Place, ProjectionError, effect::Effect, signed};

pub fn opened(event: &BurnRecordOpened) -> Effect {
    let state = BurnRecordState::Opened {
        mint: event.mint.to_string(),
        decimals: event.decimals.into(),
        rent_payer: event.rent_payer.to_string(),
    };
    effect(event.record, state)
}

pub fn burned(event: &Burned, at: &Place) -> Result<Effect, ProjectionError> {
    let Burned { record, mint, owner, amount, totals, .. } = event;
    burn(*record, *mint, Some(*owner), *amount, totals, at)
}

pub fn fees_burned(event: &FeesBurned, at: &Place) -> Result<Effect, ProjectionError> {
    let FeesBurned { record, mint, amount, totals } = event;
    burn(*record, *mint, None, *amount, totals, at)
}

pub fn closed(event: &BurnRecordClosed) -> Effect {
    effect(event.record, BurnRecordState::Closed)
}

fn burn(
    record: Pubkey,
    mint: Pubkey,
    owner: Option<Pubkey>,
    amount: u64,
    after: &BurnTotals,
    at: &Place,
) -> Result<Effect, ProjectionError> {
    let sequence = signed("burn record sequence", after.sequence)?;
    let totals = chain::BurnTotals {
        burned_by_holders: Amount(after.burned_by_holders),
        burned_from_fees: Amount(after.burned_from_fees),
        sequence,
    };
    let burn = Burn {
        sequence,
        mint: mint.to_string(),
        owner: owner.map(|owner| owner.to_string()),
        amount: Amount(amount),
        burned_at: at.time,
    };
    let mut effect = effect(record, BurnRecordState::Totals(totals));
    effect.states.push((record.to_string(), State::Burn(burn)));
    Ok(effect)
}

fn effect(record: Pubkey, state: BurnRecordState) -> Effect {
    Effect::on(record, vec![(record.to_string(), State::BurnRecord(state))])
}
