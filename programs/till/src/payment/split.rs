use anchor_lang::prelude::*;

use crate::{math, TillError};

/// How many payees a payment can have beside the merchant, so that it fits a transaction.
pub const MAX_SPLITS: usize = 4;

/// One payee's share of each capture.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// The payee: it is paid at once, to any token account of this wallet.
    pub wallet: Pubkey,
    /// Its share of what the protocol's fee leaves, in basis points.
    pub bps: u16,
}

impl Split {
    /// Length of the borsh encoding, in bytes.
    pub const LEN: usize = 32 + 2;

    /// The payee's share of `amount`, rounded down: the rest is the merchant's.
    pub fn of(&self, amount: u64) -> Result<u64> {
        Ok(math::bps_of(amount, self.bps)?)
    }
}

/// At most [`MAX_SPLITS`], each of a wallet and of more than nothing, together no more than everything.
pub fn require_valid(splits: &[Split]) -> Result<()> {
    let whole: u64 = splits.iter().map(|split| u64::from(split.bps)).sum();
    let each = splits.iter().all(|split| split.bps > 0 && split.wallet != Pubkey::default());
    require!(splits.len() <= MAX_SPLITS && each && whole <= math::BPS, TillError::SplitsInvalid);
    Ok(())
}

/// The payees' token accounts, in the order of the splits, and the accounts behind them.
pub fn payees<'a, 'info>(
    splits: &[Split],
    others: &'a [AccountInfo<'info>],
) -> Result<(&'a [AccountInfo<'info>], &'a [AccountInfo<'info>])> {
    others.split_at_checked(splits.len()).ok_or_else(|| TillError::SplitsIncomplete.into())
}
