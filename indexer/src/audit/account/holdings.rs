//! Where an account's money is.

use solana_pubkey::Pubkey;
use till::{Campaign, Pool, Reward, Vault, Vesting};

/// A token account and what it must hold at least, in base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    pub token_account: Pubkey,
    pub mint: Pubkey,
    pub owed: u128,
}

pub fn of_vault(it: &Vault) -> Holding {
    let owed = [it.escrowed, it.balance, it.fees].map(u128::from).iter().sum();
    Holding { token_account: it.vault_token, mint: it.mint, owed }
}

pub fn of_campaign(it: &Campaign) -> Holding {
    let owed = u128::from(it.raised).saturating_sub(u128::from(it.withdrawn) + u128::from(it.refunded));
    Holding { token_account: it.campaign_token, mint: it.mint, owed }
}

pub fn of_vesting(it: &Vesting) -> Holding {
    let owed = u128::from(it.total).saturating_sub(u128::from(it.claimed) + u128::from(it.returned));
    Holding { token_account: it.vesting_token, mint: it.mint, owed }
}

/// A reward in the mint of the stakes lies with them.
pub fn of_pool(it: &Pool) -> Vec<Holding> {
    let stakes = u128::from(it.staked) + u128::from(it.cooling);
    let mut holdings = vec![Holding { token_account: it.stake_token, mint: it.stake_mint, owed: stakes }];
    for reward in rewards(it) {
        let owed = u128::from(reward.funded).saturating_sub(reward.claimed.into());
        match holdings.iter_mut().find(|holding| holding.token_account == reward.reward_token) {
            Some(holding) => holding.owed += owed,
            None => holdings.push(Holding { token_account: reward.reward_token, mint: reward.mint, owed }),
        }
    }
    holdings
}

pub fn rewards(it: &Pool) -> impl Iterator<Item = &Reward> {
    it.rewards.iter().take(it.reward_count.into())
}
