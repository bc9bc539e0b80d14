//! Stops deliveries to an endpoint, and tells the merchant at the others.

use sqlx::PgConnection;
use till_store::domain::EndpointPaused;
use till_store::gateway::deliveries;
use till_store::gateway::endpoints::{self, Owner};
use till_store::outbox;

/// Why an endpoint is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Somebody asked for it.
    Requested,
    /// It took nothing for three days.
    Failing,
    /// It answered 410.
    Gone,
}

impl Reason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Failing => "failing",
            Self::Gone => "gone",
        }
    }
}

/// Pauses an endpoint and writes the event `endpoint.paused`, which the endpoint itself does not get.
/// The merchant's row is locked until the transaction ends.
pub async fn pause(
    db: &mut PgConnection,
    merchant_id: &str,
    endpoint_id: &str,
    reason: Reason,
    last_error: Option<&str>,
) -> sqlx::Result<()> {
    let owner = Owner { merchant_id, store_id: None };
    let Some(endpoint) = endpoints::pause(&mut *db, owner, endpoint_id, reason.as_str()).await? else {
        return Ok(());
    };
    let data = EndpointPaused {
        endpoint: endpoint.id,
        url: endpoint.url,
        reason: reason.as_str().to_owned(),
        paused_at: endpoint.paused_at,
        failing_since: endpoint.failing_since,
        last_error: last_error.map(str::to_owned),
    };
    let event = outbox::tell(&mut *db, merchant_id, EndpointPaused::TYPE, None, data).await?;
    deliveries::withdraw(db, endpoint_id, event.sequence).await
}
