//! A payment all the way, with a local net: `make localnet`, then
//! `cargo run --package till-client --example pay .till/localnet.json`.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Router, routing::post};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::TryStreamExt;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use solana_keypair::{Keypair, read_keypair_file};
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;
use till_client::types::{
    Event, Payment, PaymentRequest, PaymentStatus, TransactionForWallet, WalletRequest,
};
use till_client::{EventFilter, Operation, Till, webhooks};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

const PATIENCE: Duration = Duration::from_secs(60);

/// What a local net says of itself.
#[derive(Deserialize)]
struct LocalNet {
    api_url: String,
    api_key: String,
    rpc_url: String,
    keypairs: Keypairs,
}

#[derive(Deserialize)]
struct Keypairs {
    customer: PathBuf,
}

#[tokio::main]
async fn main() -> Result<()> {
    let description = std::env::args().nth(1).unwrap_or_else(|| ".till/localnet.json".into());
    let net: LocalNet = serde_json::from_slice(&std::fs::read(&description).context(description)?)?;
    let till = Till::new(&net.api_url, &net.api_key);
    let mut webhooks = Webhooks::listen(&till).await?;

    let request =
        PaymentRequest { amount: "25.00".into(), token: Some("USDC".into()), ..PaymentRequest::default() };
    let payment = till.payments().create(&request, None).await?;
    println!("{} waits for {} USDC at {}", payment.id, payment.amount.value, payment.address);

    let customer = read_keypair_file(&net.keypairs.customer).map_err(|error| anyhow::anyhow!("{error}"))?;
    pay(&net, &payment, &customer).await?;
    let payment = till.payments().wait_for(&payment.id, &[PaymentStatus::Authorized], PATIENCE).await?;
    println!("paid by {}", payment.payer.as_deref().unwrap_or("nobody"));
    webhooks.until("payment.authorized", &payment.id).await?;

    till.payments().capture(&payment.id, &Operation::default()).await?;
    till.payments().wait_for(&payment.id, &[PaymentStatus::Captured], PATIENCE).await?;
    let refund = till.payments().refund(&payment.id, &Operation::of("5.00")).await?;
    println!("refunded {} by {}", refund.amount.value, refund.signature.as_deref().unwrap_or("?"));
    webhooks.until("payment.refunded", &payment.id).await?;
    webhooks.stop(&till).await?;

    let filter = EventFilter { payment: Some(payment.id), ..EventFilter::default() };
    let events: Vec<Event> = till.events().list(filter).try_collect().await?;
    let kinds: Vec<&str> = events.iter().map(|event| &event.kind[..]).collect();
    println!("told: {}", kinds.join(", "));
    ensure!(kinds == ["payment.authorized", "payment.captured", "payment.refunded"], "other events");
    Ok(())
}

/// What a wallet does with the payment's link: fetches the transaction, signs it, sends it to the chain.
async fn pay(net: &LocalNet, payment: &Payment, wallet: &Keypair) -> Result<()> {
    let request = WalletRequest { account: wallet.pubkey().to_string(), token: None, donation: None };
    let link = format!("/pay/{}", payment.id);
    let unsigned: TransactionForWallet =
        Till::anonymous(&net.api_url).send(Method::POST, &link, &request).await?;
    println!("the wallet shows: {}", unsigned.message);
    let transaction: VersionedTransaction = bincode::deserialize(&STANDARD.decode(unsigned.transaction)?)?;
    let signed = VersionedTransaction::try_new(transaction.message, &[wallet])?;
    let encoded = STANDARD.encode(bincode::serialize(&signed)?);
    // The transaction names a block that is confirmed, and a node looks for it among the final ones unless told.
    let options = json!({ "encoding": "base64", "preflightCommitment": "confirmed" });
    let body =
        json!({ "jsonrpc": "2.0", "id": 1, "method": "sendTransaction", "params": [encoded, options] });
    let answer: Value = reqwest::Client::new().post(&net.rpc_url).json(&body).send().await?.json().await?;
    ensure!(answer["result"].is_string(), "the chain refused it: {answer}");
    Ok(())
}

/// The shop's server: an endpoint of its own, whose webhooks are verified with its public key.
struct Webhooks {
    endpoint: String,
    events: mpsc::UnboundedReceiver<Event>,
}

impl Webhooks {
    async fn listen(till: &Till) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/webhooks", listener.local_addr()?);
        let (key, known) = watch::channel(String::new());
        let (sender, events) = mpsc::unbounded_channel();
        let router = Router::new().route("/webhooks", post(receive)).with_state((known, sender));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let endpoint: Value = till.send(Method::POST, "/v1/endpoints", &json!({ "url": url })).await?;
        key.send(endpoint["public_key"].as_str().context("a public key")?.to_owned())?;
        Ok(Self { endpoint: endpoint["id"].as_str().context("an id")?.to_owned(), events })
    }

    async fn until(&mut self, kind: &str, payment: &str) -> Result<()> {
        let found = async {
            while let Some(event) = self.events.recv().await {
                if event.kind == kind && event.payment().is_some_and(|told| told.id == payment) {
                    return Ok(());
                }
            }
            anyhow::bail!("the server has ended")
        };
        tokio::time::timeout(PATIENCE, found).await.with_context(|| format!("no webhook {kind}"))??;
        println!("webhook {kind}, verified");
        Ok(())
    }

    async fn stop(self, till: &Till) -> Result<()> {
        let path = format!("/v1/endpoints/{}", self.endpoint);
        till.json::<()>(till.request(Method::DELETE, &path)).await?;
        Ok(())
    }
}

async fn receive(
    State((key, events)): State<(watch::Receiver<String>, mpsc::UnboundedSender<Event>)>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let verified = webhooks::verify(&body, &headers, &key.borrow());
    let is_taken = verified.is_ok_and(|event| events.send(event).is_ok());
    if is_taken { StatusCode::NO_CONTENT } else { StatusCode::BAD_REQUEST }
}
