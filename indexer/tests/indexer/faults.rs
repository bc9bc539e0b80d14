//! What goes wrong around the indexer: nothing is lost, and nothing is doubled.

use std::time::{Duration, Instant};

use till_indexer::{config::Bounds, core::Update};
use till_store::testing::TestDatabase;

use crate::{
    payment::{require_balanced, seen, told},
    script::{Plan, Running, Script, impatient, indexed},
    world::{Escrow, GENESIS, World, merchant_and_payments},
};

/// A chain of a vault, and of payments that are authorized and captured in blocks of their own.
pub struct Busy {
    pub chain: Vec<Update>,
    pub escrows: Vec<Escrow>,
    pub tip: u64,
}

pub fn busy(payments: u8) -> Busy {
    let mut world = World::new();
    let mut chain = world.opening();
    let mut escrows: Vec<Escrow> = (1..=payments).map(|byte| Escrow::new(byte, 1_000)).collect();
    for escrow in &mut escrows {
        let authorized = world.authorize(escrow);
        chain.extend(world.block(vec![vec![authorized]]).0);
        chain.extend(world.empty());
        let captured = world.capture(escrow, 600);
        chain.extend(world.block(vec![vec![captured]]).0);
    }
    Busy { chain, escrows, tip: world.tip() }
}

/// Every payment is authorized and captured, and both were told once, in order.
pub async fn require_all(database: &TestDatabase, merchant_id: &str, escrows: &[Escrow]) {
    let told = told(&database.pool, merchant_id).await;
    let sequences: Vec<i64> = told.iter().map(|event| event.sequence).collect();
    assert_eq!(sequences, (1..=2 * escrows.len() as i64).collect::<Vec<_>>());
    for escrow in escrows {
        let payment = seen(&database.pool, merchant_id, &escrow.id.to_string()).await;
        assert_eq!((payment.sequence, payment.captured.base_units.as_str()), (2, "600"));
        assert_eq!(payment.transactions.len(), 2);
    }
    require_balanced(&database.pool).await;
}

pub async fn set_up(payments: u8) -> (TestDatabase, String, Busy) {
    let database = TestDatabase::create().await.unwrap();
    let busy = busy(payments);
    let merchant_id = merchant_and_payments(&database.pool, &busy.escrows).await;
    (database, merchant_id, busy)
}

/// A stream that brings nothing is borne for a while before it is begun again.
fn require_pauses(asked: &[Option<u64>], since: Instant) {
    let most = 2 + since.elapsed().as_millis() / impatient().gap.as_millis();
    assert!(asked.len() as u128 <= most, "asked again without a pause: {asked:?}");
}

#[tokio::test]
async fn a_broken_stream_goes_on_behind_the_last_commit() {
    let (database, merchant_id, busy) = set_up(4).await;
    let half = busy.chain.len() / 2 + 1;
    let script = Script::new(busy.chain.clone())
        .plan(Plan::Break(busy.chain[..half].to_vec()))
        .plan(Plan::Refuse)
        // A replay that begins earlier than it was asked to.
        .plan(Plan::Break(busy.chain.clone()));
    let indexer = Running::start(&script, &database.url, GENESIS);
    indexed(&database.pool, busy.tip).await;
    require_all(&database, &merchant_id, &busy.escrows).await;
    let asked = script.asked();
    assert_eq!(asked[0], Some(GENESIS));
    assert!(asked[1] > Some(GENESIS) && asked[1] == asked[2], "{asked:?}");
    indexer.stop().await;
}

#[tokio::test]
async fn a_killed_indexer_goes_on_where_the_database_stands() {
    let (database, merchant_id, busy) = set_up(6).await;
    let script = Script::default();
    let mut updates = busy.chain.into_iter();
    for part in 1..=6 {
        script.extend(updates.by_ref().take(13).collect());
        let indexer = Running::start(&script, &database.url, GENESIS);
        tokio::time::sleep(Duration::from_millis(30 * part)).await;
        indexer.kill().await;
    }
    script.extend(updates.collect());
    let indexer = Running::start(&script, &database.url, GENESIS);
    indexed(&database.pool, busy.tip).await;
    require_all(&database, &merchant_id, &busy.escrows).await;
    indexer.stop().await;
}

