//! Random sequences of what can happen to pools and campaigns, played on the program's own state: after each
//! the rows must be what the accounts are, and after a reversal what they had been.
//!
//! `TILL_SEED` plays one sequence.

mod campaign;
mod pool;

use anchor_lang::Event;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::Value;
use solana_pubkey::Pubkey;

use crate::{
    chain::{Chain, rows},
    payment::require_balanced,
    world::START,
};
use campaign::Campaigns;
use pool::Pools;

const SEQUENCES: u64 = 40;
const STEPS: usize = 80;

/// What events told, and how rows are found.
pub trait Accounts {
    /// Something random happens at `now` (unix seconds), if the program allows it: the event.
    fn play(&mut self, now: i64, rng: &mut StdRng) -> Option<Vec<u8>>;

    /// Every row that there must be, by table: as the accounts say, without the slot.
    fn expected(&self) -> Vec<(&'static str, Vec<Value>)>;
}

/// What a transition that the program allowed emits.
fn told(event: impl Event) -> Option<Vec<u8>> {
    Some(event.data())
}

fn wallet(byte: u8) -> Pubkey {
    Pubkey::new_from_array([byte; 32])
}

/// As the database prints it.
fn at(seconds: i64) -> Option<String> {
    let time = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
    (seconds != 0).then(|| time.format("%Y-%m-%dT%H:%M:%S+00:00").to_string())
}

async fn play(chain: &mut Chain, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    chain.begin_again().await;
    let mut accounts: [Box<dyn Accounts>; 2] = [Box::new(Pools::default()), Box::new(Campaigns::default())];
    let (mut now, mut emitted, mut past) = (START, Vec::new(), None);
    for _ in 0..STEPS {
        now += rng.gen_range(0..40_000);
        let one = rng.gen_range(0..accounts.len());
        emitted.extend(accounts[one].play(now, &mut rng));
        if rng.gen_bool(0.2) {
            let checkpoint = chain.commit(std::mem::take(&mut emitted)).await;
            if past.is_none() && rng.gen_bool(0.2) {
                past = Some((checkpoint, rows(chain.pool()).await));
            }
        }
    }
    chain.commit(emitted).await;
    let found = rows(chain.pool()).await;
    for (table, mut expected) in accounts.iter().flat_map(|one| one.expected()) {
        let (_, found) = found.iter().find(|(name, _)| name == table).expect("a table");
        let mut found: Vec<Value> = found.clone();
        for row in &mut found {
            row.as_object_mut().unwrap().remove("slot");
        }
        let by_text = |row: &Value| row.to_string();
        found.sort_by_key(by_text);
        expected.sort_by_key(by_text);
        assert_eq!(found, expected, "{table}, TILL_SEED={seed}");
    }
    require_balanced(chain.pool()).await;
    if let Some((checkpoint, before)) = past {
        chain.undo_to(&checkpoint).await;
        assert_eq!(rows(chain.pool()).await, before, "after a reversal, TILL_SEED={seed}");
        require_balanced(chain.pool()).await;
    }
}

#[tokio::test]
async fn rows_are_what_the_accounts_are() {
    let mut chain = Chain::begin().await;
    if let Ok(seed) = std::env::var("TILL_SEED") {
        play(&mut chain, seed.parse().expect("TILL_SEED is a number")).await;
        return;
    }
    for seed in 0..SEQUENCES {
        play(&mut chain, seed).await;
    }
}
