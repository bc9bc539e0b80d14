//! Rows against accounts as a node has them.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use solana_pubkey::Pubkey;
use till_store::chain::audit::{Auditor, Snapshot, Table, TableRow};

use super::{
    AuditError, Findings,
    account::{Expected, Fields, Holding, discriminator},
    difference::Difference,
    money,
    verdict::{Look, Row, Verdict},
};
use crate::{
    decode::TillAccount,
    sources::rpc::{AccountState, Client},
};

/// Rows that are read at a time.
const PAGE: usize = 1_000;

/// How often what moves is looked at.
const LOOKS: usize = 20;

/// How long the database may take to come to where the node is.
const PATIENCE: Duration = Duration::from_secs(60);

/// A comparison that is under way.
pub struct Comparison<'a> {
    client: &'a Client,
    auditor: &'a mut Auditor,
    pub findings: Findings,
}

/// Accounts as of a slot, by the keys of their rows.
struct Seen {
    slot: i64,
    accounts: BTreeMap<String, Expected>,
}

/// What is not known yet, with the last look at it.
type Open = BTreeMap<String, Option<Look>>;

impl<'a> Comparison<'a> {
    pub fn new(client: &'a Client, auditor: &'a mut Auditor) -> Self {
        Self { client, auditor, findings: Findings::default() }
    }

    /// Compares all rows of `table` and all accounts that belong there.
    pub async fn whole(&mut self, table: Table) -> Result<(), AuditError> {
        let listed = self.client.program_accounts(discriminator(table)).await?;
        let mut seen = Seen { slot: listed.slot.cast_signed(), accounts: BTreeMap::new() };
        for (address, state) in listed.value {
            seen.add(address, Some(state))?;
        }
        let mut keys: BTreeSet<String> = seen.accounts.keys().cloned().collect();
        keys.extend(self.open_keys(table, seen.slot).await?);
        let keys: Vec<String> = keys.into_iter().collect();
        let mut open = Open::new();
        for page in keys.chunks(PAGE) {
            open.append(
                &mut self.look(table, &seen, page.iter().map(|key| (key.clone(), None)).collect()).await?,
            );
        }
        self.settle(table, open).await?;
        let holders = seen.accounts.into_iter().filter(|(_, expected)| !expected.holdings.is_empty());
        self.money(table, holders.map(|(key, expected)| (key, expected.holdings)).collect()).await
    }

    /// Compares the rows and accounts `keys` of `table`.
    pub async fn some(&mut self, table: Table, keys: Vec<String>) -> Result<(), AuditError> {
        let holders = self.settle(table, keys.into_iter().map(|key| (key, None)).collect()).await?;
        self.money(table, holders).await
    }

    async fn open_keys(&mut self, table: Table, slot: i64) -> Result<Vec<String>, AuditError> {
        let mut snapshot = snapshot_at(self.auditor, slot).await?;
        let (mut keys, mut after) = (Vec::new(), String::new());
        loop {
            let page = snapshot.open_keys(table, &after, PAGE as i64).await?;
            let Some(last) = page.last() else { return Ok(keys) };
            after.clone_from(last);
            keys.extend(page);
        }
    }

    /// Looks at `open` until it is known or [`LOOKS`] were not enough. Returns who holds money, and where.
    async fn settle(
        &mut self,
        table: Table,
        mut open: Open,
    ) -> Result<BTreeMap<String, Vec<Holding>>, AuditError> {
        let mut holders = BTreeMap::new();
        for _ in 0..LOOKS {
            for group in groups(std::mem::take(&mut open)) {
                let addresses: Vec<Pubkey> = group.keys().filter_map(|key| address(table, key)).collect();
                let states = self.client.accounts(&addresses).await?;
                let mut seen = Seen { slot: states.slot.cast_signed(), accounts: BTreeMap::new() };
                for (address, state) in addresses.into_iter().zip(states.value) {
                    seen.add(address, state)?;
                }
                open.append(&mut self.look(table, &seen, group).await?);
                holders.extend(seen.accounts.into_iter().map(|(key, expected)| (key, expected.holdings)));
            }
            if open.is_empty() {
                break;
            }
        }
        self.findings.unsettled.extend(open.into_keys().map(|key| (table, key)));
        holders.retain(|_, holdings| !holdings.is_empty());
        Ok(holders)
    }

