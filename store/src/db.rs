//! The connection pool, and the schema that everything here expects.

use std::time::Duration;

use sqlx::{
    PgPool,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// How long a request waits for a connection before it is told that there is none.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens a pool of at most `connections` to the database at `url`.
pub async fn connect(url: &str, connections: u32) -> sqlx::Result<PgPool> {
    connect_with(url.parse()?, connections).await
}

/// Like [`connect`], with what the URL says.
pub async fn connect_with(options: PgConnectOptions, connections: u32) -> sqlx::Result<PgPool> {
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A round trip for each use would only move the moment of the loss: a connection may go at any time.
        .test_before_acquire(false);
    pool.connect_with(options).await
}

/// Brings the schema to what this version of the code expects. Safe to run from several processes
/// at once: they take turns.
pub async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    MIGRATIONS.run(pool).await
}
