//! A random instruction about one of the invoices.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::client::{self, CaptureArgs, Payer, Receivers, RefundSource};
use till::{CaptureMode, Merchant, Payment};
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
        let merchant = model.get(&stage.vault(&cast).merchant);
        Turn { stage, rng, cast: &cast, merchant, invoice, payment }.instruction(chosen)
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
    merchant: Merchant,
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
                let sponsor = self.customer("sponsor");
                let rent_payer = self.payment.map_or(sponsor, |payment| payment.rent_payer);
                client::close_payment(address, vault.address(), mostly(self.stage, rent_payer, self.rng))
            }
        }
    }

    fn enter(&mut self) -> Instruction {
        let (vault, address) = (self.stage.vault(self.cast), self.invoice.address);
        let wallet = self.customer("payer");
        let payer = Payer {
            wallet,
            token_account: self.stage.token_account(self.cast.coin, &wallet),
            rent_payer: self.customer("sponsor"),
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
        let side = *[self.merchant.operator, self.merchant.authority].choose(self.rng).expect("somebody");
        mostly(self.stage, side, self.rng)
    }

    fn somebody(&mut self, role: &str) -> Pubkey {
        let wallet = self.stage.side(self.cast, role);
        mostly(self.stage, wallet, self.rng)
    }

    fn customer(&mut self, role: &str) -> Pubkey {
        let wallet = self.stage.customer(self.cast, role);
        mostly(self.stage, wallet, self.rng)
    }

    fn payout_wallet(&mut self) -> Pubkey {
        mostly(self.stage, self.merchant.payout_wallet, self.rng)
    }

    /// Mostly the payer of the payment.
    fn payer(&mut self) -> Pubkey {
        let somebody = self.customer("payer");
        let payer = self.payment.map_or(somebody, |payment| payment.payer);
        mostly(self.stage, payer, self.rng)
    }

    fn payer_token(&mut self) -> Pubkey {
        let payer = self.payer();
        self.stage.token_account(self.cast.coin, &payer)
    }

    fn receivers(&mut self) -> Receivers {
        let payout_wallet = self.payout_wallet();
        let payout_token = self.stage.token_account(self.cast.coin, &payout_wallet);
        let payees = self.invoice.terms.splits.iter();
        let mut payees: Vec<_> =
            payees.map(|split| self.stage.token_account(self.cast.coin, &split.wallet)).collect();
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
        let owner = self.payout_wallet();
        let token_account = self.stage.token_account(self.cast.coin, &owner);
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
