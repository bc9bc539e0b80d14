//! What a link asks for: one amount, or one that the customer chooses within bounds.

use std::fmt;

use rust_decimal::Decimal;
use till_store::gateway::links::Link;

use crate::payments::request::text::is_decimal;
use crate::problem::{Code, FieldErrors, Problem, Result};

/// Digits before and behind the point.
const DIGITS: (usize, usize) = (15, 12);
/// How many amounts can be suggested.
const MOST_SUGGESTED: usize = 8;

/// The amounts of a link, in units of its token or currency.
#[derive(Clone, Copy, Debug)]
pub struct Amounts<'a> {
    pub fixed: Option<&'a str>,
    pub least: Option<&'a str>,
    pub most: Option<&'a str>,
    pub suggested: &'a [String],
    /// What they are in, for people.
    pub unit: &'a str,
}

impl<'a> Amounts<'a> {
    pub fn of(link: &'a Link) -> Self {
        Self {
            fixed: link.amount.as_deref(),
            least: link.min_amount.as_deref(),
            most: link.max_amount.as_deref(),
            suggested: &link.suggested_amounts,
            unit: unit(link.currency.as_deref(), &link.tokens),
        }
    }

    /// Notes what is wrong.
    pub fn check(&self, errors: &mut FieldErrors) {
        for (field, text) in self.all() {
            if positive(text).is_none() {
                errors.add(Code::AmountInvalid, &field, "a decimal number above zero, such as 25.00");
            } else if field.starts_with("suggested") && !self.holds(text) {
                errors.add(Code::ValidationFailed, &field, "it is not within the bounds");
            }
        }
        if self.suggested.len() > MOST_SUGGESTED {
            let detail = format!("at most {MOST_SUGGESTED}");
            errors.add(Code::ValidationFailed, "suggested_amounts", detail);
        }
        if self.fixed.is_some() && (self.least.is_some() || self.most.is_some() || !self.suggested.is_empty())
        {
            let detail = "either one amount, or bounds and suggestions for the customer's choice";
            errors.add(Code::ValidationFailed, "amount", detail);
        }
        if let (Some(least), Some(most)) = (self.least.and_then(positive), self.most.and_then(positive))
            && least > most
        {
            errors.add(Code::ValidationFailed, "max_amount", "it is less than `min_amount`");
        }
    }

    /// All amounts that there are, each with its field.
    pub fn all(&self) -> Vec<(String, &'a str)> {
        let named = [("amount", self.fixed), ("min_amount", self.least), ("max_amount", self.most)];
        let named = named.into_iter().filter_map(|(field, text)| Some((field.to_owned(), text?)));
        let suggested = self.suggested.iter().take(MOST_SUGGESTED).enumerate();
        let suggested = suggested.map(|(index, text)| (format!("suggested_amounts.{index}"), text.as_str()));
        named.chain(suggested).collect()
    }

    /// An amount that a payment could be of.
    pub fn sample(&self) -> &str {
        let first = self.suggested.first().map(String::as_str);
        self.fixed.or(first).or(self.least).or(self.most).unwrap_or("1")
    }

    /// The amount of a payment for a customer who has chosen this one, if the customer chooses.
    pub fn choose(&self, chosen: Option<&str>) -> Result<String> {
        let refused = || Problem::new(Code::AmountInvalid, self.to_string());
        match (self.fixed, chosen) {
            (Some(fixed), None) => Ok(fixed.to_owned()),
            (Some(fixed), Some(chosen)) if positive(chosen) == positive(fixed) => Ok(fixed.to_owned()),
            (None, Some(chosen)) if positive(chosen).is_some() && self.holds(chosen) => Ok(chosen.to_owned()),
            _ => Err(refused()),
        }
    }

    fn holds(&self, text: &str) -> bool {
        let Some(amount) = positive(text) else { return false };
        let above = self.least.and_then(positive).is_none_or(|least| amount >= least);
        let below = self.most.and_then(positive).is_none_or(|most| amount <= most);
        above && below
    }
}

/// What a customer has to choose.
impl fmt::Display for Amounts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = self.unit;
        match (self.fixed, self.least, self.most) {
            (Some(fixed), ..) => write!(f, "the amount is {fixed} {unit}"),
            (None, Some(least), Some(most)) => write!(f, "choose an amount of {least} to {most} {unit}"),
            (None, Some(least), None) => write!(f, "choose an amount of {least} {unit} or more"),
            (None, None, Some(most)) => write!(f, "choose an amount of {most} {unit} or less"),
            (None, None, None) => write!(f, "choose an amount, in {unit}, such as 25.00"),
        }
    }
}

/// What amounts are in: the currency, or the only token.
pub fn unit<'a>(currency: Option<&'a str>, tokens: &'a [String]) -> &'a str {
    currency.or(tokens.first().map(String::as_str)).unwrap_or_default()
}

fn positive(text: &str) -> Option<Decimal> {
    let (whole, fraction) = DIGITS;
    let number: Decimal = is_decimal(text, whole, fraction).then(|| text.parse().ok()).flatten()?;
    (!number.is_zero()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Amounts<'static> =
        Amounts { fixed: None, least: Some("1"), most: Some("100.00"), suggested: &[], unit: "USDC" };

    fn fields(amounts: &Amounts<'_>) -> Vec<String> {
        let mut errors = FieldErrors::default();
        amounts.check(&mut errors);
        errors.fields()
    }

    #[test]
    fn a_customer_chooses_within_the_bounds() {
        for chosen in ["1", "1.00", "99.999999", "100"] {
            assert_eq!(OPEN.choose(Some(chosen)).unwrap(), chosen);
        }
        for refused in ["0.99", "100.000001", "0", "-1", "ten", ""] {
            let problem = OPEN.choose(Some(refused)).unwrap_err();
            assert_eq!(problem.detail, "choose an amount of 1 to 100.00 USDC", "{refused}");
        }
        assert_eq!(OPEN.choose(None).unwrap_err().code, Code::AmountInvalid);
    }

    #[test]
    fn a_fixed_amount_is_that_amount() {
        let fixed = Amounts { fixed: Some("25.00"), least: None, most: None, ..OPEN };
        assert_eq!(fixed.choose(None).unwrap(), "25.00");
        assert_eq!(fixed.choose(Some("25")).unwrap(), "25.00");
        assert_eq!(fixed.choose(Some("24")).unwrap_err().detail, "the amount is 25.00 USDC");
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        assert_eq!(fields(&OPEN), Vec::<String>::new());
        assert_eq!(fields(&Amounts { least: Some("200"), ..OPEN }), ["max_amount"]);
        assert_eq!(fields(&Amounts { fixed: Some("5"), ..OPEN }), ["amount"]);
        assert_eq!(fields(&Amounts { most: Some("0"), least: None, ..OPEN }), ["max_amount"]);
        let suggested = ["5".to_owned(), "500".to_owned(), "x".to_owned()];
        let wrong = ["suggested_amounts.1", "suggested_amounts.2"];
        assert_eq!(fields(&Amounts { suggested: &suggested, ..OPEN }), wrong);
        let many = vec!["5".to_owned(); 9];
        assert_eq!(fields(&Amounts { suggested: &many, ..OPEN }), ["suggested_amounts"]);
    }
}
