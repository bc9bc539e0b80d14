//! Creating a payment: the tokens are looked up, the price is converted, the addresses derived, the rows written.

use std::collections::HashSet;

use axum::http::StatusCode;
use chrono::{TimeDelta, Utc};
use serde_json::json;
use sqlx::PgConnection;
use till::{Protection, Terms};
use till_store::db;
use till_store::domain::{GatewayPayment, OptionRecord, Payment};
use till_store::gateway::{options as option_rows, payments, stores};
use till_store::{PaymentId, view};

use super::accepted::{self, Accepted, Field};
use super::pricing::{self, Priced};
use super::request::{Expiries, PaymentRequest};
use super::terms::{pubkey, splits};
use super::{donation, options};
use crate::answers::PaymentAnswer;
use crate::auth::Identity;
use crate::gateway::Gateway;
use crate::idempotency::{Answer, Idempotency, Left};
use crate::problem::{Code, FieldErrors, Problem, Result};
use crate::rules;

/// Creates a payment of the merchant, or gives the answer that its key was given before.
pub async fn create(
    gateway: &Gateway,
    merchant: &Identity,
    request: PaymentRequest,
    idempotency: Idempotency,
) -> Result<Answer> {
    let _turn = idempotency.turn(&gateway.turns).await;
    let drafted = draft(gateway, merchant, request).await;
    let mut db = db::begin(&gateway.pool).await?;
    // A request that is repeated gets its first answer, whatever could be said against it by now.
    if let Some(Left::Answer(answer)) = idempotency.claim(&mut db).await? {
        return Ok(answer);
    }
    let created = record(gateway, &mut db, merchant, drafted?).await?;
    let answer = Answer::json(StatusCode::CREATED, &PaymentAnswer::new(created, &gateway.public_url))?;
    let answer = idempotency.keep(&mut *db, answer).await?;
    db.commit().await?;
    Ok(answer)
}

/// Writes a payment of the merchant that has been [`draft`]ed, in the transaction of whoever asks for it.
///
/// The gateway is for asking risk hooks. Of its connections only those of the journal are used.
pub async fn record(
    gateway: &Gateway,
    db: &mut PgConnection,
    merchant: &Identity,
    mut payment: GatewayPayment,
) -> Result<Payment> {
    let ruling = rules::at_creation(gateway, db, &payment).await?;
    payment.decision = ruling.as_ref().map(|ruling| ruling.decision.clone());
    payments::insert(&mut *db, &payment).await?;
    if payment.accepts_transfer {
        let until = payment.authorization_expiry + super::transfers::LOOKED_FOR_LONGER;
        till_store::gateway::transfers::watch(&mut *db, &payment.id, until).await?;
    }
    option_rows::insert(&mut *db, &payment.id, &payment.options).await?;
    rules::note(db, &payment, ruling.as_ref()).await?;
    merchant.note(db, "payment.create", &payment.id, json!({})).await?;
    let created = view::payment(db, &merchant.merchant_id, None, &payment.id).await?;
    Ok(created.ok_or_else(|| anyhow::anyhow!("a payment that was just written is not there"))?)
}

/// A payment as it would be written now, with the amounts that its price is at this moment.
///
/// It comes before the transaction: a source of rates may be slow, and no connection to the database waits for it.
pub async fn draft(
    gateway: &Gateway,
    merchant: &Identity,
    request: PaymentRequest,
) -> Result<GatewayPayment> {
    let mut errors = FieldErrors::default();
    request.check(&mut errors);
    let expiries = request.expiries(Utc::now());
    let mut db = gateway.pool.acquire().await?;
    let store = errors.check("store", store(&mut db, merchant, request.store.as_deref()).await?);
    let tokens = tokens(&mut db, merchant, &request, &mut errors).await?;
    if let Some(campaign) = &request.donation {
        errors.check("donation.campaign", donation::acceptable(&mut db, campaign, &tokens).await?);
    }
    drop(db);
    let ways = priced(gateway, &request, &expiries, tokens, &mut errors).await;
    if let Some(problem) = errors.into_problem() {
        return Err(problem);
    }
    let Some(store) = store else {
        return Err(anyhow::anyhow!("a field was refused without a reason").into());
    };
    Ok(derive(merchant, store, request, expiries, &ways)?)
}

/// The store that is named, the one that the key is for, or the merchant's first.
async fn store(db: &mut PgConnection, merchant: &Identity, named: Option<&str>) -> Result<Field<String>> {
    let refused = || Ok(Err((Code::StoreNotFound, "the key has no such store".to_owned())));
    match (named, merchant.only_store()) {
        (Some(named), Some(only)) if named != only => refused(),
        (None, None) => Ok(Ok(stores::default_of(db, &merchant.merchant_id).await?)),
        (Some(store), _) | (None, Some(store)) => {
            let is_open = stores::is_open(db, &merchant.merchant_id, store).await?;
            if is_open { Ok(Ok(store.to_owned())) } else { refused() }
        }
    }
}

