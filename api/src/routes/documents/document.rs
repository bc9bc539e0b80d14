//! The OpenAPI document: what the routes say of themselves, and what holds for all of them.

use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::super::{for_blinks, for_customers, for_merchants, for_operators};
use super::{examples, problems};
use crate::barion;
use crate::http::version;
use crate::problem::ProblemBody;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Till",
        description = "Payments in escrow on Solana. Amounts are decimal strings in units of the token; times \
                       are RFC 3339; errors are problem details (RFC 9457) with a stable `code`. Every answer has \
                       `X-Request-Id`, the version in `Till-Version`, and, where there are limits, the `RateLimit` \
                       fields; a GET has an `ETag`. Fields that a client does not know are to be ignored.",
    ),
    components(schemas(ProblemBody)),
    tags(
        (name = "payments", description = "What merchants ask for, and what they do with it"),
        (name = "rules", description = "What merchants let through, and why not"),
        (name = "reports", description = "What merchants account by, as JSON or CSV"),
        (name = "webhooks", description = "What merchants are told"),
        (name = "account", description = "Who acts for a merchant: people, keys, machines; and what they did"),
        (name = "barion", description = "Barion's API, for shops that speak it; its errors are in its own form"),
        (name = "customers", description = "What wallets call, without a key"),
        (name = "service", description = "The service itself"),
    ),
)]
struct Frame;

/// The OpenAPI description of the API.
pub fn openapi() -> Value {
    let documented = OpenApiRouter::with_openapi(Frame::openapi());
    let routes = for_merchants()
        .merge(for_customers())
        .merge(for_blinks())
        .merge(barion::documented())
        .merge(for_operators());
    let document = documented.merge(routes).into_openapi();
    let mut document = serde_json::to_value(document).expect("strings, numbers and lists serialise");
    document["info"]["version"] = version::NEWEST.into();
    secure(&mut document);
    problems::add_components(&mut document);
    for_each_operation(&mut document, |method, path, operation| {
        name(path, operation);
        problems::add_responses(method, path, operation);
    });
    examples::add(&mut document);
    document
}

/// The same as text, as it is committed.
pub fn openapi_json() -> String {
    let text = serde_json::to_string_pretty(&sorted(openapi())).expect("a value serialises");
    text + "\n"
}

/// The keys of a map may be in the order of their insertion or not, by what else is built with us.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(entries.into_iter().map(|(key, value)| (key, sorted(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// The ways of signing a request. Where a route takes a key it takes the others too.
fn secure(document: &mut Value) {
    let schemes = json!({
        "api_key": {
            "type": "http", "scheme": "bearer",
            "description": "An API key of a merchant: `till_sk_…`, or `till_rk_…` with fewer rights.",
        },
        "pos_key": {
            "type": "apiKey", "in": "header", "name": "x-pos-key",
            "description": "A shop's POSKey, a GUID.",
        },
        "session": {
            "type": "http", "scheme": "bearer",
            "description": "The token of a person who has signed in with a wallet: `till_ses_…`.",
        },
        "oauth2": {
            "type": "oauth2",
            "description": "The token of a machine: `till_at_…`.",
            "flows": { "clientCredentials": { "tokenUrl": "/oauth/token", "scopes": {} } },
        },
    });
    let known = &mut document["components"]["securitySchemes"];
    if !known.is_object() {
        *known = json!({});
    }
    for (name, scheme) in schemes.as_object().into_iter().flatten() {
        known[name] = scheme.clone();
    }
    for_each_operation(document, |_, _, operation| {
        if operation.get("security").is_some_and(|security| *security == json!([{ "api_key": [] }])) {
            operation["security"] = json!([{ "api_key": [] }, { "session": [] }, { "oauth2": [] }]);
        }
    });
}

fn for_each_operation(document: &mut Value, mut change: impl FnMut(&str, &str, &mut Value)) {
    let paths = document["paths"].as_object_mut().into_iter().flat_map(Map::iter_mut);
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flat_map(Map::iter_mut) {
            change(method, path, operation);
        }
    }
}

/// Handlers are called `get` and `list` in many files. Clients are generated from the names here, so each
/// gets the path before it: `payments_get`, `payments_capture`.
fn name(path: &str, operation: &mut Value) {
    let handler = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let is_version = |part: &str| part.len() == 2 && part.starts_with('v');
    let parts =
        path.split('/').filter(|part| !part.is_empty() && !part.starts_with('{') && !is_version(part));
    let plain =
        |part: &str| part.split('.').find(|piece| !piece.is_empty()).unwrap_or_default().replace('-', "_");
    let mut words: Vec<String> = parts.map(plain).collect();
    words.dedup();
    if words.last() != Some(&handler) {
        words.push(handler);
    }
    operation["operationId"] = words.join("_").to_lowercase().into();
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn an_operation_has_one_name_and_no_other_has_it() {
        let mut names = HashSet::new();
        for_each_operation(&mut openapi(), |method, path, operation| {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            assert!(names.insert(name.clone()), "{method} {path} is a second {name}");
        });
        for name in ["payments_create", "payments_get", "payments_list", "payments_capture", "healthz_live"] {
            assert!(names.contains(name), "{name} of {names:?}");
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = openapi();
        let mut left = vec![&document];
        while let Some(value) = left.pop() {
            if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
                let pointer = reference.strip_prefix('#').unwrap();
                assert!(document.pointer(pointer).is_some(), "{reference} is nowhere");
            }
            left.extend(value.as_array().into_iter().flatten());
            left.extend(value.as_object().into_iter().flat_map(Map::values));
        }
    }

    #[test]
    fn what_needs_a_key_takes_the_other_credentials_too() {
        let document = openapi();
        let security = document["paths"]["/v1/payments"]["post"]["security"].as_array().unwrap();
        for scheme in security.iter().flat_map(|scheme| scheme.as_object().unwrap().keys()) {
            assert!(document["components"]["securitySchemes"][scheme].is_object(), "{scheme}");
        }
        assert_eq!(security.len(), 3);
        assert!(document["paths"]["/pay/{id}"]["get"]["security"].is_null());
    }
}
