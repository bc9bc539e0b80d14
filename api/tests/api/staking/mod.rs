//! Staking: what a pool shows, and the transactions by which wallets stake, claim and leave.
//!
//! The accounts are made by the program's own functions, as the chain would have made them.

mod governing;
mod leaving;
mod shown;
mod staking_in;

use reqwest::Response;
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till::client::{NewPool, PoolKey, PositionKey, Token};
use till::{NewPosition, NewReward, Pool, Position, Tier};
use till_api::Code;

use crate::problems::Seen;
use crate::support::{Api, SPL_TOKEN};

/// When the pool begins, in unix seconds.
pub const START: i64 = 1_800_000_000;
pub const DAY: i64 = 86_400;
/// One tier that does not lock, and one that does for a week.
pub const TIERS: [Tier; 2] =
    [Tier { lock_seconds: 0, weight_bps: 10_000 }, Tier { lock_seconds: 604_800, weight_bps: 20_000 }];

/// A pool of USDC that pays USDC, one in each second for a month.
pub struct Farm {
    pub api: Api,
    pub key: PoolKey,
    pub authority: Pubkey,
    pub account: Pool,
    pub now: i64,
}

impl Farm {
    pub async fn open() -> Self {
        let api = Api::start().await;
        let authority = api.wallet(Some(1_000_000_000));
        let token = Token { mint: api.mint, program: SPL_TOKEN };
        let new =
            NewPool { authority, rent_payer: authority, cooldown_seconds: DAY as u32, tiers: TIERS.to_vec() };
        let key = PoolKey::of(authority, 0, token, &new);
        let mut account: Pool = bytemuck::Zeroable::zeroed();
        account.founder = authority;
        account.authority = authority;
        account.stake_mint = token.mint;
        account.stake_token = key.stake_token();
        account.set_terms(&TIERS, DAY as u32).unwrap();
        let reward = NewReward { mint: token.mint, reward_token: key.stake_token(), rent_payer: authority };
        account.add_reward(reward, START).unwrap();
        account.fund(0, 2_592_000_000_000, 2_592_000, START).unwrap();
        let farm = Self { api, key, authority, account, now: START };
        farm.index().await;
        farm.at(START)
    }

    async fn index(&self) {
        let pool = &self.api.database.pool;
        sqlx::query(
            "INSERT INTO chain.pools (address, founder, index, authority, rent_payer, stake_mint, stake_token,
                 token_program, decimals, terms_hash, cooldown_seconds, lock_seconds, weight_bps, slot)
             VALUES ($1, $2, 0, $2, $2, $3, 'token', $4, 6, $5, 86400, '{0, 604800}', '{10000, 20000}', 100)",
        )
        .bind(self.address())
        .bind(self.authority.to_string())
        .bind(self.api.mint.to_string())
        .bind(SPL_TOKEN.to_string())
        .bind(self.key.terms_hash.to_vec())
        .execute(pool)
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO chain.rewards (pool, mint, index, reward_token, token_program, decimals, rent_payer, slot)
             VALUES ($1, $2, 0, 'token', $3, 6, 'payer', 100)",
        )
        .bind(self.address())
        .bind(self.api.mint.to_string())
        .bind(SPL_TOKEN.to_string())
        .execute(pool)
        .await
        .unwrap();
    }

    pub fn address(&self) -> String {
        self.key.address().to_string()
    }

    /// The chain's time, from now on.
    pub fn at(mut self, now: i64) -> Self {
        self.pass(now);
        self
    }

    pub fn pass(&mut self, now: i64) {
        self.now = now;
        self.api.rpc.node().clock = Some(now);
        self.api.place(&self.key.address(), &self.account);
    }

    /// A wallet's position at `key`, with `amount` staked now.
    pub async fn position(&mut self, key: &PositionKey, tier: u8, amount: u64) -> Position {
        let PositionKey { pool, owner, .. } = *key;
        let new = NewPosition { pool, owner, rent_payer: owner, tier };
        let mut position = self.account.open_position(new).unwrap();
        self.account.stake(&mut position, amount, self.now).unwrap();
        sqlx::query(
            "INSERT INTO chain.positions (address, pool, owner, rent_payer, tier, amount, weighted, cooling, unlock_at,
                 sequence, slot) VALUES ($1, $2, $3, $3, $4, $5, $5, 0, to_timestamp($6), 1, 100)",
        )
        .bind(key.address.to_string())
        .bind(self.address())
        .bind(owner.to_string())
        .bind(i16::from(tier))
        .bind(amount as i64)
        .bind(position.unlock_at as f64)
        .execute(&self.api.database.pool)
        .await
        .unwrap();
        self.keep(key, &position);
        position
    }

    /// Writes a position, and the pool with it, to the chain.
    pub fn keep(&self, key: &PositionKey, position: &Position) {
        self.api.place(&key.address, position);
        self.api.place(&self.key.address(), &self.account);
    }

    pub async fn act(&self, action: &str, wallet: &Pubkey, more: Value) -> Response {
        let mut body = json!({ "action": action, "account": wallet.to_string() });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.api.post(&format!("/v1/pools/{}/transactions", self.address()), body).await
    }

    pub async fn shown(&self) -> Value {
        self.api.get(&format!("/v1/pools/{}", self.address())).await.json().await.unwrap()
    }

    pub async fn positions(&self, owner: &Pubkey) -> Vec<Value> {
        let path = format!("/v1/pools/{}/positions?owner={owner}", self.address());
        let answer: Value = self.api.get(&path).await.json().await.unwrap();
        answer["data"].as_array().unwrap().clone()
    }
}

/// A time of the chain as answers tell it.
pub fn time(unix_seconds: i64) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(unix_seconds, 0).unwrap()
}

/// Provokes the codes that belong here.
pub async fn provoke(seen: &mut Seen) {
    let mut farm = Farm::open().await;
    let owner = farm.api.wallet(Some(1_000_000));
    seen.expect(Code::PoolNotFound, farm.api.get("/v1/pools/nowhere").await).await;
    let key = PositionKey::of(farm.key.address(), owner);
    farm.position(&key, 1, 500_000).await;
    seen.expect(Code::StakeLocked, farm.act("unstake", &owner, json!({})).await).await;
    seen.expect(Code::NothingToClaim, farm.act("claim", &owner, json!({})).await).await;
    let unknown = json!({ "position": Pubkey::new_unique().to_string() });
    seen.expect(Code::PositionNotFound, farm.act("claim", &owner, unknown).await).await;
    farm.account.retired = 1;
    farm.pass(START);
    let stake = json!({ "tier": 0, "amount": "0.1" });
    seen.expect(Code::PoolRetired, farm.act("stake", &owner, stake).await).await;
}
