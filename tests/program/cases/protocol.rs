//! Who governs the protocol, and what they can and cannot do.

use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, CaptureArgs, Receivers};
use till::events::{
    AdminAccepted, AdminProposed, PaymentAuthorized, ProtocolPaused, ProtocolUnpaused, ProtocolUpdated,
};
use till::{CaptureMode, MAX_FEE_BPS, Protocol, Terms, TillError, UpdateProtocolArgs};
use till_tests::{Actors, FEE_BPS, event};

#[test]
fn the_admin_changes_what_is_named_and_nothing_else() {
    let mut a = Actors::on_spl_token();
    let (admin, before) = (a.world.admin(), a.world.protocol());
    let change = UpdateProtocolArgs { fee_bps: Some(MAX_FEE_BPS), ..Default::default() };
    a.world.must(client::update_protocol(admin, change), &[]);
    assert_eq!(a.world.protocol(), Protocol { fee_bps: MAX_FEE_BPS, sequence: 1, ..before });

    let [guardian, treasury, pool, burn_mint] = std::array::from_fn(|_| Pubkey::new_unique());
    let everything = UpdateProtocolArgs {
        guardian: Some(guardian),
        treasury: Some(treasury),
        pool: Some(pool),
        burn_mint: Some(burn_mint),
        fee_bps: Some(0),
        stakers_bps: Some(4_000),
        burn_bps: Some(6_000),
    };
    let sent = a.world.must(client::update_protocol(admin, everything), &[]);
    let after = Protocol {
        guardian,
        treasury,
        pool,
        burn_mint,
        fee_bps: 0,
        stakers_bps: 4_000,
        burn_bps: 6_000,
        sequence: 2,
        ..before
    };
    assert_eq!(a.world.protocol(), after);
    let told = ProtocolUpdated {
        guardian,
        treasury,
        pool,
        burn_mint,
        fee_bps: 0,
        stakers_bps: 4_000,
        burn_bps: 6_000,
        sequence: 2,
    };
    assert_eq!(event::<ProtocolUpdated>(&sent), told);

    let nobody = UpdateProtocolArgs {
        pool: Some(Pubkey::default()),
        burn_mint: Some(Pubkey::default()),
        ..Default::default()
    };
    a.world.must(client::update_protocol(admin, nobody), &[]);
    assert_eq!((a.world.protocol().pool, a.world.protocol().burn_mint), Default::default());
}

#[test]
fn the_admin_is_held_to_the_hard_limits() {
    let mut a = Actors::on_spl_token();
    let admin = a.world.admin();
    let none = UpdateProtocolArgs::default;
    let cases = [
        (UpdateProtocolArgs { fee_bps: Some(MAX_FEE_BPS + 1), ..none() }, TillError::FeeTooHigh),
        (UpdateProtocolArgs { stakers_bps: Some(10_001), ..none() }, TillError::SharesTooHigh),
        (UpdateProtocolArgs { burn_bps: Some(10_001), ..none() }, TillError::SharesTooHigh),
        (
            UpdateProtocolArgs { stakers_bps: Some(5_000), burn_bps: Some(5_001), ..none() },
            TillError::SharesTooHigh,
        ),
        (UpdateProtocolArgs { guardian: Some(Pubkey::default()), ..none() }, TillError::ZeroAddress),
        (UpdateProtocolArgs { treasury: Some(Pubkey::default()), ..none() }, TillError::ZeroAddress),
    ];
    let before = a.world.protocol();
    for (args, error) in cases {
        a.world.refused(client::update_protocol(admin, args), &[], error);
    }
    assert_eq!(a.world.protocol(), before);
}

#[test]
fn nobody_but_the_admin_governs() {
    let mut a = Actors::on_spl_token();
    let (guardian, stranger) = (a.guardian.insecure_clone(), a.world.wallet());
    for signer in [&guardian, &stranger] {
        let key = signer.pubkey();
        let instructions = [
            client::update_protocol(key, UpdateProtocolArgs::default()),
            client::unpause_protocol(key),
            client::propose_admin(key, key),
        ];
        for instruction in instructions {
            a.world.refused(instruction, &[signer], TillError::NotAdmin);
        }
    }
}

