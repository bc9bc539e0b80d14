//! Rates that do not change, for development and tests.

use std::collections::HashMap;

use chrono::Utc;
use futures::future::{BoxFuture, FutureExt, ready};
use rust_decimal::Decimal;

use super::config::FixedRate;
use super::{Pair, Provider, Rate, RateError};

/// A table of rates. They are always as of now.
pub struct FixedTable(HashMap<Pair, Decimal>);

impl FixedTable {
    pub fn new(rates: &[FixedRate]) -> Self {
        Self(rates.iter().map(|rate| (rate.pair.clone(), rate.value)).collect())
    }
}

impl Provider for FixedTable {
    fn pairs(&self) -> Vec<Pair> {
        self.0.keys().cloned().collect()
    }

    fn rate<'a>(&'a self, pair: &'a Pair) -> BoxFuture<'a, Result<Rate, RateError>> {
        let value = self.0.get(pair).copied();
        let rate = value.map(|value| Rate {
            value: value.into(),
            confidence: Decimal::ZERO,
            published_at: Utc::now(),
            source: "fixed".to_owned(),
        });
        ready(rate.ok_or_else(|| RateError::UnknownPair(pair.clone()))).boxed()
    }
}
