//! Burning one's own tokens, and the records of it.

use anchor_lang::error::ErrorCode;
use anchor_spl::token_2022::spl_token_2022::instruction as token_instruction;
use solana_signer::Signer;
use till::client::{self, Token};
use till::{BurnRecord, TillError, pda};
use till_tests::{Actors, Extension, PAYER_FUNDS, World};

fn opened(mut a: Actors) -> Actors {
    let payer = a.payer.insecure_clone();
    a.world.must(client::open_burn_record(payer.pubkey(), a.token.mint), &[&payer]);
    a
}

fn record(a: &Actors) -> BurnRecord {
    a.world.account(&pda::burn_record(&a.token.mint).0).expect("the record")
}

#[test]
fn a_holder_burns_and_the_record_counts() {
    for a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let (mut a, supply) = (opened(a), PAYER_FUNDS);
        let payer = a.payer.insecure_clone();
        let burn = |amount| client::burn(payer.pubkey(), a.payer_token, &a.token, amount);
        let (first, second) = (burn(700), burn(55));
        a.pause();
        a.world.must(first, &[&payer]);
        a.world.must(second, &[&payer]);
        let record = record(&a);
        assert_eq!((record.mint, record.rent_payer), (a.token.mint, payer.pubkey()));
        assert_eq!((record.burned_by_holders, record.burned_from_fees, record.sequence), (755, 0, 2));
        assert_eq!(a.world.balance(&a.payer_token), PAYER_FUNDS - 755);
        assert_eq!(a.world.supply(&a.token), supply - 755);
    }
}

/// A transfer fee is none of a burn's business.
#[test]
fn a_burn_of_a_mint_with_a_transfer_fee_is_exact() {
    let mut world = World::bare();
    let token = world.token_2022(&[Extension::TransferFee(100)]);
    let mut a = opened(Actors::with(world, token));
    let payer = a.payer.insecure_clone();
    a.world.must(client::burn(payer.pubkey(), a.payer_token, &a.token, 1_000), &[&payer]);
    assert_eq!(a.world.balance(&a.payer_token), PAYER_FUNDS - 1_000);
    assert_eq!(record(&a).burned_by_holders, 1_000);
}

#[test]
fn amounts_are_bounded_by_zero_and_by_what_one_has() {
    let mut a = opened(Actors::on_spl_token());
    let payer = a.payer.insecure_clone();
    let burn = |amount| client::burn(payer.pubkey(), a.payer_token, &a.token, amount);
    let (nothing, too_much) = (burn(0), burn(PAYER_FUNDS + 1));
    a.world.refused(nothing, &[&payer], TillError::AmountZero);
    assert!(a.world.send(&[too_much], &[&payer]).is_err());
}

#[test]
fn only_the_owner_burns_and_only_its_own_tokens() {
    let mut a = opened(Actors::on_spl_token());
    let thief = a.world.wallet();
    let burn = client::burn(thief.pubkey(), a.payer_token, &a.token, 1);
    a.world.refused(burn, &[&thief], TillError::WrongTokenOwner);
    let mut unsigned = client::burn(a.payer.pubkey(), a.payer_token, &a.token, 1);
    unsigned.accounts[0].is_signer = false;
    a.world.refused_with(unsigned, &[], ErrorCode::AccountNotSigner);
}

#[test]
fn a_record_counts_its_own_mint_only() {
    let mut a = opened(Actors::on_spl_token());
    let (payer, other) = (a.payer.insecure_clone(), a.world.spl_token());
    let other_token = a.world.fund(&other, &payer.pubkey(), 1_000);
    let mut burn = client::burn(payer.pubkey(), other_token, &other, 1);
    burn.accounts[1].pubkey = pda::burn_record(&a.token.mint).0;
    a.world.refused(burn, &[&payer], TillError::WrongMint);
    let mut elsewhere = client::open_burn_record(payer.pubkey(), other.mint);
    elsewhere.accounts[2].pubkey = pda::burn_record(&payer.pubkey()).0;
    a.world.refused_with(elsewhere, &[&payer], ErrorCode::ConstraintSeeds);
    // a mint has one record, and what is no mint has none
    let again = client::open_burn_record(payer.pubkey(), a.token.mint);
    assert!(a.world.send(&[again], &[&payer]).is_err());
    let no_mint = client::open_burn_record(payer.pubkey(), a.payer_token);
    assert!(a.world.send(&[no_mint], &[&payer]).is_err());
}

#[test]
fn a_record_lives_as_long_as_its_mint() {
    let mut a = Actors::on_spl_token();
    let (payer, stranger) = (a.payer.insecure_clone(), a.world.wallet());
    let token = a.world.token_2022(&[Extension::MintCloseAuthority]);
    let before = a.world.lamports(&payer.pubkey());
    a.world.must(client::open_burn_record(payer.pubkey(), token.mint), &[&payer]);
    let close = |rent_payer| client::close_burn_record(token.mint, rent_payer);
    a.world.refused(close(payer.pubkey()), &[], TillError::MintExists);

    close_mint(&mut a, &token);
    a.world.refused(close(stranger.pubkey()), &[], TillError::WrongRentPayer);
    let mut another_mint = close(payer.pubkey());
    another_mint.accounts[1].pubkey = stranger.pubkey();
    a.world.refused(another_mint, &[], TillError::WrongMint);
    a.world.must(close(payer.pubkey()), &[]);
    assert_eq!(a.world.lamports(&payer.pubkey()), before);
}

fn close_mint(a: &mut Actors, token: &Token) {
    let issuer = a.world.upgrade_authority.pubkey();
    let close = token_instruction::close_account(&token.program, &token.mint, &issuer, &issuer, &[]);
    a.world.must(close.unwrap(), &[]);
}
