//! Vaults, apart from what payments do to them.

use solana_pubkey::Pubkey;
use till::{FeeShares, events::*};
use till_store::chain::{Account, VaultState};

use super::{Place, effect::Effect, ledger};

pub fn opened(event: &VaultOpened) -> Effect {
    let state = VaultState::Opened {
        merchant: event.merchant.to_string(),
        mint: event.mint.to_string(),
        vault_token: event.vault_token.to_string(),
        token_program: event.token_program.to_string(),
        decimals: event.decimals.into(),
        shard: event.shard.into(),
    };
    effect(event.merchant, event.vault, None, Some(state))
}

pub fn accepting_set(event: &VaultAcceptingSet) -> Effect {
    let VaultAcceptingSet { vault_address, merchant, accepting, vault } = event;
    effect(*merchant, *vault_address, Some(*vault), Some(VaultState::Accepting(*accepting)))
}

pub fn policy_synced(event: &VaultPolicySynced) -> Effect {
    effect(event.merchant, event.vault_address, Some(event.vault), None)
}

pub fn closed(event: &VaultClosed) -> Effect {
    effect(event.merchant, event.vault_address, Some(event.vault), Some(VaultState::Closed))
}

pub fn paid_out(event: &PaidOut, at: &Place) -> Effect {
    let entries = ledger::moved(Account::Balance, Account::External, event.amount);
    Effect {
        ledger: ledger::lines(&at.key, event.vault_address, entries),
        ..effect(event.merchant, event.vault_address, Some(event.vault), None)
    }
}

pub fn fees_swept(event: &FeesSwept, at: &Place) -> Effect {
    let FeeShares { treasury, stakers, burned } = event.shares;
    let shares = [treasury, stakers, burned];
    let entries = shares.map(|share| ledger::moved(Account::Fees, Account::External, share)).concat();
    Effect {
        ledger: ledger::lines(&at.key, event.vault_address, entries),
        ..effect(event.merchant, event.vault_address, Some(event.vault), None)
    }
}

fn effect(
    merchant: Pubkey,
    vault: Pubkey,
    balances: Option<VaultBalances>,
    state: Option<VaultState>,
) -> Effect {
    Effect {
        merchant: Some(merchant),
        vault: Some((vault, balances)),
        vault_state: state,
        ..Effect::default()
    }
}
