//! A chain of one process for tests: the compiled program in LiteSVM, tokens of both programs, a
//! merchant, a payer, and a clock that the test moves.

mod actors;
mod cast;
mod donation;
mod events;
mod fees;
mod governance;
mod program;
mod stage;
mod staking;
mod tokens;
mod vesting;

pub use actors::{AMOUNT, Actors, Invoice, PAYER_FUNDS, plain_terms};
pub use cast::Cast;
pub use donation::{DEADLINE, Donor, GOAL};
pub use events::event;
pub use program::program_elf;
pub use stage::{COINS, Coin, FUNDS, Stage, seeds_give_no_address};
pub use staking::{COOLDOWN, Person, STAKER_FUNDS, Staking, TIERS};
pub use tokens::{DECIMALS, Extension, PYUSD};
pub use vesting::{GRANT, VESTING_SECONDS};

use anchor_lang::prelude::AccountInfo;
use anchor_lang::{AccountDeserialize, Discriminator, ZeroCopy};
use litesvm::LiteSVM;
use litesvm::types::{FailedTransactionMetadata, TransactionMetadata};
use solana_clock::Clock;
use solana_instruction::{Instruction, error::InstructionError};
use solana_keypair::Keypair;
use solana_message::Message;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_transaction::Transaction;
use till::{TillError, pda};

/// Unix seconds at which every test begins.
pub const START: i64 = 1_800_000_000;
/// The protocol's fee in tests, in basis points: 1%.
pub const FEE_BPS: u16 = 100;

pub type Sent = Result<TransactionMetadata, Box<FailedTransactionMetadata>>;

/// The chain, and a fee payer with more lamports than a test can spend.
pub struct World {
    pub svm: LiteSVM,
    pub upgrade_authority: Keypair,
}

impl Clone for World {
    fn clone(&self) -> Self {
        Self { svm: self.svm.clone(), upgrade_authority: self.upgrade_authority.insecure_clone() }
    }
}

impl World {
    /// The program deployed, and nothing initialized. Runs with the features of mainnet, so that
    /// SPL Token is p-token, as it is there.
    pub fn bare() -> Self {
        let mut svm = LiteSVM::new().with_mainnet_features();
        let upgrade_authority = Keypair::new();
        svm.airdrop(&upgrade_authority.pubkey(), 1_000_000_000_000).expect("airdrop");
        program::deploy(&mut svm, &upgrade_authority.pubkey());
        let mut world = Self { svm, upgrade_authority };
        world.set_time(START);
        world
    }

    /// Unix seconds.
    pub fn time(&self) -> i64 {
        self.svm.get_sysvar::<Clock>().unix_timestamp
    }

    pub fn set_time(&mut self, unix_seconds: i64) {
        let mut clock = self.svm.get_sysvar::<Clock>();
        clock.unix_timestamp = unix_seconds;
        self.svm.set_sysvar(&clock);
    }

    pub fn wallet(&mut self) -> Keypair {
        let wallet = Keypair::new();
        self.svm.airdrop(&wallet.pubkey(), 100_000_000_000).expect("airdrop");
        wallet
    }

    /// Sends one transaction, the network's fee paid by a bystander.
    pub fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Sent {
        self.svm.expire_blockhash();
        let payer = self.upgrade_authority.insecure_clone();
        let mut keys = vec![&payer];
        for signer in signers {
            if keys.iter().all(|known| known.pubkey() != signer.pubkey()) {
                keys.push(signer);
            }
        }
        let message = Message::new(instructions, Some(&payer.pubkey()));
        let transaction = Transaction::new(&keys, message, self.svm.latest_blockhash());
        self.svm.send_transaction(transaction).map_err(Box::new)
    }

    /// Sends what must succeed.
    #[track_caller]
    pub fn must(&mut self, instruction: Instruction, signers: &[&Keypair]) -> TransactionMetadata {
        match self.send(&[instruction], signers) {
            Ok(sent) => sent,
            Err(failed) => panic!("{:?}\n{}", failed.err, failed.meta.logs.join("\n")),
        }
    }

    /// Sends what the program must refuse with exactly this error.
    #[track_caller]
    pub fn refused(&mut self, instruction: Instruction, signers: &[&Keypair], error: TillError) {
        self.refused_with(instruction, signers, u32::from(error));
    }

    /// Like [`Self::refused`], for the errors of Anchor and of the token programs.
    #[track_caller]
    pub fn refused_with(&mut self, instruction: Instruction, signers: &[&Keypair], code: impl Into<u32>) {
        let expected = InstructionError::Custom(code.into());
        let found = self.send(&[instruction], signers).map_err(|failed| (instruction_error(&failed), failed));
        match found {
            Ok(_) => panic!("accepted, where {expected:?} was expected"),
            Err((Some(error), _)) if error == expected => {}
            Err((_, failed)) => {
                panic!("expected {expected:?}, got {:?}\n{}", failed.err, failed.meta.logs.join("\n"))
            }
        }
    }

    pub fn account<T: AccountDeserialize>(&self, address: &Pubkey) -> Option<T> {
        let account = self.svm.get_account(address).filter(|account| account.lamports > 0)?;
        T::try_deserialize(&mut account.data.as_slice()).ok()
    }

    /// Writes the state of an account, as no instruction would.
    pub fn write<T: ZeroCopy + Discriminator>(&mut self, address: &Pubkey, state: &T) {
        let mut account = self.svm.get_account(address).expect("an account");
        let (owner, mut lamports) = (account.owner, account.lamports);
        let view = AccountInfo::new(address, false, true, &mut lamports, &mut account.data, &owner, false);
        pda::save(&view, state).expect("the account can be written");
        drop(view);
        self.svm.set_account(*address, account).expect("the account can be set");
    }

    pub fn lamports(&self, address: &Pubkey) -> u64 {
        self.svm.get_balance(address).unwrap_or(0)
    }
}

/// The same instruction with one account in the place of another.
pub fn swap(mut instruction: Instruction, account: &Pubkey, other: &Pubkey) -> Instruction {
    let metas = instruction.accounts.iter_mut().filter(|meta| meta.pubkey == *account);
    metas.for_each(|meta| meta.pubkey = *other);
    instruction
}

/// The same instruction without this account's signature.
pub fn unsigned(mut instruction: Instruction, account: &Pubkey) -> Instruction {
    let metas = instruction.accounts.iter_mut().filter(|meta| meta.pubkey == *account);
    metas.for_each(|meta| meta.is_signer = false);
    instruction
}

fn instruction_error(failed: &FailedTransactionMetadata) -> Option<InstructionError> {
    match &failed.err {
        solana_transaction::TransactionError::InstructionError(_, error) => Some(error.clone()),
        _ => None,
    }
}
