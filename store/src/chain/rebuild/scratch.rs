//! A database for a while.

use rand::random;
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

use crate::db;

/// An empty database with the schema in it, on the server of another one. It stays until it is dropped
/// by [`Scratch::drop`].
#[derive(Debug)]
pub struct Scratch {
    server: PgConnectOptions,
    name: String,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum ScratchError {
    #[error("cannot create a database to rebuild in; the role needs CREATEDB: {0}")]
    Create(#[source] sqlx::Error),
    #[error("cannot prepare the database to rebuild in: {0}")]
    Prepare(#[from] sqlx::migrate::MigrateError),
}

impl Scratch {
    /// On the server of `live`.
    pub async fn create(live: &PgConnectOptions) -> Result<Self, ScratchError> {
        let scratch = Self { server: live.clone(), name: format!("till_rebuild_{:016x}", random::<u64>()) };
        scratch.execute(format!("CREATE DATABASE {}", scratch.name)).await.map_err(ScratchError::Create)?;
        let migrated = match db::connect_with(scratch.options(), 1).await {
            Ok(pool) => db::migrate(&pool).await,
            Err(error) => Err(error.into()),
        };
        match migrated {
            Ok(()) => Ok(scratch),
            Err(error) => {
                let _ = scratch.drop().await;
                Err(error.into())
            }
        }
    }

    pub fn options(&self) -> PgConnectOptions {
        self.server.clone().database(&self.name)
    }

    /// With everything in it, whoever is connected.
    pub async fn drop(self) -> sqlx::Result<()> {
        self.execute(format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)).await
    }

    async fn execute(&self, statement: String) -> sqlx::Result<()> {
        let mut db = PgConnection::connect_with(&self.server).await?;
        // The name is ours: letters, digits and underscores.
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut db).await?;
        db.close().await
    }
}
