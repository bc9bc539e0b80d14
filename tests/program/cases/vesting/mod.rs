//! Vestings, from their creation to the last lamport of their rent.

mod claim;
mod close;
mod create;
mod events;
mod revoke;
mod schedule;

use till_tests::{Actors, Extension, START, VESTING_SECONDS, World};

/// The time at which this many thousandths of the schedule have passed.
fn after(thousandths: i64) -> i64 {
    START + VESTING_SECONDS * thousandths / 1_000
}

/// Everything set up, on a mint with a transfer fee of 1%.
fn on_a_fee_mint() -> Actors {
    let mut world = World::bare();
    let token = world.token_2022(&[Extension::TransferFee(100)]);
    Actors::with(world, token)
}