#[tokio::test]
async fn a_crash_of_postgres_costs_time_and_nothing_else() {
    let (mut database, merchant_id, busy) = set_up(6).await;
    let script = Script::default();
    let indexer = Running::start(&script, &database.url, GENESIS);
    let mut updates = busy.chain.into_iter();
    for _ in 0..3 {
        script.extend(updates.by_ref().take(25).collect());
        tokio::time::sleep(Duration::from_millis(100)).await;
        if !database.crash().await.unwrap() {
            break;
        }
    }
    script.extend(updates.collect());
    indexed(&database.pool, busy.tip).await;
    require_all(&database, &merchant_id, &busy.escrows).await;
    indexer.stop().await;
}

/// Nothing is taken any more from a source that tells more than a stalled database takes.
#[tokio::test]
async fn bug_12_a_stalled_database_stalls_the_source() {
    let (database, merchant_id, busy) = set_up(40).await;
    let script = Script::default();
    let bounds = Bounds { take: 8, pending: 4, ..Bounds::default() };
    let source = std::sync::Arc::new(script.clone());
    let indexer = Running::within(bounds, source, None, &database.url, GENESIS);
    let mut chain = busy.chain.clone();
    let rest = chain.split_off(20);
    script.extend(chain);
    indexed(&database.pool, GENESIS + 1).await;

    let mut stall = till_store::db::begin(&database.pool).await.unwrap();
    sqlx::query("LOCK TABLE chain.events IN ACCESS EXCLUSIVE MODE").execute(&mut *stall).await.unwrap();
    let (before, offered) = (script.taken(), rest.len());
    script.extend(rest);
    tokio::time::sleep(Duration::from_millis(800)).await;
    let taken = script.taken() - before;
    // What is being committed, four events that wait, what was taken at once with them, and a channel.
    assert!(taken < offered / 3, "{taken} of {offered} updates are held");
    tokio::time::sleep(Duration::from_millis(800)).await;
    assert_eq!(script.taken() - before, taken);
    stall.rollback().await.unwrap();

    indexed(&database.pool, busy.tip).await;
    require_all(&database, &merchant_id, &busy.escrows).await;
    indexer.stop().await;
}

/// A statement that is cancelled leaves the connection alive, and with it the writer's lock.
#[tokio::test]
async fn a_cancelled_commit_is_begun_again() {
    let (database, merchant_id, busy) = set_up(2).await;
    let fail_once = "CREATE SEQUENCE public.attempts;
        CREATE FUNCTION public.fail_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('public.attempts') = 1 THEN RAISE 'cancelled' USING ERRCODE = '57014'; END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER fail_once AFTER INSERT ON chain.events EXECUTE FUNCTION public.fail_once();";
    sqlx::raw_sql(fail_once).execute(&database.pool).await.unwrap();
    let script = Script::new(busy.chain.clone());
    let indexer = Running::start(&script, &database.url, GENESIS);
    indexed(&database.pool, busy.tip).await;
    require_all(&database, &merchant_id, &busy.escrows).await;
    let attempts: i64 =
        sqlx::query_scalar("SELECT last_value FROM public.attempts").fetch_one(&database.pool).await.unwrap();
    assert!(attempts > 1, "the first attempt failed");
    indexer.stop().await;
}

