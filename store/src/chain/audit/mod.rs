//! What the database says, for who compares it with the chain: rows as fields by name, and what
//! ledger and totals have to agree on.

mod ledger;
mod rows;
mod totals;

use std::time::Duration;

use sqlx::{Connection, PgConnection, Postgres, Transaction, postgres::PgConnectOptions};

use super::Checkpoint;
pub use ledger::Imbalance;
pub use rows::{Table, TableRow};

/// How often it is looked whether the indexer has come far enough.
const POLL: Duration = Duration::from_millis(20);

/// Looks at the database beside the writer, whom this never keeps waiting.
pub struct Auditor {
    db: PgConnection,
}

impl Auditor {
    pub async fn connect(options: &PgConnectOptions) -> sqlx::Result<Self> {
        // Times are compared as text.
        let options = options.clone().options([("TimeZone", "UTC")]);
        Ok(Self { db: PgConnection::connect_with(&options).await? })
    }

    /// The database as it stands; nothing before the first commit.
    pub async fn snapshot(&mut self) -> sqlx::Result<Option<Snapshot<'_>>> {
        let mut tx = self.db.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let checkpoint = Checkpoint::load(&mut tx).await?;
        Ok(checkpoint.map(|checkpoint| Snapshot { tx, checkpoint }))
    }

    /// The database as soon as it stands at `slot` or behind it. Waits as long as that takes.
    pub async fn snapshot_at(&mut self, slot: i64) -> sqlx::Result<Snapshot<'_>> {
        loop {
            let at = Checkpoint::load(&mut self.db).await?.map(|checkpoint| checkpoint.slot);
            if at >= Some(slot) {
                // The checkpoint never goes back behind a confirmed slot, but for a fork.
                return self.snapshot().await?.ok_or(sqlx::Error::RowNotFound);
            }
            tokio::time::sleep(POLL).await;
        }
    }
}

/// The database at one moment: everything that is read here is of the same checkpoint.
pub struct Snapshot<'a> {
    tx: Transaction<'a, Postgres>,
    pub checkpoint: Checkpoint,
}

impl Snapshot<'_> {
    /// The rows of the accounts `keys`, as far as there are any; see [`Table`].
    pub async fn rows(&mut self, table: Table, keys: &[String]) -> sqlx::Result<Vec<TableRow>> {
        rows::of(&mut self.tx, table, keys).await
    }

    /// At most `limit` keys of rows that say that their account is there, those behind `after`, in order.
    pub async fn open_keys(&mut self, table: Table, after: &str, limit: i64) -> sqlx::Result<Vec<String>> {
        rows::open_keys(&mut self.tx, table, after, limit).await
    }

    /// At most `limit` of the program's accounts as they were streamed, those behind `after`, in order of
    /// their addresses. Closed ones may be among them: not every source tells that.
    pub async fn streamed(&mut self, after: &str, limit: i64) -> sqlx::Result<Vec<StreamedAccount>> {
        sqlx::query_as(
            "SELECT address, data, slot FROM chain.accounts WHERE address > $1 AND lamports > 0
             ORDER BY address LIMIT $2",
        )
        .bind(after)
        .bind(limit)
        .fetch_all(&mut *self.tx)
        .await
    }

    /// Of the accounts `addresses` those that were streamed.
    pub async fn streamed_of(&mut self, addresses: &[String]) -> sqlx::Result<Vec<StreamedAccount>> {
        sqlx::query_as(
            "SELECT address, data, slot FROM chain.accounts WHERE address = ANY($1) AND lamports > 0",
        )
        .bind(addresses)
        .fetch_all(&mut *self.tx)
        .await
    }

    /// Where the ledger contradicts itself or the rows.
    pub async fn imbalances(&mut self) -> sqlx::Result<Vec<Imbalance>> {
        let mut found = ledger::imbalances(&mut self.tx).await?;
        found.extend(totals::imbalances(&mut self.tx).await?);
        Ok(found)
    }
}

/// An account of the program as its last streamed write left it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StreamedAccount {
    pub address: String,
    pub data: Vec<u8>,
    pub slot: i64,
}
