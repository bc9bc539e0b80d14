use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::system_program;

use super::build;
use crate::{accounts, instruction, pda, RegisterMerchantArgs, ID};

pub fn register_merchant(founder: Pubkey, rent_payer: Pubkey, args: RegisterMerchantArgs) -> Instruction {
    let accounts = accounts::RegisterMerchant {
        founder,
        rent_payer,
        merchant: pda::merchant(&founder, args.index).0,
        payout_wallet: args.payout_wallet,
        system_program: system_program::ID,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::RegisterMerchant { args })
}

pub fn update_merchant(authority: Pubkey, merchant: Pubkey, payout_wallet: Pubkey) -> Instruction {
    let accounts = accounts::UpdateMerchant {
        authority,
        merchant,
        payout_wallet,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::UpdateMerchant {})
}

pub fn set_operator(authority: Pubkey, merchant: Pubkey, operator: Pubkey) -> Instruction {
    let accounts =
        accounts::SetOperator { authority, merchant, event_authority: pda::event_authority(), program: ID };
    build(accounts, instruction::SetOperator { operator })
}

pub fn propose_merchant_authority(authority: Pubkey, merchant: Pubkey, new_authority: Pubkey) -> Instruction {
    let accounts = accounts::ProposeMerchantAuthority {
        authority,
        merchant,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::ProposeMerchantAuthority { new_authority })
}

pub fn accept_merchant_authority(pending_authority: Pubkey, merchant: Pubkey) -> Instruction {
    let accounts = accounts::AcceptMerchantAuthority {
        pending_authority,
        merchant,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::AcceptMerchantAuthority {})
}

pub fn close_merchant(authority: Pubkey, merchant: Pubkey, rent_payer: Pubkey) -> Instruction {
    let accounts = accounts::CloseMerchant {
        authority,
        merchant,
        rent_payer,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::CloseMerchant {})
}
