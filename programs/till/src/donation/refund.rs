use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, DonationRefunded},
    token, Campaign, Donation, TillError,
};

/// Nobody signs: the money can only go to the donor, the rent to who paid it.
#[event_cpi]
#[derive(Accounts)]
pub struct RefundDonation<'info> {
    /// The campaign.
    #[account(mut, has_one = mint @ TillError::WrongMint, has_one = campaign_token)]
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

    /// The campaign's token account.
    /// CHECK: the campaign names it.
    #[account(mut)]
    pub campaign_token: UncheckedAccount<'info>,

    /// The mint that the campaign collects.
    /// CHECK: the campaign names it.
    pub mint: UncheckedAccount<'info>,

    /// A token account of the donor.
    /// CHECK: whose it is, is seen to by `token::Transfer`.
    #[account(mut)]
    pub donor_token: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

impl RefundDonation<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let donation = &mut *accounts.donation.load_mut()?;
        let (amount, signer, campaign) = {
            let mut campaign = accounts.campaign.load_mut()?;
            let amount = campaign.refund(donation, Clock::get()?.unix_timestamp)?;
            (amount, campaign.signer(), campaign.balances())
        };
        let transfer = token::Transfer {
            token_program: &accounts.token_program,
            mint: &accounts.mint,
            from: &accounts.campaign_token,
            to: &accounts.donor_token,
            to_owner: &donation.donor,
            authority: accounts.campaign.as_ref(),
            extra: &[],
        };
        let received = transfer.send(amount, &[&signer.seeds()])?;

        emit(
            &ctx.accounts.event_authority,
            &DonationRefunded {
                campaign_address: accounts.campaign.key(),
                donor_token: accounts.donor_token.key(),
                amount,
                received,
                receipt: donation.receipt(accounts.donation.key()),
                campaign,
            },
        )
    }
}
