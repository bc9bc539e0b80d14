//! What a price is in each token: the amounts, and where they come from.

use std::time::Duration;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use till_store::Amount;
use till_store::domain::{Money, Quote};
use tokio::time::timeout;

use super::accepted::{Accepted, Field};
use crate::gateway::Gateway;
use crate::problem::Code;
use crate::rates::{Pair, RateError, convert};

/// How long a rate is waited for. No database transaction is open meanwhile.
const PATIENCE: Duration = Duration::from_secs(5);

/// An amount in a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    pub amount: Amount,
    /// Where it comes from, if the price is not in a token's own units.
    pub quote: Option<Quote>,
    pub quote_expires_at: Option<DateTime<Utc>>,
}

/// An amount that is in the token's own units.
pub fn in_token(amount: &str, decimals: u8) -> Field<Priced> {
    match Money::parse(amount, decimals) {
        Ok(amount) if amount.is_zero() => {
            Err((Code::AmountInvalid, "it must be greater than zero".to_owned()))
        }
        Ok(amount) => Ok(Priced { amount, quote: None, quote_expires_at: None }),
        Err(error) => Err((Code::AmountInvalid, error.to_string())),
    }
}

/// What `price` in `currency` is in a token at the rate of this moment, with the spread, rounded up to the next base
/// unit. In the currency of its own symbol a token is worth one, and that does not end.
pub async fn in_currency(
    gateway: &Gateway,
    price: Decimal,
    currency: &str,
    token: &Accepted,
    quote_expires_at: DateTime<Utc>,
) -> Field<Priced> {
    let Some(symbol) = token.symbol.as_deref() else {
        let detail = format!("the mint {} has no symbol here, and so no rate", token.mint);
        return Err((Code::RateUnavailable, detail));
    };
    let looked_up = timeout(PATIENCE, gateway.rates.rate(symbol, currency)).await;
    let rate = looked_up.unwrap_or_else(|_| {
        let detail = format!("no answer within {} seconds", PATIENCE.as_secs());
        Err(RateError::Broken { pair: Pair::new(symbol, currency), detail })
    });
    let rate = rate.map_err(|error| (error.code(), error.to_string()))?;
    let is_itself = rate.is_identity();
    let spread_bps = if is_itself { 0 } else { gateway.rates.spread_bps };
    let amount = convert::base_units(price, rate.value, spread_bps, token.decimals());
    let amount = amount.ok_or_else(|| {
        (Code::AmountInvalid, format!("{price} {currency} is more than there can be of {symbol}"))
    })?;
    let quote = Quote {
        rate: rate.value.to_string(),
        confidence: rate.confidence.normalize().to_string(),
        source: rate.source,
        published_at: rate.published_at,
        spread_bps,
    };
    let quote_expires_at = (!is_itself).then_some(quote_expires_at);
    Ok(Priced { amount, quote: Some(quote), quote_expires_at })
}
