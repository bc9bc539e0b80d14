use anchor_lang::prelude::*;

use crate::CampaignTerms;

/// A campaign's sums after the event. `sequence` numbers a campaign's transitions from 1.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct CampaignBalances {
    /// What was donated, ever.
    pub raised: u64,
    /// What of it the beneficiary was paid.
    pub withdrawn: u64,
    /// What of it went back to donors.
    pub refunded: u64,
    /// How many receipts are open.
    pub receipts: u64,
    pub sequence: u64,
}

/// A receipt after the event. `sequence` numbers a receipt's transitions from 1.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub donation: Pubkey,
    pub donor: Pubkey,
    pub rent_payer: Pubkey,
    pub salt: u8,
    /// What can be refunded to the donor if the campaign fails.
    pub amount: u64,
    pub sequence: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignCreated {
    pub campaign_address: Pubkey,
    pub creator: Pubkey,
    pub rent_payer: Pubkey,
    pub mint: Pubkey,
    pub campaign_token: Pubkey,
    pub token_program: Pubkey,
    pub decimals: u8,
    pub terms: CampaignTerms,
    pub salt: u8,
    pub campaign: CampaignBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Donated {
    pub campaign_address: Pubkey,
    pub donor: Pubkey,
    /// What arrived.
    pub amount: u64,
    /// What left the donor for it: more than `amount` when the mint charges a transfer fee.
    pub sent: u64,
    /// Only of an all-or-nothing campaign.
    pub receipt: Option<Receipt>,
    pub campaign: CampaignBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DonationsWithdrawn {
    pub campaign_address: Pubkey,
    pub beneficiary_token: Pubkey,
    /// What left the campaign.
    pub amount: u64,
    /// What arrived, after the mint's transfer fee if it has one.
    pub received: u64,
    pub campaign: CampaignBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DonationRefunded {
    pub campaign_address: Pubkey,
    pub donor_token: Pubkey,
    /// What left the campaign.
    pub amount: u64,
    /// What arrived, after the mint's transfer fee if it has one.
    pub received: u64,
    /// The receipt at its end: its account is closed.
    pub receipt: Receipt,
    pub campaign: CampaignBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DonationClosed {
    pub campaign_address: Pubkey,
    /// The receipt at its end: its account is closed.
    pub receipt: Receipt,
    pub campaign: CampaignBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignCancelled {
    pub campaign_address: Pubkey,
    pub campaign: CampaignBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignClosed {
    pub campaign_address: Pubkey,
    pub rent_payer: Pubkey,
    pub campaign: CampaignBalances,
}
