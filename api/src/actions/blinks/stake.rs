//! Staking in a pool, claiming what a stake has earned, and leaving.

use till_store::Amount;
use till_store::domain::Money;

use super::{Blink, symbol, words};
use crate::actions::answer::{Action, Choice, Icon, LinkedAction, Parameter};
use crate::actions::asked::{Signed, Values};
use crate::actions::landed::{self, Looked};
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::staking::{self, Pool, PoolTier};
use crate::wallet::TransactionForWallet;

/// Where events of positions say whose they are.
const OWNER: &str = "/about/owner";
/// What weighs once.
const WHOLE_BPS: u16 = 10_000;

pub async fn show(gateway: &Gateway, address: &str) -> Result<Action> {
    let pool = staking::find(gateway, address).await?;
    let action = action(gateway, &pool, description(&pool), "Stake");
    if pool.retired {
        let leave = LinkedAction::transaction(Blink::Unstake.href(address), "Unstake");
        let closed = Action { label: "Closed".to_owned(), ..action };
        return Ok(closed.with(vec![leave, claim_button(address)]));
    }
    let tiers =
        pool.tiers.iter().map(|tier| Choice::new(tier_in_words(tier), tier.index.to_string())).collect();
    let amount = format!("Amount in {}", symbol(pool.symbol.as_deref()));
    let amount = Parameter::amount("amount", amount, pool.decimals, Amount(1), None);
    let stake = LinkedAction::transaction(Blink::Stake.href(address), "Stake")
        .asking(Parameter::radio("tier", "Lock", tiers))
        .asking(amount);
    Ok(action.with(vec![stake, claim_button(address)]))
}

pub async fn show_claim(gateway: &Gateway, address: &str) -> Result<Action> {
    let pool = staking::find(gateway, address).await?;
    Ok(action(gateway, &pool, description(&pool), "Claim rewards").with(vec![claim_button(address)]))
}

/// Unstaking, and withdrawing what has cooled down.
pub async fn show_unstake(gateway: &Gateway, address: &str) -> Result<Action> {
    let pool = staking::find(gateway, address).await?;
    let amount = format!("Amount in {}; all, if empty", symbol(pool.symbol.as_deref()));
    let amount = Parameter::amount("amount", amount, pool.decimals, Amount(1), None).optional();
    let unstake = LinkedAction::transaction(Blink::Unstake.href(address), "Unstake").asking(amount);
    let description = format!("{} {}", description(&pool), cooldown_in_words(&pool));
    Ok(action(gateway, &pool, description, "Unstake").with(vec![unstake, withdraw_button(address)]))
}

pub async fn show_withdraw(gateway: &Gateway, address: &str) -> Result<Action> {
    let pool = staking::find(gateway, address).await?;
    let description = cooldown_in_words(&pool);
    Ok(action(gateway, &pool, description, "Withdraw").with(vec![withdraw_button(address)]))
}

fn action(gateway: &Gateway, pool: &Pool, description: String, label: &str) -> Action {
    let title = pool.title.clone().unwrap_or_else(|| format!("Stake {}", symbol(pool.symbol.as_deref())));
    Action::new(&gateway.public_url, Icon::Stake, &title, description, label)
}

fn claim_button(address: &str) -> LinkedAction {
    LinkedAction::transaction(Blink::Claim.href(address), "Claim rewards")
}

fn withdraw_button(address: &str) -> LinkedAction {
    LinkedAction::transaction(Blink::Withdraw.href(address), "Withdraw")
}

fn description(pool: &Pool) -> String {
    let mut sentences: Vec<String> = pool.description.iter().cloned().collect();
    sentences.push(format!("{} staked.", words(&pool.staked, pool.symbol.as_deref())));
    sentences.extend(pool.rewards.iter().filter(|reward| reward.ends_at.is_some()).map(|reward| {
        let symbol = symbol(reward.symbol.as_deref());
        format!("All stakers together earn {} {symbol} a second.", reward.rate_per_second)
    }));
    if pool.retired {
        sentences.push("The pool takes no new stakes; everything can leave.".to_owned());
    }
    sentences.join(" ")
}

fn cooldown_in_words(pool: &Pool) -> String {
    match pool.cooldown_seconds {
        0 => "What is unstaked can be withdrawn at once.".to_owned(),
        seconds => format!("What is unstaked can be withdrawn after {}.", span(seconds)),
    }
}

fn tier_in_words(tier: &PoolTier) -> String {
    let lock = match tier.lock_seconds {
        0 => "not locked".to_owned(),
        seconds => format!("{} locked", span(seconds)),
    };
    let weight = f64::from(tier.weight_bps) / f64::from(WHOLE_BPS);
    format!("{lock}, weight ×{weight}")
}