/// The accepted tokens, each with the field that names it.
async fn tokens(
    db: &mut PgConnection,
    merchant: &Identity,
    request: &PaymentRequest,
    errors: &mut FieldErrors,
) -> Result<Vec<(String, Accepted)>> {
    let mut tokens = Vec::new();
    let mut mints = HashSet::new();
    for (field, token) in request.tokens() {
        let found = accepted::find(db, &merchant.merchant_address, token).await?;
        let Some(token) = errors.check(&field, found) else { continue };
        if mints.insert(token.mint) {
            tokens.push((field, token));
        } else {
            errors.add(Code::ValidationFailed, &field, "this token is there already");
        }
    }
    Ok(tokens)
}

/// What is asked for in each token.
async fn priced(
    gateway: &Gateway,
    request: &PaymentRequest,
    expiries: &Expiries,
    tokens: Vec<(String, Accepted)>,
    errors: &mut FieldErrors,
) -> Vec<(Accepted, Priced)> {
    let mut ways = Vec::new();
    for (field, token) in tokens {
        let priced = match &request.currency {
            None => errors.check("amount", pricing::in_token(&request.amount, token.decimals())),
            // A price that cannot be read is noted already.
            Some(currency) => match request.price() {
                Some(price) => {
                    let priced = pricing::in_currency(gateway, price, currency, &token, expiries.quote).await;
                    errors.check(field_of(&field, &priced), priced)
                }
                None => None,
            },
        };
        ways.extend(priced.map(|priced| (token, priced)));
    }
    ways
}

/// The field that is to blame when a token has no price.
fn field_of<'a>(token: &'a str, priced: &Field<Priced>) -> &'a str {
    match priced {
        Err((Code::CurrencyUnknown, _)) => "currency",
        Err((Code::AmountInvalid, _)) => "amount",
        _ => token,
    }
}

fn derive(
    merchant: &Identity,
    store_id: String,
    request: PaymentRequest,
    expiries: Expiries,
    ways: &[(Accepted, Priced)],
) -> anyhow::Result<GatewayPayment> {
    let id = PaymentId::random();
    let capture_from =
        request.protection.as_ref().map(|asked| expiries.now + TimeDelta::seconds(asked.capture_after));
    let protection = match (&request.protection, capture_from) {
        (Some(asked), Some(from)) => Some(Protection {
            capture_from: from.timestamp(),
            arbiter: pubkey(&asked.arbiter)?,
            dispute_seconds: asked.dispute_seconds,
        }),
        _ => None,
    };
    let template = Terms {
        id: id.0,
        mint: Default::default(),
        amount: 0,
        authorization_expiry: expiries.authorization.timestamp(),
        refund_expiry: expiries.refund.timestamp(),
        capture_mode: request.capture_mode.into(),
        max_fee_bps: request.max_fee_bps,
        protection,
        splits: splits(&request.splits)?,
        salt: 0,
    };
    let merchant_address = pubkey(&merchant.merchant_address)?;
    // One way to pay that no rate can change needs no rows of its own: the payment's columns are enough.
    let is_plain = matches!(ways, [(_, priced)] if priced.quote_expires_at.is_none());
    let mut records = Vec::new();
    for (token, priced) in ways {
        let terms_id = if is_plain { id } else { PaymentId::random() };
        records.push(options::option(&template, &merchant_address, terms_id, token, priced.clone())?);
    }
    let first = records.first().ok_or_else(|| anyhow::anyhow!("a payment without a way to pay it"))?.clone();
    let price = request.price().zip(request.currency.clone());
    Ok(GatewayPayment {
        id: id.to_string(),
        merchant_id: merchant.merchant_id.clone(),
        store_id,
        terms_id: (!is_plain).then_some(first.terms_id),
        address: first.address,
        mint: first.mint,
        token_program: first.token_program,
        decimals: first.decimals,
        shard: first.shard,
        amount: first.amount,
        capture_mode: request.capture_mode.as_str().to_owned(),
        authorization_expiry: expiries.authorization,
        refund_expiry: expiries.refund,
        max_fee_bps: i32::from(request.max_fee_bps),
        salt: first.salt,
        order_reference: request.order_reference,
        description: request.description,
        redirect_url: request.redirect_url,
        metadata: serde_json::to_value(request.metadata)?,
        price_amount: price.as_ref().map(|(amount, _)| *amount),
        price_currency: price.map(|(_, currency)| currency),
        items: request.items,
        customer: request.customer,
        splits: request.splits,
        capture_from,
        arbiter: protection.map(|protection| protection.arbiter.to_string()),
        dispute_seconds: protection
            .map(|protection| i32::try_from(protection.dispute_seconds))
            .transpose()?,
        donation: request.donation,
        accepts_transfer: request.accept_transfer,
        options: if is_plain { Vec::<OptionRecord>::new() } else { records },
        created_at: expiries.now,
        ..Default::default()
    })
}

/// The problem of a payment that this merchant does not have.
pub fn not_found(id: &str) -> Problem {
    Problem::new(Code::PaymentNotFound, format!("there is no payment {id}"))
}
