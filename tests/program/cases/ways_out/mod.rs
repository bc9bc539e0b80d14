//! Every way out, with everybody silent who need not be asked. The table is in `docs/PROGRAM.md`; the test of
//! a row begins with the row's number.

mod donation;
mod give_back;
mod merchant;
mod payment;
mod protocol;
mod staking;
mod vesting;

use std::path::Path;

use solana_keypair::Keypair;
use solana_signer::Signer;
use till::client;
use till_tests::{Actors, Staking};

fn everyone() -> [Actors; 2] {
    [Actors::on_spl_token(), Actors::on_token_2022()]
}

fn every_pool() -> [Staking; 2] {
    [Staking::on_spl_token(), Staking::on_token_2022()]
}

/// The guardian pauses the protocol for good: he and the admin lose their keys. The admin's place goes to a
/// wallet of its own before, because its key is that of the bystander who pays the network's fees.
fn pause_for_ever(a: &mut Actors) {
    let (admin, heir) = (a.world.admin(), a.world.wallet());
    a.world.must(client::propose_admin(admin, heir.pubkey()), &[]);
    a.world.must(client::accept_admin(heir.pubkey()), &[&heir]);
    a.pause();
    a.guardian = Keypair::new();
}

/// As [`pause_for_ever`], and operator and payout wallet lose theirs too.
fn only_the_merchants_authority_is_left(a: &mut Actors) {
    pause_for_ever(a);
    (a.operator, a.payout_wallet) = (Keypair::new(), Keypair::new());
}

/// The merchant's authority loses its key too.
fn everybody_falls_silent(a: &mut Actors) {
    only_the_merchants_authority_is_left(a);
    a.authority = Keypair::new();
}

#[test]
fn the_table_has_a_row_for_every_walk_and_a_walk_for_every_row() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manual = std::fs::read_to_string(here.join("../../docs/PROGRAM.md")).unwrap();
    let chapter = manual.split("\n## ").find(|chapter| chapter.starts_with("Ways out\n")).unwrap();
    let mut rows: Vec<String> = chapter.lines().filter_map(number_of_row).collect();

    let folder = std::fs::read_dir(here.join("cases/ways_out")).unwrap();
    let sources = folder.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let mut walks: Vec<String> = sources.flat_map(|source| numbers_of_walks(&source)).collect();

    rows.sort();
    walks.sort();
    assert!(rows.len() > 20);
    assert_eq!(rows, walks);
}

/// `W1` of `| W1 | …`.
fn number_of_row(line: &str) -> Option<String> {
    let (number, _) = line.strip_prefix("| W")?.split_once(" |")?;
    Some(format!("W{number}"))
}

/// `W1` of each test `fn w1_…`.
fn numbers_of_walks(source: &str) -> Vec<String> {
    let number = |test: &str| {
        let (number, _) = test.trim_start().strip_prefix("fn w")?.split_once('_')?;
        number.parse::<u32>().ok().map(|number| format!("W{number}"))
    };
    source.split("#[test]").skip(1).filter_map(number).collect()
}
