use anchor_lang::prelude::*;

use super::VaultBalances;
use crate::{Settlement, Terms};

/// A payment's amounts after the event. `sequence` numbers a payment's transitions from 1.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentBalances {
    pub capturable: u64,
    pub captured: u64,
    pub refunded: u64,
    pub fees: u64,
    pub sequence: u32,
}

/// How captured money was divided: `amount` is `fee`, `splits` and `net`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct SettledParts {
    /// The whole amount captured.
    pub amount: u64,
    /// What stays in the vault for the protocol.
    pub fee: u64,
    /// What each payee was paid, in the order of the terms.
    pub splits: Vec<u64>,
    /// What the merchant earned.
    pub net: u64,
    /// What went back to the payer beside the amount.
    pub returned: u64,
    /// The token account that the merchant was paid to, or nothing when the vault's balance was
    /// credited.
    pub payout_token: Option<Pubkey>,
}

impl SettledParts {
    pub fn new(settlement: &Settlement, splits: Vec<u64>, payout_token: Option<Pubkey>) -> Self {
        let Settlement { amount, fee, net, returned, .. } = *settlement;
        Self { amount, fee, splits, net, returned, payout_token }
    }
}

/// Which payment an event is about.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentRef {
    pub payment: Pubkey,
    pub merchant: Pubkey,
    pub vault: Pubkey,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentAuthorized {
    pub about: PaymentRef,
    pub payer: Pubkey,
    pub rent_payer: Pubkey,
    pub terms: Terms,
    /// The protocol's fee that this payment keeps, in basis points.
    pub fee_bps: u16,
    pub payment: PaymentBalances,
    pub vault: VaultBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentCharged {
    pub about: PaymentRef,
    pub payer: Pubkey,
    pub rent_payer: Pubkey,
    pub terms: Terms,
    pub fee_bps: u16,
    pub settled: SettledParts,
    pub payment: PaymentBalances,
    pub vault: VaultBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentCaptured {
    pub about: PaymentRef,
    /// Nothing is left in escrow: what was not captured went back to the payer.
    pub is_final: bool,
    pub settled: SettledParts,
    pub payment: PaymentBalances,
    pub vault: VaultBalances,
}

/// The payer gave the merchant everything in escrow.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentReleased {
    pub about: PaymentRef,
    pub settled: SettledParts,
    pub payment: PaymentBalances,
    pub vault: VaultBalances,
}

/// The payer opened a dispute; until it ends nothing can be captured.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentDisputed {
    pub about: PaymentRef,
    pub arbiter: Pubkey,
    /// Unix seconds. Before it the arbiter may resolve; from it on the payer may reclaim.
    pub dispute_expiry: i64,
    pub payment: PaymentBalances,
}

/// The arbiter ended a dispute.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentResolved {
    pub about: PaymentRef,
    pub arbiter: Pubkey,
    pub settled: SettledParts,
    pub payment: PaymentBalances,
    pub vault: VaultBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentVoided {
    pub about: PaymentRef,
    pub amount: u64,
    pub payer_token: Pubkey,
    pub payment: PaymentBalances,
    pub vault: VaultBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentReclaimed {
    pub about: PaymentRef,
    pub amount: u64,
    pub payer_token: Pubkey,
    pub payment: PaymentBalances,
    pub vault: VaultBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRefunded {
    pub about: PaymentRef,
    /// What the payer received.
    pub amount: u64,
    /// What was sent for it: more than `amount` when the mint charges a transfer fee.
    pub sent: u64,
    /// The token account that paid, or nothing when it was the merchant's balance in the vault.
    pub source: Option<Pubkey>,
    pub payer_token: Pubkey,
    pub payment: PaymentBalances,
    pub vault: VaultBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentClosed {
    pub about: PaymentRef,
    pub rent_payer: Pubkey,
    pub payment: PaymentBalances,
}
