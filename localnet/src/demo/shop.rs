//! The merchant's side of the demo: a few requests, as a shop would make them.

use anyhow::{Context, bail};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

pub struct Shop {
    client: Client,
    api_url: String,
    api_key: String,
}

impl Shop {
    pub fn new(api_url: &str, api_key: &str) -> Self {
        Self { client: Client::new(), api_url: api_url.to_string(), api_key: api_key.to_string() }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.api_url)
    }

    pub async fn post(&self, path: &str, body: &Value, idempotency_key: &str) -> anyhow::Result<Value> {
        let request = self.client.post(self.url(path)).header("Idempotency-Key", idempotency_key).json(body);
        self.answer(request, path).await
    }

    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.answer(self.client.get(self.url(path)), path).await
    }

    async fn answer(&self, request: RequestBuilder, path: &str) -> anyhow::Result<Value> {
        let response =
            request.bearer_auth(&self.api_key).send().await.with_context(|| format!("{path} failed"))?;
        let status = response.status();
        let text = response.text().await?;
        if !status.is_success() {
            bail!("{path} answered {status}: {text}");
        }
        serde_json::from_str(&text).with_context(|| format!("{path} did not answer JSON: {text}"))
    }
}
