//! Looks for plain transfers that name a payment: a node is asked which transactions mention its address, and what
//! each brought to the merchant's wallet.
//!
//! No program says that such a transfer pays something, so the indexer does not see them. They are looked for often
//! at first, and less the longer nothing comes.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta};
use futures::future::join_all;
use solana_pubkey::Pubkey;
use sqlx::PgConnection;
use till_store::db;
use till_store::domain::{GatewayPayment, Received, Transfer, TransferData, TransferRecord};
use till_store::gateway::transfers::{self, Watched};
use till_store::gateway::{options, payments};
use till_store::{outbox, view};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::terms::pubkey;
use crate::chain::{Landing, Mention};
use crate::gateway::Gateway;

/// For how long behind the authorization's expiry a transfer is looked for: it is late, and it is money.
pub const LOOKED_FOR_LONGER: TimeDelta = TimeDelta::days(3);
/// How many payments are looked at at the same time: one that many transactions mention holds up no others.
const LANES: usize = 8;
/// How often each of them takes one: ten in a second together, and each takes a request or a few.
const PERIOD: Duration = Duration::from_millis(800);
/// How long one look may take, and how long nobody else takes the payment.
const LOOK: Duration = Duration::from_secs(20);
const LEASE: Duration = Duration::from_secs(30);
/// The first pause. It doubles each time that nothing new is found, six times at most; behind the expiry it is an hour.
const PAUSE: Duration = Duration::from_secs(2);
const LONGEST: i32 = 5;
const PAUSE_WHEN_PAST: Duration = Duration::from_secs(3_600);
/// The type of the event when a fork has taken everything back.
const REVERTED: &str = "payment.transfer_reverted";

pub async fn look(gateway: &Arc<Gateway>) {
    join_all((0..LANES).map(|_| look_one_by_one(gateway))).await;
}

async fn look_one_by_one(gateway: &Gateway) {
    let mut period = interval(PERIOD);
    period.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        period.tick().await;
        let due = db::in_time(transfers::claim(&gateway.pool, LEASE, 1)).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "payments that take transfers could not be claimed");
            Vec::new()
        });
        for watched in due {
            let payment = &watched.payment_id;
            let found = timeout(LOOK, one(gateway, &watched)).await.context("it took too long").flatten();
            let is_new = found.unwrap_or_else(|error| {
                tracing::warn!(payment, error = format!("{error:#}"), "transfers could not be looked for");
                false
            });
            let idle = if is_new { 0 } else { (watched.idle + 1).min(LONGEST) };
            if let Err(error) =
                db::in_time(transfers::again(&gateway.pool, payment, idle, pause(idle, watched.is_past)))
                    .await
            {
                tracing::warn!(payment, %error, "a payment is looked at again when its lease ends");
            }
        }
    }
}

fn pause(idle: i32, is_past: bool) -> Duration {
    if is_past && idle > 0 { PAUSE_WHEN_PAST } else { PAUSE * (1 << idle.clamp(0, LONGEST)) }
}

/// Looks once; returns whether anything was new.
async fn one(gateway: &Gateway, watched: &Watched) -> Result<bool> {
    let Some(wallet) = &watched.payout_wallet else { return Ok(false) };
    let known = known(gateway, watched).await?;
    let mut mentions = Vec::new();
    let mut is_new = false;
    for address in options::addresses(&gateway.pool, &watched.payment_id).await? {
        let named = pubkey(&address)?;
        for mention in gateway.chain.mentions(&named).await? {
            let records = records(gateway, watched, wallet, &named, &mention, &known).await?;
            // At once: the look may take too long for all of them, and the next one begins behind what is written.
            if !records.is_empty() {
                is_new |= write(gateway, watched, &address, &records, &[]).await?;
            }
            mentions.push(mention);
        }
    }
    let gone = gone(gateway, &mentions, &known).await?;
    if !gone.is_empty() {
        is_new |= write(gateway, watched, "", &[], &gone).await?;
    }
    Ok(is_new)
}

async fn known(gateway: &Gateway, watched: &Watched) -> Result<Vec<TransferRecord>> {
    let mut db = gateway.pool.acquire().await?;
    Ok(of(&mut db, &watched.payment_id).await?.1)
}

/// Whether transfers have brought all that was asked for.
pub async fn have_paid(gateway: &Gateway, payment: &GatewayPayment) -> Result<bool> {
    if !payment.accepts_transfer {
        return Ok(false);
    }
    let mut db = gateway.pool.acquire().await?;
    let transfers = view::transfers(&mut db, &[payment]).await?;
    let received = Received::of(payment, transfers.of(&payment.id));
    Ok(matches!(received, Some(Received::Exactly | Received::TooMuch)))
}

