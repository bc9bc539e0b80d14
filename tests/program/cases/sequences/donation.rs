//! Campaigns: whatever can happen to a few of them, by their creators, donors and others.

use bytemuck::Zeroable;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::{IteratorRandom, SliceRandom};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::client::{self, CampaignKey, Payer, ReceiptKey};
use till::events::*;
use till::{Campaign, CampaignKind, CampaignTerms, Donation};
use till_tests::{Cast, Stage};

use super::capability::{Capability, told};
use super::model::Model;
use super::people::{mostly, random_cast};

/// How many campaigns a sequence has at a time.
const CAMPAIGNS: u64 = 2;

pub struct Campaigns {
    plans: Vec<Plan>,
    /// Tells them apart.
    planned: u64,
}

/// A campaign that there may be.
#[derive(Clone)]
struct Plan {
    cast: Cast,
    terms: CampaignTerms,
    key: CampaignKey,
}

/// What can be done with a campaign that there is.
#[derive(Clone, Copy)]
enum Move {
    Donate,
    Withdraw,
    Refund,
    CloseDonation,
    Cancel,
    Close,
}

use Move::*;

const MOVES: [Move; 6] = [Donate, Withdraw, Refund, CloseDonation, Cancel, Close];

impl Campaigns {
    pub fn plan(stage: &mut Stage, rng: &mut StdRng) -> Self {
        let mut campaigns = Self { plans: Vec::new(), planned: 0 };
        for _ in 0..CAMPAIGNS {
            let plan = campaigns.another(stage, rng);
            campaigns.plans.push(plan);
        }
        campaigns
    }

    fn another(&mut self, stage: &mut Stage, rng: &mut StdRng) -> Plan {
        self.planned += 1;
        let cast = random_cast(rng);
        let terms = CampaignTerms {
            id: self.planned,
            beneficiary: stage.side(&cast, "payee"),
            goal: *[1, 99, rng.gen_range(1..1_000_000)].choose(rng).expect("one of three"),
            deadline: stage.world.time() + rng.gen_range(1..400),
            kind: if rng.gen_bool(0.3) { CampaignKind::KeepAll } else { CampaignKind::AllOrNothing },
        };
        let key = CampaignKey::of(&stage.side(&cast, "founder"), stage.token(cast.coin), &terms);
        Plan { cast, terms, key }
    }
}

impl Capability for Campaigns {
    fn propose(&mut self, stage: &mut Stage, model: &mut Model, rng: &mut StdRng) -> Option<Instruction> {
        let index = rng.gen_range(0..self.plans.len());
        let plan = self.plans[index].clone();
        if let Some(campaign) = model.find(&plan.key.address) {
            return Some(Turn { stage, model, rng, plan, campaign }.instruction());
        }
        if stage.world.time() >= plan.terms.deadline && rng.gen_bool(0.9) {
            self.plans[index] = self.another(stage, rng);
        }
        let Plan { cast, terms, .. } = self.plans[index].clone();
        let [creator, backer] = ["founder", "backer"].map(|role| stage.side(&cast, role));
        let (creator, backer) = (mostly(stage, creator, rng), mostly(stage, backer, rng));
        Some(client::create_campaign(creator, backer, &stage.token(cast.coin), terms))
    }

