//! `till merchants`

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use base64::{Engine, engine::general_purpose::STANDARD};
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};
use solana_keypair::{Keypair, read_keypair_file};
use solana_signer::Signer;
use till_client::Till;

use crate::client::{Client, Target};
use crate::show::{answer, text};

#[derive(Subcommand)]
pub enum Command {
    /// Whose key this is, and what it may do.
    Show,
    /// Signs up the merchant whose account on the chain a wallet governs, and prints an API key, this once.
    SignUp {
        /// The wallet's keypair file: the authority of the merchant's account. It signs a text, never a transaction.
        #[arg(long)]
        keypair: PathBuf,
        /// The merchant's account on the chain, base58.
        #[arg(long)]
        address: String,
        /// What customers read.
        #[arg(long)]
        name: String,
    },
}

pub async fn run(target: Target, command: Command) -> Result<()> {
    match command {
        Command::Show => {
            let client = Client::open(target)?;
            answer(&client, &client.api.get("/v1/merchant").await?, merchant);
        }
        Command::SignUp { keypair, address, name } => {
            let wallet = read_keypair_file(&keypair)
                .map_err(|error| anyhow!("{error}"))
                .with_context(|| format!("the keypair cannot be read from {}", keypair.display()))?;
            sign_up(Client::anonymous(target)?, &wallet, &address, &name).await?;
        }
    }
    Ok(())
}

async fn sign_up(client: Client, wallet: &Keypair, address: &str, name: &str) -> Result<()> {
    let member = client.api.acting_as(sign_in(&client.api, wallet).await?);
    let body = json!({ "address": address, "name": name });
    let merchant: Value = member.send(Method::POST, "/v1/merchants", &body).await?;
    let body = json!({ "name": "Made by till merchants sign-up" });
    let request =
        member.request(Method::POST, "/v1/api-keys").header("till-merchant", text(&merchant, "/id"));
    let key: Value = member.json(request.json(&body)).await?;
    let both = json!({ "merchant": merchant, "api_key": key });
    answer(&client, &both, |both| {
        let secret = text(both, "/api_key/secret");
        format!(
            "merchant  {}\napi key   {secret}\nKeep it: it is not shown again.",
            text(both, "/merchant/id")
        )
    });
    Ok(())
}

/// Signs in with a wallet, and returns the session's token.
async fn sign_in(api: &Till, wallet: &Keypair) -> Result<String> {
    let address = wallet.pubkey().to_string();
    let challenge: Value =
        api.send(Method::POST, "/v1/auth/challenge", &json!({ "wallet": address })).await?;
    let signature = wallet.sign_message(text(&challenge, "/message").as_bytes());
    let body = json!({
        "wallet": address,
        "nonce": text(&challenge, "/nonce"),
        "signature": STANDARD.encode(signature),
    });
    let session: Value = api.send(Method::POST, "/v1/auth/session", &body).await?;
    Ok(text(&session, "/token"))
}

fn merchant(merchant: &Value) -> String {
    let of = |pointer| text(merchant, pointer);
    format!("{}  {}\non the chain  {}", of("/id"), of("/name"), of("/address"))
}
