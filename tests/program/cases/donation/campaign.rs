//! Creating and cancelling.

use anchor_lang::error::ErrorCode;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_system_interface::instruction::transfer;
use till::CampaignKind::{AllOrNothing, KeepAll};
use till::client::{self, CampaignKey};
use till::{Campaign, CampaignTerms, MAX_CAMPAIGN_SECONDS, TillError, pda};
use till_tests::{Actors, DEADLINE, Extension, GOAL, START, swap, unsigned};

fn create(a: &Actors, terms: CampaignTerms) -> Instruction {
    client::create_campaign(a.authority.pubkey(), a.authority.pubkey(), &a.token, terms)
}

#[track_caller]
fn refused(change: impl Fn(CampaignTerms) -> CampaignTerms, error: TillError) {
    let mut a = Actors::on_spl_token();
    let create = create(&a, change(a.campaign_terms(KeepAll)));
    let creator = a.authority.insecure_clone();
    a.world.refused(create, &[&creator], error);
}

#[test]
fn a_campaign_begins_with_nothing_raised() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        for kind in [KeepAll, AllOrNothing] {
            let key = a.campaign(kind);
            let (salt, address) = pda::campaign(
                &a.authority.pubkey(),
                &a.token.mint,
                &a.token.program,
                &a.campaign_terms(kind),
            );
            assert_eq!(key.address, address);
            let expected = Campaign {
                creator: a.authority.pubkey(),
                beneficiary: a.payout_wallet.pubkey(),
                mint: a.token.mint,
                campaign_token: key.token_account(),
                rent_payer: a.authority.pubkey(),
                id: 1,
                goal: GOAL,
                raised: 0,
                withdrawn: 0,
                refunded: 0,
                receipts: 0,
                deadline: DEADLINE,
                sequence: 1,
                kind: kind as u8,
                cancelled: 0,
                salt,
                _reserved: [0; 5],
            };
            assert_eq!(a.campaign_state(&key), expected);
            assert_eq!(a.world.balance(&key.token_account()), 0);
        }
    }
}

#[test]
fn a_sponsor_may_pay_the_rent() {
    let mut a = Actors::on_spl_token();
    let (creator, sponsor, terms) =
        (a.authority.insecure_clone(), a.world.wallet(), a.campaign_terms(KeepAll));
    let before = a.world.lamports(&creator.pubkey());
    let campaign = CampaignKey::of(&creator.pubkey(), a.token, &terms);
    let create = client::create_campaign(creator.pubkey(), sponsor.pubkey(), &a.token, terms);
    a.world.must(create, &[&creator, &sponsor]);
    assert_eq!(a.world.lamports(&creator.pubkey()), before);
    assert_eq!(a.campaign_state(&campaign).rent_payer, sponsor.pubkey());
}

/// Otherwise a creator could close a campaign and open another, for himself, at the address that a
/// donor is just signing for.
#[test]
fn an_address_is_a_campaign_of_its_terms_only() {
    let mut a = Actors::on_spl_token();
    let (creator, terms) = (a.authority.insecure_clone(), a.campaign_terms(KeepAll));
    let promised = CampaignKey::of(&creator.pubkey(), a.token, &terms);
    let others = [
        CampaignTerms { id: 2, ..terms.clone() },
        CampaignTerms { beneficiary: creator.pubkey(), ..terms.clone() },
        CampaignTerms { goal: GOAL + 1, ..terms.clone() },
        CampaignTerms { deadline: DEADLINE + 1, ..terms.clone() },
        CampaignTerms { kind: AllOrNothing, ..terms.clone() },
    ];
    for other in others {
        let address = CampaignKey::of(&creator.pubkey(), a.token, &other).address;
        assert_ne!(address, promised.address, "{other:?}");
        let elsewhere = swap(create(&a, other), &address, &promised.address);
        // the runtime itself refuses: the address did not sign for its creation
        assert!(a.world.send(&[elsewhere], &[&creator]).is_err());
    }
    let mint = a.world.spl_token();
    assert_ne!(CampaignKey::of(&creator.pubkey(), mint, &terms).address, promised.address);
}

#[test]
fn nobody_collects_in_the_name_of_another() {
    let mut a = Actors::on_spl_token();
    let (creator, thief) = (a.authority.pubkey(), a.world.wallet());
    let create = client::create_campaign(creator, thief.pubkey(), &a.token, a.campaign_terms(KeepAll));
    a.world.refused_with(unsigned(create, &creator), &[&thief], ErrorCode::AccountNotSigner);
}

#[test]
fn terms_are_bounded() {
    refused(|terms| CampaignTerms { goal: 0, ..terms }, TillError::GoalZero);
    refused(|terms| CampaignTerms { beneficiary: Pubkey::default(), ..terms }, TillError::ZeroAddress);
    let too_late = START + MAX_CAMPAIGN_SECONDS + 1;
    for deadline in [START, START - 1, i64::MIN, too_late, i64::MAX] {
        refused(|terms| CampaignTerms { deadline, ..terms }, TillError::DeadlineOutOfBounds);
    }
    for deadline in [START + 1, START + MAX_CAMPAIGN_SECONDS] {
        let mut a = Actors::on_spl_token();
        a.campaign_of(CampaignTerms { deadline, goal: u64::MAX, ..a.campaign_terms(AllOrNothing) });
    }
}

