//! What currencies and tokens are worth in each other.
//!
//! A rate comes from a [`Provider`]: a fixed table for development, or Pyth's price accounts on the chain. Of two that
//! nobody relates directly the rate goes by way of the dollar.

mod config;
pub mod convert;
mod fixed;
mod pyth;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use rust_decimal::Decimal;

use crate::chain::Chain;
use crate::problem::{Code, Problem};
pub use config::RatesConfig;

/// What cross rates go by way of.
const VIA: &str = "USD";
/// The source of the rate of something in itself.
const IDENTITY: &str = "identity";

/// What is worth how much of what: `base` is counted as one, `quote` is what the rate is in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    pub base: String,
    pub quote: String,
}

impl Pair {
    pub fn new(base: &str, quote: &str) -> Self {
        Self { base: base.to_owned(), quote: quote.to_owned() }
    }

    fn inverse(&self) -> Self {
        Self { base: self.quote.clone(), quote: self.base.clone() }
    }

    fn names(&self, currency: &str) -> bool {
        self.base == currency || self.quote == currency
    }
}

impl std::fmt::Display for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.base, self.quote)
    }
}

/// What one unit of a pair's base is worth in its quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Kept as it was divided: 25.00 EUR at 1 / 1.2 are exactly 30.00 dollars, and not a base unit more.
    pub value: Ratio,
    /// How far off it may be, in the same unit.
    pub confidence: Decimal,
    pub published_at: DateTime<Utc>,
    pub source: String,
}

/// A quotient of two numbers above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    pub numerator: Decimal,
    pub denominator: Decimal,
}

impl Ratio {
    /// As one number, of 28 digits at most.
    pub fn decimal(&self) -> Option<Decimal> {
        self.numerator.checked_div(self.denominator).map(|value| value.normalize())
    }

    fn over(&self, other: Self) -> Option<Self> {
        Some(Self {
            numerator: self.numerator.checked_mul(other.denominator)?,
            denominator: self.denominator.checked_mul(other.numerator)?,
        })
    }
}

impl From<Decimal> for Ratio {
    fn from(number: Decimal) -> Self {
        Self { numerator: number, denominator: Decimal::ONE }
    }
}

/// A ratio that no number stands for is shown as the fraction that it is.
impl std::fmt::Display for Ratio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.decimal() {
            Some(number) => number.fmt(f),
            None => write!(f, "{}/{}", self.numerator, self.denominator),
        }
    }
}

impl Rate {
    /// The rate of something in itself.
    fn identity() -> Self {
        let source = IDENTITY.to_owned();
        Self { value: Decimal::ONE.into(), confidence: Decimal::ZERO, published_at: Utc::now(), source }
    }

    pub fn is_identity(&self) -> bool {
        self.source == IDENTITY
    }

    fn inverse(self) -> Option<Self> {
        Self::identity().over(self)
    }

    /// The rate of a/c from those of a/b and c/b. Its uncertainty is that of both together, and it is as old as the
    /// older one.
    fn over(self, other: Self) -> Option<Self> {
        let value = self.value.over(other.value)?;
        let relative = self.relative()?.checked_add(other.relative()?)?;
        let confidence = value.decimal()?.checked_mul(relative)?;
        let source = match (self.is_identity(), other.is_identity()) {
            (_, true) => self.source,
            (true, _) => other.source,
            _ if self.source == other.source => self.source,
            _ => format!("{}, {}", self.source, other.source),
        };
        let published_at = self.published_at.min(other.published_at);
        Some(Self { value, confidence, published_at, source })
    }

    /// How far off it may be, as a part of itself.
    fn relative(&self) -> Option<Decimal> {
        self.confidence.checked_div(self.value.decimal()?)
    }
}

/// Why there is no rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    #[error("no source of rates knows the currency {0}")]
    UnknownCurrency(String),
    #[error("no source has the rate {0}")]
    UnknownPair(Pair),
    #[error("the rate {pair} is of {published_at}, which is too old")]
    Stale { pair: Pair, published_at: DateTime<Utc> },
    #[error("the rate {pair} may be off by {off_bps} basis points, which is too much")]
    Uncertain { pair: Pair, off_bps: u64 },
    #[error("the source of the rate {pair} does not answer as it should: {detail}")]
    Broken { pair: Pair, detail: String },
}

impl RateError {
    pub fn code(&self) -> Code {
        match self {
            Self::UnknownCurrency(_) => Code::CurrencyUnknown,
            Self::UnknownPair(_) => Code::RateUnavailable,
            Self::Stale { .. } => Code::RateStale,
            Self::Uncertain { .. } => Code::RateUncertain,
            Self::Broken { .. } => Code::RateSourceFailed,
        }
    }
}

