//! A random instruction about one of the invoices.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::client::{self, CaptureArgs, Payer, Receivers, RefundSource};
use till::{CaptureMode, Payment};
use till_tests::{Cast, Invoice, Stage};

use super::super::model::Model;
use super::super::people::mostly;
use super::Payments;

/// What can be done with an invoice.
#[derive(Clone, Copy)]
enum Move {
    /// `authorize` or `charge`.
    Enter,
    Capture,
    Release,
    Dispute,
    Resolve,
    Void,
    Reclaim,
    Refund,
    Close,
}

use Move::*;

const MOVES: [Move; 9] = [Enter, Capture, Release, Dispute, Resolve, Void, Reclaim, Refund, Close];

impl Payments {
    pub fn propose_one(&self, stage: &mut Stage, model: &Model, rng: &mut StdRng) -> Instruction {
        let (cast, invoice) = self.invoices.choose(rng).expect("an invoice");
        let cast = Cast { customer: rng.gen_range(0..2), ..*cast };
        let payment = model.find(&invoice.address);
        let moves = if rng.gen_bool(0.8) { likely(payment.as_ref()) } else { &MOVES };
        let chosen = *moves.choose(rng).expect("a move");
        Turn { stage, rng, cast: &cast, invoice, payment }.instruction(chosen)
    }
}

/// What may well succeed.
fn likely(payment: Option<&Payment>) -> &'static [Move] {
    match payment {
        None => &[Enter],
        Some(payment) if payment.dispute_expiry != 0 => &[Resolve, Resolve, Release, Void, Reclaim, Reclaim],
        Some(payment) if payment.captured == 0 => {
            &[Capture, Capture, Capture, Dispute, Dispute, Release, Void, Reclaim]
        }
        Some(payment) if payment.capturable > 0 => {
            &[Capture, Capture, Refund, Dispute, Release, Void, Reclaim]
        }
        Some(_) => &[Refund, Refund, Close],
    }
}

struct Turn<'a> {
    stage: &'a mut Stage,
    rng: &'a mut StdRng,
    cast: &'a Cast,
    invoice: &'a Invoice,
    /// Nothing before it is paid, and after it is closed.
    payment: Option<Payment>,
}

impl Turn<'_> {
    fn instruction(&mut self, chosen: Move) -> Instruction {
        let (vault, address) = (self.stage.vault(self.cast), self.invoice.address);
        let terms = self.invoice.terms.clone();
        match chosen {
            Enter => self.enter(),
            Capture => {
                let (amount, is_final, to) = (self.capturable(), self.rng.gen_bool(0.3), self.receivers());
                let terms = self.rng.gen_bool(0.9).then_some(terms);
                client::capture(self.side(), &vault, address, CaptureArgs { amount, is_final, to, terms })
            }
            Release => client::release(self.payer(), &vault, address, &self.receivers(), Some(terms)),
            Dispute => client::dispute(self.payer(), &vault, address, terms),
            Resolve => {
                let (arbiter, amount) = (self.somebody("arbiter"), self.capturable());
                client::resolve(arbiter, &vault, address, amount, &self.receivers(), terms)
            }
            Void => client::void(self.side(), &vault, address, self.payer_token()),
            Reclaim => client::reclaim(&vault, address, self.payer_token()),
            Refund => {
                let (amount, source) = (self.refundable(), self.source());
                client::refund(self.side(), &vault, address, self.payer_token(), source, amount)
            }
            Close => {
                let somebody = self.somebody("sponsor");
                let rent_payer = self.payment.map_or(somebody, |payment| payment.rent_payer);
                client::close_payment(address, vault.address(), rent_payer)
            }
        }
    }

    fn enter(&mut self) -> Instruction {
        let (vault, address) = (self.stage.vault(self.cast), self.invoice.address);
        let wallet = self.somebody("payer");
        let payer = Payer {
            wallet,
            token_account: self.stage.funded(self.cast.coin, &wallet),
            rent_payer: self.somebody("sponsor"),
            max_sent: if self.rng.gen_bool(0.9) { u64::MAX } else { self.capturable() },
        };
        let terms = self.invoice.terms.clone();
        let is_immediate = terms.capture_mode == CaptureMode::Immediate;
        if is_immediate != self.rng.gen_bool(0.05) {
            return client::charge(&payer, &vault, address, &self.receivers(), terms);
        }
        client::authorize(&payer, &vault, address, terms)
    }

    fn side(&mut self) -> Pubkey {
        let role = *["operator", "authority"].choose(self.rng).expect("a role");
        self.somebody(role)
    }

    fn somebody(&mut self, role: &str) -> Pubkey {
        mostly(self.stage, self.cast, role, self.rng)
    }

    /// Mostly the payer of the payment.
    fn payer(&mut self) -> Pubkey {
        let somebody = self.somebody("payer");
        self.payment.map_or(somebody, |payment| if self.rng.gen_bool(0.9) { payment.payer } else { somebody })
    }

    fn payer_token(&mut self) -> Pubkey {
        let payer = self.payer();
        self.stage.funded(self.cast.coin, &payer)
    }

    fn receivers(&mut self) -> Receivers {
        let payout_wallet = self.somebody("payout wallet");
        let payout_token = self.stage.funded(self.cast.coin, &payout_wallet);
        let payees = self.invoice.terms.splits.iter();
        let mut payees: Vec<_> =
            payees.map(|split| self.stage.funded(self.cast.coin, &split.wallet)).collect();
        if self.rng.gen_bool(0.05) {
            payees.pop();
        }
        Receivers {
            payout_token: self.rng.r#gen::<bool>().then_some(payout_token),
            payer_token: self.rng.gen_bool(0.9).then(|| self.payer_token()),
            payees,
        }
    }

    fn source(&mut self) -> Option<RefundSource> {
        let owner = self.somebody("payout wallet");
        let token_account = self.stage.funded(self.cast.coin, &owner);
        self.rng.gen_bool(0.4).then_some(RefundSource { token_account, owner })
    }

    /// Up to a little more than the limit.
    fn amount(&mut self, limit: u64) -> u64 {
        match self.rng.gen_range(0..4) {
            0 => limit,
            1 => limit.div_ceil(2),
            _ => self.rng.gen_range(0..=limit + 1),
        }
    }

    fn capturable(&mut self) -> u64 {
        let limit = self.payment.map_or(self.invoice.terms.amount, |payment| payment.capturable);
        self.amount(limit)
    }

    fn refundable(&mut self) -> u64 {
        let limit = self.payment.map_or(self.invoice.terms.amount, |payment| payment.refundable());
        self.amount(limit)
    }
}
