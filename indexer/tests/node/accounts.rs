//! Accounts as a node tells them.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::Chain;

#[derive(Clone, Debug)]
pub struct Account {
    /// The program whose account it is.
    pub owner: String,
    pub data: Vec<u8>,
}

impl Account {
    fn answer(&self) -> Value {
        json!({
            "owner": self.owner,
            "data": [STANDARD.encode(&self.data), "base64"],
            "lamports": 1_000_000,
            "executable": false,
        })
    }
}

fn as_of(chain: &Chain, value: Value) -> Value {
    json!({ "context": { "slot": chain.confirmed }, "value": value })
}

pub fn of_program(chain: &Chain, config: &Value) -> Value {
    let begins = &config["filters"][0]["memcmp"]["bytes"];
    let begins = STANDARD.decode(begins.as_str().unwrap()).unwrap();
    let is_listed =
        |account: &Account| account.owner == till::ID.to_string() && account.data.starts_with(&begins);
    let listed = chain.accounts.iter().filter(|(_, account)| is_listed(account));
    let keyed =
        |(address, account): (&String, &Account)| json!({ "pubkey": address, "account": account.answer() });
    as_of(chain, listed.map(keyed).collect())
}

pub fn multiple(chain: &Chain, addresses: &Value) -> Value {
    let addresses = addresses.as_array().unwrap().iter().map(|address| address.as_str().unwrap());
    let account = |address| chain.accounts.get(address).map_or(Value::Null, Account::answer);
    as_of(chain, addresses.map(account).collect())
}
