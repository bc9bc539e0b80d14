//! Barion's API, as shops call it.

mod callbacks;
mod client;
mod codes;
mod errors;
mod finishing;
mod refunds;
mod settings;
mod start;

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till_store::domain::{Payment, TransactionKind};

use crate::support::ledger::After;
use crate::support::{Api, eventually};

pub use settings::provoke;

/// A shop with a POSKey, whose currency is the test's token.
pub struct Shop {
    pub api: Api,
    pub key: String,
    pub store: String,
    client: Client,
}

impl Shop {
    pub async fn open() -> Self {
        Self::of(Api::start().await).await
    }

    pub async fn of(api: Api) -> Self {
        till_api::name_token(&api.database.pool, &api.mint, "EUR", "A token of euros").await.unwrap();
        let store: String = sqlx::query_scalar(
            "SELECT s.id FROM stores s JOIN merchants m ON m.id = s.merchant_id WHERE m.address = $1",
        )
        .bind(api.merchant.address.to_string())
        .fetch_one(&api.database.pool)
        .await
        .unwrap();
        let created = api.post(&format!("/v1/stores/{store}/pos-key"), json!({})).await;
        assert_eq!(created.status(), StatusCode::CREATED);
        let key = created.json::<Value>().await.unwrap()["pos_key"].as_str().unwrap().to_owned();
        Self { api, key, store, client: Client::new() }
    }

    /// A request without a key.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.api.url))
    }

    pub async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answered(self.bare(Method::POST, path).header("x-pos-key", &self.key).json(&body)).await
    }

    pub async fn start(&self, change: Value) -> Value {
        let (status, answer) = self.post("/v2/Payment/Start", request(change)).await;
        assert_eq!((status, &answer["Errors"]), (StatusCode::OK, &json!([])), "{answer}");
        answer
    }

    pub async fn state(&self, payment: &Value) -> Value {
        let path = format!("/v4/payment/{}/paymentstate", text(&payment["PaymentId"]));
        let (status, state) = answered(self.bare(Method::GET, &path).header("x-pos-key", &self.key)).await;
        assert_eq!(status, StatusCode::OK, "{state}");
        state
    }

    /// The same payment in our own words.
    pub async fn ours(&self, payment: &Value) -> Payment {
        let path = format!("/v1/payments/pay_{}", text(&payment["PaymentId"]));
        self.api.get(&path).await.json().await.unwrap()
    }

    /// The customer pays into escrow.
    pub async fn pay(&mut self, payment: &Value) {
        let ours = self.ours(payment).await;
        let merchant = self.api.merchant.address;
        self.api.ledger.authorize(&merchant, &ours, &Pubkey::new_unique()).await;
    }

    /// The customer has paid, and the merchant has it.
    pub async fn paid(&mut self, change: Value) -> Value {
        let payment = self.start(change).await;
        self.pay(&payment).await;
        let ours = self.ours(&payment).await;
        let amount: u64 = ours.amount.base_units.parse().unwrap();
        let after = After { captured: amount, sequence: 2, ..After::default() };
        let signature = Pubkey::new_unique().to_string();
        self.api.ledger.carry_out(&ours, TransactionKind::Capture, &signature, amount, after).await;
        let merchant = self.api.merchant.address;
        self.api.ledger.credit(&merchant, &ours, amount, 2).await;
        payment
    }

    /// Calls, and has the chain carry out what is sent because of it.
    pub async fn post_and_land(
        &mut self,
        path: &str,
        body: Value,
        payment: &Value,
        kind: TransactionKind,
        amount: u64,
        after: After,
    ) -> (StatusCode, Value) {
        let known = self.api.rpc.node().transactions().len();
        let call = self.bare(Method::POST, path).header("x-pos-key", &self.key).json(&body);
        let waiting = tokio::spawn(answered(call));
        eventually("what is sent", async || self.api.rpc.node().transactions().len() > known).await;
        let ours = self.ours(payment).await;
        let sent = ours.transactions.iter().rfind(|row| row.kind == kind && row.sequence.is_none()).unwrap();
        let signature = sent.signature.clone().unwrap();
        self.api.ledger.carry_out(&ours, kind, &signature, amount, after).await;
        waiting.await.unwrap()
    }
}

/// A request to begin a payment of 25 euros, with some of it changed.
pub fn request(change: Value) -> Value {
    let mut body = json!({
        "PaymentType": "Immediate",
        "GuestCheckOut": true,
        "FundingSources": ["All"],
        "PaymentRequestId": "O-2026-0001",
        "OrderNumber": "O-2026",
        "PayerHint": "customer@example.com",
        "Locale": "hu-HU",
        "Currency": "EUR",
        "RedirectUrl": "https://shop.example/thanks?order=1",
        "Transactions": [{
            "POSTransactionId": "T-1", "Payee": "shop@example.com", "Total": 25, "Comment": "for you",
            "Items": [{
                "Name": "Coffee", "Description": "250 g", "Quantity": 2, "Unit": "piece", "UnitPrice": 12.5,
                "ItemTotal": 25, "SKU": "C-250",
            }],
        }],
    });
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    body
}

/// A reservation of two parts, of 15 and 10 euros.
pub fn reservation() -> Value {
    json!({
        "PaymentType": "Reservation",
        "ReservationPeriod": "1.00:00:00",
        "Transactions": [
            { "POSTransactionId": "T-1", "Payee": "shop@example.com", "Total": 15 },
            { "POSTransactionId": "T-2", "Payee": "shop@example.com", "Total": 10 },
        ],
    })
}

/// A delayed capture of 25 euros.
pub fn delayed() -> Value {
    json!({ "PaymentType": "DelayedCapture", "DelayedCapturePeriod": "7:00:00:00" })
}

pub async fn answered(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    (status, response.json().await.unwrap())
}

/// The only error of an answer, which must have the whole shape.
pub fn error_code(answer: &Value) -> &str {
    let errors = answer["Errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{answer}");
    for name in ["Title", "Description", "ErrorCode", "HappenedAt", "EndPoint"] {
        assert!(errors[0][name].is_string(), "{name} of {answer}");
    }
    assert!(errors[0].as_object().unwrap().contains_key("AuthData"));
    errors[0]["ErrorCode"].as_str().unwrap()
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text"))
}

/// The ids of a payment's parts.
pub fn parts(payment: &Value) -> Vec<String> {
    let parts = payment["Transactions"].as_array().unwrap();
    parts.iter().map(|part| text(&part["TransactionId"]).to_owned()).collect()
}
