//! Rules: what a merchant lets through, what a person should look at, and what is refused.
//!
//! They are asked twice: when a payment is asked for, and when a wallet asks for the transaction that pays it. What
//! they need is looked up first, then [`decide`] is pure. Whoever has no rules notices nothing of this.

pub mod condition;
pub mod decide;
pub mod entry;
pub mod facts;
pub mod hook;
pub mod review;
#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use till_store::domain::{Decision, GatewayPayment, RuleOutcome};
use till_store::gateway::payments::KnownPayment;
use till_store::gateway::rules::decisions::{self, NewDecision};
use till_store::gateway::rules::sightings::{self, Question, Sighted, Tally};
use till_store::gateway::rules::{self as rows, RuleRow, lists, reviews};

use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use condition::Condition;
use decide::{Evidence, Heard, Rule};
use facts::{Facts, Moment};
use hook::Hooks;

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
    let asked = Asked { merchant_id: &payment.merchant_id, moment: Moment::Creation, payment: Some(payment) };
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
pub async fn for_wallet(gateway: &Gateway, known: &KnownPayment, wallet: &str) -> Result<()> {
    let payment = &known.payment;
    let mut db = gateway.pool.begin().await?;
    let facts = Facts::of(payment, Some(wallet));
    let asked = Asked { merchant_id: &payment.merchant_id, moment: Moment::Wallet, payment: Some(payment) };
    let Some(ruling) = weigh(Some(&gateway.hooks), &mut db, asked, facts).await? else { return Ok(()) };
    let new = new_decision(payment, Some(&payment.id), &ruling, Some(wallet))?;
    let is_news = decisions::insert(&mut *db, new).await?;
    let outcome = ruling.decision.outcome;
    if outcome != RuleOutcome::Block {
        let subjects = ruling.facts.counted_as(facts::Subject::Wallet);
        sightings::note(&mut db, sighted(payment), &Vec::from_iter(subjects)).await?;
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
    merchant_id: &str,
    moment: Moment,
    facts: Facts,
) -> Result<Decision> {
    let ruling = weigh(None, db, Asked { merchant_id, moment, payment: None }, facts).await?;
    let nothing = Decision { outcome: RuleOutcome::Allow, score: None, reasons: Vec::new() };
    Ok(ruling.map_or(nothing, |ruling| ruling.decision))
}

/// Whose rules are asked, when, and about which payment if there is one.
#[derive(Clone, Copy)]
struct Asked<'a> {
    merchant_id: &'a str,
    moment: Moment,
    payment: Option<&'a GatewayPayment>,
}

async fn weigh(
    hooks: Option<&Hooks>,
    db: &mut PgConnection,
    asked: Asked<'_>,
    mut facts: Facts,
) -> Result<Option<Ruling>> {
    let Asked { merchant_id, moment, payment } = asked;
    let rows = rows::in_force(&mut *db, merchant_id, &facts.store).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let rules = rows.iter().map(read).collect::<anyhow::Result<Vec<Rule>>>()?;
    let mut evidence = vec![Evidence::default(); rules.len()];
    look_into_lists(&mut *db, merchant_id, &facts, &rules, &mut evidence).await?;
    if let Some(hooks) = hooks {
        // Before any lock is taken: they may be slow.
        ask_hooks(hooks, asked, &rows, &rules, &mut facts, &mut evidence).await;
    }
    count(db, merchant_id, payment, &facts, &rules, &mut evidence, moment).await?;
    let decision = decide::decide(&rules, &facts, &evidence, moment);
    let words = decide::words(&rules, &decision);
    Ok(Some(Ruling { decision, facts, words }))
}

/// A rule as the engine has it.
pub fn read(row: &RuleRow) -> anyhow::Result<Rule> {
    Ok(Rule {
        id: row.id.clone(),
        store_id: row.store_id.clone(),
        outcome: row.outcome,
        condition: serde_json::from_value(row.condition.clone())?,
        message: row.message.clone(),
    })
}

