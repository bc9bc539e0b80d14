//! The names of things: a prefix that says what it is, and 16 bytes in hex.

use std::{fmt, str::FromStr};

use rand::RngCore;

/// What a random id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Merchant,
    Key,
    Transaction,
    Endpoint,
    Event,
    Delivery,
    Store,
    Session,
    Client,
    Rule,
    Decision,
    Evidence,
    Link,
}

impl Kind {
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Merchant => "mer_",
            Self::Key => "key_",
            Self::Transaction => "txn_",
            Self::Endpoint => "end_",
            Self::Event => "evt_",
            Self::Delivery => "dlv_",
            Self::Store => "sto_",
            Self::Session => "ses_",
            Self::Client => "cli_",
            Self::Rule => "rul_",
            Self::Decision => "dec_",
            Self::Evidence => "evd_",
            Self::Link => "lnk_",
        }
    }

    /// A new id, such as `txn_` and 32 hex digits.
    pub fn random(self) -> String {
        format!("{}{}", self.prefix(), hex::encode(random_bytes()))
    }
}

/// A new id that stands for itself, without a prefix: 32 hex digits.
pub fn random_hex() -> String {
    hex::encode(random_bytes())
}

fn random_bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    rand::thread_rng().fill_bytes(&mut bytes);
    bytes
}

/// A payment's id. Its 16 bytes stand in the terms on the chain; its text is `pay_` and their hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaymentId(pub [u8; 16]);

impl PaymentId {
    const PREFIX: &'static str = "pay_";

    pub fn random() -> Self {
        Self(random_bytes())
    }
}

impl fmt::Display for PaymentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", Self::PREFIX, hex::encode(self.0))
    }
}

/// The text is not the id of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a payment's id is pay_ and 32 lower-case hex digits")]
pub struct NotAPaymentId;

impl FromStr for PaymentId {
    type Err = NotAPaymentId;

    fn from_str(text: &str) -> Result<Self, NotAPaymentId> {
        let digits = text.strip_prefix(Self::PREFIX).ok_or(NotAPaymentId)?;
        let mut bytes = [0; 16];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| NotAPaymentId)?;
        let id = Self(bytes);
        // One id, one text: hex in capitals would be a second.
        if id.to_string() == text { Ok(id) } else { Err(NotAPaymentId) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_id_has_one_text() {
        let id = PaymentId([0xab; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        for wrong in
            ["", "pay_", "pay_ab", &id.to_string().to_uppercase(), &format!("pay_{}", "AB".repeat(16))]
        {
            assert_eq!(wrong.parse::<PaymentId>(), Err(NotAPaymentId), "{wrong}");
        }
    }

    #[test]
    fn random_ids_differ_and_carry_their_prefix() {
        assert!(Kind::Event.random().starts_with("evt_"));
        assert_ne!(Kind::Event.random(), Kind::Event.random());
    }
}
