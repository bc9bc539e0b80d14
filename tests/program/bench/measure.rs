//! Runs every instruction, as the only one of its transaction, and notes its compute units.

use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;
use till::client::{self, CaptureArgs, Receivers};
use till::{CaptureMode, Terms};
use till_tests::{Actors, Invoice};

/// Sets of keys, and invoices with salts of their own under each.
const WORLDS: usize = 16;
const INVOICES: u8 = 16;

pub struct Measured {
    pub name: &'static str,
    pub token_program: &'static str,
    pub units: Vec<u64>,
}

impl Measured {
    pub fn best(&self) -> u64 {
        self.units.iter().copied().min().unwrap_or(0)
    }

    pub fn worst(&self) -> u64 {
        self.units.iter().copied().max().unwrap_or(0)
    }

    pub fn average(&self) -> u64 {
        self.units.iter().sum::<u64>() / self.units.len().max(1) as u64
    }
}

pub fn all() -> Vec<Measured> {
    let mut table = Table::default();
    for token_program in ["SPL Token", "Token-2022"] {
        let actors = if token_program == "SPL Token" { Actors::on_spl_token } else { Actors::on_token_2022 };
        for _ in 0..WORLDS {
            let mut world = Bench { actors: actors(), token_program, table: &mut table };
            for id in 0..INVOICES {
                world.life(id);
            }
            world.endings();
        }
    }
    table.0
}

#[derive(Default)]
struct Table(Vec<Measured>);

impl Table {
    fn add(&mut self, name: &'static str, token_program: &'static str, units: u64) {
        let row = self.0.iter_mut().find(|row| (row.name, row.token_program) == (name, token_program));
        match row {
            Some(row) => row.units.push(units),
            None => self.0.push(Measured { name, token_program, units: vec![units] }),
        }
    }
}

struct Bench<'a> {
    actors: Actors,
    token_program: &'static str,
    table: &'a mut Table,
}

impl Bench<'_> {
    fn run(&mut self, name: &'static str, instruction: Instruction, signers: &[&Keypair]) {
        let sent = self.actors.world.must(instruction, signers);
        self.table.add(name, self.token_program, sent.compute_units_consumed);
    }

    /// Everything that can happen to payments, but for what needs them to expire.
    fn life(&mut self, id: u8) {
        let [payer, operator] = [&self.actors.payer, &self.actors.operator].map(|key| key.insecure_clone());
        let (by, vault) = (self.actors.payer(), self.actors.vault);
        let (payer_token, payout_token) = (self.actors.payer_token, self.actors.payout_token);

        let invoice = self.invoice([id, 1], CaptureMode::Manual);
        self.run("authorize", client::authorize(&by, &vault, invoice.address, invoice.terms), &[&payer]);
        let side = operator.pubkey();
        let capture = |amount, is_final, payout_token| {
            let to = Receivers { payout_token, payer_token: Some(payer_token), ..Default::default() };
            let args = CaptureArgs { amount, is_final, to, terms: None };
            client::capture(side, &vault, invoice.address, args)
        };
        self.run("capture into the balance", capture(10_000_000, false, None), &[&operator]);
        self.run("capture with payout", capture(5_000_000, false, Some(payout_token)), &[&operator]);
        self.run("capture, final, rest to the payer", capture(5_000_000, true, None), &[&operator]);
        let refund = client::refund(side, &vault, invoice.address, payer_token, None, 1_000_000);
        self.run("refund from the balance", refund, &[&operator]);
        self.run("payout", client::payout(&vault, payout_token), &[]);

        let invoice = self.invoice([id, 2], CaptureMode::Manual);
        let authorize = client::authorize(&by, &vault, invoice.address, invoice.terms);
        self.actors.world.must(authorize, &[&payer]);
        self.run("void", client::void(side, &vault, invoice.address, payer_token), &[&operator]);

        let invoice = self.invoice([id, 3], CaptureMode::Immediate);
        let charge = client::charge(&by, &vault, invoice.address, &Receivers::default(), invoice.terms);
        self.run("charge into the balance", charge, &[&payer]);
        let to = Receivers { payout_token: Some(payout_token), ..Default::default() };
        let invoice = self.invoice([id, 4], CaptureMode::Immediate);
        let charge = client::charge(&by, &vault, invoice.address, &to, invoice.terms);
        self.run("charge with payout", charge, &[&payer]);
    }

    /// What comes after the expiry.
    fn endings(&mut self) {
        let payer = self.actors.payer.insecure_clone();
        let (by, vault, payer_token) = (self.actors.payer(), self.actors.vault, self.actors.payer_token);
        let invoices: Vec<_> = (0..INVOICES).map(|id| self.invoice([id, 5], CaptureMode::Manual)).collect();
        for invoice in &invoices {
            let authorize = client::authorize(&by, &vault, invoice.address, invoice.terms.clone());
            self.actors.world.must(authorize, &[&payer]);
        }
        self.actors.world.set_time(invoices[0].terms.authorization_expiry);
        for invoice in &invoices {
            self.run("reclaim", client::reclaim(&vault, invoice.address, payer_token), &[]);
            let close = client::close_payment(invoice.address, vault.address(), payer.pubkey());
            self.run("close", close, &[]);
        }
    }

    fn invoice(&self, id: [u8; 2], capture_mode: CaptureMode) -> Invoice {
        let mut terms = Terms { capture_mode, ..self.actors.terms(0) };
        terms.id[..2].copy_from_slice(&id);
        self.actors.invoice(terms)
    }
}
