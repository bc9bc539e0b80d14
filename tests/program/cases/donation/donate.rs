use anchor_lang::error::ErrorCode;
use anchor_spl::token_interface::spl_token_2022::instruction::approve;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::CampaignKind::{AllOrNothing, KeepAll};
use till::client::{self, Payer, ReceiptKey};
use till::{CampaignTerms, Donation, TillError, pda};
use till_tests::{Actors, DEADLINE, Donor, swap, unsigned};

use super::on_a_fee_mint;

/// A receipt of the donor under another salt than the first that fits.
fn second_receipt(campaign: &Pubkey, donor: &Pubkey) -> ReceiptKey {
    let first = ReceiptKey::of(campaign, donor).salt;
    let address = |salt: u8| {
        let seeds: &[&[u8]] =
            &[pda::DONATION, campaign.as_ref(), donor.as_ref(), &[salt], &[pda::SALTED_BUMP]];
        Pubkey::create_program_address(seeds, &till::ID).ok().map(|address| ReceiptKey { address, salt })
    };
    (first + 1..=255).find_map(address).expect("another salt")
}

#[test]
fn a_campaign_that_keeps_all_gives_no_receipt() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let (campaign, donor) = (a.campaign(KeepAll), a.donor(1_000));
        let lamports = a.world.lamports(&donor.key());
        a.donated(&donor, &campaign, 300);
        a.donated(&donor, &campaign, 500);
        assert_eq!(a.world.balance(&donor.token_account), 200);
        assert_eq!(a.world.balance(&campaign.token_account()), 800);
        assert_eq!(a.world.lamports(&donor.key()), lamports, "a donor pays no rent");
        let state = a.campaign_state(&campaign);
        assert_eq!((state.raised, state.receipts, state.sequence), (800, 0, 3));

        let receipt = ReceiptKey::of(&campaign.address, &donor.key());
        let with_receipt = donor.donate(&campaign, Some(receipt), 1);
        a.world.refused(with_receipt, &[&donor.wallet], TillError::ReceiptNotNeeded);
    }
}

#[test]
fn an_all_or_nothing_campaign_gives_one_receipt_for_all_donations() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let (campaign, donor) = (a.campaign(AllOrNothing), a.donor(1_000));
        a.world.refused(donor.donate(&campaign, None, 1), &[&donor.wallet], TillError::ReceiptNeeded);

        let receipt = a.pledged(&donor, &campaign, 300);
        let lamports = a.world.lamports(&donor.key());
        a.pledged(&donor, &campaign, 500);
        assert_eq!(a.world.lamports(&donor.key()), lamports, "the rent is paid once");
        let expected = Donation {
            campaign: campaign.address,
            donor: donor.key(),
            rent_payer: donor.key(),
            amount: 800,
            sequence: 2,
            salt: receipt.salt,
            _reserved: [0; 7],
        };
        assert_eq!(a.receipt(&receipt), expected);
        assert_eq!(a.world.balance(&donor.token_account), 200);
        assert_eq!(a.world.balance(&campaign.token_account()), 800);
        let state = a.campaign_state(&campaign);
        assert_eq!((state.raised, state.receipts, state.sequence), (800, 1, 3));
    }
}

#[test]
fn a_second_receipt_counts_what_it_received_and_no_more() {
    let mut a = Actors::on_spl_token();
    let (campaign, donor) = (a.campaign(AllOrNothing), a.donor(1_000));
    let first = a.pledged(&donor, &campaign, 300);
    let second = second_receipt(&campaign.address, &donor.key());
    a.world.must(donor.donate(&campaign, Some(second), 500), &[&donor.wallet]);
    assert_eq!((a.receipt(&first).amount, a.receipt(&second).amount), (300, 500));
    let state = a.campaign_state(&campaign);
    assert_eq!((state.raised, state.receipts), (800, 2));

    a.cancel(&campaign);
    for (receipt, left) in [(second, 300), (first, 0)] {
        let refund = client::refund_donation(&campaign, receipt.address, donor.key(), donor.token_account);
        a.world.must(refund, &[]);
        assert_eq!(a.world.balance(&campaign.token_account()), left);
    }
    assert_eq!(a.world.balance(&donor.token_account), 1_000);
}

