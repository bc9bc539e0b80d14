//! The chain on disk: an append-only file of JSON lines, written ahead.
//!
//! A slot is in the file before anyone is told that it closed. So a process that is killed loses only the open
//! slot, whose transactions nobody has seen confirmed: to a client it looks like a fork that died. A slot with
//! content is synced to the device; empty slots are not written one by one but reserved ahead, so that the slot
//! number can never go back, not even after a power cut. A line cut short at the end is a write that did not
//! happen; anything else that cannot be read is an error, never a guess.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::record::{AccountRecord, SlotRecord};

const FILE: &str = "chain.jsonl";

/// Raised when the lines change their meaning.
const FORMAT: u32 = 1;

/// Empty slots reserved at a time: about ten seconds at 400 ms.
const RESERVE: u64 = 25;

/// Slots of which account writes are kept in full, so that they can be replayed to subscribers after a restart.
const KEEP_IN_FULL: u64 = 10_000;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Format(u32),
    Slot(SlotRecord),
    /// Slots up to and including this one may have closed, empty.
    Reserved(u64),
    /// The chain stopped in order; this was the last closed slot.
    Stopped(SlotRecord),
    /// Written by compaction: the account's latest state.
    Account(AccountRecord),
}

/// What a journal holds.
#[derive(Debug, Default)]
pub struct History {
    /// Slots with content in order, and after them the last known closed one, which may be empty.
    pub slots: Vec<SlotRecord>,
    /// Latest state by address; closed accounts are not in it.
    pub accounts: HashMap<String, AccountRecord>,
    /// The last slot that may have closed.
    pub reserved: u64,
}

/// The open file. One process at a time: it is locked.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    reserved: u64,
    /// Open, and so locked, until the journal or the process ends.
    _lock: File,
}

impl Journal {
    /// Opens or creates the journal in `dir` and reads what it holds.
    pub fn open(dir: &Path) -> anyhow::Result<(Self, History)> {
        fs::create_dir_all(dir)
            .with_context(|| format!("cannot create the chain's directory {}", dir.display()))?;
        let path = dir.join(FILE);
        let lock = Self::lock(dir)?;
        let history = if path.exists() {
            read(&path).with_context(|| {
                format!("cannot read the chain's journal {}; --fresh starts a new chain", path.display())
            })?
        } else {
            History::default()
        };
        // Always rewritten: history is dropped here that nobody can ask for any more, and a line cut short too.
        let next = dir.join("chain.jsonl.next");
        write(&next, &history).with_context(|| format!("cannot write {}", next.display()))?;
        fs::rename(&next, &path).with_context(|| format!("cannot replace {}", path.display()))?;
        File::open(dir)?.sync_all()?;
        let file = OpenOptions::new()
            .append(true)
            .open(&path)
            .with_context(|| format!("cannot append to {}", path.display()))?;
        let journal = Self { file, path, reserved: history.reserved, _lock: lock };
        Ok((journal, history))
    }

    /// Removes the journal of `dir`, if there is one.
    pub fn remove(dir: &Path) -> anyhow::Result<()> {
        let path = dir.join(FILE);
        if !path.exists() {
            return Ok(());
        }
        let _lock = Self::lock(dir)?;
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))
    }

    fn lock(dir: &Path) -> anyhow::Result<File> {
        let path = dir.join("chain.lock");
        let lock = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(_) => bail!("another local net is running on {}", dir.display()),
        }
    }

    /// Writes a slot that is about to close.
    pub fn append(&mut self, record: &SlotRecord) -> anyhow::Result<()> {
        if record.slot >= self.reserved {
            self.reserved = record.slot + RESERVE;
            self.write(&[Line::Slot(record.clone()), Line::Reserved(self.reserved)])
        } else if !record.is_empty() {
            self.write(&[Line::Slot(record.clone())])
        } else {
            Ok(())
        }
    }

    /// Writes that nothing follows `last`, so that the next start continues right behind it.
    pub fn stop(&mut self, last: &SlotRecord) -> anyhow::Result<()> {
        let last = SlotRecord::empty(last.slot, last.height, last.time_ms);
        self.write(&[Line::Stopped(last)])
    }

    fn write(&mut self, lines: &[Line]) -> anyhow::Result<()> {
        let mut bytes = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut bytes, line)?;
            bytes.push(b'\n');
        }
        self.file
            .write_all(&bytes)
            .and_then(|()| self.file.sync_data())
            .with_context(|| format!("cannot write to {}", self.path.display()))
    }
}

fn read(path: &Path) -> anyhow::Result<History> {
    let mut history = History::default();
    let mut reader = BufReader::new(File::open(path)?);
    let mut number = 0;
    let mut line = Vec::new();
    loop {
        line.clear();
        number += 1;
        if reader.read_until(b'\n', &mut line)? == 0 || line.last() != Some(&b'\n') {
            // The end, or a line that was being written when the process died.
            return Ok(history);
        }
        let line = serde_json::from_slice(&line).with_context(|| format!("line {number}"))?;
        history.apply(line).with_context(|| format!("line {number}"))?;
    }
}

impl History {
    fn apply(&mut self, line: Line) -> anyhow::Result<()> {
        match line {
            Line::Format(FORMAT) => {}
            Line::Format(other) => bail!("format {other} is not known, only {FORMAT}"),
            Line::Slot(record) => {
                for account in &record.accounts {
                    self.account(account.clone());
                }
                self.reserved = self.reserved.max(record.slot);
                self.push(record);
            }
            Line::Reserved(slot) => self.reserved = self.reserved.max(slot),
            Line::Stopped(record) => {
                self.reserved = record.slot;
                if self.slots.last().is_none_or(|last| last.slot < record.slot) {
                    self.push(record);
                }
            }
            Line::Account(account) => self.account(account),
        }
        Ok(())
    }

    fn push(&mut self, record: SlotRecord) {
        // An empty slot is only remembered while it is the last one known.
        if self.slots.last().is_some_and(SlotRecord::is_empty) {
            self.slots.pop();
        }
        self.slots.push(record);
    }

    fn account(&mut self, account: AccountRecord) {
        if account.lamports == 0 {
            self.accounts.remove(&account.address);
        } else {
            self.accounts.insert(account.address.clone(), account);
        }
    }
}

/// Writes a compacted journal: slots first, then the accounts, so that reading it in order ends in the same state.
fn write(path: &Path, history: &History) -> anyhow::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut line = |line: &Line| -> anyhow::Result<()> {
        serde_json::to_writer(&mut out, line)?;
        out.write_all(b"\n")?;
        Ok(())
    };
    line(&Line::Format(FORMAT))?;
    let full_from = history.reserved.saturating_sub(KEEP_IN_FULL);
    for record in &history.slots {
        let mut record = record.clone();
        if record.slot < full_from {
            record.accounts.clear();
        }
        line(&Line::Slot(record))?;
    }
    for account in history.accounts.values() {
        line(&Line::Account(account.clone()))?;
    }
    line(&Line::Reserved(history.reserved))?;
    out.into_inner()?.sync_all()?;
    Ok(())
}
