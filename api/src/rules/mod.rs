//! Rules: what a merchant lets through, what a person should look at, and what is refused.
//!
//! They are asked twice: when a payment is asked for, and when a wallet asks for the transaction that pays it. What
//! they need is looked up first, then [`decide`] is pure. Whoever has no rules notices nothing of this.

pub mod condition;
pub mod decide;
pub mod entry;
pub mod facts;
pub mod hook;
mod look_up;
pub mod review;
#[cfg(test)]
mod tests;

use sqlx::PgConnection;
use till_store::db;
use till_store::domain::{Decision, GatewayPayment, RuleOutcome};
use till_store::gateway::reports::ledger;
use till_store::gateway::rules::decisions::{self, NewDecision};
use till_store::gateway::rules::reviews;
use till_store::gateway::rules::sightings::{self, Sighted};

use crate::auth::Identity;
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use facts::{Facts, Moment};
pub use look_up::read;
use look_up::{Asked, weigh};

/// What the rules made of a payment.
pub struct Ruling {
    pub decision: Decision,
    facts: Facts,
    /// What a customer may read when it blocks.
    words: String,
}

/// Holds a payment that is asked for against the merchant's rules, in the transaction that writes it. Nothing without
/// rules.
///
/// What blocks it is a problem, and is written down on a connection apart: the caller's transaction is about to be
/// undone. After this the counted subjects are locked until the end of the transaction, so write and commit soon.
pub async fn at_creation(
    gateway: &Gateway,
    db: &mut PgConnection,
    payment: &GatewayPayment,
) -> Result<Option<Ruling>> {
    let facts = Facts::of(payment, None);
    let asked = Asked::about(payment, Moment::Creation);
    let Some(ruling) = weigh(Some(&gateway.hooks), db, asked, facts).await? else { return Ok(None) };
    if ruling.decision.outcome == RuleOutcome::Block {
        decisions::insert(&gateway.journal, new_decision(payment, None, &ruling, None)?).await?;
        return Err(Problem::new(Code::PaymentBlocked, ruling.words));
    }
    Ok(Some(ruling))
}

/// Writes down what was let through, once the payment is written: the decision, what is counted, and the review.
pub async fn note(
    db: &mut PgConnection,
    payment: &GatewayPayment,
    ruling: Option<&Ruling>,
) -> sqlx::Result<()> {
    let Some(ruling) = ruling else { return Ok(()) };
    let new = new_decision(payment, Some(&payment.id), ruling, None)?;
    decisions::insert(&mut *db, new).await?;
    sightings::note(&mut *db, sighted(payment), &ruling.facts.counted()).await?;
    if ruling.decision.outcome == RuleOutcome::Review {
        reviews::ask(db, &payment.id).await?;
    }
    Ok(())
}

/// Holds a wallet that asks for the transaction of a payment against the merchant's rules. The customer is not told
/// why it is refused; the merchant finds the decision.
///
/// `payment` is what it would pay: of `asked_for` with its token and amount, if several are accepted.
pub async fn for_wallet(
    gateway: &Gateway,
    asked_for: &GatewayPayment,
    payment: &GatewayPayment,
    wallet: &str,
) -> Result<()> {
    let mut db = db::begin(&gateway.pool).await?;
    let facts = Facts::of(payment, Some(wallet));
    let is_other_token = asked_for.mint != payment.mint;
    let asked = Asked { is_other_token, ..Asked::about(payment, Moment::Wallet) };
    let Some(ruling) = weigh(Some(&gateway.hooks), &mut db, asked, facts).await? else { return Ok(()) };
    let new = new_decision(payment, Some(&payment.id), &ruling, Some(wallet))?;
    let is_news = decisions::insert(&mut *db, new).await?;
    let outcome = ruling.decision.outcome;
    if outcome != RuleOutcome::Block {
        let subjects = match is_other_token {
            true => ruling.facts.counted(),
            false => Vec::from_iter(ruling.facts.counted_as(facts::Subject::Wallet)),
        };
        sightings::note(&mut db, sighted(payment), &subjects).await?;
    }
    if outcome == RuleOutcome::Review && is_news {
        reviews::ask(&mut *db, &payment.id).await?;
    }
    db.commit().await?;
    match outcome {
        RuleOutcome::Block => {
            let detail = "the merchant does not accept this payment from this wallet";
            Err(Problem::new(Code::PaymentBlocked, detail))
        }
        RuleOutcome::Allow | RuleOutcome::Review => Ok(()),
    }
}

/// What the rules would make of these facts. Nothing is written, and no hook is asked.
pub async fn rehearse(
    db: &mut PgConnection,
    merchant: &Identity,
    moment: Moment,
    facts: Facts,
) -> Result<Decision> {
    let decimals = ledger::decimals(&mut *db, &merchant.merchant_address, &facts.mint).await?;
    let decimals = decimals.unwrap_or_default().unsigned_abs().into();
    let merchant_id = &merchant.merchant_id;
    let asked = Asked { merchant_id, moment, is_other_token: false, payment_id: None, decimals };
    let ruling = weigh(None, db, asked, facts).await?;
    let nothing = Decision { outcome: RuleOutcome::Allow, score: None, reasons: Vec::new() };
    Ok(ruling.map_or(nothing, |ruling| ruling.decision))
}

fn sighted(payment: &GatewayPayment) -> Sighted<'_> {
    Sighted {
        merchant_id: &payment.merchant_id,
        payment_id: &payment.id,
        store_id: &payment.store_id,
        mint: &payment.mint,
        amount: payment.amount,
    }
}

fn new_decision<'a>(
    payment: &'a GatewayPayment,
    payment_id: Option<&'a str>,
    ruling: &'a Ruling,
    wallet: Option<&'a str>,
) -> sqlx::Result<NewDecision<'a>> {
    let moment = if wallet.is_some() { Moment::Wallet } else { Moment::Creation };
    Ok(NewDecision {
        merchant_id: &payment.merchant_id,
        store_id: &payment.store_id,
        payment_id,
        moment: moment.as_str(),
        wallet,
        decision: &ruling.decision,
        facts: serde_json::to_value(&ruling.facts).map_err(|error| sqlx::Error::Encode(error.into()))?,
    })
}
