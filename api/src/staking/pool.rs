//! A pool as the chain has it.

use solana_pubkey::Pubkey;
use till::client::{PoolKey, RewardKey};
use till_store::gateway::pools::{self, PoolRecord};

use crate::chain::Snapshot;
use crate::gateway::Gateway;
use crate::payments::terms::pubkey;
use crate::problem::{Code, Problem, Result};
use crate::tokens::KnownToken;

/// A pool, its tokens, and what the chain says of it.
pub struct PoolState {
    pub record: PoolRecord,
    pub address: Pubkey,
    pub stake_token: KnownToken,
    pub account: till::Pool,
    /// In the order of the account.
    pub rewards: Vec<Reward>,
    /// The chain's time, in unix seconds.
    pub now: i64,
    /// The slot that the account is as of.
    pub slot: u64,
}

/// A reward of a pool.
pub struct Reward {
    pub token: KnownToken,
    /// As it would be if it were shared out now.
    pub account: till::Reward,
}

impl PoolState {
    pub async fn load(gateway: &Gateway, address: &str) -> Result<Self> {
        Ok(Self::load_with(gateway, address, &[]).await?.0)
    }

    /// The pool, and other accounts as of the same slot, which stand behind it in the snapshot.
    pub async fn load_with(gateway: &Gateway, address: &str, others: &[Pubkey]) -> Result<(Self, Snapshot)> {
        let unknown = || Problem::new(Code::PoolNotFound, format!("there is no pool {address}"));
        let record = pools::find(&gateway.pool, address).await?.ok_or_else(unknown)?;
        let known = pools::rewards(&gateway.pool, address).await?;
        let address = pubkey(address)?;
        let mut asked = vec![address];
        asked.extend_from_slice(others);
        let snapshot = gateway.chain.snapshot(&asked).await?;
        let account: till::Pool = snapshot.read(0).ok_or_else(unknown)?;
        let mut rewards = Vec::new();
        for reward in account.rewards() {
            let mint = reward.mint.to_string();
            let Some(named) = known.iter().find(|known| known.mint == mint) else {
                // Added a moment ago: the indexer will tell its token.
                break;
            };
            let token = KnownToken::new(&mint, &named.token_program, named.symbol.clone(), named.decimals)?;
            let mut shared_out = *reward;
            shared_out.accrue(account.weighted, snapshot.now);
            rewards.push(Reward { token, account: shared_out });
        }
        let stake_token = KnownToken::new(
            &record.stake_mint,
            &record.token_program,
            record.symbol.clone(),
            record.decimals,
        )?;
        let (now, slot) = (snapshot.now, snapshot.slot);
        Ok((Self { record, address, stake_token, account, rewards, now, slot }, snapshot))
    }

    /// What the pool's address is made of.
    pub fn key(&self) -> PoolKey {
        let till::Pool { founder, index, terms_hash, .. } = self.account;
        PoolKey { founder, index, token: self.stake_token.token, terms_hash }
    }

    /// The reward with this index.
    pub fn reward_key(&self, index: usize) -> Option<RewardKey> {
        let token = self.rewards.get(index)?.token.token;
        Some(RewardKey { pool: self.address, index: u8::try_from(index).ok()?, token })
    }

    /// What people know the pool by.
    pub fn name(&self) -> String {
        self.record.title.clone().unwrap_or_else(|| format!("the pool {}", self.record.address))
    }
}
