//! SOL as a token: wrapped for the program, and unwrapped again, inside the same transaction.

use anchor_lang::solana_program::system_instruction::transfer;
use anchor_spl::associated_token::spl_associated_token_account::instruction::create_associated_token_account_idempotent;
use anchor_spl::token::spl_token::instruction::{close_account, sync_native};
use anchor_spl::token::{ID as TOKEN_PROGRAM, spl_token::native_mint};
use anyhow::{Result, anyhow};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::client::Token;

use crate::gateway::Gateway;
use crate::problem;

pub const SOL_DECIMALS: u8 = 9;

/// Whether a token is SOL, which wallets hold unwrapped.
pub fn is_sol(token: &Token) -> bool {
    token.mint == native_mint::ID && token.program == TOKEN_PROGRAM
}

/// What must happen before and after instructions that move tokens of a wallet.
#[derive(Clone, Debug, Default)]
pub struct Around {
    pub before: Vec<Instruction>,
    pub after: Vec<Instruction>,
}

impl Around {
    /// The instructions, with what surrounds them.
    pub fn these(self, instructions: impl IntoIterator<Item = Instruction>) -> Vec<Instruction> {
        self.before.into_iter().chain(instructions).chain(self.after).collect()
    }
}

/// Around instructions that take `needed` base units from the associated token account of `wallet`, which holds `held`,
/// or is not there. Of SOL what is missing is wrapped; an account that is created for that is closed again. One that
/// was there before stays, with what its owner keeps in it.
pub fn paying(wallet: &Pubkey, token: &Token, held: Option<u64>, needed: u64) -> Result<Around> {
    let missing = needed.saturating_sub(held.unwrap_or(0));
    if !is_sol(token) || missing == 0 {
        return Ok(Around::default());
    }
    let account = token.account_of(wallet);
    let mut around = Around::default();
    if held.is_none() {
        around.before.push(create(wallet, token));
        around.after.push(close(wallet, token)?);
    }
    around.before.push(transfer(wallet, &account, missing));
    around.before.push(sync_native(&token.program, &account).map_err(of_program)?);
    Ok(around)
}

/// Around instructions by which `wallet`, who signs them, receives tokens in its associated account: it is created where
/// it is missing. SOL that comes into an account that was created for it is unwrapped.
pub async fn receiving(gateway: &Gateway, token: &Token, wallet: &Pubkey) -> problem::Result<Around> {
    let is_there = gateway.chain.are_token_accounts(&[token.account_of(wallet)]).await? == [true];
    if is_there {
        return Ok(Around::default());
    }
    let after = if is_sol(token) { vec![close(wallet, token)?] } else { Vec::new() };
    Ok(Around { before: vec![create(wallet, token)], after })
}

/// Somebody else may create it in between, which does no harm.
fn create(wallet: &Pubkey, token: &Token) -> Instruction {
    create_associated_token_account_idempotent(wallet, wallet, &token.mint, &token.program)
}

/// What an account of wrapped SOL holds, and its rent, go to the wallet.
fn close(wallet: &Pubkey, token: &Token) -> Result<Instruction> {
    close_account(&token.program, &token.account_of(wallet), wallet, wallet, &[]).map_err(of_program)
}

fn of_program(error: anchor_lang::solana_program::program_error::ProgramError) -> anyhow::Error {
    anyhow!("an instruction of the token program cannot be built: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOL: Token = Token { mint: native_mint::ID, program: TOKEN_PROGRAM };

    fn around(token: Token, held: Option<u64>, needed: u64) -> [usize; 2] {
        let around = paying(&Pubkey::new_unique(), &token, held, needed).unwrap();
        [around.before.len(), around.after.len()]
    }

    #[test]
    fn only_missing_sol_is_wrapped_and_only_an_account_made_for_it_is_closed() {
        assert_eq!(around(SOL, None, 10), [3, 1], "created, filled, told; closed");
        assert_eq!(around(SOL, Some(4), 10), [2, 0], "filled, told");
        assert_eq!(around(SOL, Some(10), 10), [0, 0]);
        let dollars = Token { mint: Pubkey::new_unique(), program: TOKEN_PROGRAM };
        assert_eq!(around(dollars, None, 10), [0, 0]);
    }

    #[test]
    fn exactly_what_is_missing_is_wrapped() {
        let around = paying(&Pubkey::new_unique(), &SOL, Some(4), 10).unwrap();
        assert_eq!(around.before[0].data[4..12], 6u64.to_le_bytes());
    }
}
