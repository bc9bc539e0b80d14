use anchor_lang::error::ErrorCode;
use solana_instruction::Instruction;
use solana_signer::Signer;
use till::CampaignKind::AllOrNothing;
use till::client::{self, CampaignKey, Payer, ReceiptKey};
use till::{CampaignTerms, TillError};
use till_tests::{Actors, DEADLINE, Donor, GOAL, START, swap};

use super::on_a_fee_mint;

fn refund(campaign: &CampaignKey, receipt: &ReceiptKey, donor: &Donor) -> Instruction {
    client::refund_donation(campaign, receipt.address, donor.key(), donor.token_account)
}

/// Creator, beneficiary, donors and admin silent, the protocol paused.
#[test]
fn a_goal_that_is_missed_gives_everything_back_from_the_deadline_on() {
    for (seconds_before, accepted) in [(DEADLINE - START, false), (1, false), (0, true), (-1, true)] {
        for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
            let (campaign, donor, other) = (a.campaign(AllOrNothing), a.donor(GOAL), a.donor(GOAL));
            let lamports = a.world.lamports(&donor.key());
            let receipt = a.pledged(&donor, &campaign, GOAL - 3);
            a.pledged(&other, &campaign, 2);
            a.pause();
            a.world.set_time(DEADLINE - seconds_before);
            let refund = refund(&campaign, &receipt, &donor);
            if !accepted {
                a.world.refused(refund, &[], TillError::CampaignNotFailed);
                continue;
            }
            a.world.must(refund.clone(), &[]);
            assert_eq!(a.world.balance(&donor.token_account), GOAL);
            assert_eq!(a.world.balance(&campaign.token_account()), 2);
            assert_eq!(a.world.lamports(&donor.key()), lamports, "the rent is back too");
            assert_eq!(a.world.lamports(&receipt.address), 0);
            let state = a.campaign_state(&campaign);
            assert_eq!((state.raised, state.refunded, state.receipts), (GOAL - 1, GOAL - 3, 1));
            assert_eq!(state.sequence, 4);
            // and not twice: there is no receipt any more
            a.world.refused_with(refund, &[], ErrorCode::AccountOwnedByWrongProgram);
        }
    }
}

#[test]
fn a_goal_that_is_reached_gives_nothing_back() {
    for amount in [GOAL, GOAL + 1] {
        let mut a = Actors::on_spl_token();
        let (campaign, donor) = (a.campaign(AllOrNothing), a.donor(GOAL + 1));
        let receipt = a.pledged(&donor, &campaign, amount);
        for seconds_before in [1, 0, -1] {
            a.world.set_time(DEADLINE - seconds_before);
            a.world.refused(refund(&campaign, &receipt, &donor), &[], TillError::CampaignNotFailed);
        }
    }
}

#[test]
fn a_cancelled_campaign_gives_everything_back_at_once() {
    for amount in [1, GOAL] {
        for seconds_before in [DEADLINE - START, 1, 0, -1] {
            let mut a = Actors::on_spl_token();
            let (campaign, donor) = (a.campaign(AllOrNothing), a.donor(GOAL));
            let receipt = a.pledged(&donor, &campaign, amount);
            a.world.refused(refund(&campaign, &receipt, &donor), &[], TillError::CampaignNotFailed);
            a.cancel(&campaign);
            a.pause();
            a.world.set_time(DEADLINE - seconds_before);
            a.world.must(refund(&campaign, &receipt, &donor), &[]);
            assert_eq!(a.world.balance(&donor.token_account), GOAL);
        }
    }
}

