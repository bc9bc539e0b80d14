//! The ends of receipts and campaigns: every lamport of rent goes back to who paid it.

use anchor_lang::error::ErrorCode;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::CampaignKind::{AllOrNothing, KeepAll};
use till::client::{self, CampaignKey};
use till::{CampaignTerms, TillError};
use till_tests::{Actors, DEADLINE, Extension, GOAL, swap};

use super::on_a_fee_mint;

fn close(a: &Actors, campaign: &CampaignKey) -> Instruction {
    client::close_campaign(campaign, a.payout_token, a.authority.pubkey())
}

#[test]
fn a_receipt_closes_when_its_money_is_the_beneficiarys() {
    for (seconds_before, accepted) in [(1, false), (0, true), (-1, true)] {
        let mut a = Actors::on_spl_token();
        let (campaign, donor) = (a.campaign(AllOrNothing), a.donor(GOAL));
        let lamports = a.world.lamports(&donor.key());
        let receipt = a.pledged(&donor, &campaign, GOAL);
        a.pause();
        a.world.set_time(DEADLINE - seconds_before);
        let close = client::close_donation(campaign.address, receipt.address, donor.key());
        if !accepted {
            a.world.refused(close, &[], TillError::CampaignNotSuccessful);
            continue;
        }
        a.world.must(close.clone(), &[]);
        assert_eq!(a.world.lamports(&donor.key()), lamports);
        let state = a.campaign_state(&campaign);
        assert_eq!((state.raised, state.receipts, state.sequence), (GOAL, 0, 3));
        a.world.refused_with(close, &[], ErrorCode::AccountOwnedByWrongProgram);
    }
}

/// It is worth money.
#[test]
fn a_receipt_of_a_campaign_that_failed_is_only_refunded() {
    for cancelled in [true, false] {
        let mut a = Actors::on_spl_token();
        let (campaign, donor) = (a.campaign(AllOrNothing), a.donor(GOAL));
        let receipt = a.pledged(&donor, &campaign, GOAL - 1);
        if cancelled {
            a.cancel(&campaign);
        }
        a.world.set_time(DEADLINE);
        let close = client::close_donation(campaign.address, receipt.address, donor.key());
        a.world.refused(close, &[], TillError::CampaignNotSuccessful);
    }
}

#[test]
fn a_receipt_is_closed_with_its_own_campaign_and_rent_payer() {
    let mut a = Actors::on_spl_token();
    let (failed, donor) = (a.campaign(AllOrNothing), a.donor(GOAL));
    let reached = a.campaign_of(CampaignTerms { id: 2, goal: 1, ..a.campaign_terms(AllOrNothing) });
    let receipt = a.pledged(&donor, &failed, 1);
    let other = a.pledged(&donor, &reached, 1);
    a.world.set_time(DEADLINE);
    let elsewhere = client::close_donation(reached.address, receipt.address, donor.key());
    a.world.refused(elsewhere, &[], TillError::WrongReceipt);
    let stolen = client::close_donation(reached.address, other.address, Pubkey::new_unique());
    a.world.refused(stolen, &[], TillError::WrongRentPayer);
}

#[test]
fn a_keep_all_campaign_closes_when_it_is_over_and_empty() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let creator = a.authority.pubkey();
        let lamports = a.world.lamports(&creator);
        let (campaign, donor) = (a.campaign(KeepAll), a.donor(1_000));
        a.donated(&donor, &campaign, 1_000);
        a.pause();
        a.world.set_time(DEADLINE);
        a.world.refused(close(&a, &campaign), &[], TillError::CampaignNotClosable);
        a.world.must(client::withdraw_donations(&campaign, a.payout_token), &[]);
        for (time, accepted) in [(DEADLINE - 1, false), (DEADLINE, true)] {
            a.world.set_time(time);
            match accepted {
                true => drop(a.world.must(close(&a, &campaign), &[])),
                false => a.world.refused(close(&a, &campaign), &[], TillError::CampaignNotClosable),
            }
        }
        assert_eq!(a.world.lamports(&creator), lamports);
        assert_eq!(a.world.lamports(&campaign.address), 0);
        assert_eq!(a.world.lamports(&campaign.token_account()), 0);
    }
}

#[test]
fn a_successful_campaign_closes_after_its_receipts_and_its_money() {
    let mut a = Actors::on_spl_token();
    let creator = a.authority.pubkey();
    let lamports = a.world.lamports(&creator);
    let (campaign, donor) = (a.campaign(AllOrNothing), a.donor(GOAL));
    let receipt = a.pledged(&donor, &campaign, GOAL);
    a.world.set_time(DEADLINE);
    let steps = [
        client::withdraw_donations(&campaign, a.payout_token),
        client::close_donation(campaign.address, receipt.address, donor.key()),
    ];
    for step in steps {
        a.world.refused(close(&a, &campaign), &[], TillError::CampaignNotClosable);
        a.world.must(step, &[]);
    }
    a.world.must(close(&a, &campaign), &[]);
    assert_eq!(a.world.lamports(&creator), lamports);
}

