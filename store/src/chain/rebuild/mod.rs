//! What was rebuilt from the chain, as a second schema beside the one that it is compared with.
//!
//! The rebuild itself happens in a database of its own ([`Scratch`]), by the writer that also writes the
//! live one: so no statement of a rebuild can reach a live row, and no merchant is told anything. Then its
//! rows are taken over ([`Second`]), in one transaction that sees the live schema as it stood at its
//! beginning. Nothing of that is left when all rows are equal, or when it breaks off.

mod scratch;
mod tables;

use futures::TryStreamExt;
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Postgres, Transaction};

use super::Checkpoint;
pub use scratch::{Scratch, ScratchError};
pub use tables::{NOT_COMPARED, TABLES, TableOfRows};

/// How many rows of a table are told that one side has and the other has not.
const MAX_TOLD: i64 = 1_000;

/// The schema `chain_rebuild`, in a transaction that has not been committed.
pub struct Second<'a> {
    tx: Transaction<'a, Postgres>,
    /// Where the live schema stands, for this transaction.
    pub live: Checkpoint,
}

/// A row that one side has and the other has not.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct LoneRow {
    /// Whether it is the live side that has it.
    pub is_live: bool,
    /// The columns by name.
    #[sqlx(json)]
    pub fields: Map<String, Value>,
}

impl<'a> Second<'a> {
    /// An empty one; what an earlier rebuild had left is dropped. Nothing while nothing is indexed.
    pub async fn begin(db: &'a mut PgConnection) -> sqlx::Result<Option<Self>> {
        sqlx::query("DROP SCHEMA IF EXISTS chain_rebuild CASCADE").execute(&mut *db).await?;
        let mut tx = db.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await?;
        let live = Checkpoint::load(&mut tx).await?;
        Ok(live.map(|live| Self { tx, live }))
    }

    /// Takes over all rows of `rebuilt`, another database.
    pub async fn take(&mut self, rebuilt: &mut PgConnection) -> sqlx::Result<()> {
        sqlx::query("CREATE SCHEMA chain_rebuild").execute(&mut *self.tx).await?;
        for table in TABLES {
            let columns = table.columns(&mut self.tx).await?;
            let name = table.name;
            // All of them are names of the schema. Without indexes it is filled and compared sooner.
            let create = format!(
                "CREATE TABLE chain_rebuild.{name} AS SELECT {columns} FROM chain.{name} WITH NO DATA"
            );
            sqlx::query(AssertSqlSafe(create)).execute(&mut *self.tx).await?;
            let from = format!("COPY chain.{name} ({columns}) TO STDOUT (FORMAT binary)");
            let into = format!("COPY chain_rebuild.{name} ({columns}) FROM STDIN (FORMAT binary)");
            let mut rows = rebuilt.copy_out_raw(&from).await?;
            let mut copy = self.tx.copy_in_raw(&into).await?;
            while let Some(chunk) = rows.try_next().await? {
                copy.send(chunk).await?;
            }
            copy.finish().await?;
        }
        Ok(())
    }

    /// The rows of `table` that only one side has, those of the same key next to each other. The first
    /// thousand; that there are more is as bad.
    pub async fn lone_rows(&mut self, table: &TableOfRows) -> sqlx::Result<Vec<LoneRow>> {
        let (name, columns) = (table.name, table.columns(&mut self.tx).await?);
        let (live, rebuilt) = (
            format!("SELECT {columns} FROM chain.{name}"),
            format!("SELECT {columns} FROM chain_rebuild.{name}"),
        );
        let key = table.key.join(", ");
        let statement = format!(
            "SELECT is_live, fields FROM (
                 SELECT true AS is_live, to_jsonb(l) AS fields, l.* FROM ({live} EXCEPT ALL {rebuilt}) AS l
                 UNION ALL
                 SELECT false, to_jsonb(r), r.* FROM ({rebuilt} EXCEPT ALL {live}) AS r
             ) AS lone
             ORDER BY {key}, is_live LIMIT $1"
        );
        // All of them are names of the schema.
        sqlx::query_as(AssertSqlSafe(statement)).bind(MAX_TOLD).fetch_all(&mut *self.tx).await
    }

    /// Lets everybody see the second schema.
    pub async fn keep(self) -> sqlx::Result<()> {
        self.tx.commit().await
    }

    /// As if there had never been one.
    pub async fn drop(self) -> sqlx::Result<()> {
        self.tx.rollback().await
    }
}
