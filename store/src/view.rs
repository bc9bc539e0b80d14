//! Reading payments whole: what was asked for, what the chain says, and the operations.

use std::collections::HashMap;

use sqlx::{FromRow, PgConnection, Row, postgres::PgRow, types::Json};

use crate::domain::{
    Available, ChainPayment, GatewayPayment, Payment, Progress, Standing, TransactionRecord, TransferRecord,
    VaultStanding, chain_payment_columns, gateway_payment_columns,
};

/// A payment, and all that is known of it in one snapshot: so the progress never claims more than the rows show.
struct PaymentRow {
    gateway: GatewayPayment,
    chain: Option<ChainPayment>,
    vault: VaultStanding,
    /// Oldest first.
    transactions: Vec<TransactionRecord>,
    transfers: Vec<TransferRecord>,
    progress: Option<Progress>,
}

/// `SELECT` and the columns of a [`PaymentRow`], of `payments` by the name of `p` and what [`joins`] adds.
macro_rules! select {
    () => {
        concat!(
            "SELECT ",
            gateway_payment_columns!(),
            ", c.address IS NOT NULL AS seen, ",
            chain_payment_columns!(),
            ", coalesce(v.balance, 0) AS vault_balance,
               (SELECT coalesce(sum(r.amount), 0) FROM transactions r
                WHERE r.vault = c.vault AND r.kind = 'refund' AND r.status IN ('recorded', 'signed', 'sent'))
                   AS open_vault_refunds,
               (SELECT json_agg(json_build_array(x.id, x.payment_id, x.parent_id, x.kind, x.amount::text, x.is_final,
                       x.status, x.signature, x.error_code, x.error_detail, x.slot, x.sequence, x.created_at)
                    ORDER BY x.created_at, x.sequence, x.id)
                FROM transactions x WHERE x.payment_id = p.id) AS transactions,
               CASE WHEN p.accepts_transfer THEN (
                   SELECT json_agg(json_build_array(y.payment_id, y.signature, y.mint, y.decimals, y.amount::text,
                       y.slot, y.block_time, y.finalized) ORDER BY y.slot, y.signature, y.mint)
                   FROM transfers y WHERE y.payment_id = p.id) END AS transfers,
               k.slot AS indexed_slot, k.block_time AS indexed_time, k.finalized_slot "
        )
    };
}

/// What a [`PaymentRow`] needs beside `payments`.
macro_rules! joins {
    () => {
        " LEFT JOIN tokens t ON t.mint = p.mint
          LEFT JOIN chain.payments c ON c.address = p.address
          LEFT JOIN chain.vaults v ON v.address = c.vault
          LEFT JOIN chain.checkpoint k ON true "
    };
}

impl FromRow<'_, PgRow> for PaymentRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let seen: bool = row.try_get("seen")?;
        let transactions: Option<Json<_>> = row.try_get("transactions")?;
        let transfers: Option<Json<_>> = row.try_get("transfers")?;
        let indexed_slot: Option<i64> = row.try_get("indexed_slot")?;
        let progress = match indexed_slot {
            Some(slot) => Some(Progress {
                slot,
                block_time: row.try_get("indexed_time")?,
                finalized_slot: row.try_get("finalized_slot")?,
            }),
            None => None,
        };
        Ok(Self {
            gateway: GatewayPayment::from_row(row)?,
            chain: if seen { Some(ChainPayment::from_row(row)?) } else { None },
            vault: VaultStanding::from_row(row)?,
            transactions: transactions.map(|Json(transactions)| transactions).unwrap_or_default(),
            transfers: transfers.map(|Json(transfers)| transfers).unwrap_or_default(),
            progress,
        })
    }
}

impl From<PaymentRow> for Payment {
    fn from(row: PaymentRow) -> Self {
        let PaymentRow { gateway, chain, vault, transactions, transfers, progress } = row;
        let available = match &chain {
            Some(chain) => {
                let time = progress.map(|progress| progress.block_time);
                Standing::of(&gateway, chain, &transactions, time, vault).available()
            }
            None => Available::nothing(gateway.decimals()),
        };
        let payment = Payment::assemble(&gateway, chain.as_ref(), &transactions, &transfers, progress);
        Payment { available: Some(available), ..payment }
    }
}

/// How far the chain is known; nothing before the first slot was indexed.
pub async fn progress(db: &mut PgConnection) -> sqlx::Result<Option<Progress>> {
    sqlx::query_as("SELECT slot, block_time, finalized_slot FROM chain.checkpoint").fetch_optional(db).await
}

/// A payment of a merchant; with a `store_id`, of that store alone.
pub async fn payment(
    db: &mut PgConnection,
    merchant_id: &str,
    store_id: Option<&str>,
    id: &str,
) -> sqlx::Result<Option<Payment>> {
    let row: Option<PaymentRow> = sqlx::query_as(concat!(
        select!(),
        "FROM payments p",
        joins!(),
        "WHERE p.id = $2 AND p.merchant_id = $1 AND ($3::text IS NULL OR p.store_id = $3)"
    ))
    .bind(merchant_id)
    .bind(id)
    .bind(store_id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Payment::from))
}

