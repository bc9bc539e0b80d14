//! The program's accounts, and token accounts, as the chain keeps them.

use anchor_lang::Discriminator;
use solana_pubkey::Pubkey;
use till::{Merchant, Payment, Vault, events::VaultBalances};

use crate::{
    node::Account,
    world::{Escrow, MERCHANT, MINT, PAYER, VAULT, VAULT_TOKEN},
};

pub fn of<T: bytemuck::NoUninit + Discriminator>(state: &T) -> Account {
    Account { owner: till::ID.to_string(), data: [T::DISCRIMINATOR, bytemuck::bytes_of(state)].concat() }
}

pub fn zeroed<T: bytemuck::Zeroable>() -> T {
    T::zeroed()
}

pub fn merchant() -> Merchant {
    Merchant {
        founder: MERCHANT,
        authority: MERCHANT,
        operator: MERCHANT,
        payout_wallet: MERCHANT,
        rent_payer: MERCHANT,
        vaults: 1,
        ..zeroed()
    }
}

pub fn vault(balances: VaultBalances) -> Vault {
    let VaultBalances { escrowed, balance, fees, sequence } = balances;
    Vault {
        merchant: MERCHANT,
        mint: MINT,
        vault_token: VAULT_TOKEN,
        rent_payer: MERCHANT,
        escrowed,
        balance,
        fees,
        sequence,
        accepting: 1,
        ..zeroed()
    }
}

pub fn payment(escrow: &Escrow) -> Payment {
    let (terms, balances) = (&escrow.terms, escrow.balances);
    Payment {
        vault: VAULT,
        payer: PAYER,
        rent_payer: PAYER,
        terms_hash: terms.hash().unwrap(),
        id: terms.id,
        amount: terms.amount,
        capturable: balances.capturable,
        captured: balances.captured,
        refunded: balances.refunded,
        fees: balances.fees,
        authorization_expiry: terms.authorization_expiry,
        refund_expiry: terms.refund_expiry,
        sequence: balances.sequence,
        fee_bps: 100,
        ..zeroed()
    }
}

/// With `amount` in it, as the token programs lay it out.
pub fn token(mint: Pubkey, owner: Pubkey, amount: u64) -> Account {
    const INITIALIZED: u8 = 1;
    let mut data = vec![0; 165];
    data[..32].copy_from_slice(mint.as_ref());
    data[32..64].copy_from_slice(owner.as_ref());
    data[64..72].copy_from_slice(&amount.to_le_bytes());
    data[108] = INITIALIZED;
    Account { owner: anchor_spl::token::ID.to_string(), data }
}
