use anchor_lang::prelude::*;

use super::{pool_terms_hash, Reward, Tier, MAX_COOLDOWN_SECONDS, MAX_TIERS};
use crate::{events::PoolBalances, math, pda, TillError};

/// The most rewards that a pool can have at a time.
pub const MAX_REWARDS: usize = 4;

/// A staking pool, at `["pool", founder, index, terms_hash]`: stakes of one mint, and up to four rewards for them.
///
/// The pool owns a token account for each of its mints. That of the stakes always holds at least what is
/// staked and what cools down, that of a reward at least what nobody has claimed; where the reward is in
/// the mint of the stakes, the one account holds both. Anything beyond, which anyone may send, goes to
/// the authority when the account is closed.
#[account(zero_copy)]
#[repr(C)]
#[derive(Debug, PartialEq, Eq)]
pub struct Pool {
    /// The wallet that created the pool; part of the address, without rights of its own.
    pub founder: Pubkey,
    /// Governs the pool: rewards, emission plans, and its end. Has no power over any stake, nor over
    /// what stakers have earned.
    pub authority: Pubkey,
    /// Whom the authority has offered its place to; the zero address when nobody.
    pub pending_authority: Pubkey,
    /// Who paid the rent of this account and of the stakes' token account, and gets it back.
    pub rent_payer: Pubkey,
    pub stake_mint: Pubkey,
    /// The pool's associated token account for the stakes.
    pub stake_token: Pubkey,
    /// Commits to mint, tiers and cooldown; part of the address. See [`super::pool_terms_hash`].
    pub terms_hash: [u8; 32],
    /// The first `reward_count` are in use.
    pub rewards: [Reward; MAX_REWARDS],
    /// How long each tier locks, in seconds; see [`Tier`]. The first `tier_count` are in use, for ever.
    pub lock_seconds: [u32; MAX_TIERS],
    /// What a stake weighs in each tier, in basis points of its amount.
    pub weight_bps: [u16; MAX_TIERS],
    /// The sum of what is staked and earns, in base units.
    pub staked: u64,
    /// The sum of what is on its way out, in base units.
    pub cooling: u64,
    /// The sum of what the stakes weigh.
    pub weighted: u64,
    /// How many positions are open.
    pub positions: u64,
    /// How often the pool has changed: orders its events without a gap.
    pub sequence: u64,
    /// From asking a stake back to withdrawing it, in seconds.
    pub cooldown_seconds: u32,
    /// Which of the founder's pools this is; part of the address.
    pub index: u16,
    pub reward_count: u8,
    pub tier_count: u8,
    /// 1 from when the authority has given the pool up: nothing new comes in, and once nothing is left to
    /// earn anyone may ask stakes back for their owners; see [`Self::lets_go`].
    pub retired: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Room for what comes, so that no account has to grow.
    pub _reserved: [u8; 38],
}

impl Pool {
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// Sets tiers and cooldown, which never change. The mint is known by then.
    pub fn set_terms(&mut self, tiers: &[Tier], cooldown_seconds: u32) -> Result<()> {
        require!((1..=MAX_TIERS).contains(&tiers.len()), TillError::PoolOutOfBounds);
        require!(cooldown_seconds <= MAX_COOLDOWN_SECONDS, TillError::PoolOutOfBounds);
        for (index, tier) in tiers.iter().enumerate() {
            tier.require_within_bounds(cooldown_seconds)?;
            self.lock_seconds[index] = tier.lock_seconds;
            self.weight_bps[index] = tier.weight_bps;
        }
        self.tier_count = tiers.len() as u8;
        self.cooldown_seconds = cooldown_seconds;
        self.terms_hash = pool_terms_hash(&self.stake_mint, tiers, cooldown_seconds)?;
        Ok(())
    }

    pub fn tier(&self, index: u8) -> Result<Tier> {
        require!(index < self.tier_count, TillError::NoSuchTier);
        let index = usize::from(index);
        Ok(Tier { lock_seconds: self.lock_seconds[index], weight_bps: self.weight_bps[index] })
    }

    /// The rewards in use.
    pub fn rewards(&self) -> &[Reward] {
        &self.rewards[..usize::from(self.reward_count)]
    }

    pub fn reward(&self, index: u8) -> Result<&Reward> {
        Ok(self.rewards().get(usize::from(index)).ok_or(TillError::NoSuchReward)?)
    }

    pub fn require_authority(&self, signer: &Pubkey) -> Result<()> {
        require_keys_eq!(*signer, self.authority, TillError::NotPoolAuthority);
        Ok(())
    }

    pub fn require_not_retired(&self) -> Result<()> {
        require!(self.retired == 0, TillError::PoolRetired);
        Ok(())
    }

    pub fn balances(&self) -> PoolBalances {
        let Self { staked, cooling, weighted, positions, sequence, .. } = *self;
        PoolBalances { staked, cooling, weighted, positions, sequence }
    }

    /// What the token account of `mint` must hold at least, in base units.
    pub fn owed(&self, mint: &Pubkey) -> Result<u64> {
        let stakes = if *mint == self.stake_mint { math::add(self.staked, self.cooling)? } else { 0 };
        match self.rewards().iter().find(|reward| reward.mint == *mint) {
            Some(reward) => Ok(math::add(stakes, reward.unclaimed()?)?),
            None => Ok(stakes),
        }
    }

    pub fn changed(&mut self) -> Result<()> {
        self.sequence = math::add(self.sequence, 1)?;
        self.invariant()
    }

    pub fn invariant(&self) -> Result<()> {
        require!(self.authority != Pubkey::default(), TillError::ZeroAddress);
        let nothing_staked = self.staked == 0 && self.cooling == 0;
        let consistent = self.weighted >= self.staked && (self.positions > 0 || nothing_staked);
        require!(consistent, TillError::InvariantViolated);
        self.rewards().iter().try_for_each(Reward::invariant)
    }

    /// What the pool signs transfers with.
    pub fn signer(&self) -> PoolSigner {
        let Self { founder, terms_hash, .. } = *self;
        PoolSigner { founder, index: self.index.to_le_bytes(), terms_hash, bump: [self.bump] }
    }
}

/// The seeds of a pool, kept apart from the account so that it can be borrowed by the transfer.
pub struct PoolSigner {
    founder: Pubkey,
    index: [u8; 2],
    terms_hash: [u8; 32],
    bump: [u8; 1],
}

impl PoolSigner {
    pub fn seeds(&self) -> [&[u8]; 5] {
        [pda::POOL, self.founder.as_ref(), &self.index, &self.terms_hash, &self.bump]
    }
}
