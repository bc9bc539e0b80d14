//! What days sum up.

use solana_pubkey::Pubkey;
use till::{FeeShares, events::SettledParts};
use till_store::{
    Amount,
    chain::{FeeKind, FeeTotal, Total},
};

use super::Place;

/// A transaction or payout of `amount` that captured nothing.
pub fn of(kind: &'static str, merchant: Pubkey, vault: Pubkey, amount: u64, at: &Place) -> Total {
    Total {
        key: at.key.clone(),
        day: at.time.date_naive(),
        merchant: merchant.to_string(),
        vault: vault.to_string(),
        mint: None,
        kind,
        amount: Amount(amount),
        fees: Amount::ZERO,
        shared: Amount::ZERO,
        net: Amount::ZERO,
        returned: Amount::ZERO,
    }
}

/// What was captured, divided.
pub fn settled(total: Total, parts: &SettledParts) -> Total {
    // The program has added them up before: they are no more than the amount.
    let shared = parts.splits.iter().fold(0u64, |sum, share| sum.saturating_add(*share));
    Total {
        fees: Amount(parts.fee),
        shared: Amount(shared),
        net: Amount(parts.net),
        returned: Amount(parts.returned),
        ..total
    }
}

pub fn fees(kind: FeeKind, mint: Pubkey, shares: &FeeShares, at: &Place) -> FeeTotal {
    FeeTotal {
        key: at.key.clone(),
        day: at.time.date_naive(),
        mint: mint.to_string(),
        kind,
        treasury: Amount(shares.treasury),
        stakers: Amount(shares.stakers),
        burned: Amount(shares.burned),
    }
}
