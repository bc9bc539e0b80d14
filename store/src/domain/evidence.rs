//! What merchant and payer say for themselves in a dispute.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A file that is kept elsewhere. Its hash says which one was meant, whatever is found there later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFile {
    // In the order of the alphabet: see [`Evidence::sha256`].
    #[schema(example = "delivery-note.pdf")]
    pub name: String,
    /// Of its bytes: 64 hex digits in lower case.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub sha256: String,
    #[schema(example = "https://shop.example/files/delivery-note.pdf")]
    pub url: String,
}

/// One piece of evidence. It is never changed and never taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Evidence {
    #[schema(example = "evd_5f0c6a1b9f3e4d2c8b7a69584736251f")]
    pub id: String,
    /// Of the JSON object `{"files": [{"name", "sha256", "url"}], "payment", "text"}` in its canonical form (RFC 8785:
    /// keys in the order of the alphabet, no spaces), in hex.
    pub sha256: String,
    pub text: String,
    pub files: Vec<EvidenceFile>,
    /// Who gave it: the id of a key or a client, `member` and a wallet, or `payer` and a wallet.
    pub author: String,
    /// Of a payer's: what proves that its wallet has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<SignedText>,
    pub created_at: DateTime<Utc>,
}

/// A text and a wallet's signature of its UTF-8 bytes (ed25519).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignedText {
    pub message: String,
    /// Base58.
    pub signature: String,
}
