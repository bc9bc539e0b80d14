//! Sign-In With Solana: the text that a wallet signs, and whether it did. The text is EIP-4361's with Solana's
//! addresses, as the Wallet Standard's `solana:signIn` writes it.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, SecondsFormat, Utc};
use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};
use solana_pubkey::Pubkey;
use utoipa::ToSchema;

/// What the wallet shows.
const STATEMENT: &str = "Sign in to Till. This moves no money.";
const VERSION: &str = "1";
/// What begins a message that was signed as Solana's off-chain message, as hardware wallets do.
const OFF_CHAIN: &[u8] = b"\xffsolana offchain";
/// Restricted ASCII, and UTF-8 of two lengths.
const FORMATS: std::ops::RangeInclusive<u8> = 0..=2;
const KEY_BYTES: usize = 32;

/// The fields of the text, under the names of the Wallet Standard's `SolanaSignInInput`: a wallet that is given
/// them makes the same text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignInInput {
    /// Who asks: host and port of this API.
    #[schema(example = "pay.example")]
    pub domain: String,
    /// The wallet, base58.
    pub address: String,
    pub statement: String,
    pub uri: String,
    #[schema(example = "1")]
    pub version: String,
    #[schema(example = "mainnet")]
    pub chain_id: String,
    pub nonce: String,
    pub issued_at: String,
    pub expiration_time: String,
}

impl SignInInput {
    pub fn new(
        public_url: &str,
        chain_id: &str,
        wallet: &Pubkey,
        nonce: &str,
        issued_at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Self {
        let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Millis, true);
        Self {
            domain: authority(public_url).to_owned(),
            address: wallet.to_string(),
            statement: STATEMENT.to_owned(),
            uri: public_url.to_owned(),
            version: VERSION.to_owned(),
            chain_id: chain_id.to_owned(),
            nonce: nonce.to_owned(),
            issued_at: time(issued_at),
            expiration_time: time(expires_at),
        }
    }

    /// The text to sign, byte for byte.
    pub fn message(&self) -> String {
        let Self { domain, address, statement, uri, version, chain_id, nonce, issued_at, expiration_time } =
            self;
        format!(
            "{domain} wants you to sign in with your Solana account:\n{address}\n\n{statement}\n\n\
             URI: {uri}\nVersion: {version}\nChain ID: {chain_id}\nNonce: {nonce}\n\
             Issued At: {issued_at}\nExpiration Time: {expiration_time}",
        )
    }
}

/// Host and port of a URL.
pub fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// Whether `wallet` has signed `message`. `signature` is base58 or base64. `signed_message` are the bytes that
/// the wallet says it has signed, base64: the message itself, or an off-chain message that says it and nothing else.
pub fn is_signed(wallet: &Pubkey, message: &str, signature: &str, signed_message: Option<&str>) -> bool {
    let Some(signature) = signature_bytes(signature) else { return false };
    let signed = match signed_message.map(|bytes| STANDARD.decode(bytes)) {
        None => message.as_bytes().to_vec(),
        Some(Ok(bytes)) if says(&bytes, message, wallet) => bytes,
        Some(_) => return false,
    };
    let Ok(key) = VerifyingKey::from_bytes(&wallet.to_bytes()) else { return false };
    key.verify_strict(&signed, &Signature::from_bytes(&signature)).is_ok()
}

fn says(bytes: &[u8], message: &str, wallet: &Pubkey) -> bool {
    let said = match bytes.strip_prefix(OFF_CHAIN).and_then(|rest| rest.strip_prefix(&[0])) {
        // What can be read as the short form is never read as the long one, where a text could pass for a header.
        Some(rest) => short_form(rest).or_else(|| long_form(rest, wallet)),
        None => Some(bytes),
    };
    said == Some(message.as_bytes())
}

/// The text of an off-chain message as the command line and hardware wallets write it: after the version come the
/// format, the length and the text.
fn short_form(rest: &[u8]) -> Option<&[u8]> {
    let (format, rest) = rest.split_first()?;
    FORMATS.contains(format).then(|| text(rest))?
}

