//! The connection pool, and the schema that everything here expects.

use std::io::ErrorKind;
use std::time::Duration;

use sqlx::{
    Connection, PgConnection, PgPool, Postgres, Transaction,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::timeout;

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// How long a request waits for a connection before it is told that there is none.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// For how long after its last use a connection is believed to be there. Where many wait for connections none lies idle
/// for as long, and a Postgres is hardly started anew in less.
const TRUSTED_FOR: Duration = Duration::from_millis(100);

const JOURNAL_CONNECTIONS: u32 = 2;

/// How long a connection has to answer whether it is there. One to a host that is gone never does.
const PING: Duration = Duration::from_millis(500);
/// How long one has to give up what was cancelled on it, before it is closed instead.
const RELEASE: Duration = Duration::from_secs(2);
/// How long a statement may take that nobody waits for: as long as the leases of what it is about.
const UNATTENDED: Duration = Duration::from_secs(30);
/// How often Postgres looks whether somebody still waits for a statement, in milliseconds. What was cancelled would go on
/// there otherwise, beside what is asked for next.
const LOOK_FOR_CLIENT_MS: &str = "1000";

/// Opens a pool of at most `connections` to the database at `url`.
pub async fn connect(url: &str, connections: u32) -> sqlx::Result<PgPool> {
    connect_with(url.parse()?, connections).await
}

/// A small pool beside the others, which connects when it is needed.
pub fn journal(url: &str) -> sqlx::Result<PgPool> {
    Ok(pool_of(JOURNAL_CONNECTIONS).connect_lazy_with(url.parse()?))
}

/// Like [`connect`], with what the URL says.
pub async fn connect_with(options: PgConnectOptions, connections: u32) -> sqlx::Result<PgPool> {
    let options = options.options([("client_connection_check_interval", LOOK_FOR_CLIENT_MS)]);
    pool_of(connections).connect_with(options).await
}

/// A connection that comes back is asked whether it has given up what may have been cancelled on it.
fn pool_of(connections: u32) -> PgPoolOptions {
    trusting(connections).after_release(|connection, _| Box::pin(ping(connection, RELEASE)))
}

/// For those who close a connection on which they have cancelled something.
fn trusting(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A round trip for each use would cost a fifth of a read. One that has lain idle is asked, so that a Postgres
        // that was started anew costs no request.
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                if about.idle_for < TRUSTED_FOR {
                    return Ok(true);
                }
                ping(connection, PING).await
            })
        })
}

/// Whether it answers; an error, with which the pool drops it at once, if it does not.
async fn ping(connection: &mut PgConnection, patience: Duration) -> sqlx::Result<bool> {
    within(patience, connection.ping()).await.map(|()| true)
}

/// Runs a statement of a part that works in the background, where no request ends the wait for a host that is gone.
pub async fn in_time<T>(statement: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    within(UNATTENDED, statement).await
}

async fn within<T>(patience: Duration, answer: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    timeout(patience, answer).await.unwrap_or_else(|_| Err(sqlx::Error::Io(ErrorKind::TimedOut.into())))
}

/// A pool beside `pool`, of connections that look rows up by their keys, and are known to Postgres by `name`. A planner
/// that has no statistics yet of a table that grows by thousands of rows a second takes it for small, and reads all of it
/// each time; and planning the same statement anew costs as much as it does. Who cancels a statement closes its
/// connection.
pub fn for_keyed_statements(pool: &PgPool, name: &str, connections: u32) -> PgPool {
    trusting(connections).connect_lazy_with(keyed(pool, name))
}

/// Like [`for_keyed_statements`], of connections whose commits do not wait for the disk: for what is done once more if a
/// crash of Postgres has made it forget the last of it.
pub fn for_repeatable_statements(pool: &PgPool, name: &str, connections: u32) -> PgPool {
    let options = keyed(pool, name).options([("synchronous_commit", "off")]);
    pool_of(connections).connect_lazy_with(options)
}

/// Makes the commit of this transaction wait for the disk although those of its connection do not.
pub async fn wait_for_disk(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("SET LOCAL synchronous_commit = on").execute(db).await.map(drop)
}

fn keyed(pool: &PgPool, name: &str) -> PgConnectOptions {
    PgConnectOptions::clone(&pool.connect_options()).application_name(name).options([
        ("enable_seqscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("plan_cache_mode", "force_generic_plan"),
        ("jit", "off"),
    ])
}

/// Begins a transaction.
///
/// Use it, and not [`PgPool::begin`]: whoever waits for that one and is cancelled, as a request is whose client has gone,
/// leaves a connection in the pool that is inside a transaction without knowing it, and what is written there next is
/// never committed. This one is not cancelled: it begins, and is rolled back when nobody takes it.
#[expect(clippy::disallowed_methods, reason = "the one place for it")]
pub async fn begin(pool: &PgPool) -> sqlx::Result<Transaction<'static, Postgres>> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin().await });
    begun.await.map_err(|_| sqlx::Error::WorkerCrashed)?
}

/// Brings the schema to what this version of the code expects. Safe to run from several processes
/// at once: they take turns.
pub async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    MIGRATIONS.run(pool).await
}

/// The last migration that a database has had.
pub async fn version(pool: &PgPool) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations WHERE success")
        .fetch_one(pool)
        .await
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;
    use crate::testing::TestDatabase;

    #[tokio::test]
    async fn who_gives_up_while_a_transaction_begins_leaves_no_connection_in_one() {
        let database = TestDatabase::create().await.unwrap();
        let pool = connect(&database.url, 1).await.unwrap();
        sqlx::query("CREATE TABLE said (what text)").execute(&pool).await.unwrap();
        for round in 0..50i64 {
            // Polled once: the statement is on its way, the answer is not.
            assert!(begin(&pool).now_or_never().is_none());
            tokio::task::yield_now().await;
            sqlx::query("INSERT INTO said VALUES ('something')").execute(&pool).await.unwrap();
            let seen: i64 =
                sqlx::query_scalar("SELECT count(*) FROM said").fetch_one(&database.pool).await.unwrap();
            assert_eq!(seen, round + 1, "committed, as whoever wrote it believes");
        }
    }

    #[tokio::test]
    async fn only_what_is_to_last_waits_for_the_disk() {
        let database = TestDatabase::create().await.unwrap();
        let pool = for_repeatable_statements(&database.pool, "till-test", 1);
        let mut db = begin(&pool).await.unwrap();
        assert_eq!(synchronous_commit(&mut db).await, "off");
        wait_for_disk(&mut db).await.unwrap();
        assert_eq!(synchronous_commit(&mut db).await, "on");
        db.commit().await.unwrap();
        assert_eq!(synchronous_commit(&mut pool.acquire().await.unwrap()).await, "off");
    }

    async fn synchronous_commit(db: &mut PgConnection) -> String {
        sqlx::query_scalar("SELECT current_setting('synchronous_commit')").fetch_one(db).await.unwrap()
    }
}
