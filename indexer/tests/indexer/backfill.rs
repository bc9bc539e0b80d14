//! The program's history by RPC: it says what a stream of all blocks would have said, whatever happens on
//! the way.

use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool};
use till_indexer::{
    backfill::{self, BackfillError, Options},
    projection,
    sources::rpc::{Client, Config},
};
use till_store::{
    chain::{Batch, Block, Changes, Checkpoint, Writer},
    testing::TestDatabase,
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    history,
    node::{Fault, Node},
    payment::require_balanced,
    script::PATIENCE,
    world::{GENESIS, merchant},
};

const PAYMENTS: u8 = 8;

/// With a deadline that no test is meant to reach.
fn client(node: &Node) -> Client {
    until_deadline(node, Duration::from_secs(30))
}

/// For tests in which questions come to their deadline, and are asked anew.
fn impatient(node: &Node) -> Client {
    until_deadline(node, Duration::from_secs(2))
}

fn until_deadline(node: &Node, deadline: Duration) -> Client {
    let requests_per_second = NonZeroU32::new(2_000).unwrap();
    Client::new(Config { requests_per_second, deadline, ..Config::new(&node.url) })
}

const OPTIONS: Options = Options {
    from_slot: Some(GENESIS),
    until: None,
    within: 0,
    retry_first: Duration::from_millis(10),
    retry_longest: Duration::from_millis(50),
};

fn start(node: &Node, database: &TestDatabase) -> JoinHandle<Result<(), BackfillError>> {
    start_by(client(node), database)
}

fn start_by(client: Client, database: &TestDatabase) -> JoinHandle<Result<(), BackfillError>> {
    let options = database.url.parse().unwrap();
    tokio::spawn(async move { backfill::run(&options, &client, OPTIONS, &CancellationToken::new()).await })
}

async fn backfilled(node: &Node, database: &TestDatabase) {
    tokio::time::timeout(PATIENCE, start(node, database)).await.expect("in time").unwrap().unwrap();
}

async fn set_up() -> (TestDatabase, Node) {
    let database = TestDatabase::create().await.unwrap();
    let merchant_id = merchant(&database.pool).await;
    let node = history::start(&database.pool, &merchant_id, PAYMENTS).await;
    (database, node)
}

/// Block by block, as a stream tells it.
async fn streamed(node: &Node, from: &TestDatabase) -> TestDatabase {
    let database = TestDatabase::create().await.unwrap();
    history::ask_again(&from.pool, &database.pool).await;
    let mut writer = Writer::connect(&database.url.parse().unwrap()).await.unwrap();
    let (client, finalized) = (client(node), node.chain().finalized);
    let mut after: Option<Checkpoint> = None;
    for slot in GENESIS..=finalized {
        let block = client.block(slot).await.unwrap();
        let mut changes = Changes::default();
        let checkpoint = projection::project(&block, slot as i64, &mut changes).unwrap();
        let blocks = vec![Block::from(&checkpoint)];
        let batch = Batch { changes, blocks, ..Batch::new(after.take(), checkpoint) };
        writer.commit(&batch).await.unwrap();
        after = Some(batch.checkpoint);
    }
    database
}

/// Every row of what the chain says, and the numbers of what merchants are told; without the blocks that are
/// kept for forks.
async fn rows(pool: &PgPool) -> Vec<(String, Value)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT table_name::text FROM information_schema.tables
         WHERE table_schema = 'chain' AND table_name <> 'blocks' AND table_name NOT LIKE 'backfill%' ORDER BY 1",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let mut queries: Vec<_> = tables
        .into_iter()
        .map(|table| {
            let all = format!("SELECT to_jsonb(t) - 'updated_at' AS row FROM chain.{table} t");
            (table, all)
        })
        .collect();
    let told =
        "SELECT to_jsonb(t) AS row FROM (SELECT sequence, type, slot, payment_id FROM public.events) t";
    queries.push(("told".to_owned(), told.to_owned()));
    let mut rows = Vec::new();
    for (name, query) in queries {
        let query = format!("SELECT coalesce(jsonb_agg(row ORDER BY row::text), '[]') FROM ({query}) t");
        rows.push((name, sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(pool).await.unwrap()));
    }
    rows
}

