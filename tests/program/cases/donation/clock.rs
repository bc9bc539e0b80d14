//! A clock that goes back: what has happened to a campaign stays so, and its money is never locked in.

use bytemuck::Zeroable;
use solana_pubkey::Pubkey;
use till::{Campaign, CampaignKind, Donation, TillError};

const DEADLINE: i64 = 1_000;
const GOAL: u64 = 100;

/// A campaign that has ended with these donations, each with its receipt.
fn ended(kind: CampaignKind, amounts: &[u64]) -> (Campaign, Vec<Donation>) {
    let mut campaign = Campaign { goal: GOAL, deadline: DEADLINE, kind: kind as u8, ..Campaign::zeroed() };
    let receipt = |amount: &u64| {
        let mut receipt = Donation::blank(Pubkey::default(), Pubkey::default(), Pubkey::default(), 0);
        let given = (kind == CampaignKind::AllOrNothing).then_some(&mut receipt);
        campaign.donate(*amount, given, DEADLINE - 1).expect("it is open");
        receipt
    };
    let receipts = amounts.iter().map(receipt).collect();
    (campaign, receipts)
}

#[test]
fn a_campaign_that_gave_back_takes_nothing_more_before_its_deadline() {
    let (mut campaign, mut receipts) = ended(CampaignKind::AllOrNothing, &[40, 50]);
    assert_eq!(campaign.refund(&mut receipts[0], DEADLINE).expect("it has failed"), 40);
    let ended = Err(TillError::CampaignEnded.into());
    let before = campaign;
    assert_eq!(campaign.donate(60, Some(&mut receipts[1]), DEADLINE - 1), ended);
    assert_eq!(campaign, before);
    assert_eq!(campaign.refund(&mut receipts[1], DEADLINE).expect("it has failed"), 50);
    assert_eq!(campaign.owed().expect("no overflow"), 0);
    campaign.close(DEADLINE).expect("nothing is left");
}

#[test]
fn a_campaign_that_paid_is_neither_given_to_nor_called_off_before_its_deadline() {
    let (mut campaign, mut receipts) = ended(CampaignKind::AllOrNothing, &[GOAL]);
    assert_eq!(campaign.withdraw(DEADLINE).expect("it has succeeded"), GOAL);
    let ended = Err(TillError::CampaignEnded.into());
    assert_eq!(campaign.donate(1, Some(&mut receipts[0]), DEADLINE - 1), ended);
    assert_eq!(campaign.cancel(DEADLINE - 1), ended);
    campaign.settle(&mut receipts[0], DEADLINE).expect("it has succeeded");
    campaign.close(DEADLINE).expect("nothing is left");
}

#[test]
fn a_campaign_that_keeps_all_is_paid_and_given_to_in_turn() {
    let (mut campaign, _) = ended(CampaignKind::KeepAll, &[40]);
    assert_eq!(campaign.withdraw(DEADLINE).expect("it keeps all"), 40);
    campaign.donate(1, None, DEADLINE - 1).expect("it is open");
    campaign.cancel(DEADLINE - 1).expect("it is open");
}
