//! What a wallet has in a pool.

use chrono::{DateTime, Utc};
use solana_pubkey::Pubkey;
use till_store::gateway::pools;

use super::pool::PoolState;
use crate::gateway::Gateway;
use crate::payments::terms::pubkey;
use crate::problem::{Code, Problem, Result};

/// How many positions of a wallet are looked at.
const MOST_POSITIONS: i64 = 64;

/// A pool, and the positions of one wallet in it, all as of one slot.
pub struct Staked {
    pub pool: PoolState,
    pub owner: Pubkey,
    /// What ends first first.
    pub positions: Vec<Position>,
}

/// A position.
#[derive(Clone, Debug)]
pub struct Position {
    pub address: Pubkey,
    pub account: till::Position,
    /// By the index of the pool's rewards: what could be claimed now, in base units.
    pub claimable: Vec<u64>,
}

impl Position {
    /// Counts what a position could claim now, as the program would.
    fn counted(address: Pubkey, account: till::Position, pool: &PoolState) -> Self {
        let mut counted = account;
        for (index, reward) in pool.rewards.iter().enumerate() {
            counted.settle(index, &reward.account);
        }
        let claimable = counted.owed()[..pool.rewards.len()].to_vec();
        Self { address, account, claimable }
    }

    /// Whether what is staked can be asked back at `now`.
    pub fn is_unlocked(&self, now: i64) -> bool {
        now >= self.account.unlock_at
    }

    /// Whether what was asked back can be withdrawn at `now`.
    pub fn has_cooled_down(&self, now: i64) -> bool {
        self.account.cooling > 0 && now >= self.account.available_at
    }
}

impl Staked {
    pub async fn load(gateway: &Gateway, pool: &str, owner: Pubkey) -> Result<Self> {
        let known = pools::positions(&gateway.pool, pool, &owner.to_string(), MOST_POSITIONS).await?;
        let addresses =
            known.iter().map(|address| pubkey(address)).collect::<anyhow::Result<Vec<Pubkey>>>()?;
        let (pool, snapshot) = PoolState::load_with(gateway, pool, &addresses).await?;
        let found = addresses.into_iter().enumerate();
        // One that was closed a moment ago is not there any more.
        let found = found.filter_map(|(place, address)| Some((address, snapshot.read(place + 1)?)));
        let positions = found.map(|(address, account)| Position::counted(address, account, &pool)).collect();
        Ok(Self { pool, owner, positions })
    }

    /// The position that is named, or all of them.
    pub fn chosen(&self, position: Option<&str>) -> Result<Vec<&Position>> {
        let Some(named) = position else { return Ok(self.positions.iter().collect()) };
        let found = self.positions.iter().find(|position| position.address.to_string() == named);
        let unknown = || Problem::new(Code::PositionNotFound, format!("this wallet has no position {named}"));
        Ok(vec![found.ok_or_else(unknown)?])
    }
}

/// A time of the chain, for people.
pub fn time(unix_seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(unix_seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The same in words.
pub fn time_in_words(unix_seconds: i64) -> String {
    time(unix_seconds).format("%Y-%m-%d %H:%M:%S UTC").to_string()
}
