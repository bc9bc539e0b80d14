//! What each event of the program means here.

use solana_pubkey::Pubkey;
use till::events;
use till_store::chain::{LedgerLine, MerchantChange, PaymentStep, VaultRow};

use super::{Place, ProjectionError, merchant, payment};
use crate::decode::TillEvent;

/// Whom an event concerns, and what it changes beyond the record of the event itself.
#[derive(Default)]
pub struct Effect {
    pub merchant: Option<Pubkey>,
    /// The vault, and its balances after the event where the event tells.
    pub vault: Option<(Pubkey, Option<events::VaultBalances>)>,
    pub ledger: Vec<LedgerLine>,
    pub merchant_change: Option<MerchantChange>,
    pub opened_vault: Option<VaultRow>,
    /// The transition of a payment.
    pub step: Option<PaymentStep>,
}

impl Effect {
    /// Of `event`, which happened at `at`. One arm an event and none for the rest: an event that is
    /// added to the program may be money, and somebody has to say.
    pub fn of(event: &TillEvent, at: &Place) -> Result<Self, ProjectionError> {
        Ok(match event {
            TillEvent::ProtocolInitialized(_) => Self::default(),

            TillEvent::MerchantRegistered(event) => merchant::registered(event, at),
            TillEvent::VaultOpened(event) => merchant::vault_opened(event, at),
            TillEvent::PaidOut(event) => merchant::paid_out(event, at),

            TillEvent::PaymentAuthorized(event) => payment::authorized(event, at)?,
            TillEvent::PaymentCharged(event) => payment::charged(event, at)?,
            TillEvent::PaymentCaptured(event) => payment::captured(event, at),
            TillEvent::PaymentReleased(event) => payment::released(event, at),
            TillEvent::PaymentDisputed(event) => payment::disputed(event, at)?,
            TillEvent::PaymentResolved(event) => payment::resolved(event, at),
            TillEvent::PaymentVoided(event) => payment::voided(event, at),
            TillEvent::PaymentReclaimed(event) => payment::reclaimed(event, at),
            TillEvent::PaymentRefunded(event) => payment::refunded(event, at),
            TillEvent::PaymentClosed(event) => payment::closed(event, at),
        })
    }
}
