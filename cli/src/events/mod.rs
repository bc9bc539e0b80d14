//! `till events`

mod forward;
mod listen;

use anyhow::Result;
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::Client;
use crate::show::{answer, entries, table, text};

#[derive(Subcommand)]
pub enum Command {
    /// What the merchant has been told, oldest first.
    List {
        /// Only what comes after the event with this sequence.
        #[arg(long, default_value_t = 0)]
        after: i64,
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// Sends every event to an address of this machine as it happens, as a webhook would be sent.
    Listen(listen::Arguments),
    /// Causes an event that says that it is a test. Listeners and webhook endpoints receive it.
    Trigger {
        /// Such as payment.captured.
        #[arg(value_name = "TYPE")]
        kind: String,
    },
}

pub async fn run(client: &Client, command: Command) -> Result<()> {
    match command {
        Command::List { after, limit } => {
            let page = client.api.get(&format!("/v1/events?after={after}&limit={limit}")).await?;
            answer(client, &page, list);
        }
        Command::Listen(arguments) => listen::run(client, arguments).await?,
        Command::Trigger { kind } => {
            let event = client.api.send(Method::POST, "/v1/events/test", &json!({ "type": kind })).await?;
            answer(client, &event, |event| format!("{}  {}", text(event, "/id"), text(event, "/type")));
        }
    }
    Ok(())
}

fn list(page: &Value) -> String {
    let row = |event: &Value| {
        let of = |pointer| text(event, pointer);
        [of("/sequence"), of("/type"), of("/data/payment/id"), of("/timestamp"), of("/id")]
    };
    table(["sequence", "type", "payment", "time", "id"], entries(page).map(row))
}
