//! How the indexer is doing, for who watches it: health, readiness, metrics.

use std::sync::Mutex;

use chrono::{DateTime, Utc};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use serde::Serialize;
use tokio::time::Duration;

/// What the indexer is busy with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Without the right to write: the database is not there yet, or another indexer is writing.
    #[default]
    Standby,
    /// Fetching what happened before any stream reaches back to.
    Backfill,
    /// On a stream, or on the way to the next one.
    Streaming,
    Stopped,
}

/// Where the indexer stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Snapshot {
    pub phase: Phase,
    /// The last committed slot, and the chain's clock in it.
    pub slot: Option<i64>,
    pub block_time: Option<DateTime<Utc>>,
    /// Everything up to it is final.
    pub finalized_slot: Option<i64>,
    /// The highest slot that the source called confirmed.
    pub confirmed_slot: Option<u64>,
    /// What holds up the slots that are here, if something does.
    pub waiting: Option<String>,
}

impl Snapshot {
    /// How far the database is behind the chain's clock. Nothing before the first commit.
    pub fn lag(&self, now: DateTime<Utc>) -> Option<Duration> {
        Some((now - self.block_time?).to_std().unwrap_or_default())
    }
}

/// Shared between the indexer and who watches it.
#[derive(Debug, Default)]
pub struct Status(Mutex<Snapshot>);

impl Status {
    pub fn get(&self) -> Snapshot {
        self.lock().clone()
    }

    pub(crate) fn enter(&self, phase: Phase) {
        self.lock().phase = phase;
    }

    pub(crate) fn update(&self, change: impl FnOnce(&mut Snapshot)) {
        let mut snapshot = self.lock();
        change(&mut snapshot);
        #[allow(clippy::cast_precision_loss)]
        let float = |number: i64| number as f64;
        if let Some(slot) = snapshot.slot {
            gauge!(SLOT).set(float(slot));
            let ahead = snapshot.confirmed_slot.map_or(0, |confirmed| confirmed.cast_signed() - slot);
            gauge!(LAG_SLOTS).set(float(ahead.max(0)));
        }
        if let Some(slot) = snapshot.finalized_slot {
            gauge!(FINALIZED_SLOT).set(float(slot));
        }
        if let Some(lag) = snapshot.lag(Utc::now()) {
            gauge!(LAG_SECONDS).set(lag.as_secs_f64());
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Snapshot> {
        // Whoever panicked had changed it as a whole or not at all.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

const SLOT: &str = "till_indexer_slot";
const FINALIZED_SLOT: &str = "till_indexer_finalized_slot";
const LAG_SLOTS: &str = "till_indexer_lag_slots";
const LAG_SECONDS: &str = "till_indexer_lag_seconds";
const QUEUE: &str = "till_indexer_queue";
const EVENTS: &str = "till_indexer_events_total";
const ROWS: &str = "till_indexer_rows_total";
const COMMIT_SECONDS: &str = "till_indexer_commit_seconds";
const STREAMS: &str = "till_indexer_streams_total";
const GAPS: &str = "till_indexer_gaps_total";
const REORGS: &str = "till_indexer_reorgs_total";

/// Says what the metrics mean, to the recorder that is installed.
pub fn describe() {
    describe_gauge!(SLOT, "The last committed slot.");
    describe_gauge!(FINALIZED_SLOT, "Everything up to this slot is final.");
    describe_gauge!(LAG_SLOTS, "Confirmed slots that are not committed yet.");
    describe_gauge!(LAG_SECONDS, "The wall clock, less the chain's clock in the last committed slot.");
    describe_gauge!(
        QUEUE,
        "What waits, by kind: slots and messages before the gate, events before the commit."
    );
    describe_counter!(EVENTS, "Events committed.");
    describe_counter!(
        ROWS,
        "Rows sent to the database: events, ledger lines, payments, vaults and accounts."
    );
    describe_histogram!(COMMIT_SECONDS, "How long commits took.");
    describe_counter!(STREAMS, "Streams that ended, by why.");
    describe_counter!(GAPS, "Times that missing slots were fetched from elsewhere.");
    describe_counter!(REORGS, "Times that the chain undid committed slots.");
}

pub(crate) fn queue(slots: usize, messages: usize, events: usize) {
    #[allow(clippy::cast_precision_loss)]
    for (kind, depth) in [("slots", slots), ("messages", messages), ("events", events)] {
        gauge!(QUEUE, "kind" => kind).set(depth as f64);
    }
}

pub(crate) fn committed(events: usize, rows: usize, took: Duration) {
    counter!(EVENTS).increment(events as u64);
    counter!(ROWS).increment(rows as u64);
    histogram!(COMMIT_SECONDS).record(took.as_secs_f64());
}

pub(crate) fn stream_ended(why: &'static str) {
    counter!(STREAMS, "end" => why).increment(1);
}

pub(crate) fn filling_a_gap() {
    counter!(GAPS).increment(1);
}

pub(crate) fn reorganised() {
    counter!(REORGS).increment(1);
}
