//! What a wallet holds against what something costs it: whatever is missing is told as an amount, before a simulation
//! could only say that something is.

use solana_pubkey::Pubkey;
use till::client::Token;
use till_store::Amount;
use till_store::domain::Money;

use super::priority;
use super::sol::{self, Around, SOL_DECIMALS, is_sol};
use crate::chain::Purse;
use crate::gateway::Gateway;
use crate::payments::signing::SIMULATED_UNITS;
use crate::problem::{Code, Problem, Result};

/// What the network takes for one signature, in lamports.
pub const SIGNATURE_FEE: u64 = 5_000;
/// The space of a token account without extensions, in bytes.
pub const TOKEN_ACCOUNT: usize = 165;

/// What a wallet has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Held {
    pub lamports: u64,
    /// In its associated token account, in base units; nothing when there is no such account.
    pub tokens: Option<u64>,
}

/// What something takes from a wallet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Whether the token is SOL: then what is missing of it is wrapped.
    pub is_sol: bool,
    /// In base units.
    pub tokens: u64,
    /// For the network, and for the rent of accounts that stay.
    pub lamports: u64,
    /// What an account must hold to stay, a token account and one without data: a wallet with less than the latter
    /// would be refused by the network, unless it has nothing at all.
    pub token_account_rent: u64,
    pub wallet_rent: u64,
}

/// What a wallet would need more. Of SOL as the token it is one sum, in `tokens`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    pub tokens: u64,
    pub lamports: u64,
}

impl Cost {
    /// What is missing to somebody who has `held`.
    pub fn missing(&self, held: &Held) -> Missing {
        let tokens = self.tokens.saturating_sub(held.tokens.unwrap_or(0));
        if self.is_sol && tokens > 0 {
            // The account that is created for wrapping gives its rent back at the end.
            let passing = if held.tokens.is_none() { self.token_account_rent } else { 0 };
            let needed = tokens.saturating_add(self.lamports).saturating_add(passing.max(self.wallet_rent));
            return Missing { tokens: needed.saturating_sub(held.lamports), lamports: 0 };
        }
        Missing { tokens, lamports: self.missing_lamports(held.lamports) }
    }

    fn missing_lamports(&self, held: u64) -> u64 {
        if self.lamports == 0 || held == self.lamports {
            return 0;
        }
        self.lamports.saturating_add(self.wallet_rent).saturating_sub(held)
    }

    /// Refuses when something is missing; `in_words` says an amount of the token, `purpose` what the SOL is for.
    pub fn require(&self, held: &Held, in_words: impl Fn(u64) -> String, purpose: &str) -> Result<()> {
        let missing = self.missing(held);
        let words = in_words(missing.tokens);
        if missing.tokens > 0 {
            let detail = match held.tokens {
                _ if self.is_sol => format!("you need {words} more, with what there must be for {purpose}"),
                Some(_) => format!("you need {words} more"),
                None => format!("this wallet has no account for this token: you need {words}"),
            };
            return Err(Problem::new(Code::InsufficientFunds, detail));
        }
        if missing.lamports > 0 {
            let detail = format!("you need {} more, for {purpose}", sol_in_words(missing.lamports));
            return Err(Problem::new(Code::InsufficientSol, detail));
        }
        Ok(())
    }
}

/// Lamports as customers read them, such as `0.002 SOL`.
fn sol_in_words(lamports: u64) -> String {
    format!("{} SOL", Money::new(Amount(lamports), SOL_DECIMALS).value)
}

/// What a wallet is to put into something, in one token.
#[derive(Clone, Copy, Debug)]
pub struct Spending<'a> {
    pub token: Token,
    pub decimals: u8,
    /// The token's name, if it has one here.
    pub symbol: Option<&'a str>,
    /// What is to arrive, in base units.
    pub amount: u64,
    /// The space of each account that is created at the wallet's expense, in bytes.
    pub creates: &'a [usize],
    /// What the SOL is for, such as `the network fee and the receipt's account`.
    pub purpose: &'a str,
}

/// How a wallet spends.
#[derive(Clone, Debug)]
pub struct Spent {
    /// What must leave the wallet for the amount to arrive: more under a mint with a transfer fee. In base units.
    pub gross: u64,
    /// What wraps the SOL, if it is SOL.
    pub around: Around,
}

