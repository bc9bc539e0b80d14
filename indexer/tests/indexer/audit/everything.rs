//! Each type of account and its row.

use std::collections::BTreeSet;

use till_indexer::{audit::Expected, decode::TillAccount};
use till_store::chain::audit::Table;

use super::{
    program::{Program, places},
    told::{self, address},
};

/// The token accounts that hold money.
const HOLDINGS: usize = 5;

async fn everything() -> Program {
    let mut program = Program::begin().await;
    program.payment(1).await;
    for (emitted, accounts) in
        [told::protocol(), told::campaign(), told::pool(), told::vesting(), told::burns()]
    {
        for (address, account) in accounts {
            program.set(address, account);
        }
        program.commit(emitted).await;
    }
    program
}

#[tokio::test]
async fn every_account_equals_its_row() {
    let program = everything().await;
    let findings = program.audit().await;
    assert_eq!(places(&findings.differences), []);
    assert_eq!(findings.compared, Table::ALL.len() + HOLDINGS);
}

#[tokio::test]
async fn money_that_is_missing_is_found_wherever_it_should_be() {
    let program = everything().await;
    for (holder, token, table) in
        [(82, 83, "campaigns"), (85, 86, "pools"), (85, 88, "pools"), (89, 90, "vestings")]
    {
        let (holder, token) = (address(holder), address(token));
        let account = program.remove(token).unwrap();
        let field = format!("token account {token}");
        let found = program.audit().await.differences;
        assert_eq!(places(&found), [(table, &*holder.to_string(), &*field)]);
        program.set(token, account);
    }
}

/// Columns that no account tells: what only events know, what follows from other rows, and how an ended
/// account ended.
const NOT_ON_ACCOUNTS: [(&str, &[&str]); 11] = [
    ("burn_records", &["address", "decimals", "slot"]),
    ("campaigns", &["address", "decimals", "slot", "token_program"]),
    ("merchants", &["address", "slot"]),
    ("mint_policies", &["address", "slot"]),
    ("payments", &["address", "arbiter", "dispute_seconds", "merchant", "mint", "outcome", "slot"]),
    ("pools", &["address", "decimals", "slot", "token_program"]),
    ("positions", &["address", "slot"]),
    ("protocol", &["id", "slot"]),
    ("receipts", &["address", "slot"]),
    ("vaults", &["address", "decimals", "slot", "token_program"]),
    ("vestings", &["address", "decimals", "slot", "token_program"]),
];

/// Fields of accounts that have tables of their own.
const OF_OTHER_TABLES: [&str; 3] = ["rewards", "shared", "splits"];

#[tokio::test]
async fn every_column_is_compared_or_no_account_tells_it() {
    let program = everything().await;
    let accounts = program.node.chain().accounts.clone();
    let of_program = accounts.iter().filter(|(_, account)| account.owner == till::ID.to_string());
    let mut seen = BTreeSet::new();
    for (address, account) in of_program {
        let expected = Expected::of(address, &TillAccount::decode(&account.data).unwrap());
        let table = expected.table.as_str();
        let columns: Vec<String> = sqlx::query_scalar(
            "SELECT column_name::text FROM information_schema.columns
             WHERE table_schema = 'chain' AND table_name = $1",
        )
        .bind(table)
        .fetch_all(program.pool())
        .await
        .unwrap();
        let (_, exempt) = NOT_ON_ACCOUNTS.iter().find(|(name, _)| *name == table).unwrap();
        let columns: BTreeSet<&str> = columns.iter().map(String::as_str).collect();
        let compared: BTreeSet<&str> = expected.fields.keys().map(String::as_str).collect();
        let compared: BTreeSet<&str> = &compared - &BTreeSet::from(OF_OTHER_TABLES);
        assert_eq!(compared, &columns - &exempt.iter().copied().collect(), "{table}");
        seen.insert(expected.table);
    }
    assert_eq!(seen, BTreeSet::from(Table::ALL));
}
