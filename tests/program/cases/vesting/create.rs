use anchor_lang::error::ErrorCode;
use anchor_spl::token_interface::spl_token_2022::instruction::approve;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_system_interface::instruction::transfer;
use till::client::{self, Payer, VestingKey};
use till::{MAX_VESTING_SECONDS, TillError, Vesting, VestingTerms, pda};
use till_tests::{Actors, Extension, GRANT, PAYER_FUNDS, START, VESTING_SECONDS, swap, unsigned};

use super::on_a_fee_mint;

fn create(a: &Actors, terms: VestingTerms) -> Instruction {
    client::create_vesting(&a.payer(), &a.token, terms)
}

#[track_caller]
fn refused(change: impl Fn(VestingTerms) -> VestingTerms, error: TillError) {
    let mut a = Actors::on_spl_token();
    let (create, grantor) = (create(&a, change(a.vesting_terms())), a.payer.insecure_clone());
    a.world.refused(create, &[&grantor], error);
}

#[test]
fn the_tokens_are_put_aside() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let key = a.vesting();
        let (grantor, beneficiary) = (a.payer.pubkey(), a.payout_wallet.pubkey());
        let (salt, address) = pda::vesting(&grantor, &beneficiary, 1, &a.token.mint, &a.token.program);
        assert_eq!(key.address, address);
        let expected = Vesting {
            grantor,
            beneficiary,
            mint: a.token.mint,
            vesting_token: key.token_account(),
            rent_payer: grantor,
            id: 1,
            total: GRANT,
            claimed: 0,
            returned: 0,
            start: START,
            cliff: START + VESTING_SECONDS / 4,
            end: START + VESTING_SECONDS,
            revoked_at: 0,
            sequence: 1,
            revocable: 1,
            salt,
            _reserved: [0; 6],
        };
        assert_eq!(a.vesting_state(&key), expected);
        assert_eq!(a.world.balance(&key.token_account()), GRANT);
        assert_eq!(a.world.balance(&a.payer_token), PAYER_FUNDS - GRANT);
    }
}

#[test]
fn a_sponsor_may_pay_the_rent() {
    let mut a = Actors::on_spl_token();
    let (grantor, sponsor, terms) = (a.payer.insecure_clone(), a.world.wallet(), a.vesting_terms());
    let before = a.world.lamports(&grantor.pubkey());
    let key = VestingKey::of(&grantor.pubkey(), a.token, &terms);
    let by = Payer { rent_payer: sponsor.pubkey(), ..a.payer() };
    a.world.must(client::create_vesting(&by, &a.token, terms), &[&grantor, &sponsor]);
    assert_eq!(a.world.lamports(&grantor.pubkey()), before);
    assert_eq!(a.vesting_state(&key).rent_payer, sponsor.pubkey());
}

#[test]
fn the_schedule_is_in_order_and_within_ten_years() {
    let schedule = |start, cliff, end| move |terms| VestingTerms { start, cliff, end, ..terms };
    let [first, last] = [START - MAX_VESTING_SECONDS, START + MAX_VESTING_SECONDS];
    let wrong = [
        (START, START - 1, START + 10),
        (START, START + 11, START + 10),
        (START, START, START),
        (START + 10, START + 10, START),
        (first - 1, START, START + 10),
        (START, START, last + 1),
        (i64::MIN, START, START + 10),
        (START, START, i64::MAX),
        (i64::MIN, 0, i64::MAX),
        (i64::MAX, i64::MAX, i64::MAX),
    ];
    for (start, cliff, end) in wrong {
        refused(schedule(start, cliff, end), TillError::ScheduleOutOfBounds);
    }
    let right = [
        (first, first, last),
        (first, last, last),
        (START, START, START + 1),
        (START + 5, START + 5, START + 6),
        (START - 10, START - 10, START - 5),
    ];
    for (start, cliff, end) in right {
        let mut a = Actors::on_spl_token();
        a.vesting_of(schedule(start, cliff, end)(a.vesting_terms()));
    }
}

#[test]
fn something_vests_for_somebody() {
    refused(|terms| VestingTerms { total: 0, ..terms }, TillError::AmountZero);
    refused(|terms| VestingTerms { beneficiary: Pubkey::default(), ..terms }, TillError::ZeroAddress);
}

#[test]
fn the_beneficiary_can_spend_what_it_is_paid() {
    let mut a = Actors::on_spl_token();
    let grantor = a.payer.insecure_clone();
    for beneficiary in [a.vault.address(), a.payout_token, a.token.mint, till::ID] {
        let create = create(&a, VestingTerms { beneficiary, ..a.vesting_terms() });
        a.world.refused(create, &[&grantor], TillError::NotAWallet);
    }
    let terms = VestingTerms { beneficiary: a.payout_token, ..a.vesting_terms() };
    let disguised = swap(create(&a, terms), &a.payout_token, &grantor.pubkey());
    a.world.refused_with(disguised, &[&grantor], ErrorCode::ConstraintAddress);
}

