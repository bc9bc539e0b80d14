//! Evidence in a dispute: what the merchant says for itself, kept as it was given. The payer's is a
//! [`super::statement`].

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use till_store::db;
use till_store::domain::{Evidence, EvidenceFile, Payment};
use till_store::gateway::{evidence as rows, payments};
use till_store::{outbox, view};
use utoipa::ToSchema;

use super::create::not_found;
use super::request::text::{is_text, is_web_url};
use crate::auth::Identity;
use crate::gateway::Gateway;
use crate::idempotency::{Answer, Idempotency, Left};
use crate::problem::{Code, FieldErrors, Problem, Result};

/// The type of the event.
pub(super) const GIVEN: &str = "payment.dispute_evidence";
/// In characters.
const MAX_TEXT: usize = 20_000;
const MAX_NAME: usize = 255;
const MAX_FILES: usize = 20;
/// How many pieces one dispute has at most: they are answered all at once.
pub(super) const MOST: i64 = 50;

/// What is to be added.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRequest {
    /// 1 to 20,000 characters, no control characters among them but line feeds.
    #[schema(example = "Delivered on 14 March; the customer signed for it.")]
    pub text: String,
    /// At most 20. They stay where they are: what is kept is their hash.
    #[serde(default)]
    pub files: Vec<EvidenceFile>,
}

/// How a dispute stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    /// Nobody has disputed the payment.
    None,
    /// The arbiter may decide, and evidence can be given.
    Open,
    /// Somebody has ended it: the payment says how.
    Ended,
}

/// The dispute of a payment, and everything that was said in it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Dispute {
    #[schema(example = "pay_0123456789abcdef0123456789abcdef")]
    pub payment: String,
    pub status: DisputeStatus,
    /// When the payer opened it, by the chain's clock.
    pub since: Option<DateTime<Utc>>,
    /// Until when the arbiter may decide; nothing once it has ended.
    pub expires_at: Option<DateTime<Utc>>,
    /// The wallet that decides.
    pub arbiter: Option<String>,
    /// Oldest first.
    pub evidence: Vec<Evidence>,
}

/// What is told when evidence was given.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceData {
    pub payment: Payment,
    pub evidence: Evidence,
}

impl EvidenceRequest {
    fn check(&self) -> Result<()> {
        let mut errors = FieldErrors::default();
        let mut limit = |field: &str, holds: bool, code: Code, detail: String| {
            if !holds {
                errors.add(code, field, detail);
            }
        };
        let invalid = Code::ValidationFailed;
        let text = format!("1 to {MAX_TEXT} characters, without control characters but line feeds");
        limit("text", is_text(&self.text, 1..=MAX_TEXT), invalid, text);
        limit("files", self.files.len() <= MAX_FILES, invalid, format!("at most {MAX_FILES} files"));
        for (index, file) in self.files.iter().enumerate().take(MAX_FILES) {
            let field = |name| format!("files.{index}.{name}");
            let name = is_text(&file.name, 1..=MAX_NAME);
            limit(&field("name"), name, invalid, format!("1 to {MAX_NAME} characters"));
            let hash = "64 hex digits in lower case".to_owned();
            limit(&field("sha256"), is_sha256(&file.sha256), invalid, hash);
            let url = "an http or https URL".to_owned();
            limit(&field("url"), is_web_url(&file.url), Code::UrlNotAllowed, url);
        }
        errors.into_problem().map_or(Ok(()), Err)
    }

