//! Waiting before trying again.

use std::time::Duration;

use rand::{Rng, SeedableRng, rngs::SmallRng};

use crate::config::Timing;

/// Doubles from the first wait to the longest. Each wait is a random part of that, at least half, so
/// that many who lost the same server do not come back to it at the same moment.
#[derive(Debug)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    failures: u32,
    random: SmallRng,
}

impl Backoff {
    pub fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, failures: 0, random: SmallRng::from_entropy() }
    }

    pub fn of(timing: &Timing) -> Self {
        let random = timing.jitter.map_or_else(SmallRng::from_entropy, SmallRng::seed_from_u64);
        Self { random, ..Self::new(timing.retry_first, timing.retry_longest) }
    }

    /// Something was achieved: the next wait is the first again.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// The next wait.
    pub fn next_wait(&mut self) -> Duration {
        // Beyond sixteen doublings every sensible longest wait is reached.
        let wait = self.first.saturating_mul(1 << self.failures.min(16)).min(self.longest);
        self.failures = self.failures.saturating_add(1);
        wait.mul_f64(self.random.gen_range(0.5..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_start_over() {
        let (first, longest) = (Duration::from_millis(100), Duration::from_secs(1));
        let mut backoff = Backoff::new(first, longest);
        for full in [100, 200, 400, 800, 1_000, 1_000] {
            let full = Duration::from_millis(full);
            let wait = backoff.next_wait();
            assert!(wait >= full / 2 && wait <= full, "{wait:?} of {full:?}");
        }
        for _ in 0..100 {
            assert!(backoff.next_wait() <= longest);
        }
        backoff.reset();
        assert!(backoff.next_wait() <= first);
    }

    #[test]
    fn the_same_seed_waits_the_same() {
        let waits = |jitter| {
            let mut backoff = Backoff::of(&Timing { jitter, ..Timing::default() });
            [(); 8].map(|()| backoff.next_wait())
        };
        assert_eq!(waits(Some(7)), waits(Some(7)));
        assert_ne!(waits(Some(7)), waits(Some(8)));
        assert_ne!(waits(None), waits(None));
    }
}
