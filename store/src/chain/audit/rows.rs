//! Rows as fields by name.

use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, PgConnection};

/// A table whose rows are accounts of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    Protocol,
    MintPolicies,
    Merchants,
    Vaults,
    Payments,
    Campaigns,
    Receipts,
    Pools,
    Positions,
    Vestings,
    BurnRecords,
}

/// A row of a [`Table`].
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct TableRow {
    /// The account's address; of the protocol its name, because there is only one.
    pub key: String,
    /// The slot of its last change.
    pub slot: i64,
    /// Whether it says that its account is there.
    pub is_open: bool,
    /// The columns by name, as Postgres writes them as JSON, with times in UTC.
    #[sqlx(json)]
    pub fields: Map<String, Value>,
}

impl Table {
    pub const ALL: [Self; 11] = [
        Self::Protocol,
        Self::MintPolicies,
        Self::Merchants,
        Self::Vaults,
        Self::Payments,
        Self::Campaigns,
        Self::Receipts,
        Self::Pools,
        Self::Positions,
        Self::Vestings,
        Self::BurnRecords,
    ];

    /// The key of the one row of [`Self::Protocol`].
    pub const PROTOCOL_KEY: &str = "protocol";

    /// Its name in the schema `chain`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Protocol => "protocol",
            Self::MintPolicies => "mint_policies",
            Self::Merchants => "merchants",
            Self::Vaults => "vaults",
            Self::Payments => "payments",
            Self::Campaigns => "campaigns",
            Self::Receipts => "receipts",
            Self::Pools => "pools",
            Self::Positions => "positions",
            Self::Vestings => "vestings",
            Self::BurnRecords => "burn_records",
        }
    }

    /// Selects all rows as (key, slot, is_open, fields). Parts of an account that have tables of their
    /// own are among its fields.
    const fn all_rows(self) -> &'static str {
        match self {
            Self::Protocol => {
                "SELECT 'protocol' AS key, slot, true AS is_open, to_jsonb(t) AS fields FROM chain.protocol t"
            }
            Self::MintPolicies => {
                "SELECT address AS key, slot, true AS is_open, to_jsonb(t) AS fields FROM chain.mint_policies t"
            }
            Self::Merchants => {
                "SELECT address AS key, slot, true AS is_open, to_jsonb(t) AS fields FROM chain.merchants t"
            }
            Self::Vaults => {
                "SELECT address AS key, slot, true AS is_open, to_jsonb(t) AS fields FROM chain.vaults t"
            }
            Self::Payments => {
                "SELECT address AS key, slot, NOT closed AS is_open, to_jsonb(t) || (
                     SELECT jsonb_build_object('splits', count(*), 'shared', coalesce(sum(paid), 0))
                     FROM chain.payment_splits WHERE payment = t.address
                 ) AS fields
                 FROM chain.payments t"
            }
            Self::Campaigns => {
                "SELECT address AS key, slot, NOT closed AS is_open, to_jsonb(t) AS fields FROM chain.campaigns t"
            }
            Self::Receipts => {
                "SELECT address AS key, slot, outcome IS NULL AS is_open, to_jsonb(t) AS fields FROM chain.receipts t"
            }
            Self::Pools => {
                "SELECT address AS key, greatest(t.slot, r.slot) AS slot, true AS is_open, to_jsonb(t) || r.fields AS fields
                 FROM chain.pools t CROSS JOIN LATERAL (
                     SELECT max(slot) AS slot, jsonb_build_object('rewards', coalesce(jsonb_agg(jsonb_build_object(
                         'mint', mint, 'index', index, 'reward_token', reward_token, 'rent_payer', rent_payer,
                         'funded', funded, 'claimed', claimed) ORDER BY index), '[]')) AS fields
                     FROM chain.rewards WHERE pool = t.address
                 ) r"
            }
            Self::Positions => {
                "SELECT address AS key, slot, true AS is_open, to_jsonb(t) AS fields FROM chain.positions t"
            }
            Self::Vestings => {
                "SELECT address AS key, slot, NOT closed AS is_open, to_jsonb(t) AS fields FROM chain.vestings t"
            }
            Self::BurnRecords => {
                "SELECT address AS key, slot, true AS is_open, to_jsonb(t) AS fields FROM chain.burn_records t"
            }
        }
    }
}

pub async fn of(db: &mut PgConnection, table: Table, keys: &[String]) -> sqlx::Result<Vec<TableRow>> {
    let statement =
        format!("SELECT key, slot, is_open, fields FROM ({}) r WHERE key = ANY($1)", table.all_rows());
    // Made of constants.
    sqlx::query_as(AssertSqlSafe(statement)).bind(keys).fetch_all(db).await
}

pub async fn open_keys(
    db: &mut PgConnection,
    table: Table,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<String>> {
    let statement =
        format!("SELECT key FROM ({}) r WHERE is_open AND key > $1 ORDER BY key LIMIT $2", table.all_rows());
    // Made of constants.
    sqlx::query_scalar(AssertSqlSafe(statement)).bind(after).bind(limit).fetch_all(db).await
}
