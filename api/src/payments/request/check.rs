//! Everything that is wrong with a request and that no look-up could make right. Each error names its field.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use till::{DISPUTE_SECONDS, MAX_AUTHORIZATION_SECONDS, MAX_FEE_BPS, MAX_REFUND_SECONDS, MAX_SPLITS};
use till_store::domain::{Customer, Item};

use super::text::{is_country, is_decimal, is_email, is_ip, is_text, is_web_url, wallet};
use super::{CaptureModeName, MIN_QUOTE_SECONDS, PaymentRequest};
use crate::problem::{Code, FieldErrors};

const MAX_ORDER_REFERENCE: usize = 128;
const MAX_DESCRIPTION: usize = 500;
const MAX_METADATA_KEYS: usize = 50;
const MAX_METADATA_KEY: usize = 40;
const MAX_METADATA_VALUE: usize = 500;
const MAX_TOKENS: usize = 8;
const MAX_ITEMS: usize = 100;
/// Of an item's texts and the customer's, in characters.
const MAX_TEXT: usize = 200;
const MAX_SUGGESTED: usize = 8;
/// The longest name of a currency or token.
const MAX_CURRENCY: usize = 16;
/// Digits before and behind the point of what is not in a token.
const PRICE_DIGITS: (usize, usize) = (15, 12);
const BPS: u32 = 10_000;
/// With all four payees and a donation a payment that is captured at once does not fit into a transaction.
const MAX_CHARGED_SPLITS_WITH_DONATION: usize = 3;

impl PaymentRequest {
    /// Notes what is wrong.
    pub fn check(&self, errors: &mut FieldErrors) {
        self.check_times(errors);
        self.check_tokens(errors);
        self.check_payees(errors);
        self.check_protection(errors);
        self.check_items(errors);
        if let Some(customer) = &self.customer {
            check_customer(customer, errors);
        }
        self.check_transfer(errors);
        self.check_donation(errors);
        check_words(self.order_reference.as_deref(), self.description.as_deref(), errors);
        check_metadata(&self.metadata, errors);
        if !self.redirect_url.as_deref().is_none_or(is_web_url) {
            errors.add(Code::UrlNotAllowed, "redirect_url", "an http or https URL");
        }
    }

    fn check_times(&self, errors: &mut FieldErrors) {
        let mut within = |field: &str, value: i64, least: i64, most: i64| {
            limit(errors, field, (least..=most).contains(&value), format!("{least} to {most} seconds"));
        };
        within("authorization_expires_in", self.authorization_expires_in, 1, MAX_AUTHORIZATION_SECONDS);
        if let Some(seconds) = self.quote_expires_in {
            let most = self.authorization_expires_in.clamp(MIN_QUOTE_SECONDS, MAX_AUTHORIZATION_SECONDS);
            within("quote_expires_in", seconds, MIN_QUOTE_SECONDS, most);
        }
        within("refund_window", self.refund_window, 0, MAX_REFUND_SECONDS);
        let fee = self.max_fee_bps <= MAX_FEE_BPS;
        limit(errors, "max_fee_bps", fee, format!("at most {MAX_FEE_BPS} basis points"));
    }

    fn check_tokens(&self, errors: &mut FieldErrors) {
        match (&self.token, self.accepted_tokens.len()) {
            (Some(_), 0) | (None, 1..=MAX_TOKENS) => {}
            (Some(_), _) => invalid(errors, "accepted_tokens", "either `token` or `accepted_tokens`"),
            (None, 0) => invalid(errors, "token", "a token is needed: `token` or `accepted_tokens`"),
            (None, _) => invalid(errors, "accepted_tokens", format!("at most {MAX_TOKENS}")),
        }
        match &self.currency {
            None if self.accepted_tokens.len() > 1 => {
                let detail = "several tokens need a currency that the amount is in";
                invalid(errors, "currency", detail);
            }
            Some(currency) if !is_text(currency, 1..=MAX_CURRENCY) => {
                errors.add(Code::CurrencyUnknown, "currency", "an ISO 4217 code or a token's symbol");
            }
            Some(_) if self.price().is_none() => {
                let (whole, fraction) = PRICE_DIGITS;
                let detail = format!(
                    "a decimal number above zero, with at most {whole} digits before and {fraction} behind the point"
                );
                errors.add(Code::AmountInvalid, "amount", detail);
            }
            _ => {}
        }
    }

