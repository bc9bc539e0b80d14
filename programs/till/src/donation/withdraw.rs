use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, DonationsWithdrawn},
    token, Campaign, TillError,
};

/// Nobody signs: the money can only go to the beneficiary.
#[event_cpi]
#[derive(Accounts)]
pub struct WithdrawDonations<'info> {
    /// The campaign.
    #[account(mut, has_one = mint @ TillError::WrongMint, has_one = campaign_token)]
    pub campaign: AccountLoader<'info, Campaign>,

    /// The campaign's token account.
    /// CHECK: the campaign names it.
    #[account(mut)]
    pub campaign_token: UncheckedAccount<'info>,

    /// The mint that the campaign collects.
    /// CHECK: the campaign names it.
    pub mint: UncheckedAccount<'info>,

    /// A token account of the beneficiary.
    /// CHECK: whose it is, is seen to by `token::Transfer`.
    #[account(mut)]
    pub beneficiary_token: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

impl WithdrawDonations<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let (amount, beneficiary, signer, campaign) = {
            let mut campaign = accounts.campaign.load_mut()?;
            let amount = campaign.withdraw(Clock::get()?.unix_timestamp)?;
            (amount, campaign.beneficiary, campaign.signer(), campaign.balances())
        };
        let transfer = token::Transfer {
            token_program: &accounts.token_program,
            mint: &accounts.mint,
            from: &accounts.campaign_token,
            to: &accounts.beneficiary_token,
            to_owner: &beneficiary,
            authority: accounts.campaign.as_ref(),
            extra: &[],
        };
        let received = transfer.send(amount, &[&signer.seeds()])?;

        emit(
            &ctx.accounts.event_authority,
            &DonationsWithdrawn {
                campaign_address: accounts.campaign.key(),
                beneficiary_token: accounts.beneficiary_token.key(),
                amount,
                received,
                campaign,
            },
        )
    }
}
