//! One sequence.

use litesvm::types::TransactionMetadata;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use solana_instruction::error::InstructionError;
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;
use solana_transaction::TransactionError;
use till_tests::{Stage, seeds_give_no_address};

use super::books::{Books, Played};
use super::capability::{self, Turn};
use super::gifts::{gift, given};
use super::model::Model;
use super::people;
use super::tally::Tally;
use super::wrong::make_wrong;

pub struct Play {
    stage: Stage,
    rng: StdRng,
    model: Model,
    books: Books,
    capabilities: Vec<Turn>,
    /// Accounts that instructions have named: what wrong ones are made of.
    seen: Vec<Pubkey>,
    tally: Tally,
}

impl Play {
    pub fn new(seed: u64) -> Self {
        let (mut stage, mut rng) = (people::stage(), StdRng::seed_from_u64(seed));
        let mut capabilities = capability::all(&mut stage, &mut rng);
        let mut model = Model::default();
        hear(&mut stage, &mut model, &mut capabilities);
        let books = Books::open(&stage, &model, &capabilities);
        let (seen, tally) = (Vec::new(), Tally::of_one_sequence());
        Self { stage, rng, model, books, capabilities, seen, tally }
    }

    /// One instruction, which may well be refused.
    pub fn step(&mut self) {
        if self.rng.gen_bool(0.25) {
            self.pass_time();
        }
        let Some(mut instruction) = self.propose() else { return };
        if instruction.program_id == till::ID && self.rng.gen_bool(0.2) {
            make_wrong(&mut instruction, &self.seen, &mut self.rng);
        }
        let signs = |meta: &AccountMeta| meta.is_signer && self.books.is_wallet(&meta.pubkey);
        instruction.accounts.iter_mut().for_each(|meta| meta.is_signer = signs(meta));
        self.remember(&instruction);
        let sent = self.stage.play(instruction.clone());
        if instruction.program_id == till::ID {
            self.tally.count(&instruction.data, sent.is_ok());
        }
        match sent {
            Ok(sent) => {
                let Self { stage, model, capabilities, books, .. } = self;
                books.pay_fee(&stage.bystander(), sent.fee);
                hear(stage, model, capabilities);
                if let Some(gift) = given(&instruction) {
                    books.give(&gift);
                }
                if let Some(gift) = given(&instruction).filter(|gift| gift.lamports == 0) {
                    let before = books.snapshot().held(&gift.to).map_or(0, |held| held.amount);
                    model.give(gift.to, before, stage.world.balance(&gift.to));
                }
                books.check(&Played { stage, model, capabilities, instruction: &instruction });
            }
            // that nothing changes then is for the constraints to compare
            Err(failed) => {
                self.books.pay_fee(&self.stage.bystander(), failed.meta.fee);
                let crash = InstructionError::ProgramFailedToComplete;
                let has_crashed = failed.err == TransactionError::InstructionError(0, crash)
                    && !seeds_give_no_address(&failed)
                    && !has_crashed_elsewhere(&failed.meta);
                assert!(!has_crashed, "the program crashed:\n{}", failed.meta.logs.join("\n"));
            }
        }
    }

    pub fn end(self) -> Tally {
        self.books.close(&self.stage);
        self.tally
    }

    fn propose(&mut self) -> Option<Instruction> {
        let (stage, model, rng) = (&mut self.stage, &mut self.model, &mut self.rng);
        if rng.gen_bool(0.05) {
            return gift(stage, model, self.books.snapshot(), &self.seen, rng);
        }
        let turn = self.capabilities.choose_weighted_mut(rng, |(weight, _)| *weight).expect("capabilities");
        turn.1.propose(stage, model, rng)
    }

    /// To a random time, or to one second before, at, or after something begins or ends.
    fn pass_time(&mut self) {
        let (now, rng) = (self.stage.world.time(), &mut self.rng);
        let moments = self.capabilities.iter().flat_map(|(_, capability)| capability.moments(&self.model));
        let next = moments.map(|moment| moment + rng.gen_range(-1..=1)).filter(|moment| *moment > now).min();
        let later = now + rng.gen_range(1..200);
        self.stage.world.set_time(next.filter(|_| rng.gen_bool(0.4)).unwrap_or(later));
    }

    fn remember(&mut self, instruction: &Instruction) {
        for meta in &instruction.accounts {
            if !self.seen.contains(&meta.pubkey) {
                self.seen.push(meta.pubkey);
            }
        }
    }
}

/// Whether a program that was called has crashed, as Token-2022 does when a mint is to harvest from itself.
fn has_crashed_elsewhere(meta: &TransactionMetadata) -> bool {
    let of_ours = format!("Program {} failed", till::ID);
    let mut logs = meta.logs.iter();
    logs.any(|line| line.contains("SBF program Panicked") && !line.starts_with(&of_ours))
}

/// The events of what went through, each to the capability that knows it.
fn hear(stage: &mut Stage, model: &mut Model, capabilities: &mut [Turn]) {
    model.received.clear();
    model.burned.clear();
    for event in std::mem::take(&mut stage.told) {
        let is_known = capabilities.iter_mut().any(|(_, capability)| capability.hear(&event, model));
        assert!(is_known, "an event that no capability knows: {event:?}");
    }
}
