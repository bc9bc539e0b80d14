use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, FeesBurned, RewardEarned},
    pda, token, BurnRecord, FeeShares, Pool, Protocol, Reward, TillError,
};

/// What `sweep_fees` and `harvest_fees` share: where fees go. Nobody signs, and who calls has no choice:
/// the protocol says who gets what, and an account that it asks for cannot be left out.
#[derive(Accounts)]
pub struct Distribution<'info> {
    /// There is only one account of this type.
    pub protocol: AccountLoader<'info, Protocol>,

    /// The mint of the fees.
    /// CHECK: the vault names it, or the token program knows whose fees it withheld.
    #[account(mut)]
    pub mint: UncheckedAccount<'info>,

    /// A token account of the treasury.
    /// CHECK: any token account of the protocol's treasury; see `token::Transfer`.
    #[account(mut)]
    pub treasury_token: UncheckedAccount<'info>,

    /// The pool.
    /// CHECK: needed when the protocol names one, and then it is that one; see [`Self::earner`].
    #[account(mut)]
    pub pool: Option<UncheckedAccount<'info>>,

    /// CHECK: needed when the pool shares these fees out; the pool's reward names it.
    #[account(mut)]
    pub pool_token: Option<UncheckedAccount<'info>>,

    /// Needed when a part of these fees is burned.
    #[account(mut)]
    pub burn_record: Option<AccountLoader<'info, BurnRecord>>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

/// Fees that are to be divided: where they are, and who signs for them.
pub struct FeeSource<'a, 'info> {
    pub token_account: &'a AccountInfo<'info>,
    pub authority: &'a AccountInfo<'info>,
    pub signer: &'a [&'a [&'a [u8]]],
    pub amount: u64,
    /// See [`token::Transfer`].
    pub extra: &'a [AccountInfo<'info>],
}

/// The protocol's pool, and which of its rewards earns the fees.
struct Earner {
    pool: Box<Pool>,
    index: u8,
}

impl<'info> Distribution<'info> {
    /// Divides fees, and returns what left for whom.
    pub fn distribute(
        &self,
        source: &FeeSource<'_, 'info>,
        event_authority: &AccountInfo<'info>,
    ) -> Result<FeeShares> {
        let protocol = *self.protocol.load()?;
        let earner = self.earner(&protocol, source.amount)?;
        let burns = *self.mint.key == protocol.burn_mint;
        let stakers_bps = if earner.is_some() { protocol.stakers_bps } else { 0 };
        let burn_bps = if burns { protocol.burn_bps } else { 0 };
        let shares = FeeShares::of(source.amount, stakers_bps, burn_bps)?;
        if let Some(earner) = earner.filter(|_| shares.stakers > 0) {
            self.share_out(source, earner, shares.stakers, event_authority)?;
        }
        if shares.burned > 0 {
            self.burn(source, shares.burned, event_authority)?;
        }
        if shares.treasury > 0 {
            self.send(source, &self.treasury_token, &protocol.treasury, shares.treasury)?;
        }
        Ok(shares)
    }

    /// The protocol's pool, if there is one, it has a reward in this mint, anybody is staked and tokens can
    /// reach it. A pool that its authority has closed or retired, or that the mint's has frozen, does not
    /// hold up the fees.
    fn earner(&self, protocol: &Protocol, amount: u64) -> Result<Option<Earner>> {
        if protocol.pool == Pubkey::default() || protocol.stakers_bps == 0 {
            return Ok(None);
        }
        let account = self.pool.as_ref().ok_or(TillError::WrongPool)?;
        require_keys_eq!(*account.key, protocol.pool, TillError::WrongPool);
        let Ok(pool) = pda::load::<Pool>(account).map(Box::new) else { return Ok(None) };
        let Some(index) = pool.earner(self.mint.key, amount) else { return Ok(None) };
        let takes = self.takes_fees(pool.reward(index)?, &protocol.pool)?;
        Ok(takes.then_some(Earner { pool, index }))
    }

    /// Whether tokens can reach the reward's token account.
    fn takes_fees(&self, reward: &Reward, pool: &Pubkey) -> Result<bool> {
        let account = self.pool_token.as_ref().ok_or(TillError::WrongPoolToken)?;
        require_keys_eq!(*account.key, reward.reward_token, TillError::WrongPoolToken);
        let (program, mint) = (self.token_program.key, self.mint.key);
        let is_there = token::require_owned(account, program, mint, pool).is_ok();
        Ok(is_there && !token::is_frozen(account)?)
    }

    /// What counts for the stakers is what arrived.
    fn share_out(
        &self,
        source: &FeeSource<'_, 'info>,
        earner: Earner,
        amount: u64,
        event_authority: &AccountInfo<'info>,
    ) -> Result<()> {
        let Earner { mut pool, index } = earner;
        let account = self.pool.as_ref().ok_or(TillError::WrongPool)?;
        let pool_token = self.pool_token.as_ref().ok_or(TillError::WrongPoolToken)?;
        let amount = self.send(source, pool_token, account.key, amount)?;
        let at = Clock::get()?.unix_timestamp;
        pool.earn(index, amount, at)?;
        pda::save(account, &*pool)?;
        emit(
            event_authority,
            &RewardEarned {
                pool_address: account.key(),
                index,
                mint: self.mint.key(),
                amount,
                at,
                reward: pool.reward(index)?.balances(),
                pool: pool.balances(),
            },
        )
    }

    fn burn(
        &self,
        source: &FeeSource<'_, 'info>,
        amount: u64,
        event_authority: &AccountInfo<'info>,
    ) -> Result<()> {
        let loader = self.burn_record.as_ref().ok_or(TillError::WrongBurnRecord)?;
        let totals = {
            let mut record = loader.load_mut()?;
            require_keys_eq!(record.mint, *self.mint.key, TillError::WrongBurnRecord);
            record.burn_fees(amount)?;
            record.totals()
        };
        let burn = token::Burn {
            token_program: &self.token_program,
            mint: &self.mint,
            from: source.token_account,
            authority: source.authority,
        };
        burn.burn(amount, source.signer)?;
        emit(event_authority, &FeesBurned { record: loader.key(), mint: self.mint.key(), amount, totals })
    }

    fn send(
        &self,
        source: &FeeSource<'_, 'info>,
        to: &AccountInfo<'info>,
        to_owner: &Pubkey,
        amount: u64,
    ) -> Result<u64> {
        let transfer = token::Transfer {
            token_program: &self.token_program,
            mint: &self.mint,
            from: source.token_account,
            to,
            to_owner,
            authority: source.authority,
            extra: source.extra,
        };
        transfer.send(amount, source.signer)
    }
}
