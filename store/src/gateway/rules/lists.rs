//! Lists of wallets, addresses and countries that rules look into.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgExecutor};

/// One entry of a list.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct ListEntry {
    pub list: String,
    pub kind: String,
    /// In the one form in which it is compared; of an `ip` a network.
    pub value: String,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// Puts an entry on a list. One that is there already gets the note.
pub async fn put(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    list: &str,
    kind: &str,
    value: &str,
    note: Option<&str>,
) -> sqlx::Result<ListEntry> {
    sqlx::query_as(
        "INSERT INTO rule_list_entries (merchant_id, list, kind, value, network, note)
         VALUES ($1, $2, $3, $4, CASE WHEN $3 = 'ip' THEN $4::cidr END, $5)
         ON CONFLICT (merchant_id, list, kind, value) DO UPDATE SET note = excluded.note
         RETURNING list, kind, value, note, created_at",
    )
    .bind(merchant_id)
    .bind(list)
    .bind(kind)
    .bind(value)
    .bind(note)
    .fetch_one(db)
    .await
}

/// At most `limit` entries of a list behind `after` (kind and value), in their order.
pub async fn entries(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    list: &str,
    after: Option<(&str, &str)>,
    limit: i64,
) -> sqlx::Result<Vec<ListEntry>> {
    sqlx::query_as(
        "SELECT list, kind, value, note, created_at FROM rule_list_entries
         WHERE merchant_id = $1 AND list = $2 AND ($3::text IS NULL OR (kind, value) > ($3, $4))
         ORDER BY kind, value LIMIT $5",
    )
    .bind(merchant_id)
    .bind(list)
    .bind(after.map(|(kind, _)| kind))
    .bind(after.map(|(_, value)| value))
    .bind(limit)
    .fetch_all(db)
    .await
}

/// Whether there was such an entry.
pub async fn remove(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    list: &str,
    kind: &str,
    value: &str,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "DELETE FROM rule_list_entries WHERE merchant_id = $1 AND list = $2 AND kind = $3 AND value = $4",
    )
    .bind(merchant_id)
    .bind(list)
    .bind(kind)
    .bind(value)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What to look for in lists.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'a> {
    /// Kinds and values, in the form in which they are compared.
    pub exact: Vec<(&'a str, String)>,
    /// An address, to be found in any network that holds it.
    pub ip: Option<String>,
}

/// The entries of these lists that hold what is wanted.
pub async fn matches(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    lists: &[&str],
    wanted: &Wanted<'_>,
) -> sqlx::Result<Vec<ListEntry>> {
    let (kinds, values): (Vec<&str>, Vec<&str>) =
        wanted.exact.iter().map(|(kind, value)| (*kind, value.as_str())).unzip();
    sqlx::query_as(
        "SELECT e.list, e.kind, e.value, e.note, e.created_at
         FROM rule_list_entries e
         JOIN unnest($3::text[], $4::text[]) AS w (kind, value) ON w.kind = e.kind AND w.value = e.value
         WHERE e.merchant_id = $1 AND e.list = ANY($2)
         UNION ALL
         SELECT list, kind, value, note, created_at FROM rule_list_entries
         WHERE merchant_id = $1 AND list = ANY($2) AND network >>= $5::inet
         ORDER BY list, kind, value",
    )
    .bind(merchant_id)
    .bind(lists)
    .bind(kinds)
    .bind(values)
    .bind(wanted.ip.as_deref())
    .fetch_all(db)
    .await
}
