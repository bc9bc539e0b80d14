//! What texts of a request may be.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use reqwest::Url;
use solana_pubkey::Pubkey;

const MAX_URL: usize = 2048;
/// The longest address that mail can be sent to (RFC 5321, 4.5.3.1.3).
const MAX_EMAIL: usize = 254;

/// Whether it is of so many characters. Postgres keeps no zero byte, and nobody wants the other control characters.
pub fn is_text(text: &str, lengths: RangeInclusive<usize>) -> bool {
    lengths.contains(&text.chars().count()) && !text.chars().any(|c| c.is_control() && c != '\n')
}

pub fn is_web_url(url: &str) -> bool {
    let web = |url: Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    url.len() <= MAX_URL && Url::parse(url).is_ok_and(web)
}

/// Whether mail could have such an address. Whether it has, only mail can tell.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_word = |c: char| !c.is_whitespace() && !c.is_control();
    let labels = || domain.split('.');
    text.len() <= MAX_EMAIL
        && (1..=64).contains(&local.len())
        && local.chars().all(|c| is_word(c) && c != '@')
        && labels().count() >= 2
        && labels().all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
}

/// Whether it has the form of an ISO 3166-1 code of two letters.
pub fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

pub fn is_ip(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

/// The wallet with this address: one that somebody can have the key of.
pub fn wallet(text: &str) -> Option<Pubkey> {
    text.parse::<Pubkey>().ok().filter(|address| *address != Pubkey::default() && address.is_on_curve())
}

/// Whether it is a decimal number above or at zero, of so many digits at most before and behind its point.
pub fn is_decimal(text: &str, whole: usize, fraction: usize) -> bool {
    let (before, behind) = text.split_once('.').unwrap_or((text, "0"));
    let digits =
        |part: &str, most| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(before, whole) && digits(behind, fraction)
}

#[cfg(test)]
mod tests {
    use solana_keypair::Keypair;
    use solana_signer::Signer;

    use super::*;

    #[test]
    fn an_email_is_plausible_or_not() {
        for plausible in ["a@b.hu", "first.last+tag@sub.example.com", "ä@ö.example", "\"x\"@b.hu"] {
            assert!(is_email(plausible), "{plausible}");
        }
        for not in ["", "a", "@b.hu", "a@b", "a@.hu", "a@b.", "a b@c.hu", "a@b@c.hu", "a@b c.hu", "a\n@b.hu"]
        {
            assert!(!is_email(not), "{not}");
        }
        assert!(!is_email(&format!("{}@b.hu", "a".repeat(65))));
    }

    #[test]
    fn a_wallet_is_on_the_curve() {
        let somebody = Keypair::new().pubkey();
        assert_eq!(wallet(&somebody.to_string()), Some(somebody));
        assert_eq!(wallet(&Pubkey::default().to_string()), None);
        assert_eq!(wallet(&till::pda::protocol().0.to_string()), None, "an address without a key");
        assert_eq!(wallet("me"), None);
    }

    #[test]
    fn a_decimal_is_digits_and_a_point() {
        for number in ["0", "1", "1.5", "0012.50", "123456789012.123456"] {
            assert!(is_decimal(number, 12, 6), "{number}");
        }
        for not in ["", ".", "1.", ".5", "-1", "1e3", "1,5", "1.1234567", "1234567890123", "1.2.3"] {
            assert!(!is_decimal(not, 12, 6), "{not}");
        }
    }
}
