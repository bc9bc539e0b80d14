//! Compute units of every instruction that wallets and merchants send, on both token programs, over many
//! sets of keys and salts. Prints a table and writes `docs/COMPUTE_UNITS.md`; `--check` fails when one has
//! grown by more than 2% over the committed table.

mod measure;
mod report;
mod sizes;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/COMPUTE_UNITS.md");
    let measured = measure::all();
    if std::env::args().any(|argument| argument == "--check") {
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        let grown = report::grown(&report::bests(&committed), &measured);
        grown.iter().for_each(|line| eprintln!("{line}"));
        println!("{} instructions measured, {} have grown by more than 2%", measured.len(), grown.len());
        return if grown.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let table = report::markdown(&measured, &sizes::accounts(), sizes::program());
    std::fs::write(&path, &table).expect("the table can be written");
    println!("{table}");
    ExitCode::SUCCESS
}
