//! Instruction builders for whoever talks to the program: API, local net, tests, your own server.
//!
//! Every function fills in the addresses that can be derived and leaves the choices to the caller.
//! Nothing here signs or sends.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::bpf_loader_upgradeable;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::{system_program, InstructionData};
use anchor_spl::associated_token::{self, get_associated_token_address_with_program_id};

use crate::{accounts, instruction, pda, InitializeProtocolArgs, RegisterMerchantArgs, Terms, ID};

/// A mint and the token program that owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub mint: Pubkey,
    pub program: Pubkey,
}

impl Token {
    /// The associated token account of a wallet (or of a vault).
    pub fn account_of(&self, wallet: &Pubkey) -> Pubkey {
        get_associated_token_address_with_program_id(wallet, &self.mint, &self.program)
    }
}

/// A vault shard, named by what its address is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultKey {
    pub merchant: Pubkey,
    pub token: Token,
    pub shard: u16,
}

impl VaultKey {
    pub fn address(&self) -> Pubkey {
        pda::vault(&self.merchant, &self.token.mint, self.shard).0
    }

    pub fn token_account(&self) -> Pubkey {
        self.token.account_of(&self.address())
    }
}

/// The shard that a payment's money goes to when `shards` are open (at least one).
pub fn shard_of(id: &[u8; 16], shards: u16) -> u16 {
    u16::from_le_bytes([id[14], id[15]]) % shards.max(1)
}

/// Who pays into an escrow: the wallet, its token account, who pays the rent, and how much may leave
/// the token account at most, in base units: the amount, or more under a mint with a transfer fee.
#[derive(Clone, Copy, Debug)]
pub struct Payer {
    pub wallet: Pubkey,
    pub token_account: Pubkey,
    pub rent_payer: Pubkey,
    pub max_sent: u64,
}

impl Payer {
    /// A wallet that pays everything itself from its associated token account.
    pub fn wallet(wallet: Pubkey, token: &Token, max_sent: u64) -> Self {
        Self { wallet, token_account: token.account_of(&wallet), rent_payer: wallet, max_sent }
    }
}

fn build(accounts: impl ToAccountMetas, data: impl InstructionData) -> Instruction {
    Instruction { program_id: ID, accounts: accounts.to_account_metas(None), data: data.data() }
}

pub fn initialize_protocol(upgrade_authority: Pubkey, args: InitializeProtocolArgs) -> Instruction {
    let (program_data, _) = Pubkey::find_program_address(&[ID.as_ref()], &bpf_loader_upgradeable::ID);
    let accounts = accounts::InitializeProtocol {
        upgrade_authority,
        protocol: pda::protocol().0,
        till: ID,
        program_data,
        system_program: system_program::ID,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::InitializeProtocol { args })
}

pub fn register_merchant(founder: Pubkey, rent_payer: Pubkey, args: RegisterMerchantArgs) -> Instruction {
    let accounts = accounts::RegisterMerchant {
        founder,
        rent_payer,
        merchant: pda::merchant(&founder, args.index).0,
        system_program: system_program::ID,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::RegisterMerchant { args })
}

pub fn open_vault(signer: Pubkey, rent_payer: Pubkey, vault: &VaultKey) -> Instruction {
    let accounts = accounts::OpenVault {
        signer,
        rent_payer,
        merchant: vault.merchant,
        mint: vault.token.mint,
        vault: vault.address(),
        vault_token: vault.token_account(),
        token_program: vault.token.program,
        associated_token_program: associated_token::ID,
        system_program: system_program::ID,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::OpenVault { shard: vault.shard })
}

pub fn payout(vault: &VaultKey, payout_token: Pubkey) -> Instruction {
    let accounts = accounts::Payout {
        merchant: vault.merchant,
        vault: vault.address(),
        vault_token: vault.token_account(),
        mint: vault.token.mint,
        payout_token,
        token_program: vault.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::Payout {})
}

