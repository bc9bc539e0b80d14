//! What the authority of a pool decides.

use anchor_lang::prelude::*;

use super::Pool;
use crate::TillError;

impl Pool {
    /// Offers the authority's place, in exchange for any earlier offer; to the zero address is to nobody.
    pub fn propose_authority(&mut self, new_authority: Pubkey) -> Result<()> {
        self.pending_authority = new_authority;
        self.changed()
    }

    /// The wallet that has the offer takes the authority's place.
    pub fn accept_authority(&mut self) -> Result<()> {
        self.authority = std::mem::take(&mut self.pending_authority);
        self.changed()
    }

    /// The authority gives the pool up, for good.
    pub fn retire(&mut self) -> Result<()> {
        self.require_not_retired()?;
        self.retired = 1;
        self.changed()
    }

    /// The last transition of a pool, when it has neither positions nor rewards.
    pub fn close(&mut self) -> Result<()> {
        require!(self.positions == 0 && self.reward_count == 0, TillError::PoolInUse);
        self.changed()
    }
}
