//! What each event of the program means here.

use super::{
    Place, ProjectionError, burn, donation,
    effect::Effect,
    fees, merchant, mint_policy, payment, protocol,
    staking::{pool, position, reward},
    vault, vesting,
};
use crate::decode::TillEvent;

/// Of `event`, which happened at `at`. There is no arm for the rest: an event that is added to the program
/// may be money, and somebody has to say.
pub fn effect(event: &TillEvent, at: &Place) -> Result<Effect, ProjectionError> {
    Ok(match event {
        TillEvent::ProtocolInitialized(event) => protocol::initialized(event),
        TillEvent::ProtocolUpdated(event) => protocol::updated(event)?,
        TillEvent::ProtocolPaused(event) => protocol::paused(event)?,
        TillEvent::ProtocolUnpaused(event) => protocol::unpaused(event)?,
        TillEvent::AdminProposed(event) => protocol::admin_proposed(event)?,
        TillEvent::AdminAccepted(event) => protocol::admin_accepted(event)?,

        TillEvent::MintPolicyCreated(event) => mint_policy::created(event)?,
        TillEvent::MintPolicyUpdated(event) => mint_policy::updated(event)?,
        TillEvent::MintPolicyClosed(event) => mint_policy::closed(event)?,

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

        TillEvent::FeesSwept(event) => fees::swept(event, at),
        TillEvent::FeesHarvested(event) => fees::harvested(event, at),

        TillEvent::CampaignCreated(event) => donation::created(event)?,
        TillEvent::Donated(event) => donation::donated(event, at)?,
        TillEvent::DonationsWithdrawn(event) => donation::withdrawn(event, at)?,
        TillEvent::DonationRefunded(event) => donation::refunded(event, at)?,
        TillEvent::DonationClosed(event) => donation::settled(event)?,
        TillEvent::CampaignCancelled(event) => donation::cancelled(event)?,
        TillEvent::CampaignClosed(event) => donation::closed(event)?,

        TillEvent::PoolCreated(event) => pool::created(event)?,
        TillEvent::PoolAuthorityProposed(event) => pool::authority_proposed(event)?,
        TillEvent::PoolAuthorityAccepted(event) => pool::authority_accepted(event)?,
        TillEvent::PoolRetired(event) => pool::retired(event)?,
        TillEvent::PoolClosed(event) => pool::closed(event)?,
        TillEvent::RewardAdded(event) => reward::added(event)?,
        TillEvent::RewardFunded(event) => reward::funded(event, at)?,
        TillEvent::RewardEarned(event) => reward::earned(event, at)?,
        TillEvent::RewardRemoved(event) => reward::removed(event, at)?,
        TillEvent::Staked(event) => position::staked(event, at)?,
        TillEvent::RewardClaimed(event) => reward::claimed(event, at)?,
        TillEvent::UnstakeRequested(event) => position::unstake_requested(event)?,
        TillEvent::StakeWithdrawn(event) => position::withdrawn(event, at)?,
        TillEvent::PositionClosed(event) => position::closed(event)?,

        TillEvent::BurnRecordOpened(event) => burn::opened(event),
        TillEvent::Burned(event) => burn::burned(event, at)?,
        TillEvent::FeesBurned(event) => burn::fees_burned(event, at)?,
        TillEvent::BurnRecordClosed(event) => burn::closed(event),

        TillEvent::VestingCreated(event) => vesting::created(event, at)?,
        TillEvent::VestedClaimed(event) => vesting::claimed(event, at)?,
        TillEvent::VestingRevoked(event) => vesting::revoked(event, at)?,
        TillEvent::VestingClosed(event) => vesting::closed(event)?,
    })
}
