//! What a wallet and an auditor see: the IDL says what everything is.

use std::path::Path;

use serde_json::Value;

/// Anchor adds these two to every instruction that emits events, without docs.
const OF_EVENTS: [&str; 2] = ["event_authority", "program"];

fn idl() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programs/till/idl.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

fn name(value: &Value) -> &str {
    value["name"].as_str().expect("a name")
}

fn docs(value: &Value) -> String {
    let lines: Vec<_> = list(value, "docs").map(|line| line.as_str().expect("a line")).collect();
    lines.join(" ")
}

/// The accounts of an instruction, those of composite ones included.
fn accounts(value: &Value) -> Vec<&Value> {
    list(value, "accounts")
        .flat_map(|account| if account["accounts"].is_array() { accounts(account) } else { vec![account] })
        .collect()
}

#[test]
fn every_instruction_and_each_of_its_accounts_is_documented() {
    for instruction in list(&idl(), "instructions") {
        assert!(!docs(instruction).is_empty(), "{}", name(instruction));
        for account in accounts(instruction) {
            let documented = !docs(account).is_empty() || OF_EVENTS.contains(&name(account));
            assert!(documented, "{}: {}", name(instruction), name(account));
        }
    }
}

/// Rust has no docs for arguments, so the instruction's own name each; a struct has its own.
#[test]
fn every_argument_is_documented() {
    let idl = idl();
    let described = |defined: &Value| {
        let kind = list(&idl, "types").find(|kind| kind["name"] == *defined).expect("a type");
        let fields = list(&kind["type"], "fields").filter(|field| field.is_object());
        fields.map(|field| (name(field).to_string(), docs(field))).collect::<Vec<_>>()
    };
    for instruction in list(&idl, "instructions") {
        for argument in list(instruction, "args") {
            let named = docs(instruction).contains(&format!("`{}`", name(argument)));
            let defined = &argument["type"]["defined"]["name"];
            assert!(named || defined.is_string(), "{}: {}", name(instruction), name(argument));
            if defined.is_string() {
                for (field, docs) in described(defined) {
                    assert!(!docs.is_empty(), "{defined}: {field}");
                }
            }
        }
    }
}

#[test]
fn every_account_every_event_and_every_error_is_documented() {
    let idl = idl();
    for error in list(&idl, "errors") {
        assert!(error["msg"].as_str().is_some_and(|text| text.len() > 10), "{}", name(error));
    }
    let kinds: Vec<&Value> = list(&idl, "types").collect();
    for account in list(&idl, "accounts") {
        let kind = kinds.iter().find(|kind| name(kind) == name(account)).expect("a type");
        assert!(!docs(kind).is_empty(), "{}", name(kind));
        for field in list(&kind["type"], "fields") {
            let obvious = ["merchant", "mint", "shard", "_reserved", "pool", "campaign", "vesting"];
            assert!(
                !docs(field).is_empty() || obvious.contains(&name(field)),
                "{}: {}",
                name(kind),
                name(field)
            );
        }
    }
}

/// `docs/PROGRAM.md` has one section an instruction, and names every error.
#[test]
fn the_manual_has_every_instruction_and_every_error() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/PROGRAM.md");
    let manual = std::fs::read_to_string(path).unwrap();
    let idl = idl();
    for instruction in list(&idl, "instructions") {
        let heading = format!("\n### `{}`\n", name(instruction));
        assert_eq!(manual.matches(&heading).count(), 1, "{heading}");
    }
    let sections = manual.lines().filter(|line| line.starts_with("### `")).count();
    assert_eq!(sections, list(&idl, "instructions").count(), "a section is about no instruction");
    for error in list(&idl, "errors") {
        assert!(manual.contains(&format!("`{}`", name(error))), "{}", name(error));
    }
}
