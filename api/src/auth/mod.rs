//! Who is calling, and what they may do.

pub mod key;
pub mod scope;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::{header, request::Parts};
use till_store::gateway::keys;

use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use scope::{Needs, Scopes};

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
    /// What the caller's view ends at, for the `WHERE` of whatever belongs to a store.
    pub fn only_store(&self) -> Option<&str> {
        self.store_id.as_deref()
    }
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
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(id) | Self::Client(id) | Self::Store(id) => f.write_str(id),
            Self::Member(wallet) => write!(f, "member {wallet}"),
        }
    }
}

/// The caller of a route that needs the scope `S`.
pub struct Caller<S: Needs>(pub Identity, pub PhantomData<S>);

impl<S: Needs> FromRequestParts<Arc<Gateway>> for Caller<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Arc<Gateway>) -> Result<Self> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let identity = identify(gateway, header).await?;
        if !identity.scopes.allow(S::SCOPE) {
            let detail = format!("this needs the scope {}", S::SCOPE.as_str());
            return Err(Problem::new(Code::ScopeMissing, detail));
        }
        Ok(Self(identity, PhantomData))
    }
}

async fn identify(gateway: &Gateway, authorization: Option<&str>) -> Result<Identity> {
    let key = authorization.and_then(key::from_header).ok_or_else(unauthorized)?;
    let holder = keys::holder(&gateway.pool, &key::hash(key)).await?.ok_or_else(unauthorized)?;
    if holder.use_is_due {
        keys::note_use(&gateway.pool, &holder.key_id).await?;
    }
    Ok(Identity {
        merchant_id: holder.merchant_id,
        merchant_address: holder.merchant_address,
        merchant_name: holder.merchant_name,
        store_id: holder.store_id,
        actor: Actor::Key(holder.key_id),
        scopes: Scopes::stored(holder.scopes.as_deref()),
    })
}

/// The same words for a missing key, an unknown one and a revoked one.
fn unauthorized() -> Problem {
    Problem::new(Code::Unauthorized, "send a valid key: Authorization: Bearer till_sk_…")
}