    fn hear(&mut self, event: &[u8], model: &mut Model) -> bool {
        if let Some(event) = told::<CampaignCreated>(event) {
            let campaign = created(&event);
            assert_eq!(campaign.balances(), event.campaign, "as it begins");
            model.open(event.campaign_address, &campaign);
        } else if let Some(event) = told::<Donated>(event) {
            donated(model, event);
        } else if let Some(event) = told::<DonationsWithdrawn>(event) {
            let amount = event.amount;
            let campaign = next(model, &event.campaign_address, event.campaign, |campaign| {
                assert_eq!(amount, campaign.owed().expect("no overflow"), "all of it");
                campaign.withdrawn += amount;
            });
            model.pays(campaign.beneficiary, campaign.mint, amount);
        } else if let Some(event) = told::<DonationRefunded>(event) {
            let amount = event.amount;
            let campaign = next(model, &event.campaign_address, event.campaign, |campaign| {
                campaign.refunded += amount;
                campaign.receipts -= 1;
            });
            let donation = next_receipt(model, event.receipt, |donation| {
                assert_eq!(std::mem::take(&mut donation.amount), amount, "all of it");
            });
            model.pays(donation.donor, campaign.mint, amount);
            model.close(&event.receipt.donation);
        } else if let Some(event) = told::<DonationClosed>(event) {
            next(model, &event.campaign_address, event.campaign, |campaign| campaign.receipts -= 1);
            next_receipt(model, event.receipt, |_| ());
            model.close(&event.receipt.donation);
        } else if let Some(event) = told::<CampaignCancelled>(event) {
            next(model, &event.campaign_address, event.campaign, |campaign| campaign.cancelled = 1);
        } else if let Some(event) = told::<CampaignClosed>(event) {
            let campaign = next(model, &event.campaign_address, event.campaign, |_| ());
            assert_eq!((campaign.owed().expect("no overflow"), campaign.receipts), (0, 0));
            assert_eq!(campaign.rent_payer, event.rent_payer);
            let given = model.given.remove(&campaign.campaign_token).unwrap_or(0);
            model.pays(campaign.beneficiary, campaign.mint, given);
            model.close(&event.campaign_address);
        } else {
            return false;
        }
        true
    }

    fn owed(&self, model: &Model) -> Vec<(Pubkey, u64)> {
        let owed = |campaign: Campaign| (campaign.campaign_token, campaign.owed().expect("no overflow"));
        model.all::<Campaign>().map(|(_, campaign)| owed(campaign)).collect()
    }

    fn rents(&self, model: &Model) -> Vec<(Pubkey, Pubkey)> {
        let both = |(address, campaign): (Pubkey, Campaign)| {
            [address, campaign.campaign_token].map(|it| (it, campaign.rent_payer))
        };
        let receipts = model.all::<Donation>().map(|(address, donation)| (address, donation.rent_payer));
        model.all::<Campaign>().flat_map(both).chain(receipts).collect()
    }

    fn moments(&self, _: &Model) -> Vec<i64> {
        self.plans.iter().map(|plan| plan.terms.deadline).collect()
    }
}

struct Turn<'a> {
    stage: &'a mut Stage,
    model: &'a Model,
    rng: &'a mut StdRng,
    plan: Plan,
    campaign: Campaign,
}

