//! Campaigns and receipts.

use std::collections::BTreeMap;

use rand::{Rng, rngs::StdRng};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till::{Campaign, CampaignKind, CampaignTerms, Donation, events::*};

use super::{Accounts, at, told, wallet};
use crate::world::MINT;

const CAMPAIGN: Pubkey = Pubkey::new_from_array([70; 32]);

#[derive(Default)]
pub struct Campaigns {
    campaign: Option<Campaign>,
    closed: bool,
    /// By donor; with how it ended.
    receipts: BTreeMap<u8, (Donation, Option<&'static str>)>,
    donations: usize,
}

fn receipt_address(donor: u8) -> Pubkey {
    wallet(100 + donor)
}

impl Campaigns {
    fn create(&mut self, now: i64, rng: &mut StdRng) -> Option<Vec<u8>> {
        let kind = if rng.gen_bool(0.7) { CampaignKind::AllOrNothing } else { CampaignKind::KeepAll };
        let terms = CampaignTerms {
            id: rng.gen_range(0..=u64::MAX),
            beneficiary: wallet(1),
            goal: rng.gen_range(1..3_000),
            deadline: now + rng.gen_range(100_000..600_000),
            kind,
        };
        let campaign = Campaign {
            creator: wallet(2),
            beneficiary: terms.beneficiary,
            mint: MINT,
            campaign_token: wallet(3),
            rent_payer: wallet(4),
            id: terms.id,
            goal: terms.goal,
            raised: 0,
            withdrawn: 0,
            refunded: 0,
            receipts: 0,
            deadline: terms.deadline,
            sequence: 1,
            kind: kind as u8,
            cancelled: 0,
            salt: 9,
            _reserved: [0; 5],
        };
        self.campaign = Some(campaign);
        told(CampaignCreated {
            campaign_address: CAMPAIGN,
            creator: campaign.creator,
            rent_payer: campaign.rent_payer,
            mint: MINT,
            campaign_token: campaign.campaign_token,
            token_program: wallet(5),
            decimals: 6,
            terms,
            salt: 9,
            campaign: campaign.balances(),
        })
    }

    fn donate(&mut self, donor: u8, now: i64, amount: u64) -> Option<Vec<u8>> {
        let campaign = self.campaign.as_mut()?;
        let blank = Donation::blank(CAMPAIGN, wallet(donor), wallet(4), donor);
        let mut receipt = self.receipts.get(&donor).map_or(blank, |(receipt, _)| *receipt);
        let needed = !campaign.keeps_all();
        campaign.donate(amount, needed.then_some(&mut receipt), now).ok()?;
        if needed {
            self.receipts.insert(donor, (receipt, None));
        }
        self.donations += 1;
        told(Donated {
            campaign_address: CAMPAIGN,
            donor: wallet(donor),
            amount,
            sent: amount,
            receipt: needed.then(|| receipt.receipt(receipt_address(donor))),
            campaign: campaign.balances(),
        })
    }

    /// An open receipt is refunded, or let go of.
    fn end_receipt(&mut self, donor: u8, now: i64) -> Option<Vec<u8>> {
        let campaign = self.campaign.as_mut()?;
        let (receipt, outcome) = self.receipts.get_mut(&donor).filter(|(_, outcome)| outcome.is_none())?;
        let mut after = *receipt;
        if let Ok(amount) = campaign.refund(&mut after, now) {
            (*receipt, *outcome) = (after, Some("refunded"));
            return told(DonationRefunded {
                campaign_address: CAMPAIGN,
                donor_token: wallet(donor),
                amount,
                received: amount,
                receipt: after.receipt(receipt_address(donor)),
                campaign: campaign.balances(),
            });
        }
        campaign.settle(&mut after, now).ok()?;
        (*receipt, *outcome) = (after, Some("settled"));
        let (receipt, campaign) = (after.receipt(receipt_address(donor)), campaign.balances());
        told(DonationClosed { campaign_address: CAMPAIGN, receipt, campaign })
    }

    fn end(&mut self, now: i64, rng: &mut StdRng) -> Option<Vec<u8>> {
        let campaign = self.campaign.as_mut()?;
        let mut after = *campaign;
        match rng.gen_range(0..8) {
            0 => {
                after.cancel(now).ok()?;
                *campaign = after;
                told(CampaignCancelled { campaign_address: CAMPAIGN, campaign: after.balances() })
            }
            1..=4 => {
                let amount = after.withdraw(now).ok()?;
                *campaign = after;
                told(DonationsWithdrawn {
                    campaign_address: CAMPAIGN,
                    beneficiary_token: wallet(1),
                    amount,
                    received: amount,
                    campaign: after.balances(),
                })
            }
            _ => {
                after.close(now).ok()?;
                (*campaign, self.closed) = (after, true);
                let (rent_payer, campaign) = (after.rent_payer, after.balances());
                told(CampaignClosed { campaign_address: CAMPAIGN, rent_payer, campaign })
            }
        }
    }
}

impl Accounts for Campaigns {
    fn play(&mut self, now: i64, rng: &mut StdRng) -> Option<Vec<u8>> {
        let donor = rng.gen_range(10..14);
        match rng.gen_range(0..10) {
            _ if self.campaign.is_none() => self.create(now, rng),
            _ if self.closed => None,
            0..=4 => self.donate(donor, now, rng.gen_range(0..1_000)),
            5..=7 => self.end_receipt(donor, now),
            _ => self.end(now, rng),
        }
    }

    fn expected(&self) -> Vec<(&'static str, Vec<Value>)> {
        let campaigns = self.campaign.iter().map(|campaign| {
            json!({
                "address": CAMPAIGN.to_string(),
                "creator": campaign.creator.to_string(),
                "beneficiary": campaign.beneficiary.to_string(),
                "mint": campaign.mint.to_string(),
                "campaign_token": campaign.campaign_token.to_string(),
                "token_program": wallet(5).to_string(),
                "decimals": 6,
                "rent_payer": campaign.rent_payer.to_string(),
                "campaign_id": campaign.id,
                "goal": campaign.goal,
                "deadline": at(campaign.deadline),
                "kind": if campaign.keeps_all() { "keep_all" } else { "all_or_nothing" },
                "salt": campaign.salt,
                "raised": campaign.raised,
                "withdrawn": campaign.withdrawn,
                "refunded": campaign.refunded,
                "receipts": campaign.receipts,
                "cancelled": campaign.is_cancelled(),
                "closed": self.closed,
                "sequence": campaign.sequence,
            })
        });
        let receipts = self.receipts.iter().map(|(donor, (receipt, outcome))| {
            json!({
                "address": receipt_address(*donor).to_string(),
                "campaign": receipt.campaign.to_string(),
                "donor": receipt.donor.to_string(),
                "rent_payer": receipt.rent_payer.to_string(),
                "salt": receipt.salt,
                "amount": receipt.amount,
                "outcome": outcome,
                "sequence": receipt.sequence,
            })
        });
        vec![("campaigns", campaigns.collect()), ("receipts", receipts.collect())]
    }
}
