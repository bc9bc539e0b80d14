//! Campaigns and receipts, rebuilt from events alone.

use std::collections::HashMap;

use anchor_lang::Event;
use anchor_lang::event::EVENT_IX_TAG_LE;
use litesvm::types::TransactionMetadata;
use solana_pubkey::Pubkey;
use till::events::*;
use till::{Campaign, Donation};

/// What somebody knows who has seen nothing but the events.
#[derive(Default)]
pub struct Replay {
    pub campaigns: HashMap<Pubkey, Campaign>,
    pub receipts: HashMap<Pubkey, Donation>,
}

impl Replay {
    /// Everything that a transaction tells.
    pub fn see(&mut self, sent: &TransactionMetadata) {
        let inner = sent.inner_instructions.iter().flatten().map(|inner| &inner.instruction.data);
        inner.filter_map(|data| data.strip_prefix(EVENT_IX_TAG_LE)).for_each(|data| self.event(data));
    }

    fn event(&mut self, data: &[u8]) {
        if let Some(e) = read::<CampaignCreated>(data) {
            self.campaigns.insert(e.campaign_address, campaign(&e));
        } else if let Some(e) = read::<Donated>(data) {
            e.receipt.into_iter().for_each(|receipt| self.receipt(e.campaign_address, receipt));
            self.sums(e.campaign_address, e.campaign);
        } else if let Some(e) = read::<DonationsWithdrawn>(data) {
            self.sums(e.campaign_address, e.campaign);
        } else if let Some(e) = read::<DonationRefunded>(data) {
            self.receipt(e.campaign_address, e.receipt);
            self.receipts.remove(&e.receipt.donation);
            self.sums(e.campaign_address, e.campaign);
        } else if let Some(e) = read::<DonationClosed>(data) {
            self.receipt(e.campaign_address, e.receipt);
            self.receipts.remove(&e.receipt.donation);
            self.sums(e.campaign_address, e.campaign);
        } else if let Some(e) = read::<CampaignCancelled>(data) {
            self.sums(e.campaign_address, e.campaign).cancelled = 1;
        } else if let Some(e) = read::<CampaignClosed>(data) {
            self.sums(e.campaign_address, e.campaign);
            self.campaigns.remove(&e.campaign_address);
        } else {
            panic!("an event that is not known");
        }
    }

    /// Each event of a campaign has the next number.
    fn sums(&mut self, address: Pubkey, told: CampaignBalances) -> &mut Campaign {
        let campaign = self.campaigns.get_mut(&address).expect("a campaign that was created");
        assert_eq!(told.sequence, campaign.sequence + 1);
        let CampaignBalances { raised, withdrawn, refunded, receipts, sequence } = told;
        *campaign = Campaign { raised, withdrawn, refunded, receipts, sequence, ..*campaign };
        campaign
    }

    /// Each event of a receipt has the next number.
    fn receipt(&mut self, campaign: Pubkey, told: Receipt) {
        let Receipt { donation, donor, rent_payer, salt, amount, sequence } = told;
        let before = self.receipts.get(&donation).map_or(0, |receipt| receipt.sequence);
        assert_eq!(sequence, before + 1);
        let receipt = Donation { amount, sequence, ..Donation::blank(campaign, donor, rent_payer, salt) };
        self.receipts.insert(donation, receipt);
    }
}

fn campaign(e: &CampaignCreated) -> Campaign {
    assert_eq!(e.campaign.sequence, 1);
    Campaign {
        creator: e.creator,
        beneficiary: e.terms.beneficiary,
        mint: e.mint,
        campaign_token: e.campaign_token,
        rent_payer: e.rent_payer,
        id: e.terms.id,
        goal: e.terms.goal,
        raised: e.campaign.raised,
        withdrawn: e.campaign.withdrawn,
        refunded: e.campaign.refunded,
        receipts: e.campaign.receipts,
        deadline: e.terms.deadline,
        sequence: e.campaign.sequence,
        kind: e.terms.kind as u8,
        cancelled: 0,
        salt: e.salt,
        _reserved: [0; 5],
    }
}

fn read<E: Event>(data: &[u8]) -> Option<E> {
    let body = data.strip_prefix(E::DISCRIMINATOR)?;
    Some(E::try_from_slice(body).expect("an event"))
}
