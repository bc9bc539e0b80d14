//! Which shop is calling: by its POSKey, a GUID in the header `x-pos-key`, the body or the query.

use axum::http::{HeaderMap, HeaderName};
use rand::{RngCore, rngs::OsRng};
use till_store::gateway::barion::shops::{self, Shop};

use super::error::{ErrorCode, Refusal};
use crate::auth::scope::{Scope, Scopes};
use crate::auth::{Actor, Identity, key, known};
use crate::gateway::Gateway;

const POS_KEY: HeaderName = HeaderName::from_static("x-pos-key");

/// What a POSKey may do.
pub const SCOPES: [Scope; 3] = [Scope::PaymentsRead, Scope::PaymentsWrite, Scope::PaymentsOperate];

/// A POSKey that has just been made, to be shown once.
pub struct NewPosKey {
    /// A GUID with dashes.
    pub secret: String,
    pub hash: [u8; 32],
}

impl NewPosKey {
    pub fn generate() -> Self {
        let mut bytes = [0; 16];
        OsRng.fill_bytes(&mut bytes);
        let digits = hex::encode(bytes);
        Self { secret: dashed(&digits), hash: key::hash(&digits) }
    }
}

/// The 32 digits of a GUID in small letters, in whichever of its forms it is written.
pub fn guid(text: &str) -> Option<String> {
    let bare = text.trim().trim_start_matches(['{', '(']).trim_end_matches(['}', ')']).replace('-', "");
    let is_guid = bare.len() == 32 && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_guid.then(|| bare.to_ascii_lowercase())
}

fn dashed(digits: &str) -> String {
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

/// The shop of the key in the header, or else of the one that came otherwise.
pub async fn shop(gateway: &Gateway, headers: &HeaderMap, other: Option<&str>) -> Result<Shop, Refusal> {
    let header =
        headers.get(POS_KEY).and_then(|value| value.to_str().ok()).filter(|key| !key.trim().is_empty());
    let refused = |detail: &str| Refusal::new(ErrorCode::AuthenticationFailed, detail);
    let Some(given) = header.or(other) else { return Err(refused("the POSKey is missing")) };
    let invalid = || refused("the POSKey is not valid");
    let hash = key::hash(&guid(given).ok_or_else(invalid)?);
    let found = shops::by_key(&gateway.pool, &hash).await?.ok_or_else(invalid)?;
    known::note(&hash);
    Ok(found)
}

/// What a shop may do with its payments.
pub fn identity(shop: &Shop) -> Identity {
    Identity {
        merchant_id: shop.merchant_id.clone(),
        merchant_address: shop.merchant_address.clone(),
        merchant_name: shop.merchant_name.clone(),
        store_id: Some(shop.store_id.clone()),
        actor: Actor::Store(shop.store_id.clone()),
        scopes: Scopes::Only(SCOPES.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_in_every_form() {
        let key = NewPosKey::generate();
        let digits = guid(&key.secret).unwrap();
        assert_eq!(key::hash(&digits), key.hash);
        for form in [digits.to_uppercase(), format!("{{{}}}", key.secret), format!(" {} ", key.secret)] {
            assert_eq!(guid(&form), Some(digits.clone()), "{form}");
        }
        for wrong in ["", "abc", &digits[1..], &format!("{}g", &digits[1..])] {
            assert_eq!(guid(wrong), None, "{wrong}");
        }
    }
}
