//! What the payer says in a dispute, signed by its wallet, and kept as evidence beside the merchant's.

use till_store::db;
use till_store::domain::{Evidence, SignedText};
use till_store::gateway::evidence as rows;
use till_store::gateway::payments::{self, KnownPayment};
use till_store::{outbox, view};

use super::create::not_found;
use super::evidence::{EvidenceData, EvidenceRequest, GIVEN, MOST};
use super::request::text::is_text;
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};

/// In characters: it is read in a wallet before it is signed.
pub const MAX_TEXT: usize = 2_000;
/// How many pieces a payer gives at most, so that the merchant's find room.
const MOST_OF_PAYER: i64 = 10;

/// Refuses what `account` may not say, before it is signed.
pub fn require_acceptable(known: &KnownPayment, account: &str, text: &str) -> Result<()> {
    let Some(chain) = known.chain.as_ref().filter(|chain| chain.dispute_expiry.is_some()) else {
        return Err(not_disputed());
    };
    if chain.payer != account {
        return Err(Problem::new(Code::SignerNotAllowed, "it takes the signature of the payer"));
    }
    if !is_text(text, 1..=MAX_TEXT) {
        let detail = format!("1 to {MAX_TEXT} characters, without control characters but line feeds");
        return Err(Problem::of_field(Code::ValidationFailed, "statement", detail));
    }
    Ok(())
}

/// Adds what the payer `account` has signed to the open dispute, once for each signature, and tells the merchant.
///
/// The signature must have been verified.
pub async fn keep(
    gateway: &Gateway,
    known: &KnownPayment,
    account: &str,
    text: &str,
    signed: SignedText,
) -> Result<Evidence> {
    let (id, merchant) = (&known.payment.id, &known.payment.merchant_id);
    let mut db = db::begin(&gateway.pool).await?;
    payments::lock(&mut db, merchant, None, id).await?;
    if let Some(kept) = rows::by_signature(&mut *db, id, &signed.signature).await? {
        return Ok(kept);
    }
    // The dispute may have ended since the text was handed out.
    let known = payments::find(&mut *db, id).await?.ok_or_else(|| not_found(id))?;
    require_acceptable(&known, account, text)?;
    let payment = view::payment(&mut db, merchant, None, id).await?.ok_or_else(|| not_found(id))?;
    if rows::count_signed(&mut *db, id).await? >= MOST_OF_PAYER || rows::count(&mut *db, id).await? >= MOST {
        let detail = format!("a payer says at most {MOST_OF_PAYER} things in a dispute");
        return Err(Problem::new(Code::EvidenceLimitReached, detail));
    }
    let said = EvidenceRequest { text: text.to_owned(), files: Vec::new() };
    let sha256 = said.sha256(id).map_err(anyhow::Error::from)?;
    let actor = format!("payer {account}");
    let new = rows::NewEvidence {
        payment_id: id,
        text,
        files: &[],
        sha256: &sha256,
        actor: &actor,
        signed: Some(&signed),
    };
    let evidence = rows::add(&mut *db, new).await?;
    let data = EvidenceData { payment, evidence: evidence.clone() };
    outbox::tell(&mut db, merchant, GIVEN, Some(id), data).await?;
    db.commit().await?;
    Ok(evidence)
}

fn not_disputed() -> Problem {
    Problem::new(Code::PaymentNotDisputed, "no dispute of the payment is open")
}
