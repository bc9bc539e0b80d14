//! Who is calling.

pub mod key;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::{header, request::Parts};
use till_store::gateway::keys::{self, KeyHolder};

use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};

/// The merchant whose key came with the request.
pub struct Caller(pub KeyHolder);

impl FromRequestParts<Arc<Gateway>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Arc<Gateway>) -> Result<Self> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = header.and_then(key::from_header).ok_or_else(unauthorized)?;
        let holder = keys::holder(&gateway.pool, &key::hash(key)).await?.ok_or_else(unauthorized)?;
        if holder.use_is_due {
            keys::note_use(&gateway.pool, &holder.key_id).await?;
        }
        Ok(Self(holder))
    }
}

/// The same words for a missing key, an unknown one and a revoked one.
fn unauthorized() -> Problem {
    Problem::new(Code::Unauthorized, "send a valid key: Authorization: Bearer till_sk_…")
}
