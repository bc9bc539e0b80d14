//! What is told when a webhook endpoint gets nothing more.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The data of an event `endpoint.paused`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EndpointPaused {
    #[schema(example = "end_5f0c6a1b9f3e4d2c8b7a69584736251f")]
    pub endpoint: String,
    pub url: String,
    /// `failing`: it took nothing for three days. `gone`: it answered 410. `requested`: somebody asked for it.
    #[schema(example = "failing")]
    pub reason: String,
    pub paused_at: Option<DateTime<Utc>>,
    /// Since when it took nothing.
    pub failing_since: Option<DateTime<Utc>>,
    /// What came of the last attempt.
    pub last_error: Option<String>,
}

impl EndpointPaused {
    pub const TYPE: &str = "endpoint.paused";
}
