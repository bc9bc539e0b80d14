use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, VestingRevoked},
    token, TillError, Vesting,
};

#[event_cpi]
#[derive(Accounts)]
pub struct RevokeVesting<'info> {
    /// The wallet that put the tokens aside.
    pub grantor: Signer<'info>,

    /// The vesting.
    #[account(
        mut,
        has_one = grantor @ TillError::NotGrantor,
        has_one = mint @ TillError::WrongMint,
        has_one = vesting_token
    )]
    pub vesting: AccountLoader<'info, Vesting>,

    /// The vesting's token account.
    /// CHECK: the vesting names it.
    #[account(mut)]
    pub vesting_token: UncheckedAccount<'info>,

    /// The mint that vests.
    /// CHECK: the vesting names it.
    pub mint: UncheckedAccount<'info>,

    /// A token account of the grantor.
    /// CHECK: whose it is, is seen to by `token::Transfer`.
    #[account(mut)]
    pub grantor_token: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

impl RevokeVesting<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        let (amount, signer, vesting) = {
            let mut vesting = accounts.vesting.load_mut()?;
            let amount = vesting.revoke(now)?;
            (amount, vesting.signer(), vesting.balances())
        };
        let transfer = token::Transfer {
            token_program: &accounts.token_program,
            mint: &accounts.mint,
            from: &accounts.vesting_token,
            to: &accounts.grantor_token,
            to_owner: accounts.grantor.key,
            authority: accounts.vesting.as_ref(),
            extra: &[],
        };
        let received = transfer.send(amount, &[&signer.seeds()])?;

        emit(
            &ctx.accounts.event_authority,
            &VestingRevoked {
                vesting_address: accounts.vesting.key(),
                grantor_token: accounts.grantor_token.key(),
                revoked_at: now,
                amount,
                received,
                vesting,
            },
        )
    }
}
