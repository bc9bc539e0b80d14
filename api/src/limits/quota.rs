//! What may be asked for, and what came of asking.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

/// What is limited apart from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Budget {
    /// GETs with a credential.
    Reads,
    /// Everything else with a credential.
    Writes,
    /// Everything without one, by address.
    Address,
    /// Credentials that were refused, by address.
    Failures,
    /// Payments that payment links make, by address.
    Links,
    /// Transactions that a sponsor pays for, by address.
    Sponsored,
}

impl Budget {
    pub(super) const ALL: [Self; 6] =
        [Self::Reads, Self::Writes, Self::Address, Self::Failures, Self::Links, Self::Sponsored];

    /// The name in the headers and in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Address => "address",
            Self::Failures => "failures",
            Self::Links => "links",
            Self::Sponsored => "sponsored",
        }
    }

    pub(super) fn refusal(self) -> &'static str {
        match self {
            Self::Reads => "this key has read too much",
            Self::Writes => "this key has written too much",
            Self::Address => "this address has asked for too much without a key",
            Self::Failures => "too many invalid keys have come from this address",
            Self::Links => "this address has asked payment links for too many payments",
            Self::Sponsored => "this address has asked for too many transactions that a sponsor pays for",
        }
    }
}

/// `count` requests at once, and as many again over `period`: the bucket of GCRA, which has no windows
/// that a caller could wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub count: NonZeroU32,
    pub period: Duration,
}

impl Quota {
    /// How long it takes until one more may be asked for.
    pub fn interval(self) -> Duration {
        self.period / self.count.get()
    }
}

/// A quota, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(pub Option<Quota>);

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self(None));
        }
        let wrong = || "a count and seconds are needed, as in 1000/10, or off".to_owned();
        let (count, seconds) = text.split_once('/').ok_or_else(wrong)?;
        let count = count.parse().map_err(|_| wrong())?;
        let seconds: u64 = seconds.parse().map_err(|_| wrong())?;
        if !(1..=86_400).contains(&seconds) {
            return Err("the seconds are 1 to 86400".to_owned());
        }
        Ok(Self(Some(Quota { count, period: Duration::from_secs(seconds) })))
    }
}

/// Who is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The hash of a credential.
    Credential([u8; 16]),
    Address(IpAddr),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credential(hash) => f.write_str(&hex::encode(hash)),
            Self::Address(address) => write!(f, "{address}"),
        }
    }
}

/// What came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub allowed: bool,
    /// How many more would be allowed at once.
    pub remaining: u32,
    /// Until the whole quota is there again.
    pub reset: Duration,
    /// Until the next one is allowed; nothing if this one was.
    pub wait: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_count_and_seconds() {
        let Limit(Some(quota)) = "1000/10".parse().unwrap() else { panic!("a quota") };
        assert_eq!((quota.count.get(), quota.interval()), (1000, Duration::from_millis(10)));
        assert_eq!("off".parse(), Ok(Limit(None)));
        for wrong in ["", "1000", "0/10", "-1/10", "10/0", "10/86401", "10/1s", "none"] {
            assert!(wrong.parse::<Limit>().is_err(), "{wrong}");
        }
    }
}
