use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, Burned},
    token, BurnRecord, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct Burn<'info> {
    /// Owns the tokens that are burned.
    pub owner: Signer<'info>,

    /// The mint's running totals.
    #[account(mut, has_one = mint @ TillError::WrongMint)]
    pub burn_record: AccountLoader<'info, BurnRecord>,

    /// The mint whose burns are counted.
    /// CHECK: the record names it.
    #[account(mut)]
    pub mint: UncheckedAccount<'info>,

    /// A token account of the holder, which is burned from.
    /// CHECK: a token account of the owner; see `token::require_owned`.
    #[account(mut)]
    pub owner_token: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

impl Burn<'_> {
    pub fn handler(ctx: Context<Self>, amount: u64) -> Result<()> {
        let accounts = &ctx.accounts;
        let (program, mint, owner) = (accounts.token_program.key, accounts.mint.key, accounts.owner.key);
        let totals = {
            let mut record = accounts.burn_record.load_mut()?;
            record.burn(amount)?;
            record.totals()
        };
        token::require_owned(&accounts.owner_token, program, mint, owner)?;
        let burn = token::Burn {
            token_program: &accounts.token_program,
            mint: &accounts.mint,
            from: &accounts.owner_token,
            authority: &accounts.owner,
        };
        burn.burn(amount, &[])?;
        emit(
            &accounts.event_authority,
            &Burned {
                record: accounts.burn_record.key(),
                mint: *mint,
                owner: *owner,
                owner_token: accounts.owner_token.key(),
                amount,
                totals,
            },
        )
    }
}