/// So many seconds, in the largest unit that measures them.
fn span(seconds: u32) -> String {
    let (count, unit) = [(86_400, "day"), (3_600, "hour"), (60, "minute")]
        .into_iter()
        .find(|(length, _)| seconds >= *length && seconds.is_multiple_of(*length))
        .map_or((seconds, "second"), |(length, unit)| (seconds / length, unit));
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

pub async fn stake(
    gateway: &Gateway,
    address: &str,
    account: &str,
    values: &Values,
) -> Result<TransactionForWallet> {
    let invalid =
        || Problem::of_field(Code::ValidationFailed, "tier", "the index of one of the pool's tiers");
    let tier = values.tier.as_deref().unwrap_or("0").parse().map_err(|_| invalid())?;
    staking::stake(gateway, address, account, tier, values.amount()?).await
}

pub async fn unstake(
    gateway: &Gateway,
    address: &str,
    account: &str,
    values: &Values,
) -> Result<TransactionForWallet> {
    staking::unstake(gateway, address, account, None, values.amount.as_deref()).await
}

pub async fn withdraw(gateway: &Gateway, address: &str, account: &str) -> Result<TransactionForWallet> {
    staking::withdraw(gateway, address, account, None).await
}

pub async fn claim(gateway: &Gateway, address: &str, account: &str) -> Result<TransactionForWallet> {
    staking::claim(gateway, address, account).await
}

pub async fn staked(gateway: &Gateway, address: &str, signed: &Signed) -> Result<Action> {
    let (pool, amount) = moved(gateway, address, signed, "Staked", "/amount").await?;
    let description = format!("{amount} staked. Transaction {}.", signed.signature);
    Ok(action(gateway, &pool, description, "Staked").completed())
}

/// What comes after is withdrawing, as soon as the pool allows.
pub async fn unstaked(gateway: &Gateway, address: &str, signed: &Signed) -> Result<Action> {
    let (pool, amount) = moved(gateway, address, signed, "UnstakeRequested", "/amount").await?;
    let description =
        format!("{amount} unstaked. {} Transaction {}.", cooldown_in_words(&pool), signed.signature);
    let unstaked = action(gateway, &pool, description, "Unstaked");
    Ok(match pool.cooldown_seconds {
        0 => unstaked.with(vec![withdraw_button(address)]),
        _ => unstaked.completed(),
    })
}

pub async fn withdrawn(gateway: &Gateway, address: &str, signed: &Signed) -> Result<Action> {
    let (pool, amount) = moved(gateway, address, signed, "StakeWithdrawn", "/received").await?;
    let description = format!("{amount} are back in your wallet. Transaction {}.", signed.signature);
    Ok(action(gateway, &pool, description, "Withdrawn").completed())
}

/// The pool, and how much of its token the wallet has moved.
async fn moved(
    gateway: &Gateway,
    address: &str,
    signed: &Signed,
    event: &'static str,
    amount: &'static str,
) -> Result<(Pool, String)> {
    staking::find(gateway, address).await?;
    let looked = Looked { subject: address, event, wallet: OWNER, signed };
    let amount = landed::sum(&landed::events(gateway, looked).await?, amount)?;
    let pool = staking::find(gateway, address).await?;
    let amount = words(&Money::new(amount, pool.decimals), pool.symbol.as_deref());
    Ok((pool, amount))
}

pub async fn claimed(gateway: &Gateway, address: &str, signed: &Signed) -> Result<Action> {
    staking::find(gateway, address).await?;
    let looked = Looked { subject: address, event: "RewardClaimed", wallet: OWNER, signed };
    let claims = landed::events(gateway, looked).await?;
    let pool = staking::find(gateway, address).await?;
    let mut received = Vec::new();
    for reward in &pool.rewards {
        let of_it: Vec<_> =
            claims.iter().filter(|claim| claim.data["mint"] == reward.mint).cloned().collect();
        if !of_it.is_empty() {
            let amount = Money::new(landed::sum(&of_it, "/received")?, reward.decimals);
            received.push(words(&amount, reward.symbol.as_deref()));
        }
    }
    let description =
        format!("{} claimed to your wallet. Transaction {}.", received.join(" and "), signed.signature);
    Ok(action(gateway, &pool, description, "Claimed").completed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_are_told_in_whole_units() {
        for (seconds, told) in
            [(86_400, "1 day"), (2_592_000, "30 days"), (5_400, "90 minutes"), (61, "61 seconds")]
        {
            assert_eq!(span(seconds), told);
        }
        let tier = |lock_seconds, weight_bps| tier_in_words(&PoolTier { index: 0, lock_seconds, weight_bps });
        assert_eq!(tier(0, 10_000), "not locked, weight ×1");
        assert_eq!(tier(3_600, 12_500), "1 hour locked, weight ×1.25");
    }
}
