//! Webhooks, after Standard Webhooks (<https://www.standardwebhooks.com>).

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::Utc;
use ed25519_dalek::{Signature, VerifyingKey};
use http::HeaderMap;
use standardwebhooks::Webhook;

use crate::types::Event;

/// A webhook is older or newer than that, in seconds: it is refused, so that nobody can send it again for ever.
const TOLERANCE: u64 = 5 * 60;

/// Why a webhook is not believed.
#[derive(Debug, thiserror::Error)]
pub enum VerificationError {
    #[error("the header {0} is missing")]
    Header(&'static str),
    #[error("the key is neither `whsec_` nor `whpk_` and base64")]
    Key,
    #[error("the timestamp is too far from now")]
    Timestamp,
    #[error("no signature fits")]
    Signature,
    #[error("the body is not an event: {0}")]
    Body(#[from] serde_json::Error),
}

/// The event that a webhook tells, if it is the gateway's. `payload` is the body as it came, byte for byte; `key` the
/// endpoint's secret, `whsec_…`, or its public key, `whpk_…`.
pub fn verify(payload: &[u8], headers: &HeaderMap, key: &str) -> Result<Event, VerificationError> {
    match key.strip_prefix("whpk_") {
        Some(public_key) => verify_by_public_key(payload, headers, public_key)?,
        None => verify_by_secret(payload, headers, key)?,
    }
    Ok(serde_json::from_slice(payload)?)
}

fn verify_by_secret(payload: &[u8], headers: &HeaderMap, secret: &str) -> Result<(), VerificationError> {
    let webhook = Webhook::new(secret).map_err(|_| VerificationError::Key)?;
    webhook.verify(payload, headers).map_err(|_| VerificationError::Signature)
}

/// `v1a`, which the library does not know: ed25519 over the same text.
fn verify_by_public_key(payload: &[u8], headers: &HeaderMap, key: &str) -> Result<(), VerificationError> {
    let (id, timestamp) = (header(headers, "webhook-id")?, header(headers, "webhook-timestamp")?);
    let seconds: i64 = timestamp.parse().map_err(|_| VerificationError::Timestamp)?;
    if Utc::now().timestamp().abs_diff(seconds) > TOLERANCE {
        return Err(VerificationError::Timestamp);
    }
    let key = verifying_key(key).ok_or(VerificationError::Key)?;
    let text = [id.as_bytes(), b".", timestamp.as_bytes(), b".", payload].concat();
    let signatures = header(headers, "webhook-signature")?.split(' ');
    let fits = signatures.filter_map(signature).any(|signature| key.verify_strict(&text, &signature).is_ok());
    fits.then_some(()).ok_or(VerificationError::Signature)
}

fn header<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, VerificationError> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.ok_or(VerificationError::Header(name))
}

fn verifying_key(key: &str) -> Option<VerifyingKey> {
    let bytes: [u8; 32] = STANDARD.decode(key).ok()?.try_into().ok()?;
    VerifyingKey::from_bytes(&bytes).ok()
}

fn signature(versioned: &str) -> Option<Signature> {
    Signature::from_slice(&STANDARD.decode(versioned.strip_prefix("v1a,")?).ok()?).ok()
}
