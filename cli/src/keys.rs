//! `till keys`

use anyhow::Result;
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::Client;
use crate::show::{answer, entries, table, text};

#[derive(Subcommand)]
pub enum Command {
    /// All keys, without their secrets.
    List,
    /// A new key. The secret is shown this once.
    Create {
        /// By which people recognise it.
        #[arg(long)]
        name: String,
        /// What it may do, such as payments:read; everything unless given. Several times for several.
        #[arg(long = "scope")]
        scopes: Vec<String>,
        /// The one store that it is for.
        #[arg(long)]
        store: Option<String>,
    },
    /// A new secret for a key; the old one stays good for a while.
    Rotate {
        id: String,
        /// For how many seconds.
        #[arg(long, default_value_t = 3_600)]
        overlap: u32,
    },
    /// Ends a key at once.
    Revoke { id: String },
}

pub async fn run(client: &Client, command: Command) -> Result<()> {
    match command {
        Command::List => answer(client, &client.api.get("/v1/api-keys").await?, list),
        Command::Create { name, scopes, store } => {
            let mut body = json!({ "name": name });
            if !scopes.is_empty() {
                body["scopes"] = json!(scopes);
            }
            if let Some(store) = store {
                body["store"] = json!(store);
            }
            answer(client, &client.api.send(Method::POST, "/v1/api-keys", &body).await?, created);
        }
        Command::Rotate { id, overlap } => {
            let path = format!("/v1/api-keys/{id}/rotate");
            let body = json!({ "overlap_seconds": overlap });
            answer(client, &client.api.send(Method::POST, &path, &body).await?, created);
        }
        Command::Revoke { id } => {
            client.api.send::<()>(Method::DELETE, &format!("/v1/api-keys/{id}"), &json!({})).await?;
            answer(client, &json!({ "revoked": id }), |_| format!("{id} is revoked"));
        }
    }
    Ok(())
}

fn created(key: &Value) -> String {
    let (id, secret) = (text(key, "/id"), text(key, "/secret"));
    format!("{id}\n{secret}\nKeep it: it is not shown again.")
}

fn list(page: &Value) -> String {
    let row = |key: &Value| {
        let scopes: Vec<&str> =
            key["scopes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let may = if key["scopes"].is_null() { "everything".to_owned() } else { scopes.join(" ") };
        let state =
            if key["revoked_at"].is_null() { text(key, "/last_used_at") } else { "revoked".to_owned() };
        [text(key, "/id"), text(key, "/name"), text(key, "/prefix") + "…", may, state]
    };
    table(["id", "name", "key", "may", "last used"], entries(page).map(row))
}
