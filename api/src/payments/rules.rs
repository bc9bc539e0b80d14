//! What a merchant may order, given how the payment stands. Pure.

use chrono::{DateTime, SecondsFormat, Utc};
use till_store::Amount;
use till_store::domain::{Money, TransactionKind};
use till_store::gateway::operations::Standing;

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
    pub fn decide(&self, standing: &Standing) -> Result<Decision> {
        match self {
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
    if standing.chain_time.is_some_and(|now| now >= standing.authorization_expiry) {
        let detail = "the authorization has expired; the payer may take the money back";
        return Err(Problem::new(Code::AuthorizationExpired, detail));
    }
    if standing.dispute_expiry.is_some() {
        let detail =
            "the payer disputes the payment: it can be voided, and captured only once the dispute is over";
        return Err(Problem::new(Code::PaymentDisputed, detail));
    }
    if let Some(from) = standing.capture_from.filter(|from| standing.chain_time.is_none_or(|now| now < *from))
    {
        let detail =
            format!("before {} only the payer's release gives the merchant the money", rfc3339(from));
        return Err(Problem::new(Code::CaptureTooEarly, detail));
    }
    if pay_out && !standing.knows_payout_wallet {
        let detail = "the merchant's account has not been seen on the chain, and with it the payout wallet";
        return Err(Problem::new(Code::PayoutWalletUnknown, detail));
    }
    let available = capturable(standing)?;
    let amount = wanted(standing, amount, available, "captured")?;
    let takes_all = amount == available;
    let others = !standing.open_captures.is_zero();
    let is_final = match is_final.unwrap_or(takes_all) {
        // Nothing is left for it to give back, and it must not give back what others take.
        true if others && takes_all => false,
        true if others => return Err(in_progress("a capture of this payment is under way")),
        is_final => is_final,
    };
    Ok(Decision { kind: TransactionKind::Capture, amount, is_final, pay_out })
}

fn void(standing: &Standing) -> Result<Decision> {
    let amount = capturable(standing)?;
    if !standing.open_captures.is_zero() {
        return Err(in_progress("a capture of this payment is under way"));
    }
    if amount.is_zero() {
        return Err(not_available(standing, amount, "voided"));
    }
    Ok(Decision { kind: TransactionKind::Void, amount, is_final: false, pay_out: false })
}

fn refund(standing: &Standing, amount: Option<&str>) -> Result<Decision> {
    if standing.closed || standing.chain_time.is_some_and(|now| now >= standing.refund_expiry) {
        return Err(Problem::new(Code::RefundExpired, "the time in which it could be refunded is over"));
    }
    let spoken_for = Amount(standing.refunded.0.saturating_add(standing.open_refunds.0));
    let available = standing.captured.checked_sub(spoken_for).unwrap_or_default();
    let amount = wanted(standing, amount, available, "refunded")?;
    let balance = standing.vault_balance.checked_sub(standing.open_vault_refunds).unwrap_or_default();
    if amount > balance {
        let balance = money(standing, balance);
        let detail = format!("the merchant's balance in this payment's vault is {balance}");
        return Err(Problem::new(Code::BalanceTooSmall, detail).with_available(balance));
    }
    Ok(Decision { kind: TransactionKind::Refund, amount, is_final: false, pay_out: false })
}

/// What is in escrow and not spoken for.
fn capturable(standing: &Standing) -> Result<Amount> {
    if standing.open_final {
        return Err(in_progress("a void or a final capture of this payment is under way"));
    }
    Ok(standing.capturable.checked_sub(standing.open_captures).unwrap_or_default())
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

fn in_progress(detail: &str) -> Problem {
    Problem::new(Code::OperationInProgress, detail)
}

fn decimals(standing: &Standing) -> u8 {
    standing.decimals.unsigned_abs() as u8
}

fn money(standing: &Standing, amount: Amount) -> String {
    Money::new(amount, decimals(standing)).value
}

#[cfg(test)]
mod tests {
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
            vault_balance: Amount(10_000),
            knows_payout_wallet: true,
            open_captures: Amount(0),
            open_refunds: Amount(0),
            open_vault_refunds: Amount(0),
            open_final: false,
        }
    }

    fn capturing(amount: Option<&str>, is_final: Option<bool>) -> Order {
        Order::Capture { amount: amount.map(str::to_owned), is_final, pay_out: false }
    }

    fn refunding(amount: Option<&str>) -> Order {
        Order::Refund { amount: amount.map(str::to_owned) }
    }

    fn decided(order: Order, standing: Standing) -> std::result::Result<(u64, bool), Code> {
        let decision = order.decide(&standing).map_err(|problem| problem.code)?;
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
        let unknown = || Standing { knows_payout_wallet: false, ..standing() };
        let paying_out = Order::Capture { amount: None, is_final: None, pay_out: true };
        assert_eq!(decided(paying_out.clone(), unknown()), Err(Code::PayoutWalletUnknown));
        assert_eq!(decided(paying_out, standing()), Ok((2_500, true)));
        assert_eq!(decided(capturing(None, None), unknown()), Ok((2_500, true)));
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
        let poor = Standing { vault_balance: Amount(2_000), open_vault_refunds: Amount(1_000), ..captured() };
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
        let early = capturing(None, None).decide(&at(599)).unwrap_err();
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