/// A payment that somebody asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub merchant_id: String,
    /// Of this store alone, if there is one.
    pub store_id: Option<String>,
    pub id: String,
}

/// A payment as it came from the database. To read it takes a while, which is the time of whoever wants it.
pub struct Found(PgRow);

impl Found {
    pub fn payment(&self) -> sqlx::Result<Payment> {
        PaymentRow::from_row(&self.0).map(Payment::from)
    }
}

/// Payments, each in the place where it was asked for; nothing for what does not exist, or is another's.
pub async fn find(db: &mut PgConnection, wanted: &[Wanted]) -> sqlx::Result<Vec<Option<Found>>> {
    let rows = sqlx::query(concat!(
        select!(),
        ", wanted.place
         FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS wanted (merchant_id, store_id, id, place)
         JOIN payments p ON p.id = wanted.id AND p.merchant_id = wanted.merchant_id
           AND (wanted.store_id IS NULL OR p.store_id = wanted.store_id)",
        joins!(),
    ))
    .bind(wanted.iter().map(|one| one.merchant_id.as_str()).collect::<Vec<_>>())
    .bind(wanted.iter().map(|one| one.store_id.as_deref()).collect::<Vec<_>>())
    .bind(wanted.iter().map(|one| one.id.as_str()).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    let mut found: Vec<Option<Found>> = Vec::new();
    found.resize_with(wanted.len(), || None);
    for row in rows {
        // From 1.
        let place: i64 = row.try_get("place")?;
        let place = usize::try_from(place - 1).ok().and_then(|place| found.get_mut(place));
        *place.ok_or_else(|| sqlx::Error::Decode("a place that nobody asked for".into()))? = Some(Found(row));
    }
    Ok(found)
}

/// Payments, in the order in which they were asked for, without those that do not exist, or are another's.
pub async fn payments(db: &mut PgConnection, wanted: &[Wanted]) -> sqlx::Result<Vec<Payment>> {
    find(db, wanted).await?.iter().flatten().map(Found::payment).collect()
}

/// The operations of payments, oldest first.
pub async fn transactions(
    db: &mut PgConnection,
    payment_ids: &[String],
) -> sqlx::Result<HashMap<String, Vec<TransactionRecord>>> {
    let rows: Vec<TransactionRecord> = sqlx::query_as(
        "SELECT id, payment_id, parent_id, kind, amount, is_final, status, signature, error_code,
                error_detail, slot, sequence, created_at
         FROM transactions WHERE payment_id = ANY($1)
         ORDER BY created_at, sequence, id",
    )
    .bind(payment_ids)
    .fetch_all(db)
    .await?;
    let mut by_payment: HashMap<String, Vec<TransactionRecord>> = HashMap::new();
    for row in rows {
        by_payment.entry(row.payment_id.clone()).or_default().push(row);
    }
    Ok(by_payment)
}

/// The plain transfers of payments.
#[derive(Debug, Default)]
pub struct Transfers(HashMap<String, Vec<TransferRecord>>);

impl Transfers {
    /// Those of one payment, oldest first.
    pub fn of(&self, payment_id: &str) -> &[TransferRecord] {
        self.0.get(payment_id).map_or(&[], Vec::as_slice)
    }
}

/// The plain transfers of those of `payments` that accept any; the database is not asked about the others.
pub async fn transfers(db: &mut PgConnection, payments: &[&GatewayPayment]) -> sqlx::Result<Transfers> {
    let accepting = payments.iter().filter(|payment| payment.accepts_transfer);
    let ids: Vec<&str> = accepting.map(|payment| payment.id.as_str()).collect();
    let mut by_payment = Transfers::default();
    if ids.is_empty() {
        return Ok(by_payment);
    }
    let rows: Vec<TransferRecord> = sqlx::query_as(
        "SELECT payment_id, signature, mint, decimals, amount, slot, block_time, finalized
         FROM transfers WHERE payment_id = ANY($1) ORDER BY slot, signature, mint",
    )
    .bind(ids)
    .fetch_all(db)
    .await?;
    for row in rows {
        by_payment.0.entry(row.payment_id.clone()).or_default().push(row);
    }
    Ok(by_payment)
}

/// What the gateway knows of the payments at these addresses.
pub async fn gateway_payments(
    db: &mut PgConnection,
    addresses: &[String],
) -> sqlx::Result<Vec<GatewayPayment>> {
    sqlx::query_as(concat!(
        "SELECT ",
        gateway_payment_columns!(),
        " FROM payments p LEFT JOIN tokens t ON t.mint = p.mint WHERE p.address = ANY($1)",
    ))
    .bind(addresses)
    .fetch_all(db)
    .await
}
