//! The protocol's fees on their way out. What stakers earned and what was burned have events of their own.

use till::{FeeShares, events::*};
use till_store::chain::{Account, FeeKind};

use super::{Place, effect::Effect, ledger, totals, vault};

pub fn swept(event: &FeesSwept, at: &Place) -> Effect {
    let FeesSwept { vault_address, merchant, mint, shares, vault, .. } = event;
    let FeeShares { treasury, stakers, burned } = *shares;
    let moved = |share| ledger::moved(Account::Fees, Account::External, share);
    let entries = [treasury, stakers, burned].map(moved).concat();
    Effect {
        ledger: ledger::lines(&at.key, *vault_address, Some(*mint), entries),
        fees: Some(totals::fees(FeeKind::Sweep, *mint, shares, at)),
        ..vault::effect(*merchant, *vault_address, Some(*vault), None)
    }
}

/// They come from where the program holds nothing.
pub fn harvested(event: &FeesHarvested, at: &Place) -> Effect {
    let fees = totals::fees(FeeKind::Harvest, event.mint, &event.shares, at);
    Effect { fees: Some(fees), ..Effect::on(event.mint, Vec::new()) }
}
