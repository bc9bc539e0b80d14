//! API keys: `till_sk_` and 32 random bytes in base58. Only a hash of them is kept.

use rand::{RngCore, rngs::OsRng};
use sha2::{Digest, Sha256};

const PREFIX: &str = "till_sk_";
const SECRET_BYTES: usize = 32;
/// How many characters a person recognises a key by.
const SHOWN: usize = PREFIX.len() + 4;

/// A key that has just been made, to be shown once.
pub struct NewApiKey {
    pub secret: String,
    pub hash: [u8; 32],
    /// The first characters, which may be stored and shown.
    pub prefix: String,
}

impl NewApiKey {
    pub fn generate() -> Self {
        let mut bytes = [0; SECRET_BYTES];
        OsRng.fill_bytes(&mut bytes);
        let secret = format!("{PREFIX}{}", bs58::encode(bytes).into_string());
        let hash = hash(&secret);
        let prefix = secret[..SHOWN].to_owned();
        Self { secret, hash, prefix }
    }
}

/// A key has 256 bits of its own, so one round of SHA-256 keeps it; and what is compared in the
/// database is the hash, whose matching prefix tells an attacker nothing about the key.
pub fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// The key in the value of an `Authorization` header.
pub fn from_header(value: &str) -> Option<&str> {
    let (scheme, key) = value.split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && key.starts_with(PREFIX)).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_is_found_by_its_hash() {
        let key = NewApiKey::generate();
        assert_eq!(hash(&key.secret), key.hash);
        assert!(key.secret.starts_with(&key.prefix));
        assert_ne!(NewApiKey::generate().secret, key.secret);
    }

    #[test]
    fn only_bearer_keys_are_read() {
        assert_eq!(from_header("Bearer till_sk_abc"), Some("till_sk_abc"));
        assert_eq!(from_header("bearer  till_sk_abc "), Some("till_sk_abc"));
        for wrong in ["till_sk_abc", "Basic till_sk_abc", "Bearer abc", "Bearer", ""] {
            assert_eq!(from_header(wrong), None, "{wrong}");
        }
    }
}
