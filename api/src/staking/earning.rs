//! Claiming rewards.

use anchor_spl::associated_token::spl_associated_token_account::instruction::create_associated_token_account_idempotent;
use solana_instruction::Instruction;
use till::client;

use super::acting::hand_out;
use super::packing::pack;
use super::staked::{Position, Staked};
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::wallet::{self, TransactionForWallet};

/// What is claimed of one reward of one position.
struct Claim {
    /// The place of the reward in the pool.
    reward: usize,
    amount: u64,
    instructions: Vec<Instruction>,
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
    let claims: Vec<Claim> = chosen.into_iter().flat_map(|position| claims(&staked, position)).collect();
    if claims.is_empty() {
        let detail = "no reward has earned a whole base unit yet that is not claimed";
        return Err(Problem::new(Code::NothingToClaim, detail));
    }
    let steps: Vec<_> = claims.iter().map(|claim| claim.instructions.clone()).collect();
    let (instructions, count) = pack(&owner, &steps);
    let mut words = format!("Claim {} from {}", sums(&staked, &claims[..count]), staked.pool.name());
    if count < claims.len() {
        words += &format!(": {count} of {} claims; the others need another transaction", claims.len());
    }
    hand_out(gateway, &staked.pool, owner, instructions, words).await
}

fn claims(staked: &Staked, position: &Position) -> Vec<Claim> {
    let pool = &staked.pool;
    let of_reward = |(reward, amount): (usize, &u64)| {
        let key = pool.reward_key(reward).filter(|_| *amount > 0)?;
        let to = key.token.account_of(&staked.owner);
        let (owner, token) = (&staked.owner, &key.token);
        let account = create_associated_token_account_idempotent(owner, owner, &token.mint, &token.program);
        let claim = client::claim_reward(&key, position.address, to);
        Some(Claim { reward, amount: *amount, instructions: vec![account, claim] })
    };
    position.claimable.iter().enumerate().filter_map(of_reward).collect()
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
