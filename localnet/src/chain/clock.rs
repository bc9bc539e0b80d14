//! The chain's time: the wall clock, shifted by what people travelled, and never running back.

/// See the module documentation. All times are unix milliseconds.
#[derive(Debug, Default)]
pub struct ChainClock {
    offset: i64,
    /// What the chain's clock must read if nobody travelled.
    expected: Option<u64>,
}

impl ChainClock {
    /// Continues behind `last`, the time of the last slot before a restart. Time travelled then stays travelled:
    /// a chain whose time ran back would undo expiries.
    pub fn behind(last: u64, wall: u64) -> Self {
        Self { offset: i64::try_from(last.saturating_sub(wall)).unwrap_or_default(), expected: None }
    }

    /// The time at which the open slot closes, `chain` being what the chain's clock reads before.
    ///
    /// The embedded chain would add the nominal slot time to its clock at every slot and drift away from the wall
    /// clock, as a slot really takes a little longer; expiries are in real unix seconds, so it is set here.
    pub fn closing_time(&mut self, wall: u64, chain: u64) -> u64 {
        if let Some(expected) = self.expected {
            self.offset += chain as i64 - expected as i64;
        }
        let now = wall.saturating_add_signed(self.offset);
        let time = if self.expected.is_none_or(|expected| expected == chain) {
            now.max(self.expected.unwrap_or_default())
        } else {
            now
        };
        self.expected = Some(time);
        time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_wall_clock_whatever_the_chain_adds() {
        let mut clock = ChainClock::default();
        assert_eq!(clock.closing_time(1_000_000, 999_000), 1_000_000);
        assert_eq!(clock.closing_time(1_000_450, 1_000_000), 1_000_450);
    }

    #[test]
    fn never_runs_back_when_the_wall_clock_does() {
        let mut clock = ChainClock::default();
        clock.closing_time(1_000_000, 0);
        assert_eq!(clock.closing_time(990_000, 1_000_000), 1_000_000);
        assert_eq!(clock.closing_time(1_000_400, 1_000_000), 1_000_400);
    }

    #[test]
    fn keeps_what_was_travelled() {
        let mut clock = ChainClock::default();
        clock.closing_time(1_000_000, 0);
        let day = 86_400_000;
        assert_eq!(clock.closing_time(1_000_400, 1_000_000 + day), 1_000_400 + day);
        assert_eq!(clock.closing_time(1_000_800, 1_000_400 + day), 1_000_800 + day);
    }

    #[test]
    fn stays_ahead_after_a_restart_of_a_travelled_chain() {
        let mut clock = ChainClock::behind(5_000_000, 1_000_000);
        assert_eq!(clock.closing_time(1_000_400, 0), 5_000_400);
        let mut clock = ChainClock::behind(900_000, 1_000_000);
        assert_eq!(clock.closing_time(1_000_400, 0), 1_000_400);
    }
}
