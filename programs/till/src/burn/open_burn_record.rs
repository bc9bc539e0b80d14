use anchor_lang::prelude::*;
use anchor_spl::token_interface::Mint;

use crate::{
    events::{emit, BurnRecordOpened},
    pda, BurnRecord,
};

/// Anyone may open the record of any mint.
#[event_cpi]
#[derive(Accounts)]
pub struct OpenBurnRecord<'info> {
    /// Pays the rent.
    #[account(mut)]
    pub rent_payer: Signer<'info>,

    /// The mint whose burns are counted.
    pub mint: Box<InterfaceAccount<'info, Mint>>,

    /// The mint's running totals.
    #[account(
        init,
        payer = rent_payer,
        space = BurnRecord::SPACE,
        seeds = [pda::BURN, mint.key().as_ref()],
        bump
    )]
    pub burn_record: AccountLoader<'info, BurnRecord>,

    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

impl OpenBurnRecord<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let (mint, rent_payer) = (accounts.mint.key(), accounts.rent_payer.key());
        {
            let mut record = accounts.burn_record.load_init()?;
            record.mint = mint;
            record.rent_payer = rent_payer;
        }
        let (record, decimals) = (accounts.burn_record.key(), accounts.mint.decimals);
        emit(&accounts.event_authority, &BurnRecordOpened { record, mint, decimals, rent_payer })
    }
}
