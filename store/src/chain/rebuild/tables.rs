//! The tables of the schema `chain`, and what of them can be rebuilt.

use sqlx::{PgConnection, Row};

/// A table whose rows follow from the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableOfRows {
    pub name: &'static str,
    /// The columns that tell its rows apart.
    pub key: &'static [&'static str],
    /// Columns that say when this database saw something, or how far it had come.
    pub left_out: &'static [&'static str],
}

impl TableOfRows {
    const fn new(name: &'static str, key: &'static [&'static str]) -> Self {
        Self { name, key, left_out: &[] }
    }

    /// The columns that are compared, as a list for a statement.
    pub(super) async fn columns(&self, db: &mut PgConnection) -> sqlx::Result<String> {
        let columns = sqlx::query(
            "SELECT quote_ident(column_name) FROM information_schema.columns
             WHERE table_schema = 'chain' AND table_name = $1 AND column_name <> ALL($2)
             ORDER BY ordinal_position",
        )
        .bind(self.name)
        .bind(self.left_out)
        .fetch_all(db)
        .await?;
        let columns: Vec<String> = columns.iter().map(|row| row.try_get(0)).collect::<sqlx::Result<_>>()?;
        Ok(columns.join(", "))
    }
}

const EVENT: &[&str] = &["signature", "instruction", "inner_index"];

/// What a rebuild makes again, row by row.
pub const TABLES: &[TableOfRows] = &[
    TableOfRows { left_out: &["finalized_slot", "updated_at"], ..TableOfRows::new("checkpoint", &["id"]) },
    TableOfRows::new("events", EVENT),
    TableOfRows::new("ledger", &["signature", "instruction", "inner_index", "line"]),
    TableOfRows::new("protocol", &["id"]),
    TableOfRows::new("mint_policies", &["address"]),
    TableOfRows::new("merchants", &["address"]),
    TableOfRows::new("vaults", &["address"]),
    TableOfRows::new("payments", &["address"]),
    TableOfRows::new("payment_splits", &["payment", "position"]),
    TableOfRows::new("campaigns", &["address"]),
    TableOfRows::new("receipts", &["address"]),
    TableOfRows::new("donations", EVENT),
    TableOfRows::new("pools", &["address"]),
    TableOfRows::new("rewards", &["pool", "mint"]),
    TableOfRows::new("positions", &["address"]),
    TableOfRows::new("vestings", &["address"]),
    TableOfRows::new("burn_records", &["address"]),
    TableOfRows::new("burns", EVENT),
    TableOfRows::new("daily_totals", &["merchant", "day", "mint", "kind"]),
    TableOfRows::new("daily_fees", &["mint", "day", "kind"]),
];

/// What is not made again: blocks that are kept only until they are final, accounts, which are streamed and
/// in no block, what the chain has undone, and what a backfill notes for itself.
pub const NOT_COMPARED: &[&str] =
    &["blocks", "accounts", "reverted_events", "backfill", "backfill_signatures"];
