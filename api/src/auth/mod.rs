//! Who is calling, and what they may do.

pub mod credentials;
mod current;
mod identify;
pub mod issue;
pub mod key;
pub mod known;
pub mod oauth;
pub mod role;
pub mod scope;
pub mod siws;

use std::fmt;

use serde_json::Value;
use sqlx::{PgConnection, Postgres, Transaction};
use till_store::gateway::{audit, endpoints::Owner, notices};
use till_store::view::Wanted;

pub use current::current;
pub use identify::{Account, Caller, SignedIn};
use scope::{Scope, Scopes};

use crate::gateway::Gateway;
use crate::http::request_id;
use crate::problem::{Code, Problem, Result};

/// Who acts for a merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub merchant_id: String,
    /// The merchant's account on the chain, base58.
    pub merchant_address: String,
    pub merchant_name: String,
    /// The one store that the caller may see, if it is not all of them.
    pub store_id: Option<String>,
    pub actor: Actor,
    pub scopes: Scopes,
}

impl Identity {
    /// Whose webhook endpoints the caller may see.
    pub fn owner(&self) -> Owner<'_> {
        Owner { merchant_id: &self.merchant_id, store_id: self.store_id.as_deref() }
    }

    /// What the caller's view ends at, for the `WHERE` of whatever belongs to a store.
    pub fn only_store(&self) -> Option<&str> {
        self.store_id.as_deref()
    }

    /// A payment, as far as the caller may see it.
    pub fn wants(&self, payment_id: &str) -> Wanted {
        Wanted {
            merchant_id: self.merchant_id.clone(),
            store_id: self.store_id.clone(),
            id: payment_id.to_owned(),
        }
    }

    /// Refuses a caller without the scope.
    pub fn require(&self, scope: Scope) -> Result<()> {
        if self.scopes.allow(scope) {
            return Ok(());
        }
        Err(Problem::new(Code::ScopeMissing, format!("this needs the scope {}", scope.as_str())))
    }

    /// Refuses a caller without the scope, and one that is for one store alone.
    pub fn require_account(&self, scope: Scope) -> Result<()> {
        self.require(scope)?;
        if self.store_id.is_none() {
            return Ok(());
        }
        let detail = "this needs a key that is for the whole merchant, not for one store";
        Err(Problem::new(Code::ScopeMissing, detail))
    }

    /// Refuses to hand on what the caller does not have.
    pub fn require_cover(&self, scopes: &Scopes, store: Option<&str>) -> Result<()> {
        let store_is_covered = self.store_id.is_none() || self.only_store() == store;
        if self.scopes.cover(scopes) && store_is_covered {
            return Ok(());
        }
        Err(Problem::new(Code::RightsExceeded, "nobody gives more rights than they have"))
    }

    /// Notes in the audit log that the caller does something, in the transaction in which it is done. `action` is
    /// a thing and a verb, such as `payment.capture`, `target` the id of the thing; `details` hold no secret.
    pub async fn note(
        &self,
        db: &mut PgConnection,
        action: &str,
        target: &str,
        details: Value,
    ) -> Result<()> {
        note(db, &self.merchant_id, &self.actor, action, target, details).await
    }
}

/// Like [`Identity::note`], by who is not yet known as acting for the merchant.
pub async fn note(
    db: &mut PgConnection,
    merchant_id: &str,
    actor: &Actor,
    action: &str,
    target: &str,
    details: Value,
) -> Result<()> {
    let (actor, request_id) = (actor.to_string(), request_id::current());
    let request_id = request_id.as_deref();
    Ok(audit::note(db, merchant_id, &actor, action, Some(target), request_id, &details).await?)
}

/// Commits a change of what somebody may do: from then on no process believes what it remembers of credentials.
pub async fn commit(gateway: &Gateway, mut db: Transaction<'_, Postgres>) -> Result<()> {
    notices::credentials_changed(&mut *db).await?;
    db.commit().await?;
    gateway.credentials.forget();
    Ok(())
}

/// What signed the request. Its text is what the audit log says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// An API key, by its id.
    Key(String),
    /// An OAuth client, by its id.
    Client(String),
    /// A person, by the wallet.
    Member(String),
    /// A shop's POSKey, by the store's id.
    Store(String),
    /// Whoever follows a payment link, by the link's id.
    Link(String),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(id) | Self::Client(id) | Self::Store(id) | Self::Link(id) => f.write_str(id),
            Self::Member(wallet) => write!(f, "member {wallet}"),
        }
    }
}
