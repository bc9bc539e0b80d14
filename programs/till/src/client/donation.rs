use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::system_program;
use anchor_spl::associated_token;

use super::{build, Payer, Token};
use crate::{accounts, instruction, pda, CampaignTerms, ID};

/// A campaign, and the token that it collects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CampaignKey {
    pub address: Pubkey,
    pub token: Token,
}

impl CampaignKey {
    /// Where [`create_campaign`] puts the campaign of these terms.
    pub fn of(creator: &Pubkey, token: Token, terms: &CampaignTerms) -> Self {
        Self { address: pda::campaign(creator, &token.mint, &token.program, terms).1, token }
    }

    pub fn token_account(&self) -> Pubkey {
        self.token.account_of(&self.address)
    }
}

/// A donor's receipt of an all-or-nothing campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptKey {
    pub address: Pubkey,
    pub salt: u8,
}

impl ReceiptKey {
    pub fn of(campaign: &Pubkey, donor: &Pubkey) -> Self {
        let (salt, address) = pda::donation(campaign, donor);
        Self { address, salt }
    }
}

pub fn create_campaign(
    creator: Pubkey,
    rent_payer: Pubkey,
    token: &Token,
    terms: CampaignTerms,
) -> Instruction {
    let (salt, campaign) = pda::campaign(&creator, &token.mint, &token.program, &terms);
    let accounts = accounts::CreateCampaign {
        creator,
        rent_payer,
        protocol: pda::protocol().0,
        beneficiary: terms.beneficiary,
        mint: token.mint,
        campaign,
        campaign_token: token.account_of(&campaign),
        token_program: token.program,
        associated_token_program: associated_token::ID,
        system_program: system_program::ID,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::CreateCampaign { terms, salt })
}

/// `receipt`: for an all-or-nothing campaign, and only for such a one.
pub fn donate(
    donor: &Payer,
    campaign: &CampaignKey,
    receipt: Option<ReceiptKey>,
    amount: u64,
) -> Instruction {
    let accounts = accounts::Donate {
        donor: donor.wallet,
        rent_payer: donor.rent_payer,
        protocol: pda::protocol().0,
        campaign: campaign.address,
        campaign_token: campaign.token_account(),
        mint: campaign.token.mint,
        donor_token: donor.token_account,
        donation: receipt.map(|receipt| receipt.address),
        token_program: campaign.token.program,
        system_program: system_program::ID,
        event_authority: pda::event_authority(),
        program: ID,
    };
    let salt = receipt.map_or(0, |receipt| receipt.salt);
    build(accounts, instruction::Donate { amount, max_sent: donor.max_sent, salt })
}

pub fn withdraw_donations(campaign: &CampaignKey, beneficiary_token: Pubkey) -> Instruction {
    let accounts = accounts::WithdrawDonations {
        campaign: campaign.address,
        campaign_token: campaign.token_account(),
        mint: campaign.token.mint,
        beneficiary_token,
        token_program: campaign.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::WithdrawDonations {})
}

/// `donation` is the receipt's address, `rent_payer` who paid for it.
pub fn refund_donation(
    campaign: &CampaignKey,
    donation: Pubkey,
    rent_payer: Pubkey,
    donor_token: Pubkey,
) -> Instruction {
    let accounts = accounts::RefundDonation {
        campaign: campaign.address,
        donation,
        rent_payer,
        campaign_token: campaign.token_account(),
        mint: campaign.token.mint,
        donor_token,
        token_program: campaign.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::RefundDonation {})
}

/// `donation` is the receipt's address, `rent_payer` who paid for it.
pub fn close_donation(campaign: Pubkey, donation: Pubkey, rent_payer: Pubkey) -> Instruction {
    let accounts = accounts::CloseDonation {
        campaign,
        donation,
        rent_payer,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::CloseDonation {})
}

pub fn cancel_campaign(creator: Pubkey, campaign: Pubkey) -> Instruction {
    let accounts =
        accounts::CancelCampaign { creator, campaign, event_authority: pda::event_authority(), program: ID };
    build(accounts, instruction::CancelCampaign {})
}

/// `beneficiary_token` need not exist when the campaign's token account is empty.
pub fn close_campaign(campaign: &CampaignKey, beneficiary_token: Pubkey, rent_payer: Pubkey) -> Instruction {
    let accounts = accounts::CloseCampaign {
        campaign: campaign.address,
        campaign_token: campaign.token_account(),
        mint: campaign.token.mint,
        beneficiary_token,
        rent_payer,
        token_program: campaign.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::CloseCampaign {})
}
