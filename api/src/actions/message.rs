//! Texts that a wallet signs, after the specification's section "Message Signing".

use chrono::{DateTime, SecondsFormat, Utc};
use rand::{RngCore, rngs::OsRng};
use serde::{Deserialize, Serialize};
use solana_pubkey::Pubkey;
use utoipa::ToSchema;

use crate::auth::siws;

const NONCE_BYTES: usize = 16;

/// The fields of a text, of which client and server make the same one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignMessageData {
    /// Who asks: host and port of this API.
    #[schema(example = "pay.example")]
    pub domain: String,
    /// The wallet, base58.
    pub address: String,
    pub statement: String,
    pub nonce: String,
    pub issued_at: String,
    /// As CAIP-2 names the chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp")]
    pub chain_id: Option<String>,
}

impl SignMessageData {
    pub fn new(
        public_url: &str,
        chain_id: &str,
        wallet: &Pubkey,
        statement: String,
        now: DateTime<Utc>,
    ) -> Self {
        let mut nonce = [0; NONCE_BYTES];
        OsRng.fill_bytes(&mut nonce);
        Self {
            domain: siws::authority(public_url).to_owned(),
            address: wallet.to_string(),
            statement,
            nonce: hex::encode(nonce),
            issued_at: now.to_rfc3339_opts(SecondsFormat::Millis, true),
            chain_id: Some(chain_id.to_owned()),
        }
    }

    /// The text to sign, byte for byte.
    pub fn text(&self) -> String {
        let Self { domain, address, statement, nonce, issued_at, chain_id } = self;
        let chain = chain_id.as_ref().map_or(String::new(), |id| format!("Chain ID: {id}\n"));
        format!(
            "{domain} wants you to sign a message with your account:\n{address}\n\n{statement}\n\n\
             {chain}Nonce: {nonce}\nIssued At: {issued_at}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_the_specifications() {
        let wallet = Pubkey::new_from_array([7; 32]);
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let data =
            SignMessageData::new("https://pay.example:8443/", "solana:abc", &wallet, "One\nTwo".into(), now);
        let data = SignMessageData { nonce: "f00dfeed".to_owned(), ..data };
        let expected = format!(
            "pay.example:8443 wants you to sign a message with your account:\n{wallet}\n\nOne\nTwo\n\n\
             Chain ID: solana:abc\nNonce: f00dfeed\nIssued At: 2023-11-14T22:13:20.000Z"
        );
        assert_eq!(data.text(), expected);
        let elsewhere = SignMessageData { chain_id: None, ..data };
        assert!(elsewhere.text().contains("Two\n\nNonce: f00dfeed"));
    }

    #[test]
    fn no_nonce_comes_twice() {
        let new = || SignMessageData::new("http://a", "b", &Pubkey::default(), String::new(), Utc::now());
        assert_ne!(new().nonce, new().nonce);
    }
}
