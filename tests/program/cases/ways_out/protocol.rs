//! What the protocol's own accounts cost, and everything at once under a pause.

use solana_signer::Signer;
use till::{TillError, client, pda};
use till_tests::{AMOUNT, COOLDOWN, Extension, STAKER_FUNDS};

use super::*;

#[test]
fn w41_the_rent_of_a_burn_record_comes_back_when_the_mint_is_gone() {
    let mut a = Actors::on_token_2022();
    let (token, payer) = (a.world.token_2022(&[Extension::MintCloseAuthority]), a.payer.insecure_clone());
    let before = a.world.lamports(&payer.pubkey());
    a.world.must(client::open_burn_record(payer.pubkey(), token.mint), &[&payer]);
    assert!(a.world.lamports(&payer.pubkey()) < before);
    everybody_falls_silent(&mut a);
    let close = client::close_burn_record(token.mint, payer.pubkey());
    a.world.refused(close.clone(), &[], TillError::MintExists);
    a.world.close_mint(&token);
    a.world.must(close, &[]);
    assert_eq!(a.world.lamports(&payer.pubkey()), before);
    assert_eq!(a.world.lamports(&pda::burn_record(&token.mint).0), 0);
}

/// The admin against everybody else's silence.
#[test]
fn w42_the_rent_of_a_mint_policy_goes_back_to_who_paid_it() {
    for mut a in everyone() {
        let (admin, sponsor, mint) = (a.world.admin(), a.world.wallet(), a.token.mint);
        let before = a.world.lamports(&sponsor.pubkey());
        let mask = Extension::PermanentDelegate.bit();
        a.world.must(client::create_mint_policy(admin, sponsor.pubkey(), mint, mask), &[&sponsor]);
        assert!(a.world.lamports(&sponsor.pubkey()) < before);
        a.pause();
        (a.guardian, a.operator, a.authority) = (Keypair::new(), Keypair::new(), Keypair::new());
        a.world.must(client::close_mint_policy(admin, mint, sponsor.pubkey()), &[]);
        assert_eq!(a.world.lamports(&sponsor.pubkey()), before);
        assert_eq!(a.world.lamports(&pda::mint_policy(&mint).0), 0);
    }
}

/// Nothing comes in any more, and all that is there leaves.
#[test]
fn w43_a_pause_for_ever_keeps_nothing_in() {
    for mut s in every_pool() {
        let person = s.staker(0, 1_000);
        let a = &mut s.actors;
        let payer = a.payer.insecure_clone();
        let (tokens, lamports) = (a.world.balance(&a.payer_token), a.world.lamports(&payer.pubkey()));
        let (held, taken) = (a.authorized(a.terms(1)), a.captured(a.terms(2), AMOUNT));
        everybody_falls_silent(a);
        s.authority = Keypair::new();
        let next = s.actors.invoice(s.actors.terms(3));
        let enter = client::authorize(&s.actors.payer(), &s.actors.vault, next.address, next.terms);
        let stake = s.stake(&person, 0, 1);
        s.actors.world.refused(enter, &[&payer], TillError::Paused);
        s.actors.world.refused(stake, &[&person.wallet], TillError::Paused);

        s.requests(&person, 1_000);
        s.wait(i64::from(COOLDOWN));
        let (sweep, a) = (s.actors.sweep(), &s.actors);
        let vault = a.vault.address();
        let close =
            |invoice: &till_tests::Invoice| client::close_payment(invoice.address, vault, payer.pubkey());
        let exits = [
            client::reclaim(&a.vault, held.address, a.payer_token),
            client::payout(&a.vault, a.payout_token),
            sweep,
            close(&held),
            close(&taken),
            s.withdraw(&person),
            s.close_position(&person),
        ];
        for instruction in exits {
            s.actors.world.must(instruction, &[]);
        }
        let a = &mut s.actors;
        let treasury_token = a.treasury_token(&a.token.clone());
        assert_eq!(a.world.balance(&a.payer_token), tokens - AMOUNT);
        assert_eq!(a.world.lamports(&payer.pubkey()), lamports);
        assert_eq!(a.world.balance(&a.payout_token), AMOUNT / 100 * 99);
        assert_eq!(a.world.balance(&treasury_token), AMOUNT / 100);
        assert_eq!((a.vault_tokens(), a.vault().owed().unwrap(), a.vault().payments), (0, 0, 0));
        assert_eq!(a.world.balance(&person.stake_token), STAKER_FUNDS);
    }
}
