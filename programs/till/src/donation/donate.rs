use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, Donated},
    pda, token, Campaign, Donation, Protocol, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct Donate<'info> {
    /// Owns the tokens that are given, and gets them back if an all-or-nothing campaign fails.
    pub donor: Signer<'info>,

    /// Pays the rent of a new receipt; the donor, or a sponsor.
    #[account(mut)]
    pub rent_payer: Signer<'info>,

    /// The protocol's configuration. There is only one account of this type.
    pub protocol: AccountLoader<'info, Protocol>,

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

    /// A token account of the donor, which gives.
    /// CHECK: whose it is, is seen to by `token::require_owned`.
    #[account(mut)]
    pub donor_token: UncheckedAccount<'info>,

    /// The donor's receipt: one that is there already, or is created here. An all-or-nothing campaign needs
    /// it; one that keeps all gives none, because nothing could be claimed with it.
    /// CHECK: see [`Self::receipt`].
    #[account(mut)]
    pub donation: Option<UncheckedAccount<'info>>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

impl Donate<'_> {
    pub fn handler(ctx: Context<Self>, amount: u64, max_sent: u64, salt: u8) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts.protocol.load()?.require_running()?;
        token::require_accepted(&accounts.mint, 0)?;

        let account = accounts.donation.as_ref();
        let mut donation = account.map(|account| accounts.receipt(account, salt)).transpose()?;
        let campaign = {
            let mut campaign = accounts.campaign.load_mut()?;
            campaign.donate(amount, donation.as_mut(), Clock::get()?.unix_timestamp)?;
            campaign.balances()
        };
        if let Some((account, donation)) = account.zip(donation.as_ref()) {
            accounts.keep(account, donation)?;
        }
        let sent = accounts.take_money(amount, max_sent)?;

        emit(
            &ctx.accounts.event_authority,
            &Donated {
                campaign_address: accounts.campaign.key(),
                donor: accounts.donor.key(),
                amount,
                sent,
                receipt: account.zip(donation).map(|(account, donation)| donation.receipt(account.key())),
                campaign,
            },
        )
    }
}

impl<'info> Donate<'info> {
    /// The receipt before this donation.
    fn receipt(&self, account: &AccountInfo<'info>, salt: u8) -> Result<Donation> {
        let (campaign, donor) = (self.campaign.key(), self.donor.key());
        if account.data_is_empty() {
            return Ok(Donation::blank(campaign, donor, self.rent_payer.key(), salt));
        }
        let donation: Donation = pda::load(account).map_err(|_| TillError::WrongReceipt)?;
        let is_theirs = donation.campaign == campaign && donation.donor == donor;
        require!(is_theirs, TillError::WrongReceipt);
        Ok(donation)
    }

    /// Writes the receipt after this donation, into a new account if it is the first.
    fn keep(&self, account: &AccountInfo<'info>, donation: &Donation) -> Result<()> {
        if account.data_is_empty() {
            donation.create(account, &self.rent_payer)?;
        }
        pda::save(account, donation)
    }

    /// From an account of the donor itself: a delegate's money would go back to the delegate.
    fn take_money(&self, amount: u64, max_sent: u64) -> Result<u64> {
        token::require_owned(&self.donor_token, self.token_program.key, self.mint.key, self.donor.key)?;
        let transfer = token::Transfer {
            token_program: &self.token_program,
            mint: &self.mint,
            from: &self.donor_token,
            to: &self.campaign_token,
            to_owner: self.campaign.as_ref().key,
            authority: &self.donor,
            extra: &[],
        };
        transfer.send_net(amount, max_sent, &[])
    }
}
