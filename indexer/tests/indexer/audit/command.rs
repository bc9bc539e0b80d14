//! `till-indexer audit`, as a person or a cron job runs it.

use std::process::Output;

use serde_json::{Value, json};
use tokio::process::Command;

use super::program::Program;
use crate::world::VAULT;

async fn audit(program: &Program, database_url: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_till-indexer"));
    command.args(["audit", "--format", "json", "--rpc-requests-per-second", "1000"]);
    command.args(["--rpc-url", &program.node.url, "--database-url", database_url]);
    command.output().await.unwrap()
}

#[tokio::test]
async fn the_command_tells_what_differs_and_how_it_went() {
    let mut program = Program::begin().await;
    program.payment(1).await;
    let equal = audit(&program, &program.database.url).await;
    assert_eq!((equal.status.code(), equal.stdout.as_slice()), (Some(0), &[][..]), "{equal:?}");

    program.execute("UPDATE chain.vaults SET accepting = false").await;
    let different = audit(&program, &program.database.url).await;
    assert_eq!(different.status.code(), Some(1), "{different:?}");
    let told: Value = serde_json::from_slice(&different.stdout).unwrap();
    let expected = json!({
        "table": "vaults",
        "key": VAULT.to_string(),
        "field": "accepting",
        "database": false,
        "chain": true,
        "since_slot": 101,
        "slot": 101,
    });
    assert_eq!(told, expected);

    let unknown = audit(&program, "postgres://nobody@127.0.0.1:1/nothing").await;
    assert_eq!(unknown.status.code(), Some(2), "{unknown:?}");
}
