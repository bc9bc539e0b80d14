//! The payment that a link makes for a customer.

use axum::http::StatusCode;
use sqlx::PgConnection;
use till_store::db;
use till_store::domain::{GatewayPayment, Payment};
use till_store::gateway::links::{self, Link};

use super::{Amounts, LinkPayment, find, require_active};
use crate::auth::scope::Scopes;
use crate::auth::{Actor, Identity};
use crate::gateway::Gateway;
use crate::idempotency::{Answer, IdempotencyKey, Left};
use crate::limits::Budget;
use crate::payments::create;
use crate::payments::request::{CaptureModeName, PaymentRequest};
use crate::payments::stream::CheckoutState;
use crate::problem::{Code, Problem, Result};

/// How many payments of a link may wait to be paid, of those that it made within an hour. It bounds what a flood
/// leaves behind, and is not exact: requests at once are counted before any of them is written.
const MOST_OPEN: i64 = 1_000;

/// Makes a payment of a link, of the amount that is fixed or chosen, and returns its id.
pub async fn pay(gateway: &Gateway, id: &str, amount: Option<&str>) -> Result<String> {
    let link = find(gateway, id).await?;
    let drafted = draft(gateway, &link, amount).await?;
    let mut db = db::begin(&gateway.pool).await?;
    let payment = record(gateway, &mut db, &link, drafted).await?;
    db.commit().await?;
    Ok(payment.id)
}

/// Makes a payment of a link, or gives the answer that its key was given before.
pub async fn pay_once(
    gateway: &Gateway,
    id: &str,
    amount: Option<&str>,
    key: IdempotencyKey,
    body: &[u8],
) -> Result<Answer> {
    let link = find(gateway, id).await?;
    let idempotency = key.of_customer(&link.merchant_id, &link.id, body);
    let _turn = idempotency.turn(&gateway.turns).await;
    let drafted = draft(gateway, &link, amount).await;
    let mut db = db::begin(&gateway.pool).await?;
    if let Some(Left::Answer(answer)) = idempotency.claim(&mut db).await? {
        return Ok(answer);
    }
    let payment = record(gateway, &mut db, &link, drafted?).await?;
    let shown = LinkPayment::new(CheckoutState::from(payment), &gateway.public_url);
    let answer = Answer::json(StatusCode::CREATED, &shown)?;
    let answer = idempotency.keep(&mut *db, answer).await?;
    db.commit().await?;
    Ok(answer)
}

/// Everything that can be said against it is said before anything is written.
async fn draft(gateway: &Gateway, link: &Link, amount: Option<&str>) -> Result<GatewayPayment> {
    require_active(gateway, link).await?;
    let amount = Amounts::of(link).choose(amount)?;
    gateway.limits.require(Budget::Links).await?;
    if links::open_payments(&gateway.pool, &link.id, MOST_OPEN).await? >= MOST_OPEN {
        let detail = "too many payments of this link wait to be paid; try again later";
        return Err(Problem::new(Code::LinkBusy, detail));
    }
    let drafted = create::draft(gateway, &on_behalf_of(link), request(link, amount)).await?;
    Ok(GatewayPayment { link_id: Some(link.id.clone()), ..drafted })
}

async fn record(
    gateway: &Gateway,
    db: &mut PgConnection,
    link: &Link,
    drafted: GatewayPayment,
) -> Result<Payment> {
    create::record(gateway, db, &on_behalf_of(link), drafted).await
}

fn request(link: &Link, amount: String) -> PaymentRequest {
    PaymentRequest {
        currency: link.currency.clone(),
        accepted_tokens: link.tokens.clone(),
        capture_mode: match link.capture_mode.as_str() {
            "immediate" => CaptureModeName::Immediate,
            _ => CaptureModeName::Manual,
        },
        description: Some(link.title.clone()),
        redirect_url: link.redirect_url.clone(),
        ..PaymentRequest::of(amount)
    }
}

/// Whoever follows a link asks for what the merchant has offered with it, and for nothing else.
fn on_behalf_of(link: &Link) -> Identity {
    Identity {
        merchant_id: link.merchant_id.clone(),
        merchant_address: link.merchant_address.clone(),
        merchant_name: link.merchant_name.clone(),
        store_id: Some(link.store_id.clone()),
        actor: Actor::Link(link.id.clone()),
        scopes: Scopes::Only(Vec::new()),
    }
}
