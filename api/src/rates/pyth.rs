//! Rates of Pyth, from its price accounts on the chain.
//!
//! Anyone may write such an account, so it is believed only as far as it proves itself: it belongs to Pyth's receiver
//! program, is of the feed that was configured, and two thirds of the guardians have signed what is in it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::{BoxFuture, FutureExt};
use moka::future::Cache;
use rust_decimal::Decimal;
use solana_pubkey::Pubkey;

use super::config::PythFeed;
use super::{Pair, Provider, Rate, RateError, RatesConfig};
use crate::chain::Chain;

/// The program that owns price accounts, on every network.
const RECEIVER: Pubkey = Pubkey::from_str_const("rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ");
/// Of the type `PriceUpdateV2`.
const DISCRIMINATOR: [u8; 8] = [34, 241, 35, 99, 157, 126, 244, 205];
/// The tag of `VerificationLevel::Full`; `Partial` is 0 and followed by a count.
const FULLY_VERIFIED: u8 = 1;
/// For how long an account is not asked for again.
const KEPT: Duration = Duration::from_secs(1);

pub struct Pyth {
    feeds: HashMap<Pair, PythFeed>,
    max_age: TimeDelta,
    max_confidence_bps: u64,
    chain: Chain,
    accounts: Cache<Pubkey, PriceUpdate>,
}

impl Pyth {
    pub fn new(config: &RatesConfig, chain: Chain) -> Self {
        let feeds = config.pyth_feeds.iter().map(|feed| (feed.pair.clone(), feed.clone()));
        Self {
            feeds: feeds.collect(),
            max_age: TimeDelta::from_std(config.rate_max_age).unwrap_or(TimeDelta::MAX),
            max_confidence_bps: config.rate_max_confidence_bps.into(),
            chain,
            accounts: Cache::builder().max_capacity(1_000).time_to_live(KEPT).build(),
        }
    }

    async fn fetch(&self, feed: &PythFeed) -> Result<PriceUpdate, String> {
        let account = self.chain.account(&feed.account).await.map_err(|error| error.to_string())?;
        let (owner, data) = account.ok_or("there is no such account")?;
        if owner != RECEIVER {
            return Err(format!("the account belongs to {owner}, not to Pyth"));
        }
        let update = PriceUpdate::decode(&data)?;
        if update.feed_id != feed.feed_id {
            return Err(format!("the account is of the feed {}", hex::encode(update.feed_id)));
        }
        Ok(update)
    }

    async fn current(&self, pair: &Pair) -> Result<Rate, RateError> {
        let feed = self.feeds.get(pair).ok_or_else(|| RateError::UnknownPair(pair.clone()))?;
        let fetched = self.accounts.try_get_with(feed.account, self.fetch(feed)).await;
        let broken =
            |detail: Arc<String>| RateError::Broken { pair: pair.clone(), detail: detail.to_string() };
        fetched.map_err(broken)?.rate(pair, Utc::now(), self.max_age, self.max_confidence_bps)
    }
}

impl Provider for Pyth {
    fn pairs(&self) -> Vec<Pair> {
        self.feeds.keys().cloned().collect()
    }

    fn rate<'a>(&'a self, pair: &'a Pair) -> BoxFuture<'a, Result<Rate, RateError>> {
        self.current(pair).boxed()
    }
}

/// What a price account says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PriceUpdate {
    feed_id: [u8; 32],
    /// Times ten to the power of `exponent`.
    price: i64,
    /// How far off the price may be, in the same unit.
    confidence: u64,
    exponent: i32,
    /// Unix seconds.
    published_at: i64,
}

impl PriceUpdate {
    /// Reads a `PriceUpdateV2` of `pyth-solana-receiver-sdk`: discriminator, write authority, verification level,
    /// message. An account may be longer than what is in it.
    fn decode(data: &[u8]) -> Result<Self, String> {
        let foreign = || "the account is no price update".to_owned();
        let (level, message) = header(data).ok_or_else(foreign)?;
        if level != FULLY_VERIFIED {
            return Err("too few guardians have signed the price".to_owned());
        }
        Self::message(message).ok_or_else(foreign)
    }

    fn message(mut rest: &[u8]) -> Option<Self> {
        Some(Self {
            feed_id: take(&mut rest)?,
            price: i64::from_le_bytes(take(&mut rest)?),
            confidence: u64::from_le_bytes(take(&mut rest)?),
            exponent: i32::from_le_bytes(take(&mut rest)?),
            published_at: i64::from_le_bytes(take(&mut rest)?),
        })
    }

    /// The rate, if at `now` it is neither too old nor too uncertain. A time in the future is as wrong as one that is
    /// long past.
    fn rate(
        &self,
        pair: &Pair,
        now: DateTime<Utc>,
        max_age: TimeDelta,
        max_confidence_bps: u64,
    ) -> Result<Rate, RateError> {
        let broken = |detail: &str| RateError::Broken { pair: pair.clone(), detail: detail.to_owned() };
        let price = u64::try_from(self.price).ok().filter(|price| *price > 0);
        let price = price.ok_or_else(|| broken("its price is not above zero"))?;
        let published_at = DateTime::from_timestamp(self.published_at, 0);
        let published_at = published_at.ok_or_else(|| broken("its time is none"))?;
        if (now - published_at).abs() > max_age {
            return Err(RateError::Stale { pair: pair.clone(), published_at });
        }
        let off_bps = u128::from(self.confidence) * 10_000 / u128::from(price);
        if off_bps > u128::from(max_confidence_bps) {
            let off_bps = u64::try_from(off_bps).unwrap_or(u64::MAX);
            return Err(RateError::Uncertain { pair: pair.clone(), off_bps });
        }
        let (value, confidence) = scaled(price, self.exponent)
            .zip(scaled(self.confidence, self.exponent))
            .ok_or_else(|| broken("its exponent is out of bounds"))?;
        Ok(Rate { value: value.into(), confidence, published_at, source: "pyth".to_owned() })
    }
}

