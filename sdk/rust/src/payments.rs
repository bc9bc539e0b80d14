//! What a merchant asks for, and does with it.

use std::time::{Duration, Instant};

use futures::Stream;
use reqwest::Method;
use serde::Serialize;
use serde_json::json;

use crate::error::{Error, Result};
use crate::pages::every_page;
use crate::till::{Till, keyed};
use crate::types::{Payment, PaymentPage, PaymentRequest, PaymentStatus, Transaction};

/// For how many seconds the API is let wait for an operation to settle before it answers.
const WAIT: u32 = 25;
/// Between two looks at a payment.
const INTERVAL: Duration = Duration::from_millis(500);

/// How an operation is ordered.
#[derive(Clone, Debug, Default)]
pub struct Operation {
    /// In units of the token, such as `5.00`; everything there is, unless given.
    pub amount: Option<String>,
    /// The same key and body: one effect. A new one is made unless given; your own survives a restart of yours.
    pub idempotency_key: Option<String>,
}

impl Operation {
    /// Over this amount.
    pub fn of(amount: impl Into<String>) -> Self {
        Self { amount: Some(amount.into()), idempotency_key: None }
    }

    fn body(&self) -> serde_json::Value {
        self.amount.as_ref().map_or_else(|| json!({}), |amount| json!({ "amount": amount }))
    }
}

/// What payments are listed by.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PaymentFilter {
    pub status: Option<PaymentStatus>,
    pub store: Option<String>,
    pub order_reference: Option<String>,
    /// The wallet that has paid, base58.
    pub payer: Option<String>,
    /// A symbol or a mint's address.
    pub token: Option<String>,
    /// How many at once: 1 to 100.
    pub limit: Option<u32>,
    /// Where to begin: `next_cursor` of a page.
    pub cursor: Option<String>,
}

/// See [`Till::payments`].
#[derive(Clone, Copy)]
pub struct Payments<'a>(&'a Till);

impl<'a> Payments<'a> {
    pub(crate) const fn of(till: &'a Till) -> Self {
        Self(till)
    }

    /// Asks for a payment. The answer says where the customer pays it. Without a key of yours a new one is made.
    pub async fn create(&self, request: &PaymentRequest, idempotency_key: Option<&str>) -> Result<Payment> {
        let post = self.0.request(Method::POST, "/v1/payments").json(request);
        self.0.json(keyed(post, idempotency_key)).await
    }

    pub async fn get(&self, id: &str) -> Result<Payment> {
        self.0.get(&format!("/v1/payments/{id}")).await
    }

    /// One page, newest first.
    pub async fn page(&self, filter: &PaymentFilter) -> Result<PaymentPage> {
        self.0.json(self.0.request(Method::GET, "/v1/payments").query(filter)).await
    }

    /// Newest first; the next page is fetched when it is needed.
    pub fn list(&self, filter: PaymentFilter) -> impl Stream<Item = Result<Payment>> + use<'a> {
        let payments = *self;
        every_page(filter.cursor.clone(), move |cursor| {
            let filter = PaymentFilter { cursor, ..filter.clone() };
            async move {
                let page = payments.page(&filter).await?;
                Ok((page.data, page.next_cursor))
            }
        })
    }

    /// Takes escrowed money for the merchant.
    pub async fn capture(&self, id: &str, operation: &Operation) -> Result<Transaction> {
        self.operate(id, "capture", operation).await
    }

    /// Gives everything in escrow back to the payer.
    pub async fn void(&self, id: &str, idempotency_key: Option<&str>) -> Result<Transaction> {
        let idempotency_key = idempotency_key.map(str::to_owned);
        self.operate(id, "void", &Operation { amount: None, idempotency_key }).await
    }

    /// Pays captured money back to the payer.
    pub async fn refund(&self, id: &str, operation: &Operation) -> Result<Transaction> {
        self.operate(id, "refund", operation).await
    }

    /// Takes back the request for a payment that nobody has paid.
    pub async fn cancel(&self, id: &str) -> Result<Payment> {
        self.0.send(Method::POST, &format!("/v1/payments/{id}/cancel"), &json!({})).await
    }

    /// Waits until a payment has one of these statuses.
    pub async fn wait_for(
        &self,
        id: &str,
        statuses: &[PaymentStatus],
        patience: Duration,
    ) -> Result<Payment> {
        let started = Instant::now();
        loop {
            let payment = self.get(id).await?;
            if statuses.contains(&payment.status) {
                return Ok(payment);
            }
            if started.elapsed() + INTERVAL > patience {
                return Err(Error::NotInTime { payment: payment.id, status: payment.status });
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }

    async fn operate(&self, id: &str, kind: &str, operation: &Operation) -> Result<Transaction> {
        let post = self.0.request(Method::POST, &format!("/v1/payments/{id}/{kind}"));
        let post = post.header("prefer", format!("wait={WAIT}")).json(&operation.body());
        self.0.json(keyed(post, operation.idempotency_key.as_deref())).await
    }
}