/// The text of an off-chain message after the proposal "Off-chain message signing": after the version come the
/// application's domain, the format, the signers, of whom the wallet must be one, the length and the text.
fn long_form<'a>(rest: &'a [u8], wallet: &Pubkey) -> Option<&'a [u8]> {
    let (_domain, rest) = rest.split_at_checked(KEY_BYTES)?;
    let ([format, count], rest) = rest.split_first_chunk()?;
    let (signers, rest) = rest.split_at_checked(usize::from(*count) * KEY_BYTES)?;
    let is_signer = signers.chunks_exact(KEY_BYTES).any(|signer| signer == wallet.as_ref());
    (FORMATS.contains(format) && is_signer).then(|| text(rest))?
}

/// A text after its length, which is all there is.
fn text(rest: &[u8]) -> Option<&[u8]> {
    let (length, text) = rest.split_first_chunk()?;
    (usize::from(u16::from_le_bytes(*length)) == text.len()).then_some(text)
}

fn signature_bytes(text: &str) -> Option<[u8; 64]> {
    let base58 = bs58::decode(text).into_vec().ok().and_then(|bytes| bytes.try_into().ok());
    base58.or_else(|| STANDARD.decode(text).ok()?.try_into().ok())
}

#[cfg(test)]
mod tests {
    use solana_keypair::Keypair;
    use solana_signer::Signer;

    use super::*;

    fn input(wallet: &Pubkey) -> SignInInput {
        let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let expires_at = at + chrono::TimeDelta::minutes(5);
        SignInInput::new("https://pay.example:8443", "devnet", wallet, "f00dfeed", at, expires_at)
    }

    #[test]
    fn the_text_is_the_wallet_standards() {
        let wallet = Pubkey::new_from_array([7; 32]);
        let expected = format!(
            "pay.example:8443 wants you to sign in with your Solana account:\n{wallet}\n\n\
             Sign in to Till. This moves no money.\n\nURI: https://pay.example:8443\nVersion: 1\n\
             Chain ID: devnet\nNonce: f00dfeed\nIssued At: 2023-11-14T22:13:20.000Z\n\
             Expiration Time: 2023-11-14T22:18:20.000Z"
        );
        assert_eq!(input(&wallet).message(), expected);
    }

    #[test]
    fn only_the_wallets_signature_over_that_text_counts() {
        let (wallet, other) = (Keypair::new(), Keypair::new());
        let message = input(&wallet.pubkey()).message();
        let signature = wallet.sign_message(message.as_bytes());
        let verify = |signature: &str| is_signed(&wallet.pubkey(), &message, signature, None);
        assert!(verify(&signature.to_string()));
        assert!(verify(&STANDARD.encode(signature)));
        assert!(!verify(&other.sign_message(message.as_bytes()).to_string()));
        assert!(!verify(&wallet.sign_message(b"another text").to_string()));
        assert!(!verify("") && !verify("1111"));
    }

    #[test]
    fn what_the_wallet_says_it_signed_must_say_the_text() {
        let wallet = Keypair::new();
        let message = input(&wallet.pubkey()).message();
        let verify = |bytes: &[u8]| {
            let signature = wallet.sign_message(bytes).to_string();
            is_signed(&wallet.pubkey(), &message, &signature, Some(&STANDARD.encode(bytes)))
        };
        assert!(verify(message.as_bytes()));
        let text = message.as_bytes();
        let length = |text: &[u8]| (text.len() as u16).to_le_bytes();
        let short = |text: &[u8]| [OFF_CHAIN, &[0, 0], &length(text), text].concat();
        let long = |signer: &Pubkey, text: &[u8]| {
            [OFF_CHAIN, &[0], &[9; 32], &[0, 1], signer.as_ref(), &length(text), text].concat()
        };
        assert!(verify(&short(text)) && verify(&long(&wallet.pubkey(), text)));
        let more = [b"prefixed ", text].concat();
        assert!(!verify(&short(&more)) && !verify(&long(&wallet.pubkey(), &more)));
        assert!(!verify(&long(&Pubkey::new_unique(), text)));
        assert!(!verify(&[OFF_CHAIN, &[0, 0], &length(&more), text].concat()));
        assert!(!verify(&[OFF_CHAIN, &[1, 0], &length(text), text].concat()));
        // A text in the short form that hides the rest of a long one.
        let hidden = long(&wallet.pubkey(), text)[OFF_CHAIN.len() + 1 + 3..].to_vec();
        assert!(!verify(&short(&hidden)));
        assert!(!verify(b"another text"));
        assert!(!verify(&[b"prefixed ", message.as_bytes()].concat()));
    }
}
