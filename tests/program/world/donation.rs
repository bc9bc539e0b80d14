//! Campaigns between the people of a test: the merchant's authority collects for the payout wallet,
//! the payer donates, and so may others.

use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, CampaignKey, Payer, ReceiptKey};
use till::{Campaign, CampaignKind, CampaignTerms, Donation};

use super::{Actors, START};

/// What a campaign hopes to raise unless told otherwise, in base units: 50.00.
pub const GOAL: u64 = 50_000_000;
/// When a campaign ends unless told otherwise: a day after the test begins.
pub const DEADLINE: i64 = START + 86_400;

/// Somebody with tokens.
pub struct Donor {
    pub wallet: Keypair,
    pub token_account: Pubkey,
}

impl Donor {
    pub fn key(&self) -> Pubkey {
        self.wallet.pubkey()
    }

    pub fn payer(&self) -> Payer {
        let (wallet, token_account) = (self.key(), self.token_account);
        Payer { wallet, token_account, rent_payer: wallet, max_sent: u64::MAX }
    }

    pub fn donate(&self, campaign: &CampaignKey, receipt: Option<ReceiptKey>, amount: u64) -> Instruction {
        client::donate(&self.payer(), campaign, receipt, amount)
    }
}

impl Actors {
    pub fn campaign_terms(&self, kind: CampaignKind) -> CampaignTerms {
        let beneficiary = self.payout_wallet.pubkey();
        CampaignTerms { id: 1, beneficiary, goal: GOAL, deadline: DEADLINE, kind }
    }

    #[track_caller]
    pub fn campaign(&mut self, kind: CampaignKind) -> CampaignKey {
        self.campaign_of(self.campaign_terms(kind))
    }

    #[track_caller]
    pub fn campaign_of(&mut self, terms: CampaignTerms) -> CampaignKey {
        let creator = self.authority.insecure_clone();
        let campaign = CampaignKey::of(&creator.pubkey(), self.token, &terms);
        let create = client::create_campaign(creator.pubkey(), creator.pubkey(), &self.token, terms);
        self.world.must(create, &[&creator]);
        campaign
    }

    /// Somebody with `funds` base units.
    pub fn donor(&mut self, funds: u64) -> Donor {
        let wallet = self.world.wallet();
        let token_account = self.world.fund(&self.token.clone(), &wallet.pubkey(), funds);
        Donor { wallet, token_account }
    }

    /// Donates to a keep-all campaign.
    #[track_caller]
    pub fn donated(&mut self, donor: &Donor, campaign: &CampaignKey, amount: u64) {
        self.world.must(donor.donate(campaign, None, amount), &[&donor.wallet]);
    }

    /// Donates to an all-or-nothing campaign.
    #[track_caller]
    pub fn pledged(&mut self, donor: &Donor, campaign: &CampaignKey, amount: u64) -> ReceiptKey {
        let receipt = ReceiptKey::of(&campaign.address, &donor.key());
        self.world.must(donor.donate(campaign, Some(receipt), amount), &[&donor.wallet]);
        receipt
    }

    #[track_caller]
    pub fn cancel(&mut self, campaign: &CampaignKey) {
        let creator = self.authority.insecure_clone();
        self.world.must(client::cancel_campaign(creator.pubkey(), campaign.address), &[&creator]);
    }

    pub fn campaign_state(&self, campaign: &CampaignKey) -> Campaign {
        self.world.account(&campaign.address).expect("the campaign's account")
    }

    pub fn receipt(&self, receipt: &ReceiptKey) -> Donation {
        self.world.account(&receipt.address).expect("the receipt's account")
    }
}
