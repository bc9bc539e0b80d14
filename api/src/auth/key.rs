//! Secrets of ours: a prefix that says what it is, and 32 random bytes in base58. Only a hash of them is kept.

use rand::{RngCore, rngs::OsRng};
use sha2::{Digest, Sha256};

const SECRET_BYTES: usize = 32;
/// How many characters after the prefix a person recognises a secret by.
const SHOWN: usize = 4;

/// What a secret is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An API key that may do everything.
    FullKey,
    /// An API key that may do some things, or is for one store.
    RestrictedKey,
    /// A signed-in wallet.
    Session,
    /// An OAuth client's access token.
    AccessToken,
    /// What an OAuth client gets access tokens with.
    ClientSecret,
}

impl Kind {
    /// Those that can be sent as `Authorization: Bearer`.
    const BEARER: [Self; 4] = [Self::FullKey, Self::RestrictedKey, Self::Session, Self::AccessToken];

    pub const fn prefix(self) -> &'static str {
        match self {
            Self::FullKey => "till_sk_",
            Self::RestrictedKey => "till_rk_",
            Self::Session => "till_ses_",
            Self::AccessToken => "till_at_",
            Self::ClientSecret => "till_cs_",
        }
    }
}

/// A secret that has just been made, to be shown once.
pub struct NewSecret {
    pub secret: String,
    pub hash: [u8; 32],
    /// The first characters, which may be stored and shown.
    pub prefix: String,
}

impl NewSecret {
    pub fn generate(kind: Kind) -> Self {
        let mut bytes = [0; SECRET_BYTES];
        OsRng.fill_bytes(&mut bytes);
        let secret = format!("{}{}", kind.prefix(), bs58::encode(bytes).into_string());
        let hash = hash(&secret);
        let prefix = secret[..kind.prefix().len() + SHOWN].to_owned();
        Self { secret, hash, prefix }
    }
}

/// A secret has 256 bits of its own, so one round of SHA-256 keeps it; and what is compared in the
/// database is the hash, whose matching prefix tells an attacker nothing about the secret.
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// The secret in the value of an `Authorization` header, and what it is for.
pub fn from_header(value: &str) -> Option<(Kind, &str)> {
    let (scheme, secret) = value.split_once(' ')?;
    let secret = secret.trim();
    let kind = Kind::BEARER.into_iter().find(|kind| secret.starts_with(kind.prefix()))?;
    scheme.eq_ignore_ascii_case("bearer").then_some((kind, secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_is_found_by_its_hash() {
        let key = NewSecret::generate(Kind::FullKey);
        assert_eq!(hash(&key.secret), key.hash);
        assert!(key.secret.starts_with(&key.prefix));
        assert_ne!(NewSecret::generate(Kind::FullKey).secret, key.secret);
    }

    #[test]
    fn only_bearer_secrets_are_read() {
        assert_eq!(from_header("Bearer till_sk_abc"), Some((Kind::FullKey, "till_sk_abc")));
        assert_eq!(from_header("bearer  till_ses_abc "), Some((Kind::Session, "till_ses_abc")));
        for wrong in ["till_sk_abc", "Basic till_sk_abc", "Bearer abc", "Bearer till_cs_abc", "Bearer", ""] {
            assert_eq!(from_header(wrong), None, "{wrong}");
        }
    }
}
