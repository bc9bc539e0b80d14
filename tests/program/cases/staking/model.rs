//! A pool counted twice: as the program does, and in exact fractions.

use num_bigint::BigUint;
use proptest::prelude::*;
use solana_pubkey::Pubkey;
use till::{INCOME_SECONDS, NewPosition, NewReward, Pool, Position, Tier};

pub const STAKERS: usize = 4;
pub const TIERS: [Tier; 3] = [
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

/// A plan or income, by its own words: total, what is shared out, how long it runs, how long it has run.
#[derive(Default)]
struct Lane {
    planned: u64,
    released: u64,
    duration: u64,
    elapsed: u64,
}

impl Lane {
    fn left(&self) -> u64 {
        self.planned - self.released
    }

    fn begin(&mut self, amount: u64, duration: u64) {
        *self = Self { planned: self.left() + amount, released: 0, duration, elapsed: 0 };
    }

    /// What becomes due in these seconds.
    fn pass(&mut self, seconds: u64) -> u64 {
        if self.left() == 0 {
            return 0;
        }
        self.elapsed = (self.elapsed + seconds).min(self.duration);
        let total = u128::from(self.planned) * u128::from(self.elapsed) / u128::from(self.duration);
        let due = total as u64 - self.released;
        self.released += due;
        due
    }

    /// From now to the mean of the ends of what is left and of `amount`, in whole seconds.
    fn mean_end(&self, amount: u64) -> u64 {
        let left = BigUint::from(self.left());
        let to_go = if self.left() > 0 { self.duration - self.elapsed } else { 0 };
        let mean = (&left * to_go + BigUint::from(amount) * INCOME_SECONDS as u64) / (left + amount);
        u64::try_from(mean).expect("no more than the longer one")
    }
}

#[derive(Clone, Debug)]
pub enum Step {
    Stake { staker: usize, amount: u64 },
    Unstake { staker: usize, amount: u64 },
    Claim { staker: usize },
    Fund { amount: u64, seconds: u32 },
    Earn { amount: u64 },
}

/// The same pool twice: as the program counts, and exactly.
pub struct Model {
    pub pool: Pool,
    pub positions: [Position; STAKERS],
    /// The latest time that the pool has seen.
    now: i64,
    /// What each staker should have earned.
    earned: [Exact; STAKERS],
    claimed: [u64; STAKERS],
    plan: Lane,
    income: Lane,
    funded: u64,
    /// How often something has been shared out, each time rounded down once.
    shared: u64,
}

impl Model {
    pub fn new(tiers: [usize; STAKERS]) -> Self {
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
            plan: Lane::default(),
            income: Lane::default(),
            funded: 0,
            shared: 0,
        }
    }

    /// A step that the program refuses changes nothing; whether it may is checked elsewhere.
    pub fn step(&mut self, now: i64, step: &Step) {
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
        if self.pool.weighted > 0 {
            let due = self.plan.pass(seconds) + self.income.pass(seconds);
            self.share_out(due);
        }
    }

    fn count(&mut self, step: &Step) {
        match *step {
            Step::Fund { amount, seconds } => {
                self.plan.begin(amount, u64::from(seconds));
                self.funded += amount;
            }
            Step::Earn { amount } => {
                let seconds = self.income.mean_end(amount);
                self.income.begin(amount, seconds);
                self.funded += amount;
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

    pub fn check(&self) -> Result<(), TestCaseError> {
        let reward = &self.pool.rewards[0];
        self.pool.invariant().unwrap();
        prop_assert_eq!(reward.funded, self.funded);
        prop_assert_eq!(
            (reward.left(), reward.claimed),
            (self.plan.left() + self.income.left(), self.claimed.iter().sum::<u64>(),)
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
