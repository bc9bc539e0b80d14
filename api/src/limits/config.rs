//! How much may be asked for, and who says from where.

use std::fmt;

use clap::Args;
use ipnet::IpNet;

use super::quota::{Budget, Limit, Quota};

#[derive(Args, Clone)]
pub struct LimitsConfig {
    /// How many reads a key may make at once, and again over so many seconds; or `off`.
    #[arg(long, env = "TILL_LIMIT_READS", default_value = "2000/10")]
    pub limit_reads: Limit,

    /// The same for everything that is not a read.
    #[arg(long, env = "TILL_LIMIT_WRITES", default_value = "1000/10")]
    pub limit_writes: Limit,

    /// The same for one address and what comes from it without a key: wallets and checkouts.
    #[arg(long, env = "TILL_LIMIT_ADDRESS", default_value = "1200/60")]
    pub limit_address: Limit,

    /// How many keys that are none may come from one address, before no key is taken from it for a while.
    #[arg(long, env = "TILL_LIMIT_FAILURES", default_value = "30/60")]
    pub limit_failures: Limit,

    /// How many payments of payment links one address may ask for. What one caller makes keeps no other from paying.
    #[arg(long, env = "TILL_LIMIT_LINKS", default_value = "300/3600")]
    pub limit_links: Limit,

    /// How many transactions one address may ask for that a sponsor pays for. Over it the customer pays the network.
    #[arg(long, env = "TILL_LIMIT_SPONSORED", default_value = "30/600")]
    pub limit_sponsored: Limit,

    /// A Redis in which several processes count together. Without one, or while it cannot be reached,
    /// each counts for itself.
    #[arg(long, env = "TILL_REDIS_URL", hide_env_values = true)]
    pub redis_url: Option<String>,

    /// Networks of proxies whose `X-Forwarded-For` is believed, as in 10.0.0.0/8.
    #[arg(long = "trusted-proxy", env = "TILL_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpNet>,
}

impl LimitsConfig {
    pub(super) fn quota(&self, budget: Budget) -> Option<Quota> {
        match budget {
            Budget::Reads => self.limit_reads.0,
            Budget::Writes => self.limit_writes.0,
            Budget::Address => self.limit_address.0,
            Budget::Failures => self.limit_failures.0,
            Budget::Links => self.limit_links.0,
            Budget::Sponsored => self.limit_sponsored.0,
        }
    }
}

/// The URL may hold a password.
impl fmt::Debug for LimitsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LimitsConfig")
            .field("limit_reads", &self.limit_reads)
            .field("limit_writes", &self.limit_writes)
            .field("limit_address", &self.limit_address)
            .field("limit_failures", &self.limit_failures)
            .field("limit_links", &self.limit_links)
            .field("limit_sponsored", &self.limit_sponsored)
            .field("trusted_proxies", &self.trusted_proxies)
            .finish_non_exhaustive()
    }
}
