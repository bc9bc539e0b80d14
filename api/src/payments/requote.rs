//! New rates for a payment whose quotes have ended.

use chrono::{DateTime, TimeDelta, Utc};
use till_store::PaymentId;
use till_store::db;
use till_store::domain::OptionRecord;
use till_store::gateway::options as option_rows;
use till_store::gateway::payments::{self, KnownPayment};
use till_store::gateway::transfers;

use super::accepted::{Accepted, Field};
use super::create::not_found;
use super::request::{DEFAULT_QUOTE_SECONDS, MIN_QUOTE_SECONDS};
use super::terms::{OnChain, pubkey};
use super::{accepted, options, pricing};
use crate::gateway::Gateway;
use crate::problem::{Problem, Result};

/// The payment with quotes that hold: as it is, or with new options in the place of those that have ended.
///
/// What transfers have brought is judged by the quote that they came under, so that one stays.
///
/// A token that has no rate at this moment, or is not accepted any more, is left out; only when none is left is that
/// a problem.
pub async fn current(gateway: &Gateway, known: KnownPayment) -> Result<KnownPayment> {
    if known.chain.is_some() || !has_ended(&known.payment.options, Utc::now()) {
        return Ok(known);
    }
    if transfers::any(&gateway.pool, &known.payment.id).await? {
        return Ok(known);
    }
    let fresh = fresh(gateway, &known).await?;
    let payment = &known.payment;
    let mut db = db::begin(&gateway.pool).await?;
    payments::lock(&mut db, &payment.merchant_id, None, &payment.id).await?;
    // Somebody may have asked for rates, or paid or transferred, meanwhile.
    let locked = payments::find(&mut *db, &payment.id).await?.ok_or_else(|| not_found(&payment.id))?;
    if !has_ended(&locked.payment.options, Utc::now())
        || option_rows::any_is_paid(&mut *db, &payment.id).await?
        || transfers::any(&mut *db, &payment.id).await?
    {
        return Ok(locked);
    }
    option_rows::replace(&mut db, &payment.id, &fresh).await?;
    let renewed = payments::find(&mut *db, &payment.id).await?;
    db.commit().await?;
    renewed.ok_or_else(|| not_found(&payment.id))
}

fn has_ended(options: &[OptionRecord], now: DateTime<Utc>) -> bool {
    options.iter().any(|option| option.quote_expires_at.is_some_and(|expires| expires <= now))
}

/// For how long the quotes of these options were good: the next ones are for as long.
fn held_for(options: &[OptionRecord]) -> TimeDelta {
    let held = |option: &OptionRecord| option.quote_expires_at.map(|expires| expires - option.created_at);
    let held = options.iter().find_map(held).unwrap_or(TimeDelta::seconds(DEFAULT_QUOTE_SECONDS));
    held.max(TimeDelta::seconds(MIN_QUOTE_SECONDS))
}

/// What it may be paid in. One that had no rate the last time may have one now.
async fn tokens(gateway: &Gateway, known: &KnownPayment) -> Result<Vec<Field<Accepted>>> {
    // Given back before rates are asked for: their source may be slow.
    let mut db = gateway.pool.acquire().await?;
    let mut tokens = Vec::new();
    for mint in option_rows::mints(&mut *db, &known.payment.id).await? {
        tokens.push(accepted::find(&mut db, &known.merchant_address, &mint).await?);
    }
    Ok(tokens)
}

async fn fresh(gateway: &Gateway, known: &KnownPayment) -> Result<Vec<OptionRecord>> {
    let payment = &known.payment;
    let (Some(price), Some(currency)) = (payment.price_amount, &payment.price_currency) else {
        return Err(anyhow::anyhow!("a payment has quotes and no price").into());
    };
    let template = OnChain::of(known)?.terms;
    let merchant = pubkey(&known.merchant_address)?;
    let expires = (Utc::now() + held_for(&payment.options)).min(payment.authorization_expiry);
    let mut fresh = Vec::new();
    let mut refused = None;
    for token in tokens(gateway, known).await? {
        let token = match token {
            Ok(token) => token,
            Err(reason) => {
                refused = Some(reason);
                continue;
            }
        };
        match pricing::in_currency(gateway, price, currency, &token, expires).await {
            Ok(priced) => {
                fresh.push(options::option(&template, &merchant, PaymentId::random(), &token, priced)?);
            }
            Err(reason) => refused = Some(reason),
        }
    }
    match refused {
        Some((code, detail)) if fresh.is_empty() => Err(Problem::new(code, detail)),
        _ => Ok(fresh),
    }
}
