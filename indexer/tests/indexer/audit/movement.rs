//! While the chain goes on, and the database comes after it.

use std::time::Duration;

use rand::{Rng, SeedableRng, rngs::SmallRng};
use till_indexer::audit::Findings;
use tokio_util::sync::CancellationToken;

use super::{
    accounts,
    program::{Program, audit, places},
};
use crate::world::{Escrow, VAULT};

/// Audits so many times while the vault is in every block.
async fn audits(program: &mut Program, count: usize) -> Vec<Findings> {
    let (node, url) = (program.node.clone(), program.database.url.clone());
    let done = CancellationToken::new();
    let audited = async {
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(audit(&node, &url).await);
        }
        done.cancel();
        all
    };
    let moved = async {
        let mut random = SmallRng::seed_from_u64(7);
        for byte in 1..=u8::MAX {
            let mut escrow = Escrow::new(byte, 1_000);
            let world = &mut program.world;
            let mut emitted = vec![world.authorize(&mut escrow)];
            for _ in 0..3 {
                let mut accounts = vec![(escrow.address, accounts::of(&accounts::payment(&escrow)))];
                accounts.extend(program.vault());
                program.happen(emitted, accounts, Duration::from_millis(random.gen_range(0..30))).await;
                emitted = vec![program.world.capture(&mut escrow, 100)];
            }
            if done.is_cancelled() {
                return;
            }
            // What was captured last is told with the next block.
            let mut accounts = vec![(escrow.address, accounts::of(&accounts::payment(&escrow)))];
            accounts.extend(program.vault());
            program.happen(emitted, accounts, Duration::ZERO).await;
        }
    };
    tokio::join!(audited, moved).0
}

#[tokio::test]
async fn what_moves_is_no_difference() {
    let mut program = Program::begin().await;
    for findings in audits(&mut program, 8).await {
        assert_eq!(places(&findings.differences), []);
        assert_eq!(findings.unsettled, []);
    }
}

#[tokio::test]
async fn a_difference_is_found_in_what_moves() {
    let mut program = Program::begin().await;
    program.execute("UPDATE chain.vaults SET accepting = false").await;
    for findings in audits(&mut program, 3).await {
        assert_eq!(places(&findings.differences), [("vaults", &*VAULT.to_string(), "accepting")]);
    }
}
