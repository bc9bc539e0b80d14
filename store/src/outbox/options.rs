//! Which of its options a payment was paid by.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{chain::PaymentStep, gateway::options};

/// An option that `steps` have opened, and how its payment stands.
#[derive(sqlx::FromRow)]
struct Opened {
    terms_id: String,
    payment_id: String,
    address: String,
    /// Where the payment is now.
    present: String,
    /// Whether there is something on the chain, these steps included.
    present_is_seen: bool,
}

/// Takes options that were paid for their payments: the first that comes becomes the payment's own address, each
/// further one a payment of its own, with all that can be done to one, as the duplicate of the first.
///
/// It locks these payments, and so comes before anything that locks a merchant.
pub async fn adopt(db: &mut PgConnection, steps: &[&PaymentStep]) -> sqlx::Result<()> {
    let openings: Vec<&PaymentStep> = steps.iter().copied().filter(|step| step.opening.is_some()).collect();
    if openings.is_empty() {
        return Ok(());
    }
    let addresses: Vec<&str> = openings.iter().map(|step| step.address.as_str()).collect();
    let known: BTreeSet<String> = sqlx::query_scalar(
        "SELECT p.id FROM payments p
         WHERE p.id IN (SELECT payment_id FROM payment_options WHERE address = ANY($1))
         ORDER BY p.id FOR UPDATE",
    )
    .bind(&addresses)
    .fetch_all(&mut *db)
    .await?
    .into_iter()
    .collect();
    if known.is_empty() {
        return Ok(());
    }
    // All steps are in the chain's rows already; those that are still to come here count as not seen.
    let mut to_come: HashSet<&str> = addresses.into_iter().collect();
    for step in openings {
        to_come.remove(step.address.as_str());
        let Some(opened) = opened(&mut *db, &step.address).await? else { continue };
        note_paid(&mut *db, &opened.terms_id, Some(step.block_time)).await?;
        if opened.present == opened.address {
            continue;
        }
        if opened.present_is_seen && !to_come.contains(opened.present.as_str()) {
            duplicate(&mut *db, &opened).await?;
        } else {
            options::take(&mut *db, &opened.payment_id, &opened.terms_id).await?;
        }
    }
    Ok(())
}

/// The option at `address`, unless it has become a payment of its own already.
async fn opened(db: &mut PgConnection, address: &str) -> sqlx::Result<Option<Opened>> {
    sqlx::query_as(
        "SELECT o.terms_id, o.payment_id, o.address, p.address AS present,
                EXISTS (SELECT FROM chain.payments c WHERE c.address = p.address) AS present_is_seen
         FROM payment_options o JOIN payments p ON p.id = o.payment_id
         WHERE o.address = $1 AND NOT EXISTS (SELECT FROM payments d WHERE d.id = o.terms_id)",
    )
    .bind(address)
    .fetch_optional(db)
    .await
}

async fn note_paid(db: &mut PgConnection, terms_id: &str, at: Option<DateTime<Utc>>) -> sqlx::Result<()> {
    sqlx::query("UPDATE payment_options SET paid_at = $2 WHERE terms_id = $1")
        .bind(terms_id)
        .bind(at)
        .execute(db)
        .await
        .map(drop)
}

/// Forgets that options were paid, by steps that the chain has undone.
pub async fn forget_paid(db: &mut PgConnection, steps: &[&PaymentStep]) -> sqlx::Result<()> {
    let addresses: Vec<&str> =
        steps.iter().filter(|step| step.opening.is_some()).map(|step| step.address.as_str()).collect();
    sqlx::query("UPDATE payment_options SET paid_at = NULL WHERE address = ANY($1)")
        .bind(addresses)
        .execute(db)
        .await
        .map(drop)
}

/// Writes the payment that an option has become, beside the one that was paid before. It has the id of its terms.
async fn duplicate(db: &mut PgConnection, opened: &Opened) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO payments (id, merchant_id, store_id, address, mint, token_program, decimals, shard, amount,
             capture_mode, authorization_expiry, refund_expiry, max_fee_bps, salt, order_reference, description,
             redirect_url, metadata, price_amount, price_currency, items, customer, splits, capture_from, arbiter,
             dispute_seconds, donation, accepts_transfer, decision, duplicate_of)
         SELECT o.terms_id, p.merchant_id, p.store_id, o.address, o.mint, o.token_program, o.decimals, o.shard, o.amount,
             p.capture_mode, p.authorization_expiry, p.refund_expiry, p.max_fee_bps, o.salt, p.order_reference,
             p.description, p.redirect_url, p.metadata, p.price_amount, p.price_currency, p.items, p.customer, p.splits,
             p.capture_from, p.arbiter, p.dispute_seconds, p.donation, false, p.decision, p.id
         FROM payment_options o JOIN payments p ON p.id = o.payment_id
         WHERE o.terms_id = $1",
    )
    .bind(&opened.terms_id)
    .execute(db)
    .await
    .map(drop)
}
