//! What is asked and answered about endpoints.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use till_store::gateway::endpoints::Endpoint;
use utoipa::ToSchema;

use crate::gateway::Gateway;
use crate::problem::Result;
use crate::webhooks::signature::public_key;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndpointRequest {
    /// A public https address.
    #[schema(example = "https://shop.example/webhooks/till")]
    pub url: String,
    pub description: Option<String>,
    /// Types of events, and patterns such as `payment.*`. Everything unless given.
    #[schema(example = json!(["payment.captured", "payment.refunded"]))]
    pub types: Option<Vec<String>>,
    /// A store, if only its payments are of interest.
    pub store: Option<String>,
}

/// What is given is changed; `null` takes a limit away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndpointChange {
    pub url: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub description: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>)]
    pub types: Option<Option<Vec<String>>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub store: Option<Option<String>>,
}

/// Tells a field that is `null` from one that is not there.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateRequest {
    /// For how long the old keys sign too, in seconds: up to 604800 (seven days), none unless given.
    #[serde(default)]
    #[schema(example = 86400)]
    pub overlap_seconds: i64,
}

/// A webhook endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndpointAnswer {
    #[schema(example = "end_5f0c6a1b9f3e4d2c8b7a69584736251f")]
    id: String,
    url: String,
    description: Option<String>,
    /// What it is told of; everything if `null`.
    types: Option<Vec<String>>,
    store: Option<String>,
    /// `active`; `failing`, when its last attempts failed; or `paused`, when nothing is sent until it is resumed.
    #[schema(example = "active")]
    status: &'static str,
    /// `requested`, `failing` (it took nothing for three days) or `gone` (it answered 410).
    paused_reason: Option<String>,
    paused_at: Option<DateTime<Utc>>,
    /// Since when every attempt has failed.
    failing_since: Option<DateTime<Utc>>,
    /// Attempts that failed since the last one that did not.
    failures: i32,
    /// When one attempt is made again, while it fails too often for more.
    next_probe_at: Option<DateTime<Utc>>,
    /// `whsec_…`, after Standard Webhooks: `v1` signatures verify with it. Shown when it is made, and not again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// `whpk_…`: `v1a` signatures verify with it.
    public_key: String,
    /// Until when deliveries are signed with the keys of before the last rotation too.
    previous_keys_until: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct EndpointList {
    /// Oldest first.
    pub data: Vec<EndpointAnswer>,
}

impl EndpointAnswer {
    pub fn new(gateway: &Gateway, endpoint: Endpoint) -> Result<Self> {
        let signing_key = gateway.seal.open(&endpoint.keys.signing_key)?;
        let status = match (endpoint.paused_at, endpoint.failures) {
            (Some(_), _) => "paused",
            (None, 0) => "active",
            (None, _) => "failing",
        };
        Ok(Self {
            status,
            public_key: public_key(&signing_key)?,
            secret: None,
            previous_keys_until: endpoint.keys.previous_until.filter(|until| *until > Utc::now()),
            id: endpoint.id,
            url: endpoint.url,
            description: endpoint.description,
            types: endpoint.types,
            store: endpoint.store_id,
            paused_reason: endpoint.paused_reason,
            paused_at: endpoint.paused_at,
            failing_since: endpoint.failing_since,
            failures: endpoint.failures,
            next_probe_at: endpoint.probe_at,
            created_at: endpoint.created_at,
        })
    }

    /// With the secret, which is shown this once.
    pub fn showing(self, secret: String) -> Self {
        Self { secret: Some(secret), ..self }
    }
}
