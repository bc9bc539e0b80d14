//! Whom the parts of a payment are for: the shop itself, or wallets that share in it. Pure.
//!
//! Barion moves sums, our terms have shares in basis points; so a sum that is not whole basis points of the payment is
//! refused.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use till_store::domain::Share;

use super::amounts;

/// How many payees the program takes.
pub const MAX_PAYEES: usize = 4;

/// Who is known by which e-mail address, all in lower case.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// The shop's own, if it is known.
    pub shop: Option<String>,
    pub wallets: BTreeMap<String, String>,
}

/// A sum for somebody, named by an e-mail address.
#[derive(Clone, Debug)]
pub struct Sum<'a> {
    pub payee: &'a str,
    pub total: Decimal,
    /// Sums that are passed on from it.
    pub passed_on: Vec<(&'a str, Decimal)>,
}

/// Why sums cannot become shares.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayeeError {
    #[error("nobody is known by the e-mail address {0}")]
    Unknown(String),
    #[error("the shares of {0} are larger than the transaction that they are of")]
    TooLarge(String),
    #[error("what {0} gets is not a whole number of hundredths of a percent of the payment")]
    NotWhole(String),
    #[error("more than {MAX_PAYEES} payees share in the payment")]
    TooMany,
}

impl Directory {
    /// The shares of a payment that consists of `sums`. What is the shop's own is no share.
    pub fn shares(&self, sums: &[Sum<'_>]) -> Result<Vec<Share>, PayeeError> {
        let own = self.shop.clone().or_else(|| self.presumed(sums));
        let mut by_wallet: BTreeMap<&str, (Decimal, &str)> = BTreeMap::new();
        let mut give = |payee, sum: Decimal| -> Result<(), PayeeError> {
            if let Some(wallet) = self.wallet(payee, own.as_deref())? {
                let entry = by_wallet.entry(wallet).or_insert((Decimal::ZERO, payee));
                entry.0 += sum;
            }
            Ok(())
        };
        for sum in sums {
            let passed_on: Decimal = sum.passed_on.iter().map(|(_, total)| *total).sum();
            if passed_on > sum.total {
                return Err(PayeeError::TooLarge(sum.payee.to_owned()));
            }
            give(sum.payee, sum.total - passed_on)?;
            for (payee, total) in &sum.passed_on {
                give(payee, *total)?;
            }
        }
        let price: Decimal = sums.iter().map(|sum| sum.total).sum();
        let mut shares = Vec::new();
        for (wallet, (sum, payee)) in by_wallet {
            let bps =
                amounts::basis_points(price, sum).ok_or_else(|| PayeeError::NotWhole(payee.to_owned()))?;
            if bps > 0 {
                shares.push(Share { wallet: wallet.to_owned(), bps });
            }
        }
        if shares.len() > MAX_PAYEES { Err(PayeeError::TooMany) } else { Ok(shares) }
    }

    /// Nothing if it is the shop's own.
    fn wallet(&self, payee: &str, own: Option<&str>) -> Result<Option<&str>, PayeeError> {
        let name = payee.trim().to_lowercase();
        match self.wallets.get(&name) {
            Some(wallet) => Ok(Some(wallet)),
            None if own == Some(name.as_str()) => Ok(None),
            None => Err(PayeeError::Unknown(payee.to_owned())),
        }
    }

    /// A shop that has not said its address has one all the same: the only one of its transactions, if nobody else is
    /// known by it.
    fn presumed(&self, sums: &[Sum<'_>]) -> Option<String> {
        let mut strangers: Vec<String> = sums.iter().map(|sum| sum.payee.trim().to_lowercase()).collect();
        strangers.retain(|name| !self.wallets.contains_key(name));
        strangers.dedup();
        if strangers.len() == 1 { strangers.pop() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(shop: Option<&str>) -> Directory {
        let wallets = [("ann@example.com", "A"), ("bob@example.com", "B")];
        let wallets = wallets.map(|(email, wallet)| (email.to_owned(), wallet.to_owned()));
        Directory { shop: shop.map(str::to_owned), wallets: wallets.into() }
    }

    fn sum<'a>(payee: &'a str, total: i64, passed_on: &[(&'a str, i64)]) -> Sum<'a> {
        let passed_on = passed_on.iter().map(|(payee, total)| (*payee, Decimal::from(*total))).collect();
        Sum { payee, total: total.into(), passed_on }
    }

    fn shares(directory: &Directory, sums: &[Sum<'_>]) -> Result<Vec<(String, u16)>, PayeeError> {
        let shares = directory.shares(sums)?;
        Ok(shares.into_iter().map(|share| (share.wallet, share.bps)).collect())
    }

    #[test]
    fn what_is_the_shops_own_is_no_share() {
        let known = directory(Some("shop@example.com"));
        assert_eq!(shares(&known, &[sum("Shop@Example.com", 100, &[])]), Ok(vec![]));
    }

    #[test]
    fn parts_and_their_shares_add_up_by_wallet() {
        let known = directory(Some("shop@example.com"));
        let sums = [
            sum("ann@example.com", 30, &[("bob@example.com", 10)]),
            sum("shop@example.com", 70, &[("bob@example.com", 5)]),
        ];
        assert_eq!(shares(&known, &sums), Ok(vec![("A".to_owned(), 2_000), ("B".to_owned(), 1_500)]));
    }

    #[test]
    fn a_shop_that_has_not_said_its_address_is_the_only_stranger() {
        let unknown = directory(None);
        let sums = [sum("me@example.com", 50, &[]), sum("ann@example.com", 50, &[])];
        assert_eq!(shares(&unknown, &sums), Ok(vec![("A".to_owned(), 5_000)]));
        let two = [sum("me@example.com", 50, &[]), sum("you@example.com", 50, &[])];
        assert_eq!(shares(&unknown, &two), Err(PayeeError::Unknown("me@example.com".to_owned())));
        // A payee of a share is never presumed to be the shop.
        let passed = [sum("ann@example.com", 50, &[("you@example.com", 5)])];
        assert_eq!(shares(&unknown, &passed), Err(PayeeError::Unknown("you@example.com".to_owned())));
    }

    #[test]
    fn what_cannot_be_said_in_basis_points_is_refused() {
        let known = directory(Some("shop@example.com"));
        let third = [sum("shop@example.com", 30, &[("ann@example.com", 10)])];
        assert_eq!(shares(&known, &third), Err(PayeeError::NotWhole("ann@example.com".to_owned())));
        let more = [sum("shop@example.com", 30, &[("ann@example.com", 31)])];
        assert_eq!(shares(&known, &more), Err(PayeeError::TooLarge("shop@example.com".to_owned())));
    }
}
