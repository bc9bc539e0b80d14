//! Where rates come from, from arguments or the environment.

use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use rust_decimal::Decimal;
use solana_pubkey::Pubkey;

use super::Pair;

/// Sources of rates. Without any, payments are asked for in the tokens that they are paid in.
#[derive(Args, Clone, Debug)]
pub struct RatesConfig {
    /// A rate that does not change, such as `SOL/USD=150.00`. For development; may be given several times.
    #[arg(long = "rate", env = "TILL_RATES", value_delimiter = ',', value_name = "PAIR=RATE")]
    pub rates: Vec<FixedRate>,

    /// A price account of Pyth, such as `SOL/USD=7UVimffxr9ow1uXYxsr4LHAcV58mLzhmwaeKvJ1pjLiE:ef0d8b6f…`: the pair,
    /// the account, and the feed's id in hex. May be given several times.
    #[arg(
        long = "pyth-feed",
        env = "TILL_PYTH_FEEDS",
        value_delimiter = ',',
        value_name = "PAIR=ACCOUNT:FEED"
    )]
    pub pyth_feeds: Vec<PythFeed>,

    /// From which age on a rate is not used, in seconds.
    #[arg(long, env = "TILL_RATE_MAX_AGE_SECONDS", default_value = "60", value_parser = crate::config::seconds)]
    pub rate_max_age: Duration,

    /// How far off a rate may be at most, as its source says, in basis points of itself.
    #[arg(long, env = "TILL_RATE_MAX_CONFIDENCE_BPS", default_value_t = 100)]
    pub rate_max_confidence_bps: u16,

    /// What is added to a converted amount for holding it, in basis points.
    #[arg(long, env = "TILL_RATE_SPREAD_BPS", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1_000))]
    pub rate_spread_bps: u16,
}

/// A line of the fixed table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedRate {
    pub pair: Pair,
    pub value: Decimal,
}

impl FromStr for FixedRate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (pair, value) = assignment(text)?;
        let value: Decimal = value.trim().parse().map_err(|_| format!("{value} is not a decimal number"))?;
        if value <= Decimal::ZERO {
            return Err("a rate is greater than zero".to_owned());
        }
        Ok(Self { pair, value })
    }
}

/// A price account of Pyth, and the feed that it must be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PythFeed {
    pub pair: Pair,
    pub account: Pubkey,
    pub feed_id: [u8; 32],
}

impl FromStr for PythFeed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (pair, place) = assignment(text)?;
        let (account, feed) =
            place.split_once(':').ok_or("an account, a colon, and a feed's id are needed")?;
        let account = account.trim().parse().map_err(|_| format!("{account} is not an address"))?;
        let mut feed_id = [0; 32];
        let digits = feed.trim().trim_start_matches("0x");
        hex::decode_to_slice(digits, &mut feed_id).map_err(|_| "a feed's id is 64 hex digits".to_owned())?;
        Ok(Self { pair, account, feed_id })
    }
}

fn assignment(text: &str) -> Result<(Pair, &str), String> {
    let (pair, value) = text.split_once('=').ok_or("a pair, =, and what it is set to are needed")?;
    let (base, quote) = pair.trim().split_once('/').ok_or("a pair is written as SOL/USD")?;
    if base.is_empty() || quote.is_empty() || base == quote {
        return Err("a pair is of two different currencies".to_owned());
    }
    Ok((Pair::new(base, quote), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_feeds_are_read_as_documented() {
        let rate: FixedRate = "SOL/USD=150.00".parse().unwrap();
        assert_eq!((rate.pair, rate.value), (Pair::new("SOL", "USD"), Decimal::new(15_000, 2)));
        let (account, id) = (Pubkey::new_unique(), "ab".repeat(32));
        let feed: PythFeed = format!("SOL/USD={account}:0x{id}").parse().unwrap();
        assert_eq!((feed.account, feed.feed_id), (account, [0xab; 32]));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "SOL=1", "SOL/USD", "SOL/USD=x", "SOL/USD=0", "SOL/USD=-1", "USD/USD=1", "/USD=1"] {
            assert!(text.parse::<FixedRate>().is_err(), "{text}");
        }
        let account = Pubkey::new_unique();
        for text in
            ["SOL/USD=", &format!("SOL/USD={account}"), &format!("SOL/USD={account}:ab"), "SOL/USD=x:ab"]
        {
            assert!(text.parse::<PythFeed>().is_err(), "{text}");
        }
    }
}