    /// Looks at the rows of accounts that were just seen. Returns what is still open.
    async fn look(&mut self, table: Table, seen: &Seen, open: Open) -> Result<Open, AuditError> {
        let mut snapshot = snapshot_at(self.auditor, seen.slot).await?;
        let keys: Vec<String> = open.keys().cloned().collect();
        let rows = snapshot.rows(table, &keys).await?;
        let mut rows: BTreeMap<String, TableRow> =
            rows.into_iter().map(|row| (row.key.clone(), row)).collect();
        let indexed = snapshot.checkpoint.slot;
        let mut still_open = Open::new();
        for (key, before) in open {
            let account = seen.accounts.get(&key).map(|expected| expected.fields.clone());
            let row = rows.remove(&key).and_then(|row| told(row, account.as_ref()));
            let look = Look { slot: seen.slot, account, indexed, row };
            match look.verdict(before.as_ref()) {
                Verdict::Open => {
                    still_open.insert(key, Some(look));
                    continue;
                }
                Verdict::Same => {}
                Verdict::Differs => self.findings.differences.extend(Difference::of(table, &key, &look)),
            }
            self.findings.compared += 1;
        }
        Ok(still_open)
    }

    async fn money(
        &mut self,
        table: Table,
        holders: BTreeMap<String, Vec<Holding>>,
    ) -> Result<(), AuditError> {
        money::compare(self.client, table, holders, &mut self.findings).await
    }
}

impl Seen {
    fn add(&mut self, address: Pubkey, state: Option<AccountState>) -> Result<(), AuditError> {
        // What is not the program's any more is closed, and whoever sends lamports there does not open it.
        let Some(state) = state.filter(|state| state.owner == till::ID) else { return Ok(()) };
        let expected = expected(&address.to_string(), &state.data)?;
        self.accounts.insert(expected.key.clone(), expected);
        Ok(())
    }
}

/// What an account's data asks of its row.
pub fn expected(address: &str, data: &[u8]) -> Result<Expected, AuditError> {
    let account = TillAccount::decode(data)
        .map_err(|error| AuditError::Decode { address: address.to_owned(), error })?;
    Ok(Expected::of(address, &account))
}

/// The account whose row has this key; nothing when it is the key of none.
pub fn address(table: Table, key: &str) -> Option<Pubkey> {
    if table == Table::Protocol { Some(till::pda::protocol().0) } else { key.parse().ok() }
}

/// Of a row what its account tells. A row that says that its account is gone is as good as none, unless
/// the account is there.
pub fn told(row: TableRow, account: Option<&Fields>) -> Option<Row> {
    let TableRow { slot, is_open, mut fields, .. } = row;
    match account {
        Some(account) => fields.retain(|name, _| account.contains_key(name)),
        None if !is_open => return None,
        None => {}
    }
    Some(Row { slot, fields })
}

fn groups(open: Open) -> Vec<Open> {
    let mut groups = Vec::new();
    let mut rest = open.into_iter().peekable();
    while rest.peek().is_some() {
        groups.push(rest.by_ref().take(Client::MAX_ACCOUNTS).collect());
    }
    groups
}

async fn snapshot_at(auditor: &mut Auditor, slot: i64) -> Result<Snapshot<'_>, AuditError> {
    tokio::time::timeout(PATIENCE, auditor.snapshot_at(slot))
        .await
        .map_err(|_| AuditError::Behind { slot: slot.cast_unsigned() })?
        .map_err(AuditError::Database)
}
