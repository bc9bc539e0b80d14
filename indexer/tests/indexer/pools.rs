//! Staking pools: addresses that live again, and rewards that change places.

use anchor_lang::Event;
use serde_json::json;
use solana_pubkey::Pubkey;
use till::{Tier, events::*};

use crate::{
    chain::{Chain, fields, row, rows},
    payment::require_balanced,
    world::{MINT, START},
};

const POOL: Pubkey = Pubkey::new_from_array([41; 32]);
const POSITION: Pubkey = Pubkey::new_from_array([42; 32]);
const OWNER: Pubkey = Pubkey::new_from_array([43; 32]);

/// A pool, a position in it, and rewards, as the program keeps them.
struct Pool {
    sums: PoolBalances,
    position: PositionBalances,
    rewards: Vec<Pubkey>,
}

const EMPTY: PositionBalances =
    PositionBalances { amount: 0, weighted: 0, cooling: 0, unlock_at: 0, available_at: 0, sequence: 0 };

fn about() -> PositionRef {
    PositionRef { position: POSITION, pool: POOL, owner: OWNER }
}

fn mint(byte: u8) -> Pubkey {
    Pubkey::new_from_array([byte; 32])
}

impl Pool {
    fn create() -> (Self, Vec<u8>) {
        let created = PoolCreated {
            pool: POOL,
            founder: OWNER,
            index: 1,
            authority: OWNER,
            rent_payer: OWNER,
            stake_mint: MINT,
            stake_token: POOL,
            token_program: MINT,
            decimals: 6,
            cooldown_seconds: 3_600,
            tiers: vec![
                Tier { lock_seconds: 90_000, weight_bps: 10_000 },
                Tier { lock_seconds: 180_000, weight_bps: 20_000 },
            ],
        };
        let sums = PoolBalances { staked: 0, cooling: 0, weighted: 0, positions: 0, sequence: 0 };
        (Self { sums, position: EMPTY, rewards: Vec::new() }, created.data())
    }

    fn stake(&mut self, tier: u8, amount: u64) -> Vec<u8> {
        self.sums.positions += u64::from(self.position.sequence == 0);
        self.sums.staked += amount;
        self.position.amount += amount;
        self.position.unlock_at = START + 90_000;
        self.changed();
        Staked {
            about: about(),
            rent_payer: OWNER,
            tier,
            amount,
            sent: amount,
            at: START,
            position: self.position,
            pool: self.sums,
        }
        .data()
    }

    fn unstake(&mut self) -> Vec<u8> {
        let amount = std::mem::take(&mut self.position.amount);
        self.sums.staked -= amount;
        self.sums.cooling += amount;
        self.position.cooling += amount;
        self.position.available_at = START + 95_000;
        self.changed();
        UnstakeRequested { about: about(), amount, at: START, position: self.position, pool: self.sums }
            .data()
    }

    fn withdraw(&mut self) -> Vec<u8> {
        let amount = std::mem::take(&mut self.position.cooling);
        self.sums.cooling -= amount;
        self.changed();
        StakeWithdrawn {
            about: about(),
            owner_token: OWNER,
            amount,
            received: amount,
            position: self.position,
            pool: self.sums,
        }
        .data()
    }

    fn close_position(&mut self) -> Vec<u8> {
        self.sums.positions -= 1;
        self.changed();
        let position = std::mem::replace(&mut self.position, EMPTY);
        PositionClosed { about: about(), rent_payer: OWNER, given_up: [0; 4], position, pool: self.sums }
            .data()
    }

    fn add(&mut self, mint: Pubkey) -> Vec<u8> {
        let index = self.rewards.len() as u8;
        self.rewards.push(mint);
        self.sums.sequence += 1;
        RewardAdded {
            pool_address: POOL,
            index,
            mint,
            reward_token: mint,
            rent_payer: OWNER,
            token_program: MINT,
            decimals: 9,
            at: START,
            pool: self.sums,
        }
        .data()
    }

    fn fund(&mut self, index: u8, amount: u64) -> Vec<u8> {
        self.sums.sequence += 1;
        RewardFunded {
            pool_address: POOL,
            index,
            mint: self.rewards[usize::from(index)],
            amount,
            sent: amount,
            seconds: 60,
            at: START,
            reward: RewardBalances { funded: amount, claimed: 0 },
            pool: self.sums,
        }
        .data()
    }

