//! `POST /v2/Payment/Start`: one payment of ours for one of Barion's, whatever its parts.

use chrono::{TimeDelta, Utc};
use reqwest::Url;
use rust_decimal::Decimal;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use till::MAX_AUTHORIZATION_SECONDS;
use till_store::db;
use till_store::domain::{Customer, GatewayPayment, Item as OrderItem, Payment};
use till_store::gateway::barion::payments::{self, BarionPayment};
use till_store::gateway::barion::shops::{self, Settings, Shop};
use till_store::gateway::barion::transactions::{self, BarionTransaction};
use till_store::ids::random_hex;

use super::answers::StartAnswer;
use super::booked::{Booked, their_id};
use super::caller::identity;
use super::checked::Checked;
use super::currency::{self, Tokens};
use super::error::{ErrorCode, Refusal};
use super::payees::{Directory, PayeeError, Sum};
use super::request::{Item, PaymentTransaction, StartRequest};
use super::status::PaymentType;
use crate::gateway::Gateway;
use crate::payments::create;
use crate::payments::request::{CaptureModeName, PaymentRequest};

/// Begins a payment, or finds the one that the same request has begun.
pub async fn start(
    gateway: &Gateway,
    shop: &Shop,
    request: StartRequest,
    json: Value,
) -> Result<StartAnswer, Refusal> {
    if shop.is_closed {
        return Err(Refusal::new(ErrorCode::ShopIsClosed, "the store has been archived"));
    }
    if request.initiate_recurrence == Some(true) || request.recurrence_id.is_some() {
        let detail = "there are no token payments here: each payment is signed by the customer's wallet";
        return Err(Refusal::new(ErrorCode::RecurringPaymentNotAllowed, detail));
    }
    let checked = Checked::of(&request, gateway.guard)?;
    let hash: [u8; 32] = Sha256::digest(json.to_string()).into();
    let named = &checked.payment_request_id;
    let drafted = draft(gateway, shop, &request, &checked).await;
    let mut db = db::begin(&gateway.pool).await?;
    payments::lock_request(&mut db, &shop.store_id, named).await?;
    // What is asked for again is there already, whatever could be said against it by now.
    let id = match payments::repeated(&mut *db, &shop.store_id, named, &hash).await? {
        Some(id) => id,
        None => {
            let payment = create::record(gateway, &mut db, &identity(shop), drafted?).await?;
            book(&mut db, shop, &request, &checked, &payment, json, &hash).await?;
            payment.id
        }
    };
    let booked = Booked::load(&mut db, shop, &id).await?;
    db.commit().await?;
    Ok(answer(gateway, &booked))
}

/// The payment as it would be written now.
async fn draft(
    gateway: &Gateway,
    shop: &Shop,
    request: &StartRequest,
    checked: &Checked,
) -> Result<GatewayPayment, Refusal> {
    let mut db = gateway.pool.acquire().await?;
    let settings = shops::settings(&mut *db, &shop.store_id).await?;
    let tokens = currency::tokens(&mut db, shop, &settings, &checked.currency).await?;
    let directory =
        Directory { shop: settings.payee.clone(), wallets: shops::payees(&mut *db, &shop.store_id).await? };
    drop(db);
    let asked = payment_request(request, checked, &settings, &tokens, &directory)?;
    Ok(create::draft(gateway, &identity(shop), asked).await?)
}

/// Writes what Barion calls it beside a payment that has just been written.
async fn book(
    db: &mut PgConnection,
    shop: &Shop,
    request: &StartRequest,
    checked: &Checked,
    payment: &Payment,
    json: Value,
    hash: &[u8; 32],
) -> Result<(), Refusal> {
    let with_id = |url: &Url| with_payment_id(url, their_id(&payment.id));
    let words = BarionPayment {
        payment_id: payment.id.clone(),
        store_id: shop.store_id.clone(),
        payment_request_id: checked.payment_request_id.clone(),
        payment_type: checked.kind.as_str().to_owned(),
        currency: checked.currency.clone(),
        valid_until: payment.created_at + TimeDelta::seconds(checked.window),
        period_seconds: checked.period,
        callback_url: checked.callback_url.as_ref().map(with_id),
        request: json,
        request_hash: hash.to_vec(),
    };
    payments::insert(&mut *db, &words, checked.redirect_url.as_ref().map(with_id).as_deref()).await?;
    let parts = request.transactions.as_deref().unwrap_or_default();
    transactions::insert(db, &payment.id, &rows(parts)).await?;
    Ok(())
}

