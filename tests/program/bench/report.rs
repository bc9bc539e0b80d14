//! The table, and its comparison with the committed one.

use std::collections::HashMap;
use std::fmt::Write;

use crate::measure::Measured;
use crate::sizes::Size;

/// The same operation of other programs, compiled and measured in the same way (SPL Token as
/// p-token): best / average / worst.
const PEERS: [(&str, &str, &str); 6] = [
    ("authorize", "Commerce Program, make payment", "15,846 / 23,405 / 51,846"),
    ("authorize", "escrow, deposit with receipt", "12,391 / 18,124 / 34,891"),
    ("authorize", "private-channels escrow, deposit without receipt", "9,647 / 15,648 / 33,647"),
    ("capture with payout", "Commerce Program, clear without fee", "12,911 / 20,606 / 50,411"),
    ("refund from the balance", "Commerce Program, refund", "12,945 / 20,364 / 41,445"),
    ("close", "Commerce Program, close", "7,505 / 13,553 / 39,006"),
];

/// The most bytes that a transaction may have.
const TRANSACTION_LIMIT: usize = 1_232;

/// A row of the table is `| name | token program | best | average | worst | bytes |`.
pub fn markdown(measured: &[Measured], accounts: &[Size], program: usize) -> String {
    let mut text = String::from(
        "# Compute units\n\nPrinted and written by `make bench-cu`: each instruction alone in its transaction, in \
         LiteSVM with the\nfeatures of mainnet (SPL Token is p-token), over 256 sets of keys and salts. Bytes are those \
         of the whole\ntransaction, with a limit and a price of compute units. What is sent once, to set something \
         up, searches for\nbumps: its best and its worst differ by luck.\n\n\
         | instruction | token program | best | average | worst | bytes |\n|---|---|---:|---:|---:|---:|\n",
    );
    for row in measured {
        let (best, average, worst) = (row.best(), row.average(), row.worst());
        let (name, token_program, bytes) = (row.name, row.token_program, row.bytes);
        writeln!(text, "| {name} | {token_program} | {best} | {average} | {worst} | {bytes} |")
            .expect("text grows");
    }
    text.push_str("\n## Peers\n\n| like | program | best / average / worst |\n|---|---|---:|\n");
    for (like, program, units) in PEERS {
        writeln!(text, "| {like} | {program} | {units} |").expect("text grows");
    }
    let largest = measured.iter().max_by_key(|row| row.bytes).expect("something is measured");
    write!(
        text,
        "\n## Sizes\n\nThe program has {program} bytes. The largest transaction, {}, has {} bytes of \
         {TRANSACTION_LIMIT}.\n\n| account | bytes | rent, lamports |\n|---|---:|---:|\n",
        largest.name, largest.bytes
    )
    .expect("text grows");
    for Size { name, bytes, rent } in accounts {
        writeln!(text, "| {name} | {bytes} | {rent} |").expect("text grows");
    }
    text
}

/// The best of each row of a table that `markdown` made.
pub fn bests(table: &str) -> HashMap<(String, String), u64> {
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, token_program, best, _average, _worst, _bytes] = cells[..] else { return None };
        Some(((name.to_string(), token_program.to_string()), best.parse().ok()?))
    };
    table.lines().filter_map(row).collect()
}

/// A line for each best that has grown by more than 2%, or that the table does not have. An average would
/// grow by bad luck with bumps.
pub fn grown(committed: &HashMap<(String, String), u64>, measured: &[Measured]) -> Vec<String> {
    let mut lines = Vec::new();
    for row in measured {
        if row.bytes > TRANSACTION_LIMIT {
            lines.push(format!("{} has {} bytes and fits no transaction", row.name, row.bytes));
        }
        let (name, best) = ((row.name.to_string(), row.token_program.to_string()), row.best());
        match committed.get(&name) {
            Some(before) if best * 100 <= before * 102 => {}
            Some(before) => lines.push(format!("{name:?} grew from {before} to {best}")),
            None => lines.push(format!("{name:?} is not in the table: run `make bench-cu`")),
        }
    }
    lines
}
