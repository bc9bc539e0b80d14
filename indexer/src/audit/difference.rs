//! What does not agree, for people and for programs.

use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};
use till_store::chain::audit::{Imbalance, Table};

use super::verdict::Look;

/// Two sides that say different things about the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    pub table: String,
    /// Whose row; its address, if it is an account's.
    pub key: String,
    /// What of it; `account` when one side has none.
    pub field: String,
    #[serde(flatten)]
    pub sides: Sides,
    /// The slot of the row's last change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since_slot: Option<i64>,
    /// The slot that both were compared as of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<i64>,
}

/// Who says what.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Sides {
    /// A row, and the account or what was rebuilt from the chain.
    Chain { database: Value, chain: Value },
    /// A sum, and what it has to be.
    Sum { sum: String, expected: String },
    /// A token account, and what it must hold at least.
    Money { holds: String, owes: String },
}

impl Difference {
    /// Field by field.
    pub fn of(table: Table, key: &str, look: &Look) -> Vec<Self> {
        let difference = |field: &str, database, chain| Self {
            table: table.as_str().to_owned(),
            key: key.to_owned(),
            field: field.to_owned(),
            sides: Sides::Chain { database, chain },
            since_slot: look.row.as_ref().map(|row| row.slot),
            slot: Some(look.slot),
        };
        let (account, row) = match (&look.account, &look.row) {
            (Some(account), Some(row)) => (account, &row.fields),
            (account, row) => {
                let says = |is_there: bool| if is_there { json!("open") } else { Value::Null };
                return vec![difference("account", says(row.is_some()), says(account.is_some()))];
            }
        };
        let said = |fields: &super::Fields, name: &str| fields.get(name).cloned().unwrap_or_default();
        let names = account.keys().filter(|name| said(account, name) != said(row, name));
        names.map(|name| difference(name, said(row, name), said(account, name))).collect()
    }
}

impl From<Imbalance> for Difference {
    fn from(imbalance: Imbalance) -> Self {
        let Imbalance { table, key, field, sum, expected } = imbalance;
        Self { table, key, field, sides: Sides::Sum { sum, expected }, since_slot: None, slot: None }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, key, field, sides, since_slot, slot } = self;
        write!(f, "{table} {key}: {field}: ")?;
        match sides {
            Sides::Chain { database, chain } => {
                write!(f, "the database says {}, the chain {}", Said(database), Said(chain))?;
            }
            Sides::Sum { sum, expected } => write!(f, "is {sum}, and should be {expected}")?,
            Sides::Money { holds, owes } => write!(f, "holds {holds}, and owes {owes}")?,
        }
        if let Some(since) = since_slot {
            write!(f, "; unchanged since slot {since}")?;
        }
        slot.map_or(Ok(()), |slot| write!(f, "; as of slot {slot}"))
    }
}

struct Said<'a>(&'a Value);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Null => f.write_str("nothing"),
            Value::String(text) => f.write_str(text),
            other => other.fmt(f),
        }
    }
}
