//! The types agree with the OpenAPI document that the API writes of itself.

use std::collections::BTreeSet;

use serde::de::value::Error as Named;
use serde::de::{DeserializeOwned, Deserializer, Error, Visitor};
use serde_json::Value;
use till_client::types::*;
use till_client::{FieldError, Problem};

fn document() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../api/openapi.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Reads nothing, and fails with the names of the fields that a type asks for.
struct FieldNames;

impl<'de> Deserializer<'de> for FieldNames {
    type Error = Named;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Named> {
        Err(Named::custom(""))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Named> {
        Err(Named::custom(fields.join(" ")))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

fn fields_of<T: DeserializeOwned>() -> BTreeSet<String> {
    let names = T::deserialize(FieldNames).err().expect("a struct").to_string();
    names.split(' ').map(str::to_owned).collect()
}

/// The properties of a component, and those that it always has.
fn component(document: &Value, schema: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        return component(
            document,
            document.pointer(reference.trim_start_matches('#')).expect("a component"),
        );
    }
    let mut properties: BTreeSet<String> =
        schema["properties"].as_object().into_iter().flat_map(|all| all.keys().cloned()).collect();
    let required = schema["required"].as_array().into_iter().flatten();
    let mut required: BTreeSet<String> = required.map(|name| name.as_str().unwrap().to_owned()).collect();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let (more, needed) = component(document, part);
        properties.extend(more);
        required.extend(needed);
    }
    (properties, required)
}

/// Every field is one that the API knows, and every one that it always has, or needs, is there.
fn agree<T: DeserializeOwned>(document: &Value, name: &str) {
    let schema = &document["components"]["schemas"][name];
    assert!(schema.is_object(), "the document has no {name}");
    let (properties, required) = component(document, schema);
    let fields = fields_of::<T>();
    let unknown: Vec<&String> = fields.difference(&properties).collect();
    assert!(unknown.is_empty(), "{name} has no {unknown:?} in the document");
    let missing: Vec<&String> = required.difference(&fields).collect();
    assert!(missing.is_empty(), "{name} lacks {missing:?}");
}

#[test]
fn bodies_have_the_fields_of_the_document() {
    let document = document();
    agree::<Money>(&document, "Money");
    agree::<Payment>(&document, "PaymentAnswer");
    agree::<PaymentPage>(&document, "PaymentPage");
    agree::<Available>(&document, "Available");
    agree::<Transfer>(&document, "Transfer");
    agree::<Transaction>(&document, "TransactionAnswer");
    agree::<TransactionError>(&document, "TransactionError");
    agree::<TransactionForWallet>(&document, "TransactionForWallet");
    agree::<Event>(&document, "Event");
    agree::<EventPage>(&document, "EventPage");
    agree::<PaymentRequest>(&document, "PaymentRequest");
    agree::<LinkRequest>(&document, "LinkRequest");
    agree::<LinkChange>(&document, "ChangeRequest");
    agree::<PaymentLink>(&document, "LinkAnswer");
    agree::<LinkPage>(&document, "LinkPage");
    agree::<Share>(&document, "Share");
    agree::<Item>(&document, "Item");
    agree::<Customer>(&document, "Customer");
    agree::<WalletRequest>(&document, "WalletRequest");
    agree::<Problem>(&document, "ProblemBody");
    agree::<FieldError>(&document, "FieldError");
}

#[test]
fn no_status_of_the_document_is_unknown() {
    let document = document();
    fn known<T: DeserializeOwned + PartialEq + std::fmt::Debug>(
        document: &Value,
        name: &str,
        other: Option<T>,
    ) {
        for value in document["components"]["schemas"][name]["enum"].as_array().expect(name) {
            let read: T = serde_json::from_value(value.clone()).unwrap_or_else(|_| panic!("{name} {value}"));
            assert_ne!(Some(read), other, "{name} {value}");
        }
    }
    known(&document, "PaymentStatus", Some(PaymentStatus::Other));
    known(&document, "TransactionStatus", Some(TransactionStatus::Other));
    known(&document, "TransactionKind", Some(TransactionKind::Other));
    known::<Finality>(&document, "Finality", None);
    known::<CaptureMode>(&document, "CaptureModeName", None);
}

#[test]
fn the_examples_of_the_document_are_read() {
    let document = document();
    let example = |method: &str, path: &str, status: &str| {
        document["paths"][path][method]["responses"][status]["content"]["application/json"]["example"].clone()
    };
    let payment: Payment = serde_json::from_value(example("post", "/v1/payments", "201")).unwrap();
    assert_eq!(payment.amount.base_units, 25_000_000);
    let transaction: Transaction =
        serde_json::from_value(example("post", "/v1/payments/{id}/capture", "200")).unwrap();
    assert!(transaction.payment.is_some());
    let page: PaymentPage = serde_json::from_value(example("get", "/v1/payments", "200")).unwrap();
    assert_eq!(page.data.len(), 1);
}
