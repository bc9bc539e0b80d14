//! Reviews: payments that can be paid, and are captured only once a person has looked at them.
//!
//! They hold captures that are ordered here. A payment that is captured in the moment in which it is paid is flagged,
//! and can be refunded; a merchant that signs captures itself is not held up.

use serde_json::json;
use sqlx::PgConnection;
use till_store::db;
use till_store::gateway::payments;
use till_store::gateway::rules::reviews::{self, Review, ReviewState};

use crate::auth::Identity;
use crate::gateway::Gateway;
use crate::payments::create::not_found;
use crate::payments::operation::Order;
use crate::problem::{Code, Problem, Result};

/// Refuses to capture what is under review, or was rejected in one. A void is always possible.
pub async fn require(db: &mut PgConnection, payment_id: &str, order: &Order) -> Result<()> {
    if !matches!(order, Order::Capture { .. }) {
        return Ok(());
    }
    match reviews::of(db, payment_id).await?.map(|review| review.state) {
        Some(ReviewState::Pending) => {
            let detail = "a rule asks for a review: approve or reject it, or void the payment";
            Err(Problem::new(Code::ReviewPending, detail))
        }
        Some(ReviewState::Rejected) => {
            Err(Problem::new(Code::ReviewRejected, "the payment was rejected in its review: void it"))
        }
        Some(ReviewState::Approved) | None => Ok(()),
    }
}

/// Decides the review of a payment. The same decision again is answered as the first was.
pub async fn decide(
    gateway: &Gateway,
    merchant: &Identity,
    payment_id: &str,
    state: ReviewState,
    note: Option<&str>,
) -> Result<Review> {
    let mut db = db::begin(&gateway.pool).await?;
    if !payments::lock(&mut db, &merchant.merchant_id, merchant.only_store(), payment_id).await? {
        return Err(not_found(payment_id));
    }
    let actor = merchant.actor.to_string();
    if let Some(decided) = reviews::decide(&mut *db, payment_id, state, &actor, note).await? {
        let is_approved = state == ReviewState::Approved;
        merchant.note(&mut db, "review.decide", payment_id, json!({ "approved": is_approved })).await?;
        db.commit().await?;
        return Ok(decided);
    }
    match reviews::of(&mut *db, payment_id).await? {
        Some(review) if review.state == state => Ok(review),
        Some(_) => Err(Problem::new(Code::ReviewNotPending, "the review was decided the other way")),
        None => Err(Problem::new(Code::ReviewNotPending, "no rule asks for a review of this payment")),
    }
}
