//! Mints, wallets, and accounts of the program, as the test's node tells them.

use anchor_lang::ZeroCopy;
use reqwest::Response;
use serde_json::Value;
use solana_instruction::Instruction;
use solana_message::VersionedMessage;
use solana_pubkey::Pubkey;

use super::rpc::token_account;
use super::{Api, SPL_TOKEN};

/// The data of an SPL mint.
pub fn mint(decimals: u8, supply: u64) -> Vec<u8> {
    let mut data = vec![0; 82];
    data[36..44].copy_from_slice(&supply.to_le_bytes());
    (data[44], data[45]) = (decimals, 1);
    data
}

impl Api {
    /// A wallet with SOL for the network, and so much of the merchant's token; nothing where it has no account.
    pub fn wallet(&self, tokens: Option<u64>) -> Pubkey {
        let wallet = Pubkey::new_unique();
        let mut node = self.rpc.node();
        node.accounts.insert(wallet.to_string(), (Pubkey::default(), 1_000_000_000, vec![]));
        node.accounts.insert(self.mint.to_string(), (SPL_TOKEN, 1_461_600, mint(6, 1_000_000_000_000)));
        if let Some(amount) = tokens {
            let token = till::client::Token { mint: self.mint, program: SPL_TOKEN };
            let data = token_account(&self.mint, &wallet, amount);
            node.accounts.insert(token.account_of(&wallet).to_string(), (SPL_TOKEN, 2_039_280, data));
        }
        wallet
    }

    /// Puts an account of the program where the node tells it.
    pub fn place<T: ZeroCopy>(&self, address: &Pubkey, account: &T) {
        let data = [T::DISCRIMINATOR, bytemuck::bytes_of(account)].concat();
        self.rpc.node().accounts.insert(address.to_string(), (till::ID, 2_000_000, data));
    }
}

/// The instructions for the program of the transaction that an answer holds, and what it says that they do.
pub async fn handed_out(response: Response) -> (Vec<Instruction>, String) {
    let status = response.status();
    let answer: Value = response.json().await.unwrap();
    assert!(status.is_success(), "{answer:#}");
    let message = crate::asking::handed_out(&answer).message;
    let instructions = instructions(&message).into_iter().filter(|known| known.program_id == till::ID);
    (instructions.collect(), answer["message"].as_str().unwrap().to_owned())
}

/// The instructions of a message. Who signs and what is written does not matter here.
fn instructions(message: &VersionedMessage) -> Vec<Instruction> {
    let keys = message.static_account_keys();
    let of = |index: u8| keys[usize::from(index)];
    let whole = |compiled: &solana_message::compiled_instruction::CompiledInstruction| Instruction {
        program_id: of(compiled.program_id_index),
        accounts: compiled
            .accounts
            .iter()
            .map(|index| solana_instruction::AccountMeta::new_readonly(of(*index), false))
            .collect(),
        data: compiled.data.clone(),
    };
    message.instructions().iter().map(whole).collect()
}

/// Whether `these` are the instructions `expected`, by program, accounts and data.
#[track_caller]
pub fn assert_same(these: &[Instruction], expected: &[Instruction]) {
    let plain = |all: &[Instruction]| {
        let accounts =
            |known: &Instruction| known.accounts.iter().map(|meta| meta.pubkey).collect::<Vec<_>>();
        all.iter().map(|known| (accounts(known), known.data.clone())).collect::<Vec<_>>()
    };
    assert_eq!(plain(these), plain(expected));
}
