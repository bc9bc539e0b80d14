//! What each event of the program means here.

use solana_pubkey::Pubkey;
use till::events;
use till_store::chain::{LedgerLine, MerchantState, PaymentStep, VaultState};

use super::{Place, ProjectionError, merchant, payment, vault};
use crate::decode::TillEvent;

/// Whom an event concerns, and what it changes beyond the record of the event itself.
#[derive(Default)]
pub struct Effect {
    pub merchant: Option<Pubkey>,
    /// The vault, and its balances after the event where the event tells.
    pub vault: Option<(Pubkey, Option<events::VaultBalances>)>,
    pub ledger: Vec<LedgerLine>,
    /// What becomes of that merchant.
    pub merchant_state: Option<MerchantState>,
    /// What becomes of that vault, beside its balances.
    pub vault_state: Option<VaultState>,
    /// The transition of a payment.
    pub step: Option<PaymentStep>,
}

impl Effect {
    /// Of `event`, which happened at `at`. There is no arm for the rest: an event that is added to the
    /// program may be money, and somebody has to say.
    pub fn of(event: &TillEvent, at: &Place) -> Result<Self, ProjectionError> {
        Ok(match event {
            TillEvent::MerchantRegistered(event) => merchant::registered(event),
            TillEvent::MerchantUpdated(event) => merchant::updated(event)?,
            TillEvent::OperatorSet(event) => merchant::operator_set(event)?,
            TillEvent::MerchantAuthorityProposed(event) => merchant::authority_proposed(event)?,
            TillEvent::MerchantAuthorityAccepted(event) => merchant::authority_accepted(event)?,
            TillEvent::MerchantClosed(event) => merchant::closed(event),

            TillEvent::VaultOpened(event) => vault::opened(event),
            TillEvent::VaultAcceptingSet(event) => vault::accepting_set(event),
            TillEvent::VaultPolicySynced(event) => vault::policy_synced(event),
            TillEvent::VaultClosed(event) => vault::closed(event),
            TillEvent::PaidOut(event) => vault::paid_out(event, at),
            TillEvent::FeesSwept(event) => vault::fees_swept(event, at),

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

            // No merchant, vault or payment changes: that the event is kept is all.
            TillEvent::ProtocolInitialized(_)
            | TillEvent::ProtocolUpdated(_)
            | TillEvent::ProtocolPaused(_)
            | TillEvent::ProtocolUnpaused(_)
            | TillEvent::AdminProposed(_)
            | TillEvent::AdminAccepted(_)
            | TillEvent::MintPolicyCreated(_)
            | TillEvent::MintPolicyUpdated(_)
            | TillEvent::MintPolicyClosed(_)
            | TillEvent::FeesHarvested(_)
            | TillEvent::PoolCreated(_)
            | TillEvent::PoolAuthorityProposed(_)
            | TillEvent::PoolAuthorityAccepted(_)
            | TillEvent::PoolRetired(_)
            | TillEvent::PoolClosed(_)
            | TillEvent::RewardAdded(_)
            | TillEvent::RewardFunded(_)
            | TillEvent::RewardEarned(_)
            | TillEvent::RewardRemoved(_)
            | TillEvent::Staked(_)
            | TillEvent::RewardClaimed(_)
            | TillEvent::UnstakeRequested(_)
            | TillEvent::StakeWithdrawn(_)
            | TillEvent::PositionClosed(_)
            | TillEvent::BurnRecordOpened(_)
            | TillEvent::Burned(_)
            | TillEvent::FeesBurned(_)
            | TillEvent::BurnRecordClosed(_)
            | TillEvent::CampaignCreated(_)
            | TillEvent::Donated(_)
            | TillEvent::DonationsWithdrawn(_)
            | TillEvent::DonationRefunded(_)
            | TillEvent::DonationClosed(_)
            | TillEvent::CampaignCancelled(_)
            | TillEvent::CampaignClosed(_)
            | TillEvent::VestingCreated(_)
            | TillEvent::VestedClaimed(_)
            | TillEvent::VestingRevoked(_)
            | TillEvent::VestingClosed(_) => Self::default(),
        })
    }
}
