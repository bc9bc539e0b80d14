//! What this process remembers of credentials, so that a request costs no query to know who is calling.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use moka::future::Cache;
use sqlx::PgPool;
use till_store::gateway::members::{self, Membership};
use till_store::gateway::sessions::{self, Session};
use till_store::gateway::{clients, keys};

use super::key::Kind;
use super::scope::Scopes;
use super::{Actor, Identity};
use crate::problem::Result;

/// How long a credential is believed without looking. Changes are told at once, here and by a notice to other
/// processes; this bounds what a process does not hear that is cut off.
const TIME_TO_LIVE: Duration = Duration::from_secs(5);
const MAX_REMEMBERED: u64 = 100_000;

/// Whom a secret stands for.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A key or an access token, which acts for one merchant.
    Machine { identity: Identity, expires_at: Option<DateTime<Utc>> },
    /// A signed-in wallet, which acts for any merchant that it is a member of.
    Person { session: Session, memberships: Vec<Membership> },
}

impl Credential {
    fn expires_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Machine { expires_at, .. } => *expires_at,
            Self::Person { session, .. } => Some(session.expires_at),
        }
    }
}

/// The credentials that were seen within the last seconds, by the hash of the secret.
pub struct Credentials {
    remembered: Cache<[u8; 32], Remembered>,
    /// Counts the changes. What was read before the last one is not believed, however late it is remembered.
    generation: AtomicU64,
}

#[derive(Clone)]
struct Remembered {
    generation: u64,
    credential: Arc<Credential>,
}

impl Default for Credentials {
    fn default() -> Self {
        let remembered = Cache::builder().time_to_live(TIME_TO_LIVE).max_capacity(MAX_REMEMBERED).build();
        Self { remembered, generation: AtomicU64::new(0) }
    }
}

impl Credentials {
    /// Forgets everything: some credential has changed.
    pub fn forget(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.remembered.invalidate_all();
    }

    /// Whom the secret with this hash stands for; nothing if it is unknown, revoked or has run out.
    pub async fn find(&self, pool: &PgPool, kind: Kind, hash: &[u8; 32]) -> Result<Option<Arc<Credential>>> {
        // Read before the database is: a change in between leaves a generation that nobody believes.
        let generation = self.generation.load(Ordering::SeqCst);
        let known = self.remembered.get(hash).await.filter(|known| known.generation == generation);
        let credential = match known {
            Some(known) => known.credential,
            None => {
                let Some(found) = look_up(pool, kind, hash).await? else { return Ok(None) };
                let credential = Arc::new(found);
                let remembered = Remembered { generation, credential: credential.clone() };
                self.remembered.insert(*hash, remembered).await;
                credential
            }
        };
        let has_ended = credential.expires_at().is_some_and(|end| end <= Utc::now());
        Ok((!has_ended).then_some(credential))
    }
}

async fn look_up(pool: &PgPool, kind: Kind, hash: &[u8; 32]) -> Result<Option<Credential>> {
    Ok(match kind {
        Kind::FullKey | Kind::RestrictedKey => key(pool, hash).await?,
        Kind::AccessToken => access_token(pool, hash).await?,
        Kind::Session => session(pool, hash).await?,
        Kind::ClientSecret => None,
    })
}

async fn key(pool: &PgPool, hash: &[u8; 32]) -> Result<Option<Credential>> {
    let Some(holder) = keys::holder(pool, hash).await? else { return Ok(None) };
    if holder.use_is_due {
        tokio::spawn(note_use(pool.clone(), holder.key_id.clone()));
    }
    let identity = Identity {
        merchant_id: holder.merchant_id,
        merchant_address: holder.merchant_address,
        merchant_name: holder.merchant_name,
        store_id: holder.store_id,
        actor: Actor::Key(holder.key_id),
        scopes: Scopes::stored(holder.scopes.as_deref()),
    };
    Ok(Some(Credential::Machine { identity, expires_at: holder.expires_at }))
}

/// Beside the request, which does not wait for it.
async fn note_use(pool: PgPool, key_id: String) {
    if let Err(error) = keys::note_use(&pool, &key_id).await {
        tracing::warn!(%error, key_id, "the use of a key could not be noted");
    }
}

async fn access_token(pool: &PgPool, hash: &[u8; 32]) -> Result<Option<Credential>> {
    let Some(holder) = clients::token_holder(pool, hash).await? else { return Ok(None) };
    let identity = Identity {
        merchant_id: holder.merchant_id,
        merchant_address: holder.merchant_address,
        merchant_name: holder.merchant_name,
        store_id: holder.store_id,
        actor: Actor::Client(holder.client_id),
        scopes: Scopes::stored(Some(&holder.scopes)),
    };
    Ok(Some(Credential::Machine { identity, expires_at: Some(holder.expires_at) }))
}

async fn session(pool: &PgPool, hash: &[u8; 32]) -> Result<Option<Credential>> {
    let Some(session) = sessions::find(pool, hash).await? else { return Ok(None) };
    let memberships = members::memberships(pool, &session.wallet).await?;
    Ok(Some(Credential::Person { session, memberships }))
}
