//! What finishing and refunding parts of a payment means for its money. Pure.

use rust_decimal::Decimal;
use till_store::Amount;
use till_store::domain::Money;

use super::amounts::{self, MAX_TOTAL};
use super::error::{ErrorCode, Refusal};
use crate::payments::operation::Order;

/// A part of a payment as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub id: String,
    pub total: Decimal,
    /// What it was finished with, if it was.
    pub finished: Option<Decimal>,
    /// The sums of its payees.
    pub shares: Vec<(String, Decimal)>,
}

/// What is to be taken of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finish {
    pub id: String,
    pub total: Decimal,
    /// What the shop says its payees get, if it says so.
    pub shares: Vec<(String, Decimal)>,
}

/// What is to be done about the parts that are to be finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// All of it has been finished like this before.
    Repeated,
    /// Nothing is taken of these, and others are still to be finished: nothing has to be moved.
    Noted(Vec<Finish>),
    Ordered(Order, Vec<Finish>),
}

/// A payment as far as its money is concerned.
#[derive(Clone, Copy, Debug)]
pub struct Payable<'a> {
    pub parts: &'a [Part],
    /// The whole price in base units of the token.
    pub amount: Amount,
    pub decimals: u8,
    /// Whether payees share in it.
    pub is_shared: bool,
}

impl Payable<'_> {
    fn price(&self) -> Decimal {
        self.parts.iter().map(|part| part.total).sum()
    }

    fn part(&self, id: &str) -> Result<&Part, Refusal> {
        self.parts.iter().find(|part| part.id == id).ok_or_else(|| {
            let detail = format!("the payment has no transaction {id}");
            Refusal::new(ErrorCode::TransactionDoesNotBelongToPayment, detail)
        })
    }

    /// Each part is finished once, with at most its total. The last one gives the rest back to the payer.
    pub fn finish(&self, finishes: &[Finish]) -> Result<Plan, Refusal> {
        let mut new: Vec<Finish> = Vec::new();
        for finish in finishes {
            let part = self.part(&finish.id)?;
            if finish.total < Decimal::ZERO || finish.total > part.total {
                let detail = format!("the Total of {} must be 0 to {}", part.id, part.total.normalize());
                return Err(Refusal::new(ErrorCode::InvalidAmount, detail));
            }
            check_shares(part, finish)?;
            let before = new.iter().find(|other| other.id == finish.id).map(|other| other.total);
            match part.finished.or(before) {
                None => new.push(finish.clone()),
                Some(total) if total == finish.total => {}
                Some(total) => {
                    let detail = format!("{} has been finished with {}", part.id, total.normalize());
                    return Err(Refusal::new(ErrorCode::TransactionAlreadyFinished, detail));
                }
            }
        }
        if new.is_empty() {
            return Ok(Plan::Repeated);
        }
        let is_last = self
            .parts
            .iter()
            .all(|part| part.finished.is_some() || new.iter().any(|finish| finish.id == part.id));
        if self.is_shared {
            self.require_evenness(&new)?;
        }
        let before: Decimal = self.parts.iter().filter_map(|part| part.finished).sum();
        let sum: Decimal = new.iter().map(|finish| finish.total).sum();
        if sum.is_zero() {
            return Ok(if is_last { Plan::Ordered(Order::Void, new) } else { Plan::Noted(new) });
        }
        let amount = self.tokens(before, sum)?;
        Ok(Plan::Ordered(
            Order::Capture { amount: Some(amount), is_final: Some(is_last), pay_out: false },
            new,
        ))
    }

    /// Payees share in all that is taken alike. If more of one part were taken than of another, or one before the
    /// other, they would not get what they are to get.
    fn require_evenness(&self, finishes: &[Finish]) -> Result<(), Refusal> {
        let price = self.price();
        let taken: Decimal = finishes.iter().map(|finish| finish.total).sum();
        let is_even = self.parts.iter().all(|part| {
            let finish = finishes.iter().find(|finish| finish.id == part.id);
            finish.is_some_and(|finish| product(finish.total, price) == product(part.total, taken))
        });
        if is_even {
            return Ok(());
        }
        let detail = "payees share in this payment, so all its transactions must be finished at once, and each with the \
                      same part of its total";
        Err(Refusal::invalid(detail))
    }

    /// The order for these refunds together. `refunded` is what has been refunded of a part, `taken` what of it can be.
    pub fn refund(
        &self,
        refunds: &[(String, Decimal)],
        taken: impl Fn(&str) -> Decimal,
        refunded: impl Fn(&str) -> Decimal,
    ) -> Result<Order, Refusal> {
        // So that they can be added up.
        if let Some((_, amount)) = refunds.iter().find(|(_, amount)| *amount > MAX_TOTAL) {
            return Err(Refusal::new(ErrorCode::InvalidAmount, format!("{amount} is more than {MAX_TOTAL}")));
        }
        for part in self.parts {
            let sum: Decimal =
                refunds.iter().filter(|(id, _)| *id == part.id).map(|(_, amount)| *amount).sum();
            let left = taken(&part.id) - refunded(&part.id);
            if sum > left {
                let detail = format!("{} of {} can be refunded", left.normalize(), part.id);
                return Err(Refusal::new(ErrorCode::InvalidAmount, detail));
            }
        }
        for (id, _) in refunds {
            self.part(id)?;
        }
        let before: Decimal = self.parts.iter().map(|part| refunded(&part.id)).sum();
        let sum: Decimal = refunds.iter().map(|(_, amount)| *amount).sum();
        Ok(Order::Refund { amount: Some(self.tokens(before, sum)?) })
    }

    /// What `sum` of the price is in units of the token, after `before` of it.
    fn tokens(&self, before: Decimal, sum: Decimal) -> Result<String, Refusal> {
        let amount =
            amounts::between(self.amount, self.price(), before, sum).filter(|amount| !amount.is_zero());
        let amount = amount.ok_or_else(|| {
            Refusal::new(
                ErrorCode::InvalidAmount,
                "the amount is nothing in the token that was paid, or too precise",
            )
        })?;
        Ok(Money::new(amount, self.decimals).value)
    }
}

