//! Everything again, from the chain alone.

use std::sync::Arc;

use sqlx::PgPool;
use till_indexer::{
    audit::Difference,
    backfill,
    rebuild::{self, History},
};
use till_store::{
    chain::rebuild::{NOT_COMPARED, TABLES},
    testing::TestDatabase,
};
use tokio_util::sync::CancellationToken;

use super::program::{Program, client, places};
use crate::{
    history, payment,
    script::Script,
    world::{GENESIS, merchant},
};

/// With a payment, and what the stream tells of it.
pub async fn program() -> (Program, History) {
    let mut program = Program::begin().await;
    program.payment(1).await;
    program.payment(2).await;
    let history = History::Stream { source: Arc::new(Script::new(program.chain.clone())), blocks: None };
    (program, history)
}

pub async fn rebuild(program: &Program, history: &History) -> Vec<Difference> {
    let live = program.database.url.parse().unwrap();
    let rebuilt = rebuild::rebuild(&live, history, GENESIS, &CancellationToken::new()).await.unwrap();
    assert_eq!(rebuilt.checkpoint.slot, program.world.tip() as i64);
    rebuilt.differences
}

/// How many databases and schemas a rebuild has left.
async fn left(pool: &PgPool) -> (i64, i64) {
    let count = "SELECT (SELECT count(*) FROM pg_database WHERE datname LIKE 'till_rebuild%'),
        (SELECT count(*) FROM pg_namespace WHERE nspname = 'chain_rebuild')";
    sqlx::query_as(count).fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn what_is_rebuilt_is_equal_and_nothing_is_left_of_it() {
    let (program, history) = program().await;
    assert_eq!(places(&rebuild(&program, &history).await), []);
    assert_eq!(left(program.pool()).await, (0, 0));
}

#[tokio::test]
async fn a_rebuild_goes_no_further_than_the_live_rows() {
    let (mut program, _) = program().await;
    let known = program.world.clone();
    let mut behind = program.chain.clone();
    behind.extend(program.world.empty());
    program.world = known;
    let history = History::Stream { source: Arc::new(Script::new(behind)), blocks: None };
    assert_eq!(places(&rebuild(&program, &history).await), []);
}

#[tokio::test]
async fn rows_that_were_changed_by_hand_are_found_by_a_rebuild() {
    let (program, history) = program().await;
    program.execute("UPDATE chain.vaults SET balance = balance + 1").await;
    program.execute("DELETE FROM chain.daily_totals WHERE kind = 'capture'").await;
    program
        .execute(
            "INSERT INTO chain.payment_splits (payment, position, wallet, bps)
             SELECT address, 0, 'nobody', 1 FROM chain.payments ORDER BY address LIMIT 1",
        )
        .await;
    let found = rebuild(&program, &history).await;
    let what: Vec<_> = found.iter().map(|it| (it.table.as_str(), it.field.as_str())).collect();
    assert_eq!(what, [("vaults", "balance"), ("payment_splits", "row"), ("daily_totals", "row")]);
    assert!(found[0].to_string().contains("balance: the database says 793, the chain 792"), "{}", found[0]);
    assert_eq!(left(program.pool()).await, (0, 1), "the rebuilt rows are kept");
    let balance: String = sqlx::query_scalar("SELECT balance::text FROM chain_rebuild.vaults")
        .fetch_one(program.pool())
        .await
        .unwrap();
    assert_eq!(balance, "792");
    program.execute("UPDATE chain.vaults SET balance = balance - 1; DELETE FROM chain.payment_splits").await;
    let found = rebuild(&program, &history).await;
    assert_eq!(found.len(), 1, "the total: {found:?}");
}

#[tokio::test]
async fn a_node_tells_the_history_and_no_merchant_hears_of_it() {
    let database = TestDatabase::create().await.unwrap();
    let merchant_id = merchant(&database.pool).await;
    let node = history::start(&database.pool, &merchant_id, 3).await;
    let live = database.url.parse().unwrap();
    // The node is further than the database is.
    let until = node.chain().finalized - 2;
    let options =
        backfill::Options { from_slot: Some(GENESIS), until: Some(until), within: 0, ..Default::default() };
    let on = CancellationToken::new();
    backfill::run(&live, &client(&node), options, &on).await.unwrap();
    let told = payment::told(&database.pool, &merchant_id).await.len();
    assert!(told > 0);

    let history = History::Node(client(&node));
    let rebuilt = rebuild::rebuild(&live, &history, GENESIS, &on).await.unwrap();
    assert_eq!((rebuilt.checkpoint.slot, places(&rebuilt.differences)), (until as i64, vec![]));
    assert_eq!(payment::told(&database.pool, &merchant_id).await.len(), told);
    sqlx::query("UPDATE chain.payments SET fees = fees - 1 WHERE fees > 0")
        .execute(&database.pool)
        .await
        .unwrap();
    let rebuilt = rebuild::rebuild(&live, &history, GENESIS, &on).await.unwrap();
    assert!(rebuilt.differences.iter().all(|it| it.field == "fees") && !rebuilt.differences.is_empty());
}

#[tokio::test]
async fn every_table_is_rebuilt_or_said_not_to_be() {
    let program = Program::begin().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'chain' ORDER BY 1",
    )
    .fetch_all(program.pool())
    .await
    .unwrap();
    let mut known: Vec<&str> =
        TABLES.iter().map(|table| table.name).chain(NOT_COMPARED.iter().copied()).collect();
    known.sort_unstable();
    assert_eq!(tables, known);
}
