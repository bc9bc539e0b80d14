use anchor_lang::prelude::*;
use anchor_spl::associated_token::{self, AssociatedToken};
use anchor_spl::token_interface::{Mint, TokenInterface};

use crate::{
    events::{emit, CampaignCreated},
    pda, require_wallet, token, Campaign, CampaignTerms, Protocol,
};

#[event_cpi]
#[derive(Accounts)]
#[instruction(terms: CampaignTerms)]
pub struct CreateCampaign<'info> {
    /// Signs so that nobody collects in the name of another.
    pub creator: Signer<'info>,

    /// Pays the rent; the creator, or a sponsor.
    #[account(mut)]
    pub rent_payer: Signer<'info>,

    /// The protocol's configuration. There is only one account of this type.
    pub protocol: AccountLoader<'info, Protocol>,

    /// The wallet that is paid.
    /// CHECK: the terms name it; see [`require_wallet`].
    #[account(address = terms.beneficiary)]
    pub beneficiary: UncheckedAccount<'info>,

    /// The mint that the campaign collects.
    pub mint: Box<InterfaceAccount<'info, Mint>>,

    /// The campaign's account, created here.
    /// CHECK: it is made at an address of these terms.
    #[account(mut)]
    pub campaign: UncheckedAccount<'info>,

    /// The campaign's token account, created here unless somebody has already.
    /// CHECK: the associated token program derives it.
    #[account(mut)]
    pub campaign_token: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
    /// Creates the token account.
    pub associated_token_program: Program<'info, AssociatedToken>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

impl CreateCampaign<'_> {
    pub fn handler(ctx: Context<Self>, terms: CampaignTerms, salt: u8) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts.protocol.load()?.require_running()?;
        terms.require_open(Clock::get()?.unix_timestamp)?;
        require_wallet(&accounts.beneficiary)?;
        token::require_accepted(accounts.mint.as_ref().as_ref(), 0)?;

        let campaign = accounts.campaign(&terms, salt);
        campaign.invariant()?;
        pda::create(&accounts.campaign, &campaign.signer().seeds(), Campaign::SPACE, &accounts.rent_payer)?;
        pda::save(&accounts.campaign, &campaign)?;
        accounts.create_campaign_token()?;

        emit(
            &ctx.accounts.event_authority,
            &CampaignCreated {
                campaign_address: accounts.campaign.key(),
                creator: campaign.creator,
                rent_payer: campaign.rent_payer,
                mint: campaign.mint,
                campaign_token: campaign.campaign_token,
                token_program: accounts.token_program.key(),
                decimals: accounts.mint.decimals,
                terms,
                salt,
                campaign: campaign.balances(),
            },
        )
    }
}

impl<'info> CreateCampaign<'info> {
    /// The campaign as the first transition leaves it.
    fn campaign(&self, terms: &CampaignTerms, salt: u8) -> Campaign {
        Campaign {
            creator: self.creator.key(),
            beneficiary: terms.beneficiary,
            mint: self.mint.key(),
            campaign_token: self.campaign_token.key(),
            rent_payer: self.rent_payer.key(),
            id: terms.id,
            goal: terms.goal,
            raised: 0,
            withdrawn: 0,
            refunded: 0,
            receipts: 0,
            deadline: terms.deadline,
            sequence: 1,
            kind: terms.kind as u8,
            cancelled: 0,
            salt,
            _reserved: [0; 5],
        }
    }

    fn create_campaign_token(&self) -> Result<()> {
        let accounts = associated_token::Create {
            payer: self.rent_payer.to_account_info(),
            associated_token: self.campaign_token.to_account_info(),
            authority: self.campaign.to_account_info(),
            mint: self.mint.to_account_info(),
            system_program: self.system_program.to_account_info(),
            token_program: self.token_program.to_account_info(),
        };
        associated_token::create_idempotent(CpiContext::new(self.associated_token_program.key(), accounts))
    }
}
