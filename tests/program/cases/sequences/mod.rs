//! Random sequences of instructions of all capabilities by several people, right ones and wrong ones,
//! with the books checked after each step.
//!
//! `TILL_SEQUENCES` sets how many, `TILL_SEED` plays one; a failure prints its seed. `make sequences`
//! plays as many as one likes. `tests/program/README.md` says how a capability joins.

mod books;
mod burn;
mod capability;
mod consent;
mod donation;
mod fees;
mod gifts;
mod merchant;
mod mint_policy;
mod model;
mod payment;
mod people;
mod play;
mod protocol;
mod snapshot;
mod staking;
mod tally;
mod vault;
mod vesting;
mod wrong;

use play::Play;
use tally::Tally;

/// How many sequences there are unless told otherwise, and how many instructions each has.
const SEQUENCES: u64 = 10_000;
const STEPS: usize = 40;

/// Sequences are dealt out to this many tests, which run at the same time.
const SHARDS: u64 = 8;

fn setting(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} is not a number: {value}")))
}

/// The seeds of one shard; a single seed is the first shard's.
fn shard(shard: u64) {
    if let Some(seed) = setting("TILL_SEED") {
        if shard == 0 {
            println!("{}", run(seed));
        }
        return;
    }
    let sequences = setting("TILL_SEQUENCES").unwrap_or(SEQUENCES);
    let seeds = shard * sequences / SHARDS..(shard + 1) * sequences / SHARDS;
    println!("seeds {seeds:?}, {STEPS} steps each");
    let mut tally = Tally::default();
    seeds.for_each(|seed| tally.add(run(seed)));
    println!("{tally}");
    tally.require_everything_played();
}

fn run(seed: u64) -> Tally {
    let replay = Replay(seed);
    let mut play = Play::new(seed);
    for _ in 0..STEPS {
        play.step();
    }
    let tally = play.end();
    std::mem::forget(replay);
    tally
}

/// Prints the seed when a check panics.
struct Replay(u64);

impl Drop for Replay {
    fn drop(&mut self) {
        eprintln!("replay with TILL_SEED={}", self.0);
    }
}

macro_rules! shards {
    ($($name:ident: $shard:expr,)+) => {
        $(
            #[test]
            fn $name() {
                shard($shard);
            }
        )+
    };
}

shards! {
    the_books_balance_after_every_step_0: 0,
    the_books_balance_after_every_step_1: 1,
    the_books_balance_after_every_step_2: 2,
    the_books_balance_after_every_step_3: 3,
    the_books_balance_after_every_step_4: 4,
    the_books_balance_after_every_step_5: 5,
    the_books_balance_after_every_step_6: 6,
    the_books_balance_after_every_step_7: 7,
}
