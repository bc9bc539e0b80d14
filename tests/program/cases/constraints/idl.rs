//! What the IDL says of instructions, accounts and errors.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

pub struct Idl {
    pub instructions: BTreeMap<String, Instruction>,
    /// The discriminators of the program's account types, by name.
    pub types: BTreeMap<String, Vec<u8>>,
    /// The names of the program's errors, by code.
    pub errors: BTreeMap<u32, String>,
}

pub struct Instruction {
    pub discriminator: Vec<u8>,
    pub accounts: Vec<Account>,
}

/// An account of an instruction. One inside a composite has the path as its name: `escrow.payer`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub is_signer: bool,
    pub is_writable: bool,
    pub is_optional: bool,
}

impl Idl {
    pub fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programs/till/idl.json");
        let text = std::fs::read_to_string(path).expect("the IDL");
        let idl: Value = serde_json::from_str(&text).expect("JSON");
        let instructions = list(&idl["instructions"]).iter().map(|instruction| {
            let accounts = flat("", &instruction["accounts"]);
            let discriminator = bytes(&instruction["discriminator"]);
            (text_of(&instruction["name"]), Instruction { discriminator, accounts })
        });
        let types = list(&idl["accounts"]).iter();
        let errors = list(&idl["errors"]).iter();
        Self {
            instructions: instructions.collect(),
            types: types.map(|ty| (text_of(&ty["name"]), bytes(&ty["discriminator"]))).collect(),
            errors: errors.map(|error| (number(&error["code"]), text_of(&error["name"]))).collect(),
        }
    }
}

fn flat(prefix: &str, accounts: &Value) -> Vec<Account> {
    let account = |account: &Value| {
        let name = format!("{prefix}{}", text_of(&account["name"]));
        if account["accounts"].is_array() {
            return flat(&format!("{name}."), &account["accounts"]);
        }
        let flag = |key: &str| account[key].as_bool().unwrap_or(false);
        let (is_signer, is_writable, is_optional) = (flag("signer"), flag("writable"), flag("optional"));
        vec![Account { name, is_signer, is_writable, is_optional }]
    };
    list(accounts).iter().flat_map(account).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text_of(value: &Value) -> String {
    value.as_str().expect("text").to_string()
}

fn number(value: &Value) -> u32 {
    value.as_u64().and_then(|number| number.try_into().ok()).expect("a number")
}

fn bytes(value: &Value) -> Vec<u8> {
    list(value).iter().map(|byte| number(byte) as u8).collect()
}
