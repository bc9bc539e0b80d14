//! What an event means: what becomes of which rows.

use solana_pubkey::Pubkey;
use till::events;
use till_store::chain::{FeeTotal, LedgerLine, PaymentStep, State, Total};

/// Whom an event concerns, and what it changes beyond the record of the event itself.
#[derive(Default)]
pub struct Effect {
    pub merchant: Option<Pubkey>,
    /// The vault, and its balances after the event where the event tells.
    pub vault: Option<(Pubkey, Option<events::VaultBalances>)>,
    /// Whose event it is, where it is no merchant's.
    pub subject: Option<String>,
    /// What becomes of accounts, in this order; of the vault's balances before.
    pub states: Vec<(String, State)>,
    pub ledger: Vec<LedgerLine>,
    /// The transition of a payment.
    pub step: Option<PaymentStep>,
    pub total: Option<Total>,
    pub fees: Option<FeeTotal>,
}

impl Effect {
    /// Of an event of `subject` that changes accounts.
    pub fn on(subject: impl ToString, states: Vec<(String, State)>) -> Self {
        Self { subject: Some(subject.to_string()), states, ..Self::default() }
    }
}
