use anchor_lang::prelude::*;

use super::VaultBalances;
use crate::FeeShares;

/// The fees of a vault have left it. What stakers earned and what was burned have events of their own.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeesSwept {
    pub vault_address: Pubkey,
    pub merchant: Pubkey,
    pub mint: Pubkey,
    /// What left the vault for whom.
    pub shares: FeeShares,
    pub treasury_token: Pubkey,
    pub vault: VaultBalances,
}

/// Transfer fees that a mint had withheld have been withdrawn and divided as swept ones are.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeesHarvested {
    pub mint: Pubkey,
    /// What was sent to whom.
    pub shares: FeeShares,
    pub treasury_token: Pubkey,
}
