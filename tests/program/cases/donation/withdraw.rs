use anchor_lang::error::ErrorCode;
use solana_instruction::Instruction;
use solana_signer::Signer;
use till::CampaignKind::{AllOrNothing, KeepAll};
use till::client::{self, CampaignKey};
use till::{CampaignTerms, TillError};
use till_tests::{Actors, DEADLINE, GOAL, START, swap};

use super::on_a_fee_mint;

fn withdraw(a: &Actors, campaign: &CampaignKey) -> Instruction {
    client::withdraw_donations(campaign, a.payout_token)
}

/// Creator, donors and admin silent, the protocol paused.
#[test]
fn what_a_keep_all_campaign_holds_is_the_beneficiarys_at_any_time() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let (campaign, donor) = (a.campaign(KeepAll), a.donor(1_000));
        a.world.refused(withdraw(&a, &campaign), &[], TillError::NothingToWithdraw);
        a.donated(&donor, &campaign, 300);
        a.world.must(withdraw(&a, &campaign), &[]);
        assert_eq!(a.world.balance(&a.payout_token), 300);
        a.donated(&donor, &campaign, 500);
        a.pause();
        a.world.set_time(DEADLINE + 1);
        a.world.must(withdraw(&a, &campaign), &[]);
        assert_eq!(a.world.balance(&a.payout_token), 800);
        assert_eq!(a.world.balance(&campaign.token_account()), 0);
        let state = a.campaign_state(&campaign);
        assert_eq!((state.raised, state.withdrawn, state.refunded, state.sequence), (800, 800, 0, 5));
        a.world.refused(withdraw(&a, &campaign), &[], TillError::NothingToWithdraw);
    }
}

#[test]
fn a_cancelled_keep_all_campaign_still_pays() {
    let mut a = Actors::on_spl_token();
    let (campaign, donor) = (a.campaign(KeepAll), a.donor(1_000));
    a.donated(&donor, &campaign, 300);
    a.cancel(&campaign);
    a.world.must(withdraw(&a, &campaign), &[]);
    assert_eq!(a.world.balance(&a.payout_token), 300);
}

/// Creator, donors and admin silent, the protocol paused.
#[test]
fn a_goal_that_is_reached_pays_from_the_deadline_on() {
    for (seconds_before, accepted) in [(DEADLINE - START, false), (1, false), (0, true), (-1, true)] {
        for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
            let (campaign, donor) = (a.campaign(AllOrNothing), a.donor(GOAL));
            a.pledged(&donor, &campaign, GOAL);
            a.pause();
            a.world.set_time(DEADLINE - seconds_before);
            match accepted {
                true => drop(a.world.must(withdraw(&a, &campaign), &[])),
                false => a.world.refused(withdraw(&a, &campaign), &[], TillError::CampaignNotSuccessful),
            }
            let paid = if accepted { GOAL } else { 0 };
            assert_eq!(a.world.balance(&a.payout_token), paid);
            assert_eq!(a.campaign_state(&campaign).withdrawn, paid);
        }
    }
}

#[test]
fn a_goal_that_is_missed_or_cancelled_does_not_pay() {
    for (amount, cancelled) in [(GOAL - 1, false), (GOAL, true), (GOAL + 1, true)] {
        let mut a = Actors::on_spl_token();
        let (campaign, donor) = (a.campaign(AllOrNothing), a.donor(GOAL + 1));
        a.pledged(&donor, &campaign, amount);
        if cancelled {
            a.cancel(&campaign);
        }
        for seconds_before in [1, 0, -1] {
            a.world.set_time(DEADLINE - seconds_before);
            a.world.refused(withdraw(&a, &campaign), &[], TillError::CampaignNotSuccessful);
        }
    }
}

#[test]
fn it_pays_the_beneficiary_only() {
    let mut a = Actors::on_spl_token();
    let (campaign, donor) = (a.campaign(KeepAll), a.donor(1_000));
    let other = a.campaign_of(CampaignTerms { id: 2, ..a.campaign_terms(KeepAll) });
    a.donated(&donor, &campaign, 300);
    a.donated(&donor, &other, 300);
    let creator = a.world.token_account(&a.token.clone(), &a.authority.pubkey());
    for account in [donor.token_account, creator, other.token_account(), campaign.token_account()] {
        let steal = client::withdraw_donations(&campaign, account);
        a.world.refused(steal, &[], TillError::WrongTokenOwner);
    }
    let wallet = client::withdraw_donations(&campaign, a.payout_wallet.pubkey());
    a.world.refused(wallet, &[], TillError::NotATokenAccount);
    let elsewhere = swap(withdraw(&a, &campaign), &campaign.token_account(), &other.token_account());
    a.world.refused_with(elsewhere, &[], ErrorCode::ConstraintHasOne);
    let token = a.world.spl_token();
    let another_mint = swap(withdraw(&a, &campaign), &a.token.mint, &token.mint);
    a.world.refused(another_mint, &[], TillError::WrongMint);
}

#[test]
fn a_beneficiary_whose_account_is_frozen_is_paid_to_another() {
    let mut a = Actors::on_spl_token();
    let (campaign, donor) = (a.campaign(KeepAll), a.donor(1_000));
    a.donated(&donor, &campaign, 300);
    let (token, wallet) = (a.token, a.payout_wallet.pubkey());
    a.world.freeze(&token, &a.payout_token.clone());
    assert!(a.world.send(&[withdraw(&a, &campaign)], &[]).is_err());
    let second = a.world.second_token_account(&token, &wallet);
    a.world.must(client::withdraw_donations(&campaign, second), &[]);
    assert_eq!(a.world.balance(&second), 300);
}

#[test]
fn a_creator_may_be_the_beneficiary() {
    let mut a = Actors::on_spl_token();
    let creator = a.authority.pubkey();
    let terms = CampaignTerms { beneficiary: creator, ..a.campaign_terms(AllOrNothing) };
    let (campaign, donor) = (a.campaign_of(terms), a.donor(GOAL));
    a.pledged(&donor, &campaign, GOAL);
    let own = a.world.token_account(&a.token.clone(), &creator);
    let withdraw = client::withdraw_donations(&campaign, own);
    a.world.refused(withdraw.clone(), &[], TillError::CampaignNotSuccessful);
    a.world.set_time(DEADLINE);
    a.world.must(withdraw, &[]);
    assert_eq!(a.world.balance(&own), GOAL);
}

#[test]
fn what_strangers_sent_is_neither_counted_nor_paid() {
    let mut a = Actors::on_spl_token();
    let (campaign, donor) = (a.campaign(AllOrNothing), a.donor(GOAL));
    a.pledged(&donor, &campaign, GOAL - 1);
    a.world.fund(&a.token.clone(), &campaign.address, 1);
    a.world.set_time(DEADLINE);
    a.world.refused(withdraw(&a, &campaign), &[], TillError::CampaignNotSuccessful);
}

#[test]
fn it_bears_the_transfer_fee_of_the_mint() {
    let mut a = on_a_fee_mint();
    let (campaign, donor) = (a.campaign(KeepAll), a.donor(100_000_000));
    a.donated(&donor, &campaign, 25_000_000);
    a.world.must(withdraw(&a, &campaign), &[]);
    assert_eq!(a.world.balance(&a.payout_token), 25_000_000 - 250_000);
    assert_eq!(a.campaign_state(&campaign).withdrawn, 25_000_000);
    assert_eq!(a.world.balance(&campaign.token_account()), 0);
}
