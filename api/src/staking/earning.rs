//! Claiming rewards.

use till::client;

use super::acting::hand_out;
use super::packing::{Step, pack};
use super::staked::{Position, Staked};
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::wallet::{self, TransactionForWallet, receiving};

/// What is claimed of one reward of one position.
struct Claim {
    /// The place of the reward in the pool.
    reward: usize,
    amount: u64,
    step: Step,
}

pub async fn claim(
    gateway: &Gateway,
    pool: &str,
    account: &str,
    position: Option<&str>,
) -> Result<TransactionForWallet> {
    let owner = wallet::parse(account)?;
    let staked = Staked::load(gateway, pool, owner).await?;
    let chosen = staked.chosen(position)?;
    let mut claims = Vec::new();
    for (reward, known) in staked.pool.rewards.iter().enumerate() {
        let paying = |position: &&&Position| position.claimable.get(reward).is_some_and(|amount| *amount > 0);
        let positions: Vec<&Position> = chosen.iter().filter(paying).copied().collect();
        let Some(key) = staked.pool.reward_key(reward).filter(|_| !positions.is_empty()) else { continue };
        let around = receiving(gateway, &known.token.token, &owner).await?;
        for position in positions {
            let claim = client::claim_reward(&key, position.address, key.token.account_of(&owner));
            let step = Step { around: around.clone(), instructions: vec![claim] };
            claims.push(Claim { reward, amount: position.claimable[reward], step });
        }
    }
    if claims.is_empty() {
        let detail = "no reward has earned a whole base unit yet that is not claimed";
        return Err(Problem::new(Code::NothingToClaim, detail));
    }
    let steps: Vec<_> = claims.iter().map(|claim| claim.step.clone()).collect();
    let (instructions, count) = pack(&owner, &steps);
    let mut words = format!("Claim {} from {}", sums(&staked, &claims[..count]), staked.pool.name());
    if count < claims.len() {
        words += &format!(": {count} of {} claims; the others need another transaction", claims.len());
    }
    hand_out(gateway, &staked.pool, owner, instructions, words).await
}

/// What is claimed in all, such as `1.20 TILL and 3.00 USDC`.
fn sums(staked: &Staked, claims: &[Claim]) -> String {
    let of_reward = |(index, reward): (usize, &super::pool::Reward)| {
        let of_it = claims.iter().filter(|claim| claim.reward == index);
        let sum = of_it.map(|claim| claim.amount).fold(0, u64::saturating_add);
        (sum > 0).then(|| reward.token.words(sum))
    };
    let sums: Vec<String> = staked.pool.rewards.iter().enumerate().filter_map(of_reward).collect();
    sums.join(" and ")
}
