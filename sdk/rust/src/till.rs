//! The API, as one caller.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Problem, Result};
use crate::retry::{Patience, may_repeat};
use crate::{Events, Links, Payments};

/// Longer than any answer takes, `Prefer: wait` included.
const TIMEOUT: Duration = Duration::from_secs(60);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The API of a Till gateway, as one caller.
#[derive(Clone)]
pub struct Till {
    http: reqwest::Client,
    base_url: String,
    bearer: Option<String>,
    patience: Patience,
}

impl Till {
    /// `base_url` is the address of the API, such as `https://till.example`.
    pub fn new(base_url: &str, api_key: impl Into<String>) -> Self {
        Self { bearer: Some(api_key.into()), ..Self::anonymous(base_url) }
    }

    /// For what needs no key.
    pub fn anonymous(base_url: &str) -> Self {
        let http = reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT).build().unwrap_or_default();
        let base_url = base_url.trim_end_matches('/').to_owned();
        Self { http, base_url, bearer: None, patience: Patience::default() }
    }

    /// The same gateway in the name of somebody else: another key, or a session's token.
    pub fn acting_as(&self, bearer: impl Into<String>) -> Self {
        Self { bearer: Some(bearer.into()), ..self.clone() }
    }

    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// What a merchant asks for, and does with it.
    pub fn payments(&self) -> Payments<'_> {
        Payments::of(self)
    }

    /// Pages where each customer gets a payment.
    pub fn links(&self) -> Links<'_> {
        Links::of(self)
    }

    /// What the merchant is told.
    pub fn events(&self) -> Events<'_> {
        Events::of(self)
    }

    /// The answer to any GET of the API, by its path.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.json(self.request(Method::GET, path)).await
    }

    /// The answer to any other request. It is sent once, unless a limit is in its way: nobody else knows whether it may
    /// be sent twice.
    pub async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T> {
        self.json(self.request(method, path).json(body)).await
    }

    /// A request to be completed, for [`Self::json`] or [`Self::checked`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base_url));
        match &self.bearer {
            Some(bearer) => request.bearer_auth(bearer),
            None => request,
        }
    }

    /// The body of the answer; of a 204 what `null` is read as.
    pub async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T> {
        let response = self.checked(request.timeout(TIMEOUT)).await?;
        if response.status() == StatusCode::NO_CONTENT {
            let nothing = http::Response::new("null");
            return Response::from(nothing).json().await.map_err(Error::Unreadable);
        }
        response.json().await.map_err(Error::Unreadable)
    }

    /// The answer, if it is not a problem. The same request is sent again, its `Idempotency-Key` too, after a 429, and, if
    /// it may be repeated, after a 502, 503 or 504 and when no answer came.
    pub async fn checked(&self, request: RequestBuilder) -> Result<Response> {
        let mut request = request.build().map_err(Error::Unreachable)?;
        let repeatable = may_repeat(&request);
        for attempt in 0.. {
            // A body that is a stream cannot be had again.
            let Some(next) = request.try_clone() else { break };
            let outcome = self.http.execute(std::mem::replace(&mut request, next)).await;
            match self.patience.wait_after(&outcome, repeatable, attempt) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return told(outcome.map_err(Error::Unreachable)?).await,
            }
        }
        told(self.http.execute(request).await.map_err(Error::Unreachable)?).await
    }
}

/// With the caller's `Idempotency-Key`, or a new one.
pub(crate) fn keyed(request: RequestBuilder, key: Option<&str>) -> RequestBuilder {
    let new = || hex::encode(rand::random::<[u8; 16]>());
    request.header("idempotency-key", key.map_or_else(new, str::to_owned))
}

async fn told(response: Response) -> Result<Response> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    match response.json::<Problem>().await {
        Ok(problem) => Err(Error::Problem(Box::new(problem))),
        Err(_) => Err(Error::Status(status)),
    }
}
