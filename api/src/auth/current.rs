//! What a caller may do at the moment of a change. A request is let in by its headers, and its body may take a while to
//! arrive: what gives out rights looks once more, in its transaction.

use chrono::Utc;
use sqlx::PgConnection;
use till_store::gateway::{clients, keys, members};

use super::role::Role;
use super::scope::Scopes;
use super::{Actor, Identity};
use crate::problem::{Code, Problem, Result};

/// The caller with the scopes that it has now, which nobody takes from it until the end of the transaction. The
/// merchant's row is locked first.
///
/// # Errors
/// The key or the client has been revoked since, or the key has run out, or the wallet is no member any more.
pub async fn current(db: &mut PgConnection, caller: &Identity) -> Result<Identity> {
    let merchant = &caller.merchant_id;
    let members = members::lock(db, merchant).await?;
    let scopes = match &caller.actor {
        Actor::Key(id) => keys::lock(&mut *db, merchant, id)
            .await?
            .filter(|key| key.revoked_at.is_none() && key.expires_at.is_none_or(|end| end > Utc::now()))
            .map(|key| Scopes::stored(key.scopes.as_deref())),
        // A token has its scopes for as long as it lives, and lives no longer than its client.
        Actor::Client(id) => clients::lock(&mut *db, merchant, id)
            .await?
            .filter(|client| client.revoked_at.is_none())
            .map(|_| caller.scopes.clone()),
        Actor::Member(wallet) => members
            .iter()
            .find(|member| member.wallet == *wallet)
            .and_then(|member| Role::parse(&member.role))
            .map(Role::scopes),
        Actor::Store(_) | Actor::Link(_) => Some(caller.scopes.clone()),
    };
    let ended =
        || Problem::new(Code::RightsExceeded, "the caller's rights have ended since the request came in");
    Ok(Identity { scopes: scopes.ok_or_else(ended)?, ..caller.clone() })
}
