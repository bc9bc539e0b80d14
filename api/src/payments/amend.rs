//! What of a payment can be changed after it was asked for: the merchant's own words for it.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::json;
use till_store::db;
use till_store::domain::Payment;
use till_store::gateway::payments::{self, Amendment};
use till_store::{outbox, view};
use utoipa::ToSchema;

use super::cancel::PaymentData;
use super::create::not_found;
use super::request::check::{check_metadata, check_words};
use crate::auth::Identity;
use crate::gateway::Gateway;
use crate::problem::{FieldErrors, Result};

/// The type of the event.
const UPDATED: &str = "payment.updated";

/// What is to be changed. What is left out stays as it is; `null` takes it away.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmendRequest {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub order_reference: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub description: Option<Option<String>>,
    /// In the place of all that was there.
    pub metadata: Option<BTreeMap<String, String>>,
}

/// Tells `null` from what is left out.
pub fn given<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Changes a payment of the merchant. What is as asked for already is no change, and nobody is told.
pub async fn amend(
    gateway: &Gateway,
    merchant: &Identity,
    id: &str,
    request: AmendRequest,
) -> Result<Payment> {
    let mut errors = FieldErrors::default();
    let text = |text: &'_ Option<Option<String>>| text.clone().flatten();
    let (order_reference, description) = (text(&request.order_reference), text(&request.description));
    check_words(order_reference.as_deref(), description.as_deref(), &mut errors);
    if let Some(metadata) = &request.metadata {
        check_metadata(metadata, &mut errors);
    }
    if let Some(problem) = errors.into_problem() {
        return Err(problem);
    }
    let mut db = db::begin(&gateway.pool).await?;
    if !payments::lock(&mut db, &merchant.merchant_id, merchant.only_store(), id).await? {
        return Err(not_found(id));
    }
    let amendment = Amendment {
        order_reference: request.order_reference.map(|_| order_reference),
        description: request.description.map(|_| description),
        metadata: request.metadata.map(serde_json::to_value).transpose().map_err(anyhow::Error::from)?,
    };
    let has_changed = payments::amend(&mut *db, id, &amendment).await?;
    let payment = view::payment(&mut db, &merchant.merchant_id, merchant.only_store(), id)
        .await?
        .ok_or_else(|| not_found(id))?;
    if has_changed {
        merchant.note(&mut db, "payment.amend", id, json!({})).await?;
        let data = PaymentData { payment: payment.clone() };
        outbox::tell(&mut db, &merchant.merchant_id, UPDATED, Some(id), data).await?;
    }
    db.commit().await?;
    Ok(payment)
}
