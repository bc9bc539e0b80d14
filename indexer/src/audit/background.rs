//! The audit that never ends: a few accounts at a time, over a connection of its own.
//!
//! With a node, rows are compared with the chain, and token accounts with what they owe; without one,
//! rows with the accounts as they were streamed. What it finds is logged and counted, and stops nothing: a
//! merchant who waits for a payment is not helped by an indexer that has stopped, and somebody has to look
//! first whether it is the row that is wrong.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroU32,
    time::Duration,
};

use metrics::{counter, describe_counter, describe_gauge, gauge};
use sqlx::postgres::PgConnectOptions;
use till_store::chain::audit::{Auditor, Table};
use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::{AuditError, Comparison, Findings, account::Expected, compare::expected, streamed};
use crate::{retry::Backoff, sources::rpc::Client};

const COMPARED: &str = "till_audit_compared_total";
const DIFFERENCES: &str = "till_audit_differences";

/// The first wait after an error, and the longest.
const RETRY_FIRST: Duration = Duration::from_secs(1);
const RETRY_LONGEST: Duration = Duration::from_secs(60);

/// Between two passes over what may be next to nothing.
const REST: Duration = Duration::from_secs(1);

/// Says what the metrics mean, to the recorder that is installed.
pub fn describe() {
    describe_counter!(COMPARED, "Accounts, rows and token accounts that the background audit compared.");
    describe_gauge!(DIFFERENCES, "Rows that differed from the chain when they were last compared.");
}

/// Audits until `shutdown`.
pub async fn run(
    database: PgConnectOptions,
    client: Option<Client>,
    accounts_per_second: NonZeroU32,
    shutdown: CancellationToken,
) {
    let mut watch = Watch::new(client, accounts_per_second);
    let forever = async {
        let mut backoff = Backoff::new(RETRY_FIRST, RETRY_LONGEST);
        loop {
            let error = match watch.watch(&database, &mut backoff).await {
                Ok(never) => match never {},
                Err(error) => error,
            };
            let wait = backoff.next_wait();
            tracing::warn!(%error, ?wait, "the background audit is held up");
            tokio::time::sleep(wait).await;
        }
    };
    shutdown.run_until_cancelled(forever).await;
}

enum Never {}

struct Watch {
    client: Option<Client>,
    /// Accounts at a time, and when the next ones are due.
    group: usize,
    pace: Interval,
    /// What differed when it was last compared.
    standing: BTreeSet<(Table, String)>,
}

impl Watch {
    fn new(client: Option<Client>, accounts_per_second: NonZeroU32) -> Self {
        let group = accounts_per_second.get().min(Client::MAX_ACCOUNTS as u32);
        let mut pace = tokio::time::interval(Duration::from_secs(1) * group / accounts_per_second.get());
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { client, group: group as usize, pace, standing: BTreeSet::new() }
    }

    async fn watch(
        &mut self,
        database: &PgConnectOptions,
        backoff: &mut Backoff,
    ) -> Result<Never, AuditError> {
        let mut auditor = Auditor::connect(database).await?;
        loop {
            for table in Table::ALL {
                self.rows(&mut auditor, table).await?;
            }
            if self.client.is_some() {
                self.streamed(&mut auditor).await?;
            }
            backoff.reset();
            tokio::time::sleep(REST).await;
        }
    }

    /// All rows of `table` that say that their account is there.
    async fn rows(&mut self, auditor: &mut Auditor, table: Table) -> Result<(), AuditError> {
        let mut after = String::new();
        loop {
            let Some(mut snapshot) = auditor.snapshot().await? else { return Ok(()) };
            let keys = snapshot.open_keys(table, &after, self.group as i64).await?;
            let Some(last) = keys.last() else { return Ok(()) };
            after.clone_from(last);
            drop(snapshot);
            self.pace.tick().await;
            self.compare(auditor, table, keys).await?;
        }
    }

    /// All accounts that were streamed: among them may be some that have no row.
    async fn streamed(&mut self, auditor: &mut Auditor) -> Result<(), AuditError> {
        let mut after = String::new();
        loop {
            let Some(mut snapshot) = auditor.snapshot().await? else { return Ok(()) };
            let streamed = snapshot.streamed(&after, self.group as i64).await?;
            let Some(last) = streamed.last() else { return Ok(()) };
            after.clone_from(&last.address);
            drop(snapshot);
            self.pace.tick().await;
            let mut tables: BTreeMap<Table, Vec<String>> = BTreeMap::new();
            for account in &streamed {
                let Expected { table, key, .. } = expected(&account.address, &account.data)?;
                tables.entry(table).or_default().push(key);
            }
            for (table, keys) in tables {
                self.compare(auditor, table, keys).await?;
            }
        }
    }

    async fn compare(
        &mut self,
        auditor: &mut Auditor,
        table: Table,
        keys: Vec<String>,
    ) -> Result<(), AuditError> {
        let findings = match &self.client {
            Some(client) => {
                let mut comparison = Comparison::new(client, auditor);
                comparison.some(table, keys.clone()).await?;
                comparison.findings
            }
            None => match auditor.snapshot().await? {
                Some(mut snapshot) => streamed::compare(&mut snapshot, table, &keys).await?,
                None => return Ok(()),
            },
        };
        self.note(table, keys, &findings);
        Ok(())
    }

    fn note(&mut self, table: Table, keys: Vec<String>, findings: &Findings) {
        counter!(COMPARED).increment(findings.compared as u64);
        let before: BTreeSet<String> =
            keys.into_iter().filter(|key| self.standing.remove(&(table, key.clone()))).collect();
        for difference in &findings.differences {
            if !before.contains(&difference.key) {
                tracing::error!(%difference, "a row differs from the chain");
            }
            self.standing.insert((table, difference.key.clone()));
        }
        // What moved too fast to be compared stays what it was.
        for (_, key) in findings.unsettled.iter().filter(|(_, key)| before.contains(key)) {
            self.standing.insert((table, key.clone()));
        }
        #[allow(clippy::cast_precision_loss)]
        gauge!(DIFFERENCES).set(self.standing.len() as f64);
    }
}
