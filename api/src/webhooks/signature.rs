//! Signatures of deliveries, after Standard Webhooks: symmetric, version `v1`.

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use rand::{RngCore, rngs::OsRng};
use sha2::Sha256;

const PREFIX: &str = "whsec_";
/// Between the 24 and 64 bytes that the specification allows.
const SECRET_BYTES: usize = 32;

/// A new signing secret, `whsec_` and base64.
pub fn new_secret() -> String {
    let mut bytes = [0; SECRET_BYTES];
    OsRng.fill_bytes(&mut bytes);
    format!("{PREFIX}{}", STANDARD.encode(bytes))
}

/// The value of the header `webhook-signature` for a delivery. `timestamp` is in unix seconds.
pub fn sign(secret: &str, id: &str, timestamp: i64, body: &str) -> Result<String> {
    let encoded = secret.strip_prefix(PREFIX).unwrap_or(secret);
    let key = STANDARD.decode(encoded).context("a signing secret is not base64")?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).context("a signing secret is not a key")?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the specification and its libraries carry.
    #[test]
    fn agrees_with_the_vector_of_the_specification() {
        let signature = sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signature.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn secrets_differ_and_sign() {
        let (a, b) = (new_secret(), new_secret());
        assert_ne!(a, b);
        assert_ne!(sign(&a, "evt_1", 1, "{}").unwrap(), sign(&b, "evt_1", 1, "{}").unwrap());
    }
}
