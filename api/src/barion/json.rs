//! Reading bodies as Barion reads them: properties in any case, what is unknown ignored, numbers also as text.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use rust_decimal::Decimal;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::error::{ErrorCode, Refusal};
use crate::http::body::MAX_BODY;

/// Every property that is looked at, in the case that the types here have.
pub const PROPERTIES: [&str; 38] = [
    "AmountToRefund",
    "CallbackUrl",
    "Comment",
    "Country",
    "Currency",
    "DelayedCapturePeriod",
    "Description",
    "FundingSources",
    "GuestCheckOut",
    "ImageUrl",
    "InitiateRecurrence",
    "ItemTotal",
    "Items",
    "Locale",
    "Name",
    "OrderNumber",
    "POSKey",
    "POSTransactionId",
    "Payee",
    "PayeeTransactions",
    "PayerHint",
    "PaymentId",
    "PaymentRequestId",
    "PaymentType",
    "PaymentWindow",
    "Quantity",
    "RecurrenceId",
    "RedirectUrl",
    "ReservationPeriod",
    "SKU",
    "ShippingAddress",
    "Total",
    "TransactionId",
    "Transactions",
    "TransactionsToRefund",
    "Unit",
    "UnitPrice",
    "CardHolderNameHint",
];

/// A body, as what it means and as it came, without the key.
pub struct BarionBody<T> {
    pub value: T,
    /// The POSKey in it, if there was one.
    pub key: Option<String>,
    pub json: Value,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for BarionBody<T> {
    type Rejection = Refusal;

    /// Whatever the type is called: some clients send none.
    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            let detail = format!("at most {MAX_BODY} bytes are read");
            match rejection.status().as_u16() {
                413 => Refusal::new(ErrorCode::RequestTooLarge, detail),
                _ => Refusal::invalid("the body did not arrive whole"),
            }
        })?;
        read(&bytes)
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<BarionBody<T>, Refusal> {
    // A byte order mark is what .NET likes to begin with.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let json: Value = serde_json::from_slice(bytes).map_err(|error| Refusal::invalid(error.to_string()))?;
    if has_zero(&json) {
        return Err(Refusal::invalid("text must not contain the character U+0000"));
    }
    let mut json = in_our_case(json);
    let Some(properties) = json.as_object_mut() else {
        return Err(Refusal::invalid("the body is not an object"));
    };
    let key = match properties.remove("POSKey") {
        Some(Value::String(key)) => Some(key),
        _ => None,
    };
    let value = T::deserialize(&json).map_err(|error| Refusal::invalid(error.to_string()))?;
    Ok(BarionBody { value, key, json })
}

/// Whether there is a zero character in any text: Postgres keeps none.
fn has_zero(json: &Value) -> bool {
    match json {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_zero),
        Value::Object(properties) => {
            properties.iter().any(|(name, value)| name.contains('\0') || has_zero(value))
        }
        _ => false,
    }
}

/// Renames what is known in another case; `null` is the same as nothing.
fn in_our_case(json: Value) -> Value {
    match json {
        Value::Object(properties) => {
            let renamed =
                properties.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| {
                    let known = PROPERTIES.iter().find(|known| known.eq_ignore_ascii_case(&name));
                    (known.map_or(name, |known| (*known).to_owned()), in_our_case(value))
                });
            Value::Object(renamed.collect::<Map<_, _>>())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(in_our_case).collect()),
        other => other,
    }
}

/// A decimal number, exactly as it was written.
pub fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    let text = match Value::deserialize(deserializer)? {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        other => return Err(D::Error::custom(format!("{other} is not a number"))),
    };
    text.parse().map(Some).map_err(|_| D::Error::custom(format!("{text} is not a decimal number")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use utoipa::openapi::{RefOr, Schema};
    use utoipa::{PartialSchema, ToSchema};

    use super::*;
    use crate::barion::request::{FinishRequest, RefundRequest, StartRequest};

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Sample {
        #[serde(default, deserialize_with = "decimal")]
        total: Option<Decimal>,
        payment_id: Option<String>,
    }

    #[test]
    fn case_does_not_matter_and_what_is_unknown_is_ignored() {
        let body =
            br#"{"PosKEY": "k", "TOTAL": 19.90, "paymentid": "x", "Other": {"a": 1}, "Comment": null}"#;
        let body = read::<Sample>(body).unwrap();
        assert_eq!((body.key.as_deref(), body.value.payment_id.as_deref()), (Some("k"), Some("x")));
        assert_eq!(body.value.total, Some("19.9".parse().unwrap()));
        assert_eq!(body.json, json!({ "Total": 19.90, "PaymentId": "x", "Other": { "a": 1 } }));
    }

    #[test]
    fn decimals_are_read_as_they_are_written() {
        for (written, expected) in
            [("0.1", "0.1"), ("\"12.50\"", "12.50"), ("1e2", "100"), ("9999999.99", "9999999.99")]
        {
            let body = read::<Sample>(format!("{{\"Total\": {written}}}").as_bytes()).unwrap();
            assert_eq!(body.value.total, Some(expected.parse().unwrap()), "{written}");
        }
        for written in ["\"ten\"", "[]", "true"] {
            assert!(read::<Sample>(format!("{{\"Total\": {written}}}").as_bytes()).is_err(), "{written}");
        }
    }

    #[test]
    fn what_is_not_an_object_is_refused() {
        for body in ["", "{", "[]", "null", "1"] {
            assert!(read::<Sample>(body.as_bytes()).is_err(), "{body}");
        }
        assert!(read::<Sample>(b"\xef\xbb\xbf{}").is_ok());
    }

    #[test]
    fn every_property_that_is_read_is_read_in_any_case() {
        let mut schemas = Vec::new();
        StartRequest::schemas(&mut schemas);
        FinishRequest::schemas(&mut schemas);
        RefundRequest::schemas(&mut schemas);
        for schema in [StartRequest::schema(), FinishRequest::schema(), RefundRequest::schema()] {
            schemas.push((String::new(), schema));
        }
        let mut seen = 0;
        for (_, schema) in schemas {
            let RefOr::T(Schema::Object(object)) = schema else { continue };
            for name in object.properties.keys() {
                assert!(PROPERTIES.contains(&name.as_str()), "{name}");
                seen += 1;
            }
        }
        assert!(seen > 20);
    }
}