    /// The SHA-256 of what is said, and of which payment, in hex.
    pub(super) fn sha256(&self, payment: &str) -> serde_json::Result<String> {
        /// The keys are in the order of the alphabet and the values are texts, so that what serde writes is the
        /// canonical form of RFC 8785.
        #[derive(Serialize)]
        struct Content<'a> {
            files: &'a [EvidenceFile],
            payment: &'a str,
            text: &'a str,
        }
        let content = serde_json::to_vec(&Content { files: &self.files, payment, text: &self.text })?;
        Ok(hex::encode(Sha256::digest(content)))
    }
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Adds evidence to the open dispute of a payment of the merchant, or gives the answer that its key was given before.
pub async fn give(
    gateway: &Gateway,
    merchant: &Identity,
    id: &str,
    request: EvidenceRequest,
    idempotency: Idempotency,
) -> Result<Answer> {
    request.check()?;
    let mut db = db::begin(&gateway.pool).await?;
    if let Some(Left::Answer(answer)) = idempotency.claim(&mut db).await? {
        return Ok(answer);
    }
    if !payments::lock(&mut db, &merchant.merchant_id, merchant.only_store(), id).await? {
        return Err(not_found(id));
    }
    let payment = view::payment(&mut db, &merchant.merchant_id, merchant.only_store(), id)
        .await?
        .ok_or_else(|| not_found(id))?;
    if payment.dispute_expires_at.is_none() {
        return Err(Problem::new(Code::PaymentNotDisputed, "no dispute of the payment is open"));
    }
    if rows::count(&mut *db, id).await? >= MOST {
        let detail = format!("a dispute has at most {MOST} pieces of evidence");
        return Err(Problem::new(Code::EvidenceLimitReached, detail));
    }
    let sha256 = request.sha256(id).map_err(anyhow::Error::from)?;
    let actor = merchant.actor.to_string();
    let EvidenceRequest { text, files } = &request;
    let new = rows::NewEvidence { payment_id: id, text, files, sha256: &sha256, actor: &actor, signed: None };
    let evidence = rows::add(&mut *db, new).await?;
    let details = json!({ "evidence": evidence.id, "sha256": sha256 });
    merchant.note(&mut db, "payment.dispute_evidence", id, details).await?;
    let answer = Answer::json(StatusCode::CREATED, &evidence)?;
    let answer = idempotency.keep(&mut *db, answer).await?;
    let data = EvidenceData { payment, evidence };
    outbox::tell(&mut db, &merchant.merchant_id, GIVEN, Some(id), data).await?;
    db.commit().await?;
    Ok(answer)
}

/// The dispute of a payment of the merchant.
pub async fn dispute(gateway: &Gateway, merchant: &Identity, id: &str) -> Result<Dispute> {
    let mut db = gateway.pool.acquire().await?;
    let payment = view::payment(&mut db, &merchant.merchant_id, merchant.only_store(), id)
        .await?
        .ok_or_else(|| not_found(id))?;
    let since = rows::disputed_at(&mut *db, id).await?;
    Ok(Dispute {
        status: match (payment.dispute_expires_at, since) {
            (Some(_), _) => DisputeStatus::Open,
            (None, Some(_)) => DisputeStatus::Ended,
            (None, None) => DisputeStatus::None,
        },
        payment: payment.id,
        since,
        expires_at: payment.dispute_expires_at,
        arbiter: payment.arbiter,
        evidence: rows::list(&mut *db, id).await?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> EvidenceRequest {
        let file = EvidenceFile {
            name: "note.pdf".to_owned(),
            sha256: "ab".repeat(32),
            url: "https://shop.example/note.pdf".to_owned(),
        };
        EvidenceRequest { text: "Delivered.".to_owned(), files: vec![file] }
    }

    #[test]
    fn the_hash_is_of_the_canonical_content() {
        let canonical = format!(
            r#"{{"files":[{{"name":"note.pdf","sha256":"{}","url":"https://shop.example/note.pdf"}}],"payment":"pay_1","text":"Delivered."}}"#,
            "ab".repeat(32)
        );
        let expected = hex::encode(Sha256::digest(canonical));
        assert_eq!(request().sha256("pay_1").unwrap(), expected);
        assert_ne!(request().sha256("pay_2").unwrap(), expected);
    }

    #[test]
    fn every_field_that_is_wrong_is_named() {
        assert!(request().check().is_ok());
        let mut wrong = request();
        wrong.text = String::new();
        wrong.files[0].name = "a\u{0}b".to_owned();
        wrong.files[0].sha256 = "AB".repeat(32);
        wrong.files[0].url = "ftp://shop.example/".to_owned();
        let problem = wrong.check().unwrap_err();
        let fields: Vec<_> = problem.errors().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["text", "files.0.name", "files.0.sha256", "files.0.url"]);
        let many = EvidenceRequest { files: vec![request().files[0].clone(); MAX_FILES + 1], ..request() };
        assert_eq!(many.check().unwrap_err().code, Code::ValidationFailed);
    }
}