impl From<RateError> for Problem {
    fn from(error: RateError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

/// A source of rates.
pub trait Provider: Send + Sync {
    /// The pairs that it has rates of.
    fn pairs(&self) -> Vec<Pair>;

    /// The rate of one of its [`pairs`](Self::pairs), as of now.
    fn rate<'a>(&'a self, pair: &'a Pair) -> BoxFuture<'a, Result<Rate, RateError>>;
}

/// All sources, the preferred one first.
pub struct Rates {
    providers: Vec<(Vec<Pair>, Box<dyn Provider>)>,
    /// What is added to a converted amount for holding it, in basis points.
    pub spread_bps: u16,
}

impl Rates {
    /// The sources that are configured. Pyth's accounts are read from the node at `rpc_url`.
    pub fn configured(config: &RatesConfig, rpc_url: &str) -> Self {
        let fixed: Box<dyn Provider> = Box::new(fixed::FixedTable::new(&config.rates));
        let pyth: Box<dyn Provider> = Box::new(pyth::Pyth::new(config, Chain::new(rpc_url)));
        let providers = [fixed, pyth].into_iter().map(|provider| (provider.pairs(), provider)).collect();
        Self { providers, spread_bps: config.rate_spread_bps }
    }

    /// What one unit of `base` is worth in `quote`: as a source says, or by way of the dollar.
    pub async fn rate(&self, base: &str, quote: &str) -> Result<Rate, RateError> {
        let pair = Pair::new(base, quote);
        if let Some(rate) = self.direct(&pair).await? {
            return Ok(rate);
        }
        let unknown = [base, quote].into_iter().find(|currency| !self.names(currency));
        if let Some(currency) = unknown {
            return Err(RateError::UnknownCurrency(currency.to_owned()));
        }
        let (of_base, of_quote) = (Pair::new(base, VIA), Pair::new(quote, VIA));
        let (of_base, of_quote) = tokio::try_join!(self.direct(&of_base), self.direct(&of_quote))?;
        let crossed = of_base.zip(of_quote).and_then(|(of_base, of_quote)| of_base.over(of_quote));
        crossed.ok_or(RateError::UnknownPair(pair))
    }

    /// The rate of a pair from the first source that has it, or has its inverse.
    async fn direct(&self, pair: &Pair) -> Result<Option<Rate>, RateError> {
        if pair.base == pair.quote {
            return Ok(Some(Rate::identity()));
        }
        let inverse = pair.inverse();
        for (pairs, provider) in &self.providers {
            if pairs.contains(pair) {
                return provider.rate(pair).await.map(Some);
            }
            if pairs.contains(&inverse) {
                return Ok(provider.rate(&inverse).await?.inverse());
            }
        }
        Ok(None)
    }

    fn names(&self, currency: &str) -> bool {
        self.providers.iter().flat_map(|(pairs, _)| pairs).any(|pair| pair.names(currency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(table: &[&str]) -> Rates {
        let table: Vec<_> = table.iter().map(|rate| rate.parse().unwrap()).collect();
        let fixed: Box<dyn Provider> = Box::new(fixed::FixedTable::new(&table));
        Rates { providers: vec![(fixed.pairs(), fixed)], spread_bps: 0 }
    }

    async fn value(rates: &Rates, base: &str, quote: &str) -> Result<String, RateError> {
        rates.rate(base, quote).await.map(|rate| rate.value.to_string())
    }

    #[tokio::test]
    async fn a_rate_is_direct_inverse_or_by_way_of_the_dollar() {
        let rates = rates(&["SOL/USD=150", "EUR/USD=1.2", "USD/HUF=400"]);
        assert_eq!(value(&rates, "SOL", "USD").await.unwrap(), "150");
        assert_eq!(value(&rates, "USD", "EUR").await.unwrap(), "0.8333333333333333333333333333");
        assert_eq!(value(&rates, "SOL", "EUR").await.unwrap(), "125");
        assert_eq!(value(&rates, "SOL", "HUF").await.unwrap(), "60000");
        assert_eq!(value(&rates, "DOGE", "DOGE").await.unwrap(), "1", "in itself, without any source");
    }

    #[tokio::test]
    async fn what_nobody_relates_has_no_rate() {
        let rates = rates(&["SOL/USD=150", "BONK/SOL=0.0000001"]);
        let unknown = |currency: &str| RateError::UnknownCurrency(currency.to_owned());
        assert_eq!(value(&rates, "SOL", "GBP").await, Err(unknown("GBP")));
        assert_eq!(value(&rates, "DOGE", "USD").await, Err(unknown("DOGE")));
        let pair = Pair::new("BONK", "USD");
        assert_eq!(value(&rates, "BONK", "USD").await, Err(RateError::UnknownPair(pair)));
    }

    #[test]
    fn a_cross_rate_is_as_old_as_the_older_and_as_uncertain_as_both() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let rate = |value: i64, seconds, source: &str| Rate {
            value: Decimal::from(value).into(),
            confidence: Decimal::new(value, 2),
            published_at: at(seconds),
            source: source.to_owned(),
        };
        let crossed = rate(150, 20, "pyth").over(rate(2, 10, "fixed")).unwrap();
        assert_eq!((crossed.value.to_string(), crossed.confidence), ("75".to_owned(), Decimal::new(15, 1)));
        assert_eq!((crossed.published_at, crossed.source.as_str()), (at(10), "pyth, fixed"));
    }
}
