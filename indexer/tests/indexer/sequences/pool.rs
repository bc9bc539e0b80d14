//! A pool, its rewards, and the positions in it.

use std::collections::BTreeMap;

use rand::{Rng, rngs::StdRng};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till::{Fixed, NewPosition, NewReward, Pool, Position, Reward, Stream, Tier, events::*};

use super::{Accounts, at, told, wallet};
use crate::world::MINT;

const POOL: Pubkey = Pubkey::new_from_array([80; 32]);
const TIERS: [Tier; 2] =
    [Tier { lock_seconds: 86_400, weight_bps: 10_000 }, Tier { lock_seconds: 172_800, weight_bps: 25_000 }];
const COOLDOWN: u32 = 3_600;

#[derive(Default)]
pub struct Pools {
    pool: Option<Pool>,
    /// By owner.
    positions: BTreeMap<u8, Position>,
}

fn empty() -> Pool {
    let none = Pubkey::default();
    let reward = Reward {
        mint: none,
        reward_token: none,
        rent_payer: none,
        per_share: Fixed::default(),
        funded: 0,
        claimed: 0,
        plan: Stream::default(),
        income: Stream::default(),
        updated_at: 0,
    };
    Pool {
        founder: wallet(1),
        authority: wallet(2),
        pending_authority: none,
        rent_payer: wallet(3),
        stake_mint: MINT,
        stake_token: wallet(4),
        terms_hash: [0; 32],
        rewards: [reward; 4],
        lock_seconds: [0; 4],
        weight_bps: [0; 4],
        staked: 0,
        cooling: 0,
        weighted: 0,
        positions: 0,
        sequence: 0,
        cooldown_seconds: 0,
        index: 7,
        reward_count: 0,
        tier_count: 0,
        retired: 0,
        bump: 255,
        _reserved: [0; 38],
    }
}

fn address(owner: u8) -> Pubkey {
    wallet(120 + owner)
}

impl Pools {
    fn create(&mut self) -> Option<Vec<u8>> {
        let mut pool = empty();
        pool.set_terms(&TIERS, COOLDOWN).ok()?;
        self.pool = Some(pool);
        told(PoolCreated {
            pool: POOL,
            founder: pool.founder,
            index: pool.index,
            authority: pool.authority,
            rent_payer: pool.rent_payer,
            stake_mint: pool.stake_mint,
            stake_token: pool.stake_token,
            token_program: wallet(5),
            decimals: 6,
            cooldown_seconds: COOLDOWN,
            tiers: TIERS.to_vec(),
        })
    }

    fn govern(&mut self, now: i64, rng: &mut StdRng) -> Option<Vec<u8>> {
        let pool = self.pool.as_mut()?;
        let mut after = *pool;
        let event = match rng.gen_range(0..30) {
            0..=6 => {
                let mint = wallet(rng.gen_range(6..10));
                let new = NewReward { mint, reward_token: mint, rent_payer: wallet(3) };
                let index = after.add_reward(new, now).ok()?;
                told(RewardAdded {
                    pool_address: POOL,
                    index,
                    mint,
                    reward_token: mint,
                    rent_payer: wallet(3),
                    token_program: wallet(5),
                    decimals: 9,
                    at: now,
                    pool: after.balances(),
                })
            }
            7..=12 => {
                let (index, amount) = (rng.gen_range(0..4), rng.gen_range(1..100_000));
                after.fund(index, amount, 600_000, now).ok()?;
                let reward = after.reward(index).ok()?;
                told(RewardFunded {
                    pool_address: POOL,
                    index,
                    mint: reward.mint,
                    amount,
                    sent: amount,
                    seconds: 600_000,
                    at: now,
                    reward: reward.balances(),
                    pool: after.balances(),
                })
            }
            13..=16 => {
                let (mint, amount) = (wallet(rng.gen_range(6..10)), rng.gen_range(1..10_000));
                let index = after.earner(&mint, amount)?;
                after.earn(index, amount, now).ok()?;
                let reward = after.reward(index).ok()?.balances();
                let pool = after.balances();
                told(RewardEarned { pool_address: POOL, index, mint, amount, at: now, reward, pool })
            }
            17..=19 => {
                let index = rng.gen_range(0..4);
                let removed = after.remove_reward(index).ok()?;
                told(RewardRemoved {
                    pool_address: POOL,
                    index,
                    mint: removed.mint,
                    reward: removed.balances(),
                    pool: after.balances(),
                })
            }
            20..=21 => {
                let pending_authority = wallet(rng.gen_range(0..2) * 2);
                after.propose_authority(pending_authority).ok()?;
                let pool = after.balances();
                told(PoolAuthorityProposed { pool_address: POOL, pending_authority, pool })
            }
            22..=23 => {
                if after.pending_authority == Pubkey::default() {
                    return None;
                }
                after.accept_authority().ok()?;
                let (authority, pool) = (after.authority, after.balances());
                told(PoolAuthorityAccepted { pool_address: POOL, authority, pool })
            }
            24 => {
                after.retire().ok()?;
                told(PoolRetired { pool_address: POOL, pool: after.balances() })
            }
            _ => {
                after.close().ok()?;
                self.pool = None;
                let closed =
                    PoolClosed { pool_address: POOL, rent_payer: after.rent_payer, pool: after.balances() };
                return told(closed);
            }
        };
        *pool = after;
        event
    }

