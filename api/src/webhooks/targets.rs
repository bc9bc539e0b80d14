//! Endpoints as deliveries are sent to them, remembered until they change.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use sqlx::PgPool;
use till_store::gateway::deliveries::{self, Claimed};

use super::sender::{Receiver, Sender};

/// Beyond so many all are forgotten.
const REMEMBERED: usize = 10_000;

#[derive(Default)]
pub struct Targets(HashMap<String, (i32, Arc<Receiver>)>);

impl Targets {
    /// Reads what is not known of the endpoints of these deliveries, or known as it was before.
    pub async fn refresh(&mut self, pool: &PgPool, sender: &Sender, claimed: &[Claimed]) -> sqlx::Result<()> {
        if self.0.len() > REMEMBERED {
            self.0.clear();
        }
        let unknown: HashSet<&str> = claimed
            .iter()
            .filter(|delivery| self.of(delivery).is_none())
            .map(|delivery| delivery.endpoint_id.as_str())
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let unknown: Vec<&str> = unknown.into_iter().collect();
        for target in deliveries::targets(pool, &unknown).await? {
            let receiver = Arc::new(sender.receiver(&target));
            self.0.insert(target.id, (target.version, receiver));
        }
        Ok(())
    }

    /// Where a delivery goes; nothing if the endpoint is gone. One that has changed since the claim is as
    /// good.
    pub fn of(&self, delivery: &Claimed) -> Option<Arc<Receiver>> {
        let (version, receiver) = self.0.get(&delivery.endpoint_id)?;
        (*version >= delivery.version).then(|| receiver.clone())
    }
}
