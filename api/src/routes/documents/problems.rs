//! The problems in the OpenAPI document: which statuses an operation may answer with, and their codes.

use serde_json::{Value, json};

use crate::problem::Code;

const PROBLEM_JSON: &str = "application/problem+json";
/// What every operation may answer with: a header is wrong, or too much is asked for, or something fails.
const ALWAYS: &[u16] = &[400, 429, 500, 503, 504];
/// With a credential: it is none, or has no right, or what is asked for is another's.
const WITH_CREDENTIAL: &[u16] = &[401, 403, 404];
/// Where something is named.
const WITH_PARAMETER: &[u16] = &[404, 410];
/// Where something is done.
const WITH_EFFECT: &[u16] = &[404, 409, 410, 413, 415, 422];

/// One response for each status, which says the codes that come with it.
pub fn add_components(document: &mut Value) {
    let mut statuses: Vec<u16> = Code::ALL.iter().map(|code| code.status().as_u16()).collect();
    statuses.sort_unstable();
    statuses.dedup();
    for status in statuses {
        let codes = Code::ALL.iter().filter(|code| code.status().as_u16() == status);
        let lines = codes.clone().map(|code| format!("- `{}`: {}", code.as_str(), code.title()));
        let description = format!("By `code`:\n{}", lines.collect::<Vec<_>>().join("\n"));
        let mut response = json!({
            "description": description,
            "content": { PROBLEM_JSON: { "schema": { "$ref": "#/components/schemas/ProblemBody" } } },
        });
        if let Some(code) = codes.clone().next() {
            response["content"][PROBLEM_JSON]["example"] = example(*code);
        }
        if matches!(status, 429 | 503) {
            response["headers"]["Retry-After"] = json!({
                "description": "Seconds after which to try again, if that is known.",
                "schema": { "type": "integer", "minimum": 0 },
            });
        }
        document["components"]["responses"][component(status)] = response;
    }
}

/// Replaces the `default` of an operation that answers with our problems.
pub fn add_responses(method: &str, path: &str, operation: &mut Value) {
    if !operation["responses"]["default"]["content"][PROBLEM_JSON].is_object() {
        return;
    }
    let mut statuses = ALWAYS.to_vec();
    if operation.get("security").is_some() {
        statuses.extend(WITH_CREDENTIAL);
    }
    if path.contains('{') {
        statuses.extend(WITH_PARAMETER);
    }
    if method != "get" {
        statuses.extend(WITH_EFFECT);
    }
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    responses.remove("default");
    for status in statuses {
        let reference = json!({ "$ref": format!("#/components/responses/{}", component(status)) });
        responses.entry(status.to_string()).or_insert(reference);
    }
}

fn component(status: u16) -> String {
    format!("Problem{status}")
}

fn example(code: Code) -> Value {
    json!({
        "type": format!("/problems/{}", code.as_str()),
        "title": code.title(),
        "status": code.status().as_u16(),
        "detail": "What happened this time, for people.",
        "message": "What happened this time, for people.",
        "code": code.as_str(),
        "request_id": "req_5f0c6a1b9f3e4d2c8b7a6958",
    })
}
