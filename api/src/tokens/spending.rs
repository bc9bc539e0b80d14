//! A wallet's side of giving, staking and burning.

use solana_pubkey::Pubkey;

use super::KnownToken;
use crate::chain::Holding;
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};

/// What a wallet holds of a token, and what must leave it.
pub struct Spending {
    token: KnownToken,
    holding: Holding,
    epoch: Option<u64>,
}

impl Spending {
    /// Looks what `wallet` holds.
    pub async fn of(gateway: &Gateway, wallet: &Pubkey, token: &KnownToken) -> Result<Self> {
        let mut purse = gateway.chain.purse(wallet, &[token.token], &[]).await?;
        let holding = purse.tokens.pop().ok_or_else(|| anyhow::anyhow!("the node told of no token"))?;
        let epoch = match holding.mint_fee {
            Some(_) => Some(gateway.chain.epoch().await?),
            None => None,
        };
        Ok(Self { token: token.clone(), holding, epoch })
    }

    /// What must leave the wallet for `net` base units to arrive; refused when it holds less.
    pub fn gross_of(&self, net: u64) -> Result<u64> {
        let gross = self.holding.gross(self.epoch, net)?;
        self.require(gross)?;
        Ok(gross)
    }

    /// Refuses when the wallet holds less than `needed` base units.
    pub fn require(&self, needed: u64) -> Result<()> {
        let missing = needed.saturating_sub(self.holding.tokens.unwrap_or(0));
        if missing == 0 {
            return Ok(());
        }
        let missing = self.token.words(missing);
        let detail = match self.holding.tokens {
            Some(_) => format!("you need {missing} more"),
            None => format!("this wallet has no account for this token: you need {missing}"),
        };
        Err(Problem::new(Code::InsufficientFunds, detail))
    }

    /// What is added to a message when more leaves the wallet than arrives.
    pub fn surcharge(&self, net: u64, gross: u64) -> String {
        if gross == net {
            return String::new();
        }
        format!("; with the token's transfer fee, {} leave your wallet", self.token.words(gross))
    }
}
