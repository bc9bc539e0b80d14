//! `till payments`

use anyhow::Result;
use clap::{Args, Subcommand};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::client::Client;
use crate::show::{answer, entries, table, text};

/// For how many seconds an operation is waited for.
const WAIT: u32 = 25;

#[derive(Subcommand)]
pub enum Command {
    /// Asks for a payment, and prints where it is paid.
    Create(Create),
    /// A payment and its operations.
    Get { id: String },
    /// The newest payments.
    List {
        #[arg(long, default_value_t = 20)]
        limit: u32,
        #[arg(long)]
        status: Option<String>,
        #[arg(long)]
        order: Option<String>,
    },
    /// Takes escrowed money for the merchant.
    Capture {
        #[command(flatten)]
        operation: Operation,
        /// In units of the token; everything unless given.
        #[arg(long)]
        amount: Option<String>,
    },
    /// Returns everything in escrow to the payer.
    Void {
        #[command(flatten)]
        operation: Operation,
    },
    /// Pays captured money back to the payer.
    Refund {
        #[command(flatten)]
        operation: Operation,
        /// In units of the token; everything unless given.
        #[arg(long)]
        amount: Option<String>,
    },
    /// Takes back the request for a payment that nobody has paid.
    Cancel { id: String },
}

#[derive(Args)]
pub struct Create {
    /// Such as 25.00.
    amount: String,
    /// What it may be paid in: a symbol or a mint. Several times for several.
    #[arg(long = "token", required = true)]
    tokens: Vec<String>,
    /// What the amount is in, such as EUR; the token unless given.
    #[arg(long)]
    currency: Option<String>,
    /// Captures at once.
    #[arg(long)]
    immediate: bool,
    /// Your own name for the order.
    #[arg(long)]
    order: Option<String>,
    #[arg(long)]
    description: Option<String>,
    /// The same key: one payment, however often this is run.
    #[arg(long)]
    idempotency_key: Option<String>,
}

#[derive(Args)]
pub struct Operation {
    /// The payment's.
    id: String,
    /// The same key: one operation, however often this is run.
    #[arg(long)]
    idempotency_key: Option<String>,
}

pub async fn run(client: &Client, command: Command) -> Result<()> {
    match command {
        Command::Create(create) => create_payment(client, create).await?,
        Command::Get { id } => answer(client, &client.api.get(&format!("/v1/payments/{id}")).await?, payment),
        Command::List { limit, status, order } => {
            let query = [("limit", Some(limit.to_string())), ("status", status), ("order_reference", order)];
            let query: Vec<_> = query.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
            let request = client.api.request(Method::GET, "/v1/payments").query(&query);
            answer(client, &client.api.json(request).await?, list);
        }
        Command::Capture { operation, amount } => operate(client, "capture", operation, amount).await?,
        Command::Void { operation } => operate(client, "void", operation, None).await?,
        Command::Refund { operation, amount } => operate(client, "refund", operation, amount).await?,
        Command::Cancel { id } => {
            let path = format!("/v1/payments/{id}/cancel");
            answer(client, &client.api.send(Method::POST, &path, &json!({})).await?, payment);
        }
    }
    Ok(())
}

async fn create_payment(client: &Client, create: Create) -> Result<()> {
    let mut body = json!({ "amount": create.amount });
    match &create.tokens[..] {
        [token] => body["token"] = json!(token),
        several => body["accepted_tokens"] = json!(several),
    }
    if create.immediate {
        body["capture_mode"] = json!("immediate");
    }
    let texts = [
        ("currency", create.currency),
        ("order_reference", create.order),
        ("description", create.description),
    ];
    for (name, value) in texts {
        if let Some(value) = value {
            body[name] = json!(value);
        }
    }
    let request = client.api.request(Method::POST, "/v1/payments").json(&body);
    answer(client, &client.api.json(keyed(request, create.idempotency_key)).await?, payment);
    Ok(())
}

async fn operate(client: &Client, name: &str, operation: Operation, amount: Option<String>) -> Result<()> {
    let body = amount.map_or_else(|| json!({}), |amount| json!({ "amount": amount }));
    let request = client.api.request(Method::POST, &format!("/v1/payments/{}/{name}", operation.id));
    let request = request.header("prefer", format!("wait={WAIT}")).json(&body);
    answer(client, &client.api.json(keyed(request, operation.idempotency_key)).await?, transaction);
    Ok(())
}

fn keyed(request: RequestBuilder, idempotency_key: Option<String>) -> RequestBuilder {
    match idempotency_key {
        Some(key) => request.header("idempotency-key", key),
        None => request,
    }
}

fn transaction(transaction: &Value) -> String {
    let of = |pointer| text(transaction, pointer);
    let line = format!("{}  {} {}  {}", of("/id"), of("/kind"), of("/amount/value"), of("/status"));
    match (of("/error/code"), of("/signature")) {
        (code, _) if !code.is_empty() => format!("{line}: {} ({code})", of("/error/detail")),
        (_, signature) => format!("{line}  {signature}"),
    }
}

fn payment(payment: &Value) -> String {
    let of = |pointer| text(payment, pointer);
    let token = if of("/symbol").is_empty() { of("/mint") } else { of("/symbol") };
    let mut lines = vec![
        format!("{}  {} {token}  {} ({})", of("/id"), of("/amount/value"), of("/status"), of("/finality")),
        format!("pay at  {}", of("/pay_url")),
    ];
    lines.extend(payment["transactions"].as_array().into_iter().flatten().map(transaction));
    lines.join("\n")
}

fn list(page: &Value) -> String {
    let row = |payment: &Value| {
        let of = |pointer| text(payment, pointer);
        let amount = format!("{} {}", of("/amount/value"), of("/symbol"));
        [of("/id"), of("/status"), amount, of("/order_reference"), of("/created_at")]
    };
    table(["id", "status", "amount", "order", "created"], entries(page).map(row))
}
