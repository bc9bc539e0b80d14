//! What clients carry for us between two requests, so that nothing of it can be changed on the way.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use solana_keypair::Keypair;

/// Sets these codes apart from whatever else is made of the operator's key.
const PURPOSE: &[u8] = b"till: state of an action, version 1";

/// Makes and checks message authentication codes (HMAC-SHA256, RFC 2104). All processes with one operator have one
/// key, and nobody else has it.
pub struct StateKey(Hmac<Sha256>);

impl StateKey {
    pub fn of(operator: &Keypair) -> Self {
        let derived = keyed(operator.secret_bytes()).chain_update(PURPOSE).finalize().into_bytes();
        Self(keyed(&derived))
    }

    /// What goes with `parts` until `expires_at`, as text that the client gives back.
    pub fn state(&self, parts: &[&str], expires_at: DateTime<Utc>) -> String {
        let expires_at = expires_at.timestamp();
        let code = self.code(parts, expires_at).finalize().into_bytes();
        format!("{expires_at}.{}", URL_SAFE_NO_PAD.encode(code))
    }

    /// Whether `state` was made here for exactly these parts, and has not expired.
    pub fn holds(&self, state: &str, parts: &[&str], now: DateTime<Utc>) -> bool {
        let Some((expires_at, code)) = state.split_once('.') else { return false };
        let (Ok(expires_at), Ok(code)) = (expires_at.parse::<i64>(), URL_SAFE_NO_PAD.decode(code)) else {
            return false;
        };
        self.code(parts, expires_at).verify_slice(&code).is_ok() && now.timestamp() < expires_at
    }

    /// Each part stands behind its length: no two lists of parts are the same bytes.
    fn code(&self, parts: &[&str], expires_at: i64) -> Hmac<Sha256> {
        let begun = self.0.clone().chain_update(expires_at.to_le_bytes());
        parts.iter().fold(begun, |code, part| {
            code.chain_update((part.len() as u64).to_le_bytes()).chain_update(part.as_bytes())
        })
    }
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_state_holds_for_what_it_was_made_for_and_until_it_expires() {
        let operator = Keypair::new();
        let (key, now) = (StateKey::of(&operator), Utc::now());
        let state = key.state(&["pay_1", "me"], now + TimeDelta::minutes(10));
        assert!(key.holds(&state, &["pay_1", "me"], now));
        assert!(StateKey::of(&operator).holds(&state, &["pay_1", "me"], now));

        assert!(!StateKey::of(&Keypair::new()).holds(&state, &["pay_1", "me"], now));
        for other in [&["pay_1m", "e"][..], &["pay_1"], &["pay_1", "me", ""], &["pay_2", "me"]] {
            assert!(!key.holds(&state, other, now), "{other:?}");
        }
        assert!(!key.holds(&state, &["pay_1", "me"], now + TimeDelta::minutes(11)));
        let (_, code) = state.split_once('.').unwrap();
        let longer = format!("{}.{code}", (now + TimeDelta::hours(1)).timestamp());
        for forged in [longer.as_str(), "", "x.y", code] {
            assert!(!key.holds(forged, &["pay_1", "me"], now), "{forged}");
        }
    }
}
