//! Strangers who send tokens and lamports to accounts of the program, or where one will be. Nobody may
//! be hindered by it, and the books tell it apart from what is owed.

use anchor_lang::system_program;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::{IteratorRandom, SliceRandom};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_system_interface::instruction::transfer;
use spl_token_2022_interface::instruction::transfer_checked;
use till_tests::{DECIMALS, Stage};

use super::model::Model;
use super::people::COINS;
use super::snapshot::Snapshot;

/// `seen` are accounts that instructions have named.
pub fn gift(
    stage: &mut Stage,
    model: &Model,
    snapshot: &Snapshot,
    seen: &[Pubkey],
    rng: &mut StdRng,
) -> Option<Instruction> {
    let stranger = stage.wallet("stranger");
    if rng.r#gen() {
        let is_ours = |account: &&Pubkey| model.accounts.contains_key(account) || !stage.exists(account);
        let account = seen.iter().filter(is_ours).choose(rng)?;
        return Some(transfer(&stranger, account, rng.gen_range(1..5_000_000)));
    }
    let coin = *COINS.choose(rng)?;
    let token = stage.token(coin);
    let is_ours = |owner| model.accounts.contains_key(owner);
    let ours = snapshot.tokens.iter().filter(|(_, held)| held.mint == token.mint && is_ours(&held.owner));
    let (to, _) = ours.choose(rng)?;
    let (from, amount) = (stage.token_account(coin, &stranger), rng.gen_range(1..1_000));
    let give = transfer_checked(&token.program, &from, &token.mint, to, &stranger, &[], amount, DECIMALS);
    Some(give.expect("an instruction"))
}

/// A gift that was given. What of tokens arrives is for the receiving account to tell.
pub struct Given {
    pub giver: Pubkey,
    pub to: Pubkey,
    pub lamports: u64,
}

/// What an instruction gives, if it is not one of the program.
pub fn given(instruction: &Instruction) -> Option<Given> {
    let account = |index: usize| instruction.accounts[index].pubkey;
    if instruction.program_id == till::ID {
        return None;
    }
    if instruction.program_id == system_program::ID {
        let lamports = instruction.data[4..12].try_into().expect("eight bytes");
        return Some(Given { giver: account(0), to: account(1), lamports: u64::from_le_bytes(lamports) });
    }
    Some(Given { giver: account(3), to: account(2), lamports: 0 })
}
