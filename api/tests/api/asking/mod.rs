//! Asking for payments: in currencies and several tokens; finding, changing and taking them back.

mod amending;
mod cancelling;
mod donations;
mod filters;
mod options;
mod prices;
mod routing;
mod surplus;

use reqwest::StatusCode;
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till_api::Code;
use till_store::domain::{Payment, PaymentOption};

use crate::problems::Seen;
use crate::support::{Api, SPL_TOKEN, rpc};

/// A shop that takes USDC and SOL, both with six decimals, and knows what they are worth: a dollar, 150 dollars, and a
/// euro 1.20 dollars.
pub struct Shop {
    pub api: Api,
    pub sol: Pubkey,
}

impl Shop {
    pub async fn open() -> Self {
        let mut api = Api::start().await;
        let sol = Pubkey::new_unique();
        till_api::name_token(&api.database.pool, &sol, "SOL", "Solana").await.unwrap();
        let merchant = api.merchant.address;
        api.ledger.open_vault(&merchant, &sol, &SPL_TOKEN, 0).await;
        api.restart_with(|config| {
            let rates = ["USDC/USD=1", "SOL/USD=150", "EUR/USD=1.2"];
            config.rates.rates = rates.iter().map(|rate| rate.parse().unwrap()).collect();
        })
        .await;
        Self { api, sol }
    }

    /// A payment of 25.00 EUR: 30.00 USDC or 0.20 SOL.
    pub async fn payment(&self) -> Payment {
        self.created(json!({ "amount": "25.00", "currency": "EUR", "accepted_tokens": ["USDC", "SOL"] }))
            .await
    }

    pub async fn created(&self, body: Value) -> Payment {
        let response = self.api.post("/v1/payments", body).await;
        let status = response.status();
        let text = response.text().await.unwrap();
        assert_eq!(status, StatusCode::CREATED, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    pub async fn look(&self, id: &str) -> Payment {
        self.api.get(&format!("/v1/payments/{id}")).await.json().await.unwrap()
    }

    /// Somebody pays this option of a payment.
    pub async fn pay(&mut self, payment: &Payment, option: &PaymentOption) -> Pubkey {
        let payer = Pubkey::new_unique();
        let merchant = self.api.merchant.address;
        self.api.ledger.authorize(&merchant, &under(payment, option), &payer).await;
        payer
    }

    /// A wallet with SOL for the network, and so much of each token; nothing where it has no account.
    pub fn wallet(&self, tokens: &[(Pubkey, u64)]) -> Pubkey {
        let wallet = Pubkey::new_unique();
        let mut node = self.api.rpc.node();
        node.accounts.insert(wallet.to_string(), (Pubkey::default(), 1_000_000_000, vec![]));
        for (mint, amount) in tokens {
            let token = till::client::Token { mint: *mint, program: SPL_TOKEN };
            let data = rpc::token_account(mint, &wallet, *amount);
            node.accounts.insert(token.account_of(&wallet).to_string(), (SPL_TOKEN, 2_039_280, data));
        }
        wallet
    }

    /// The types of all events of the merchant, and the payments they are about.
    pub async fn events(&self) -> Vec<(String, String)> {
        let page: Value = self.api.get("/v1/events?after=0").await.json().await.unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let events = page["data"].as_array().unwrap().iter();
        events.map(|event| (text(&event["type"]), text(&event["data"]["payment"]["id"]))).collect()
    }

    /// As if the quotes of a payment had ended.
    pub async fn end_quotes(&self, payment: &Payment) {
        sqlx::query(
            "UPDATE payment_options
             SET created_at = created_at - (quote_expires_at - now()), quote_expires_at = now()
             WHERE payment_id = $1 AND superseded_at IS NULL",
        )
        .bind(&payment.id)
        .execute(&self.api.database.pool)
        .await
        .unwrap();
    }
}

/// The payment as it stands on the chain when this option of it is paid.
pub fn under(payment: &Payment, option: &PaymentOption) -> Payment {
    Payment {
        address: option.address.clone(),
        mint: option.mint.clone(),
        amount: option.amount.clone(),
        ..payment.clone()
    }
}

/// The transaction that an answer of the checkout holds.
pub fn handed_out(answer: &Value) -> solana_transaction::versioned::VersionedTransaction {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let raw = STANDARD.decode(answer["transaction"].as_str().unwrap()).unwrap();
    bincode::deserialize(&raw).unwrap()
}

/// Provokes the codes that belong here.
pub async fn provoke(seen: &mut Seen) {
    let shop = Shop::open().await;
    let asked = async |change: Value| {
        let mut body = json!({ "amount": "25.00", "currency": "EUR", "accepted_tokens": ["USDC"] });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        shop.api.post("/v1/payments", body).await
    };
    seen.expect(Code::CurrencyUnknown, asked(json!({ "currency": "XYZ" })).await).await;
    seen.expect(Code::StoreNotFound, asked(json!({ "store": "sto_nope" })).await).await;
    let campaign = json!({ "donation": { "campaign": Pubkey::new_unique().to_string() } });
    seen.expect(Code::CampaignNotOpen, asked(campaign).await).await;

    let cancelled = shop.payment().await;
    shop.api.post(&format!("/v1/payments/{}/cancel", cancelled.id), json!({})).await;
    let account = json!({ "account": Pubkey::new_unique().to_string() });
    let pay = shop.api.post(&format!("/pay/{}", cancelled.id), account).await;
    seen.expect(Code::PaymentCancelled, pay).await;
    prices::provoke(seen).await;
}
