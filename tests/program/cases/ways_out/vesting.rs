//! Out of vestings. The grantor is the payer, the beneficiary the payout wallet.

use solana_keypair::Keypair;
use solana_signer::Signer;
use till::TillError;
use till::client::{self, VestingKey};
use till_tests::{Actors, GRANT, START, VESTING_SECONDS};

use super::*;

/// The grantor's tokens, the beneficiary's, and the vesting's.
fn tokens(a: &Actors, vesting: &VestingKey) -> [u64; 3] {
    [a.payer_token, a.payout_token, vesting.token_account()].map(|account| a.world.balance(&account))
}

/// The grantor loses his key, as everybody else does.
fn silence(a: &mut Actors) {
    everybody_falls_silent(a);
    a.payer = Keypair::new();
}

#[test]
fn w61_what_has_vested_goes_to_the_beneficiary() {
    for mut a in everyone() {
        let vesting = a.vesting();
        let [grantor, ..] = tokens(&a, &vesting);
        silence(&mut a);
        let claim = client::claim_vested(&vesting, a.payout_token);
        a.world.set_time(START + VESTING_SECONDS / 4 - 1);
        a.world.refused(claim.clone(), &[], TillError::NothingVested);
        a.world.set_time(START + VESTING_SECONDS / 4);
        a.world.must(claim.clone(), &[]);
        assert_eq!(tokens(&a, &vesting), [grantor, GRANT / 4, GRANT - GRANT / 4]);
        a.world.set_time(START + VESTING_SECONDS);
        a.world.must(claim, &[]);
        assert_eq!(tokens(&a, &vesting), [grantor, GRANT, 0]);
    }
}

/// And what has vested stays the beneficiary's.
#[test]
fn w62_what_has_not_vested_goes_back_to_the_grantor() {
    for mut a in everyone() {
        let vesting = a.vesting();
        let [grantor, ..] = tokens(&a, &vesting);
        everybody_falls_silent(&mut a);
        a.world.set_time(START + VESTING_SECONDS / 2);
        a.revoke(&vesting);
        a.payer = Keypair::new();
        let half = GRANT / 2;
        assert_eq!(tokens(&a, &vesting), [grantor + GRANT - half, 0, half]);
        a.world.must(client::claim_vested(&vesting, a.payout_token), &[]);
        assert_eq!(tokens(&a, &vesting), [grantor + GRANT - half, half, 0]);
    }
}

#[test]
fn w63_the_rent_of_a_vesting_goes_back_to_who_paid_it() {
    for mut a in everyone() {
        let rent_payer = a.payer.pubkey();
        let before = a.world.lamports(&rent_payer);
        let (token, vesting) = (a.token, a.vesting());
        assert!(a.world.lamports(&rent_payer) < before);
        silence(&mut a);
        a.world.set_time(START + VESTING_SECONDS);
        a.world.must(client::claim_vested(&vesting, a.payout_token), &[]);
        a.world.fund(&token, &vesting.address, 55);
        a.world.must(client::close_vesting(&vesting, a.payout_token, rent_payer), &[]);
        assert_eq!(a.world.lamports(&rent_payer), before);
        assert_eq!(a.world.balance(&a.payout_token), GRANT + 55);
        assert_eq!(a.world.lamports(&vesting.token_account()), 0);
    }
}
