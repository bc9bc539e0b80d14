use anchor_lang::prelude::*;

use crate::{events, Campaign, TillError};

#[event_cpi]
#[derive(Accounts)]
pub struct CancelCampaign<'info> {
    /// The wallet that created the campaign.
    pub creator: Signer<'info>,

    /// The campaign.
    #[account(mut, has_one = creator @ TillError::NotCreator)]
    pub campaign: AccountLoader<'info, Campaign>,
}

impl CancelCampaign<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let campaign = &mut *ctx.accounts.campaign.load_mut()?;
        campaign.cancel(Clock::get()?.unix_timestamp)?;
        events::emit(
            &ctx.accounts.event_authority,
            &events::CampaignCancelled {
                campaign_address: ctx.accounts.campaign.key(),
                campaign: campaign.balances(),
            },
        )
    }
}