#[test]
fn the_beneficiary_can_spend_what_it_is_paid() {
    let mut a = Actors::on_spl_token();
    let creator = a.authority.insecure_clone();
    for beneficiary in [a.vault.address(), a.payout_token, a.token.mint, till::ID] {
        let create = create(&a, CampaignTerms { beneficiary, ..a.campaign_terms(KeepAll) });
        a.world.refused(create, &[&creator], TillError::NotAWallet);
    }
    let terms = CampaignTerms { beneficiary: a.payout_token, ..a.campaign_terms(KeepAll) };
    let disguised = swap(create(&a, terms), &a.payout_token, &creator.pubkey());
    a.world.refused_with(disguised, &[&creator], ErrorCode::ConstraintAddress);
}

#[test]
fn a_paused_protocol_opens_no_campaign() {
    let mut a = Actors::on_spl_token();
    a.pause();
    let (create, creator) = (create(&a, a.campaign_terms(KeepAll)), a.authority.insecure_clone());
    a.world.refused(create, &[&creator], TillError::Paused);
}

#[test]
fn dangerous_mints_are_refused() {
    use Extension::*;
    for extension in [PermanentDelegate, NonTransferable, DefaultFrozen, TransferHook, Pausable] {
        let mut a = Actors::on_spl_token();
        a.token = a.world.token_2022(&[extension]);
        let (create, creator) = (create(&a, a.campaign_terms(KeepAll)), a.authority.insecure_clone());
        a.world.refused(create, &[&creator], TillError::MintExtensionRefused);
    }
}

#[test]
fn nobody_takes_the_address_away() {
    let mut a = Actors::on_spl_token();
    let (creator, squatter) = (a.authority.insecure_clone(), a.world.wallet());
    let campaign = CampaignKey::of(&creator.pubkey(), a.token, &a.campaign_terms(KeepAll));
    a.world.must(transfer(&squatter.pubkey(), &campaign.address, 5_000_000), &[&squatter]);
    a.world.fund(&a.token.clone(), &campaign.address, 1);
    a.campaign(KeepAll);
    assert_eq!(a.campaign_state(&campaign).raised, 0);

    // nor does the creator himself: AccountAlreadyInUse of the system program
    let again = create(&a, a.campaign_terms(KeepAll));
    a.world.refused_with(again, &[&creator], 0u32);
}

#[test]
fn an_account_that_signs_itself_is_not_taken_for_the_campaign() {
    let mut a = Actors::on_spl_token();
    let (creator, impostor) = (a.authority.insecure_clone(), Keypair::new());
    let address = CampaignKey::of(&creator.pubkey(), a.token, &a.campaign_terms(KeepAll)).address;
    let mut create = swap(create(&a, a.campaign_terms(KeepAll)), &address, &impostor.pubkey());
    let metas = create.accounts.iter_mut().filter(|meta| meta.pubkey == impostor.pubkey());
    metas.for_each(|meta| meta.is_signer = true);
    a.world.refused(create, &[&creator, &impostor], TillError::NewAccountSigns);
}

#[test]
fn only_the_creator_cancels() {
    let mut a = Actors::on_spl_token();
    let campaign = a.campaign(AllOrNothing);
    for other in [a.payout_wallet.insecure_clone(), a.payer.insecure_clone()] {
        let cancel = client::cancel_campaign(other.pubkey(), campaign.address);
        a.world.refused(cancel, &[&other], TillError::NotCreator);
    }
    let creator = a.authority.pubkey();
    let cancel = unsigned(client::cancel_campaign(creator, campaign.address), &creator);
    a.world.refused_with(cancel, &[], ErrorCode::AccountNotSigner);
}

#[test]
fn until_one_second_before_the_deadline() {
    for (seconds_before, accepted) in [(1, true), (0, false), (-1, false)] {
        for kind in [KeepAll, AllOrNothing] {
            let mut a = Actors::on_spl_token();
            let campaign = a.campaign(kind);
            a.world.set_time(DEADLINE - seconds_before);
            let creator = a.authority.insecure_clone();
            let cancel = client::cancel_campaign(creator.pubkey(), campaign.address);
            match accepted {
                true => drop(a.world.must(cancel, &[&creator])),
                false => a.world.refused(cancel, &[&creator], TillError::CampaignEnded),
            }
        }
    }
}

#[test]
fn a_cancelled_campaign_takes_nothing_more_and_is_not_cancelled_twice() {
    for kind in [KeepAll, AllOrNothing] {
        let mut a = Actors::on_spl_token();
        let campaign = a.campaign(kind);
        a.pause();
        a.cancel(&campaign);
        let state = a.campaign_state(&campaign);
        assert_eq!((state.cancelled, state.sequence), (1, 2));
        let creator = a.authority.insecure_clone();
        let again = client::cancel_campaign(creator.pubkey(), campaign.address);
        a.world.refused(again, &[&creator], TillError::CampaignCancelled);
    }
}
