//! The ways to pay a payment that has several, or whose price was converted.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Money;
use crate::Amount;

/// Where a converted amount comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Quote {
    /// What one unit of the token is worth in the price's currency, a decimal number.
    #[schema(example = "1.0842")]
    pub rate: String,
    /// How far off the rate may be, as its source says, in the same currency.
    #[schema(example = "0.0004")]
    pub confidence: String,
    /// Who says so: `fixed`, `pyth`, several of them for a cross rate, or `identity` where the price is in the token.
    #[schema(example = "pyth")]
    pub source: String,
    /// When the rate was published: of a cross rate the older of both.
    pub published_at: DateTime<Utc>,
    /// What was added to the amount for holding the price, in basis points.
    pub spread_bps: u16,
}

/// A row of `payment_options`: a token, its amount, and the address that commits to both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionRecord {
    /// The id in its terms.
    pub terms_id: String,
    pub address: String,
    pub mint: String,
    /// The token's name, if it has one here.
    pub symbol: Option<String>,
    pub token_program: String,
    pub decimals: i16,
    pub shard: i32,
    pub amount: Amount,
    pub salt: i16,
    pub quote: Option<Quote>,
    pub quote_expires_at: Option<DateTime<Utc>>,
    /// The block's time of the transaction that paid it.
    pub paid_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

impl OptionRecord {
    /// The token's decimals. The column is checked to be a `u8` when it is written.
    pub fn decimals(&self) -> u8 {
        self.decimals.unsigned_abs() as u8
    }

    /// Whether it was paid after its quote had ended.
    pub fn was_paid_late(&self) -> bool {
        self.paid_at.zip(self.quote_expires_at).is_some_and(|(paid, expires)| paid >= expires)
    }
}

/// The options of a payment that stand, and the one that was paid, as JSON: of `payments` by the name of `p`.
macro_rules! options_column {
    () => {
        "coalesce((SELECT jsonb_agg(jsonb_build_object('terms_id', o.terms_id, 'address', o.address, 'mint', o.mint,
             'symbol', n.symbol, 'token_program', o.token_program, 'decimals', o.decimals, 'shard', o.shard,
             'amount', o.amount::text, 'salt', o.salt, 'quote', o.quote, 'quote_expires_at', o.quote_expires_at,
             'paid_at', o.paid_at, 'created_at', o.created_at) ORDER BY o.position)
           FROM payment_options o LEFT JOIN tokens n ON n.mint = o.mint
           WHERE o.payment_id = p.id AND (o.superseded_at IS NULL OR o.address = p.address)), '[]') AS options"
    };
}
pub(crate) use options_column;

/// One way to pay: any of them pays the whole payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaymentOption {
    /// Where it is, or would be, on the chain.
    pub address: String,
    pub mint: String,
    /// The token's name, if it has one here.
    #[schema(example = "USDC")]
    pub symbol: Option<String>,
    pub decimals: u8,
    pub amount: Money,
    /// Where the amount comes from, if it was converted.
    pub quote: Option<Quote>,
    /// Until when the checkout offers it at this amount; then it asks for new rates.
    pub quote_expires_at: Option<DateTime<Utc>>,
    /// When it was paid, if it was.
    pub paid_at: Option<DateTime<Utc>>,
}

impl From<OptionRecord> for PaymentOption {
    fn from(record: OptionRecord) -> Self {
        let decimals = record.decimals();
        Self {
            address: record.address,
            mint: record.mint,
            symbol: record.symbol,
            decimals,
            amount: Money::new(record.amount, decimals),
            quote: record.quote,
            quote_expires_at: record.quote_expires_at,
            paid_at: record.paid_at,
        }
    }
}