/// The database is as if a stream had told everything, and nothing is left of the backfill.
async fn require_whole(node: &Node, database: &TestDatabase) {
    let streamed = streamed(node, database).await;
    for (found, expected) in rows(&database.pool).await.into_iter().zip(rows(&streamed.pool).await) {
        assert_eq!(found, expected);
    }
    let counts: (i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM chain.events), (SELECT count(*) FROM chain.backfill),
                (SELECT count(*) FROM chain.backfill_signatures)",
    )
    .fetch_one(&database.pool)
    .await
    .unwrap();
    assert_eq!(counts, (2 + 3 * i64::from(PAYMENTS), 0, 0));
    require_balanced(&database.pool).await;
}

async fn checkpoint(pool: &PgPool) -> Option<i64> {
    sqlx::query_scalar("SELECT slot FROM chain.checkpoint").fetch_optional(pool).await.unwrap()
}

async fn until(what: impl AsyncFn() -> bool) {
    let started = Instant::now();
    while !what().await {
        assert!(started.elapsed() < PATIENCE, "it should have happened");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn a_backfilled_database_equals_a_streamed_one() {
    let (database, node) = set_up().await;
    backfilled(&node, &database).await;
    require_whole(&node, &database).await;
    // Blocks without a transaction of the program were not asked for, but the anchor.
    let blocks = node.chain().blocks.len();
    assert!(node.asked("getBlock").len() < blocks + 2 * usize::from(PAYMENTS) + 4, "{blocks}");
}

#[tokio::test]
async fn places_that_the_node_tells_are_not_looked_up() {
    let (database, node) = set_up().await;
    node.chain().tells_places = true;
    backfilled(&node, &database).await;
    assert_eq!(node.asked("getBlock").len(), 2, "the anchor, and the last slot of the batch");
    require_whole(&node, &database).await;
}

#[tokio::test]
async fn a_listing_of_many_pages_has_no_holes() {
    for page in [2, 3, 7] {
        let (database, node) = set_up().await;
        node.chain().page = Some(page);
        backfilled(&node, &database).await;
        require_whole(&node, &database).await;
    }
}

#[tokio::test]
async fn a_backfill_that_is_killed_goes_on_where_it_stood() {
    let (database, node) = set_up().await;
    node.chain().page = Some(4);
    let mut killed = 0;
    // After every few requests, wherever it is then.
    for requests in 1.. {
        let before = node.chain().requests.len();
        let task = start(&node, &database);
        until(async || task.is_finished() || node.chain().requests.len() >= before + requests).await;
        if task.is_finished() {
            task.await.unwrap().unwrap();
            break;
        }
        task.abort();
        let _ = task.await;
        killed += 1;
    }
    assert!(killed > 3, "it was killed {killed} times");
    let listings = node.asked("getSignaturesForAddress").len();
    let listed = 1 + 3 * usize::from(PAYMENTS) + usize::from(PAYMENTS);
    assert!(
        listings <= listed.div_ceil(3) + 2 * killed,
        "{listings} pages: what is staged is not listed again"
    );
    require_whole(&node, &database).await;
}

#[tokio::test]
async fn a_crash_of_postgres_costs_time_and_nothing_else() {
    let (mut database, node) = set_up().await;
    node.chain().page = Some(4);
    let task = start(&node, &database);
    until(async || node.asked("getSignaturesForAddress").len() > 3).await;
    if !database.crash().await.unwrap() {
        return;
    }
    tokio::time::timeout(PATIENCE, task).await.expect("in time").unwrap().unwrap();
    require_whole(&node, &database).await;
}

#[tokio::test]
async fn an_empty_page_is_not_the_end_of_the_list() {
    let (database, node) = set_up().await;
    node.chain().page = Some(5);
    let task = start(&node, &database);
    until(async || node.asked("getSignaturesForAddress").len() > 1).await;
    // As of a node behind the same address that does not know the last page.
    node.fail("getSignaturesForAddress", 2, Fault::Answer(json!([])));
    tokio::time::timeout(PATIENCE, task).await.expect("in time").unwrap().unwrap();
    require_whole(&node, &database).await;
}

#[tokio::test]
async fn a_transaction_that_is_not_there_holds_up_everything_behind_it() {
    let (database, node) = set_up().await;
    // Longer than a question is repeated.
    node.fail("getTransaction", 200, Fault::Answer(Value::Null));
    let task = start_by(impatient(&node), &database);
    until(async || node.asked("getTransaction").len() > 100).await;
    assert_eq!(checkpoint(&database.pool).await, None);
    tokio::time::timeout(PATIENCE, task).await.expect("in time").unwrap().unwrap();
    require_whole(&node, &database).await;
}

#[tokio::test]
async fn a_node_that_errs_lags_and_limits_is_borne() {
    let (database, node) = set_up().await;
    node.chain().page = Some(5);
    for fault in [Fault::Status(429), Fault::Status(503), Fault::Error(-32005), Fault::Error(-32603)] {
        for method in ["getSlot", "getBlock", "getSignaturesForAddress", "getTransaction"] {
            node.fail(method, 2, fault.clone());
        }
    }
    node.fail("getSignaturesForAddress", 1, Fault::Error(-32016));
    let task = start_by(impatient(&node), &database);
    tokio::time::timeout(PATIENCE, task).await.expect("in time").unwrap().unwrap();
    require_whole(&node, &database).await;
}

#[tokio::test]
async fn history_that_the_node_has_thrown_away_is_refused() {
    let (database, node) = set_up().await;
    node.chain().first_available = GENESIS + 5;
    let error = start(&node, &database).await.unwrap().unwrap_err();
    let pruned = matches!(error, BackfillError::Pruned { first, from_slot: GENESIS } if first == GENESIS + 5);
    assert!(pruned, "{error}");
    assert_eq!(checkpoint(&database.pool).await, None);
}

#[tokio::test]
async fn what_happens_meanwhile_is_brought_in_another_round() {
    let (database, node) = set_up().await;
    let tip = std::mem::replace(&mut node.chain().finalized, GENESIS + 9);
    let task = start(&node, &database);
    until(async || !node.asked("getTransaction").is_empty()).await;
    node.chain().finalized = tip;
    tokio::time::timeout(PATIENCE, task).await.expect("in time").unwrap().unwrap();
    assert_eq!(checkpoint(&database.pool).await, Some(tip.cast_signed()));
    require_whole(&node, &database).await;
}

#[tokio::test]
async fn what_a_stream_brings_by_itself_is_left_to_it() {
    let (database, node) = set_up().await;
    let (client, options) = (client(&node), database.url.parse().unwrap());
    let shutdown = CancellationToken::new();
    let within = node.chain().finalized - GENESIS + 1;
    for near in [Options { within, ..OPTIONS }, Options { from_slot: None, ..OPTIONS }] {
        backfill::run(&options, &client, near, &shutdown).await.unwrap();
    }
    assert_eq!(checkpoint(&database.pool).await, None);
    assert_eq!(node.asked("getSignaturesForAddress").len(), 0);
}

#[tokio::test]
async fn a_node_that_is_gone_does_not_keep_a_stream_waiting() {
    let (database, node) = set_up().await;
    backfilled(&node, &database).await;
    node.fail("getSlot", 1, Fault::Status(401));
    backfilled(&node, &database).await;
    assert_eq!(node.asked("getSlot").len(), 3, "twice by the first, once by the second");
}
