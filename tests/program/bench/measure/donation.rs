use solana_signer::Signer;
use till::CampaignKind::{self, AllOrNothing, KeepAll};
use till::CampaignTerms;
use till::client::{self, CampaignKey, ReceiptKey};
use till_tests::{DEADLINE, Donor, START};

use super::{Bench, SALTS};

impl Bench<'_> {
    pub fn donations(&mut self) {
        self.stage.actors.world.set_time(START);
        let keep_all = self.campaigns(KeepAll, 0);
        let failing = self.campaigns(AllOrNothing, u64::from(SALTS));
        let reached = self.campaigns(AllOrNothing, 2 * u64::from(SALTS));
        let donor = self.stage.actors.donor(1_000_000);
        for campaign in &keep_all {
            let donate = donor.donate(campaign, None, 1_000);
            self.run("donate", donate, &[&donor.wallet]);
            let withdraw = client::withdraw_donations(campaign, self.stage.actors.payout_token);
            self.run("withdraw donations", withdraw, &[]);
        }
        for campaign in failing.iter().chain(&reached) {
            let receipt = ReceiptKey::of(&campaign.address, &donor.key());
            let donate = donor.donate(campaign, Some(receipt), 1_000);
            self.run("donate, with a new receipt", donate, &[&donor.wallet]);
            let donate = donor.donate(campaign, Some(receipt), 2_000);
            self.run("donate, with a receipt", donate, &[&donor.wallet]);
        }
        let creator = self.stage.actors.authority.insecure_clone();
        for campaign in &failing {
            let cancel = client::cancel_campaign(creator.pubkey(), campaign.address);
            self.run("cancel campaign", cancel, &[&creator]);
        }
        self.after_the_deadline(&donor, [&keep_all, &failing, &reached]);
    }

    fn after_the_deadline(&mut self, donor: &Donor, [keep_all, failing, reached]: [&Vec<CampaignKey>; 3]) {
        self.stage.actors.world.set_time(DEADLINE);
        let (payout_token, creator) = (self.stage.actors.payout_token, self.stage.actors.authority.pubkey());
        for campaign in failing {
            let receipt = ReceiptKey::of(&campaign.address, &donor.key()).address;
            let refund = client::refund_donation(campaign, receipt, donor.key(), donor.token_account);
            self.run("refund donation", refund, &[]);
        }
        for campaign in reached {
            self.stage.actors.world.must(client::withdraw_donations(campaign, payout_token), &[]);
            let receipt = ReceiptKey::of(&campaign.address, &donor.key()).address;
            let close = client::close_donation(campaign.address, receipt, donor.key());
            self.run("close donation", close, &[]);
        }
        for campaign in keep_all.iter().chain(failing).chain(reached) {
            self.run("close campaign", client::close_campaign(campaign, payout_token, creator), &[]);
        }
    }

    fn campaigns(&mut self, kind: CampaignKind, first: u64) -> Vec<CampaignKey> {
        let creator = self.stage.actors.authority.insecure_clone();
        let (key, token) = (creator.pubkey(), self.stage.actors.token);
        let mut create = |id| {
            let terms = CampaignTerms { id, goal: 3_000, ..self.stage.actors.campaign_terms(kind) };
            let campaign = CampaignKey::of(&key, token, &terms);
            self.run("create campaign", client::create_campaign(key, key, &token, terms), &[&creator]);
            campaign
        };
        (first..first + u64::from(SALTS)).map(&mut create).collect()
    }
}