/// Who signed under one fee is not charged another.
#[test]
fn a_changed_fee_concerns_later_payments_only() {
    let mut a = Actors::on_spl_token();
    let earlier = a.authorized(a.terms(1));
    a.update_protocol(UpdateProtocolArgs { fee_bps: Some(2 * FEE_BPS), ..Default::default() });
    let operator = a.operator.insecure_clone();
    let args = CaptureArgs { amount: 10_000_000, ..Default::default() };
    a.by_operator(client::capture(operator.pubkey(), &a.vault, earlier.address, args.clone()));
    assert_eq!((a.payment(&earlier).fee_bps, a.payment(&earlier).fees), (FEE_BPS, 100_000));

    let (payer, by) = (a.payer.insecure_clone(), a.payer());
    let refused = a.invoice(a.terms(2));
    let refused = client::authorize(&by, &a.vault, refused.address, refused.terms);
    a.world.refused(refused, &[&payer], TillError::FeeAboveTerms);
    let later = a.invoice(Terms { max_fee_bps: 2 * FEE_BPS, ..a.terms(2) });
    let authorize = client::authorize(&by, &a.vault, later.address, later.terms.clone());
    let sent = a.world.must(authorize, &[&payer]);
    assert_eq!(event::<PaymentAuthorized>(&sent).fee_bps, 2 * FEE_BPS);
    a.by_operator(client::capture(operator.pubkey(), &a.vault, later.address, args));
    assert_eq!(a.payment(&later).fees, 200_000);
}

#[test]
fn a_pause_stops_new_payments_and_no_way_out() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let captured = a.captured(a.terms(1), 10_000_000);
        let voided = a.authorized(a.terms(2));
        a.pause();

        let (payer, by) = (a.payer.insecure_clone(), a.payer());
        let invoice = a.invoice(a.terms(3));
        let authorize = client::authorize(&by, &a.vault, invoice.address, invoice.terms);
        a.world.refused(authorize, &[&payer], TillError::Paused);
        let invoice = a.invoice(Terms { capture_mode: CaptureMode::Immediate, ..a.terms(3) });
        let charge = client::charge(&by, &a.vault, invoice.address, &Receivers::default(), invoice.terms);
        a.world.refused(charge, &[&payer], TillError::Paused);

        let (operator, payer_token) = (a.operator.pubkey(), a.payer_token);
        let args = CaptureArgs {
            amount: 5_000_000,
            is_final: false,
            to: Receivers::payout(a.payout_token),
            terms: None,
        };
        a.by_operator(client::capture(operator, &a.vault, captured.address, args));
        a.by_operator(client::refund(operator, &a.vault, captured.address, payer_token, None, 1_000_000));
        a.by_operator(client::void(operator, &a.vault, voided.address, payer_token));
        a.world.must(client::payout(&a.vault, a.payout_token), &[]);
        a.world.set_time(captured.terms.authorization_expiry);
        a.world.must(client::reclaim(&a.vault, captured.address, payer_token), &[]);
        a.world.set_time(captured.terms.refund_expiry);
        for invoice in [captured, voided] {
            let close = client::close_payment(invoice.address, a.vault.address(), payer.pubkey());
            a.world.must(close, &[]);
        }
        assert_eq!(a.vault_tokens(), a.vault().fees);
    }
}

