//! Keeps signing secrets from who only reads the database.
//!
//! A webhook is signed with the secret itself, so a hash would not do. With a key from the configuration
//! secrets are sealed by AES-256-GCM-SIV (RFC 8452), which forgives a nonce that comes twice.

use std::fmt;
use std::str::FromStr;

use aes_gcm_siv::aead::Aead;
use aes_gcm_siv::{Aes256GcmSiv, KeyInit, Nonce};
use anyhow::{Context, Result, anyhow};
use base64::{Engine, engine::general_purpose::STANDARD};
use rand::{RngCore, rngs::OsRng};

const PREFIX: &str = "sealed:";
const NONCE_BYTES: usize = 12;

/// The key that secrets are sealed with: 32 bytes, in base64 in the configuration.
#[derive(Clone)]
pub struct SecretsKey([u8; 32]);

impl FromStr for SecretsKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bytes = STANDARD.decode(text).map_err(|_| "it is not base64".to_owned())?;
        bytes.try_into().map(Self).map_err(|_| "it must be 32 bytes in base64".to_owned())
    }
}

impl fmt::Debug for SecretsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretsKey")
    }
}

/// Seals and opens secrets. Without a key they are kept as they are; what was kept so before there was a
/// key can still be read.
#[derive(Clone)]
pub struct Seal(Option<Aes256GcmSiv>);

impl Seal {
    pub fn new(key: Option<&SecretsKey>) -> Self {
        Self(key.map(|key| Aes256GcmSiv::new(&key.0.into())))
    }

    pub fn seal(&self, secret: &str) -> Result<String> {
        let Some(cipher) = &self.0 else { return Ok(secret.to_owned()) };
        let mut nonce = [0; NONCE_BYTES];
        OsRng.fill_bytes(&mut nonce);
        let sealed = cipher
            .encrypt(Nonce::from_slice(&nonce), secret.as_bytes())
            .map_err(|_| anyhow!("a secret could not be sealed"))?;
        Ok(format!("{PREFIX}{}", STANDARD.encode([&nonce[..], &sealed].concat())))
    }

    /// # Errors
    /// When it was sealed with another key, or there is none.
    pub fn open(&self, kept: &str) -> Result<String> {
        let Some(encoded) = kept.strip_prefix(PREFIX) else { return Ok(kept.to_owned()) };
        let cipher = self.0.as_ref().context("a secret is sealed, and there is no TILL_SECRETS_KEY")?;
        let bytes = STANDARD.decode(encoded).context("a sealed secret is not base64")?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES).context("a sealed secret is cut off")?;
        let secret = cipher
            .decrypt(Nonce::from_slice(nonce), sealed)
            .map_err(|_| anyhow!("a secret was sealed with another TILL_SECRETS_KEY"))?;
        String::from_utf8(secret).context("a sealed secret is not text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(byte: u8) -> Seal {
        Seal::new(Some(&STANDARD.encode([byte; 32]).parse().unwrap()))
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_key_only() {
        let kept = seal(1).seal("whsec_abc").unwrap();
        assert!(!kept.contains("abc"));
        assert_ne!(kept, seal(1).seal("whsec_abc").unwrap());
        assert_eq!(seal(1).open(&kept).unwrap(), "whsec_abc");
        assert!(seal(2).open(&kept).is_err());
        assert!(Seal::new(None).open(&kept).is_err());
        assert!(seal(1).open("sealed:AAAA").is_err());
    }

    #[test]
    fn without_a_key_secrets_stay_as_they_are_and_are_read_later_too() {
        let kept = Seal::new(None).seal("whsec_abc").unwrap();
        assert_eq!(kept, "whsec_abc");
        assert_eq!(seal(1).open(&kept).unwrap(), "whsec_abc");
    }

    #[test]
    fn a_key_is_32_bytes_and_never_shown() {
        assert!("c2hvcnQ=".parse::<SecretsKey>().is_err());
        assert!("not base64".parse::<SecretsKey>().is_err());
        let key: SecretsKey = STANDARD.encode([7; 32]).parse().unwrap();
        assert_eq!(format!("{key:?}"), "SecretsKey");
    }
}
