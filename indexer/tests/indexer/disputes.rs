//! Protected payments: disputes, how they end, and what payees get.

use chrono::DateTime;
use till_store::{
    domain::{Payment, PaymentStatus, TransactionKind},
    testing::TestDatabase,
};

use crate::{
    payment::{require_balanced, seen, told},
    script::{Running, Script, indexed},
    world::{ARBITER, Escrow, GENESIS, PAYEES, START, World, asked_for, merchant},
};

fn paid(payment: &Payment) -> Vec<(&str, i32, &str)> {
    payment.splits.iter().map(|split| (&*split.wallet, split.bps, &*split.paid.base_units)).collect()
}

#[tokio::test]
async fn a_dispute_stands_until_the_arbiter_decides() {
    let database = TestDatabase::create().await.unwrap();
    let pool = &database.pool;
    let merchant_id = merchant(pool).await;
    let mut world = World::new();
    let mut escrow = Escrow::protected(1, 10_000);
    let id = asked_for(pool, &merchant_id, &escrow).await;
    let script = Script::new(world.opening());
    let indexer = Running::start(&script, &database.url, GENESIS);

    let emitted = vec![world.authorize(&mut escrow), world.capture(&mut escrow, 1_000)];
    script.extend(world.block(vec![emitted]).0);
    let disputed = world.dispute(&mut escrow, START + 700);
    script.extend(world.block(vec![vec![disputed]]).0);
    // What was captured before can be refunded meanwhile.
    let refunded = world.refund(&mut escrow, 100);
    script.extend(world.block(vec![vec![refunded]]).0);
    indexed(pool, world.tip()).await;

    let payment = seen(pool, &merchant_id, &id).await;
    assert_eq!(payment.status, PaymentStatus::Disputed);
    assert_eq!(payment.dispute_expires_at, DateTime::from_timestamp(START + 700, 0));
    assert_eq!(payment.capture_from, DateTime::from_timestamp(START + 500, 0));
    assert_eq!(payment.arbiter, Some(ARBITER.to_string()));
    let [first, second] = PAYEES.map(|payee| payee.to_string());
    assert_eq!(paid(&payment), [(&*first, 1_000, "99"), (&*second, 1_000, "99")]);

    let resolved = world.resolve(&mut escrow, 4_000);
    script.extend(world.block(vec![vec![resolved]]).0);
    let refunded = world.refund(&mut escrow, 200);
    script.extend(world.block(vec![vec![refunded]]).0);
    indexed(pool, world.tip()).await;

    let payment = seen(pool, &merchant_id, &id).await;
    assert_eq!((payment.status, payment.dispute_expires_at), (PaymentStatus::PartiallyRefunded, None));
    assert_eq!(paid(&payment), [(&*first, 1_000, "495"), (&*second, 1_000, "495")]);
    let told = told(pool, &merchant_id).await;
    let summary: Vec<_> = told
        .iter()
        .map(|event| {
            let share = event.data.payment.splits[0].paid.base_units.as_str();
            (event.kind.as_str(), event.data.payment.status, share)
        })
        .collect();
    assert_eq!(
        summary,
        [
            ("payment.authorized", PaymentStatus::Authorized, "0"),
            ("payment.captured", PaymentStatus::PartiallyCaptured, "99"),
            ("payment.disputed", PaymentStatus::Disputed, "99"),
            ("payment.refunded", PaymentStatus::Disputed, "99"),
            ("payment.resolved", PaymentStatus::PartiallyRefunded, "495"),
            ("payment.refunded", PaymentStatus::PartiallyRefunded, "495"),
        ]
    );
    let as_told = Payment { available: None, ..payment.clone() };
    assert_eq!(serde_json::to_value(&told[5].data.payment).unwrap(), serde_json::to_value(&as_told).unwrap());
    let [authorize, capture, dispute, before, resolve, after] = &payment.transactions[..] else {
        panic!("{payment:?}")
    };
    assert_eq!((dispute.kind, &dispute.parent), (TransactionKind::Dispute, &Some(authorize.id.clone())));
    assert_eq!((resolve.amount.base_units.as_str(), resolve.is_final), ("4000", true));
    assert_eq!((&before.parent, &after.parent), (&Some(capture.id.clone()), &Some(resolve.id.clone())));
    require_balanced(pool).await;
    indexer.stop().await;
}

#[tokio::test]
async fn a_dispute_ends_with_the_escrow_whoever_empties_it() {
    let database = TestDatabase::create().await.unwrap();
    let pool = &database.pool;
    let merchant_id = merchant(pool).await;
    let mut world = World::new();
    let mut chain = world.opening();
    let mut escrows: Vec<Escrow> = (1..=3).map(|byte| Escrow::protected(byte, 10_000)).collect();
    for escrow in &mut escrows {
        asked_for(pool, &merchant_id, escrow).await;
        let emitted = vec![world.authorize(escrow), world.dispute(escrow, START + 700)];
        chain.extend(world.block(vec![emitted]).0);
    }
    let [released, voided, refused] = &mut escrows[..] else { panic!("three") };
    let emitted = vec![world.release(released), world.void(voided), world.resolve(refused, 0)];
    chain.extend(world.block(vec![emitted]).0);
    let indexer = Running::start(&Script::new(chain), &database.url, GENESIS);
    indexed(pool, world.tip()).await;

    let expected =
        [(PaymentStatus::Captured, "990"), (PaymentStatus::Voided, "0"), (PaymentStatus::Voided, "0")];
    for (escrow, (status, share)) in escrows.iter().zip(expected) {
        let payment = seen(pool, &merchant_id, &escrow.id.to_string()).await;
        assert_eq!((payment.status, payment.dispute_expires_at), (status, None));
        assert_eq!(payment.splits[1].paid.base_units, share);
    }
    let told = told(pool, &merchant_id).await;
    let last: Vec<_> = told[6..].iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(last, ["payment.released", "payment.voided", "payment.resolved"]);
    require_balanced(pool).await;
    indexer.stop().await;
}
