use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, CampaignClosed},
    token, Campaign, TillError,
};

/// Nobody signs: what strangers have sent can only go to the beneficiary, the rent to who paid it.
#[event_cpi]
#[derive(Accounts)]
pub struct CloseCampaign<'info> {
    /// The campaign.
    #[account(
        mut,
        close = rent_payer,
        has_one = mint @ TillError::WrongMint,
        has_one = campaign_token,
        has_one = rent_payer @ TillError::WrongRentPayer
    )]
    pub campaign: AccountLoader<'info, Campaign>,

    /// The campaign's token account.
    /// CHECK: the campaign names it.
    #[account(mut)]
    pub campaign_token: UncheckedAccount<'info>,

    /// The mint that the campaign collects. Takes what a transfer fee has withheld.
    /// CHECK: the campaign names it.
    #[account(mut)]
    pub mint: UncheckedAccount<'info>,

    /// A token account of the beneficiary, for what strangers have sent.
    /// CHECK: whose it is, is seen to by `token::Close`. Not looked at when there is nothing.
    #[account(mut)]
    pub beneficiary_token: UncheckedAccount<'info>,

    /// Paid the rent and gets it back.
    /// CHECK: the campaign names it.
    #[account(mut)]
    pub rent_payer: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

impl CloseCampaign<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let (beneficiary, signer, campaign) = {
            let mut campaign = accounts.campaign.load_mut()?;
            campaign.close(Clock::get()?.unix_timestamp)?;
            (campaign.beneficiary, campaign.signer(), campaign.balances())
        };
        let close = token::Close {
            token_program: &accounts.token_program,
            mint: &accounts.mint,
            account: &accounts.campaign_token,
            to: &accounts.beneficiary_token,
            to_owner: &beneficiary,
            rent_payer: &accounts.rent_payer,
            authority: accounts.campaign.as_ref(),
            extra: &[],
        };
        close.close(&[&signer.seeds()])?;

        emit(
            &ctx.accounts.event_authority,
            &CampaignClosed {
                campaign_address: accounts.campaign.key(),
                rent_payer: accounts.rent_payer.key(),
                campaign,
            },
        )
    }
}
