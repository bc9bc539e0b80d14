use till::events::*;
use till_store::chain::{FeeKind, MerchantState, MintPolicyState, PROTOCOL, ProtocolState};

use super::*;

fn text(byte: u8) -> String {
    key(byte).to_string()
}

#[test]
fn merchants_change() {
    let merchant = key(2);
    #[track_caller]
    fn require(event: &impl Event, expected: MerchantState) {
        let changes = project_one(event);
        assert_eq!(states(&changes), [(text(2).as_str(), &State::Merchant(expected))]);
        assert_eq!((&changes.events[0].merchant, &changes.events[0].subject), (&Some(text(2)), &None));
    }
    let registered = MerchantRegistered {
        merchant,
        founder: key(3),
        index: 7,
        authority: key(4),
        operator: key(5),
        payout_wallet: key(6),
        rent_payer: key(7),
    };
    let expected = MerchantState::Registered {
        founder: text(3),
        index: 7,
        authority: text(4),
        operator: text(5),
        payout_wallet: text(6),
        rent_payer: text(7),
    };
    require(&registered, expected);

    let updated =
        |operator, payout_wallet, sequence| MerchantState::Updated { operator, payout_wallet, sequence };
    require(
        &MerchantUpdated { merchant, payout_wallet: key(8), sequence: 1 },
        updated(None, Some(text(8)), 1),
    );
    require(&OperatorSet { merchant, operator: key(9), sequence: 2 }, updated(Some(text(9)), None, 2));
    let proposed =
        |sequence, pending_authority| MerchantAuthorityProposed { merchant, pending_authority, sequence };
    let offer =
        |sequence, pending_authority| MerchantState::AuthorityProposed { pending_authority, sequence };
    require(&proposed(3, key(10)), offer(3, Some(text(10))));
    require(&proposed(4, Pubkey::default()), offer(4, None));
    let accepted = MerchantAuthorityAccepted { merchant, authority: key(10), sequence: 5 };
    require(&accepted, MerchantState::AuthorityAccepted { authority: text(10), sequence: 5 });
    require(&MerchantClosed { merchant, rent_payer: key(7), sequence: 6 }, MerchantState::Closed);
}

#[test]
fn vaults_change() {
    let (vault_address, merchant) = (key(3), key(2));
    #[track_caller]
    fn require(event: &impl Event, then: VaultState) {
        let changes = project_one(event);
        let held = chain::VaultBalances {
            escrowed: Amount(10),
            balance: Amount(20),
            fees: Amount(30),
            sequence: 40,
        };
        let expected = [VaultState::Balances(held), then].map(State::Vault);
        let of_vault: Vec<_> = expected.iter().map(|state| (text(3), state)).collect();
        assert!(states(&changes).into_iter().eq(of_vault.iter().map(|(key, state)| (key.as_str(), *state))));
    }
    require(
        &VaultAcceptingSet { vault_address, merchant, accepting: false, vault: VAULT },
        VaultState::Accepting(false),
    );
    require(
        &VaultPolicySynced { vault_address, merchant, allowed_extensions: 1 << 63, vault: VAULT },
        VaultState::Allowed(1 << 63),
    );
    require(&VaultClosed { vault_address, merchant, rent_payer: key(7), vault: VAULT }, VaultState::Closed);
}

#[test]
fn the_protocols_own_events_concern_no_merchant() {
    let changes = project_one(&ProtocolPaused { by: key(1), sequence: 3 });
    let [event] = &changes.events[..] else { panic!("{changes:?}") };
    assert_eq!((event.kind, &event.merchant, &event.vault), ("ProtocolPaused", &None, &None));
    assert_eq!(event.subject.as_deref(), Some(PROTOCOL));
    assert_eq!(event.data, format!(r#"{{"by":"{}","sequence":3}}"#, key(1)));
    let paused = State::Protocol(ProtocolState::Paused { paused: true, sequence: 3 });
    assert_eq!(states(&changes), [(PROTOCOL, &paused)]);
}

#[test]
fn the_zero_address_is_nobody() {
    let updated = ProtocolUpdated {
        guardian: key(1),
        treasury: key(2),
        pool: Pubkey::default(),
        burn_mint: key(3),
        fee_bps: 4,
        stakers_bps: 5,
        burn_bps: 6,
        sequence: 7,
    };
    let changes = project_one(&updated);
    let [(_, State::Protocol(ProtocolState::Updated { pool, burn_mint, .. }))] = states(&changes)[..] else {
        panic!("{changes:?}")
    };
    assert_eq!((pool, burn_mint), (&None, &Some(text(3))));
}

/// Else the protocol's row would stand still while its sequence goes on.
#[test]
fn a_policy_is_told_by_the_protocols_events() {
    let closed = MintPolicyClosed { mint_policy: key(1), mint: key(2), rent_payer: key(3), sequence: 8 };
    let changes = project_one(&closed);
    assert_eq!(changes.events[0].subject.as_deref(), Some(PROTOCOL));
    let policy = State::MintPolicy(MintPolicyState::Closed);
    let protocol = State::Protocol(ProtocolState::PolicyChanged { sequence: 8 });
    assert_eq!(states(&changes), [(text(1).as_str(), &policy), (PROTOCOL, &protocol)]);
}

#[test]
fn harvested_fees_are_summed_up_and_were_never_held() {
    let shares = till::FeeShares { stakers: 20, burned: 5, treasury: 10 };
    let changes = project_one(&FeesHarvested { mint: key(6), shares, treasury_token: key(9) });
    assert_eq!(changes.events[0].subject, Some(text(6)));
    assert_eq!((states(&changes), entries(&changes, key(6))), (vec![], vec![]));
    let [fees] = &changes.fees[..] else { panic!("{changes:?}") };
    assert_eq!((fees.kind, fees.mint.clone()), (FeeKind::Harvest, text(6)));
    assert_eq!((fees.treasury, fees.stakers, fees.burned), (Amount(10), Amount(20), Amount(5)));
}
