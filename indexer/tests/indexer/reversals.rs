//! The chain undoes blocks that were confirmed, committed, and told.

use sqlx::PgPool;
use till_store::{
    domain::{Finality, PaymentStatus, TransactionStatus},
    testing::TestDatabase,
};

use crate::{
    payment::{require_balanced, seen, told},
    script::{Running, Script, indexed},
    world::{Escrow, GENESIS, World, asked_for, merchant},
};

/// Everything that the chain says, without when it was written.
async fn rows(pool: &PgPool) -> Vec<String> {
    let mut rows = Vec::new();
    for table in ["events", "ledger", "payments", "payment_splits", "vaults", "merchants"] {
        let sql = format!("SELECT '{table} ' || t::text FROM chain.{table} t ORDER BY 1");
        let found: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(pool).await.unwrap();
        rows.extend(found);
    }
    rows
}

#[tokio::test]
async fn what_undone_blocks_changed_is_taken_back_and_told() {
    let database = TestDatabase::create().await.unwrap();
    let pool = &database.pool;
    let merchant_id = merchant(pool).await;
    let mut world = World::new();
    let (mut kept, mut moved, mut lost) =
        (Escrow::protected(1, 10_000), Escrow::new(2, 2_000), Escrow::new(3, 3_000));
    for escrow in [&kept, &moved, &lost] {
        asked_for(pool, &merchant_id, escrow).await;
    }
    let mut stem = world.opening();
    let authorized = world.authorize(&mut kept);
    stem.extend(world.block(vec![vec![authorized]]).0);
    stem.push(world.finalized());
    let ancestor = world.tip();

    // What happens on the branch that is confirmed first, and not in the end.
    let (mut other, mut kept_there, mut moved_there) = (world.fork("other"), kept.clone(), moved.clone());
    let (released, authorized) = (world.release(&mut kept), world.authorize(&mut moved));
    let mut branch = world.block(vec![vec![released], vec![authorized]]).0;
    let (authorized, captured) = (world.authorize(&mut lost), world.capture(&mut moved, 500));
    branch.extend(world.block(vec![vec![authorized, captured]]).0);

    let indexer = Running::start(&Script::new([stem.clone(), branch].concat()), &database.url, GENESIS);
    indexed(pool, world.tip()).await;
    indexer.stop().await;
    assert_eq!(seen(pool, &merchant_id, &kept.id.to_string()).await.status, PaymentStatus::Captured);
    assert_eq!(told(pool, &merchant_id).await.len(), 5);

    // The other branch: the first payment is disputed there, the second has the same authorization in a
    // later block, the third never happens.
    let disputed = other.dispute(&mut kept_there, 1_700_009_000);
    let mut instead = other.block(vec![vec![disputed]]).0;
    let authorized = other.authorize(&mut moved_there);
    instead.extend(other.block(vec![vec![authorized]]).0);
    instead.extend(other.empty());
    let script = Script::new([stem.clone(), instead.clone()].concat());
    let indexer = Running::start(&script, &database.url, GENESIS);
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    assert_eq!(told(pool, &merchant_id).await.len(), 5, "a branch that is not final undoes nothing");
    script.extend(vec![other.finalized()]);
    indexed(pool, other.tip()).await;
    indexer.stop().await;

    require_balanced(pool).await;
    let events = told(pool, &merchant_id).await;
    let sequences: Vec<i64> = events.iter().map(|event| event.sequence).collect();
    assert_eq!(sequences, (1..=11).collect::<Vec<_>>(), "gap-free");
    let reverted: Vec<_> = events.iter().filter(|event| event.kind == "payment.reverted").collect();
    let whose = |event: &&till_store::domain::Event| (event.data.payment.id.clone(), event.data.sequence);
    let expected = [(&moved, 0), (&lost, 0), (&moved, 0), (&kept, 1)];
    assert_eq!(
        reverted.iter().map(whose).collect::<Vec<_>>(),
        expected.map(|(escrow, sequence)| (escrow.id.to_string(), sequence)),
        "the newest first, each as the chain leaves it"
    );
    for event in &reverted {
        assert_eq!(event.data.transaction.status, TransactionStatus::Failed);
        assert_eq!(event.data.transaction.error.as_ref().unwrap().code, "reverted");
    }
    let kept = seen(pool, &merchant_id, &kept.id.to_string()).await;
    assert_eq!(
        (kept.status, kept.sequence, kept.finality),
        (PaymentStatus::Disputed, 2, Finality::Finalized)
    );
    assert!(kept.splits.iter().all(|split| split.paid.base_units == "0"));
    let moved = seen(pool, &merchant_id, &moved.id.to_string()).await;
    assert_eq!((moved.status, moved.sequence), (PaymentStatus::Authorized, 1));
    let lost = seen(pool, &merchant_id, &lost.id.to_string()).await;
    assert_eq!((lost.status, lost.sequence, lost.finality), (PaymentStatus::Reverted, 0, Finality::Unseen));
    let gone: i64 = sqlx::query_scalar("SELECT count(*) FROM chain.reverted_events WHERE slot > $1")
        .bind(ancestor as i64)
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(gone, 4);

    // As if the first branch had never been.
    let untouched = TestDatabase::create().await.unwrap();
    let script = Script::new([stem, instead, vec![other.finalized()]].concat());
    let indexer = Running::start(&script, &untouched.url, GENESIS);
    indexed(&untouched.pool, other.tip()).await;
    indexer.stop().await;
    let (set_right, never_wrong) = (rows(pool).await, rows(&untouched.pool).await);
    for (row, expected) in set_right.iter().zip(&never_wrong) {
        assert_eq!(row, expected);
    }
    assert_eq!(set_right.len(), never_wrong.len());
}
