use anchor_lang::prelude::*;

use crate::{
    events::{emit, DonationClosed},
    Campaign, Donation, TillError,
};

/// Nobody signs: the money is the beneficiary's already, and the rent can only go to who paid it.
#[event_cpi]
#[derive(Accounts)]
pub struct CloseDonation<'info> {
    /// The campaign.
    #[account(mut)]
    pub campaign: AccountLoader<'info, Campaign>,

    /// The donor's receipt.
    #[account(
        mut,
        close = rent_payer,
        has_one = campaign @ TillError::WrongReceipt,
        has_one = rent_payer @ TillError::WrongRentPayer
    )]
    pub donation: AccountLoader<'info, Donation>,

    /// Paid the rent and gets it back.
    /// CHECK: the receipt names it.
    #[account(mut)]
    pub rent_payer: UncheckedAccount<'info>,
}

impl CloseDonation<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let donation = &mut *accounts.donation.load_mut()?;
        let campaign = &mut *accounts.campaign.load_mut()?;
        campaign.settle(donation, Clock::get()?.unix_timestamp)?;
        emit(
            &ctx.accounts.event_authority,
            &DonationClosed {
                campaign_address: accounts.campaign.key(),
                receipt: donation.receipt(accounts.donation.key()),
                campaign: campaign.balances(),
            },
        )
    }
}
