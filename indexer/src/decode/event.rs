//! Every event that the program can emit, with its type: for who has to understand it.

use anchor_lang::{AnchorDeserialize, Discriminator};
use till::events::*;

use super::DecodeError;

macro_rules! events {
    ($($name:ident),+ $(,)?) => {
        /// An event of the program.
        #[derive(Clone, Debug, PartialEq)]
        pub enum TillEvent {
            $($name(Box<$name>)),+
        }

        impl TillEvent {
            /// The events that are known here.
            #[cfg(test)]
            pub const ALL: &[(&str, &[u8])] = &[$((stringify!($name), $name::DISCRIMINATOR)),+];

            /// Reads a discriminator and the borsh encoding behind it, to the last byte.
            pub fn decode(payload: &[u8]) -> Result<Self, DecodeError> {
                let (discriminator, body) = payload.split_first_chunk::<8>().ok_or(DecodeError::Short)?;
                $(if discriminator == $name::DISCRIMINATOR {
                    return $name::try_from_slice(body)
                        .map(|event| Self::$name(Box::new(event)))
                        .map_err(|_| DecodeError::Malformed { name: stringify!($name) });
                })+
                Err(DecodeError::Unknown(*discriminator))
            }

            /// The event's name in the program.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => stringify!($name)),+
                }
            }
        }
    };
}

events!(
    ProtocolInitialized,
    ProtocolUpdated,
    ProtocolPaused,
    ProtocolUnpaused,
    AdminProposed,
    AdminAccepted,
    MintPolicyCreated,
    MintPolicyUpdated,
    MintPolicyClosed,
    MerchantRegistered,
    MerchantUpdated,
    OperatorSet,
    MerchantAuthorityProposed,
    MerchantAuthorityAccepted,
    MerchantClosed,
    VaultOpened,
    VaultAcceptingSet,
    VaultPolicySynced,
    VaultClosed,
    PaidOut,
    PaymentAuthorized,
    PaymentCharged,
    PaymentCaptured,
    PaymentReleased,
    PaymentDisputed,
    PaymentResolved,
    PaymentVoided,
    PaymentReclaimed,
    PaymentRefunded,
    PaymentClosed,
    FeesSwept,
    FeesHarvested,
    PoolCreated,
    PoolAuthorityProposed,
    PoolAuthorityAccepted,
    PoolRetired,
    PoolClosed,
    RewardAdded,
    RewardFunded,
    RewardEarned,
    RewardRemoved,
    Staked,
    RewardClaimed,
    UnstakeRequested,
    StakeWithdrawn,
    PositionClosed,
    BurnRecordOpened,
    Burned,
    FeesBurned,
    BurnRecordClosed,
    CampaignCreated,
    Donated,
    DonationsWithdrawn,
    DonationRefunded,
    DonationClosed,
    CampaignCancelled,
    CampaignClosed,
    VestingCreated,
    VestedClaimed,
    VestingRevoked,
    VestingClosed,
);
