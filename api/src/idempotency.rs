//! `Idempotency-Key`: a request that is repeated has one effect and one answer.
//!
//! The key is claimed in the database transaction of the effect, so whoever comes second waits for
//! the first and then finds what it left. An error leaves nothing, so it may be tried again with the
//! same key.

use axum::extract::FromRequestParts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgExecutor};
use till_store::gateway::idempotency::{self as rows, Earlier};
use tokio::sync::OwnedMutexGuard;

use crate::auth::Identity;
use crate::payments::Turns;
use crate::problem::{Code, Problem, Result};

pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const MAX_LENGTH: usize = 255;
/// For how long an answer is kept, in hours.
pub const KEPT_HOURS: i32 = 24;

/// The key that came with a request, if one did, and where it came to.
pub struct IdempotencyKey {
    key: Option<String>,
    target: String,
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let target = format!("{} {}", parts.method, parts.uri.path());
        let Some(value) = parts.headers.get(IDEMPOTENCY_KEY) else { return Ok(Self { key: None, target }) };
        let key = value.to_str().ok().filter(|key| (1..=MAX_LENGTH).contains(&key.len()));
        let invalid = || Problem::new(Code::IdempotencyKeyInvalid, "1 to 255 visible ASCII characters");
        Ok(Self { key: Some(key.ok_or_else(invalid)?.to_owned()), target })
    }
}

impl IdempotencyKey {
    /// The key for a request of a customer to `whose`, such as a payment link, with this body.
    pub fn of_customer(self, merchant_id: &str, whose: &str, body: &[u8]) -> Idempotency {
        let hash = Sha256::new().chain_update(self.target).chain_update([0]).chain_update(body);
        let key = self.key.map(|key| format!("{whose}:{key}"));
        Idempotency { merchant_id: merchant_id.to_owned(), key, request_hash: hash.finalize().into() }
    }

    /// The key for a request of `caller` with this body. Who is for one store has keys apart from the other stores': it
    /// is not given their answers.
    pub fn of(self, caller: &Identity, body: &[u8]) -> Idempotency {
        let mut hash = Sha256::new().chain_update(self.target).chain_update([0]).chain_update(body);
        let mut key = self.key;
        if let Some(store) = caller.only_store() {
            hash = hash.chain_update([0]).chain_update(store);
            key = key.map(|key| format!("{store}:{key}"));
        }
        Idempotency { merchant_id: caller.merchant_id.clone(), key, request_hash: hash.finalize().into() }
    }
}

/// What an earlier request with the same key has left.
pub enum Left {
    Answer(Answer),
    /// An operation that has not been answered yet.
    Operation(String),
}

/// The key of one request. Without a key everything here lets the request through.
pub struct Idempotency {
    merchant_id: String,
    key: Option<String>,
    request_hash: [u8; 32],
}

impl Idempotency {
    /// Waits until no other request with this key is under way in this process. Whoever waits in [`Self::claim`] holds
    /// a connection to the database; many requests with one key would hold all of them.
    pub async fn turn(&self, turns: &Turns) -> Option<OwnedMutexGuard<()>> {
        let key = self.key.as_ref()?;
        Some(turns.of(&format!("{}:{key}", self.merchant_id)).await)
    }

    /// Claims the key in the transaction of the effect; nothing is returned if it was free.
    pub async fn claim(&self, db: &mut PgConnection) -> Result<Option<Left>> {
        let Some(key) = &self.key else { return Ok(None) };
        let Some(earlier) = rows::claim(db, &self.merchant_id, key, &self.request_hash).await? else {
            return Ok(None);
        };
        if earlier.request_hash != self.request_hash {
            let detail = "this Idempotency-Key was used with another method, path or body";
            return Err(Problem::new(Code::IdempotencyMismatch, detail));
        }
        Ok(Some(match earlier {
            Earlier { status: Some(status), body: Some(body), .. } => {
                Left::Answer(Answer::new(status as u16, body)?.replayed())
            }
            Earlier { transaction_id: Some(id), .. } => Left::Operation(id),
            _ => return Err(anyhow::anyhow!("an idempotency key with neither answer nor operation").into()),
        }))
    }

    /// Ties the key to the operation that is recorded in the same database transaction.
    pub async fn belongs_to(&self, db: &mut PgConnection, transaction_id: &str) -> Result<()> {
        let Some(key) = &self.key else { return Ok(()) };
        Ok(rows::belongs_to(db, &self.merchant_id, key, transaction_id).await?)
    }

    /// Keeps the answer and returns the one to give: this one, or the one that was kept before.
    pub async fn keep(&self, db: impl PgExecutor<'_>, answer: Answer) -> Result<Answer> {
        let Some(key) = &self.key else { return Ok(answer) };
        let status = answer.status.as_u16();
        let (status, body) = rows::answer(db, &self.merchant_id, key, status, &answer.body).await?;
        Ok(Answer { replayed: answer.replayed, ..Answer::new(status, body)? })
    }
}

/// An answer that can be given again byte for byte.
pub struct Answer {
    status: StatusCode,
    body: String,
    location: Option<String>,
    replayed: bool,
}

impl Answer {
    fn new(status: u16, body: String) -> Result<Self> {
        let status = StatusCode::from_u16(status).map_err(anyhow::Error::from)?;
        Ok(Self { status, body, location: None, replayed: false })
    }

    pub fn json(status: StatusCode, body: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_string(body).map_err(anyhow::Error::from)?;
        Self::new(status.as_u16(), body)
    }

    /// Marks it as not the first answer.
    pub fn replayed(self) -> Self {
        Self { replayed: true, ..self }
    }

    /// Says that what is answered is found at `collection` and its `id`.
    pub fn located(mut self, collection: &str) -> Self {
        #[derive(serde::Deserialize)]
        struct Named {
            id: String,
        }
        let named = serde_json::from_str::<Named>(&self.body);
        self.location = named.ok().map(|named| format!("{collection}/{}", named.id));
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let json = [(header::CONTENT_TYPE, "application/json")];
        let mut response = (self.status, json, self.body).into_response();
        let headers = response.headers_mut();
        if let Some(location) = self.location.and_then(|location| location.parse().ok()) {
            headers.insert(header::LOCATION, location);
        }
        if self.replayed {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}