#[test]
fn guardian_and_admin_pause_and_the_admin_alone_unpauses() {
    let mut a = Actors::on_spl_token();
    let (guardian, stranger) = (a.guardian.insecure_clone(), a.world.wallet());
    let admin = a.world.upgrade_authority.insecure_clone();
    a.world.refused(client::pause_protocol(stranger.pubkey()), &[&stranger], TillError::NotGuardian);
    a.world.refused(client::unpause_protocol(admin.pubkey()), &[], TillError::NotPaused);

    for (round, by) in [(0, &guardian), (1, &admin)] {
        let sent = a.world.must(client::pause_protocol(by.pubkey()), &[by]);
        let told = ProtocolPaused { by: by.pubkey(), sequence: 2 * round + 1 };
        assert_eq!((event::<ProtocolPaused>(&sent), a.world.protocol().paused), (told, 1));
        a.world.refused(client::pause_protocol(guardian.pubkey()), &[&guardian], TillError::Paused);
        a.world.refused(client::unpause_protocol(guardian.pubkey()), &[&guardian], TillError::NotAdmin);

        let sent = a.world.must(client::unpause_protocol(admin.pubkey()), &[]);
        let told = ProtocolUnpaused { sequence: 2 * round + 2 };
        assert_eq!((event::<ProtocolUnpaused>(&sent), a.world.protocol().paused), (told, 0));
    }
    a.authorized(a.terms(1));
}

#[test]
fn the_admin_undoes_a_stolen_guardian_key() {
    let mut a = Actors::on_spl_token();
    a.pause();
    let (admin, thief, guardian) = (a.world.admin(), a.guardian.insecure_clone(), a.world.wallet());
    a.update_protocol(UpdateProtocolArgs { guardian: Some(guardian.pubkey()), ..Default::default() });
    a.world.must(client::unpause_protocol(admin), &[]);
    a.world.refused(client::pause_protocol(thief.pubkey()), &[&thief], TillError::NotGuardian);
    a.guardian = guardian;
    a.pause();
}

#[test]
fn the_admins_place_is_handed_over_in_two_steps() {
    let mut a = Actors::on_spl_token();
    let (old, new, stranger) = (a.world.admin(), a.world.wallet(), a.world.wallet());
    let accept = |by: &Keypair| client::accept_admin(by.pubkey());
    a.world.refused(accept(&new), &[&new], TillError::NotPendingAdmin);

    let sent = a.world.must(client::propose_admin(old, new.pubkey()), &[]);
    let told = AdminProposed { pending_admin: new.pubkey(), sequence: 1 };
    assert_eq!(event::<AdminProposed>(&sent), told);
    // nothing has changed yet
    a.update_protocol(UpdateProtocolArgs::default());
    let early = client::unpause_protocol(new.pubkey());
    a.world.refused(early, &[&new], TillError::NotAdmin);
    a.world.refused(accept(&stranger), &[&stranger], TillError::NotPendingAdmin);

    let sent = a.world.must(accept(&new), &[&new]);
    assert_eq!(event::<AdminAccepted>(&sent), AdminAccepted { admin: new.pubkey(), sequence: 3 });
    let protocol = a.world.protocol();
    assert_eq!((protocol.admin, protocol.pending_admin), (new.pubkey(), Pubkey::default()));
    a.world.refused(accept(&new), &[&new], TillError::NotPendingAdmin);
    let too_late = client::update_protocol(old, UpdateProtocolArgs::default());
    a.world.refused(too_late, &[], TillError::NotAdmin);
    a.world.must(client::update_protocol(new.pubkey(), UpdateProtocolArgs::default()), &[&new]);
}

#[test]
fn an_offer_of_the_admins_place_is_withdrawn_or_replaced() {
    let mut a = Actors::on_spl_token();
    let (admin, first, second) = (a.world.admin(), a.world.wallet(), a.world.wallet());
    for withdrawn_by in [Pubkey::default(), second.pubkey()] {
        a.world.must(client::propose_admin(admin, first.pubkey()), &[]);
        a.world.must(client::propose_admin(admin, withdrawn_by), &[]);
        let accept = client::accept_admin(first.pubkey());
        a.world.refused(accept, &[&first], TillError::NotPendingAdmin);
    }
    a.world.must(client::accept_admin(second.pubkey()), &[&second]);
    assert_eq!(a.world.protocol().sequence, 5);
}