    fn stake(&mut self, owner: u8, now: i64, rng: &mut StdRng) -> Option<Vec<u8>> {
        let pool = self.pool.as_mut()?;
        let mut after = *pool;
        let tier = rng.gen_range(0..2);
        let new = NewPosition { pool: POOL, owner: wallet(owner), rent_payer: wallet(3), tier };
        let mut position = match self.positions.get(&owner) {
            Some(position) => *position,
            None => after.open_position(new).ok()?,
        };
        let amount = rng.gen_range(0..1_000);
        after.stake(&mut position, amount, now).ok()?;
        *pool = after;
        self.positions.insert(owner, position);
        told(Staked {
            about: position.about(address(owner)),
            rent_payer: position.rent_payer,
            tier: position.tier,
            amount,
            sent: amount,
            at: now,
            position: position.balances(),
            pool: after.balances(),
        })
    }

    fn leave(&mut self, owner: u8, now: i64, rng: &mut StdRng) -> Option<Vec<u8>> {
        let (pool, position) = (self.pool.as_mut()?, self.positions.get_mut(&owner)?);
        let (mut after, mut left) = (*pool, *position);
        let about = position.about(address(owner));
        let event = match rng.gen_range(0..4) {
            0 => {
                let all = rng.gen_bool(0.5);
                let amount = if all { position.amount } else { rng.gen_range(1..=position.amount.max(1)) };
                after.request_unstake(&mut left, amount, now).ok()?;
                let (position, pool) = (left.balances(), after.balances());
                told(UnstakeRequested { about, amount, at: now, position, pool })
            }
            1 => {
                let amount = after.withdraw(&mut left, now).ok()?;
                let (position, pool) = (left.balances(), after.balances());
                let (owner_token, received) = (about.owner, amount);
                told(StakeWithdrawn { about, owner_token, amount, received, position, pool })
            }
            2 => {
                let index = rng.gen_range(0..4);
                let amount = after.claim(&mut left, index, now).ok()?;
                let reward = after.reward(index).ok()?;
                told(RewardClaimed {
                    about,
                    index,
                    mint: reward.mint,
                    owner_token: about.owner,
                    amount,
                    received: amount,
                    at: now,
                    reward: reward.balances(),
                    position: left.balances(),
                    pool: after.balances(),
                })
            }
            _ => {
                let given_up = left.owed();
                after.close_position(&mut left).ok()?;
                *pool = after;
                self.positions.remove(&owner);
                let (rent_payer, position, pool) = (left.rent_payer, left.balances(), after.balances());
                return told(PositionClosed { about, rent_payer, given_up, position, pool });
            }
        };
        (*pool, *position) = (after, left);
        event
    }
}

impl Accounts for Pools {
    fn play(&mut self, now: i64, rng: &mut StdRng) -> Option<Vec<u8>> {
        let owner = rng.gen_range(20..23);
        match rng.gen_range(0..10) {
            _ if self.pool.is_none() => self.create(),
            0..=2 => self.govern(now, rng),
            3..=5 => self.stake(owner, now, rng),
            _ => self.leave(owner, now, rng),
        }
    }

    fn expected(&self) -> Vec<(&'static str, Vec<Value>)> {
        let pools = self.pool.iter().map(|pool| {
            let offered = pool.pending_authority != Pubkey::default();
            let hash: String = pool.terms_hash.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({
                "address": POOL.to_string(),
                "founder": pool.founder.to_string(),
                "index": pool.index,
                "authority": pool.authority.to_string(),
                "pending_authority": offered.then(|| pool.pending_authority.to_string()),
                "rent_payer": pool.rent_payer.to_string(),
                "stake_mint": pool.stake_mint.to_string(),
                "stake_token": pool.stake_token.to_string(),
                "token_program": wallet(5).to_string(),
                "decimals": 6,
                "terms_hash": format!("\\x{hash}"),
                "cooldown_seconds": pool.cooldown_seconds,
                "lock_seconds": pool.lock_seconds[..usize::from(pool.tier_count)],
                "weight_bps": pool.weight_bps[..usize::from(pool.tier_count)],
                "staked": pool.staked,
                "cooling": pool.cooling,
                "weighted": pool.weighted,
                "positions": pool.positions,
                "retired": pool.retired != 0,
                "sequence": pool.sequence,
            })
        });
        let rewards =
            self.pool.iter().flat_map(|pool| pool.rewards().iter().zip(0..)).map(|(reward, index)| {
                json!({
                    "pool": POOL.to_string(),
                    "mint": reward.mint.to_string(),
                    "index": index,
                    "reward_token": reward.reward_token.to_string(),
                    "token_program": wallet(5).to_string(),
                    "decimals": 9,
                    "rent_payer": reward.rent_payer.to_string(),
                    "funded": reward.funded,
                    "claimed": reward.claimed,
                })
            });
        let positions = self.positions.iter().map(|(owner, position)| {
            json!({
                "address": address(*owner).to_string(),
                "pool": position.pool.to_string(),
                "owner": position.owner.to_string(),
                "rent_payer": position.rent_payer.to_string(),
                "tier": position.tier,
                "amount": position.amount,
                "weighted": position.weighted,
                "cooling": position.cooling,
                "unlock_at": at(position.unlock_at),
                "available_at": at(position.available_at),
                "sequence": position.sequence,
            })
        });
        vec![("pools", pools.collect()), ("rewards", rewards.collect()), ("positions", positions.collect())]
    }
}
