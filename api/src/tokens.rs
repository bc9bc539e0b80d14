//! Tokens by the names that people know them by, and what of them leaves a wallet.

use solana_pubkey::Pubkey;
use till::client::Token;
use till_store::Amount;
use till_store::domain::Money;
use till_store::gateway::tokens;

use crate::gateway::Gateway;
use crate::payments::terms::pubkey;
use crate::problem::{Code, Problem, Result};
use crate::wallet::Spending;

/// A mint, and how its amounts are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownToken {
    pub token: Token,
    /// The token's name, if it has one here.
    pub symbol: Option<String>,
    pub decimals: u8,
}

impl KnownToken {
    /// A token of a row.
    pub fn new(mint: &str, program: &str, symbol: Option<String>, decimals: i16) -> anyhow::Result<Self> {
        let token = Token { mint: pubkey(mint)?, program: pubkey(program)? };
        Ok(Self { token, symbol, decimals: decimals.unsigned_abs() as u8 })
    }

    /// The token of a symbol or of a mint's address, as the chain has it.
    pub async fn named(gateway: &Gateway, symbol_or_mint: &str) -> Result<Self> {
        let unknown =
            || Problem::new(Code::TokenNotAccepted, "neither a known symbol nor the address of a mint");
        let named = tokens::find(&gateway.pool, symbol_or_mint).await?;
        let mint: Pubkey = match &named {
            Some(named) => pubkey(&named.mint)?,
            None => symbol_or_mint.parse().map_err(|_| unknown())?,
        };
        let account = gateway.chain.snapshot(&[mint]).await?.mint(0).ok_or_else(unknown)?;
        let token = Token { mint, program: account.program };
        Ok(Self { token, symbol: named.map(|named| named.symbol), decimals: account.decimals })
    }

    pub fn mint(&self) -> String {
        self.token.mint.to_string()
    }

    pub fn money(&self, amount: impl Into<Amount>) -> Money {
        Money::new(amount.into(), self.decimals)
    }

    /// An amount with the token's name, such as `25.00 USDC`.
    pub fn words(&self, amount: impl Into<Amount>) -> String {
        format!("{} {}", self.money(amount).value, self.symbol.as_deref().unwrap_or("tokens"))
    }

    /// What a person wrote, in base units: more than nothing.
    pub fn read(&self, text: &str) -> Result<Amount> {
        let invalid = |detail: String| Problem::new(Code::AmountInvalid, detail);
        let amount = Money::parse(text, self.decimals).map_err(|error| invalid(error.to_string()))?;
        if amount.is_zero() {
            return Err(invalid("it must be greater than zero".to_owned()));
        }
        Ok(amount)
    }

    /// The same of an amount that may have been left out.
    pub fn read_needed(&self, text: Option<&str>) -> Result<Amount> {
        let missing = || Problem::new(Code::AmountInvalid, "say how much, in units of the token");
        self.read(text.ok_or_else(missing)?)
    }

    /// What a wallet is to put into something. `creates` are the sizes of accounts that it pays the rent of, `purpose`
    /// what its SOL is for.
    pub fn spending<'a>(&'a self, amount: Amount, creates: &'a [usize], purpose: &'a str) -> Spending<'a> {
        let Self { token, symbol, decimals } = self;
        Spending {
            token: *token,
            decimals: *decimals,
            symbol: symbol.as_deref(),
            amount: amount.0,
            creates,
            purpose,
        }
    }

    /// What is added to a message when more leaves the wallet than arrives.
    pub fn surcharge(&self, net: Amount, gross: u64) -> String {
        if gross == net.0 {
            return String::new();
        }
        format!("; with the token's transfer fee, {} leave your wallet", self.words(gross))
    }
}
