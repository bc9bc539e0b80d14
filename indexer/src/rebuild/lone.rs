//! From rows that one side lacks to what differs.

use serde_json::{Map, Value, json};
use till_store::chain::rebuild::{LoneRow, TableOfRows};

use crate::audit::{Difference, Sides};

/// Two lone rows of the same key differ in some fields; one without the other is missing.
pub fn differences(table: &TableOfRows, rows: Vec<LoneRow>, slot: i64) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut rows = rows.into_iter().peekable();
    while let Some(row) = rows.next() {
        let key = key(table, &row.fields);
        // What was rebuilt comes before what is live.
        let is_pair = |next: &LoneRow| !row.is_live && next.is_live && self::key(table, &next.fields) == key;
        let (live, rebuilt) = match rows.next_if(is_pair) {
            Some(live) => (Some(live.fields), Some(row.fields)),
            None if row.is_live => (Some(row.fields), None),
            None => (None, Some(row.fields)),
        };
        differences.extend(of(table, &key, live, rebuilt, slot));
    }
    differences
}

fn of(
    table: &TableOfRows,
    key: &str,
    live: Option<Map<String, Value>>,
    rebuilt: Option<Map<String, Value>>,
    slot: i64,
) -> Vec<Difference> {
    let since_slot = live.as_ref().and_then(|live| live.get("slot")).and_then(Value::as_i64);
    let difference = |field: &str, database: Value, chain: Value| Difference {
        table: table.name.to_owned(),
        key: key.to_owned(),
        field: field.to_owned(),
        sides: Sides::Chain { database, chain },
        since_slot,
        slot: Some(slot),
    };
    let (Some(live), Some(rebuilt)) = (&live, &rebuilt) else {
        let says = |row: &Option<_>| row.as_ref().map_or(Value::Null, |_| json!("there is one"));
        return vec![difference("row", says(&live), says(&rebuilt))];
    };
    let fields = live.iter().filter(|(name, value)| rebuilt.get(*name) != Some(*value));
    fields
        .map(|(name, value)| difference(name, value.clone(), rebuilt.get(name).cloned().unwrap_or_default()))
        .collect()
}

fn key(table: &TableOfRows, fields: &Map<String, Value>) -> String {
    let parts = table.key.iter().map(|column| match fields.get(*column) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    });
    parts.collect::<Vec<_>>().join("/")
}
