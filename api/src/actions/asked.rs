//! What clients send.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::message::SignMessageData;
use crate::problem::{Code, Problem, Result};

/// The body of a press on a button. What else is in it is not ours: the specification adds fields.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Ask {
    /// The wallet, base58.
    pub account: String,
    /// The values of fields that are not in the query.
    #[serde(default)]
    pub data: HashMap<String, Value>,
}

/// The values of fields. A field that was left empty may come as an empty text, and stands for nothing.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Values {
    /// In units of the token.
    pub amount: Option<String>,
    /// The mint of the token to pay in.
    pub token: Option<String>,
    /// What is given to the payment's campaign, in units of the token.
    pub donation: Option<String>,
    /// The index of a pool's tier.
    pub tier: Option<String>,
    /// What the payer says in a dispute.
    pub statement: Option<String>,
}

impl Values {
    /// These, and those of the body where the query says nothing.
    pub fn or(self, data: &HashMap<String, Value>) -> Self {
        let given = |value: Option<String>, name: &str| {
            let value = value.or_else(|| data.get(name).and_then(text));
            value.filter(|value| !value.is_empty())
        };
        Self {
            amount: given(self.amount, "amount"),
            token: given(self.token, "token"),
            donation: given(self.donation, "donation"),
            tier: given(self.tier, "tier"),
            statement: given(self.statement, "statement"),
        }
    }

    /// The amount, which is needed.
    pub fn amount(&self) -> Result<&str> {
        self.amount.as_deref().ok_or_else(|| Problem::new(Code::AmountInvalid, "say how much"))
    }
}

/// Clients send numbers as they were typed, or as numbers.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The body of the question what has become of a transaction.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Signed {
    /// The wallet that signed, base58.
    pub account: String,
    /// The transaction's, base58.
    pub signature: String,
}

/// The body that brings the signature of a text.
#[derive(Debug, Deserialize, ToSchema)]
pub struct MessageSigned {
    /// The wallet that signed, base58.
    pub account: String,
    /// Of the text, base58.
    pub signature: String,
    /// As it was handed out.
    pub data: SignMessageData,
    /// As it was handed out.
    pub state: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_query_comes_before_the_body_and_nothing_is_not_a_value() {
        let query = Values { amount: Some("5".into()), token: Some(String::new()), ..Values::default() };
        let body: Ask = serde_json::from_value(json!({
            "account": "me", "type": "transaction", "data": { "amount": "6", "tier": 1, "token": "USDC", "x": ["y"] }
        }))
        .unwrap();
        let values = query.or(&body.data);
        assert_eq!(values.amount().unwrap(), "5");
        assert_eq!((values.token, values.tier.as_deref()), (None, Some("1")));
        assert_eq!(Values::default().amount().unwrap_err().code, Code::AmountInvalid);
    }
}