/// A payment and its transfers.
async fn of(db: &mut PgConnection, id: &str) -> Result<(GatewayPayment, Vec<TransferRecord>)> {
    let payment = payments::find(&mut *db, id).await?.context("a payment is gone")?.payment;
    let transfers = view::transfers(db, &[&payment]).await?;
    let records = transfers.of(id).to_vec();
    Ok((payment, records))
}

/// What a transaction is to be written as: nothing, when it brought nothing, or is written already.
async fn records(
    gateway: &Gateway,
    watched: &Watched,
    wallet: &str,
    named: &Pubkey,
    mention: &Mention,
    known: &[TransferRecord],
) -> Result<Vec<TransferRecord>> {
    let block_time = DateTime::from_timestamp(mention.block_time, 0).context("a time beyond all times")?;
    let written: Vec<_> = known.iter().filter(|record| record.signature == mention.signature).collect();
    if !written.is_empty() {
        let now_final = written.into_iter().filter(|record| mention.is_final && !record.finalized);
        // A fork may have put it into another slot than the one in which it was seen first.
        let moved = |record: &TransferRecord| TransferRecord {
            finalized: true,
            slot: mention.slot,
            block_time,
            ..record.clone()
        };
        return Ok(now_final.map(moved).collect());
    }
    let arrivals = gateway.chain.arrivals(&mention.signature, wallet, named).await?.unwrap_or_default();
    Ok(arrivals
        .into_iter()
        .map(|arrival| TransferRecord {
            payment_id: watched.payment_id.clone(),
            signature: mention.signature.clone(),
            mint: arrival.mint,
            decimals: arrival.decimals.into(),
            amount: arrival.amount,
            slot: mention.slot,
            block_time,
            finalized: mention.is_final,
        })
        .collect())
}

/// What is written, is not final, and is known to the node neither by the address nor by its signature.
async fn gone(gateway: &Gateway, mentions: &[Mention], known: &[TransferRecord]) -> Result<Vec<String>> {
    let mut gone = Vec::new();
    for TransferRecord { signature, finalized, .. } in known {
        let is_there = *finalized || mentions.iter().any(|mention| mention.signature == *signature);
        if !is_there && gateway.chain.landing(&signature.parse()?).await? == Landing::Unknown {
            gone.push(signature.clone());
        }
    }
    Ok(gone)
}

/// Writes what was found, all of it under the address `named`, and tells the merchant, if it makes a difference. Under
/// the lock of the payment, so that each change is told once whoever finds it.
async fn write(
    gateway: &Gateway,
    watched: &Watched,
    named: &str,
    found: &[TransferRecord],
    gone: &[String],
) -> Result<bool> {
    let id = &watched.payment_id;
    let mut db = db::begin(&gateway.pool).await?;
    payments::lock(&mut db, &watched.merchant_id, None, id).await?;
    let (payment, before) = of(&mut db, id).await?;
    let was = Received::of(&payment, &before);
    transfers::write(&mut db, found).await?;
    transfers::take_back(&mut db, id, gone).await?;
    let (_, after) = of(&mut db, id).await?;
    // The first transfer chooses the way to pay, by the address that it names, unless the payment is on the chain.
    if before.is_empty() && !after.is_empty() && !options::any_is_paid(&mut *db, id).await? {
        options::take_at(&mut db, id, named).await?;
    }
    let (payment, after) = of(&mut db, id).await?;
    let new: Vec<_> =
        after.iter().filter(|record| !before.iter().any(|known| is_same(known, record))).collect();
    let is = Received::of(&payment, &after);
    if is != was || !new.is_empty() {
        let shown =
            view::payment(&mut db, &watched.merchant_id, None, id).await?.context("a payment is gone")?;
        // What can be ordered is not told in events.
        let payment = till_store::domain::Payment { available: None, ..shown };
        let data =
            TransferData { payment, transfers: new.iter().map(|record| Transfer::new(record)).collect() };
        let kind = is.map_or(REVERTED, Received::event_type);
        outbox::tell(&mut db, &watched.merchant_id, kind, Some(id), data).await?;
    }
    db.commit().await?;
    Ok(before != after)
}

fn is_same(one: &TransferRecord, other: &TransferRecord) -> bool {
    (&one.signature, &one.mint) == (&other.signature, &other.mint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_nothing_comes_the_less_is_asked() {
        let seconds = |idle, is_past| pause(idle, is_past).as_secs();
        assert_eq!([0, 1, 2, 5, 9].map(|idle| seconds(idle, false)), [2, 4, 8, 64, 64]);
        assert_eq!([0, 1, 9].map(|idle| seconds(idle, true)), [2, 3_600, 3_600]);
    }
}
