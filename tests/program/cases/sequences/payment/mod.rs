//! Payments: whatever can happen to a few invoices, by their people and by others.

mod propose;
mod told;

use std::collections::BTreeMap;

use rand::Rng;
use rand::rngs::StdRng;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::{CaptureMode, Payment, Protection, Split, Terms};
use till_tests::{Cast, Invoice, Stage};

use super::capability::Capability;
use super::model::Model;
use super::people::random_cast;

/// How many invoices a sequence has.
const INVOICES: u8 = 4;

pub struct Payments {
    invoices: Vec<(Cast, Invoice)>,
    /// The terms of payments, as their first events tell them.
    terms: BTreeMap<Pubkey, Terms>,
}

impl Payments {
    pub fn invite(stage: &mut Stage, rng: &mut StdRng) -> Self {
        let mut invoice = |id| {
            let cast = random_cast(rng);
            let terms = random_terms(stage, &cast, id, rng);
            (cast, stage.invoice(&cast, terms))
        };
        Self { invoices: (0..INVOICES).map(&mut invoice).collect(), terms: BTreeMap::new() }
    }
}

fn random_terms(stage: &mut Stage, cast: &Cast, id: u8, rng: &mut StdRng) -> Terms {
    let now = stage.world.time();
    let authorization_expiry = now + rng.gen_range(100..3_000);
    let capture_mode = if rng.gen_bool(0.3) { CaptureMode::Immediate } else { CaptureMode::Manual };
    let is_protected = capture_mode == CaptureMode::Manual && rng.gen_bool(0.6);
    let protection = is_protected.then(|| Protection {
        capture_from: now + rng.gen_range(0..100),
        arbiter: stage.side(cast, "arbiter"),
        dispute_seconds: 3_600,
    });
    let mut splits = Vec::new();
    for role in ["payee", "founder"] {
        if rng.gen_bool(0.3) {
            splits.push(Split { wallet: stage.side(cast, role), bps: rng.gen_range(1..=5_000) });
        }
    }
    Terms {
        id: [id; 16],
        amount: *[1, 99, rng.gen_range(1..1_000_000)].get(rng.gen_range(0..3)).expect("one of three"),
        authorization_expiry,
        refund_expiry: authorization_expiry + rng.gen_range(0..3_000),
        protection,
        splits,
        ..stage.terms(cast, capture_mode)
    }
}

impl Capability for Payments {
    fn propose(&mut self, stage: &mut Stage, model: &mut Model, rng: &mut StdRng) -> Option<Instruction> {
        Some(self.propose_one(stage, model, rng))
    }

    fn hear(&mut self, event: &[u8], model: &mut Model) -> bool {
        self.take_in(event, model)
    }

    fn rents(&self, model: &Model) -> Vec<(Pubkey, Pubkey)> {
        model.all::<Payment>().map(|(address, payment)| (address, payment.rent_payer)).collect()
    }

    fn moments(&self, model: &Model) -> Vec<i64> {
        let of_terms = |terms: &Terms| {
            let capture_from = terms.protection.map(|protection| protection.capture_from);
            [Some(terms.authorization_expiry), Some(terms.refund_expiry), capture_from]
        };
        let moments = self.invoices.iter().flat_map(|(_, invoice)| of_terms(&invoice.terms)).flatten();
        let disputes = model.all::<Payment>().map(|(_, payment)| payment.dispute_expiry);
        moments.chain(disputes).collect()
    }
}