async fn look_into_lists(
    db: &mut PgConnection,
    merchant_id: &str,
    facts: &Facts,
    rules: &[Rule],
    evidence: &mut [Evidence],
) -> Result<()> {
    let names: Vec<&str> = rules.iter().filter_map(|rule| rule.condition.list()).collect();
    if names.is_empty() {
        return Ok(());
    }
    let found = lists::matches(db, merchant_id, &names, &facts.wanted()).await?;
    for (rule, evidence) in rules.iter().zip(evidence) {
        let on_it = found.iter().filter(|entry| rule.condition.list() == Some(entry.list.as_str()));
        evidence.listed = on_it.map(|entry| (entry.kind.clone(), entry.value.clone())).collect();
    }
    Ok(())
}

async fn ask_hooks(
    hooks: &Hooks,
    asked: Asked<'_>,
    rows: &[RuleRow],
    rules: &[Rule],
    facts: &mut Facts,
    evidence: &mut [Evidence],
) {
    let Asked { merchant_id, moment, .. } = asked;
    let questions = rows.iter().zip(rules).map(async |(row, rule)| match &rule.condition {
        Condition::RiskHook { url, moment: at } if *at == moment => {
            let secret = row.secret.as_deref().unwrap_or_default();
            Some(hooks.ask(hook::Question { merchant_id, url, secret, moment, facts: &*facts }).await)
        }
        _ => None,
    });
    let heard = futures::future::join_all(questions).await;
    let score = |heard: &Option<Heard>| match heard {
        Some(Heard::Score(score)) => Some(*score),
        _ => None,
    };
    facts.score = facts.score.max(heard.iter().filter_map(score).max());
    for (evidence, heard) in evidence.iter_mut().zip(heard) {
        evidence.hook = heard;
    }
}

async fn count(
    db: &mut PgConnection,
    merchant_id: &str,
    payment: Option<&GatewayPayment>,
    facts: &Facts,
    rules: &[Rule],
    evidence: &mut [Evidence],
    moment: Moment,
) -> Result<()> {
    let now = Utc::now();
    let (places, questions): (Vec<usize>, Vec<Question>) = rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.condition.is_asked(moment, rule.outcome))
        .filter_map(|(place, rule)| Some((place, question(rule, facts, now)?)))
        .unzip();
    if questions.is_empty() {
        return Ok(());
    }
    if payment.is_some() {
        let subjects: Vec<String> = questions.iter().map(|question| question.subject.clone()).collect();
        sightings::lock(&mut *db, merchant_id, &subjects).await?;
    }
    let except = payment.map(|payment| payment.id.as_str());
    let tallies = sightings::tally(db, merchant_id, except, &questions).await?;
    let scale = payment.map_or_else(|| facts.amount.scale(), |payment| u32::from(payment.decimals()));
    for (place, Tally { count, sum }) in places.into_iter().zip(tallies) {
        evidence[place].count = count.unsigned_abs();
        evidence[place].sum = in_units(sum, scale);
    }
    Ok(())
}

/// A sum of base units in units of the token.
fn in_units(mut sum: Decimal, decimals: u32) -> Decimal {
    sum.rescale(0);
    match sum.set_scale(decimals) {
        Ok(()) => sum,
        Err(_) => Decimal::ZERO,
    }
}

/// What a rule counts, if it counts anything that is known of this payment.
fn question(rule: &Rule, facts: &Facts, now: DateTime<Utc>) -> Option<Question> {
    let (subject, since, in_token) = match &rule.condition {
        Condition::Velocity { by, window_seconds, token, .. } => {
            let subject = facts.counted_as(*by)?;
            (subject, now - TimeDelta::seconds(i64::from(*window_seconds)), token.as_deref())
        }
        Condition::Amount { token, max_per_day: Some(_), .. } => {
            (facts::ANY.to_owned(), now.date_naive().and_time(NaiveTime::MIN).and_utc(), Some(token.as_str()))
        }
        _ => return None,
    };
    let mint = match in_token {
        Some(token) if facts.is_in(token) => Some(facts.mint.clone()),
        Some(_) => return None,
        None => None,
    };
    Some(Question { subject, since, store_id: rule.store_id.clone(), mint })
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