impl Turn<'_> {
    fn instruction(&mut self) -> Instruction {
        let moves = if self.rng.gen_bool(0.8) { self.likely() } else { &MOVES };
        let key = self.plan.key;
        match moves.choose(self.rng).expect("a move") {
            Donate => self.donate(),
            Withdraw => client::withdraw_donations(&key, self.beneficiary_token()),
            Refund => {
                let (address, receipt) = self.receipt();
                let rent_payer = mostly(self.stage, receipt.rent_payer, self.rng);
                let donor_token = self.token_account(receipt.donor);
                client::refund_donation(&key, address, rent_payer, donor_token)
            }
            CloseDonation => {
                let (address, receipt) = self.receipt();
                let rent_payer = mostly(self.stage, receipt.rent_payer, self.rng);
                client::close_donation(key.address, address, rent_payer)
            }
            Cancel => {
                let creator = mostly(self.stage, self.campaign.creator, self.rng);
                client::cancel_campaign(creator, key.address)
            }
            Close => {
                let rent_payer = mostly(self.stage, self.campaign.rent_payer, self.rng);
                client::close_campaign(&key, self.beneficiary_token(), rent_payer)
            }
        }
    }

    /// What may well succeed.
    fn likely(&self) -> &'static [Move] {
        let Campaign { goal, raised, receipts, .. } = self.campaign;
        let is_over = self.stage.world.time() >= self.campaign.deadline;
        match self.campaign.keeps_all() {
            true if is_over => &[Withdraw, Close],
            true if !self.campaign.is_cancelled() => &[Donate, Donate, Donate, Withdraw, Cancel],
            true => &[Withdraw],
            _ if self.campaign.is_cancelled() && receipts > 0 => &[Refund],
            _ if !is_over => &[Donate, Donate, Donate, Donate, Donate, Cancel],
            _ if raised < goal && receipts > 0 => &[Refund],
            _ if receipts > 0 => &[Withdraw, CloseDonation],
            _ => &[Withdraw, Close],
        }
    }

    fn donate(&mut self) -> Instruction {
        let cast = Cast { customer: self.rng.gen_range(0..2), ..self.plan.cast };
        let [wallet, sponsor] = ["payer", "sponsor"].map(|role| self.stage.customer(&cast, role));
        let amount = match self.rng.gen_range(0..4) {
            0 => self.campaign.goal,
            1 => self.campaign.goal.saturating_sub(self.campaign.raised),
            _ => self.rng.gen_range(0..=self.campaign.goal),
        };
        let donor = Payer {
            wallet,
            token_account: self.token_account(wallet),
            rent_payer: mostly(self.stage, sponsor, self.rng),
            max_sent: if self.rng.gen_bool(0.9) { u64::MAX } else { amount },
        };
        let gives_receipt = self.campaign.keeps_all() == self.rng.gen_bool(0.05);
        let receipt = gives_receipt.then(|| ReceiptKey::of(&self.plan.key.address, &wallet));
        client::donate(&donor, &self.plan.key, receipt, amount)
    }

    /// One of the campaign's, of another one, or one that is not there.
    fn receipt(&mut self) -> (Pubkey, Donation) {
        let ours = self.plan.key.address;
        let all = self.model.all::<Donation>().filter(|(_, donation)| donation.campaign == ours);
        let found = all.choose(self.rng).filter(|_| self.rng.gen_bool(0.95));
        let any = found.or_else(|| self.model.all::<Donation>().choose(self.rng));
        any.unwrap_or((ours, Donation::zeroed()))
    }

    fn beneficiary_token(&mut self) -> Pubkey {
        self.token_account(self.campaign.beneficiary)
    }

    /// Mostly of this wallet.
    fn token_account(&mut self, wallet: Pubkey) -> Pubkey {
        let wallet = mostly(self.stage, wallet, self.rng);
        self.stage.token_account(self.plan.cast.coin, &wallet)
    }
}

fn created(event: &CampaignCreated) -> Campaign {
    let CampaignCreated { creator, rent_payer, mint, campaign_token, salt, .. } = *event;
    let CampaignTerms { id, beneficiary, goal, deadline, kind } = event.terms.clone();
    let people = Campaign { creator, beneficiary, rent_payer, ..Campaign::zeroed() };
    let terms = Campaign { id, goal, deadline, kind: kind as u8, ..people };
    Campaign { mint, campaign_token, salt, sequence: 1, ..terms }
}

fn donated(model: &mut Model, event: Donated) {
    let Donated { campaign_address, donor, amount, sent, receipt, campaign } = event;
    assert!(sent >= amount, "what arrives has been sent");
    let is_first = receipt.is_some_and(|told| model.find::<Donation>(&told.donation).is_none());
    let state = next(model, &campaign_address, campaign, |campaign| {
        campaign.raised += amount;
        campaign.receipts += u64::from(is_first);
    });
    assert_eq!(receipt.is_none(), state.keeps_all());
    let Some(receipt) = receipt else { return };
    if is_first {
        let blank = Donation::blank(campaign_address, donor, receipt.rent_payer, receipt.salt);
        model.open(receipt.donation, &blank);
    }
    let donation = next_receipt(model, receipt, |donation| donation.amount += amount);
    assert_eq!((donation.campaign, donation.donor), (campaign_address, donor));
}

/// A campaign's next state, which must be what the event says.
fn next(
    model: &mut Model,
    address: &Pubkey,
    after: CampaignBalances,
    change: impl FnOnce(&mut Campaign),
) -> Campaign {
    let campaign = model.change(address, |campaign: &mut Campaign| {
        campaign.sequence += 1;
        change(campaign);
    });
    assert_eq!(campaign.balances(), after, "the sums of {address} after the event");
    campaign
}

/// A receipt's next state, which must be what the event says.
fn next_receipt(model: &mut Model, after: Receipt, change: impl FnOnce(&mut Donation)) -> Donation {
    let donation = model.change(&after.donation, |donation: &mut Donation| {
        donation.sequence += 1;
        change(donation);
    });
    assert_eq!(donation.receipt(after.donation), after, "the receipt after the event");
    donation
}