impl Spending<'_> {
    /// How `wallet` can spend it, or what it would need more.
    pub async fn by(&self, gateway: &Gateway, wallet: &Pubkey) -> Result<Spent> {
        let Purse { lamports, tokens, .. } = gateway.chain.purse(wallet, &[self.token], &[]).await?;
        let holding = tokens.into_iter().next().ok_or_else(|| anyhow::anyhow!("a purse without a token"))?;
        let epoch = if holding.mint_fee.is_some() { Some(gateway.chain.epoch().await?) } else { None };
        let gross = holding.gross(epoch, self.amount)?;
        let held = Held { lamports, tokens: holding.tokens };
        let cost = Cost {
            is_sol: is_sol(&self.token),
            tokens: gross,
            token_account_rent: gateway.chain.rent(TOKEN_ACCOUNT).await?,
            ..Cost::of_sol(gateway, self.creates).await?
        };
        let in_words = |amount| {
            let value =
                Money::new(Amount(amount), if cost.is_sol { SOL_DECIMALS } else { self.decimals }).value;
            format!("{value} {}", self.symbol.unwrap_or("tokens"))
        };
        cost.require(&held, in_words, self.purpose)?;
        Ok(Spent { gross, around: sol::paying(wallet, &self.token, held.tokens, gross)? })
    }
}

impl Cost {
    /// What the network takes at most, and the rent of accounts of these sizes.
    async fn of_sol(gateway: &Gateway, creates: &[usize]) -> Result<Self> {
        let mut lamports = SIGNATURE_FEE + priority::lamports(gateway.max_priority_fee, SIMULATED_UNITS);
        for space in creates {
            lamports = lamports.saturating_add(gateway.chain.rent(*space).await?);
        }
        Ok(Self { lamports, wallet_rent: gateway.chain.rent(0).await?, ..Self::default() })
    }
}

/// Refuses when a wallet has too little SOL for the network fee and the accounts that it creates, for which `purpose`
/// has words.
pub async fn require_sol(gateway: &Gateway, wallet: &Pubkey, creates: &[usize], purpose: &str) -> Result<()> {
    let Purse { lamports, .. } = gateway.chain.purse(wallet, &[], &[]).await?;
    let cost = Cost::of_sol(gateway, creates).await?;
    cost.require(&Held { lamports, tokens: None }, sol_in_words, purpose)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COST: Cost =
        Cost { is_sol: false, tokens: 100, lamports: 50, token_account_rent: 20, wallet_rent: 8 };
    const SOL: Cost = Cost { is_sol: true, ..COST };

    fn missing(cost: Cost, lamports: u64, tokens: Option<u64>) -> (u64, u64) {
        let missing = cost.missing(&Held { lamports, tokens });
        (missing.tokens, missing.lamports)
    }

    #[test]
    fn what_is_missing_is_told_exactly() {
        assert_eq!(missing(COST, 58, Some(100)), (0, 0));
        assert_eq!(missing(COST, 57, Some(99)), (1, 1));
        assert_eq!(missing(COST, 50, Some(100)), (0, 0), "a wallet may be emptied");
        assert_eq!(missing(COST, 0, None), (100, 58));
        assert_eq!(missing(Cost { lamports: 0, ..COST }, 0, Some(100)), (0, 0), "somebody else pays");
    }

    #[test]
    fn of_sol_the_wallets_own_counts_beside_what_is_wrapped() {
        assert_eq!(missing(SOL, 100 + 50 + 20, None), (0, 0));
        assert_eq!(missing(SOL, 100 + 50 + 19, None), (1, 0), "the account passes through");
        assert_eq!(missing(SOL, 60 + 50 + 8, Some(40)), (0, 0));
        assert_eq!(missing(SOL, 60 + 50 + 7, Some(40)), (1, 0), "a wallet keeps its rent");
        assert_eq!(missing(SOL, 58, Some(100)), (0, 0), "nothing is wrapped");
        assert_eq!(missing(SOL, 57, Some(100)), (0, 1));
    }

    #[test]
    fn a_refusal_says_how_much_and_what_for() {
        let detail = |cost: Cost, held: Held| {
            cost.require(&held, |amount| format!("{amount} X"), "the fee").unwrap_err().detail
        };
        let held = |lamports, tokens| Held { lamports, tokens };
        assert_eq!(detail(COST, held(58, Some(70))), "you need 30 X more");
        assert_eq!(detail(COST, held(58, None)), "this wallet has no account for this token: you need 100 X");
        assert_eq!(detail(COST, held(0, Some(100))), "you need 0.000000058 SOL more, for the fee");
        assert_eq!(detail(SOL, held(100, None)), "you need 70 X more, with what there must be for the fee");
    }
}