fn escrow(payer: &Payer, vault: &VaultKey, payment: Pubkey) -> accounts::Escrow {
    accounts::Escrow {
        payer: payer.wallet,
        rent_payer: payer.rent_payer,
        protocol: pda::protocol().0,
        vault: vault.address(),
        vault_token: vault.token_account(),
        mint: vault.token.mint,
        payer_token: payer.token_account,
        payment,
        token_program: vault.token.program,
        system_program: system_program::ID,
    }
}

/// `payment` is [`Terms::address`].
pub fn authorize(payer: &Payer, vault: &VaultKey, payment: Pubkey, terms: Terms) -> Instruction {
    let accounts = accounts::Authorize {
        escrow: escrow(payer, vault, payment),
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::Authorize { terms, max_sent: payer.max_sent })
}

/// `payout_token`: pay the merchant at once, to a token account of its payout wallet.
pub fn charge(
    payer: &Payer,
    vault: &VaultKey,
    payment: Pubkey,
    payout_token: Option<Pubkey>,
    terms: Terms,
) -> Instruction {
    let accounts = accounts::Charge {
        escrow: escrow(payer, vault, payment),
        merchant: vault.merchant,
        payout_token,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::Charge { terms, max_sent: payer.max_sent })
}

/// What a capture is to do. Amounts are base units.
#[derive(Clone, Copy, Debug)]
pub struct CaptureArgs {
    pub amount: u64,
    /// Gives what is left to the payer; `payer_token` is needed then.
    pub is_final: bool,
    /// Pays the merchant at once, to a token account of its payout wallet.
    pub payout_token: Option<Pubkey>,
    /// A token account of the payer.
    pub payer_token: Option<Pubkey>,
}

/// `signer` is the merchant's authority or operator.
pub fn capture(signer: Pubkey, vault: &VaultKey, payment: Pubkey, args: CaptureArgs) -> Instruction {
    let accounts = accounts::Capture {
        signer,
        merchant: vault.merchant,
        payment,
        vault: vault.address(),
        vault_token: vault.token_account(),
        mint: vault.token.mint,
        payout_token: args.payout_token,
        payer_token: args.payer_token,
        token_program: vault.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::Capture { amount: args.amount, is_final: args.is_final })
}

fn give_back(vault: &VaultKey, payment: Pubkey, payer_token: Pubkey) -> accounts::GiveBack {
    accounts::GiveBack {
        payment,
        vault: vault.address(),
        vault_token: vault.token_account(),
        mint: vault.token.mint,
        payer_token,
        token_program: vault.token.program,
    }
}

/// `signer` is the merchant's authority or operator.
pub fn void(signer: Pubkey, vault: &VaultKey, payment: Pubkey, payer_token: Pubkey) -> Instruction {
    let accounts = accounts::Void {
        signer,
        merchant: vault.merchant,
        escrow: give_back(vault, payment, payer_token),
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::Void {})
}

pub fn reclaim(vault: &VaultKey, payment: Pubkey, payer_token: Pubkey) -> Instruction {
    let accounts = accounts::Reclaim {
        escrow: give_back(vault, payment, payer_token),
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::Reclaim {})
}

/// A token account that pays a refund, and its owner, who signs.
#[derive(Clone, Copy, Debug)]
pub struct RefundSource {
    pub token_account: Pubkey,
    pub owner: Pubkey,
}

/// `signer` is the merchant's authority or operator. Without a `source` the merchant's balance in
/// the vault pays.
pub fn refund(
    signer: Pubkey,
    vault: &VaultKey,
    payment: Pubkey,
    payer_token: Pubkey,
    source: Option<RefundSource>,
    amount: u64,
) -> Instruction {
    let accounts = accounts::Refund {
        signer,
        merchant: vault.merchant,
        payment,
        vault: vault.address(),
        vault_token: vault.token_account(),
        mint: vault.token.mint,
        payer_token,
        source: source.map(|source| source.token_account),
        source_owner: source.map(|source| source.owner),
        token_program: vault.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::Refund { amount })
}

pub fn close_payment(payment: Pubkey, vault: Pubkey, rent_payer: Pubkey) -> Instruction {
    let accounts = accounts::ClosePayment {
        payment,
        vault,
        rent_payer,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::ClosePayment {})
}
