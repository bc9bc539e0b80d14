//! Pools and positions as people see them.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use till::Stream;
use till_store::domain::Money;
use utoipa::ToSchema;

use super::pool::{PoolState, Reward};
use super::staked::{Position, time};

/// A staking pool. Its sums are as of this moment on the chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Pool {
    pub address: String,
    /// What a merchant says of it, if any does.
    pub title: Option<String>,
    pub description: Option<String>,
    /// Who says so.
    pub merchant_name: Option<String>,
    /// The wallet that governs its rewards. It has no power over any stake, nor over what stakers have earned.
    pub authority: String,
    /// What is staked.
    pub mint: String,
    /// The token's name, if it has one here.
    pub symbol: Option<String>,
    pub decimals: u8,
    pub token_program: String,
    /// They never change.
    pub tiers: Vec<PoolTier>,
    /// From asking a stake back to withdrawing it.
    pub cooldown_seconds: u32,
    /// What earns.
    pub staked: Money,
    /// What is on its way out, and earns nothing.
    pub cooling: Money,
    /// What the stakes weigh; rewards are shared out by it.
    pub weighted: Money,
    /// How many are open.
    pub positions: u64,
    /// Whether it was given up: nothing new comes in, everything can leave.
    pub retired: bool,
    pub rewards: Vec<PoolReward>,
    /// The chain's time of all this: locks and cooldowns end by it.
    pub as_of: DateTime<Utc>,
    /// Where a person stakes.
    pub page_url: String,
    /// The same as a Blink.
    pub action_url: String,
}

/// What a staker chooses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PoolTier {
    pub index: u8,
    /// For how long a stake is locked, from staking on.
    pub lock_seconds: u32,
    /// What it weighs, in basis points of its amount; 10,000 is once.
    pub weight_bps: u16,
}

/// What a pool pays its stakers in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PoolReward {
    pub index: u8,
    pub mint: String,
    pub symbol: Option<String>,
    pub decimals: u8,
    /// What all stakers together earn in a second now, in units of the token, rounded down. Without a stake nothing
    /// flows, and what is planned waits.
    #[schema(example = "0.25")]
    pub rate_per_second: String,
    /// Until when that flows; nothing when nothing is planned.
    pub ends_at: Option<DateTime<Utc>>,
    /// Everything that ever came in.
    pub funded: Money,
    /// Everything that stakers have claimed.
    pub claimed: Money,
}

/// What a wallet has in a pool, in one tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PoolPosition {
    pub address: String,
    pub tier: u8,
    /// What earns.
    pub amount: Money,
    /// What it weighs.
    pub weighted: Money,
    /// What was asked back, and earns nothing.
    pub cooling: Money,
    /// From when on it can be asked back.
    pub unlock_at: DateTime<Utc>,
    /// From when on what was asked back can be withdrawn.
    pub available_at: Option<DateTime<Utc>>,
    /// What a claim at this moment would pay, of each reward.
    pub claimable: Vec<Claimable>,
}

/// What can be claimed of one reward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Claimable {
    pub index: u8,
    pub mint: String,
    pub symbol: Option<String>,
    pub amount: Money,
}

pub fn pool(pool: &PoolState, public_url: &str) -> Pool {
    let (record, account) = (&pool.record, &pool.account);
    let tiers = account.lock_seconds.iter().zip(account.weight_bps).zip(0..account.tier_count);
    let money = |amount: u64| pool.stake_token.money(amount);
    Pool {
        address: record.address.clone(),
        title: record.title.clone(),
        description: record.description.clone(),
        merchant_name: record.merchant_name.clone(),
        authority: account.authority.to_string(),
        mint: record.stake_mint.clone(),
        symbol: record.symbol.clone(),
        decimals: pool.stake_token.decimals,
        token_program: record.token_program.clone(),
        tiers: tiers
            .map(|((lock_seconds, weight_bps), index)| PoolTier {
                index,
                lock_seconds: *lock_seconds,
                weight_bps,
            })
            .collect(),
        cooldown_seconds: account.cooldown_seconds,
        staked: money(account.staked),
        cooling: money(account.cooling),
        weighted: money(account.weighted),
        positions: account.positions,
        retired: account.retired != 0,
        rewards: (0..).zip(&pool.rewards).map(|(index, reward)| shown(index, reward, pool.now)).collect(),
        as_of: time(pool.now),
        page_url: format!("{public_url}/pools/{}", record.address),
        action_url: format!("{public_url}/actions/stake/{}", record.address),
    }
}

fn shown(index: u8, Reward { token, account }: &Reward, now: i64) -> PoolReward {
    let streams = [account.plan, account.income];
    let running = || streams.iter().filter(|stream| !stream.is_over(now));
    PoolReward {
        index,
        mint: token.mint(),
        symbol: token.symbol.clone(),
        decimals: token.decimals,
        rate_per_second: rate(running(), token.decimals),
        ends_at: running().map(|stream| stream.ends_at).max().map(time),
        funded: token.money(account.funded),
        claimed: token.money(account.claimed),
    }
}

/// What streams give in a second, in units of a token of so many decimals. The program stores no rate: it is a
/// fraction, which is rounded down here to what is shown.
fn rate<'a>(streams: impl Iterator<Item = &'a Stream>, decimals: u8) -> String {
    let per_second = |stream: &Stream| {
        let seconds = stream.ends_at.saturating_sub(stream.started_at);
        let unit = Decimal::from(10_u64.checked_pow(u32::from(decimals))?);
        Decimal::from(stream.planned).checked_div(Decimal::from(seconds))?.checked_div(unit)
    };
    let sum: Decimal = streams.filter_map(per_second).sum();
    // Finer than any token's base unit, so that what a year brings can be told from it.
    let scale = u32::from(decimals) + 9;
    sum.round_dp_with_strategy(scale, rust_decimal::RoundingStrategy::ToZero).normalize().to_string()
}

pub fn position(pool: &PoolState, position: &Position) -> PoolPosition {
    let account = &position.account;
    let money = |amount: u64| pool.stake_token.money(amount);
    let claimable = (0..).zip(&pool.rewards).zip(&position.claimable);
    PoolPosition {
        address: position.address.to_string(),
        tier: account.tier,
        amount: money(account.amount),
        weighted: money(account.weighted),
        cooling: money(account.cooling),
        unlock_at: time(account.unlock_at),
        available_at: (account.available_at > 0).then(|| time(account.available_at)),
        claimable: claimable
            .map(|((index, reward), amount)| Claimable {
                index,
                mint: reward.token.mint(),
                symbol: reward.token.symbol.clone(),
                amount: reward.token.money(*amount),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(planned: u64, seconds: i64) -> Stream {
        Stream { planned, released: 0, started_at: 1_000, ends_at: 1_000 + seconds }
    }

    #[test]
    fn a_rate_is_a_sum_of_fractions_in_units_of_the_token() {
        assert_eq!(rate([].iter(), 6), "0");
        assert_eq!(rate([stream(1_000_000, 4)].iter(), 6), "0.25");
        assert_eq!(rate([stream(1_000_000, 4), stream(3_000_000, 1)].iter(), 6), "3.25");
        assert_eq!(rate([stream(1, 3)].iter(), 0), "0.333333333", "rounded down");
        assert_eq!(rate([stream(2, 3)].iter(), 0), "0.666666666", "rounded down");
    }
}
