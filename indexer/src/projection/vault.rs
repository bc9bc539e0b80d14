//! Vaults, apart from what payments and sweeps do to them.

use solana_pubkey::Pubkey;
use till::events::*;
use till_store::chain::{Account, State, VaultState};

use super::{Place, effect::Effect, ledger, totals};

pub fn opened(event: &VaultOpened) -> Effect {
    let state = VaultState::Opened {
        merchant: event.merchant.to_string(),
        mint: event.mint.to_string(),
        vault_token: event.vault_token.to_string(),
        token_program: event.token_program.to_string(),
        decimals: event.decimals.into(),
        shard: event.shard.into(),
        rent_payer: event.rent_payer.to_string(),
        allowed_extensions: event.allowed_extensions,
    };
    effect(event.merchant, event.vault, None, Some(state))
}

pub fn accepting_set(event: &VaultAcceptingSet) -> Effect {
    let VaultAcceptingSet { vault_address, merchant, accepting, vault } = event;
    effect(*merchant, *vault_address, Some(*vault), Some(VaultState::Accepting(*accepting)))
}

pub fn policy_synced(event: &VaultPolicySynced) -> Effect {
    let VaultPolicySynced { vault_address, merchant, allowed_extensions, vault } = event;
    effect(*merchant, *vault_address, Some(*vault), Some(VaultState::Allowed(*allowed_extensions)))
}

pub fn closed(event: &VaultClosed) -> Effect {
    effect(event.merchant, event.vault_address, Some(event.vault), Some(VaultState::Closed))
}

pub fn paid_out(event: &PaidOut, at: &Place) -> Effect {
    let entries = ledger::moved(Account::Balance, Account::External, event.amount);
    let total = totals::of("payout", event.merchant, event.vault_address, event.amount, at);
    Effect {
        ledger: ledger::lines(&at.key, event.vault_address, None, entries),
        total: Some(total),
        ..effect(event.merchant, event.vault_address, Some(event.vault), None)
    }
}

pub fn effect(
    merchant: Pubkey,
    vault: Pubkey,
    balances: Option<VaultBalances>,
    state: Option<VaultState>,
) -> Effect {
    Effect {
        merchant: Some(merchant),
        vault: Some((vault, balances)),
        states: state.map(|state| (vault.to_string(), State::Vault(state))).into_iter().collect(),
        ..Effect::default()
    }
}
