//! Counting in this process.

use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota as Rate, RateLimiter};

use super::config::LimitsConfig;
use super::quota::{Budget, Quota, Subject, Verdict};

type Limiter = RateLimiter<Subject, DashMapStateStore<Subject>, DefaultClock, StateInformationMiddleware>;

/// One limiter a budget.
pub struct Process {
    clock: DefaultClock,
    limiters: Vec<(Budget, Quota, Limiter)>,
}

impl Process {
    pub fn new(config: &LimitsConfig) -> Self {
        let clock = DefaultClock::default();
        let limiter = |budget| {
            let quota = config.quota(budget)?;
            // A quota of so many in a day that the interval is no time at all is none.
            let rate = Rate::with_period(quota.interval())?.allow_burst(quota.count);
            let limiter = RateLimiter::dashmap_with_clock(rate, clock.clone());
            Some((budget, quota, limiter.with_middleware()))
        };
        Self { limiters: Budget::ALL.into_iter().filter_map(limiter).collect(), clock: clock.clone() }
    }

    pub fn take(&self, budget: Budget, subject: &Subject) -> Option<Verdict> {
        let (_, quota, limiter) = self.limiters.iter().find(|(its, ..)| *its == budget)?;
        Some(match limiter.check_key(subject) {
            Ok(left) => {
                let remaining = left.remaining_burst_capacity();
                let reset = quota.interval() * quota.count.get().saturating_sub(remaining);
                Verdict { allowed: true, remaining, reset, wait: Duration::ZERO }
            }
            Err(refused) => {
                let wait = refused.wait_time_from(self.clock.now());
                Verdict { allowed: false, remaining: 0, reset: quota.period, wait }
            }
        })
    }

    /// Forgets whoever has the whole quota again.
    pub fn tidy(&self) {
        for (_, _, limiter) in &self.limiters {
            limiter.retain_recent();
        }
    }
}