    /// What is asked for, as a number.
    pub fn price(&self) -> Option<Decimal> {
        let (whole, fraction) = PRICE_DIGITS;
        let price = is_decimal(&self.amount, whole, fraction).then(|| self.amount.parse().ok()).flatten();
        price.filter(|price: &Decimal| !price.is_zero())
    }

    fn check_payees(&self, errors: &mut FieldErrors) {
        let most = format!("at most {MAX_SPLITS} payees");
        limit(errors, "splits", self.splits.len() <= MAX_SPLITS, most);
        let sum: u32 = self.splits.iter().map(|share| u32::from(share.bps)).sum();
        limit(errors, "splits", sum <= BPS, format!("together at most {BPS} basis points"));
        for (index, share) in self.splits.iter().enumerate() {
            let field = |name| format!("splits.{index}.{name}");
            limit(errors, &field("bps"), share.bps > 0, "at least 1 basis point");
            let is_wallet = wallet(&share.wallet).is_some();
            limit(errors, &field("wallet"), is_wallet, "the base58 address of a wallet");
        }
    }

    fn check_protection(&self, errors: &mut FieldErrors) {
        let Some(protection) = &self.protection else { return };
        let manual = self.capture_mode == CaptureModeName::Manual;
        limit(errors, "protection", manual, "only with the capture mode `manual`");
        let in_time = (0..self.authorization_expires_in).contains(&protection.capture_after);
        let detail = "0 or more, and less than `authorization_expires_in`";
        limit(errors, "protection.capture_after", in_time, detail);
        let (least, most) = (DISPUTE_SECONDS.start(), DISPUTE_SECONDS.end());
        let detail = format!("{least} to {most} seconds");
        let allowed = DISPUTE_SECONDS.contains(&protection.dispute_seconds);
        limit(errors, "protection.dispute_seconds", allowed, detail);
        let is_wallet = wallet(&protection.arbiter).is_some();
        limit(errors, "protection.arbiter", is_wallet, "the base58 address of a wallet");
    }

    /// Items are what people read. Their totals must add up to the amount all the same: an order that says one sum
    /// and asks for another is a mistake or worse.
    fn check_items(&self, errors: &mut FieldErrors) {
        limit(errors, "items", self.items.len() <= MAX_ITEMS, format!("at most {MAX_ITEMS} items"));
        let before = errors.len();
        for (index, item) in self.items.iter().enumerate().take(MAX_ITEMS) {
            check_item(index, item, errors);
        }
        if self.items.is_empty() || errors.len() > before {
            return;
        }
        let sum: Option<Decimal> =
            self.items.iter().try_fold(Decimal::ZERO, |sum, item| sum.checked_add(item.total.parse().ok()?));
        let adds_up = sum.is_some() && sum == self.price();
        limit(errors, "items", adds_up, "the totals must add up to the amount");
    }

    fn check_transfer(&self, errors: &mut FieldErrors) {
        let plain = self.protection.is_none() && self.splits.is_empty();
        let detail = "a plain transfer knows neither protection nor splits";
        limit(errors, "accept_transfer", !self.accept_transfer || plain, detail);
    }