#[test]
fn a_paused_protocol_takes_no_grant() {
    let mut a = Actors::on_spl_token();
    a.pause();
    let (create, grantor) = (create(&a, a.vesting_terms()), a.payer.insecure_clone());
    a.world.refused(create, &[&grantor], TillError::Paused);
}

#[test]
fn dangerous_mints_are_refused() {
    use Extension::*;
    for extension in [PermanentDelegate, NonTransferable, DefaultFrozen, TransferHook, Pausable] {
        let mut a = Actors::on_spl_token();
        a.token = a.world.token_2022(&[extension]);
        let (create, grantor) = (create(&a, a.vesting_terms()), a.payer.insecure_clone());
        a.world.refused(create, &[&grantor], TillError::MintExtensionRefused);
    }
}

#[test]
fn only_the_owner_of_the_tokens_grants() {
    let mut a = Actors::on_spl_token();
    let (owner, thief) = (a.payer.insecure_clone(), a.world.wallet());
    let by = Payer { wallet: thief.pubkey(), rent_payer: thief.pubkey(), ..a.payer() };
    let steal = client::create_vesting(&by, &a.token, a.vesting_terms());
    a.world.refused(steal.clone(), &[&thief], TillError::WrongTokenOwner);

    // not even a delegate, to whom a revocation would give them
    let approve =
        approve(&a.token.program, &a.payer_token, &thief.pubkey(), &owner.pubkey(), &[], GRANT).unwrap();
    a.world.must(approve, &[&owner]);
    a.world.refused(steal, &[&thief], TillError::WrongTokenOwner);

    let by = Payer { rent_payer: thief.pubkey(), ..a.payer() };
    let forged = unsigned(client::create_vesting(&by, &a.token, a.vesting_terms()), &owner.pubkey());
    a.world.refused_with(forged, &[&thief], ErrorCode::AccountNotSigner);
}

#[test]
fn nobody_takes_the_address_away() {
    let mut a = Actors::on_spl_token();
    let (grantor, squatter) = (a.payer.insecure_clone(), a.world.wallet());
    let key = VestingKey::of(&grantor.pubkey(), a.token, &a.vesting_terms());
    a.world.must(transfer(&squatter.pubkey(), &key.address, 5_000_000), &[&squatter]);
    a.world.fund(&a.token.clone(), &key.address, 1);
    a.vesting();
    assert_eq!(a.world.balance(&key.token_account()), GRANT + 1);

    // nor a second grant of the same id: AccountAlreadyInUse of the system program
    let again = create(&a, a.vesting_terms());
    a.world.refused_with(again, &[&grantor], 0u32);
    a.vesting_of(VestingTerms { id: 2, ..a.vesting_terms() });
}

#[test]
fn an_account_that_is_not_at_the_address_is_refused() {
    let mut a = Actors::on_spl_token();
    let (grantor, impostor) = (a.payer.insecure_clone(), Keypair::new());
    let key = VestingKey::of(&grantor.pubkey(), a.token, &a.vesting_terms());
    let mut create = swap(create(&a, a.vesting_terms()), &key.address, &impostor.pubkey());
    assert!(a.world.send(&[create.clone()], &[&grantor]).is_err());
    let metas = create.accounts.iter_mut().filter(|meta| meta.pubkey == impostor.pubkey());
    metas.for_each(|meta| meta.is_signer = true);
    a.world.refused(create, &[&grantor, &impostor], TillError::NewAccountSigns);
}

#[test]
fn the_grantor_pays_the_transfer_fee_on_top_within_bounds() {
    let mut a = on_a_fee_mint();
    let grantor = a.payer.insecure_clone();
    let terms = VestingTerms { total: 25_000_000, ..a.vesting_terms() };
    let key = VestingKey::of(&grantor.pubkey(), a.token, &terms);
    let within = |max_sent| {
        let by = Payer { max_sent, ..a.payer() };
        client::create_vesting(&by, &a.token, terms.clone())
    };
    let (too_little, enough) = (within(25_252_525), within(25_252_526));
    a.world.refused(too_little, &[&grantor], TillError::TransferFeeTooHigh);
    a.world.must(enough, &[&grantor]);
    assert_eq!(a.world.balance(&key.token_account()), 25_000_000);
    assert_eq!(a.world.balance(&a.payer_token), PAYER_FUNDS - 25_252_526);
}