/// The payment in our words.
fn payment_request(
    request: &StartRequest,
    checked: &Checked,
    settings: &Settings,
    tokens: &Tokens,
    directory: &Directory,
) -> Result<PaymentRequest, Refusal> {
    let parts = request.transactions.as_deref().unwrap_or_default();
    let sums: Vec<Sum<'_>> = parts.iter().map(sum).collect();
    let price: Decimal = sums.iter().map(|sum| sum.total).sum();
    let splits = directory.shares(&sums).map_err(|error| {
        let code = match error {
            PayeeError::Unknown(_) => ErrorCode::InvalidUser,
            _ => ErrorCode::ModelValidationError,
        };
        Refusal::new(code, error.to_string())
    })?;
    let authorization_expires_in = checked.window + checked.period.unwrap_or_default();
    Ok(PaymentRequest {
        amount: price.normalize().to_string(),
        currency: tokens.currency.clone(),
        quote_expires_in: None,
        token: tokens.token.clone(),
        accepted_tokens: tokens.accepted.clone(),
        store: None,
        capture_mode: match checked.kind {
            PaymentType::Immediate => CaptureModeName::Immediate,
            _ => CaptureModeName::Manual,
        },
        authorization_expires_in: authorization_expires_in.min(MAX_AUTHORIZATION_SECONDS),
        refund_window: settings.refund_seconds,
        max_fee_bps: till::MAX_FEE_BPS,
        splits,
        protection: None,
        items: parts.iter().flat_map(|part| &part.items).map(order_item).collect(),
        customer: customer(request),
        donation: None,
        accept_transfer: false,
        order_reference: request.order_number.clone().or(request.payment_request_id.clone()),
        description: None,
        redirect_url: checked.redirect_url.as_ref().map(Url::to_string),
        metadata: Default::default(),
    })
}

fn sum(part: &PaymentTransaction) -> Sum<'_> {
    let shares = part.payee_transactions.iter();
    Sum {
        payee: part.payee.as_deref().unwrap_or_default(),
        total: part.total.unwrap_or_default(),
        passed_on: shares
            .map(|share| (share.payee.as_deref().unwrap_or_default(), share.total.unwrap_or_default()))
            .collect(),
    }
}

fn order_item(item: &Item) -> OrderItem {
    let text = |value: Option<Decimal>| value.unwrap_or_default().normalize().to_string();
    OrderItem {
        name: item.name.clone().unwrap_or_default(),
        description: item.description.clone(),
        quantity: text(item.quantity),
        unit: item.unit.clone(),
        unit_price: text(item.unit_price),
        total: text(item.item_total),
        sku: item.sku.clone(),
        image_url: item.image_url.clone(),
    }
}

fn customer(request: &StartRequest) -> Option<Customer> {
    let country = request.shipping_address.as_ref().and_then(|address| address.country.clone());
    let customer = Customer {
        email: request.payer_hint.clone().filter(|hint| hint.contains('@')),
        name: request.card_holder_name_hint.clone(),
        country: country.filter(|country| country.len() == 2).map(|country| country.to_uppercase()),
        ..Customer::default()
    };
    (customer != Customer::default()).then_some(customer)
}

fn rows(parts: &[PaymentTransaction]) -> Vec<BarionTransaction> {
    let row =
        |name: &Option<String>, payee: &Option<String>, total: Option<Decimal>, comment: &Option<String>| {
            BarionTransaction {
                id: random_hex(),
                position: 0,
                related_id: None,
                pos_transaction_id: name.clone().unwrap_or_default(),
                payee: payee.clone().unwrap_or_default(),
                total: total.unwrap_or_default(),
                comment: comment.clone(),
                items: Value::Array(Vec::new()),
                finished_total: None,
                finished_by: None,
                finish_status: None,
                finished_at: None,
            }
        };
    let mut rows = Vec::new();
    for part in parts {
        let whole = row(&part.pos_transaction_id, &part.payee, part.total, &part.comment);
        let related_id = Some(whole.id.clone());
        rows.push(BarionTransaction { items: items(part), ..whole });
        for share in &part.payee_transactions {
            let share = row(&share.pos_transaction_id, &share.payee, share.total, &share.comment);
            rows.push(BarionTransaction { related_id: related_id.clone(), ..share });
        }
    }
    for (position, row) in (0..).zip(&mut rows) {
        row.position = position;
    }
    rows
}

/// Items as they are shown again.
fn items(part: &PaymentTransaction) -> Value {
    use rust_decimal::prelude::ToPrimitive;
    let number = |value: Option<Decimal>| value.and_then(|value| value.to_f64());
    let shown = |item: &Item| {
        serde_json::json!({
            "Name": item.name, "Description": item.description, "ImageUrl": item.image_url,
            "Quantity": number(item.quantity), "Unit": item.unit, "UnitPrice": number(item.unit_price),
            "ItemTotal": number(item.item_total), "SKU": item.sku,
        })
    };
    part.items.iter().map(shown).collect()
}

/// Both addresses carry the id, under the name that Barion gives it.
fn with_payment_id(url: &Url, id: &str) -> String {
    let mut url = url.clone();
    url.query_pairs_mut().append_pair("paymentId", id);
    url.into()
}

fn answer(gateway: &Gateway, booked: &Booked) -> StartAnswer {
    let now = Utc::now();
    let (public_url, id) = (&gateway.public_url, &booked.payment.id);
    StartAnswer {
        payment_id: booked.id().to_owned(),
        payment_request_id: booked.words.payment_request_id.clone(),
        status: booked.status(now),
        qr_url: format!("{public_url}/pay/{id}/qr.png"),
        transactions: booked.processed(now),
        recurrence_result: "None",
        three_ds_auth_client_data: None,
        gateway_url: format!("{public_url}/checkout/{id}"),
        redirect_url: booked.payment.redirect_url.clone(),
        callback_url: booked.words.callback_url.clone(),
        trace_id: None,
        errors: Vec::new(),
    }
}
