//! What one batch of slots changes. Amounts are base units, addresses and signatures base58.

use chrono::{DateTime, Utc};

use crate::{
    Amount,
    domain::{Outcome, TransactionKind},
};

/// Where an event stands: the inner instruction that carries it. The same message seen twice has the
/// same key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventKey {
    pub signature: String,
    pub instruction: i16,
    pub inner_index: i16,
}

/// An event of the program, as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    pub key: EventKey,
    pub slot: i64,
    /// Place of the transaction in its block.
    pub transaction_index: i64,
    pub kind: &'static str,
    pub merchant: Option<String>,
    /// The payment and its sequence after the event.
    pub payment: Option<(String, i64)>,
    /// The vault, and its sequence after the event where the event tells.
    pub vault: Option<(String, Option<i64>)>,
    /// All fields, as JSON.
    pub data: String,
    pub block_time: DateTime<Utc>,
}

/// A part of a vault, or what is outside of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    External,
    Escrow,
    Balance,
    Fees,
}

impl Account {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Escrow => "escrow",
            Self::Balance => "balance",
            Self::Fees => "fees",
        }
    }
}

/// One side of a movement of money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerLine {
    pub key: EventKey,
    pub line: i16,
    pub vault: String,
    pub account: Account,
    /// Into the account, or out of it (negative). Never zero.
    pub amount: i128,
}

/// A change of a merchant's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MerchantChange {
    pub key: EventKey,
    pub address: String,
    pub state: MerchantState,
    pub slot: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MerchantState {
    /// As it is from then on, whatever stood at this address before: an address that was closed can be
    /// registered again, and numbers its changes anew.
    Registered { founder: String, index: i32, authority: String, operator: String, payout_wallet: String },
    /// What is nothing stays as it is.
    Updated {
        authority: Option<String>,
        operator: Option<String>,
        payout_wallet: Option<String>,
        /// Numbers the changes since it registered, from 1.
        sequence: i64,
    },
    /// The account is gone.
    Closed,
}

/// A change of a vault's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultChange {
    pub key: EventKey,
    pub address: String,
    pub state: VaultState,
    pub slot: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultState {
    /// Empty, whatever stood at this address before: one that was closed can be opened again, and
    /// numbers its changes anew.
    Opened {
        merchant: String,
        mint: String,
        vault_token: String,
        token_program: String,
        decimals: i16,
        shard: i32,
    },
    Balances(VaultBalances),
    /// Whether new payments are taken.
    Accepting(bool),
    /// The account is gone.
    Closed,
}

/// What a vault holds after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultBalances {
    pub escrowed: Amount,
    pub balance: Amount,
    pub fees: Amount,
    /// Numbers the changes since it was opened, from 1.
    pub sequence: i64,
}

/// What of a payment never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentOpening {
    pub merchant: String,
    pub vault: String,
    pub mint: String,
    pub payer: String,
    pub rent_payer: String,
    pub terms_hash: Vec<u8>,
    pub merchant_payment_id: Vec<u8>,
    pub amount: Amount,
    pub fee_bps: i32,
    pub authorization_expiry: DateTime<Utc>,
    pub refund_expiry: DateTime<Utc>,
    /// `manual` or `immediate`.
    pub capture_mode: &'static str,
    /// Before it the merchant cannot capture by itself.
    pub capture_from: Option<DateTime<Utc>>,
    /// Of a protected payment: who decides a dispute.
    pub arbiter: Option<String>,
    /// How long it has for that.
    pub dispute_seconds: Option<i64>,
    /// In the order of the terms.
    pub splits: Vec<PaymentSplit>,
}

/// A payee beside the merchant, and its part in basis points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentSplit {
    pub wallet: String,
    pub bps: i32,
}

/// What of a payment changes, after an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentState {
    pub capturable: Amount,
    pub captured: Amount,
    pub refunded: Amount,
    pub fees: Amount,
    pub sequence: i64,
    /// Set by the event that opens a dispute; it stays until nothing is in escrow.
    pub dispute_expiry: Option<DateTime<Utc>>,
    /// Set by the event that empties the escrow in the payer's favour; it stays.
    pub outcome: Option<Outcome>,
    pub closed: bool,
}

/// One transition of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentStep {
    pub key: EventKey,
    pub address: String,
    pub kind: TransactionKind,
    /// What the transition moved.
    pub amount: Amount,
    pub is_final: bool,
    /// What each payee was paid, in the order of the splits; empty when nobody was.
    pub shares: Vec<Amount>,
    /// With the first transition.
    pub opening: Option<PaymentOpening>,
    pub after: PaymentState,
    pub slot: i64,
    pub block_time: DateTime<Utc>,
}

/// What a batch of slots changes, in the order of the chain.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    pub events: Vec<EventRow>,
    pub ledger: Vec<LedgerLine>,
    pub merchants: Vec<MerchantChange>,
    pub vaults: Vec<VaultChange>,
    pub steps: Vec<PaymentStep>,
}

impl Changes {
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}
