use anchor_lang::prelude::*;

use crate::{
    events::{emit, BurnRecordClosed},
    BurnRecord, TillError,
};

/// The record of a mint that its close authority has closed. Nobody signs: the rent can only go to who
/// paid it. As long as the mint exists the record does, so that its totals never begin again.
#[event_cpi]
#[derive(Accounts)]
pub struct CloseBurnRecord<'info> {
    /// The mint's running totals.
    #[account(
        mut,
        close = rent_payer,
        has_one = mint @ TillError::WrongMint,
        has_one = rent_payer @ TillError::WrongRentPayer
    )]
    pub burn_record: AccountLoader<'info, BurnRecord>,

    /// The mint whose burns are counted.
    /// CHECK: the record names it.
    #[account(constraint = mint.data_is_empty() @ TillError::MintExists)]
    pub mint: UncheckedAccount<'info>,

    /// Paid the rent and gets it back.
    /// CHECK: the record names it.
    #[account(mut)]
    pub rent_payer: UncheckedAccount<'info>,
}

impl CloseBurnRecord<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let (record, mint, rent_payer) =
            (accounts.burn_record.key(), accounts.mint.key(), accounts.rent_payer.key());
        let totals = accounts.burn_record.load()?.totals();
        emit(&accounts.event_authority, &BurnRecordClosed { record, mint, rent_payer, totals })
    }
}