/// The verification level, and what stands behind it if that is [`FULLY_VERIFIED`].
fn header(mut rest: &[u8]) -> Option<(u8, &[u8])> {
    if take::<8>(&mut rest)? != DISCRIMINATOR {
        return None;
    }
    let _write_authority = take::<32>(&mut rest)?;
    let [level] = take(&mut rest)?;
    Some((level, rest))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*head)
}

fn scaled(mantissa: u64, exponent: i32) -> Option<Decimal> {
    let power = exponent.unsigned_abs();
    if exponent <= 0 {
        return Decimal::try_from_i128_with_scale(mantissa.into(), power).ok();
    }
    Decimal::from(mantissa).checked_mul(Decimal::from(10u64.checked_pow(power)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A `PriceUpdateV2` of Pyth's SOL/USD feed, of 76.11 dollars.
    fn account() -> Vec<u8> {
        let mut data = DISCRIMINATOR.to_vec();
        data.extend([7; 32]);
        data.push(FULLY_VERIFIED);
        data.extend([9; 32]);
        data.extend(7_611_000_000i64.to_le_bytes());
        data.extend(4_000_000u64.to_le_bytes());
        data.extend((-8i32).to_le_bytes());
        data.extend(1_000i64.to_le_bytes());
        // The time before, the averages, the slot, and a byte that is left over.
        data.extend([0; 8 + 8 + 8 + 8 + 1]);
        data
    }

    fn rate(update: &PriceUpdate, now: i64) -> Result<Rate, RateError> {
        let now = DateTime::from_timestamp(now, 0).unwrap();
        update.rate(&Pair::new("SOL", "USD"), now, TimeDelta::seconds(60), 100)
    }

    #[test]
    fn a_price_is_read_with_its_exponent() {
        let update = PriceUpdate::decode(&account()).unwrap();
        assert_eq!(update.feed_id, [9; 32]);
        let read = rate(&update, 1_030).unwrap();
        assert_eq!(read.value.to_string(), "76.11");
        assert_eq!(read.confidence.normalize().to_string(), "0.04");
        assert_eq!(read.published_at.timestamp(), 1_000);
        let large = PriceUpdate { price: 2, confidence: 0, exponent: 3, ..update };
        assert_eq!(rate(&large, 1_000).unwrap().value.to_string(), "2000");
    }

    #[test]
    fn the_account_of_a_live_feed_is_read() {
        // SOL/USD on devnet, 7UVimffxr9ow1uXYxsr4LHAcV58mLzhmwaeKvJ1pjLiE, one byte longer than what is in it.
        let data = hex::decode(concat!(
            "22f123639d7ef4cd60314704340deddf371fd42472148f248e9d1a6d1a5eb2ac3acd8b7fd5d6b243",
            "01ef0d8b6fda2ceba41da15d4095d1da392a0d2f8ed0c6c7bc0f4cfac8c280b56d",
            "22e691c5010000005e55420000000000f8ffffffb7397e6a00000000b7397e6a00000000",
            "f0109cc501000000e4f04300000000000a0fd31c0000000000",
        ))
        .unwrap();
        let update = PriceUpdate::decode(&data).unwrap();
        assert_eq!(hex::encode(&update.feed_id[..4]), "ef0d8b6f");
        let rate = rate(&update, update.published_at).unwrap();
        assert_eq!(
            (rate.value.numerator.round_dp(2).to_string(), rate.confidence.round_dp(2).to_string()),
            ("76.10".to_owned(), "0.04".to_owned())
        );
    }

    #[test]
    fn what_is_not_a_full_price_update_is_refused() {
        let mut partial = account();
        partial[40] = 0;
        assert!(PriceUpdate::decode(&partial).unwrap_err().contains("guardians"));
        let mut foreign = account();
        foreign[0] ^= 1;
        assert!(PriceUpdate::decode(&foreign).is_err());
        for length in [0, 8, 40, 41, 100] {
            assert!(PriceUpdate::decode(&account()[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn old_uncertain_and_impossible_prices_are_no_rates() {
        let update = PriceUpdate::decode(&account()).unwrap();
        assert!(rate(&update, 1_060).is_ok() && rate(&update, 940).is_ok());
        for now in [1_061, 939] {
            assert!(matches!(rate(&update, now), Err(RateError::Stale { .. })), "{now}");
        }
        let uncertain = PriceUpdate { confidence: 80_000_000, ..update.clone() };
        assert!(matches!(rate(&uncertain, 1_000), Err(RateError::Uncertain { off_bps: 105, .. })));
        for price in [0, -1] {
            let impossible = PriceUpdate { price, ..update.clone() };
            assert!(matches!(rate(&impossible, 1_000), Err(RateError::Broken { .. })), "{price}");
        }
        for exponent in [-40, 40, i32::MIN] {
            let impossible = PriceUpdate { exponent, ..update.clone() };
            assert!(matches!(rate(&impossible, 1_000), Err(RateError::Broken { .. })), "{exponent}");
        }
    }
}
