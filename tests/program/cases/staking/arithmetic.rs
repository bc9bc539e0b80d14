//! The states alone, without a chain: random stakers, plans and fee income against exact arithmetic.

use proptest::prelude::*;

use till::INCOME_SECONDS;

use super::model::{Model, STAKERS, Step, TIERS};

/// Small and large ones, and those at the edge.
fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![1..10u64, 1..1_000_000_000u64, 1..(1u64 << 60), Just(u64::MAX / 5)]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..STAKERS, amount()).prop_map(|(staker, amount)| Step::Stake { staker, amount }),
        2 => (0..STAKERS, amount()).prop_map(|(staker, amount)| Step::Unstake { staker, amount }),
        3 => (0..STAKERS).prop_map(|staker| Step::Claim { staker }),
        1 => (amount(), 1..5_000u32).prop_map(|(amount, seconds)| Step::Fund { amount, seconds }),
        1 => amount().prop_map(|amount| Step::Earn { amount }),
    ]
}

/// Seconds that pass before a step; the clock may also go back.
fn steps() -> impl Strategy<Value = Vec<(i64, Step)>> {
    proptest::collection::vec(
        (prop_oneof![Just(0), -3..3i64, 0..100i64, 0..5_000i64, 0..INCOME_SECONDS], step()),
        1..60,
    )
}

proptest! {
    #[test]
    fn everybody_gets_the_exact_share_but_for_dust(
        tiers in proptest::array::uniform4(0..TIERS.len()),
        steps in steps(),
    ) {
        let (mut model, mut now) = (Model::new(tiers), 0);
        for (seconds, step) in &steps {
            now += seconds;
            model.step(now, step);
            model.check()?;
        }
    }

    /// A plan is even to the base unit, whatever times it is looked at, and pays all in the end.
    #[test]
    fn a_plan_is_even(amount in amount(), seconds in 1..100_000u32, looks in proptest::collection::vec(0..100_000i64, 0..20)) {
        let mut model = Model::new([0; STAKERS]);
        model.pool.stake(&mut model.positions[0], 1, 0).unwrap();
        model.pool.fund(0, amount, seconds, 0).unwrap();
        let mut looks = looks;
        looks.sort_unstable();
        let reward = &mut model.pool.rewards[0];
        for now in looks.into_iter().map(|now| now.min(i64::from(seconds))) {
            reward.accrue(1, now);
            let exact = u128::from(amount) * now as u128 / u128::from(seconds);
            prop_assert_eq!(u128::from(reward.plan.released), exact);
        }
        reward.accrue(1, i64::from(seconds));
        prop_assert_eq!((reward.left(), reward.per_share.whole), (0, amount));
    }

    /// Whatever a plan does, one that follows it pays no less in a second than it did.
    #[test]
    fn no_plan_is_thinner_than_the_last(plans in proptest::collection::vec((amount(), 1..50_000u32, 0..50_000i64), 1..10)) {
        let mut model = Model::new([0; STAKERS]);
        model.pool.stake(&mut model.positions[0], 1, 0).unwrap();
        let mut now = 0;
        for (amount, seconds, wait) in plans {
            let mut before = model.pool.rewards[0];
            before.accrue(1, now);
            if model.pool.fund(0, amount, seconds, now).is_ok() && before.left() > 0 {
                let after = &model.pool.rewards[0];
                let (before, after) = (before.plan, after.plan);
                let duration = (before.ends_at - before.started_at) as u128;
                let (old, new) = (u128::from(before.planned), u128::from(after.planned));
                prop_assert!(new * duration >= old * u128::from(seconds));
                prop_assert!(after.ends_at >= before.ends_at);
            }
            now += wait;
        }
    }

    /// Whoever sweeps dust, however often: of what has come in, all but a part in e is out after seven days.
    /// What rounding holds back is no more than a base unit for each sweep, which brings one itself.
    #[test]
    fn dust_does_not_hold_income_back(
        amount in amount(),
        elapsed in 0..INCOME_SECONDS,
        sweeps in proptest::collection::vec((1..100_000i64, 1..1_000u64), 0..200),
    ) {
        let mut model = Model::new([0; STAKERS]);
        model.pool.stake(&mut model.positions[0], 1, 0).unwrap();
        model.pool.earn(0, amount, 0).unwrap();
        let reward = &mut model.pool.rewards[0];
        reward.accrue(1, elapsed);
        let (left, end) = (reward.left(), elapsed + INCOME_SECONDS);
        let (mut now, mut swept, mut count) = (elapsed, 0, 0);
        for (seconds, dust) in sweeps {
            now += seconds;
            if now >= end || !reward.has_room_for(dust) {
                break;
            }
            reward.accrue(1, now);
            let ended_at = reward.income.ends_at;
            reward.earn(dust).unwrap();
            prop_assert!(reward.income.ends_at >= ended_at.max(now) && reward.income.ends_at <= now + INCOME_SECONDS);
            (swept, count) = (swept + dust, count + 1);
        }
        reward.accrue(1, end);
        let out = u128::from(left + swept - reward.left());
        // 1 - 1/e, rounded down
        prop_assert!((out + count) * 100_000 >= u128::from(left) * 63_212);
    }

    /// Two sweeps end together, at the mean of their ends; neither ends before it would have begun to.
    #[test]
    fn income_ends_at_the_mean_of_its_ends(first in amount(), second in amount(), seconds in 1..INCOME_SECONDS) {
        let mut model = Model::new([0; STAKERS]);
        model.pool.stake(&mut model.positions[0], 1, 0).unwrap();
        model.pool.earn(0, first, 0).unwrap();
        let reward = &mut model.pool.rewards[0];
        reward.accrue(1, seconds);
        let left = u128::from(reward.left());
        reward.earn(second).unwrap();
        let exact = (left * (INCOME_SECONDS - seconds) as u128 + u128::from(second) * INCOME_SECONDS as u128)
            / (left + u128::from(second));
        if left > 0 {
            prop_assert_eq!((reward.income.ends_at - seconds) as u128, exact);
        }
        reward.accrue(1, seconds + INCOME_SECONDS);
        prop_assert_eq!((reward.left(), reward.per_share.whole), (0, first + second));
    }

    /// Swept fees divide without a base unit made or lost.
    #[test]
    fn fees_divide_to_the_last_base_unit(amount: u64, stakers_bps in 0..=10_000u16, burned in 0..=10_000u16) {
        let burn_bps = burned.min(10_000 - stakers_bps);
        let shares = till::FeeShares::of(amount, stakers_bps, burn_bps).unwrap();
        let exact = |bps: u16| u128::from(amount) * u128::from(bps) / 10_000;
        prop_assert_eq!(u128::from(shares.stakers), exact(stakers_bps));
        prop_assert_eq!(u128::from(shares.burned), exact(burn_bps));
        prop_assert_eq!(shares.stakers + shares.burned + shares.treasury, amount);
    }
}
