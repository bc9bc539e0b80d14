//! Every case of this crate, on this machine and in the chain's virtual machine, with the same seeds. The program is
//! what `tools/build-program sbf-check` built, by whichever toolchain: nothing is built here.
//!
//! SBF_CHECK_SEED repeats a run, SBF_CHECK_RUNS says how many runs of each case there are.

use litesvm::{
    types::{FailedTransactionMetadata, TransactionMetadata},
    LiteSVM,
};
use sbf_check::{answer, CASES, PANICS};
use solana_compute_budget::compute_budget::ComputeBudget;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::Message;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_transaction::Transaction;
use std::{env, path::PathBuf, time};

/// Where `tools/build-program` and `anchor build` leave programs.
fn program_file() -> PathBuf {
    if let Some(file) = env::var_os("SBF_CHECK_PROGRAM_SO") {
        return file.into();
    }
    let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let target = env::var_os("CARGO_TARGET_DIR").map_or(workspace.join("target"), PathBuf::from);
    target.join("deploy/sbf_check.so")
}

struct Chain {
    svm: LiteSVM,
    payer: Keypair,
    program: Pubkey,
}

impl Chain {
    fn new() -> Self {
        let file = program_file();
        assert!(
            file.exists(),
            "there is no {}\nBuild it by `tools/build-program sbf-check`, with the CARGO_TARGET_DIR of this run.",
            file.display()
        );
        // What is compared is results, not their price.
        let mut budget = ComputeBudget::new_with_defaults(false);
        budget.compute_unit_limit = 200_000_000;
        let mut svm = LiteSVM::new().with_mainnet_features().with_compute_budget(budget);
        let payer = Keypair::new();
        svm.airdrop(&payer.pubkey(), 1_000_000_000_000).unwrap();
        let program = Pubkey::new_unique();
        svm.add_program_from_file(program, &file).unwrap();
        Self { svm, payer, program }
    }

    #[allow(clippy::result_large_err)]
    fn send(
        &mut self,
        kind: u8,
        number: usize,
        seed: u64,
    ) -> Result<TransactionMetadata, FailedTransactionMetadata> {
        self.svm.expire_blockhash();
        let mut data = vec![kind, number as u8];
        data.extend(seed.to_le_bytes());
        let instruction = Instruction { program_id: self.program, accounts: vec![], data };
        let message = Message::new(&[instruction], Some(&self.payer.pubkey()));
        self.svm.send_transaction(Transaction::new(&[&self.payer], message, self.svm.latest_blockhash()))
    }
}

fn number_from_environment(name: &str) -> Option<u64> {
    env::var(name)
        .ok()
        .map(|value| value.parse().unwrap_or_else(|_| panic!("{name} is not a number: {value}")))
}

fn seed() -> u64 {
    let clock = || time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64;
    let seed = number_from_environment("SBF_CHECK_SEED").unwrap_or_else(clock);
    println!("SBF_CHECK_SEED={seed} repeats this run");
    seed
}

#[test]
fn every_case_computes_the_same_on_the_chain() {
    let first = seed();
    let runs = number_from_environment("SBF_CHECK_RUNS").unwrap_or(400);
    let mut chain = Chain::new();
    for (number, case) in CASES.iter().enumerate() {
        let mut units = 0;
        let runs = runs.div_ceil(u64::from(case.cost));
        for run in 0..runs {
            let seed = first.wrapping_add(run + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let sent = chain.send(0, number, seed).unwrap_or_else(|failed| {
                panic!("{}, seed {seed:#x}: {:?}\n{}", case.name, failed.err, failed.meta.logs.join("\n"))
            });
            units += sent.compute_units_consumed;
            let there = String::from_utf8(sent.return_data.data).unwrap();
            assert_eq!(answer(number, seed), there, "here and there differ: {}, seed {seed:#x}", case.name);
        }
        println!("{:40} {runs:5} runs, {:9} compute units each", case.name, units / runs);
    }
}

#[test]
fn a_panic_ends_the_transaction_and_says_where() {
    let mut chain = Chain::new();
    for (number, (name, _)) in PANICS.iter().enumerate() {
        let failed = chain.send(1, number, 2).expect_err(name);
        let logs = failed.meta.logs.join("\n");
        assert!(logs.contains("SBF program Panicked in") && logs.contains("src/lib.rs"), "{name}:\n{logs}");
    }
}