#[tokio::test]
async fn bug_01_a_transaction_that_does_not_arrive_is_asked_for_again() {
    let (database, merchant_id, busy) = set_up(2).await;
    let mut torn = busy.chain.clone();
    let last = torn.iter().rposition(|update| matches!(update, Update::Transaction(_))).unwrap();
    torn.remove(last);
    let script = Script::new(busy.chain.clone()).plan(Plan::Hold(torn));
    let since = Instant::now();
    let indexer = Running::start(&script, &database.url, GENESIS);
    indexed(&database.pool, busy.tip).await;
    let asked = script.asked();
    assert!(asked.len() >= 2 && asked[0] == Some(GENESIS), "{asked:?}");
    require_pauses(&asked, since);
    require_all(&database, &merchant_id, &busy.escrows).await;
    indexer.stop().await;
}

#[tokio::test]
async fn bug_04_nothing_behind_a_gap_is_committed() {
    let (database, _, busy) = set_up(2).await;
    let gap = GENESIS + 3;
    let without: Vec<Update> = busy.chain.into_iter().filter(|update| update.slot() != gap).collect();
    let script = Script::new(without);
    let since = Instant::now();
    let indexer = Running::start(&script, &database.url, GENESIS);
    indexed(&database.pool, gap - 1).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let at: i64 =
        sqlx::query_scalar("SELECT slot FROM chain.checkpoint").fetch_one(&database.pool).await.unwrap();
    assert_eq!(at as u64, gap - 1);
    let asked = script.asked();
    assert!(asked[1..].iter().all(|slot| *slot == Some(gap)), "{asked:?}");
    // Bug 9: a gap is not asked for again and again.
    require_pauses(&asked, since);
    indexer.stop().await;
}

#[tokio::test]
async fn bug_10_a_replay_that_delivers_nothing_is_noticed() {
    let (database, merchant_id, busy) = set_up(1).await;
    let script = Script::new(busy.chain.clone()).plan(Plan::Hold(Vec::new()));
    let since = Instant::now();
    let indexer = Running::start(&script, &database.url, GENESIS);
    indexed(&database.pool, busy.tip).await;
    let asked = script.asked();
    assert!(asked.len() >= 2 && asked[..2] == [Some(GENESIS); 2], "{asked:?}");
    require_pauses(&asked, since);
    require_all(&database, &merchant_id, &busy.escrows).await;
    indexer.stop().await;
}

#[tokio::test]
async fn bug_11_another_chain_behind_the_checkpoint_stops_the_indexer() {
    let (database, _, busy) = set_up(1).await;
    let script = Script::new(busy.chain.clone());
    let indexer = Running::start(&script, &database.url, GENESIS);
    indexed(&database.pool, busy.tip).await;
    indexer.stop().await;

    let mut world = World::new();
    let mut other = Vec::new();
    while world.tip() < busy.tip + 1 {
        other = world.empty();
    }
    for update in &mut other {
        if let Update::BlockMeta(meta) = update {
            meta.parent_blockhash = "another".to_owned();
        }
    }
    let failure = Running::start(&Script::new(other), &database.url, GENESIS).failure().await;
    assert!(failure.contains("the chain forked"), "{failure}");
}

#[tokio::test]
async fn a_missing_event_stops_the_indexer_before_anything_wrong_is_written() {
    let database = TestDatabase::create().await.unwrap();
    let mut world = World::new();
    let mut escrow = Escrow::new(1, 1_000);
    let mut chain = world.opening();
    let authorized = world.authorize(&mut escrow);
    chain.extend(world.block(vec![vec![authorized]]).0);
    let before = world.tip();
    let _never_told = world.capture(&mut escrow, 100);
    let captured = world.capture(&mut escrow, 200);
    let script = Script::new(chain);
    let indexer = Running::start(&script, &database.url, GENESIS);
    indexed(&database.pool, before).await;
    script.extend(world.block(vec![vec![captured]]).0);
    let failure = indexer.failure().await;
    assert!(failure.contains("events are missing"), "{failure}");
    let (at, events): (i64, i64) =
        sqlx::query_as("SELECT slot, (SELECT count(*) FROM chain.events) FROM chain.checkpoint")
            .fetch_one(&database.pool)
            .await
            .unwrap();
    assert_eq!((at as u64, events), (before, 3));
}
