use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::system_program;
use anchor_spl::associated_token;

use super::{build, Token, VaultKey};
use crate::{accounts, instruction, pda, Protocol, ID};

/// Where fees in a mint go. `treasury_token` is any token account of the treasury.
pub fn distribution(protocol: &Protocol, token: &Token, treasury_token: Pubkey) -> accounts::Distribution {
    let pool = Some(protocol.pool).filter(|pool| *pool != Pubkey::default());
    let burns = token.mint == protocol.burn_mint && protocol.burn_bps > 0;
    let burn_record = burns.then(|| pda::burn_record(&token.mint).0);
    accounts::Distribution {
        protocol: pda::protocol().0,
        mint: token.mint,
        treasury_token,
        pool,
        pool_token: pool.map(|pool| token.account_of(&pool)),
        burn_record,
        token_program: token.program,
    }
}

pub fn sweep_fees(vault: &VaultKey, distribution: accounts::Distribution) -> Instruction {
    let accounts = accounts::SweepFees {
        vault: vault.address(),
        vault_token: vault.token_account(),
        distribution,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::SweepFees {})
}

/// `withheld_in` are token accounts of the mint that have withheld transfer fees.
pub fn harvest_fees(
    rent_payer: Pubkey,
    distribution: accounts::Distribution,
    withheld_in: &[Pubkey],
) -> Instruction {
    let token = Token { mint: distribution.mint, program: distribution.token_program };
    let accounts = accounts::HarvestFees {
        rent_payer,
        protocol_token: token.account_of(&distribution.protocol),
        distribution,
        associated_token_program: associated_token::ID,
        system_program: system_program::ID,
        event_authority: pda::event_authority(),
        program: ID,
    };
    let mut instruction = build(accounts, instruction::HarvestFees {});
    instruction.accounts.extend(withheld_in.iter().map(|account| AccountMeta::new(*account, false)));
    instruction
}
