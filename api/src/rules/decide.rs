//! The decision: pure, over facts and what was looked up before.
//!
//! The rules are asked in their order. Each that fires gives a reason; the worst outcome among them is the decision's,
//! so the order does not matter, with one exception: a rule that allows ends the evaluation, and what stands behind it
//! is not asked. What stood before it and fired still counts.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use till_store::domain::{Decision, Reason, RuleOutcome};

use super::condition::Condition;
use super::facts::Facts;

/// A rule that is in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub id: String,
    /// Whose payments it counts: one shop's, or all.
    pub store_id: Option<String>,
    pub outcome: RuleOutcome,
    pub condition: Condition,
    /// What a customer may read when it blocks.
    pub message: Option<String>,
}

/// What was looked up for one rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// Payments that came before within the window or day, and their sum in units of the token. The one that is asked
    /// about is not among them.
    pub count: u64,
    pub sum: Decimal,
    /// The entries of the list that the facts are on, as kind and value.
    pub listed: Vec<(String, String)>,
    /// What a hook said; nothing where it was not asked.
    pub hook: Option<Heard>,
}

/// What came of asking a hook.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Score(u8),
    Verdict(RuleOutcome, Vec<String>),
    /// Nothing that counts, and why.
    Nothing(String),
}

/// Decides by the rules that are asked at this moment. `evidence` has an entry for each rule, in their order.
pub fn decide(rules: &[Rule], facts: &Facts, evidence: &[Evidence]) -> Decision {
    let mut reasons = Vec::new();
    for (rule, evidence) in rules.iter().zip(evidence) {
        let Some(reason) = fires(rule, facts, evidence) else { continue };
        // That a hook does not answer lets through nothing but itself.
        let ends =
            reason.outcome == RuleOutcome::Allow && !matches!(rule.condition, Condition::RiskHook { .. });
        reasons.push(reason);
        if ends {
            break;
        }
    }
    let outcome = reasons.iter().map(|reason| reason.outcome).max().unwrap_or(RuleOutcome::Allow);
    Decision { outcome, score: facts.score, reasons }
}

/// Why a rule fires, if it does.
fn fires(rule: &Rule, facts: &Facts, evidence: &Evidence) -> Option<Reason> {
    let reason = |detail: String, looked_at: &[(&str, String)]| {
        let facts = looked_at.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        Some(Reason { rule: rule.id.clone(), outcome: rule.outcome, detail, facts: facts.collect() })
    };
    match &rule.condition {
        Condition::Velocity { by, window_seconds, max_count, max_sum, token } => {
            let subject = facts.counted_as(*by)?;
            let looked_at = |name: &'static str, value: String| [("subject", subject.clone()), (name, value)];
            let count = evidence.count.saturating_add(1);
            if let Some(most) = max_count.filter(|most| count > u64::from(*most)) {
                let detail = format!("payment {count} within {window_seconds} s, of at most {most}");
                return reason(detail, &looked_at("count", count.to_string()));
            }
            let token = token.as_deref().filter(|token| facts.is_in(token))?;
            let sum = evidence.sum.saturating_add(facts.amount);
            let most = max_sum.filter(|most| sum > *most)?;
            let detail = format!("{sum} {token} within {window_seconds} s, of at most {most}");
            reason(detail, &looked_at("sum", sum.to_string()))
        }
        Condition::Amount { token, min, max, max_per_day } => {
            if !facts.is_in(token) {
                return None;
            }
            let amount = facts.amount;
            let looked_at = [("amount", amount.to_string())];
            if let Some(least) = min.filter(|least| amount < *least) {
                return reason(format!("{amount} {token} is less than {least}"), &looked_at);
            }
            if let Some(most) = max.filter(|most| amount > *most) {
                return reason(format!("{amount} {token} is more than {most}"), &looked_at);
            }
            let sum = evidence.sum.saturating_add(amount);
            let most = max_per_day.filter(|most| sum > *most)?;
            reason(format!("{sum} {token} today, of at most {most}"), &[("sum", sum.to_string())])
        }
        Condition::List { list } => {
            let (kind, value) = evidence.listed.first()?;
            let looked_at: Vec<(&str, String)> =
                evidence.listed.iter().map(|(kind, value)| (kind.as_str(), value.clone())).collect();
            reason(format!("the {kind} {value} is on the list {list}"), &looked_at)
        }
        Condition::Country { countries, except, when_unknown } => match facts.country() {
            Some(country) => (countries.contains(&country) != *except)
                .then(|| reason(format!("the country is {country}"), &[("country", country.clone())]))?,
            None if *when_unknown => reason("the country is not known".to_owned(), &[]),
            None => None,
        },
        Condition::Score { at_least } => {
            let score = facts.score.filter(|score| score >= at_least)?;
            reason(format!("the risk score is {score}, from {at_least} on"), &[("score", score.to_string())])
        }
        Condition::RiskHook { .. } => match evidence.hook.as_ref()? {
            Heard::Score(_) => None,
            Heard::Verdict(RuleOutcome::Allow, _) => None,
            Heard::Verdict(outcome, said) => {
                let detail =
                    if said.is_empty() { "the risk hook said so".to_owned() } else { said.join("; ") };
                Some(Reason { rule: rule.id.clone(), outcome: *outcome, detail, facts: BTreeMap::default() })
            }
            Heard::Nothing(why) => reason(format!("the risk hook gave no answer: {why}"), &[]),
        },
    }
}

/// What a customer may read of a decision that blocks: the rules' own messages, or a sentence that says nothing.
pub fn words(rules: &[Rule], decision: &Decision) -> String {
    let blocking = decision.reasons.iter().filter(|reason| reason.outcome == RuleOutcome::Block);
    let message = |reason: &Reason| rules.iter().find(|rule| rule.id == reason.rule)?.message.clone();
    let mut messages: Vec<String> = blocking.filter_map(message).collect();
    messages.dedup();
    if messages.is_empty() {
        "the merchant does not accept this payment".to_owned()
    } else {
        messages.join(" ")
    }
}
