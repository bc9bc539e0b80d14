//! What happens on the simulated chain: one merchant, whose payments live random lives.

use std::sync::LazyLock;

use rand::{Rng, rngs::SmallRng};
use till_indexer::core::Update;

use crate::world::{Emitted, Escrow, START, World};

/// Payments that a chain may have. Looking for their salts is slow, and need not be done for each seed.
static ESCROWS: LazyLock<Vec<Escrow>> = LazyLock::new(|| {
    let of = |byte| if byte % 3 == 0 { Escrow::protected(byte, 10_000) } else { Escrow::new(byte, 10_000) };
    (1..=200).map(of).collect()
});

/// A chain's state behind one of its blocks. Its clone lives another life.
#[derive(Clone)]
pub struct Shop {
    pub world: World,
    escrows: Vec<Escrow>,
}

impl Shop {
    pub fn new() -> Self {
        Self { world: World::new(), escrows: Vec::new() }
    }

    /// A block of at most `most` transactions of ours.
    pub fn block(&mut self, most: usize, random: &mut SmallRng) -> Vec<Update> {
        let count = random.gen_range(0..=most);
        let transactions = (0..count).map(|_| self.transaction(random)).collect();
        self.world.block(transactions).0
    }

    /// One to three events; sometimes none, as of a transaction that only names the program.
    fn transaction(&mut self, random: &mut SmallRng) -> Emitted {
        (0..random.gen_range(0..=3)).map(|_| self.event(random)).collect()
    }

    fn event(&mut self, random: &mut SmallRng) -> Vec<u8> {
        let may_begin = self.escrows.len() < ESCROWS.len();
        if self.escrows.is_empty() || may_begin && random.gen_bool(0.3) {
            let mut escrow = ESCROWS[self.escrows.len()].clone();
            let event = self.world.authorize(&mut escrow);
            self.escrows.push(escrow);
            return event;
        }
        let Self { world, escrows } = self;
        let chosen = random.gen_range(0..escrows.len());
        let escrow = &mut escrows[chosen];
        let balances = escrow.balances;
        let refundable = balances.captured - balances.refunded;
        match random.gen_range(0..7) {
            0 | 1 if balances.capturable > 0 => {
                let amount = random.gen_range(1..=balances.capturable);
                world.capture(escrow, amount)
            }
            2 if balances.capturable > 0 => world.void(escrow),
            3 if balances.capturable > 0 && escrow.terms.protection.is_some() => world.release(escrow),
            4 if balances.capturable > 0 && escrow.terms.protection.is_some() => {
                world.dispute(escrow, START + 700)
            }
            5 if balances.capturable > 0 && escrow.terms.protection.is_some() => {
                let amount = random.gen_range(0..=balances.capturable);
                world.resolve(escrow, amount)
            }
            6 if refundable > 0 && world.balance() > 0 => {
                let amount = random.gen_range(1..=refundable.min(world.balance()));
                world.refund(escrow, amount)
            }
            _ => world.set_accepting(random.gen_bool(0.9)),
        }
    }
}
