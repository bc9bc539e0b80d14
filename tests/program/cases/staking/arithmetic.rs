//! The states alone, without a chain: random stakers, plans and fee income against exact arithmetic.

use num_bigint::BigUint;
use proptest::prelude::*;
use solana_pubkey::Pubkey;
use till::{NewPosition, NewReward, Pool, Position, Tier};

const STAKERS: usize = 4;
const TIERS: [Tier; 3] = [
    Tier { lock_seconds: 0, weight_bps: 10_000 },
    Tier { lock_seconds: 7, weight_bps: 12_345 },
    Tier { lock_seconds: 1_000, weight_bps: 50_000 },
];

/// A sum of fractions, without rounding.
#[derive(Clone)]
struct Exact {
    numerator: BigUint,
    denominator: BigUint,
}

impl Exact {
    fn zero() -> Self {
        Self { numerator: 0u8.into(), denominator: 1u8.into() }
    }

    fn add(&mut self, numerator: BigUint, denominator: u64) {
        self.numerator = &self.numerator * denominator + numerator * &self.denominator;
        self.denominator *= denominator;
    }

    /// In units of 2^-64, times the denominator, for comparisons.
    fn scaled(&self) -> BigUint {
        &self.numerator << 64u32
    }
}

#[derive(Clone, Debug)]
enum Step {
    Stake { staker: usize, amount: u64 },
    Unstake { staker: usize, amount: u64 },
    Claim { staker: usize },
    Fund { amount: u64, seconds: u32 },
    Earn { amount: u64 },
}

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
    proptest::collection::vec((prop_oneof![Just(0), -3..3i64, 0..100i64, 0..5_000i64], step()), 1..60)
}

/// The same pool twice: as the program counts, and exactly.
struct Model {
    pool: Pool,
    positions: [Position; STAKERS],
    /// The latest time that the pool has seen.
    now: i64,
    /// What each staker should have earned.
    earned: [Exact; STAKERS],
    claimed: [u64; STAKERS],
    /// The plan, by its own words: total, what is shared out, how long it runs, how long it has run.
    planned: u64,
    released: u64,
    duration: u64,
    elapsed: u64,
    funded: u64,
    /// How often something has been shared out, each time rounded down once.
    shared: u64,
}

impl Model {
    fn new(tiers: [usize; STAKERS]) -> Self {
        let mut pool: Pool = bytemuck::Zeroable::zeroed();
        pool.authority = Pubkey::new_unique();
        pool.set_terms(&TIERS, 86_400).unwrap();
        let mint = Pubkey::new_unique();
        pool.add_reward(NewReward { mint, reward_token: mint, rent_payer: mint }, 0).unwrap();
        let positions = tiers.map(|tier| {
            let key = Pubkey::new_unique();
            let new = NewPosition { pool: key, owner: key, rent_payer: key, tier: tier as u8 };
            pool.open_position(new).unwrap()
        });
        let earned = std::array::from_fn(|_| Exact::zero());
        Self {
            pool,
            positions,
            now: 0,
            earned,
            claimed: [0; STAKERS],
            planned: 0,
            released: 0,
            duration: 1,
            elapsed: 0,
            funded: 0,
            shared: 0,
        }
    }

    /// A step that the program refuses changes nothing; whether it may is checked elsewhere.
    fn step(&mut self, now: i64, step: &Step) {
        let (mut pool, mut positions) = (self.pool, self.positions);
        let mint = pool.rewards[0].mint;
        let done = match *step {
            Step::Stake { staker, amount } => pool.stake(&mut positions[staker], amount, now).map(drop),
            Step::Unstake { staker, amount } => {
                let position = &mut positions[staker];
                (position.unlock_at, position.available_at) = (0, i64::MAX);
                let amount = amount.min(position.amount);
                let done = pool.request_unstake(position, amount, now);
                // the cooldown has a test of its own; here stakes come back at once
                (position.available_at, position.cooling, pool.cooling) = (0, 0, 0);
                done
            }
            Step::Claim { staker } => pool.claim(&mut positions[staker], 0, now).map(|amount| {
                self.claimed[staker] += amount;
            }),
            Step::Fund { amount, seconds } => pool.fund(0, amount, seconds, now),
            Step::Earn { amount } => match pool.earner(&mint, amount) {
                Some(index) => pool.earn(index, amount, now),
                None => return,
            },
        };
        if done.is_ok() {
            self.pass(now);
            self.count(step);
            (self.pool, self.positions) = (pool, positions);
        }
    }

    /// Time passes: the plan gives what is due, to those who are staked before the step.
    fn pass(&mut self, now: i64) {
        let seconds = (now - self.now).max(0) as u64;
        self.now = self.now.max(now);
        if self.pool.weighted == 0 || self.released == self.planned {
            return;
        }
        self.elapsed = (self.elapsed + seconds).min(self.duration);
        let total = u128::from(self.planned) * u128::from(self.elapsed) / u128::from(self.duration);
        let due = total as u64 - self.released;
        self.released += due;
        self.share_out(due);
    }

    fn count(&mut self, step: &Step) {
        match *step {
            Step::Fund { amount, seconds } => {
                self.planned = self.planned - self.released + amount;
                (self.released, self.elapsed, self.duration) = (0, 0, u64::from(seconds));
                self.funded += amount;
            }
            Step::Earn { amount } => {
                self.funded += amount;
                self.share_out(amount);
            }
            _ => {}
        }
    }

    fn share_out(&mut self, amount: u64) {
        self.shared += u64::from(amount > 0);
        for (earned, position) in self.earned.iter_mut().zip(&self.positions) {
            earned.add(BigUint::from(amount) * position.weighted, self.pool.weighted);
        }
    }

    /// What the program owes and has paid, in units of 2^-64, everything counted up to now.
    fn paid_and_owed(&self) -> [BigUint; STAKERS] {
        let mut positions = self.positions;
        std::array::from_fn(|staker| {
            positions[staker].settle(0, &self.pool.rewards[0]);
            (BigUint::from(self.claimed[staker]) << 64u32) + positions[staker].rewards[0].owed.bits()
        })
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let reward = &self.pool.rewards[0];
        self.pool.invariant().unwrap();
        prop_assert_eq!(reward.funded, self.funded);
        prop_assert_eq!(
            (reward.left(), reward.claimed),
            (self.planned - self.released, self.claimed.iter().sum::<u64>(),)
        );
        let got = self.paid_and_owed();
        for (got, exact) in got.iter().zip(&self.earned) {
            let got = got * &exact.denominator;
            prop_assert!(got <= exact.scaled(), "nobody gets more than the exact share");
            // each sharing loses less than 2^-64 for each unit of weight, of which there are 2^64
            let dust = (BigUint::from(self.shared) << 64u32) * &exact.denominator;
            prop_assert!(exact.scaled() - got <= dust, "at most one base unit for each sharing is lost");
        }
        let all: BigUint = got.iter().sum();
        prop_assert!(all <= BigUint::from(self.funded - reward.left()) << 64u32, "not more than came in");
        Ok(())
    }
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
            prop_assert_eq!(u128::from(reward.released), exact);
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
                let duration = (before.ends_at - before.started_at) as u128;
                let (old, new) = (u128::from(before.planned), u128::from(after.planned));
                prop_assert!(new * duration >= old * u128::from(seconds));
            }
            now += wait;
        }
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