/// What the shop says of payees must be what they get.
fn check_shares(part: &Part, finish: &Finish) -> Result<(), Refusal> {
    for (id, total) in &finish.shares {
        let Some((_, whole)) = part.shares.iter().find(|(known, _)| known == id) else {
            let detail = format!("{} has no payee transaction {id}", part.id);
            return Err(Refusal::new(ErrorCode::TransactionDoesNotBelongToPayment, detail));
        };
        if product(*total, part.total) != product(*whole, finish.total) {
            let detail = format!("the payee of {id} gets the same part of what is finished as of the whole");
            return Err(Refusal::invalid(detail));
        }
    }
    Ok(())
}

/// Nothing if it does not fit, which is equal to nothing.
fn product(a: Decimal, b: Decimal) -> Option<Decimal> {
    a.checked_mul(b).map(|product| product.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn parts(parts: &[(&str, &str, Option<&str>)]) -> Vec<Part> {
        let part = |(id, total, finished): &(&str, &str, Option<&str>)| Part {
            id: (*id).to_owned(),
            total: decimal(total),
            finished: finished.map(decimal),
            shares: Vec::new(),
        };
        parts.iter().map(part).collect()
    }

    fn payable(parts: &[Part]) -> Payable<'_> {
        Payable { parts, amount: Amount(100_000_000), decimals: 6, is_shared: false }
    }

    fn finish(id: &str, total: &str) -> Finish {
        Finish { id: id.to_owned(), total: decimal(total), shares: Vec::new() }
    }

    fn capture(amount: &str, is_final: bool) -> Order {
        Order::Capture { amount: Some(amount.to_owned()), is_final: Some(is_final), pay_out: false }
    }

    #[test]
    fn the_last_part_gives_the_rest_back() {
        let first = parts(&[("a", "60", None), ("b", "40", None)]);
        let Plan::Ordered(order, finished) = payable(&first).finish(&[finish("a", "50")]).unwrap() else {
            panic!()
        };
        assert_eq!((order, finished), (capture("50.00", false), vec![finish("a", "50")]));
        let second = parts(&[("a", "60", Some("50")), ("b", "40", None)]);
        let Plan::Ordered(order, _) = payable(&second).finish(&[finish("b", "40")]).unwrap() else {
            panic!()
        };
        assert_eq!(order, capture("40.00", true));
    }

    #[test]
    fn nothing_of_all_is_a_void_and_nothing_of_some_moves_nothing() {
        let both = parts(&[("a", "60", None), ("b", "40", None)]);
        let all = payable(&both).finish(&[finish("a", "0"), finish("b", "0")]).unwrap();
        assert!(matches!(all, Plan::Ordered(Order::Void, _)));
        assert!(matches!(payable(&both).finish(&[finish("a", "0")]).unwrap(), Plan::Noted(_)));
        let last = parts(&[("a", "60", Some("60")), ("b", "40", None)]);
        assert!(matches!(payable(&last).finish(&[finish("b", "0")]).unwrap(), Plan::Ordered(Order::Void, _)));
    }

    #[test]
    fn a_part_is_finished_once() {
        let done = parts(&[("a", "60", Some("50")), ("b", "40", None)]);
        assert_eq!(payable(&done).finish(&[finish("a", "50")]).unwrap(), Plan::Repeated);
        assert!(payable(&done).finish(&[finish("a", "51")]).is_err());
        assert!(payable(&done).finish(&[finish("b", "1"), finish("b", "2")]).is_err());
        assert!(payable(&done).finish(&[finish("b", "40.01")]).is_err());
        assert!(payable(&done).finish(&[finish("c", "1")]).is_err());
    }

    #[test]
    fn where_payees_share_everything_is_finished_alike() {
        let both = parts(&[("a", "60", None), ("b", "40", None)]);
        let shared = Payable { is_shared: true, ..payable(&both) };
        assert!(shared.finish(&[finish("a", "60")]).is_err());
        assert!(shared.finish(&[finish("a", "60"), finish("b", "20")]).is_err());
        assert!(shared.finish(&[finish("a", "30"), finish("b", "20")]).is_ok());
        assert!(shared.finish(&[finish("a", "0"), finish("b", "0")]).is_ok());
    }

    #[test]
    fn what_is_said_of_payees_must_be_so() {
        let share = ("s".to_owned(), decimal("6"));
        let both = [Part { shares: vec![share], ..parts(&[("a", "60", None)]).remove(0) }];
        let said = |id: &str, total: &str| Finish {
            shares: vec![(id.to_owned(), decimal(total))],
            ..finish("a", "30")
        };
        assert!(payable(&both).finish(&[said("s", "3")]).is_ok());
        assert!(payable(&both).finish(&[said("s", "6")]).is_err());
        assert!(payable(&both).finish(&[said("t", "3")]).is_err());
    }

    #[test]
    fn refunds_are_bounded_by_what_was_taken_of_each_part() {
        let both = parts(&[("a", "60", Some("50")), ("b", "40", Some("40"))]);
        let refund = |refunds: &[(&str, &str)]| {
            let refunds: Vec<_> =
                refunds.iter().map(|(id, amount)| ((*id).to_owned(), decimal(amount))).collect();
            let taken = |id: &str| decimal(if id == "a" { "50" } else { "40" });
            payable(&both).refund(&refunds, taken, |id| decimal(if id == "a" { "10" } else { "0" }))
        };
        let order = refund(&[("a", "40"), ("b", "5")]).unwrap();
        assert_eq!(order, Order::Refund { amount: Some("45.00".to_owned()) });
        assert!(refund(&[("a", "40.01")]).is_err());
        assert!(refund(&[("a", "30"), ("a", "11")]).is_err());
        assert!(refund(&[("c", "1")]).is_err());
        let most = Decimal::MAX.to_string();
        assert!(refund(&[("a", &most), ("a", &most)]).is_err());
    }
}
