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
    let pool = PgPoolOptions::new().max_connections(connections).acquire_timeout(ACQUIRE_TIMEOUT);
    pool.connect_with(options).await
}

/// A pool beside `pool`, of connections that look rows up by their keys. A planner that has no statistics yet
/// of a table that grows by thousands of rows a second takes it for small, and reads all of it each time; and
/// planning the same statement anew costs as much as it does.
pub fn for_keyed_statements(pool: &PgPool, connections: u32) -> PgPool {
    let options = PgConnectOptions::clone(&pool.connect_options()).options([
        ("enable_seqscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("plan_cache_mode", "force_generic_plan"),
        ("jit", "off"),
    ]);
    let pool = PgPoolOptions::new().max_connections(connections).acquire_timeout(ACQUIRE_TIMEOUT);
    pool.test_before_acquire(false).connect_lazy_with(options)
}

/// Brings the schema to what this version of the code expects. Safe to run from several processes
/// at once: they take turns.
pub async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    MIGRATIONS.run(pool).await
}
