use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, VestingClosed},
    token, TillError, Vesting,
};

/// Nobody signs: what strangers have sent can only go to the beneficiary, the rent to who paid it.
#[event_cpi]
#[derive(Accounts)]
pub struct CloseVesting<'info> {
    /// The vesting.
    #[account(
        mut,
        close = rent_payer,
        has_one = mint @ TillError::WrongMint,
        has_one = vesting_token,
        has_one = rent_payer @ TillError::WrongRentPayer
    )]
    pub vesting: AccountLoader<'info, Vesting>,

    /// The vesting's token account.
    /// CHECK: the vesting names it.
    #[account(mut)]
    pub vesting_token: UncheckedAccount<'info>,

    /// The mint that vests. Takes what a transfer fee has withheld.
    /// CHECK: the vesting names it.
    #[account(mut)]
    pub mint: UncheckedAccount<'info>,

    /// A token account of the beneficiary, for what strangers have sent.
    /// CHECK: whose it is, is seen to by `token::Close`. Not looked at when there is nothing.
    #[account(mut)]
    pub beneficiary_token: UncheckedAccount<'info>,

    /// Paid the rent and gets it back.
    /// CHECK: the vesting names it.
    #[account(mut)]
    pub rent_payer: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

impl CloseVesting<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let (beneficiary, signer, vesting) = {
            let mut vesting = accounts.vesting.load_mut()?;
            vesting.close()?;
            (vesting.beneficiary, vesting.signer(), vesting.balances())
        };
        let close = token::Close {
            token_program: &accounts.token_program,
            mint: &accounts.mint,
            account: &accounts.vesting_token,
            to: &accounts.beneficiary_token,
            to_owner: &beneficiary,
            rent_payer: &accounts.rent_payer,
            authority: accounts.vesting.as_ref(),
            extra: &[],
        };
        close.close(&[&signer.seeds()])?;

        emit(
            &ctx.accounts.event_authority,
            &VestingClosed {
                vesting_address: accounts.vesting.key(),
                rent_payer: accounts.rent_payer.key(),
                vesting,
            },
        )
    }
}
