//! From the headers of a request to who is calling.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, HeaderName, header, request::Parts};
use till_store::gateway::members::Membership;
use till_store::gateway::sessions::Session;

use super::credentials::Credential;
use super::role::Role;
use super::scope::Needs;
use super::{Actor, Identity, key, known};
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};

/// The merchant that a session acts for.
const MERCHANT: HeaderName = HeaderName::from_static("till-merchant");

/// The caller of a route that needs the scope `S`.
pub struct Caller<S: Needs>(pub Identity, pub PhantomData<S>);

impl<S: Needs> FromRequestParts<Arc<Gateway>> for Caller<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Arc<Gateway>) -> Result<Self> {
        let identity = identify(gateway, &parts.headers).await?;
        identity.require(S::SCOPE)?;
        Ok(Self(identity, PhantomData))
    }
}

/// Any caller that acts for a merchant.
impl FromRequestParts<Arc<Gateway>> for Identity {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Arc<Gateway>) -> Result<Self> {
        identify(gateway, &parts.headers).await
    }
}

/// The caller of a route that is about the merchant's whole account: one with the scope `S`, and not for one store
/// alone.
pub struct Account<S: Needs>(pub Identity, pub PhantomData<S>);

impl<S: Needs> FromRequestParts<Arc<Gateway>> for Account<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Arc<Gateway>) -> Result<Self> {
        let identity = identify(gateway, &parts.headers).await?;
        identity.require_account(S::SCOPE)?;
        Ok(Self(identity, PhantomData))
    }
}

/// A signed-in wallet, whatever merchants it is a member of.
pub struct SignedIn {
    pub session: Session,
    pub memberships: Vec<Membership>,
}

impl FromRequestParts<Arc<Gateway>> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Arc<Gateway>) -> Result<Self> {
        match &*credential(gateway, &parts.headers).await? {
            Credential::Person { session, memberships } => {
                Ok(Self { session: session.clone(), memberships: memberships.clone() })
            }
            Credential::Machine { .. } => {
                let detail = "this is for people: sign in with a wallet, see POST /v1/auth/challenge";
                Err(Problem::new(Code::Unauthorized, detail))
            }
        }
    }
}

async fn identify(gateway: &Gateway, headers: &HeaderMap) -> Result<Identity> {
    let wanted = headers.get(MERCHANT).map(|value| value.to_str().unwrap_or_default());
    match &*credential(gateway, headers).await? {
        Credential::Machine { identity, .. } if wanted.is_none_or(|id| id == identity.merchant_id) => {
            Ok(identity.clone())
        }
        Credential::Machine { .. } => Err(not_a_member()),
        Credential::Person { session, memberships } => acting(&session.wallet, chosen(memberships, wanted)?),
    }
}

/// The merchant that is named, or the only one.
fn chosen<'a>(memberships: &'a [Membership], wanted: Option<&str>) -> Result<&'a Membership> {
    match (wanted, memberships) {
        (Some(id), all) => all.iter().find(|one| one.merchant_id == id).ok_or_else(not_a_member),
        (None, [only]) => Ok(only),
        (None, []) => Err(not_a_member()),
        (None, _) => {
            let detail = "this wallet is a member of several merchants: name one with Till-Merchant: mer_…";
            Err(Problem::new(Code::MerchantRequired, detail))
        }
    }
}

fn acting(wallet: &str, membership: &Membership) -> Result<Identity> {
    let role = Role::parse(&membership.role)
        .ok_or_else(|| anyhow::anyhow!("a member has the role {}, which is none", membership.role))?;
    let Membership { merchant_id, merchant_address, merchant_name, .. } = membership.clone();
    Ok(Identity {
        merchant_id,
        merchant_address,
        merchant_name,
        store_id: None,
        actor: Actor::Member(wallet.to_owned()),
        scopes: role.scopes(),
    })
}

async fn credential(gateway: &Gateway, headers: &HeaderMap) -> Result<Arc<Credential>> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (kind, secret) = value.and_then(key::from_header).ok_or_else(unauthorized)?;
    let hash = key::hash(secret);
    let found = gateway.credentials.find(&gateway.pool, kind, &hash).await?.ok_or_else(unauthorized)?;
    known::note(&hash);
    Ok(found)
}

/// The same words for a missing key, an unknown one and a revoked one.
fn unauthorized() -> Problem {
    Problem::new(Code::Unauthorized, "send a valid key: Authorization: Bearer till_sk_…")
}

fn not_a_member() -> Problem {
    Problem::new(Code::MerchantNotFound, "the caller acts for no such merchant")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member_of(id: &str) -> Membership {
        Membership {
            merchant_id: id.to_owned(),
            merchant_address: String::new(),
            merchant_name: String::new(),
            role: "viewer".to_owned(),
        }
    }

    #[test]
    fn a_merchant_is_named_only_where_there_are_several() {
        let (one, two) = ([member_of("a")], [member_of("a"), member_of("b")]);
        let id = |all: &[Membership], wanted| match chosen(all, wanted) {
            Ok(membership) => membership.merchant_id.clone(),
            Err(problem) => problem.code.as_str().to_owned(),
        };
        assert_eq!(id(&one, None), "a");
        assert_eq!(id(&two, Some("b")), "b");
        assert_eq!(id(&two, None), "merchant_required");
        assert_eq!(id(&two, Some("c")), "merchant_not_found");
        assert_eq!(id(&[], None), "merchant_not_found");
    }
}
