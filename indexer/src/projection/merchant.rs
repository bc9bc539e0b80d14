//! Merchants and their vaults.

use till::events::{MerchantRegistered, PaidOut, VaultOpened};
use till_store::chain::{Account, MerchantChange, MerchantState, VaultRow};

use super::{Place, effect::Effect, ledger};

pub fn registered(event: &MerchantRegistered, at: &Place) -> Effect {
    let change = MerchantChange {
        key: at.key.clone(),
        address: event.merchant.to_string(),
        state: MerchantState::Registered {
            founder: event.founder.to_string(),
            index: event.index.into(),
            authority: event.authority.to_string(),
            operator: event.operator.to_string(),
            payout_wallet: event.payout_wallet.to_string(),
        },
        slot: at.slot,
    };
    Effect { merchant: Some(event.merchant), merchant_change: Some(change), ..Effect::default() }
}

pub fn vault_opened(event: &VaultOpened, at: &Place) -> Effect {
    let row = VaultRow {
        address: event.vault.to_string(),
        merchant: event.merchant.to_string(),
        mint: event.mint.to_string(),
        vault_token: event.vault_token.to_string(),
        token_program: event.token_program.to_string(),
        decimals: event.decimals.into(),
        shard: event.shard.into(),
        slot: at.slot,
    };
    Effect {
        merchant: Some(event.merchant),
        vault: Some((event.vault, None)),
        opened_vault: Some(row),
        ..Effect::default()
    }
}

pub fn paid_out(event: &PaidOut, at: &Place) -> Effect {
    let entries = ledger::moved(Account::Balance, Account::External, event.amount);
    Effect {
        merchant: Some(event.merchant),
        vault: Some((event.vault_address, Some(event.vault))),
        ledger: ledger::lines(&at.key, event.vault_address, entries),
        ..Effect::default()
    }
}
