use anchor_lang::prelude::*;

use crate::VestingTerms;

/// A vesting's sums after the event. `sequence` numbers a vesting's transitions from 1.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct VestingBalances {
    /// What the beneficiary was paid.
    pub claimed: u64,
    /// What a revocation gave back to the grantor.
    pub returned: u64,
    pub sequence: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VestingCreated {
    pub vesting_address: Pubkey,
    pub grantor: Pubkey,
    pub rent_payer: Pubkey,
    pub mint: Pubkey,
    pub vesting_token: Pubkey,
    pub token_program: Pubkey,
    pub decimals: u8,
    pub terms: VestingTerms,
    pub salt: u8,
    /// What left the grantor: more than the total when the mint charges a transfer fee.
    pub sent: u64,
    pub vesting: VestingBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VestedClaimed {
    pub vesting_address: Pubkey,
    pub beneficiary_token: Pubkey,
    /// What left the vesting.
    pub amount: u64,
    /// What arrived, after the mint's transfer fee if it has one.
    pub received: u64,
    pub vesting: VestingBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VestingRevoked {
    pub vesting_address: Pubkey,
    pub grantor_token: Pubkey,
    /// Unix seconds. Nothing vests any more from then on.
    pub revoked_at: i64,
    /// What left the vesting.
    pub amount: u64,
    /// What arrived, after the mint's transfer fee if it has one.
    pub received: u64,
    pub vesting: VestingBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VestingClosed {
    pub vesting_address: Pubkey,
    pub rent_payer: Pubkey,
    pub vesting: VestingBalances,
}
