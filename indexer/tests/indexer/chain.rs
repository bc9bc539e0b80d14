//! Blocks that are committed one by one, and undone.

use serde_json::Value;
use sqlx::PgPool;
use till_indexer::{core::Update, projection};
use till_store::{
    chain::{Batch, Block, Checkpoint, Reversal, Touched, Writer},
    testing::TestDatabase,
};

use crate::{
    commit::batch,
    world::{Emitted, World},
};

pub struct Chain {
    pub database: TestDatabase,
    pub world: World,
    writer: Writer,
    last: Option<Checkpoint>,
}

impl Chain {
    pub async fn begin() -> Self {
        let database = TestDatabase::create().await.unwrap();
        let writer = Writer::connect(&database.url.parse().unwrap()).await.unwrap();
        Self { database, world: World::new(), writer, last: None }
    }

    /// Another chain, in an empty database.
    pub async fn begin_again(&mut self) {
        let tables: Vec<String> =
            tables(self.pool()).await.into_iter().map(|table| format!("chain.{table}")).collect();
        // The names are the database's own.
        let truncate = sqlx::AssertSqlSafe(format!("TRUNCATE {}", tables.join(", ")));
        sqlx::raw_sql(truncate).execute(self.pool()).await.unwrap();
        (self.world, self.last) = (World::new(), None);
    }

    pub fn pool(&self) -> &PgPool {
        &self.database.pool
    }

    /// One transaction in a block of its own; returns the block.
    pub async fn commit(&mut self, emitted: Emitted) -> Checkpoint {
        let updates = self.world.block(vec![emitted]).0;
        self.add(updates).await
    }

    pub async fn add(&mut self, updates: Vec<Update>) -> Checkpoint {
        let batch = batch(self.last.clone(), updates);
        self.writer.commit(&batch).await.unwrap();
        self.last = Some(batch.checkpoint.clone());
        batch.checkpoint
    }

    /// The chain has undone all blocks behind `ancestor`.
    pub async fn undo_to(&mut self, ancestor: &Checkpoint) {
        let undone = projection::again(&self.writer.events_behind(ancestor.slot).await.unwrap()).unwrap();
        let touched = Touched::by(&undone);
        let events = self.writer.events_of(&touched, ancestor.slot).await.unwrap();
        let rederived = touched.of(projection::again(&events).unwrap());
        let reversal = Reversal { ancestor: Block::from(ancestor), undone, rederived };
        let batch = Batch { reversal: Some(reversal), ..Batch::new(self.last.clone(), ancestor.clone()) };
        self.writer.commit(&batch).await.unwrap();
        self.last = Some(ancestor.clone());
    }
}

/// What follows from blocks, but is no row of an event.
const OTHER_TABLES: [&str; 4] = ["checkpoint", "blocks", "accounts", "reverted_events"];

/// Every row that follows from events, table by table.
pub async fn rows(pool: &PgPool) -> Vec<(String, Vec<Value>)> {
    let mut all = Vec::new();
    for table in tables(pool).await.into_iter().filter(|table| !OTHER_TABLES.contains(&table.as_str())) {
        let select = sqlx::AssertSqlSafe(format!("SELECT to_jsonb(t) FROM chain.{table} t ORDER BY t::text"));
        all.push((table, sqlx::query_scalar(select).fetch_all(pool).await.unwrap()));
    }
    all
}

async fn tables(pool: &PgPool) -> Vec<String> {
    let select =
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'chain' ORDER BY 1";
    sqlx::query_scalar(select).fetch_all(pool).await.unwrap()
}

/// The only row of a table, as JSON.
pub async fn row(pool: &PgPool, table: &str) -> Value {
    let mut rows = rows(pool).await;
    let position = rows.iter().position(|(name, _)| name == table).expect("a table");
    let (_, mut rows) = rows.swap_remove(position);
    assert_eq!(rows.len(), 1, "{table}: {rows:?}");
    rows.remove(0)
}

/// These fields of a row.
pub fn fields(row: &Value, names: &[&str]) -> Vec<Value> {
    names
        .iter()
        .map(|name| row.get(name).unwrap_or_else(|| panic!("no field {name}: {row}")).clone())
        .collect()
}
