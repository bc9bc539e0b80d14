//! The API as it is run: the program itself, with the settings that it has by default, except that nobody is told to
//! come again later: the rate limits count, and are never reached.

use anyhow::Context;
use solana_keypair::{Keypair, write_keypair_file};
use tokio::process::Command;

use super::Server;

/// Nobody listens here: what is measured asks the chain nothing.
const NO_NODE: &str = "http://127.0.0.1:9";

/// Requests of one key a second.
const LIMIT: &str = "1000000/1";

pub async fn start(database_url: &str) -> anyhow::Result<Server> {
    let operator = std::env::temp_dir().join(format!("till-bench-operator-{}.json", std::process::id()));
    write_keypair_file(&Keypair::new(), &operator).map_err(|error| anyhow::anyhow!("{error}"))?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_till-api"));
    command.args(["serve", "--allow-private-webhooks", "--rpc-url", NO_NODE, "--database-url", database_url]);
    command.arg("--operator-keypair").arg(&operator);
    command.env("TILL_LIMIT_READS", LIMIT).env("TILL_LIMIT_WRITES", LIMIT);
    let server = Server::start(command).await.context("the API does not start");
    std::fs::remove_file(operator)?;
    server
}
