//! The OpenAPI document with what a test knows: ids that exist, and bodies that are good.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::Api;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// What no path parameter names: what is not found is asked for too.
const NOBODYS: &str = "nope";

pub struct Document(Value);

impl Document {
    pub async fn of(api: &Api) -> Self {
        Self(api.get("/openapi.json").await.json().await.unwrap())
    }

    /// `METHOD /path` of every operation.
    pub fn operations(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for (path, item) in self.0["paths"].as_object().unwrap() {
            let methods = METHODS.iter().filter(|method| item.get(**method).is_some());
            all.extend(methods.map(|method| format!("{} {path}", method.to_ascii_uppercase())));
        }
        all
    }

    /// Has a parameter in the path of an operation be one of these, each once at least, or nobody's.
    pub fn path(&mut self, operation: &str, name: &str, values: &[&str]) -> &mut Self {
        let parameter = self.parameter(operation, "path", name);
        let all: Vec<&str> = values.iter().copied().chain([NOBODYS]).collect();
        parameter["schema"] = json!({ "type": "string", "enum": all });
        set_examples(parameter, values);
        self
    }

    /// Has a parameter in the query of an operation be this once at least.
    pub fn query(&mut self, operation: &str, name: &str, value: &str) -> &mut Self {
        set_examples(self.parameter(operation, "query", name), &[value]);
        self
    }

    /// Has the body of an operation be this once at least.
    pub fn body(&mut self, operation: &str, body: Value) -> &mut Self {
        let content = self.operation(operation)["requestBody"]["content"].as_object_mut();
        for media in content.unwrap_or_else(|| panic!("{operation} takes no body")).values_mut() {
            media["example"] = body.clone();
        }
        self
    }

    pub fn write(&self, path: &std::path::Path) {
        std::fs::write(path, self.0.to_string()).unwrap();
    }

    fn operation(&mut self, name: &str) -> &mut Value {
        let (method, path) = name.split_once(' ').expect("METHOD /path");
        let item = self.0["paths"].get_mut(path);
        let found = item.and_then(|item| item.get_mut(method.to_ascii_lowercase()));
        found.unwrap_or_else(|| panic!("{name} is not documented"))
    }

    fn parameter(&mut self, operation: &str, place: &str, name: &str) -> &mut Value {
        let parameters = self.operation(operation)["parameters"].as_array_mut();
        let mut parameters = parameters.unwrap_or_else(|| panic!("{operation} has no parameters")).iter_mut();
        let found = parameters.find(|parameter| parameter["in"] == place && parameter["name"] == name);
        found.unwrap_or_else(|| panic!("{operation} has no {name} in its {place}"))
    }
}

fn set_examples(parameter: &mut Value, values: &[&str]) {
    parameter.as_object_mut().expect("a parameter").remove("example");
    let named = values.iter().enumerate();
    let named = named.map(|(number, value)| (number.to_string(), json!({ "value": value })));
    parameter["examples"] = Value::Object(named.collect());
}
