use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, Staked},
    pda, token, NewPosition, Pool, Position, Protocol, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct Stake<'info> {
    /// Owns the tokens that are staked, and gets them back.
    pub owner: Signer<'info>,

    /// Pays the rent of a new position; the owner, or a sponsor.
    #[account(mut)]
    pub rent_payer: Signer<'info>,

    /// The protocol's configuration. There is only one account of this type.
    pub protocol: AccountLoader<'info, Protocol>,

    /// The pool.
    #[account(mut, has_one = stake_mint @ TillError::WrongMint, has_one = stake_token)]
    pub pool: AccountLoader<'info, Pool>,

    /// The mint that is staked.
    /// CHECK: the pool names it.
    pub stake_mint: UncheckedAccount<'info>,

    /// The pool's token account for stakes.
    /// CHECK: the pool names it.
    #[account(mut)]
    pub stake_token: UncheckedAccount<'info>,

    /// A token account of the owner, which pays.
    /// CHECK: whose it is, is seen to by `token::require_owned`.
    #[account(mut)]
    pub owner_token: UncheckedAccount<'info>,

    /// The position that is added to, or a new one, created here.
    /// CHECK: see [`Self::position`].
    #[account(mut)]
    pub position: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

impl Stake<'_> {
    pub fn handler(ctx: Context<Self>, tier: u8, amount: u64, max_sent: u64, salt: u8) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts.protocol.load()?.require_running()?;
        token::require_accepted(&accounts.stake_mint, 0)?;

        let at = Clock::get()?.unix_timestamp;
        let mut position = accounts.position(tier, salt)?;
        let pool = {
            let mut pool = accounts.pool.load_mut()?;
            pool.stake(&mut position, amount, at)?;
            pool.balances()
        };
        pda::save(&accounts.position, &position)?;
        let sent = accounts.take_money(amount, max_sent)?;

        emit(
            &accounts.event_authority,
            &Staked {
                about: position.about(accounts.position.key()),
                rent_payer: position.rent_payer,
                tier,
                amount,
                sent,
                at,
                position: position.balances(),
                pool,
            },
        )
    }
}

impl Stake<'_> {
    /// The position that is there, or a new one.
    fn position(&self, tier: u8, salt: u8) -> Result<Position> {
        let (pool, owner) = (self.pool.key(), self.owner.key());
        if self.position.data_is_empty() {
            let seeds: &[&[u8]] =
                &[pda::POSITION, pool.as_ref(), owner.as_ref(), &[salt], &[pda::SALTED_BUMP]];
            pda::create(&self.position, seeds, Position::SPACE, &self.rent_payer)?;
            let new = NewPosition { pool, owner, rent_payer: self.rent_payer.key(), tier };
            return self.pool.load_mut()?.open_position(new);
        }
        let position: Position = pda::load(&self.position)?;
        require!(position.pool == pool && position.owner == owner, TillError::WrongPosition);
        require!(position.tier == tier, TillError::WrongTier);
        Ok(position)
    }

    /// From an account of the owner itself: a delegate's money would go back to the delegate.
    fn take_money(&self, amount: u64, max_sent: u64) -> Result<u64> {
        let (program, mint) = (self.token_program.key, self.stake_mint.key);
        token::require_owned(&self.owner_token, program, mint, self.owner.key)?;
        let transfer = token::Transfer {
            token_program: &self.token_program,
            mint: &self.stake_mint,
            from: &self.owner_token,
            to: &self.stake_token,
            to_owner: self.pool.as_ref().key,
            authority: &self.owner,
            extra: &[],
        };
        transfer.send_net(amount, max_sent, &[])
    }
}