#[test]
fn the_rent_of_a_receipt_is_its_first_payers() {
    let mut a = Actors::on_spl_token();
    let (campaign, donor) = (a.campaign(AllOrNothing), a.donor(1_000));
    let [sponsor, other] = std::array::from_fn(|_| a.world.wallet());
    let receipt = ReceiptKey::of(&campaign.address, &donor.key());
    let lamports = a.world.lamports(&donor.key());
    for rent_payer in [&sponsor, &other] {
        let by = Payer { rent_payer: rent_payer.pubkey(), ..donor.payer() };
        a.world.must(client::donate(&by, &campaign, Some(receipt), 1), &[&donor.wallet, rent_payer]);
    }
    assert_eq!(a.receipt(&receipt).rent_payer, sponsor.pubkey());
    assert_eq!(a.world.lamports(&donor.key()), lamports);
}

#[test]
fn lamports_sent_ahead_do_not_block_a_receipt() {
    let mut a = Actors::on_spl_token();
    let (campaign, donor, squatter) = (a.campaign(AllOrNothing), a.donor(1_000), a.world.wallet());
    let receipt = ReceiptKey::of(&campaign.address, &donor.key());
    let gift = solana_system_interface::instruction::transfer(&squatter.pubkey(), &receipt.address, 900_000);
    a.world.must(gift, &[&squatter]);
    a.pledged(&donor, &campaign, 300);
    assert_eq!(a.receipt(&receipt).amount, 300);
}

#[test]
fn the_amount_is_not_zero() {
    let mut a = Actors::on_spl_token();
    let (campaign, donor) = (a.campaign(KeepAll), a.donor(1_000));
    a.world.refused(donor.donate(&campaign, None, 0), &[&donor.wallet], TillError::AmountZero);
}

#[test]
fn until_one_second_before_the_deadline() {
    for (seconds_before, accepted) in [(1, true), (0, false), (-1, false)] {
        for kind in [KeepAll, AllOrNothing] {
            let mut a = Actors::on_spl_token();
            let (campaign, donor) = (a.campaign(kind), a.donor(1_000));
            let receipt = (kind == AllOrNothing).then(|| ReceiptKey::of(&campaign.address, &donor.key()));
            a.world.set_time(DEADLINE - seconds_before);
            let donate = donor.donate(&campaign, receipt, 1);
            match accepted {
                true => drop(a.world.must(donate, &[&donor.wallet])),
                false => a.world.refused(donate, &[&donor.wallet], TillError::CampaignEnded),
            }
        }
    }
}

#[test]
fn a_cancelled_campaign_and_a_paused_protocol_take_nothing() {
    let mut a = Actors::on_spl_token();
    let (campaign, donor) = (a.campaign(KeepAll), a.donor(1_000));
    let donate = donor.donate(&campaign, None, 1);
    a.cancel(&campaign);
    a.world.refused(donate.clone(), &[&donor.wallet], TillError::CampaignCancelled);
    a.pause();
    a.world.refused(donate, &[&donor.wallet], TillError::Paused);
}

#[test]
fn only_the_owner_of_the_tokens_donates() {
    let mut a = Actors::on_spl_token();
    let (campaign, victim, thief) = (a.campaign(AllOrNothing), a.donor(1_000), a.donor(0));
    let receipt = ReceiptKey::of(&campaign.address, &thief.key());
    let by = Payer { token_account: victim.token_account, ..thief.payer() };
    let steal = client::donate(&by, &campaign, Some(receipt), 1);
    a.world.refused(steal.clone(), &[&thief.wallet], TillError::WrongTokenOwner);

    // not even a delegate, whose refund would be his own
    let approve =
        approve(&a.token.program, &victim.token_account, &thief.key(), &victim.key(), &[], 1_000).unwrap();
    a.world.must(approve, &[&victim.wallet]);
    a.world.refused(steal, &[&thief.wallet], TillError::WrongTokenOwner);

    let unsigned = unsigned(victim.donate(&campaign, None, 1), &victim.key());
    a.world.refused_with(unsigned, &[], ErrorCode::AccountNotSigner);
}

