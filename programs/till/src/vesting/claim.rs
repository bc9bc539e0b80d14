use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, VestedClaimed},
    token, TillError, Vesting,
};

/// Nobody signs: the tokens can only go to the beneficiary.
#[event_cpi]
#[derive(Accounts)]
pub struct ClaimVested<'info> {
    /// The vesting.
    #[account(mut, has_one = mint @ TillError::WrongMint, has_one = vesting_token)]
    pub vesting: AccountLoader<'info, Vesting>,

    /// The vesting's token account.
    /// CHECK: the vesting names it.
    #[account(mut)]
    pub vesting_token: UncheckedAccount<'info>,

    /// The mint that vests.
    /// CHECK: the vesting names it.
    pub mint: UncheckedAccount<'info>,

    /// A token account of the beneficiary.
    /// CHECK: whose it is, is seen to by `token::Transfer`.
    #[account(mut)]
    pub beneficiary_token: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

impl ClaimVested<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let (amount, beneficiary, signer, vesting) = {
            let mut vesting = accounts.vesting.load_mut()?;
            let amount = vesting.claim(Clock::get()?.unix_timestamp)?;
            (amount, vesting.beneficiary, vesting.signer(), vesting.balances())
        };
        let transfer = token::Transfer {
            token_program: &accounts.token_program,
            mint: &accounts.mint,
            from: &accounts.vesting_token,
            to: &accounts.beneficiary_token,
            to_owner: &beneficiary,
            authority: accounts.vesting.as_ref(),
            extra: &[],
        };
        let received = transfer.send(amount, &[&signer.seeds()])?;

        emit(
            &ctx.accounts.event_authority,
            &VestedClaimed {
                vesting_address: accounts.vesting.key(),
                beneficiary_token: accounts.beneficiary_token.key(),
                amount,
                received,
                vesting,
            },
        )
    }
}
