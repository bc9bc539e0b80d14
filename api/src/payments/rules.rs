//! What a merchant may order, given how the payment stands. Pure.

use chrono::{DateTime, SecondsFormat, Utc};
use till_store::Amount;
use till_store::domain::{Hindrance, Money, Standing, TransactionKind};
use till_store::gateway::operations::Ordered;

use crate::problem::{Code, Problem, Result};

/// What a merchant orders. Amounts are decimal, as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    Capture { amount: Option<String>, is_final: Option<bool>, pay_out: bool },
    Void,
    Refund { amount: Option<String> },
}

/// What is to be recorded for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    pub kind: TransactionKind,
    pub amount: Amount,
    pub is_final: bool,
    pub pay_out: bool,
}

impl Order {
    /// What to record, or why not.
    pub fn decide(&self, ordered: &Ordered) -> Result<Decision> {
        let standing = &ordered.standing;
        match self {
            Self::Capture { pay_out: true, .. } if !ordered.knows_payout_wallet => {
                let detail =
                    "the merchant's account has not been seen on the chain, and with it the payout wallet";
                Err(Problem::new(Code::PayoutWalletUnknown, detail))
            }
            Self::Capture { amount, is_final, pay_out } => {
                capture(standing, amount.as_deref(), *is_final, *pay_out)
            }
            Self::Void => void(standing),
            Self::Refund { amount } => refund(standing, amount.as_deref()),
        }
    }
}

/// Partial captures may overlap: in whatever order they land, each finds its money. A final one may
/// not, because it gives away what the others count on.
fn capture(
    standing: &Standing,
    amount: Option<&str>,
    is_final: Option<bool>,
    pay_out: bool,
) -> Result<Decision> {
    let available = standing.for_capture().map_err(hindered)?;
    let amount = wanted(standing, amount, available, "captured")?;
    if standing.has_splits && is_final == Some(false) {
        let detail =
            "the payment has splits: leave `final` out, and what is not captured goes back to the payer";
        return Err(Problem::new(Code::SplitsCapturedOnce, detail));
    }
    let takes_all = amount == available;
    let others = !standing.open_captures.is_zero();
    let is_final = match is_final.unwrap_or(takes_all || standing.has_splits) {
        // Nothing is left for it to give back, and it must not give back what others take.
        true if others && takes_all => false,
        true if others => return Err(hindered(Hindrance::CaptureUnderWay)),
        is_final => is_final,
    };
    Ok(Decision { kind: TransactionKind::Capture, amount, is_final, pay_out })
}

fn void(standing: &Standing) -> Result<Decision> {
    let amount = standing.for_void().map_err(hindered)?;
    if amount.is_zero() {
        return Err(not_available(standing, amount, "voided"));
    }
    Ok(Decision { kind: TransactionKind::Void, amount, is_final: false, pay_out: false })
}

fn refund(standing: &Standing, amount: Option<&str>) -> Result<Decision> {
    let available = standing.for_refund_of_balance().map_err(hindered)?;
    let amount = wanted(standing, amount, available, "refunded")?;
    let balance = standing.vault.free();
    if amount > balance {
        let balance = money(standing, balance);
        let detail = format!("the merchant's balance in this payment's vault is {balance}");
        return Err(Problem::new(Code::BalanceTooSmall, detail).with_available(balance));
    }
    Ok(Decision { kind: TransactionKind::Refund, amount, is_final: false, pay_out: false })
}

/// How much of a payment is to be paid back from tokens of a wallet, which no balance limits.
pub fn refund_from_wallet(standing: &Standing, amount: Option<&str>) -> Result<Amount> {
    let available = standing.for_refund().map_err(hindered)?;
    wanted(standing, amount, available, "refunded")
}

/// Why nothing of the kind can be ordered, in words.
fn hindered(hindrance: Hindrance) -> Problem {
    let (code, detail) = match hindrance {
        Hindrance::AuthorizationExpired => (
            Code::AuthorizationExpired,
            "the authorization has expired; the payer may take the money back".to_owned(),
        ),
        Hindrance::Disputed => (
            Code::PaymentDisputed,
            "the payer disputes the payment: it can be voided, and captured only once the dispute is over"
                .to_owned(),
        ),
        Hindrance::TooEarly(from) => (
            Code::CaptureTooEarly,
            format!("before {} only the payer's release gives the merchant the money", rfc3339(from)),
        ),
        Hindrance::FinalUnderWay => {
            (Code::OperationInProgress, "a void or a final capture of this payment is under way".to_owned())
        }
        Hindrance::CaptureUnderWay => {
            (Code::OperationInProgress, "a capture of this payment is under way".to_owned())
        }
        Hindrance::RefundExpired => {
            (Code::RefundExpired, "the time in which it could be refunded is over".to_owned())
        }
    };
    Problem::new(code, detail)
}

