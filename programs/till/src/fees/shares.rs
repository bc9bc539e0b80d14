use anchor_lang::prelude::*;

use crate::{math, TillError};

/// How fees divide, in base units.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeeShares {
    /// To the protocol's staking pool.
    pub stakers: u64,
    /// Out of existence.
    pub burned: u64,
    /// To the treasury.
    pub treasury: u64,
}

impl FeeShares {
    /// Stakers' and burned part are rounded down; what they leave is the treasury's.
    pub fn of(amount: u64, stakers_bps: u16, burn_bps: u16) -> std::result::Result<Self, TillError> {
        let stakers = math::bps_of(amount, stakers_bps)?;
        let burned = math::bps_of(amount, burn_bps)?;
        let treasury = math::sub(math::sub(amount, stakers)?, burned)?;
        Ok(Self { stakers, burned, treasury })
    }
}
