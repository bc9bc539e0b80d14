//! Orders on one payment, or requests with one idempotency key, one after the other within this process.
//!
//! The lock of the payment's row decides between processes. But whoever waits for it holds a database connection, and
//! a thousand orders on one payment would hold all of them: so they wait here, where it costs nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// From how many payments on those that nobody waits for any more are forgotten.
const CROWD: usize = 1_024;

#[derive(Default)]
pub struct Turns(Mutex<HashMap<String, Weak<Turn<()>>>>);

impl Turns {
    /// Waits for the turn of an order on this payment, or of whatever else has a name of its own. It lasts as long as what is returned.
    pub async fn of(&self, payment_id: &str) -> OwnedMutexGuard<()> {
        self.turn(payment_id).lock_owned().await
    }

    fn turn(&self, payment_id: &str) -> Arc<Turn<()>> {
        // Nothing in here panics, and a map that was left in the middle is still a map.
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(payment_id).and_then(Weak::upgrade) {
            return turn;
        }
        if turns.len() >= CROWD {
            turns.retain(|_, turn| turn.strong_count() > 0);
        }
        let turn = Arc::default();
        turns.insert(payment_id.to_owned(), Arc::downgrade(&turn));
        turn
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    const SOON: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn one_payment_has_one_turn_at_a_time_and_another_its_own() {
        let turns = Turns::default();
        let first = turns.of("pay_1").await;
        assert!(timeout(SOON, turns.of("pay_1")).await.is_err());
        assert!(timeout(SOON, turns.of("pay_2")).await.is_ok());
        drop(first);
        assert!(timeout(SOON, turns.of("pay_1")).await.is_ok());
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_forgotten() {
        let turns = Turns::default();
        let held = turns.of("pay_held").await;
        for payment in 0..3 * CROWD {
            drop(turns.of(&format!("pay_{payment}")).await);
        }
        assert!(turns.0.lock().unwrap().len() <= CROWD);
        assert!(timeout(SOON, turns.of("pay_held")).await.is_err());
        drop(held);
    }
}
