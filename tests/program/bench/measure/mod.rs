//! Runs every instruction, as the only one of its transaction, and notes what it takes.

mod burn;
mod donation;
mod fees;
mod merchant;
mod payment;
mod staking;
mod vesting;

use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::{VersionedMessage, v0};
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till_tests::Staking;

/// Sets of keys, and salts under each.
const WORLDS: usize = 16;
const SALTS: u8 = 16;

/// One instruction under one token program.
pub struct Measured {
    pub name: &'static str,
    pub token_program: &'static str,
    /// Compute units of each run.
    pub units: Vec<u64>,
    /// Bytes of the transaction: the instruction, with a limit and a price of compute units before it.
    pub bytes: usize,
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
        let stage = if token_program == "SPL Token" { Staking::on_spl_token } else { Staking::on_token_2022 };
        for _ in 0..WORLDS {
            let mut bench = Bench { stage: stage(), token_program, table: &mut table };
            bench.payments();
            bench.stakes();
            bench.burns();
            bench.sweeps();
            bench.merchants();
            bench.pools();
            bench.donations();
            bench.vestings();
        }
    }
    table.0
}

#[derive(Default)]
struct Table(Vec<Measured>);

impl Table {
    fn row(&mut self, name: &'static str, token_program: &'static str) -> &mut Measured {
        let found = self.0.iter().position(|row| (row.name, row.token_program) == (name, token_program));
        let index = found.unwrap_or_else(|| {
            self.0.push(Measured { name, token_program, units: Vec::new(), bytes: 0 });
            self.0.len() - 1
        });
        &mut self.0[index]
    }
}

struct Bench<'a> {
    /// Everybody: those of a payment, and a pool.
    stage: Staking,
    token_program: &'static str,
    table: &'a mut Table,
}

impl Bench<'_> {
    fn run(&mut self, name: &'static str, instruction: Instruction, signers: &[&Keypair]) {
        let fee_payer = signers.first().map_or(self.stage.actors.payout_wallet.pubkey(), |key| key.pubkey());
        let bytes = transaction_bytes(&instruction, &fee_payer);
        let sent = self.stage.actors.world.must(instruction, signers);
        let row = self.table.row(name, self.token_program);
        row.units.push(sent.compute_units_consumed);
        row.bytes = row.bytes.max(bytes);
    }
}

/// As a wallet would send it.
fn transaction_bytes(instruction: &Instruction, fee_payer: &Pubkey) -> usize {
    let instructions = [
        ComputeBudgetInstruction::set_compute_unit_limit(200_000),
        ComputeBudgetInstruction::set_compute_unit_price(1),
        instruction.clone(),
    ];
    let message = v0::Message::try_compile(fee_payer, &instructions, &[], Default::default())
        .expect("the instructions make a message");
    let signatures = usize::from(message.header.num_required_signatures);
    1 + 64 * signatures + VersionedMessage::V0(message).serialize().len()
}