#[test]
fn a_failed_campaign_closes_after_its_last_refund() {
    let mut a = Actors::on_spl_token();
    let (campaign, donors) = (a.campaign(AllOrNothing), [a.donor(10), a.donor(10)]);
    let receipts = [&donors[0], &donors[1]].map(|donor| a.pledged(donor, &campaign, 10));
    a.world.set_time(DEADLINE);
    for (donor, receipt) in donors.iter().zip(receipts) {
        a.world.refused(close(&a, &campaign), &[], TillError::CampaignNotClosable);
        let refund = client::refund_donation(&campaign, receipt.address, donor.key(), donor.token_account);
        a.world.must(refund, &[]);
    }
    a.world.must(close(&a, &campaign), &[]);
}

/// A cancelled one too: before its deadline it could be created again.
#[test]
fn an_address_is_a_campaign_once() {
    for kind in [KeepAll, AllOrNothing] {
        let mut a = Actors::on_spl_token();
        let campaign = a.campaign(kind);
        a.cancel(&campaign);
        a.world.set_time(DEADLINE - 1);
        a.world.refused(close(&a, &campaign), &[], TillError::CampaignNotClosable);
        a.world.set_time(DEADLINE);
        a.world.must(close(&a, &campaign), &[]);
        let creator = a.authority.insecure_clone();
        let key = creator.pubkey();
        let again = client::create_campaign(key, key, &a.token, a.campaign_terms(kind));
        a.world.refused(again, &[&creator], TillError::DeadlineOutOfBounds);
    }
}

#[test]
fn what_strangers_sent_does_not_stop_it_and_is_the_beneficiarys() {
    // of a single base unit the fee of a mint leaves nothing
    for (mut a, left) in [(Actors::on_spl_token(), 1), (Actors::on_token_2022(), 1), (on_a_fee_mint(), 0)] {
        let lamports = a.world.lamports(&a.authority.pubkey());
        let campaign = a.campaign(AllOrNothing);
        a.world.fund(&a.token.clone(), &campaign.address, 1);
        a.world.set_time(DEADLINE);
        let donor = a.donor(0);
        let stolen = client::close_campaign(&campaign, donor.token_account, a.authority.pubkey());
        a.world.refused(stolen, &[], TillError::WrongTokenOwner);
        a.world.must(close(&a, &campaign), &[]);
        assert_eq!(a.world.balance(&a.payout_token), left);
        assert_eq!(a.world.lamports(&a.authority.pubkey()), lamports);
    }
}

#[test]
fn without_anything_left_the_beneficiary_needs_no_account() {
    let mut a = Actors::on_spl_token();
    let beneficiary = Pubkey::new_unique();
    let campaign = a.campaign_of(CampaignTerms { beneficiary, ..a.campaign_terms(KeepAll) });
    a.world.set_time(DEADLINE);
    let none = a.token.account_of(&beneficiary);
    a.world.must(client::close_campaign(&campaign, none, a.authority.pubkey()), &[]);
}

#[test]
fn what_a_transfer_fee_withheld_does_not_stop_it() {
    let mut a = on_a_fee_mint();
    let lamports = a.world.lamports(&a.authority.pubkey());
    let (campaign, donor) = (a.campaign(KeepAll), a.donor(100_000_000));
    a.donated(&donor, &campaign, 25_000_000);
    a.world.must(client::withdraw_donations(&campaign, a.payout_token), &[]);
    assert!(a.world.withheld(&campaign.token_account()) > 0);
    a.world.set_time(DEADLINE);
    a.world.must(close(&a, &campaign), &[]);
    assert_eq!(a.world.lamports(&a.authority.pubkey()), lamports);
}

#[test]
fn a_mint_that_is_closed_does_not_stop_it() {
    let mut a = Actors::on_spl_token();
    let lamports = a.world.lamports(&a.authority.pubkey());
    a.token = a.world.token_2022(&[Extension::MintCloseAuthority]);
    let (campaign, token) = (a.campaign(KeepAll), a.token);
    a.world.close_mint(&token);
    a.world.set_time(DEADLINE);
    a.world.must(close(&a, &campaign), &[]);
    assert_eq!(a.world.lamports(&a.authority.pubkey()), lamports);
}

#[test]
fn the_accounts_are_those_of_the_campaign() {
    let mut a = Actors::on_spl_token();
    let campaign = a.campaign(KeepAll);
    let other = a.campaign_of(CampaignTerms { id: 2, ..a.campaign_terms(KeepAll) });
    a.world.set_time(DEADLINE);
    let rent = client::close_campaign(&campaign, a.payout_token, a.payout_wallet.pubkey());
    a.world.refused(rent, &[], TillError::WrongRentPayer);
    let elsewhere = swap(close(&a, &campaign), &campaign.token_account(), &other.token_account());
    a.world.refused_with(elsewhere, &[], ErrorCode::ConstraintHasOne);
    let token = a.world.spl_token();
    let another_mint = swap(close(&a, &campaign), &a.token.mint, &token.mint);
    a.world.refused(another_mint, &[], TillError::WrongMint);
}
