//! What is committed at once.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Change, Changes, Checkpoint, EventKey, State};
use crate::Amount;

/// Slots in the order of the chain, and what they change.
#[derive(Clone, Debug)]
pub struct Batch {
    /// What must be committed already; nothing for the very first batch.
    pub after: Option<Checkpoint>,
    /// What is undone before anything of this batch is written.
    pub reversal: Option<Reversal>,
    pub changes: Changes,
    /// The slots, in order.
    pub blocks: Vec<Block>,
    /// The program's accounts that they wrote, as far as the source tells; the last write of each.
    pub accounts: Vec<AccountRow>,
    /// Where the database stands afterwards.
    pub checkpoint: Checkpoint,
}

impl Batch {
    /// From `after` to `checkpoint`, with nothing in between.
    pub fn new(after: Option<Checkpoint>, checkpoint: Checkpoint) -> Self {
        Self {
            after,
            reversal: None,
            changes: Changes::default(),
            blocks: Vec::new(),
            accounts: Vec::new(),
            checkpoint,
        }
    }

    /// How many rows it comes to.
    pub fn rows(&self) -> usize {
        let Changes { events, ledger, states, steps, totals, fees } = &self.changes;
        let sums = totals.len() + fees.len();
        events.len() + ledger.len() + states.len() + steps.len() + sums + self.accounts.len()
    }
}

/// What a commit did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// Events that were not there before.
    pub events: usize,
    /// Events that merchants will be told.
    pub told: usize,
    /// Payments that changed and whose beginning lies before the first indexed slot.
    pub unknown_payments: Vec<String>,
}

/// A committed block.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Block {
    pub slot: i64,
    pub blockhash: String,
    pub block_height: i64,
    /// The chain's clock in that slot.
    pub block_time: DateTime<Utc>,
}

impl From<&Checkpoint> for Block {
    fn from(checkpoint: &Checkpoint) -> Self {
        let Checkpoint { slot, blockhash, block_height, block_time, .. } = checkpoint.clone();
        Self { slot, blockhash, block_height, block_time }
    }
}

/// An account of the program as a write left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    pub address: String,
    pub lamports: Amount,
    pub data: Vec<u8>,
    pub slot: i64,
    pub write_version: i64,
}

/// An event as the database has it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEvent {
    pub key: EventKey,
    pub slot: i64,
    /// Place of the transaction in its block.
    pub transaction_index: i64,
    pub kind: String,
    /// All fields, as JSON.
    pub data: String,
    pub block_time: DateTime<Utc>,
}

/// The chain has undone confirmed blocks.
#[derive(Clone, Debug)]
pub struct Reversal {
    /// The last committed block that the chain still has.
    pub ancestor: Block,
    /// What the undone events had changed.
    pub undone: Changes,
    /// What the events that are left make of the rows that these had touched.
    pub rederived: Changes,
}

/// Whose rows events changed. All rows of one of these follow from its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    pub payments: BTreeSet<String>,
    pub vaults: BTreeSet<String>,
    pub merchants: BTreeSet<String>,
    /// What else events are about; see [`super::EventRow::subject`].
    pub subjects: BTreeSet<String>,
}

impl Touched {
    pub fn by(changes: &Changes) -> Self {
        let events = &changes.events;
        let of_merchants = |change: &&Change| matches!(change.state, State::Merchant(_));
        let merchants = changes.states.iter().filter(of_merchants);
        Self {
            payments: events.iter().filter_map(|event| Some(event.payment.as_ref()?.0.clone())).collect(),
            vaults: events.iter().filter_map(|event| Some(event.vault.as_ref()?.0.clone())).collect(),
            merchants: merchants.map(|change| change.address.clone()).collect(),
            subjects: events.iter().filter_map(|event| event.subject.clone()).collect(),
        }
    }

    /// Only what is of these. What else there is but merchants and vaults came with an event of its subject.
    pub fn of(&self, changes: Changes) -> Changes {
        let is_touched = |change: &Change| match change.state {
            State::Merchant(_) => self.merchants.contains(&change.address),
            State::Vault(_) => self.vaults.contains(&change.address),
            _ => true,
        };
        let Changes { states, steps, .. } = changes;
        Changes {
            states: states.into_iter().filter(is_touched).collect(),
            steps: steps.into_iter().filter(|it| self.payments.contains(&it.address)).collect(),
            ..Changes::default()
        }
    }
}
