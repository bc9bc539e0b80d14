//! The decision, over many rules and facts.

use proptest::prelude::*;
use rust_decimal::Decimal;
use till_store::domain::{Customer, Decision, RuleOutcome};

use super::condition::Condition;
use super::decide::{Evidence, Heard, Rule, decide};
use super::facts::{Facts, Moment, Subject};

fn outcome() -> impl Strategy<Value = RuleOutcome> {
    prop_oneof![Just(RuleOutcome::Review), Just(RuleOutcome::Block)]
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        (0..5u32).prop_map(|most| Condition::Velocity {
            by: Subject::Email,
            window_seconds: 60,
            max_count: Some(most),
            max_sum: None,
            token: None,
        }),
        (1..50i64).prop_map(|most| Condition::Velocity {
            by: Subject::Wallet,
            window_seconds: 60,
            max_count: None,
            max_sum: Some(most.into()),
            token: Some("USDC".into()),
        }),
        (1..50i64).prop_map(|most| Condition::Amount {
            token: "USDC".into(),
            min: None,
            max: Some(most.into()),
            max_per_day: Some((most + 10).into()),
        }),
        Just(Condition::List { list: "bad".into() }),
        any::<bool>().prop_map(|except| Condition::Country {
            countries: vec!["HU".into()],
            except,
            when_unknown: true,
        }),
        (0..=100u8).prop_map(|at_least| Condition::Score { at_least }),
        Just(Condition::RiskHook { url: "https://shop.example".into(), moment: Moment::Creation }),
    ]
}

fn evidence() -> impl Strategy<Value = Evidence> {
    let hook = prop_oneof![
        Just(None),
        (0..=100u8).prop_map(|score| Some(Heard::Score(score))),
        outcome().prop_map(|outcome| Some(Heard::Verdict(outcome, vec!["so".into()]))),
        Just(Some(Heard::Nothing("timeout".into()))),
    ];
    (0..6u64, 0..60i64, any::<bool>(), hook).prop_map(|(count, sum, listed, hook)| Evidence {
        count,
        sum: Decimal::from(sum),
        listed: if listed { vec![("email".into(), "a@b.example".into())] } else { Vec::new() },
        hook,
    })
}

fn rules() -> impl Strategy<Value = Vec<(Rule, Evidence)>> {
    let rule = (condition(), outcome(), evidence()).prop_map(|(condition, outcome, evidence)| {
        (Rule { id: String::new(), store_id: None, outcome, condition, message: None }, evidence)
    });
    prop::collection::vec(rule, 0..8).prop_map(|mut rules| {
        for (place, (rule, _)) in rules.iter_mut().enumerate() {
            rule.id = format!("rul_{place}");
        }
        rules
    })
}

fn facts() -> impl Strategy<Value = Facts> {
    let country = prop_oneof![Just(None), Just(Some("HU".to_owned())), Just(Some("AT".to_owned()))];
    (1..60i64, country, prop::option::of(0..=100u8), any::<bool>()).prop_map(
        |(amount, country, score, wallet)| Facts {
            amount: amount.into(),
            mint: "mint".into(),
            symbol: Some("USDC".into()),
            customer: Customer { email: Some("a@b.example".into()), country, ..Customer::default() },
            wallet: wallet.then(|| "wallet".into()),
            score,
            ..Facts::default()
        },
    )
}

fn decided(rules: &[(Rule, Evidence)], facts: &Facts) -> Decision {
    let (rules, evidence): (Vec<Rule>, Vec<Evidence>) = rules.iter().cloned().unzip();
    decide(&rules, facts, &evidence)
}

proptest! {
    #[test]
    fn the_order_of_rules_changes_nothing(
        (rules, shuffled) in rules().prop_flat_map(|rules| (Just(rules.clone()), Just(rules).prop_shuffle())),
        facts in facts(),
    ) {
        let (one, other) = (decided(&rules, &facts), decided(&shuffled, &facts));
        prop_assert_eq!(one.outcome, other.outcome);
        let sorted = |decision: Decision| {
            let mut reasons = decision.reasons;
            reasons.sort_by(|a, b| a.rule.cmp(&b.rule));
            reasons
        };
        prop_assert_eq!(sorted(one), sorted(other));
    }

    #[test]
    fn more_risk_never_lowers_the_outcome(
        rules in rules(), facts in facts(), more in (0..5u64, 0..30i64, 0..50u8, 0..30i64),
    ) {
        let (count, sum, score, amount) = more;
        let mut riskier = rules.clone();
        for (_, evidence) in &mut riskier {
            evidence.count += count;
            evidence.sum += Decimal::from(sum);
            evidence.listed.push(("email".into(), "a@b.example".into()));
        }
        let risky = Facts {
            amount: facts.amount + Decimal::from(amount),
            score: Some(facts.score.unwrap_or(0).saturating_add(score).min(100)),
            ..facts.clone()
        };
        prop_assert!(decided(&riskier, &risky).outcome >= decided(&rules, &facts).outcome);
    }

    #[test]
    fn another_rule_never_lowers_the_outcome(rules in rules(), facts in facts()) {
        let fewer = &rules[..rules.len().saturating_sub(1)];
        prop_assert!(decided(&rules, &facts).outcome >= decided(fewer, &facts).outcome);
    }

    #[test]
    fn behind_an_allow_list_nothing_is_asked(rules in rules(), facts in facts(), at in 0..8usize) {
        let at = at.min(rules.len());
        let friends = Condition::List { list: "friends".into() };
        let allow = Rule {
            id: "rul_allow".into(), store_id: None, outcome: RuleOutcome::Allow, condition: friends, message: None,
        };
        let listed = vec![("email".to_owned(), "a@b.example".to_owned())];
        let mut with = rules.clone();
        with.insert(at, (allow, Evidence { listed, ..Evidence::default() }));
        let decision = decided(&with, &facts);
        prop_assert_eq!(decision.outcome, decided(&rules[..at], &facts).outcome);
        prop_assert_eq!(&decision.reasons.last().unwrap().rule, "rul_allow");
    }
}

#[test]
fn a_hook_that_does_not_answer_fails_open_or_closed_as_its_rule_says() {
    let hook = Condition::RiskHook { url: "https://shop.example".into(), moment: Moment::Creation };
    for outcome in [RuleOutcome::Allow, RuleOutcome::Review, RuleOutcome::Block] {
        let rule =
            Rule { id: "rul_1".into(), store_id: None, outcome, condition: hook.clone(), message: None };
        let silent = Evidence { hook: Some(Heard::Nothing("timeout".into())), ..Evidence::default() };
        assert_eq!(decided(&[(rule, silent)], &Facts::default()).outcome, outcome);
    }
}

#[test]
fn a_limit_lets_through_what_just_meets_it() {
    let facts = Facts { amount: 10.into(), symbol: Some("USDC".into()), ..Facts::default() };
    let limit = |max: i64, max_per_day: i64| Rule {
        id: "rul_1".into(),
        store_id: None,
        outcome: RuleOutcome::Block,
        condition: Condition::Amount {
            token: "USDC".into(),
            min: Some(10.into()),
            max: Some(max.into()),
            max_per_day: Some(max_per_day.into()),
        },
        message: None,
    };
    let before = Evidence { sum: 20.into(), ..Evidence::default() };
    for (max, max_per_day, outcome) in
        [(10, 30, RuleOutcome::Allow), (9, 30, RuleOutcome::Block), (10, 29, RuleOutcome::Block)]
    {
        assert_eq!(decided(&[(limit(max, max_per_day), before.clone())], &facts).outcome, outcome);
    }
}
