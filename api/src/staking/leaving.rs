//! Asking stakes back, and withdrawing what has cooled down.

use solana_instruction::Instruction;
use till::client;

use super::acting::hand_out;
use super::packing::{Step, pack};
use super::staked::{Position, Staked, time_in_words};
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::wallet::{self, Around, TransactionForWallet, receiving};

const NOTHING_STAKED: &str = "this wallet has nothing staked there";

pub async fn unstake(
    gateway: &Gateway,
    pool: &str,
    account: &str,
    position: Option<&str>,
    amount: Option<&str>,
) -> Result<TransactionForWallet> {
    let owner = wallet::parse(account)?;
    let staked = Staked::load(gateway, pool, owner).await?;
    let token = &staked.pool.stake_token;
    let wanted = amount.map(|amount| token.read(amount)).transpose()?;
    let parts = parts(&staked, staked.chosen(position)?, wanted.map(|amount| amount.0))?;
    let withdraws = parts.iter().any(|part| part.withdraws);
    let around = if withdraws { receiving(gateway, &token.token, &owner).await? } else { Around::default() };
    let steps: Vec<_> = parts.iter().map(|part| step(&staked, part, &around)).collect();
    let (instructions, count) = pack(&owner, &steps);
    let taken = &parts[..count];
    let sum = taken.iter().map(|part| part.amount).fold(0, u64::saturating_add);
    let again: u64 = taken.iter().map(Part::begins_again).fold(0, u64::saturating_add);
    let until = staked.pool.now.saturating_add(i64::from(staked.pool.account.cooldown_seconds));
    let mut words = format!(
        "Ask {} back from {}: they earn nothing more, and can be withdrawn from {}",
        token.words(sum),
        staked.pool.name(),
        time_in_words(until)
    );
    if again > 0 {
        words += &format!("; {} that cool down already begin again", token.words(again));
    }
    words += &left_out(count, parts.len());
    hand_out(gateway, &staked.pool, owner, instructions, words).await
}

/// What of one position is asked back.
struct Part<'a> {
    position: &'a Position,
    amount: u64,
    /// What has cooled down has to leave first.
    withdraws: bool,
}

impl Part<'_> {
    /// What is cooling down already and begins to again.
    fn begins_again(&self) -> u64 {
        if self.withdraws { 0 } else { self.position.account.cooling }
    }
}

/// Takes `wanted`, or everything, from positions that are not locked: first from those in which nothing cools down that
/// would begin again.
fn parts<'a>(staked: &Staked, chosen: Vec<&'a Position>, wanted: Option<u64>) -> Result<Vec<Part<'a>>> {
    let now = staked.pool.now;
    let token = &staked.pool.stake_token;
    if chosen.is_empty() {
        return Err(Problem::new(Code::PositionNotFound, NOTHING_STAKED));
    }
    let mut holding: Vec<_> = chosen.into_iter().filter(|position| position.account.amount > 0).collect();
    let Some(first) = holding.iter().map(|position| position.account.unlock_at).min() else {
        return Err(
            Problem::new(Code::AmountNotAvailable, NOTHING_STAKED).with_available(token.money(0).value)
        );
    };
    holding.retain(|position| position.is_unlocked(now));
    if holding.is_empty() {
        let detail = format!("your stake is locked until {}", time_in_words(first));
        return Err(Problem::new(Code::StakeLocked, detail));
    }
    let unlocked = holding.iter().map(|position| position.account.amount).fold(0, u64::saturating_add);
    let mut left = wanted.unwrap_or(unlocked);
    if left > unlocked {
        let detail = format!("{} are staked and not locked", token.words(unlocked));
        let problem = Problem::new(Code::AmountNotAvailable, detail);
        return Err(problem.with_available(token.money(unlocked).value));
    }
    holding.sort_by_key(|position| position.account.cooling > 0 && !position.has_cooled_down(now));
    let mut parts = Vec::new();
    for position in holding {
        let amount = left.min(position.account.amount);
        if amount > 0 {
            parts.push(Part { position, amount, withdraws: position.has_cooled_down(now) });
            left -= amount;
        }
    }
    Ok(parts)
}

fn step(staked: &Staked, part: &Part<'_>, around: &Around) -> Step {
    let position = part.position;
    let ask = client::request_unstake(staked.owner, staked.pool.address, position.address, part.amount);
    if part.withdraws {
        Step { around: around.clone(), instructions: vec![withdrawal(staked, position), ask] }
    } else {
        Step { around: Around::default(), instructions: vec![ask] }
    }
}

pub async fn withdraw(
    gateway: &Gateway,
    pool: &str,
    account: &str,
    position: Option<&str>,
) -> Result<TransactionForWallet> {
    let owner = wallet::parse(account)?;
    let staked = Staked::load(gateway, pool, owner).await?;
    let now = staked.pool.now;
    let mut cooling = staked.chosen(position)?;
    cooling.retain(|position| position.account.cooling > 0);
    let Some(first) = cooling.iter().map(|position| position.account.available_at).min() else {
        return Err(Problem::new(Code::NothingToWithdraw, "nothing was asked back: unstake first"));
    };
    cooling.retain(|position| position.has_cooled_down(now));
    if cooling.is_empty() {
        let detail = format!("your stake cools down until {}", time_in_words(first));
        return Err(Problem::new(Code::NothingToWithdraw, detail));
    }
    let around = receiving(gateway, &staked.pool.stake_token.token, &owner).await?;
    let step = |position: &&Position| Step {
        around: around.clone(),
        instructions: vec![withdrawal(&staked, position)],
    };
    let steps: Vec<_> = cooling.iter().map(step).collect();
    let (instructions, count) = pack(&owner, &steps);
    let sum = cooling[..count].iter().map(|position| position.account.cooling).fold(0, u64::saturating_add);
    let sum = staked.pool.stake_token.words(sum);
    let words = format!("Withdraw {sum} from {}{}", staked.pool.name(), left_out(count, cooling.len()));
    hand_out(gateway, &staked.pool, owner, instructions, words).await
}

fn withdrawal(staked: &Staked, position: &Position) -> Instruction {
    let to = staked.pool.stake_token.token.account_of(&staked.owner);
    client::withdraw_stake(&staked.pool.key(), position.address, to)
}

/// What is added to a message when not everything fits into one transaction.
fn left_out(done: usize, all: usize) -> String {
    if done == all {
        return String::new();
    }
    format!("; {done} of {all} positions, the others need another transaction")
}
