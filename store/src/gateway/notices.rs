//! What Postgres tells a process that listens: something has changed, look again.

use sqlx::{PgPool, postgres::PgListener};

/// Notified when a payment has changed on the chain.
pub const PAYMENTS: &str = "till_payments";
/// Notified when a delivery has become due.
pub const DELIVERIES: &str = "till_deliveries";

/// Listens to both. A notice that was missed costs time, never truth: whoever waits also polls.
pub async fn listen(pool: &PgPool) -> sqlx::Result<PgListener> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen_all([PAYMENTS, DELIVERIES]).await?;
    Ok(listener)
}
