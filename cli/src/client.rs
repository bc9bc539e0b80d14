//! Requests to the API, and its problems as errors that a person can read.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde_json::Value;

/// Where a local net says how it is reached.
const LOCAL_NET: &str = ".till/localnet.json";
/// Longer than any answer takes, `Prefer: wait` included.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Which gateway, and in whose name. What is not given is taken from a local net that runs in this directory.
#[derive(Args, Clone)]
pub struct Target {
    /// The address of the API.
    #[arg(long, env = "TILL_URL", global = true)]
    url: Option<String>,

    /// An API key.
    #[arg(long, env = "TILL_API_KEY", hide_env_values = true, global = true)]
    key: Option<String>,

    /// Prints what the API answers, as JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Deserialize)]
struct LocalNet {
    api_url: String,
    api_key: String,
}

fn local_net() -> Option<LocalNet> {
    serde_json::from_slice(&std::fs::read(Path::new(LOCAL_NET)).ok()?).ok()
}

/// The API, as one caller.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    bearer: Option<String>,
    /// Whether a command prints JSON instead of lines for people.
    pub json: bool,
}

impl Client {
    pub fn open(target: Target) -> Result<Self> {
        let client = Self::anonymous(target)?;
        if client.bearer.is_none() {
            bail!("an API key is needed: --key or TILL_API_KEY (or start a local net here: make localnet)");
        }
        Ok(client)
    }

    /// For what needs no key.
    pub fn anonymous(Target { url, key, json }: Target) -> Result<Self> {
        // A local net's key is for that net alone: never sent to another address.
        let (url, bearer) = match (url, local_net()) {
            (Some(url), _) => (url, key),
            (None, Some(net)) => (net.api_url, key.or(Some(net.api_key))),
            (None, None) => {
                bail!("which gateway? --url or TILL_URL (or start a local net here: make localnet)")
            }
        };
        let http = reqwest::Client::builder().connect_timeout(Duration::from_secs(10)).build()?;
        Ok(Self { http, url: url.trim_end_matches('/').to_owned(), bearer, json })
    }

    /// The same gateway in the name of somebody else.
    pub fn acting_as(&self, bearer: String) -> Self {
        Self { bearer: Some(bearer), ..self.clone() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.bearer {
            Some(bearer) => request.bearer_auth(bearer),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Result<Value> {
        json(self.request(Method::GET, path).timeout(TIMEOUT)).await
    }

    pub async fn send(&self, method: Method, path: &str, body: &Value) -> Result<Value> {
        json(self.request(method, path).timeout(TIMEOUT).json(body)).await
    }
}

async fn json(request: RequestBuilder) -> Result<Value> {
    let response = checked(request).await?;
    if response.status() == StatusCode::NO_CONTENT {
        return Ok(Value::Null);
    }
    response.json().await.context("the answer is not JSON")
}

/// The answer, if it is not a problem.
pub async fn checked(request: RequestBuilder) -> Result<Response> {
    let response = request.send().await.map_err(|error| {
        let address =
            error.url().map_or_else(String::new, |url| format!(" at {}", url.origin().ascii_serialization()));
        anyhow!("the API{address} cannot be reached: {}", innermost(&error))
    })?;
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status();
    let body: Value = response.json().await.unwrap_or_default();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    if text("code").is_empty() {
        bail!("the API answered {status}");
    }
    bail!("{} ({}, request {})", text("detail"), text("code"), text("request_id"))
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