#[test]
fn the_money_reaches_the_campaign_that_counts_it() {
    let mut a = Actors::on_spl_token();
    let (campaign, donor) = (a.campaign(KeepAll), a.donor(1_000));
    let other = a.campaign_of(CampaignTerms { id: 2, ..a.campaign_terms(KeepAll) });
    let donate = donor.donate(&campaign, None, 1);
    let own = a.world.second_token_account(&a.token.clone(), &donor.key());
    for account in [other.token_account(), own] {
        let elsewhere = swap(donate.clone(), &campaign.token_account(), &account);
        a.world.refused_with(elsewhere, &[&donor.wallet], ErrorCode::ConstraintHasOne);
    }
    let token = a.world.spl_token();
    let worthless = a.world.fund(&token, &donor.key(), 1_000);
    let forged = swap(swap(donate, &a.token.mint, &token.mint), &donor.token_account, &worthless);
    a.world.refused(forged, &[&donor.wallet], TillError::WrongMint);
}

#[test]
fn a_receipt_is_of_this_campaign_and_this_donor() {
    let mut a = Actors::on_spl_token();
    let (campaign, donor, other) = (a.campaign(AllOrNothing), a.donor(1_000), a.donor(1_000));
    let second = a.campaign_of(CampaignTerms { id: 2, ..a.campaign_terms(AllOrNothing) });
    let theirs = a.pledged(&other, &campaign, 1);
    let elsewhere = a.pledged(&donor, &second, 1);
    let no_receipts = [a.vault.address(), campaign.address, campaign.token_account(), a.token.mint];
    let no_receipts = no_receipts.map(|address| ReceiptKey { address, salt: 0 });
    for receipt in [theirs, elsewhere].into_iter().chain(no_receipts) {
        let donate = donor.donate(&campaign, Some(receipt), 1);
        a.world.refused(donate, &[&donor.wallet], TillError::WrongReceipt);
    }
    // an address of another donor, or without a salt that fits: the runtime refuses
    let fresh = ReceiptKey::of(&campaign.address, &Pubkey::new_unique());
    let donate = donor.donate(&campaign, Some(fresh), 1);
    assert!(a.world.send(&[donate], &[&donor.wallet]).is_err());
    let first = ReceiptKey::of(&campaign.address, &donor.key());
    let donate = donor.donate(&campaign, Some(ReceiptKey { salt: first.salt ^ 1, ..first }), 1);
    assert!(a.world.send(&[donate], &[&donor.wallet]).is_err());
}

#[test]
fn a_wallet_that_signs_is_not_taken_for_a_receipt() {
    let mut a = Actors::on_spl_token();
    let (campaign, donor) = (a.campaign(AllOrNothing), a.donor(1_000));
    let itself = ReceiptKey { address: donor.key(), salt: 0 };
    let donate = donor.donate(&campaign, Some(itself), 1);
    a.world.refused(donate, &[&donor.wallet], TillError::NewAccountSigns);
}

#[test]
fn the_donor_pays_the_transfer_fee_on_top_within_bounds() {
    for kind in [KeepAll, AllOrNothing] {
        let mut a = on_a_fee_mint();
        let (campaign, donor) = (a.campaign(kind), a.donor(100_000_000));
        let before = a.world.balance(&donor.token_account);
        let receipt = (kind == AllOrNothing).then(|| ReceiptKey::of(&campaign.address, &donor.key()));
        let within = |max_sent| {
            let by = Payer { max_sent, ..donor.payer() };
            client::donate(&by, &campaign, receipt, 25_000_000)
        };
        a.world.refused(within(25_252_525), &[&donor.wallet], TillError::TransferFeeTooHigh);
        a.world.must(within(25_252_526), &[&donor.wallet]);
        assert_eq!(a.world.balance(&campaign.token_account()), 25_000_000);
        assert_eq!(a.campaign_state(&campaign).raised, 25_000_000);
        assert_eq!(a.world.balance(&donor.token_account), before - 25_252_526);
    }
}

/// Everything there is of a token, given, paid out and given again.
#[test]
fn sums_do_not_wrap() {
    let mut a = Actors::on_spl_token();
    a.token = a.world.spl_token();
    let campaign = a.campaign(KeepAll);
    let donor = a.donor(u64::MAX);
    a.donated(&donor, &campaign, u64::MAX);
    let wallet = a.payout_wallet.insecure_clone();
    let token_account = a.world.token_account(&a.token.clone(), &wallet.pubkey());
    a.world.must(client::withdraw_donations(&campaign, token_account), &[]);
    let again = Donor { wallet, token_account };
    a.world.refused(again.donate(&campaign, None, 1), &[&again.wallet], TillError::Overflow);
    assert_eq!(a.campaign_state(&campaign).withdrawn, u64::MAX);
}
