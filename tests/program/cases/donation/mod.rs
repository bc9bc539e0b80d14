//! Campaigns, from their creation to the last lamport of their rent.

mod campaign;
mod checkout;
mod clock;
mod close;
mod donate;
mod refund;
mod replay;
mod sequences;
mod withdraw;

use till_tests::{Actors, Extension, World};

/// Everything set up, on a mint with a transfer fee of 1%.
fn on_a_fee_mint() -> Actors {
    let mut world = World::bare();
    let token = world.token_2022(&[Extension::TransferFee(100)]);
    Actors::with(world, token)
}
