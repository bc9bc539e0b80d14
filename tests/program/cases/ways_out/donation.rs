//! Out of campaigns: to the beneficiary, back to donors, and rents.

use solana_signer::Signer;
use till::CampaignKind::{self, AllOrNothing, KeepAll};
use till::TillError;
use till::client::{self, CampaignKey, ReceiptKey};
use till_tests::{Actors, DEADLINE, Donor, GOAL};

use super::*;

/// Somebody has given `amount` and nothing else of his own; creator and beneficiary have no keys.
struct Given {
    a: Actors,
    campaign: CampaignKey,
    donor: Donor,
    receipt: Option<ReceiptKey>,
    /// The donor's lamports and the creator's before.
    lamports: [u64; 2],
    creator: solana_pubkey::Pubkey,
}

/// Under both token programs. A campaign that keeps all gives no receipt.
fn given(kind: CampaignKind, amount: u64) -> impl Iterator<Item = Given> {
    everyone().into_iter().map(move |mut a| {
        let (creator, donor) = (a.authority.pubkey(), a.donor(GOAL));
        let lamports = [donor.key(), creator].map(|key| a.world.lamports(&key));
        let campaign = a.campaign(kind);
        let receipt = match kind {
            KeepAll => {
                a.donated(&donor, &campaign, amount);
                None
            }
            AllOrNothing => Some(a.pledged(&donor, &campaign, amount)),
        };
        Given { a, campaign, donor, receipt, lamports, creator }
    })
}

impl Given {
    fn withdraw(&self) -> solana_instruction::Instruction {
        client::withdraw_donations(&self.campaign, self.a.payout_token)
    }

    fn refund(&self) -> solana_instruction::Instruction {
        let receipt = self.receipt.expect("a receipt").address;
        client::refund_donation(&self.campaign, receipt, self.donor.key(), self.donor.token_account)
    }

    fn close_receipt(&self) -> solana_instruction::Instruction {
        let receipt = self.receipt.expect("a receipt").address;
        client::close_donation(self.campaign.address, receipt, self.donor.key())
    }

    /// The donor's tokens, the beneficiary's, and the campaign's.
    fn tokens(&self) -> [u64; 3] {
        [self.donor.token_account, self.a.payout_token, self.campaign.token_account()]
            .map(|account| self.a.world.balance(&account))
    }

    fn has_its_rent_back(&self) -> bool {
        self.a.world.lamports(&self.donor.key()) == self.lamports[0]
    }
}

#[test]
fn w51_what_is_kept_goes_to_the_beneficiary_at_once() {
    for mut given in given(KeepAll, 7) {
        everybody_falls_silent(&mut given.a);
        given.a.world.must(given.withdraw(), &[]);
        assert_eq!(given.tokens(), [GOAL - 7, 7, 0]);
    }
}

#[test]
fn w52_a_goal_that_is_reached_is_the_beneficiarys_from_the_deadline_on() {
    for mut given in given(AllOrNothing, GOAL) {
        everybody_falls_silent(&mut given.a);
        given.a.world.set_time(DEADLINE - 1);
        given.a.world.refused(given.withdraw(), &[], TillError::CampaignNotSuccessful);
        given.a.world.set_time(DEADLINE);
        given.a.world.must(given.withdraw(), &[]);
        assert_eq!(given.tokens(), [0, GOAL, 0]);
    }
}

#[test]
fn w53_a_goal_that_is_missed_gives_everything_back() {
    for mut given in given(AllOrNothing, GOAL - 1) {
        everybody_falls_silent(&mut given.a);
        given.a.world.set_time(DEADLINE - 1);
        given.a.world.refused(given.refund(), &[], TillError::CampaignNotFailed);
        given.a.world.set_time(DEADLINE);
        given.a.world.must(given.refund(), &[]);
        assert_eq!(given.tokens(), [GOAL, 0, 0]);
        assert!(given.has_its_rent_back());
    }
}

#[test]
fn w54_a_cancelled_campaign_gives_everything_back_at_once() {
    for mut given in given(AllOrNothing, GOAL) {
        given.a.cancel(&given.campaign);
        everybody_falls_silent(&mut given.a);
        given.a.world.must(given.refund(), &[]);
        assert_eq!(given.tokens(), [GOAL, 0, 0]);
        assert!(given.has_its_rent_back());
    }
}

#[test]
fn w55_the_rent_of_a_receipt_comes_back_when_the_goal_is_reached() {
    for mut given in given(AllOrNothing, GOAL) {
        everybody_falls_silent(&mut given.a);
        given.a.world.set_time(DEADLINE);
        given.a.world.must(given.close_receipt(), &[]);
        assert!(given.has_its_rent_back());
        assert_eq!(given.tokens(), [0, 0, GOAL]);
    }
}

#[test]
fn w56_the_rent_of_a_campaign_goes_back_to_who_paid_it() {
    for kind in [KeepAll, AllOrNothing] {
        for mut given in given(kind, GOAL) {
            everybody_falls_silent(&mut given.a);
            given.a.world.set_time(DEADLINE);
            given.a.world.must(given.withdraw(), &[]);
            if given.receipt.is_some() {
                given.a.world.must(given.close_receipt(), &[]);
            }
            let (token, campaign) = (given.a.token, given.campaign.address);
            given.a.world.fund(&token, &campaign, 55);
            let close = client::close_campaign(&given.campaign, given.a.payout_token, given.creator);
            given.a.world.must(close, &[]);
            assert_eq!(given.a.world.lamports(&given.creator), given.lamports[1]);
            assert_eq!(given.tokens(), [0, GOAL + 55, 0]);
            assert_eq!(given.a.world.lamports(&given.campaign.token_account()), 0);
        }
    }
}
