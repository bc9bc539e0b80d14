//! Token accounts against what they owe.
//!
//! Who holds money and the token accounts with it are asked for at once, and so are as of one slot:
//! whatever moves, one that holds too little is short.

use std::collections::BTreeMap;

use anchor_lang::AccountDeserialize;
use anchor_spl::token_interface::TokenAccount;
use solana_pubkey::Pubkey;
use till_store::chain::audit::Table;

use super::{
    AuditError, Findings,
    account::Holding,
    compare::{address, expected},
    difference::{Difference, Sides},
};
use crate::sources::rpc::{AccountState, Client};

/// Compares the money of `holders`, rows of `table` by their keys. The token accounts are where it was
/// seen before.
pub async fn compare(
    client: &Client,
    table: Table,
    holders: BTreeMap<String, Vec<Holding>>,
    findings: &mut Findings,
) -> Result<(), AuditError> {
    let mut group: Vec<(Pubkey, Vec<Pubkey>)> = Vec::new();
    for (key, holdings) in holders {
        let Some(holder) = address(table, &key) else { continue };
        let tokens: Vec<Pubkey> = holdings.iter().map(|holding| holding.token_account).collect();
        let asked: usize = group.iter().map(|(_, tokens)| tokens.len() + 1).sum();
        if asked + tokens.len() + 1 > Client::MAX_ACCOUNTS {
            look(client, table, std::mem::take(&mut group), findings).await?;
        }
        group.push((holder, tokens));
    }
    look(client, table, group, findings).await
}

async fn look(
    client: &Client,
    table: Table,
    group: Vec<(Pubkey, Vec<Pubkey>)>,
    findings: &mut Findings,
) -> Result<(), AuditError> {
    if group.is_empty() {
        return Ok(());
    }
    let asked: Vec<Pubkey> =
        group.iter().flat_map(|(holder, tokens)| [&[*holder], tokens.as_slice()].concat()).collect();
    let states = client.accounts(&asked).await?;
    let accounts: BTreeMap<Pubkey, AccountState> =
        asked.into_iter().zip(states.value).filter_map(|(address, state)| Some((address, state?))).collect();
    for (holder, tokens) in group {
        let Some(state) = accounts.get(&holder).filter(|state| state.owner == till::ID) else { continue };
        for holding in expected(&holder.to_string(), &state.data)?.holdings {
            if !tokens.contains(&holding.token_account) {
                // A reward that was added in between; the next audit finds it.
                continue;
            }
            let holds = held(&holder, &holding, accounts.get(&holding.token_account));
            findings.compared += 1;
            if u128::from(holds) < holding.owed {
                findings.differences.push(Difference {
                    table: table.as_str().to_owned(),
                    key: holder.to_string(),
                    field: format!("token account {}", holding.token_account),
                    sides: Sides::Money { holds: holds.to_string(), owes: holding.owed.to_string() },
                    since_slot: None,
                    slot: Some(states.slot.cast_signed()),
                });
            }
        }
    }
    Ok(())
}

/// What is in the token account, if it is one of the holder's and of that mint.
fn held(holder: &Pubkey, holding: &Holding, state: Option<&AccountState>) -> u64 {
    let of_tokens = [anchor_spl::token::ID, anchor_spl::token_2022::ID];
    state
        .filter(|state| of_tokens.contains(&state.owner))
        .and_then(|state| TokenAccount::try_deserialize(&mut state.data.as_slice()).ok())
        .filter(|token| token.owner == *holder && token.mint == holding.mint)
        .map_or(0, |token| token.amount)
}
