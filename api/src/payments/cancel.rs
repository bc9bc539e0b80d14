//! Taking a request back before anybody has paid.

use serde::{Deserialize, Serialize};
use serde_json::json;
use till_store::db;
use till_store::domain::{Payment, PaymentStatus};
use till_store::gateway::{options, payments};
use till_store::{outbox, view};
use utoipa::ToSchema;

use super::checkout::already_paid;
use super::create::not_found;
use crate::auth::Identity;
use crate::gateway::Gateway;
use crate::problem::Result;

/// The type of the event.
const CANCELLED: &str = "payment.cancelled";

/// What is told of a payment when nothing has happened on the chain.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PaymentData {
    pub payment: Payment,
}

/// Cancels a payment of the merchant, which has then been cancelled however often it is asked for. Refused once it
/// has been seen on the chain, or transfers have brought all of it.
///
/// No transaction is handed out for it any more. One that was handed out before may still be signed: that is told,
/// and given back.
pub async fn cancel(gateway: &Gateway, merchant: &Identity, id: &str) -> Result<Payment> {
    let mut db = db::begin(&gateway.pool).await?;
    if !payments::lock(&mut db, &merchant.merchant_id, merchant.only_store(), id).await? {
        return Err(not_found(id));
    }
    if payments::cancel(&mut *db, id).await? {
        merchant.note(&mut db, "payment.cancel", id, json!({})).await?;
        let payment = view::payment(&mut db, &merchant.merchant_id, merchant.only_store(), id).await?;
        let payment = payment.ok_or_else(|| not_found(id))?;
        if matches!(payment.status, PaymentStatus::Transferred | PaymentStatus::Overpaid) {
            return Err(already_paid());
        }
        outbox::tell(&mut db, &merchant.merchant_id, CANCELLED, Some(id), PaymentData { payment }).await?;
        // The merchant is locked now. So the indexer has either committed what it saw, and this sees it; or it will
        // see that the payment was cancelled.
        if options::any_is_paid(&mut *db, id).await? {
            return Err(already_paid());
        }
    }
    let payment = view::payment(&mut db, &merchant.merchant_id, merchant.only_store(), id).await?;
    db.commit().await?;
    payment.ok_or_else(|| not_found(id))
}
