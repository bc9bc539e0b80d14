use solana_signer::Signer;
use till::client::{self, VestingKey};
use till::events::*;
use till::{Vesting, VestingTerms};
use till_tests::{Actors, event};

use super::{after, on_a_fee_mint};

fn vesting(e: &VestingCreated) -> Vesting {
    Vesting {
        grantor: e.grantor,
        beneficiary: e.terms.beneficiary,
        mint: e.mint,
        vesting_token: e.vesting_token,
        rent_payer: e.rent_payer,
        id: e.terms.id,
        total: e.terms.total,
        claimed: e.vesting.claimed,
        returned: e.vesting.returned,
        start: e.terms.start,
        cliff: e.terms.cliff,
        end: e.terms.end,
        revoked_at: 0,
        sequence: e.vesting.sequence,
        revocable: e.terms.revocable as u8,
        salt: e.salt,
        _reserved: [0; 6],
    }
}

/// The vesting after an event, which has the next number.
fn after_event(before: Vesting, told: VestingBalances) -> Vesting {
    let VestingBalances { claimed, returned, sequence } = told;
    assert_eq!(sequence, before.sequence + 1);
    Vesting { claimed, returned, sequence, ..before }
}

#[test]
fn a_vesting_is_rebuilt_from_its_events() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022(), on_a_fee_mint()] {
        let grantor = a.payer.insecure_clone();
        let terms = VestingTerms { total: 1_000_000, ..a.vesting_terms() };
        let key = VestingKey::of(&grantor.pubkey(), a.token, &terms);
        let before = a.world.balance(&a.payer_token);
        let create = client::create_vesting(&a.payer(), &a.token, terms);
        let created: VestingCreated = event(&a.world.must(create, &[&grantor]));
        let mut rebuilt = vesting(&created);
        assert_eq!((created.vesting_address, rebuilt), (key.address, a.vesting_state(&key)));
        assert_eq!(created.sent, before - a.world.balance(&a.payer_token));

        a.world.set_time(after(300));
        let claim = client::claim_vested(&key, a.payout_token);
        let claimed: VestedClaimed = event(&a.world.must(claim.clone(), &[]));
        rebuilt = after_event(rebuilt, claimed.vesting);
        assert_eq!(rebuilt, a.vesting_state(&key));
        assert_eq!((claimed.amount, claimed.received), (300_000, a.world.balance(&a.payout_token)));

        a.world.set_time(after(500));
        let before = a.world.balance(&a.payer_token);
        let revoke = client::revoke_vesting(grantor.pubkey(), &key, a.payer_token);
        let revoked: VestingRevoked = event(&a.world.must(revoke, &[&grantor]));
        rebuilt = Vesting { revoked_at: revoked.revoked_at, ..after_event(rebuilt, revoked.vesting) };
        assert_eq!(rebuilt, a.vesting_state(&key));
        assert_eq!(revoked.amount, 500_000);
        assert_eq!(revoked.received, a.world.balance(&a.payer_token) - before);

        let claimed: VestedClaimed = event(&a.world.must(claim, &[]));
        rebuilt = after_event(rebuilt, claimed.vesting);
        let close = client::close_vesting(&key, a.payout_token, grantor.pubkey());
        let closed: VestingClosed = event(&a.world.must(close, &[]));
        assert_eq!((closed.vesting_address, closed.rent_payer), (key.address, grantor.pubkey()));
        assert_eq!(after_event(rebuilt, closed.vesting).owed().unwrap(), 0);
    }
}
