//! Payment links: each makes a payment for whoever follows it, of an amount that is fixed or that the customer chooses.

mod amounts;
mod pay;
mod request;
mod shown;

pub use amounts::Amounts;
pub use pay::{pay, pay_once};
pub use request::{ChangeRequest, LinkRequest};
pub use shown::{LinkAnswer, LinkPayment, Terms};

use axum::http::StatusCode;
use serde_json::json;
use till_store::db;
use till_store::gateway::links::{self, Link, NewLink};
use till_store::gateway::stores;

use crate::auth::Identity;
use crate::gateway::Gateway;
use crate::idempotency::{Answer, Idempotency, Left};
use crate::payments::create;
use crate::problem::{Code, FieldErrors, Problem, Result};

/// The link with this id, whoever's it is.
pub async fn find(gateway: &Gateway, id: &str) -> Result<Link> {
    links::find(&gateway.pool, id).await?.ok_or_else(|| not_found(id))
}

/// The link of a merchant; with a key that is for one store, of that store alone.
pub async fn of_merchant(gateway: &Gateway, merchant: &Identity, id: &str) -> Result<Link> {
    let link = find(gateway, id).await?;
    let is_visible = link.merchant_id == merchant.merchant_id
        && merchant.only_store().is_none_or(|store| store == link.store_id);
    if is_visible { Ok(link) } else { Err(not_found(id)) }
}

/// Makes a link of the merchant, or gives the answer that its key was given before.
pub async fn create(
    gateway: &Gateway,
    merchant: &Identity,
    request: LinkRequest,
    idempotency: Idempotency,
) -> Result<Answer> {
    let _turn = idempotency.turn(&gateway.turns).await;
    // A payment of it must be possible: so one is drafted, and not written.
    let drafted = match request.check() {
        Ok(sample) => create::draft(gateway, merchant, sample).await,
        Err(problem) => Err(problem),
    };
    let mut db = db::begin(&gateway.pool).await?;
    if let Some(Left::Answer(answer)) = idempotency.claim(&mut db).await? {
        return Ok(answer);
    }
    let drafted = drafted?;
    request.check_precision(drafted.decimals())?;
    let tokens = request.tokens();
    let link = NewLink {
        merchant_id: &merchant.merchant_id,
        store_id: &drafted.store_id,
        title: &request.title,
        description: request.description.as_deref(),
        tokens: &tokens,
        currency: request.currency.as_deref(),
        amount: request.amount.as_deref(),
        min_amount: request.min_amount.as_deref(),
        max_amount: request.max_amount.as_deref(),
        suggested_amounts: &request.suggested_amounts,
        capture_mode: request.capture_mode.as_str(),
        redirect_url: request.redirect_url.as_deref(),
    };
    let id = links::add(&mut *db, link).await?;
    merchant.note(&mut db, "payment_link.create", &id, json!({})).await?;
    let link = links::find(&mut *db, &id).await?.ok_or_else(|| not_found(&id))?;
    let answer = Answer::json(StatusCode::CREATED, &LinkAnswer::new(link, &gateway.public_url))?;
    let answer = idempotency.keep(&mut *db, answer).await?;
    db.commit().await?;
    Ok(answer)
}

/// Changes a link of the merchant. Payments that it has made stay as they are.
pub async fn change(
    gateway: &Gateway,
    merchant: &Identity,
    id: &str,
    request: &ChangeRequest,
) -> Result<Link> {
    of_merchant(gateway, merchant, id).await?;
    let mut errors = FieldErrors::default();
    request.check(&mut errors);
    if let Some(problem) = errors.into_problem() {
        return Err(problem);
    }
    let mut db = db::begin(&gateway.pool).await?;
    links::change(&mut *db, id, &request.change()).await?;
    merchant.note(&mut db, "payment_link.change", id, json!({ "active": request.active })).await?;
    let link = links::find(&mut *db, id).await?.ok_or_else(|| not_found(id))?;
    db.commit().await?;
    Ok(link)
}

/// Refuses a link that makes no payments: it was switched off, or its store was closed.
async fn require_active(gateway: &Gateway, link: &Link) -> Result<()> {
    let is_open = stores::is_open(&gateway.pool, &link.merchant_id, &link.store_id).await?;
    if link.active && is_open {
        return Ok(());
    }
    Err(Problem::new(Code::LinkInactive, "the shop has switched this link off"))
}

fn not_found(id: &str) -> Problem {
    Problem::new(Code::LinkNotFound, format!("there is no payment link {id}"))
}