#[test]
fn it_pays_the_donor_only_and_the_rent_who_paid_it() {
    let mut a = Actors::on_spl_token();
    let (campaign, donor, thief) = (a.campaign(AllOrNothing), a.donor(1_000), a.donor(0));
    let sponsor = a.world.wallet();
    let lamports = a.world.lamports(&sponsor.pubkey());
    let receipt = ReceiptKey::of(&campaign.address, &donor.key());
    let by = Payer { rent_payer: sponsor.pubkey(), ..donor.payer() };
    a.world.must(client::donate(&by, &campaign, Some(receipt), 1_000), &[&donor.wallet, &sponsor]);
    a.cancel(&campaign);

    let refund = |rent_payer, token| client::refund_donation(&campaign, receipt.address, rent_payer, token);
    for account in [thief.token_account, a.payout_token, campaign.token_account()] {
        a.world.refused(refund(sponsor.pubkey(), account), &[], TillError::WrongTokenOwner);
    }
    for rent_payer in [donor.key(), thief.key()] {
        a.world.refused(refund(rent_payer, donor.token_account), &[], TillError::WrongRentPayer);
    }
    let second = a.world.second_token_account(&a.token.clone(), &donor.key());
    a.world.must(refund(sponsor.pubkey(), second), &[]);
    assert_eq!(a.world.balance(&second), 1_000);
    assert_eq!(a.world.lamports(&sponsor.pubkey()), lamports);
}

#[test]
fn a_receipt_is_worth_nothing_at_another_campaign() {
    let mut a = Actors::on_spl_token();
    let (failed, donor) = (a.campaign(AllOrNothing), a.donor(3 * GOAL));
    let reached = a.campaign_of(CampaignTerms { id: 2, goal: 1, ..a.campaign_terms(AllOrNothing) });
    let victim = a.donor(GOAL);
    a.pledged(&victim, &failed, GOAL - 1);
    let receipt = a.pledged(&donor, &reached, GOAL);
    a.world.set_time(DEADLINE);
    a.world.refused(refund(&failed, &receipt, &donor), &[], TillError::WrongReceipt);
    // nor does the money of another campaign pay for it
    let own = ReceiptKey::of(&failed.address, &victim.key());
    let elsewhere = swap(refund(&failed, &own, &victim), &failed.token_account(), &reached.token_account());
    a.world.refused_with(elsewhere, &[], ErrorCode::ConstraintHasOne);
    let token = a.world.spl_token();
    let another_mint = swap(refund(&failed, &own, &victim), &a.token.mint, &token.mint);
    a.world.refused(another_mint, &[], TillError::WrongMint);
    let no_receipt = swap(refund(&failed, &own, &victim), &own.address, &a.vault.address());
    a.world.refused_with(no_receipt, &[], ErrorCode::AccountDiscriminatorMismatch);
}

#[test]
fn a_donor_who_cannot_be_paid_holds_up_nobody_else() {
    let mut a = Actors::on_spl_token();
    let (campaign, frozen, other) = (a.campaign(AllOrNothing), a.donor(1_000), a.donor(1_000));
    let [receipt, others] = [&frozen, &other].map(|donor| a.pledged(donor, &campaign, 1_000));
    a.world.freeze(&a.token.clone(), &frozen.token_account);
    a.world.set_time(DEADLINE);
    assert!(a.world.send(&[refund(&campaign, &receipt, &frozen)], &[]).is_err());
    a.world.must(refund(&campaign, &others, &other), &[]);
    assert_eq!(a.world.balance(&other.token_account), 1_000);

    // whoever wants the campaign closed opens another account for the wallet
    let second = a.world.second_token_account(&a.token.clone(), &frozen.key());
    let elsewhere = client::refund_donation(&campaign, receipt.address, frozen.key(), second);
    a.world.must(elsewhere, &[]);
    assert_eq!(a.world.balance(&second), 1_000);
}

#[test]
fn it_bears_the_transfer_fee_of_the_mint() {
    let mut a = on_a_fee_mint();
    let (campaign, donor) = (a.campaign(AllOrNothing), a.donor(100_000_000));
    let receipt = a.pledged(&donor, &campaign, 25_000_000);
    let before = a.world.balance(&donor.token_account);
    a.cancel(&campaign);
    a.world.must(refund(&campaign, &receipt, &donor), &[]);
    assert_eq!(a.world.balance(&donor.token_account), before + 25_000_000 - 250_000);
    assert_eq!(a.campaign_state(&campaign).refunded, 25_000_000);
    assert_eq!(a.world.balance(&campaign.token_account()), 0);
}
