//! Random sequences of all instructions of campaigns by several donors, right ones and wrong ones, with
//! the books checked after each step, and the way out of everything at the end.
//!
//! `TILL_SEQUENCES` sets how many, `TILL_SEED` replays one; a failure prints its seed.

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::CampaignKind::{AllOrNothing, KeepAll};
use till::client::{self, CampaignKey, ReceiptKey};
use till::{Campaign, CampaignTerms, Donation};
use till_tests::{Actors, Donor, START};

use super::replay::Replay;

const STEPS: usize = 40;
const FUNDS: u64 = 1_000;

fn setting<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().and_then(|value| value.parse().ok())
}

#[test]
fn the_books_balance_after_every_step_and_everybody_gets_out() {
    if let Some(seed) = setting("TILL_SEED") {
        return run(seed);
    }
    for seed in 0..setting("TILL_SEQUENCES").unwrap_or(40) {
        run(seed);
    }
}

fn run(seed: u64) {
    let seed_on_panic = PrintSeed(seed);
    let mut run = Run::new(StdRng::seed_from_u64(seed));
    for _ in 0..STEPS {
        run.step();
        run.check();
    }
    run.everybody_gets_out();
    std::mem::forget(seed_on_panic);
}

/// Prints the seed when a check panics.
struct PrintSeed(u64);

impl Drop for PrintSeed {
    fn drop(&mut self) {
        eprintln!("replay with TILL_SEED={}", self.0);
    }
}

struct Run {
    actors: Actors,
    rng: StdRng,
    campaigns: Vec<CampaignKey>,
    donors: Vec<Donor>,
    replay: Replay,
    /// What everybody had before the first campaign.
    lamports: Vec<u64>,
    /// What strangers have sent to the campaigns' token accounts.
    dust: u64,
    now: i64,
}

impl Run {
    fn new(mut rng: StdRng) -> Self {
        let mut actors = if rng.r#gen() { Actors::on_spl_token() } else { Actors::on_token_2022() };
        let donors: Vec<Donor> = (0..3).map(|_| actors.donor(FUNDS)).collect();
        let (campaigns, replay, lamports) = (vec![], Replay::default(), vec![]);
        let mut run = Self { actors, rng, campaigns, donors, replay, lamports, dust: 0, now: START };
        run.lamports = run.lamports();
        for (id, kind) in [KeepAll, AllOrNothing, AllOrNothing].into_iter().enumerate() {
            let (goal, deadline) = (run.rng.gen_range(1..1_500), START + run.rng.gen_range(1..2_000));
            let terms = CampaignTerms { id: id as u64, goal, deadline, ..run.actors.campaign_terms(kind) };
            run.create(terms);
        }
        run
    }

    fn create(&mut self, terms: CampaignTerms) {
        let (creator, token) = (self.actors.authority.pubkey(), self.actors.token);
        self.campaigns.push(CampaignKey::of(&creator, token, &terms));
        assert!(self.send(client::create_campaign(creator, creator, &token, terms)));
    }

    fn lamports(&self) -> Vec<u64> {
        let people = self.donors.iter().map(Donor::key).chain([self.actors.authority.pubkey()]);
        people.map(|key| self.actors.world.lamports(&key)).collect()
    }

    /// One instruction, which may well be refused.
    fn step(&mut self) {
        if self.rng.gen_bool(0.2) {
            self.now += self.rng.gen_range(1..300);
            self.actors.world.set_time(self.now);
        }
        let campaign = *self.campaigns.choose(&mut self.rng).expect("a campaign");
        if self.rng.gen_bool(0.05) {
            return self.send_dust(&campaign);
        }
        let instruction = self.instruction(&campaign);
        let _accepted_or_not = self.send(instruction);
    }

    /// Signed by whoever has to; returns whether it was accepted.
    fn send(&mut self, instruction: Instruction) -> bool {
        let people = self.donors.iter().map(|donor| &donor.wallet).chain([&self.actors.authority]);
        let signs =
            |key: &Pubkey| instruction.accounts.iter().any(|meta| meta.is_signer && meta.pubkey == *key);
        let signers: Vec<Keypair> =
            people.filter(|key| signs(&key.pubkey())).map(|key| key.insecure_clone()).collect();
        let sent = self.actors.world.send(&[instruction], &signers.iter().collect::<Vec<_>>());
        sent.is_ok_and(|sent| {
            self.replay.see(&sent);
            true
        })
    }

    fn send_dust(&mut self, campaign: &CampaignKey) {
        if self.state(campaign).is_some() {
            self.actors.world.fund(&campaign.token, &campaign.address, 1);
            self.dust += 1;
        }
    }

