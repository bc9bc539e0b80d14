//! Examples of whole bodies, put together from those of their fields, so that none can go stale.

use serde_json::{Map, Value, json};

/// Deeper than anything here, so that a schema that holds itself ends.
const MAX_DEPTH: usize = 12;

/// Gives every JSON body of a request and of a successful answer an example, unless it has one.
pub fn add(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let items = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    let operations = items.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    for operation in operations.filter_map(Value::as_object_mut) {
        if let Some(body) = operation.get_mut("requestBody") {
            complete(body, &schemas);
        }
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        for (status, response) in responses.into_iter().flatten() {
            if status.starts_with('2') {
                complete(response, &schemas);
            }
        }
    }
}

fn complete(body: &mut Value, schemas: &Value) {
    let Some(content) = body.get_mut("content").and_then(|content| content.get_mut("application/json"))
    else {
        return;
    };
    if content.get("example").is_none() && content.get("examples").is_none() {
        content["example"] = example(&content["schema"], schemas, 0);
    }
}

/// An example of what fits `schema`.
fn example(schema: &Value, schemas: &Value, depth: usize) -> Value {
    if depth > MAX_DEPTH {
        return Value::Null;
    }
    let inner = |schema: &Value| example(schema, schemas, depth + 1);
    let given = schema.get("example").or_else(|| schema["examples"].get(0)).or_else(|| schema.get("const"));
    if let Some(given) = given.or_else(|| schema.get("default")).or_else(|| schema["enum"].get(0)) {
        return given.clone();
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return inner(&schemas[name]);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().filter_map(|part| inner(part).as_object().cloned());
        return Value::Object(parts.flatten().collect());
    }
    let choices = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
    if let Some(choice) = choices.and_then(|all| all.iter().find(|choice| choice["type"] != "null")) {
        return inner(choice);
    }
    match kind(schema) {
        "object" => object(schema, schemas, depth),
        "array" if schema["items"].is_object() => json!([inner(&schema["items"])]),
        "array" => json!([]),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(1)),
        "boolean" => json!(false),
        "string" if schema["format"] == "date-time" => json!("2026-11-21T12:00:00Z"),
        "string" if schema["format"] == "date" => json!("2026-11-21"),
        "string" => json!("string"),
        _ => Value::Null,
    }
}

/// What is required, and what has an example of its own.
fn object(schema: &Value, schemas: &Value, depth: usize) -> Value {
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let shown = properties.filter(|(name, property)| {
        required.contains(&name.as_str())
            || property.get("example").is_some()
            || property.get("examples").is_some()
    });
    let fields = shown.map(|(name, property)| (name.clone(), example(property, schemas, depth + 1)));
    Value::Object(fields.collect())
}

/// The type, of several the first that is not null.
fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        one => one.as_str(),
    }
    .unwrap_or("object")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_made_of_those_of_the_fields() {
        let schemas = json!({ "Name": { "type": "string", "enum": ["a", "b"] } });
        let schema = json!({
            "allOf": [
                {
                    "type": "object", "required": ["id", "at", "many"],
                    "properties": {
                        "id": { "type": "string", "example": "pay_1" },
                        "at": { "type": "string", "format": "date-time" },
                        "many": { "type": "array", "items": { "$ref": "#/components/schemas/Name" } },
                        "left_out": { "type": ["string", "null"] },
                        "shown": { "type": ["integer", "null"], "example": 7 },
                    },
                },
                { "type": "object", "required": ["n"], "properties": { "n": { "type": ["integer", "null"] } } },
            ],
        });
        let expected =
            json!({ "id": "pay_1", "at": "2026-11-21T12:00:00Z", "many": ["a"], "shown": 7, "n": 1 });
        assert_eq!(example(&schema, &schemas, 0), expected);
    }

    #[test]
    fn a_schema_that_holds_itself_ends() {
        let schemas = json!({ "Tree": { "$ref": "#/components/schemas/Tree" } });
        assert_eq!(example(&schemas["Tree"], &schemas, 0), Value::Null);
    }

    #[test]
    fn every_json_body_has_an_example() {
        let document = super::super::openapi();
        let mut bodies = 0;
        for operation in document["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|item| item.as_object().unwrap().values())
        {
            let body = &operation["requestBody"]["content"]["application/json"];
            if body.is_object() {
                assert!(!body["example"].is_null() || !body["examples"].is_null(), "{operation}");
                bodies += 1;
            }
        }
        assert!(bodies > 4);
    }
}
