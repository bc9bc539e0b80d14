//! Looking up what the decision needs: the rules, the lists, what hooks say, what came before.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use till_store::domain::GatewayPayment;
use till_store::gateway::rules::sightings::{self, Question, Tally};
use till_store::gateway::rules::{self as rows, RuleRow, lists};
use till_store::gateway::tokens;

use super::Ruling;
use super::condition::Condition;
use super::decide::{self, Evidence, Heard, Rule};
use super::facts::{self, Facts, Moment};
use super::hook::{self, Hooks};
use crate::problem::Result;

/// Whose rules are asked, when, and about which payment if there is one.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub merchant_id: &'a str,
    pub moment: Moment,
    /// Whether the wallet would pay in another token than rules were asked about before.
    pub is_other_token: bool,
    /// Nothing when it is a rehearsal: then no lock is taken.
    pub payment_id: Option<&'a str>,
    /// The token's.
    pub decimals: u32,
}

impl<'a> Asked<'a> {
    pub fn about(payment: &'a GatewayPayment, moment: Moment) -> Self {
        let decimals = payment.decimals().into();
        let (merchant_id, payment_id) = (&payment.merchant_id, Some(payment.id.as_str()));
        Self { merchant_id, moment, is_other_token: false, payment_id, decimals }
    }

    fn is_about(&self, rule: &Rule) -> bool {
        let is_again = self.is_other_token && rule.condition.is_of_a_token();
        is_again || rule.condition.is_asked(self.moment, rule.outcome)
    }
}

/// Holds facts against the rules in force; nothing without rules.
pub async fn weigh(
    hooks: Option<&Hooks>,
    db: &mut PgConnection,
    asked: Asked<'_>,
    mut facts: Facts,
) -> Result<Option<Ruling>> {
    let rows = rows::in_force(&mut *db, asked.merchant_id, &facts.store).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let read = |row: RuleRow| Ok((read(&row)?, row));
    let all = rows.into_iter().map(read).collect::<anyhow::Result<Vec<(Rule, RuleRow)>>>()?;
    let (rules, rows): (Vec<Rule>, Vec<RuleRow>) =
        all.into_iter().filter(|(rule, _)| asked.is_about(rule)).unzip();
    if facts.symbol.is_none() {
        facts.symbol = tokens::find(&mut *db, &facts.mint).await?.map(|token| token.symbol);
    }
    let mut evidence = vec![Evidence::default(); rules.len()];
    look_into_lists(&mut *db, asked.merchant_id, &facts, &rules, &mut evidence).await?;
    if let Some(hooks) = hooks {
        // Before any lock is taken: they may be slow.
        ask_hooks(hooks, asked, &rows, &rules, &mut facts, &mut evidence).await;
    }
    count(db, asked, &facts, &rules, &mut evidence).await?;
    let decision = decide::decide(&rules, &facts, &evidence);
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
    asked: Asked<'_>,
    facts: &Facts,
    rules: &[Rule],
    evidence: &mut [Evidence],
) -> Result<()> {
    let Asked { merchant_id, payment_id, decimals, .. } = asked;
    let now = Utc::now();
    let (places, questions): (Vec<usize>, Vec<Question>) = rules
        .iter()
        .enumerate()
        .filter_map(|(place, rule)| Some((place, question(rule, facts, now)?)))
        .unzip();
    if questions.is_empty() {
        return Ok(());
    }
    if payment_id.is_some() {
        let subjects: Vec<String> = questions.iter().map(|question| question.subject.clone()).collect();
        sightings::lock(&mut *db, merchant_id, &subjects).await?;
    }
    let tallies = sightings::tally(db, merchant_id, payment_id, &questions).await?;
    for (place, Tally { count, sum }) in places.into_iter().zip(tallies) {
        evidence[place].count = count.unsigned_abs();
        evidence[place].sum = in_units(sum, decimals);
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
