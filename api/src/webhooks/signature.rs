//! Signatures of deliveries, after Standard Webhooks 1.0.0, "Signature scheme": symmetric (`v1`, HMAC-SHA256)
//! and asymmetric (`v1a`, ed25519), both in one header.

use std::fmt::Write;

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, Mac};
use rand::{RngCore, rngs::OsRng};
use sha2::Sha256;
use till_store::gateway::endpoints::Keys;

use super::seal::Seal;

const SECRET: &str = "whsec_";
const SIGNING_KEY: &str = "whsk_";
const PUBLIC_KEY: &str = "whpk_";
/// Between the 24 and 64 bytes that the specification allows, and the seed of an ed25519 key.
const KEY_BYTES: usize = 32;

/// A new signing secret, `whsec_` and base64.
pub fn new_secret() -> String {
    random(SECRET)
}

/// A new ed25519 key, `whsk_` and its seed in base64.
pub fn new_signing_key() -> String {
    random(SIGNING_KEY)
}

fn random(prefix: &str) -> String {
    let mut bytes = [0; KEY_BYTES];
    OsRng.fill_bytes(&mut bytes);
    format!("{prefix}{}", STANDARD.encode(bytes))
}

/// The public half of an ed25519 key, `whpk_` and base64: what receivers verify `v1a` with.
pub fn public_key(signing_key: &str) -> Result<String> {
    let public = read_signing_key(signing_key)?.verifying_key();
    Ok(format!("{PUBLIC_KEY}{}", STANDARD.encode(public.as_bytes())))
}

fn read_signing_key(text: &str) -> Result<SigningKey> {
    let encoded = text.strip_prefix(SIGNING_KEY).unwrap_or(text);
    let seed = STANDARD.decode(encoded).context("a signing key is not base64")?;
    let seed: [u8; KEY_BYTES] = seed.try_into().ok().context("a signing key is not 32 bytes")?;
    Ok(SigningKey::from_bytes(&seed))
}

fn read_secret(text: &str) -> Result<Hmac<Sha256>> {
    let encoded = text.strip_prefix(SECRET).unwrap_or(text);
    let secret = STANDARD.decode(encoded).context("a signing secret is not base64")?;
    Hmac::new_from_slice(&secret).context("a signing secret is not a key")
}

fn symmetric(mac: &Hmac<Sha256>, content: &[u8]) -> String {
    format!("v1,{}", STANDARD.encode(mac.clone().chain_update(content).finalize().into_bytes()))
}

/// The one `v1` signature of what has a secret and no key pair. `timestamp` is in unix seconds.
pub fn sign(secret: &str, id: &str, timestamp: i64, body: &str) -> Result<String> {
    Ok(symmetric(&read_secret(secret)?, format!("{id}.{timestamp}.{body}").as_bytes()))
}

/// What deliveries to one endpoint are signed with, ready to sign many.
pub struct Signatures {
    current: Pair,
    /// Of before a rotation, and until when they sign too.
    previous: Option<(Pair, DateTime<Utc>)>,
}

struct Pair {
    mac: Hmac<Sha256>,
    key: SigningKey,
}

impl Pair {
    fn open(seal: &Seal, secret: &str, signing_key: &str) -> Result<Self> {
        Ok(Self { mac: read_secret(&seal.open(secret)?)?, key: read_signing_key(&seal.open(signing_key)?)? })
    }

    fn sign(&self, content: &[u8], header: &mut String) {
        let signature = self.key.sign(content).to_bytes();
        let separator = if header.is_empty() { "" } else { " " };
        write!(header, "{separator}{} v1a,{}", symmetric(&self.mac, content), STANDARD.encode(signature))
            .expect("a string takes everything");
    }
}

impl Signatures {
    /// # Errors
    /// When the keys were sealed with another key, or are none.
    pub fn open(seal: &Seal, keys: &Keys) -> Result<Self> {
        let current = Pair::open(seal, &keys.secret, &keys.signing_key)?;
        let previous = match (&keys.previous_secret, &keys.previous_signing_key, keys.previous_until) {
            (Some(secret), Some(key), Some(until)) => Some((Pair::open(seal, secret, key)?, until)),
            _ => None,
        };
        Ok(Self { current, previous })
    }

    /// The value of the header `webhook-signature` for a delivery at `now`, of which unix seconds are signed.
    pub fn header(&self, id: &str, now: DateTime<Utc>, body: &str) -> String {
        let content = format!("{id}.{}.{body}", now.timestamp());
        let mut header = String::with_capacity(256);
        self.current.sign(content.as_bytes(), &mut header);
        if let Some((pair, _)) = self.previous.as_ref().filter(|(_, until)| *until > now) {
            pair.sign(content.as_bytes(), &mut header);
        }
        header
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signature, Verifier};

    use super::*;

    fn keys(secret: &str) -> Keys {
        Keys {
            secret: secret.to_owned(),
            signing_key: new_signing_key(),
            previous_secret: None,
            previous_signing_key: None,
            previous_until: None,
        }
    }

    fn header(keys: &Keys, seconds: i64, id: &str, body: &str) -> String {
        let now = DateTime::from_timestamp(seconds, 999).unwrap();
        Signatures::open(&Seal::new(None), keys).unwrap().header(id, now, body)
    }

    /// The example that the specification and its libraries carry.
    #[test]
    fn agrees_with_the_vector_of_the_specification() {
        let keys = keys("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let header = header(&keys, 1614265330, "msg_p5jXN8AQM9LWM0D4loKWxJek", r#"{"test": 2432232314}"#);
        let v1 = header.split(' ').next().unwrap();
        assert_eq!(v1, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn the_second_signature_verifies_with_the_public_key() {
        let keys = keys(&new_secret());
        let header = header(&keys, 1, "evt_1", "{}");
        let v1a = header.split(' ').nth(1).unwrap().strip_prefix("v1a,").unwrap();
        let signature = Signature::from_slice(&STANDARD.decode(v1a).unwrap()).unwrap();
        let shown = public_key(&keys.signing_key).unwrap();
        let public = STANDARD.decode(shown.strip_prefix("whpk_").unwrap()).unwrap();
        let public = ed25519_dalek::VerifyingKey::from_bytes(&public.try_into().unwrap()).unwrap();
        public.verify(b"evt_1.1.{}", &signature).unwrap();
        assert!(public.verify(b"evt_1.2.{}", &signature).is_err());
    }

    #[test]
    fn both_pairs_sign_until_the_overlap_ends() {
        let (old, new) = (keys(&new_secret()), keys(&new_secret()));
        let rotated = Keys {
            previous_secret: Some(old.secret.clone()),
            previous_signing_key: Some(old.signing_key.clone()),
            previous_until: DateTime::from_timestamp(100, 0),
            ..new.clone()
        };
        let during = header(&rotated, 99, "evt_1", "{}");
        let [alone, before] = [&new, &old].map(|keys| header(keys, 99, "evt_1", "{}"));
        assert_eq!(during, format!("{alone} {before}"));
        assert_eq!(header(&rotated, 100, "evt_1", "{}"), header(&new, 100, "evt_1", "{}"));
    }
}
