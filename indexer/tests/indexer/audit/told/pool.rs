//! A pool, its rewards, and a position in it.

use anchor_lang::Event;
use solana_pubkey::Pubkey;
use till::{Pool, Position, Reward, Tier, events::*};

use super::{
    super::accounts::{self, zeroed},
    SOMEBODY, Told, address,
};
use crate::world::{MINT, START};

const OTHER_MINT: Pubkey = Pubkey::new_from_array([72; 32]);
const TIERS: [Tier; 2] =
    [Tier { lock_seconds: 90_000, weight_bps: 10_000 }, Tier { lock_seconds: 180_000, weight_bps: 20_000 }];

/// With a stake, a reward in the mint of the stakes, and one in another.
pub fn pool() -> Told {
    let (pool, stake_token, position, reward_token) = (address(85), address(86), address(87), address(88));
    let created = PoolCreated {
        pool,
        founder: SOMEBODY,
        index: 3,
        authority: SOMEBODY,
        rent_payer: SOMEBODY,
        stake_mint: MINT,
        stake_token,
        token_program: SOMEBODY,
        decimals: 6,
        cooldown_seconds: 3_600,
        tiers: TIERS.to_vec(),
    };
    let sums = |sequence| PoolBalances { staked: 0, cooling: 0, weighted: 0, positions: 0, sequence };
    let rewards = [(MINT, stake_token, 70), (OTHER_MINT, reward_token, 30)];
    let mut emitted = vec![created.data()];
    for ((mint, reward_token, funded), index) in rewards.into_iter().zip(0..) {
        let added = RewardAdded {
            pool_address: pool,
            index,
            mint,
            reward_token,
            rent_payer: SOMEBODY,
            token_program: SOMEBODY,
            decimals: 6,
            at: START,
            pool: sums(u64::from(index) * 2 + 1),
        };
        let funding = RewardFunded {
            pool_address: pool,
            index,
            mint,
            amount: funded,
            sent: funded,
            seconds: 60,
            at: START,
            reward: RewardBalances { funded, claimed: 0 },
            pool: sums(u64::from(index) * 2 + 2),
        };
        emitted.extend([added.data(), funding.data()]);
    }
    let staked = PoolBalances { staked: 40, weighted: 80, positions: 1, ..sums(5) };
    let stake = PositionBalances {
        amount: 40,
        weighted: 80,
        cooling: 0,
        unlock_at: START + 180_000,
        available_at: 0,
        sequence: 1,
    };
    emitted.push(
        Staked {
            about: PositionRef { position, pool, owner: SOMEBODY },
            rent_payer: SOMEBODY,
            tier: 1,
            amount: 40,
            sent: 40,
            at: START,
            position: stake,
            pool: staked,
        }
        .data(),
    );

    let mut account: Pool = zeroed();
    for (slot, (mint, reward_token, funded)) in account.rewards.iter_mut().zip(rewards) {
        *slot = Reward { mint, reward_token, rent_payer: SOMEBODY, funded, ..zeroed() };
    }
    for (index, tier) in TIERS.iter().enumerate() {
        account.lock_seconds[index] = tier.lock_seconds;
        account.weight_bps[index] = tier.weight_bps;
    }
    let account = Pool {
        founder: SOMEBODY,
        authority: SOMEBODY,
        rent_payer: SOMEBODY,
        stake_mint: MINT,
        stake_token,
        terms_hash: till::pool_terms_hash(&MINT, &TIERS, 3_600).unwrap(),
        staked: 40,
        weighted: 80,
        positions: 1,
        sequence: 5,
        cooldown_seconds: 3_600,
        index: 3,
        reward_count: 2,
        tier_count: 2,
        ..account
    };
    let of_owner = Position {
        pool,
        owner: SOMEBODY,
        rent_payer: SOMEBODY,
        amount: 40,
        weighted: 80,
        unlock_at: START + 180_000,
        sequence: 1,
        tier: 1,
        ..zeroed()
    };
    let accounts = vec![
        (pool, accounts::of(&account)),
        (position, accounts::of(&of_owner)),
        (stake_token, accounts::token(MINT, pool, 110)),
        (reward_token, accounts::token(OTHER_MINT, pool, 30)),
    ];
    (emitted, accounts)
}
