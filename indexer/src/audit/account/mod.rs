//! An account of the program, as its row has to have it.

mod fields;
mod holdings;
mod value;

use anchor_lang::Discriminator;
use serde_json::{Map, Value};
use till::{
    BurnRecord, Campaign, Donation, Merchant, MintPolicy, Payment, Pool, Position, Protocol, Vault, Vesting,
};
use till_store::chain::audit::Table;

use crate::decode::TillAccount;
pub use holdings::Holding;

/// Columns by name, written as Postgres writes them as JSON.
pub type Fields = Map<String, Value>;

/// What a row has to say.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    pub table: Table,
    pub key: String,
    /// What the account says. The row has more columns: what only events tell.
    pub fields: Fields,
    /// The token accounts that hold the money, with what each must hold at least.
    pub holdings: Vec<Holding>,
}

impl Expected {
    /// Of the row of the account at `address`. There is no arm for the rest: an account that is added to the
    /// program may hold money, and somebody has to compare it.
    pub fn of(address: &str, account: &TillAccount) -> Self {
        let none = Vec::new();
        let (table, fields, holdings) = match account {
            TillAccount::Protocol(it) => (Table::Protocol, fields::protocol(it), none),
            TillAccount::MintPolicy(it) => (Table::MintPolicies, fields::mint_policy(it), none),
            TillAccount::Merchant(it) => (Table::Merchants, fields::merchant(it), none),
            TillAccount::Vault(it) => (Table::Vaults, fields::vault(it), vec![holdings::of_vault(it)]),
            TillAccount::Payment(it) => (Table::Payments, fields::payment(it), none),
            TillAccount::Campaign(it) => {
                (Table::Campaigns, fields::campaign(it), vec![holdings::of_campaign(it)])
            }
            TillAccount::Donation(it) => (Table::Receipts, fields::receipt(it), none),
            TillAccount::Pool(it) => (Table::Pools, fields::pool(it), holdings::of_pool(it)),
            TillAccount::Position(it) => (Table::Positions, fields::position(it), none),
            TillAccount::Vesting(it) => {
                (Table::Vestings, fields::vesting(it), vec![holdings::of_vesting(it)])
            }
            TillAccount::BurnRecord(it) => (Table::BurnRecords, fields::burn_record(it), none),
        };
        let key = if table == Table::Protocol { Table::PROTOCOL_KEY } else { address };
        let Value::Object(fields) = fields else { unreachable!("all of them are objects") };
        Self { table, key: key.to_owned(), fields, holdings }
    }
}

/// What the data of the accounts begins with that have their rows in `table`.
pub const fn discriminator(table: Table) -> &'static [u8] {
    match table {
        Table::Protocol => Protocol::DISCRIMINATOR,
        Table::MintPolicies => MintPolicy::DISCRIMINATOR,
        Table::Merchants => Merchant::DISCRIMINATOR,
        Table::Vaults => Vault::DISCRIMINATOR,
        Table::Payments => Payment::DISCRIMINATOR,
        Table::Campaigns => Campaign::DISCRIMINATOR,
        Table::Receipts => Donation::DISCRIMINATOR,
        Table::Pools => Pool::DISCRIMINATOR,
        Table::Positions => Position::DISCRIMINATOR,
        Table::Vestings => Vesting::DISCRIMINATOR,
        Table::BurnRecords => BurnRecord::DISCRIMINATOR,
    }
}