fn wanted(standing: &Standing, amount: Option<&str>, available: Amount, done: &str) -> Result<Amount> {
    let amount = match amount {
        Some(text) => Money::parse(text, decimals(standing))
            .map_err(|error| Problem::new(Code::AmountInvalid, error.to_string()))?,
        None if available.is_zero() => return Err(not_available(standing, available, done)),
        None => available,
    };
    if amount.is_zero() {
        return Err(Problem::new(Code::AmountInvalid, "it must be greater than zero"));
    }
    if amount > available {
        return Err(not_available(standing, available, done));
    }
    Ok(amount)
}

fn not_available(standing: &Standing, available: Amount, done: &str) -> Problem {
    let available = money(standing, available);
    let detail = format!("{available} can still be {done}");
    Problem::new(Code::AmountNotAvailable, detail).with_available(available)
}

fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn decimals(standing: &Standing) -> u8 {
    standing.decimals.unsigned_abs() as u8
}

fn money(standing: &Standing, amount: Amount) -> String {
    Money::new(amount, decimals(standing)).value
}

#[cfg(test)]
mod tests {
    use till_store::domain::VaultStanding;

    use super::*;

    fn standing() -> Standing {
        Standing {
            decimals: 2,
            authorization_expiry: DateTime::from_timestamp(1_000, 0).unwrap(),
            refund_expiry: DateTime::from_timestamp(2_000, 0).unwrap(),
            capture_from: None,
            dispute_expiry: None,
            chain_time: DateTime::from_timestamp(500, 0),
            capturable: Amount(2_500),
            captured: Amount(0),
            refunded: Amount(0),
            closed: false,
            has_splits: false,
            shared: Amount(0),
            open_captures: Amount(0),
            open_refunds: Amount(0),
            open_final: false,
            vault: VaultStanding { vault_balance: Amount(10_000), open_vault_refunds: Amount(0) },
        }
    }

    fn met(standing: Standing) -> Ordered {
        Ordered { standing, knows_payout_wallet: true, vault: String::new() }
    }

    fn capturing(amount: Option<&str>, is_final: Option<bool>) -> Order {
        Order::Capture { amount: amount.map(str::to_owned), is_final, pay_out: false }
    }

    fn refunding(amount: Option<&str>) -> Order {
        Order::Refund { amount: amount.map(str::to_owned) }
    }

    fn decided(order: Order, standing: Standing) -> std::result::Result<(u64, bool), Code> {
        let decision = order.decide(&met(standing)).map_err(|problem| problem.code)?;
        Ok((decision.amount.0, decision.is_final))
    }

    #[test]
    fn a_capture_is_final_when_it_takes_all() {
        assert_eq!(decided(capturing(None, None), standing()), Ok((2_500, true)));
        assert_eq!(decided(capturing(Some("25"), None), standing()), Ok((2_500, true)));
        assert_eq!(decided(capturing(Some("10"), None), standing()), Ok((1_000, false)));
        assert_eq!(decided(capturing(Some("10"), Some(true)), standing()), Ok((1_000, true)));
        assert_eq!(decided(capturing(None, Some(false)), standing()), Ok((2_500, false)));
    }

    #[test]
    fn a_payout_needs_a_wallet_that_is_known() {
        let unknown = Ordered { knows_payout_wallet: false, ..met(standing()) };
        let paying_out = Order::Capture { amount: None, is_final: None, pay_out: true };
        assert_eq!(paying_out.decide(&unknown).unwrap_err().code, Code::PayoutWalletUnknown);
        assert_eq!(decided(paying_out, standing()), Ok((2_500, true)));
        assert!(capturing(None, None).decide(&unknown).is_ok());
    }

    #[test]
    fn what_is_under_way_is_not_available() {
        let busy = || Standing { open_captures: Amount(1_000), ..standing() };
        assert_eq!(decided(capturing(Some("15.00"), None), busy()), Ok((1_500, false)));
        assert_eq!(decided(capturing(Some("15.01"), None), busy()), Err(Code::AmountNotAvailable));
        assert_eq!(decided(capturing(Some("5"), Some(true)), busy()), Err(Code::OperationInProgress));
        assert_eq!(decided(Order::Void, busy()), Err(Code::OperationInProgress));
        let ending = || Standing { open_final: true, ..standing() };
        for order in [capturing(None, None), capturing(Some("1"), None), Order::Void] {
            assert_eq!(decided(order, ending()), Err(Code::OperationInProgress));
        }
    }

    #[test]
    fn a_payment_with_splits_is_captured_once() {
        let split = || Standing { has_splits: true, ..standing() };
        assert_eq!(decided(capturing(Some("10"), None), split()), Ok((1_000, true)));
        assert_eq!(decided(capturing(None, None), split()), Ok((2_500, true)));
        assert_eq!(decided(capturing(Some("10"), Some(false)), split()), Err(Code::SplitsCapturedOnce));
    }

