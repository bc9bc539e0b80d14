//! Giving out keys and clients, with no more rights than the caller has.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::json;
use sqlx::PgConnection;
use till_store::db;
use till_store::gateway::clients::{self, Client};
use till_store::gateway::keys::{self, ApiKey, NewKey};
use till_store::gateway::stores;
use utoipa::ToSchema;

use super::key::{Kind, NewSecret};
use super::scope::{Scope, Scopes};
use super::{Identity, commit, current};
use crate::gateway::Gateway;
use crate::http::name;
use crate::problem::{Code, Problem, Result};

/// The longest life of a key that ends, in seconds: ten years.
const MAX_LIFE: i64 = 10 * 365 * 86_400;
/// The longest overlap of a rotation, in seconds: seven days.
const MAX_OVERLAP: i64 = 7 * 86_400;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRequest {
    /// 1 to 100 characters.
    #[schema(example = "Web shop")]
    name: String,
    /// What it may do; everything unless given.
    scopes: Option<Vec<Scope>>,
    /// The one store that it is for; all of them unless given.
    store: Option<String>,
    /// After how many seconds it is refused; never unless given. At most ten years.
    expires_in: Option<i64>,
}

/// Makes a key, and returns it with its secret.
pub async fn key(gateway: &Gateway, caller: &Identity, request: KeyRequest) -> Result<(ApiKey, String)> {
    let name = name::checked(&request.name)?;
    let scopes = requested(request.scopes)?.unwrap_or(Scopes::Everything);
    let expires_at = request.expires_in.map(expiry).transpose()?;
    let mut db = db::begin(&gateway.pool).await?;
    let caller = &still(&mut db, caller).await?;
    caller.require_cover(&scopes, request.store.as_deref())?;
    require_open(&mut db, caller, request.store.as_deref()).await?;
    let (key, secret) = write(&mut db, caller, &name, &scopes, request.store.as_deref(), expires_at).await?;
    let details = json!({ "name": key.name, "scopes": key.scopes, "store": key.store_id });
    caller.note(&mut db, "api_key.create", &key.id, details).await?;
    db.commit().await?;
    Ok((key, secret))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// For how many seconds the old key is good beside the new one; at most seven days.
    #[serde(default)]
    #[schema(example = 86_400)]
    overlap_seconds: i64,
}

/// Makes a key in place of another one, and returns it with its secret.
pub async fn rotated(
    gateway: &Gateway,
    caller: &Identity,
    id: &str,
    rotation: Rotation,
) -> Result<(ApiKey, String)> {
    if !(0..=MAX_OVERLAP).contains(&rotation.overlap_seconds) {
        let detail = format!("0 to {MAX_OVERLAP} seconds");
        return Err(Problem::of_field(Code::ValidationFailed, "overlap_seconds", detail));
    }
    let mut db = db::begin(&gateway.pool).await?;
    let caller = &still(&mut db, caller).await?;
    let old = keys::lock(&mut *db, &caller.merchant_id, id).await?.ok_or_else(|| key_not_found(id))?;
    let has_ended = old.expires_at.is_some_and(|end| end <= Utc::now());
    if old.revoked_at.is_some() || old.replaced_by.is_some() || has_ended {
        return Err(Problem::new(Code::KeyEnded, "the key has been revoked or replaced, or has run out"));
    }
    // Whoever rotates a key learns a secret with its rights.
    let scopes = Scopes::stored(old.scopes.as_deref());
    caller.require_cover(&scopes, old.store_id.as_deref())?;
    let (key, secret) =
        write(&mut db, caller, &old.name, &scopes, old.store_id.as_deref(), old.expires_at).await?;
    keys::replace(&mut *db, id, &key.id, rotation.overlap_seconds).await?;
    let details = json!({ "replaced_by": key.id, "overlap_seconds": rotation.overlap_seconds });
    caller.note(&mut db, "api_key.rotate", id, details).await?;
    commit(gateway, db).await?;
    Ok((key, secret))
}

async fn write(
    db: &mut PgConnection,
    caller: &Identity,
    name: &str,
    scopes: &Scopes,
    store_id: Option<&str>,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(ApiKey, String)> {
    let is_full = *scopes == Scopes::Everything && store_id.is_none();
    let secret = NewSecret::generate(if is_full { Kind::FullKey } else { Kind::RestrictedKey });
    let (scopes, actor) = (scopes.to_stored(), caller.actor.to_string());
    let new = NewKey {
        merchant_id: &caller.merchant_id,
        name,
        hash: &secret.hash,
        prefix: &secret.prefix,
        store_id,
        scopes: scopes.as_deref(),
        expires_at,
        created_by: Some(&actor),
    };
    Ok((keys::add(db, new).await?, secret.secret))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientRequest {
    /// 1 to 100 characters.
    #[schema(example = "Bookkeeping")]
    name: String,
    /// What it may do at most.
    scopes: Vec<Scope>,
    /// The one store that it is for; all of them unless given.
    store: Option<String>,
}

/// Makes an OAuth client, and returns it with its secret.
pub async fn client(
    gateway: &Gateway,
    caller: &Identity,
    request: ClientRequest,
) -> Result<(Client, String)> {
    let name = name::checked(&request.name)?;
    let scopes = requested(Some(request.scopes))?.unwrap_or(Scopes::Only(Vec::new()));
    let store = request.store.as_deref();
    let mut db = db::begin(&gateway.pool).await?;
    let caller = &still(&mut db, caller).await?;
    caller.require_cover(&scopes, store)?;
    require_open(&mut db, caller, store).await?;
    let secret = NewSecret::generate(Kind::ClientSecret);
    let names = scopes.to_stored().unwrap_or_default();
    let client = clients::add(&mut *db, &caller.merchant_id, &name, &secret.hash, store, &names).await?;
    let details = json!({ "name": client.name, "scopes": client.scopes, "store": client.store_id });
    caller.note(&mut db, "oauth_client.create", &client.id, details).await?;
    db.commit().await?;
    Ok((client, secret.secret))
}

/// The caller as it is now, if it may still give out rights.
async fn still(db: &mut PgConnection, caller: &Identity) -> Result<Identity> {
    let caller = current(db, caller).await?;
    caller.require_account(Scope::AccountWrite)?;
    Ok(caller)
}

/// What was asked for, each scope once.
fn requested(scopes: Option<Vec<Scope>>) -> Result<Option<Scopes>> {
    let Some(scopes) = scopes else { return Ok(None) };
    if scopes.is_empty() {
        return Err(Problem::of_field(
            Code::ValidationFailed,
            "scopes",
            "without a scope it could do nothing",
        ));
    }
    let once = Scope::ALL.iter().copied().filter(|scope| scopes.contains(scope));
    Ok(Some(Scopes::Only(once.collect())))
}

fn expiry(seconds: i64) -> Result<DateTime<Utc>> {
    if !(1..=MAX_LIFE).contains(&seconds) {
        let detail = format!("1 to {MAX_LIFE} seconds");
        return Err(Problem::of_field(Code::ValidationFailed, "expires_in", detail));
    }
    Ok(Utc::now() + TimeDelta::seconds(seconds))
}

async fn require_open(db: &mut PgConnection, caller: &Identity, store: Option<&str>) -> Result<()> {
    let Some(store) = store else { return Ok(()) };
    if stores::is_open(db, &caller.merchant_id, store).await? {
        return Ok(());
    }
    Err(Problem::of_field(Code::StoreNotFound, "store", format!("there is no open store {store}")))
}

pub fn key_not_found(id: &str) -> Problem {
    Problem::new(Code::KeyNotFound, format!("there is no API key {id}"))
}