    fn check_donation(&self, errors: &mut FieldErrors) {
        let Some(donation) = &self.donation else { return };
        let (whole, fraction) = PRICE_DIGITS;
        let amounts = donation.suggested.len() <= MAX_SUGGESTED
            && donation.suggested.iter().all(|amount| is_decimal(amount, whole, fraction));
        limit(
            errors,
            "donation.suggested",
            amounts,
            format!("at most {MAX_SUGGESTED} amounts in units of the token"),
        );
        let fits = self.capture_mode == CaptureModeName::Manual
            || self.splits.len() <= MAX_CHARGED_SPLITS_WITH_DONATION;
        let detail = "does not fit into one transaction with four splits that are paid at once";
        limit(errors, "donation", fits, detail);
    }
}

fn check_item(index: usize, item: &Item, errors: &mut FieldErrors) {
    let field = |name| format!("items.{index}.{name}");
    let texts = [
        ("name", Some(&item.name), MAX_TEXT),
        ("description", item.description.as_ref(), MAX_DESCRIPTION),
        ("unit", item.unit.as_ref(), MAX_TEXT),
        ("sku", item.sku.as_ref(), MAX_TEXT),
    ];
    for (name, text, most) in texts {
        let fits = text.is_none_or(|text| is_text(text, 1..=most));
        limit(errors, &field(name), fits, format!("1 to {most} characters"));
    }
    let (whole, fraction) = PRICE_DIGITS;
    for (name, number) in
        [("quantity", &item.quantity), ("unit_price", &item.unit_price), ("total", &item.total)]
    {
        limit(errors, &field(name), is_decimal(number, whole, fraction), "a decimal number, such as 12.50");
    }
    if !item.image_url.as_deref().is_none_or(is_web_url) {
        errors.add(Code::UrlNotAllowed, &field("image_url"), "an http or https URL");
    }
}

fn check_customer(customer: &Customer, errors: &mut FieldErrors) {
    let mut check = |name: &str, text: &Option<String>, fits: &dyn Fn(&str) -> bool, detail: &str| {
        let fits = text.as_deref().is_none_or(fits);
        limit(errors, &format!("customer.{name}"), fits, detail);
    };
    let short = format!("1 to {MAX_TEXT} characters");
    check("reference", &customer.reference, &|text| is_text(text, 1..=MAX_TEXT), &short);
    check("name", &customer.name, &|text| is_text(text, 1..=MAX_TEXT), &short);
    check("email", &customer.email, &is_email, "an e-mail address");
    check("country", &customer.country, &is_country, "two capital letters (ISO 3166-1), such as HU");
    check("ip", &customer.ip, &is_ip, "an IPv4 or IPv6 address");
}

/// The texts that can be changed later, too.
pub fn check_words(order_reference: Option<&str>, description: Option<&str>, errors: &mut FieldErrors) {
    let texts = [
        ("order_reference", order_reference, MAX_ORDER_REFERENCE),
        ("description", description, MAX_DESCRIPTION),
    ];
    for (field, text, most) in texts {
        let fits = text.is_none_or(|text| is_text(text, 1..=most));
        limit(errors, field, fits, format!("1 to {most} characters, without control characters"));
    }
}

pub fn check_metadata(metadata: &BTreeMap<String, String>, errors: &mut FieldErrors) {
    let fits = metadata.len() <= MAX_METADATA_KEYS
        && metadata.keys().all(|key| is_text(key, 1..=MAX_METADATA_KEY))
        && metadata.values().all(|value| is_text(value, 0..=MAX_METADATA_VALUE));
    let detail = format!(
        "at most {MAX_METADATA_KEYS} keys of 1 to {MAX_METADATA_KEY} characters, with values of at most \
         {MAX_METADATA_VALUE}"
    );
    limit(errors, "metadata", fits, detail);
}

fn limit(errors: &mut FieldErrors, field: &str, ok: bool, detail: impl Into<String>) {
    if !ok {
        invalid(errors, field, detail);
    }
}

fn invalid(errors: &mut FieldErrors, field: &str, detail: impl Into<String>) {
    errors.add(Code::ValidationFailed, field, detail);
}

#[cfg(test)]
mod tests;
