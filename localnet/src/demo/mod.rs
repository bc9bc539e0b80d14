//! A first payment, all the way: asked for over HTTP, signed by a wallet, captured and refunded,
//! with every webhook received and verified.

mod shop;
mod timeline;

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_signer::Signer;
use tokio::sync::mpsc;

use self::shop::Shop;
use self::timeline::Timeline;
use crate::description::Description;
use crate::receiver::Received;
use crate::rpc::{Receipt, Rpc};
use crate::wallet;

const AMOUNT: &str = "25.00";
const REFUND: &str = "5.00";
/// How long a webhook may take before the demo gives up on it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the payment and prints its timeline; an error when anything did not happen. Returns the
/// payment's id.
pub async fn run(
    net: &Description,
    customer: &Keypair,
    webhooks: &mut mpsc::UnboundedReceiver<Received>,
) -> anyhow::Result<String> {
    let mut demo = Demo {
        shop: Shop::new(&net.api_url, &net.api_key),
        rpc: Rpc::new(net.rpc_url.clone()),
        webhooks,
        timeline: Timeline::begin("A first payment"),
    };
    let payment = demo.create().await?;
    demo.pay(&payment, customer).await?;
    demo.operation(&payment, "capture", json!({}), "payment.captured").await?;
    demo.operation(&payment, "refund", json!({ "amount": REFUND }), "payment.refunded").await?;
    demo.check(&payment).await?;
    Ok(payment)
}

/// Asks for a payment that nobody pays, and returns the page on which somebody can.
pub async fn checkout(net: &Description) -> anyhow::Result<String> {
    let shop = Shop::new(&net.api_url, &net.api_key);
    let body = json!({
        "amount": "12.50",
        "token": "USDC",
        "description": "A coffee machine, second hand",
        "authorization_expires_in": 7 * 86_400,
    });
    let payment = shop.post("/v1/payments", &body, &Keypair::new().pubkey().to_string()).await?;
    Ok(payment["checkout_url"].as_str().context("the payment has no checkout_url")?.to_owned())
}

struct Demo<'a> {
    shop: Shop,
    rpc: Rpc,
    webhooks: &'a mut mpsc::UnboundedReceiver<Received>,
    timeline: Timeline,
}

impl Demo<'_> {
    async fn create(&mut self) -> anyhow::Result<String> {
        let order = format!("demo-{}", &Keypair::new().pubkey().to_string()[..8]);
        let body = json!({
            "amount": AMOUNT,
            "token": "USDC",
            "order_reference": order,
            "description": "A first payment",
        });
        let payment = self.shop.post("/v1/payments", &body, &order).await?;
        let id = payment["id"].as_str().context("the payment has no id")?.to_string();
        self.timeline.step("merchant asks for a payment", &format!("{AMOUNT} USDC, order {order}: {id}"));
        let again = self.shop.post("/v1/payments", &body, &order).await?;
        ensure!(again["id"] == payment["id"], "the same Idempotency-Key made a second payment");
        self.timeline.step("asks again, same Idempotency-Key", "the same payment");
        Ok(id)
    }

    async fn pay(&mut self, payment: &str, customer: &Keypair) -> anyhow::Result<()> {
        let transaction = wallet::request(&self.shop.url(&format!("/pay/{payment}")), customer).await?;
        let size = transaction.serialized_len();
        self.timeline.step("wallet fetches the transaction", &format!("{size} bytes, unsigned, simulated"));
        let signed = transaction.sign(customer)?;
        let receipt = self.rpc.send_signed(&signed).await?;
        let detail = format!("{} pays into the escrow", short(&customer.pubkey().to_string()));
        self.timeline.transaction("customer signs, chain confirms", &detail, &receipt);
        self.webhook(payment, "payment.authorized").await
    }

    /// Captures or refunds, and waits for the webhook that says so.
    async fn operation(&mut self, payment: &str, kind: &str, body: Value, event: &str) -> anyhow::Result<()> {
        let path = format!("/v1/payments/{payment}/{kind}");
        let transaction = self.shop.post(&path, &body, &format!("{payment}-{kind}")).await?;
        let amount = transaction["amount"]["value"].as_str().unwrap_or("?");
        let id = transaction["id"].as_str().unwrap_or("?");
        self.timeline.step(&format!("merchant orders a {kind}"), &format!("{amount} USDC: {id}"));
        let receipt = self.receipt(&transaction).await?;
        let detail = format!("the operator signed it, the program did it: {kind}");
        self.timeline.transaction(&format!("chain confirms the {kind}"), &detail, &receipt);
        self.webhook(payment, event).await
    }

    async fn receipt(&self, transaction: &Value) -> anyhow::Result<Receipt> {
        let signature = transaction["signature"].as_str().context("the transaction has no signature")?;
        self.rpc.receipt(&signature.parse()?).await
    }

    /// Waits for the webhook of this type about this payment.
    async fn webhook(&mut self, payment: &str, event: &str) -> anyhow::Result<()> {
        let found = async {
            while let Some(received) = self.webhooks.recv().await {
                let about = received.body["data"]["payment"]["id"] == payment;
                if about && received.body["type"] == event {
                    return Ok(received);
                }
            }
            bail!("the webhook receiver has ended")
        };
        let received = tokio::time::timeout(PATIENCE, found)
            .await
            .with_context(|| format!("no webhook {event} within {PATIENCE:?}"))??;
        let detail = format!("{event}, signature verified: {}", received.id);
        self.timeline.step("webhook arrives", &detail);
        Ok(())
    }

    /// The payment as the API tells it must be what has happened.
    async fn check(&mut self, payment: &str) -> anyhow::Result<()> {
        let told = self.shop.get(&format!("/v1/payments/{payment}")).await?;
        let amounts = ["captured", "refunded", "capturable"].map(|field| told[field]["value"].as_str());
        let as_expected =
            told["status"] == "partially_refunded" && amounts == [Some(AMOUNT), Some(REFUND), Some("0.00")];
        ensure!(as_expected, "the payment is not as expected: {told:#}");
        let detail =
            format!("captured {AMOUNT}, refunded {REFUND}, {}", told["finality"].as_str().unwrap_or("?"));
        self.timeline.step("merchant reads the payment", &detail);
        self.timeline.end("Paid, captured, refunded, told.");
        Ok(())
    }
}

fn short(address: &str) -> String {
    format!("{}…{}", &address[..4], &address[address.len() - 4..])
}