    fn remove(&mut self, index: u8, funded: u64) -> Vec<u8> {
        let mint = self.rewards.swap_remove(usize::from(index));
        self.sums.sequence += 1;
        let reward = RewardBalances { funded, claimed: 0 };
        RewardRemoved { pool_address: POOL, index, mint, reward, pool: self.sums }.data()
    }

    fn close(&mut self) -> Vec<u8> {
        self.sums.sequence += 1;
        PoolClosed { pool_address: POOL, rent_payer: OWNER, pool: self.sums }.data()
    }

    fn changed(&mut self) {
        self.position.weighted = self.position.amount;
        self.sums.weighted = self.sums.staked;
        self.position.sequence += 1;
        self.sums.sequence += 1;
    }
}

#[tokio::test]
async fn a_position_that_is_opened_again_begins_anew() {
    let mut chain = Chain::begin().await;
    let (mut pool, created) = Pool::create();
    let emitted = vec![created, pool.stake(0, 100), pool.unstake()];
    let before_the_end = chain.commit(emitted).await;
    let before = rows(chain.pool()).await;
    let position = row(chain.pool(), "positions").await;
    let names = ["tier", "amount", "cooling", "sequence", "available_at"];
    let available_at = chrono::DateTime::from_timestamp(START + 95_000, 0).unwrap();
    let available_at = json!(available_at.format("%Y-%m-%dT%H:%M:%S+00:00").to_string());
    assert_eq!(fields(&position, &names), [json!(0), json!(0), json!(100), json!(2), available_at]);
    require_balanced(chain.pool()).await;

    // All of it in one commit: what the first position was must not be told of the second.
    let emitted = vec![pool.withdraw(), pool.close_position(), pool.stake(1, 30)];
    chain.commit(emitted).await;
    let position = row(chain.pool(), "positions").await;
    assert_eq!(fields(&position, &names), [json!(1), json!(30), json!(0), json!(1), json!(null)]);
    let sums = row(chain.pool(), "pools").await;
    let names = ["staked", "cooling", "positions", "sequence", "lock_seconds", "weight_bps"];
    let tiers = (json!([90_000, 180_000]), json!([10_000, 20_000]));
    assert_eq!(fields(&sums, &names), [json!(30), json!(0), json!(1), json!(5), tiers.0, tiers.1]);
    require_balanced(chain.pool()).await;

    let emitted = vec![pool.unstake(), pool.withdraw(), pool.close_position(), pool.close()];
    chain.commit(emitted).await;
    require_balanced(chain.pool()).await;
    let (_, created) = Pool::create();
    chain.commit(vec![created]).await;
    let sums = row(chain.pool(), "pools").await;
    assert_eq!(fields(&sums, &["staked", "positions", "sequence"]), [json!(0), json!(0), json!(0)]);

    chain.undo_to(&before_the_end).await;
    assert_eq!(rows(chain.pool()).await, before);
}

#[tokio::test]
async fn the_last_reward_takes_the_place_of_one_that_is_removed() {
    let mut chain = Chain::begin().await;
    let (mut pool, created) = Pool::create();
    let emitted = vec![
        created,
        pool.add(mint(1)),
        pool.add(mint(2)),
        pool.add(mint(3)),
        pool.fund(0, 70),
        pool.fund(2, 30),
        pool.remove(0, 70),
        pool.fund(1, 40),
    ];
    chain.commit(emitted).await;
    let places = async |chain: &Chain| -> Vec<(String, i16, i64)> {
        sqlx::query_as("SELECT mint, index, funded::bigint FROM chain.rewards ORDER BY index")
            .fetch_all(chain.pool())
            .await
            .unwrap()
    };
    let [second, third] = [mint(2), mint(3)].map(|mint| mint.to_string());
    assert_eq!(places(&chain).await, [(third.clone(), 0, 30), (second, 1, 40)]);
    require_balanced(chain.pool()).await;

    // The last one leaves nobody to move.
    let removed = pool.remove(1, 40);
    chain.commit(vec![removed]).await;
    assert_eq!(places(&chain).await, [(third, 0, 30)]);
    require_balanced(chain.pool()).await;
}