    fn instruction(&mut self, campaign: &CampaignKey) -> Instruction {
        let (a, rng) = (&self.actors, &mut self.rng);
        let [donor, other] = std::array::from_fn(|_| self.donors.choose(rng).expect("a donor"));
        let stranger = if rng.gen_bool(0.2) { other } else { donor };
        let elsewhere = if rng.gen_bool(0.1) { self.campaigns.choose(rng).expect("one") } else { campaign };
        let receipt = ReceiptKey::of(&elsewhere.address, &donor.key());
        let amount = rng.gen_range(0..FUNDS / 2);
        match rng.gen_range(0..20) {
            0..8 => {
                let keeps_all = *campaign == self.campaigns[0];
                donor.donate(campaign, (keeps_all == rng.gen_bool(0.1)).then_some(receipt), amount)
            }
            8..10 => client::withdraw_donations(campaign, a.payout_token),
            10 => client::withdraw_donations(campaign, donor.token_account),
            11..15 => {
                client::refund_donation(campaign, receipt.address, stranger.key(), stranger.token_account)
            }
            15..17 => client::close_donation(campaign.address, receipt.address, stranger.key()),
            17 => client::cancel_campaign(a.authority.pubkey(), campaign.address),
            _ => client::close_campaign(campaign, a.payout_token, a.authority.pubkey()),
        }
    }

    fn state(&self, campaign: &CampaignKey) -> Option<Campaign> {
        self.actors.world.account(&campaign.address)
    }

    fn receipts(&self, campaign: &CampaignKey) -> Vec<Donation> {
        let address = |donor: &Donor| ReceiptKey::of(&campaign.address, &donor.key()).address;
        self.donors.iter().filter_map(|donor| self.actors.world.account(&address(donor))).collect()
    }

    fn check(&self) {
        let a = &self.actors;
        let mut held = 0;
        let mut owed = 0;
        for campaign in &self.campaigns {
            let receipts = self.receipts(campaign);
            let Some(state) = self.state(campaign) else {
                assert!(receipts.is_empty(), "no receipt outlives its campaign");
                continue;
            };
            state.invariant().expect("consistent");
            assert_eq!(state.receipts, receipts.len() as u64);
            if !state.keeps_all() && state.withdrawn == 0 && self.now < state.deadline {
                let pledged: u64 = receipts.iter().map(|receipt| receipt.amount).sum();
                assert_eq!(state.owed().unwrap(), pledged, "what is owed is what the receipts say");
            }
            let balance = a.world.balance(&campaign.token_account());
            assert!(balance >= state.owed().unwrap(), "the campaign holds what it owes");
            held += balance;
            owed += state.owed().unwrap();
        }
        self.check_replay();
        assert!(held - owed <= self.dust, "nothing but dust is nobody's");
        let paid = a.world.balance(&a.payout_token);
        let left: u64 = self.donors.iter().map(|donor| a.world.balance(&donor.token_account)).sum();
        assert_eq!(left + paid + held, 3 * FUNDS + self.dust, "no token is made or lost");
    }

    /// The accounts are what the events told.
    fn check_replay(&self) {
        for campaign in &self.campaigns {
            assert_eq!(self.replay.campaigns.get(&campaign.address).copied(), self.state(campaign));
        }
        for (address, told) in &self.replay.receipts {
            assert_eq!(self.actors.world.account(address), Some(*told));
        }
        let there: usize = self.campaigns.iter().map(|campaign| self.receipts(campaign).len()).sum();
        assert_eq!(self.replay.receipts.len(), there);
    }

    /// The protocol paused, and nobody signs anything.
    fn everybody_gets_out(&mut self) {
        self.actors.pause();
        self.now = START + 2_000;
        self.actors.world.set_time(self.now);
        let (payout_token, creator) = (self.actors.payout_token, self.actors.authority.pubkey());
        for campaign in self.campaigns.clone() {
            let _if_there_is_something = self.send(client::withdraw_donations(&campaign, payout_token));
            let donors: Vec<_> = self.donors.iter().map(|donor| (donor.key(), donor.token_account)).collect();
            for (donor, token_account) in donors {
                let receipt = ReceiptKey::of(&campaign.address, &donor).address;
                let refund = client::refund_donation(&campaign, receipt, donor, token_account);
                let close = client::close_donation(campaign.address, receipt, donor);
                let _one_or_none = [refund, close].map(|way| self.send(way));
            }
            let is_there = self.state(&campaign).is_some();
            assert_eq!(self.send(client::close_campaign(&campaign, payout_token, creator)), is_there);
        }
        self.check();
        assert!(self.replay.campaigns.is_empty() && self.replay.receipts.is_empty());
        assert_eq!(self.lamports(), self.lamports, "all rent is back");
    }
}
