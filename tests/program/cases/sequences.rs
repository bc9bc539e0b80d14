//! Random sequences of all payment instructions by several people, right ones and wrong ones, with
//! the books checked after each step.
//!
//! `TILL_SEQUENCES` sets how many, `TILL_SEED` replays one; a failure prints its seed.

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, CaptureArgs, Receivers};
use till::{CaptureMode, Payment, Terms};
use till_tests::{Actors, Invoice, PAYER_FUNDS, START};

const STEPS: usize = 40;
const INVOICES: u8 = 4;

fn setting<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().and_then(|value| value.parse().ok())
}

#[test]
fn the_books_balance_after_every_step() {
    if let Some(seed) = setting("TILL_SEED") {
        return run(seed);
    }
    for seed in 0..setting("TILL_SEQUENCES").unwrap_or(60) {
        run(seed);
    }
}

fn run(seed: u64) {
    let replay = Replay(seed);
    let mut rng = StdRng::seed_from_u64(seed);
    let actors = if rng.r#gen() { Actors::on_spl_token() } else { Actors::on_token_2022() };
    let mut run = Run { invoices: invoices(&actors, &mut rng), actors, rng, now: START };
    for _ in 0..STEPS {
        run.step();
        run.check();
    }
    std::mem::forget(replay);
}

/// Prints the seed when a check panics.
struct Replay(u64);

impl Drop for Replay {
    fn drop(&mut self) {
        eprintln!("replay with TILL_SEED={}", self.0);
    }
}

struct Run {
    actors: Actors,
    rng: StdRng,
    invoices: Vec<Invoice>,
    now: i64,
}

fn invoices(actors: &Actors, rng: &mut StdRng) -> Vec<Invoice> {
    let mut invoice = |id| {
        let authorization_expiry = START + rng.gen_range(1..2_000);
        let immediate = rng.gen_bool(0.3);
        actors.invoice(Terms {
            amount: rng.gen_range(1..1_000_000),
            authorization_expiry,
            refund_expiry: authorization_expiry + rng.gen_range(0..2_000),
            capture_mode: if immediate { CaptureMode::Immediate } else { CaptureMode::Manual },
            ..actors.terms(id)
        })
    };
    (0..INVOICES).map(&mut invoice).collect()
}

impl Run {
    /// One instruction, which may well be refused.
    fn step(&mut self) {
        if self.rng.gen_bool(0.2) {
            self.now += self.rng.gen_range(1..400);
            self.actors.world.set_time(self.now);
        }
        let invoice = self.invoices.choose(&mut self.rng).expect("an invoice").clone();
        let instruction = self.instruction(&invoice);
        let a = &mut self.actors;
        let people = [&a.operator, &a.authority, &a.payer, &a.payout_wallet].map(|key| key.insecure_clone());
        let signers: Vec<_> = people.iter().filter(|key| signs(&instruction, &key.pubkey())).collect();
        let _refused_or_not = a.world.send(&[instruction], &signers);
    }

    fn instruction(&mut self, invoice: &Invoice) -> Instruction {
        let (a, rng) = (&self.actors, &mut self.rng);
        let (vault, address, terms) = (&a.vault, invoice.address, &invoice.terms);
        let amount = match rng.gen_range(0..4) {
            0 => terms.amount,
            1 => terms.amount / 2,
            _ => rng.gen_range(0..=terms.amount + 1),
        };
        let side =
            *[a.operator.pubkey(), a.authority.pubkey(), a.payer.pubkey()].choose(rng).expect("somebody");
        let payer_token = *[a.payer_token, a.payer_token, a.payout_token].choose(rng).expect("an account");
        let payout_token = rng.gen_bool(0.5).then_some(a.payout_token);
        let is_final = rng.r#gen();
        match rng.gen_range(0..9) {
            0 => client::authorize(&a.payer(), vault, address, terms.clone()),
            1 => {
                let to = Receivers { payout_token, ..Default::default() };
                client::charge(&a.payer(), vault, address, &to, terms.clone())
            }
            2 | 3 => {
                let to = Receivers { payout_token, payer_token: Some(payer_token), ..Default::default() };
                let args = CaptureArgs { amount, is_final, to, terms: None };
                client::capture(side, vault, address, args)
            }
            4 => client::void(side, vault, address, payer_token),
            5 => client::reclaim(vault, address, payer_token),
            6 => client::refund(side, vault, address, payer_token, None, amount),
            7 => client::payout(vault, a.payout_token),
            _ => client::close_payment(address, vault.address(), a.payer.pubkey()),
        }
    }

    fn check(&self) {
        let a = &self.actors;
        let vault = a.vault();
        assert_eq!(a.vault_tokens(), vault.owed().unwrap(), "the vault holds exactly what it owes");

        let payments: Vec<Payment> =
            self.invoices.iter().filter_map(|i| a.world.account(&i.address)).collect();
        payments.iter().for_each(|payment| payment.invariant().expect("consistent"));
        let escrowed: u64 = payments.iter().map(|payment| payment.capturable).sum();
        assert_eq!(vault.escrowed, escrowed, "the escrow is the sum of what can be captured");

        let paid = a.world.balance(&a.payout_token);
        let left = a.world.balance(&a.payer_token);
        assert_eq!(left + paid + a.vault_tokens(), PAYER_FUNDS, "no token is made or lost");
    }
}

fn signs(instruction: &Instruction, key: &Pubkey) -> bool {
    instruction.accounts.iter().any(|meta| meta.is_signer && meta.pubkey == *key)
}
