//! Asking a merchant's own service how risky a payment is.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::Utc;
use moka::future::Cache;
use rand::{RngCore, rngs::OsRng};
use reqwest::{Client, Response, redirect};
use serde::{Deserialize, Serialize};
use till_store::domain::RuleOutcome;
use tokio::sync::Semaphore;

use super::decide::Heard;
use super::facts::{Facts, Moment};
use crate::webhooks::{Guard, seal::Seal, signature};

/// From the connection to the last byte of the answer.
const TIMEOUT: Duration = Duration::from_secs(2);
/// How many requests to one merchant may be under way, and to all of them. A payment that is asked about holds a
/// database connection: hooks that hang must not take all of them.
const AT_ONCE: usize = 2;
const AT_ONCE_IN_ALL: usize = 6;
const LARGEST_ANSWER: usize = 16 * 1024;
const MOST_REASONS: usize = 10;
const LONGEST_REASON: usize = 200;

/// Asks risk hooks.
pub struct Hooks {
    client: Client,
    guard: Guard,
    seal: Seal,
    places: Cache<String, Arc<Semaphore>>,
    all_places: Semaphore,
}

/// A hook, and what it is asked.
pub struct Question<'a> {
    pub merchant_id: &'a str,
    pub url: &'a str,
    /// Sealed.
    pub secret: &'a str,
    pub moment: Moment,
    pub facts: &'a Facts,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    merchant: &'a str,
    moment: Moment,
    facts: &'a Facts,
}

#[derive(Deserialize)]
struct Answer {
    score: Option<u8>,
    outcome: Option<RuleOutcome>,
    #[serde(default)]
    reasons: Vec<String>,
}

impl Hooks {
    pub fn new(guard: Guard, seal: Seal) -> Result<Self> {
        let client = Client::builder()
            .user_agent(concat!("Till/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT)
            .redirect(redirect::Policy::none())
            // A proxy would resolve the name again, behind the guard's back.
            .no_proxy()
            .dns_resolver(Arc::new(guard))
            .build()
            .context("the client for risk hooks cannot be built")?;
        let places = Cache::builder().time_to_idle(Duration::from_secs(60)).max_capacity(10_000).build();
        Ok(Self { client, guard, seal, places, all_places: Semaphore::new(AT_ONCE_IN_ALL) })
    }

    /// What the hook says. It never fails: that there is no answer is something that a rule decides about.
    #[tracing::instrument(name = "risk_hook", skip_all)]
    pub async fn ask(&self, question: Question<'_>) -> Heard {
        let make = async { Arc::new(Semaphore::new(AT_ONCE)) };
        let places = self.places.get_with_by_ref(question.merchant_id, make).await;
        let (Ok(_place), Ok(_of_all)) = (places.try_acquire(), self.all_places.try_acquire()) else {
            return Heard::Nothing("too many questions are under way".to_owned());
        };
        // The timeout of the client holds for each part of an answer as well as for all of it; this one is for all.
        match tokio::time::timeout(TIMEOUT, self.exchange(&question)).await {
            Ok(Ok(heard)) => heard,
            Ok(Err(reason)) => Heard::Nothing(reason),
            Err(_) => Heard::Nothing(format!("nothing within {} seconds", TIMEOUT.as_secs())),
        }
    }

    async fn exchange(&self, question: &Question<'_>) -> std::result::Result<Heard, String> {
        let url = self.guard.check_url(question.url)?;
        let Question { merchant_id, moment, facts, .. } = *question;
        let body = Body { kind: "risk.assessment", merchant: merchant_id, moment, facts };
        let body = serde_json::to_string(&body).map_err(|error| error.to_string())?;
        let (id, timestamp) = (message_id(), Utc::now().timestamp());
        let signature = self
            .seal
            .open(question.secret)
            .and_then(|secret| signature::sign(&secret, &id, timestamp, &body))
            .map_err(|error| error.to_string())?;
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", signature)
            .body(body);
        // The URL may hold a secret of the merchant; reasons are shown.
        let response = request.send().await.map_err(|error| error.without_url().to_string())?;
        if !response.status().is_success() {
            return Err(format!("it answered {}", response.status()));
        }
        understand(&whole(response).await?)
    }
}

async fn whole(mut response: Response) -> std::result::Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| error.without_url().to_string())? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LARGEST_ANSWER {
            return Err(format!("its answer is larger than {LARGEST_ANSWER} bytes"));
        }
    }
    Ok(bytes)
}

fn understand(bytes: &[u8]) -> std::result::Result<Heard, String> {
    let answer: Answer = serde_json::from_slice(bytes)
        .map_err(|_| "its answer is not {score} or {outcome, reasons}".to_owned())?;
    match answer {
        Answer { outcome: Some(outcome), reasons, .. } => {
            let short = |reason: String| reason.chars().take(LONGEST_REASON).collect();
            Ok(Heard::Verdict(outcome, reasons.into_iter().take(MOST_REASONS).map(short).collect()))
        }
        Answer { score: Some(score @ 0..=100), .. } => Ok(Heard::Score(score)),
        Answer { score: Some(score), .. } => Err(format!("the score {score} is not 0 to 100")),
        _ => Err("its answer has neither a score nor an outcome".to_owned()),
    }
}

fn message_id() -> String {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    format!("msg_{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_score_or_an_outcome() {
        assert_eq!(understand(br#"{"score": 7}"#), Ok(Heard::Score(7)));
        let verdict = Heard::Verdict(RuleOutcome::Block, vec!["stolen".to_owned()]);
        assert_eq!(understand(br#"{"outcome": "block", "reasons": ["stolen"]}"#), Ok(verdict));
        for wrong in ["", "{}", "[]", r#"{"score": 101}"#, r#"{"score": -1}"#, r#"{"outcome": "perhaps"}"#] {
            assert!(understand(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
