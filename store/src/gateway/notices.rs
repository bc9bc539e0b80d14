//! What Postgres tells a process that listens: something has changed, look again.

use sqlx::{PgExecutor, PgPool, postgres::PgListener};

/// Notified when a payment has changed on the chain.
pub const PAYMENTS: &str = "till_payments";
/// Notified when a delivery has become due.
pub const DELIVERIES: &str = "till_deliveries";
/// Notified when what a key, a token or a session may do has changed.
pub const CREDENTIALS: &str = "till_credentials";

/// Tells all processes, when the transaction is committed, that what they remember of credentials may be wrong.
pub async fn credentials_changed(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query("SELECT pg_notify($1, '')").bind(CREDENTIALS).execute(db).await.map(drop)
}

/// Listens to all of them. A notice that was missed costs time, never truth: whoever waits also polls.
pub async fn listen(pool: &PgPool) -> sqlx::Result<PgListener> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen_all([PAYMENTS, DELIVERIES, CREDENTIALS]).await?;
    Ok(listener)
}

/// Whether the connection that listens is still there. It only reads, so it would never learn that it is not.
pub async fn is_there(listener: &mut PgListener) -> sqlx::Result<()> {
    sqlx::query("SELECT 1").execute(listener).await.map(drop)
}

/// Says that a delivery has become due, once the transaction is committed.
pub async fn delivery_is_due(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query("SELECT pg_notify($1, '')").bind(DELIVERIES).execute(db).await.map(drop)
}
