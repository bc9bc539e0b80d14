//! The commit itself.

use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use till_indexer::{
    core::{Gate, Limits, Root, Update},
    projection,
};
use till_store::{
    chain::{Batch, Changes, Checkpoint, CommitError, Committed, Writer},
    testing::TestDatabase,
};

use crate::{
    payment::{require_balanced, told},
    world::{Escrow, GENESIS, World, asked_for, merchant},
};

pub fn batch(after: Option<Checkpoint>, updates: Vec<Update>) -> Batch {
    let root = match &after {
        Some(checkpoint) => {
            Root::After { slot: checkpoint.slot as u64, blockhash: checkpoint.blockhash.clone() }
        }
        None => Root::From(GENESIS),
    };
    let mut gate = Gate::new(root, Limits::default());
    let mut changes = Changes::default();
    let mut checkpoint = None;
    for update in updates {
        gate.apply(update).unwrap();
    }
    for slot in gate.release().unwrap() {
        checkpoint = Some(projection::project(&slot, 0, &mut changes).unwrap());
    }
    Batch { changes, ..Batch::new(after, checkpoint.unwrap()) }
}

#[tokio::test]
async fn a_batch_is_committed_once_and_only_in_its_turn() {
    let database = TestDatabase::create().await.unwrap();
    let merchant_id = merchant(&database.pool).await;
    let options: PgConnectOptions = database.url.parse().unwrap();
    let mut writer = Writer::connect(&options).await.unwrap();
    assert_eq!(writer.checkpoint().await.unwrap(), None);

    let mut world = World::new();
    let mut escrow = Escrow::new(1, 1_000);
    asked_for(&database.pool, &merchant_id, &escrow).await;
    let opening = batch(None, world.opening());
    let authorized = world.authorize(&mut escrow);
    let authorize = batch(Some(opening.checkpoint.clone()), world.block(vec![vec![authorized]]).0);

    let early = writer.commit(&authorize).await.unwrap_err();
    assert!(matches!(early, CommitError::NotNext { found: None, .. }), "{early}");
    assert_eq!(writer.commit(&opening).await.unwrap().events, 2);
    assert_eq!(
        writer.commit(&authorize).await.unwrap(),
        Committed { events: 1, told: 1, ..Default::default() }
    );
    // As after a commit whose answer was lost.
    assert_eq!(writer.commit(&authorize).await.unwrap(), Committed::default());
    let late = writer.commit(&opening).await.unwrap_err();
    assert!(matches!(late, CommitError::NotNext { .. }) && late.is_transient(), "{late}");

    assert_eq!(told(&database.pool, &merchant_id).await.len(), 1);
    assert_eq!(writer.checkpoint().await.unwrap(), Some(authorize.checkpoint));
    require_balanced(&database.pool).await;
}

#[tokio::test]
async fn an_event_that_is_there_already_changes_nothing() {
    let database = TestDatabase::create().await.unwrap();
    let merchant_id = merchant(&database.pool).await;
    let mut writer = Writer::connect(&database.url.parse().unwrap()).await.unwrap();
    let mut world = World::new();
    let mut escrow = Escrow::new(1, 1_000);
    asked_for(&database.pool, &merchant_id, &escrow).await;
    let mut chain = world.opening();
    let emitted = vec![world.authorize(&mut escrow), world.capture(&mut escrow, 400)];
    chain.extend(world.block(vec![emitted]).0);
    let first = batch(None, chain);
    writer.commit(&first).await.unwrap();
    let empty = batch(Some(first.checkpoint.clone()), world.empty());
    let again = Batch { changes: first.changes, ..empty };
    assert_eq!(writer.commit(&again).await.unwrap(), Committed::default());
    assert_eq!(told(&database.pool, &merchant_id).await.len(), 2);
    require_balanced(&database.pool).await;
}

#[tokio::test]
async fn a_second_writer_waits_until_the_first_is_gone() {
    let database = TestDatabase::create().await.unwrap();
    let options: PgConnectOptions = database.url.parse().unwrap();
    let first = Writer::connect(&options).await.unwrap();
    let second = tokio::spawn(async move { Writer::connect(&options).await });
    tokio::time::sleep(Duration::from_millis(800)).await;
    assert!(!second.is_finished());
    drop(first);
    tokio::time::timeout(Duration::from_secs(60), second).await.unwrap().unwrap().unwrap();
}
