use anchor_lang::prelude::*;

use super::VaultBalances;
use crate::Terms;

/// A payment's amounts after the event. `sequence` numbers a payment's transitions from 1.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentBalances {
    pub capturable: u64,
    pub captured: u64,
    pub refunded: u64,
    pub fees: u64,
    pub sequence: u32,
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
    pub fee: u64,
    pub net: u64,
    /// The token account that was paid, or nothing when the vault's balance was credited.
    pub payout_token: Option<Pubkey>,
    pub payment: PaymentBalances,
    pub vault: VaultBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentCaptured {
    pub about: PaymentRef,
    /// The whole amount captured: fee and net.
    pub amount: u64,
    pub fee: u64,
    pub net: u64,
    /// The rest that a final capture gave back to the payer.
    pub returned: u64,
    pub is_final: bool,
    /// The token account that was paid, or nothing when the vault's balance was credited.
    pub payout_token: Option<Pubkey>,
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
