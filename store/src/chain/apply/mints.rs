//! Of what mint the money is that somebody holds.

use std::collections::{BTreeSet, HashMap, HashSet};

use sqlx::{PgConnection, Row};

use crate::chain::{EventKey, LedgerLine, Total};

/// Mints by vault, campaign, pool (that of the stakes) and vesting. One that began before the first slot
/// that was indexed is not among them.
pub struct Mints(HashMap<String, String>);

impl Mints {
    /// Of those whose mint `ledger` and `totals` do not tell: as the events say with which they began, those
    /// of this batch included, which are `new`.
    pub async fn load(
        db: &mut PgConnection,
        ledger: &[&LedgerLine],
        totals: &[&Total],
        new: &HashSet<EventKey>,
    ) -> sqlx::Result<Self> {
        let mut mints = HashMap::new();
        let owners = untold(ledger, totals);
        if owners.is_empty() {
            return Ok(Self(mints));
        }
        let rows = sqlx::query(
            "SELECT signature, instruction, inner_index, coalesce(vault, subject),
                 coalesce(data::json ->> 'mint', data::json ->> 'stake_mint')
             FROM chain.events
             WHERE coalesce(vault, subject) = ANY($1)
                 AND type IN ('VaultOpened', 'CampaignCreated', 'PoolCreated', 'VestingCreated')
             ORDER BY slot, transaction_index, instruction, inner_index",
        )
        .bind(owners)
        .fetch_all(db)
        .await?;
        for row in rows {
            let key = EventKey {
                signature: row.try_get(0)?,
                instruction: row.try_get(1)?,
                inner_index: row.try_get(2)?,
            };
            let Some(mint) = row.try_get::<Option<String>, _>(4)? else { continue };
            let owner: String = row.try_get(3)?;
            // Only a vesting can begin again in another mint. What counts is how it stood before the batch.
            if new.contains(&key) {
                mints.entry(owner).or_insert(mint);
            } else {
                mints.insert(owner, mint);
            }
        }
        Ok(Self(mints))
    }

    pub fn of(&self, owner: &str) -> Option<&str> {
        self.0.get(owner).map(String::as_str)
    }
}

fn untold<'a>(ledger: &[&'a LedgerLine], totals: &[&'a Total]) -> Vec<&'a str> {
    let lines = ledger.iter().filter(|line| line.mint.is_none()).map(|line| line.owner.as_str());
    let vaults = totals.iter().filter(|total| total.mint.is_none()).map(|total| total.vault.as_str());
    lines.chain(vaults).collect::<BTreeSet<&str>>().into_iter().collect()
}
