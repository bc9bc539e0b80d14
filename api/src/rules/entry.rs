//! Entries of lists, in the one form in which they are compared.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use solana_pubkey::Pubkey;
use utoipa::ToSchema;

use super::condition::is_country;
use super::facts::email;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Base58.
    Wallet,
    Email,
    /// What stands behind the @.
    EmailDomain,
    /// An address, or a network such as 203.0.113.0/24.
    Ip,
    /// ISO 3166-1, two letters.
    Country,
}

const LONGEST: usize = 254;

impl EntryKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wallet => "wallet",
            Self::Email => "email",
            Self::EmailDomain => "email_domain",
            Self::Ip => "ip",
            Self::Country => "country",
        }
    }

    /// The form in which a value of this kind is kept and compared, or what is wrong with it.
    pub fn normalise(self, value: &str) -> Result<String, &'static str> {
        let value = value.trim();
        if value.is_empty() || value.len() > LONGEST || value.chars().any(char::is_control) {
            return Err("1 to 254 characters, without control characters");
        }
        match self {
            Self::Wallet => {
                value.parse::<Pubkey>().map(|it| it.to_string()).map_err(|_| "a wallet's address, base58")
            }
            Self::Email => match value.split_once('@') {
                Some((name, domain)) if !name.is_empty() && is_domain(domain) => Ok(email(value)),
                _ => Err("a mail address"),
            },
            Self::EmailDomain if is_domain(value) => Ok(email(value)),
            Self::EmailDomain => Err("a domain, such as example.com"),
            Self::Ip => network(value).ok_or("an IP address, or a network such as 203.0.113.0/24"),
            Self::Country => {
                let code = value.to_uppercase();
                if is_country(&code) { Ok(code) } else { Err("two letters, after ISO 3166-1") }
            }
        }
    }
}

fn is_domain(text: &str) -> bool {
    text.contains('.')
        && !text.contains("..")
        && !text.starts_with('.')
        && !text.chars().any(|c| c == '@' || c.is_whitespace())
}

/// A network as Postgres writes it: the bits behind the prefix are zero.
fn network(text: &str) -> Option<String> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address.parse::<IpAddr>().ok()?, Some(prefix.parse::<u32>().ok()?)),
        None => (text.parse::<IpAddr>().ok()?.to_canonical(), None),
    };
    match address {
        IpAddr::V4(v4) => {
            let prefix = prefix.unwrap_or(32);
            let mask = u32::MAX.checked_shl(32u32.checked_sub(prefix)?).unwrap_or(0);
            Some(format!("{}/{prefix}", std::net::Ipv4Addr::from(u32::from(v4) & mask)))
        }
        IpAddr::V6(v6) => {
            let prefix = prefix.unwrap_or(128);
            let mask = u128::MAX.checked_shl(128u32.checked_sub(prefix)?).unwrap_or(0);
            Some(format!("{}/{prefix}", std::net::Ipv6Addr::from(u128::from(v6) & mask)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_has_one_form() {
        for (kind, written, kept) in [
            (EntryKind::Email, " Anna@Example.COM ", "anna@example.com"),
            (EntryKind::EmailDomain, "Example.com", "example.com"),
            (EntryKind::Ip, "203.0.113.7/24", "203.0.113.0/24"),
            (EntryKind::Ip, "203.0.113.7", "203.0.113.7/32"),
            (EntryKind::Ip, "::ffff:203.0.113.7", "203.0.113.7/32"),
            (EntryKind::Ip, "2001:db8::1/32", "2001:db8::/32"),
            (EntryKind::Ip, "0.0.0.0/0", "0.0.0.0/0"),
            (EntryKind::Country, "hu", "HU"),
        ] {
            assert_eq!(kind.normalise(written).as_deref(), Ok(kept), "{written}");
        }
    }

    #[test]
    fn what_could_never_match_is_refused() {
        for (kind, written) in [
            (EntryKind::Email, "anna"),
            (EntryKind::Email, "@example.com"),
            (EntryKind::EmailDomain, "a@example.com"),
            (EntryKind::Ip, "203.0.113.7/33"),
            (EntryKind::Ip, "203.0.113"),
            (EntryKind::Wallet, "me"),
            (EntryKind::Country, "HUN"),
            (EntryKind::Country, ""),
        ] {
            assert!(kind.normalise(written).is_err(), "{written}");
        }
    }
}