    #[test]
    fn what_is_said_to_be_available_can_be_ordered_and_no_more() {
        let half = Standing { captured: Amount(700), refunded: Amount(100), ..standing() };
        let little = VaultStanding { vault_balance: Amount(350), open_vault_refunds: Amount(50) };
        for standing in [
            standing(),
            Standing { open_captures: Amount(900), ..standing() },
            Standing { open_final: true, ..half.clone() },
            Standing { open_refunds: Amount(200), ..half.clone() },
            Standing { vault: little, ..half.clone() },
            Standing { shared: Amount(400), has_splits: true, ..half.clone() },
            Standing { dispute_expiry: DateTime::from_timestamp(800, 0), ..half.clone() },
            Standing { chain_time: DateTime::from_timestamp(1_500, 0), ..half.clone() },
            Standing { chain_time: DateTime::from_timestamp(2_500, 0), ..half },
        ] {
            let available = standing.available();
            for (most, order) in [
                (&available.capture, capturing as fn(Option<&str>, Option<bool>) -> Order),
                (&available.refund, |amount, _| refunding(amount)),
            ] {
                let amount: u64 = most.base_units.parse().unwrap();
                let ordered = |amount: u64| {
                    let text = Money::new(Amount(amount), 2).value;
                    decided(order(Some(&text), None), standing.clone())
                };
                assert!(amount == 0 || ordered(amount).is_ok(), "{amount} of {standing:?}");
                assert!(ordered(amount + 1).is_err(), "more than {amount} of {standing:?}");
            }
            let voids = decided(Order::Void, standing.clone()).map_or(0, |(amount, _)| amount);
            assert_eq!(available.void.base_units, voids.to_string(), "{standing:?}");
        }
    }

    #[test]
    fn a_void_takes_what_is_left() {
        assert_eq!(decided(Order::Void, standing()), Ok((2_500, false)));
        let empty = Standing { capturable: Amount(0), ..standing() };
        assert_eq!(decided(Order::Void, empty), Err(Code::AmountNotAvailable));
    }

    #[test]
    fn amounts_are_read_in_the_token() {
        for amount in ["0", "0.00", "1.005", "-1", "ten", ""] {
            assert_eq!(
                decided(capturing(Some(amount), None), standing()),
                Err(Code::AmountInvalid),
                "{amount}"
            );
        }
    }

    #[test]
    fn refunds_stay_within_what_was_captured_and_what_is_there() {
        let captured = || Standing { capturable: Amount(0), captured: Amount(2_500), ..standing() };
        assert_eq!(decided(refunding(None), captured()), Ok((2_500, false)));
        assert_eq!(decided(refunding(Some("25.01")), captured()), Err(Code::AmountNotAvailable));
        assert_eq!(decided(refunding(None), standing()), Err(Code::AmountNotAvailable));
        let busy = Standing { refunded: Amount(500), open_refunds: Amount(1_000), ..captured() };
        assert_eq!(decided(refunding(None), busy), Ok((1_000, false)));
        let vault = VaultStanding { vault_balance: Amount(2_000), open_vault_refunds: Amount(1_000) };
        let poor = Standing { vault, ..captured() };
        assert_eq!(decided(refunding(Some("10.01")), poor.clone()), Err(Code::BalanceTooSmall));
        assert_eq!(decided(refunding(Some("10.00")), poor), Ok((1_000, false)));
    }

    #[test]
    fn a_disputed_payment_can_be_voided_and_refunded_and_not_captured() {
        let disputed = || Standing {
            dispute_expiry: DateTime::from_timestamp(800, 0),
            captured: Amount(100),
            ..standing()
        };
        assert_eq!(decided(capturing(None, None), disputed()), Err(Code::PaymentDisputed));
        assert_eq!(decided(Order::Void, disputed()), Ok((2_500, false)));
        assert_eq!(decided(refunding(None), disputed()), Ok((100, false)));
        let late = Standing { chain_time: DateTime::from_timestamp(900, 0), ..disputed() };
        assert_eq!(decided(capturing(None, None), late), Err(Code::PaymentDisputed), "until it is ended");
    }

    #[test]
    fn what_is_protected_is_captured_when_its_time_has_come() {
        let at = |seconds| Standing {
            capture_from: DateTime::from_timestamp(600, 0),
            chain_time: DateTime::from_timestamp(seconds, 0),
            ..standing()
        };
        let early = capturing(None, None).decide(&met(at(599))).unwrap_err();
        assert_eq!(early.code, Code::CaptureTooEarly);
        assert!(early.detail.contains("1970-01-01T00:10:00Z"), "{}", early.detail);
        assert!(decided(capturing(None, None), at(600)).is_ok());
        assert!(decided(Order::Void, at(599)).is_ok());
    }

    #[test]
    fn the_clock_of_the_chain_ends_rights() {
        let at = |seconds| Standing {
            chain_time: DateTime::from_timestamp(seconds, 0),
            captured: Amount(100),
            ..standing()
        };
        assert!(decided(capturing(None, None), at(999)).is_ok());
        assert_eq!(decided(capturing(None, None), at(1_000)), Err(Code::AuthorizationExpired));
        assert!(decided(Order::Void, at(1_000)).is_ok(), "a void gives back, at any time");
        assert!(decided(refunding(None), at(1_999)).is_ok());
        assert_eq!(decided(refunding(None), at(2_000)), Err(Code::RefundExpired));
    }
}
