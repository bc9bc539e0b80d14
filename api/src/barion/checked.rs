//! What of a request to begin a payment can be judged without looking anything up.

use reqwest::Url;
use rust_decimal::Decimal;

use super::amounts::{MAX_DECIMALS, MAX_TOTAL};
use super::error::Refusal;
use super::request::{PaymentTransaction, StartRequest};
use super::status::PaymentType;
use super::timespan;
use crate::webhooks::Guard;

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;
/// How long a payment can be paid unless the shop says something else.
const DEFAULT_WINDOW: i64 = 30 * MINUTE;
const MAX_WINDOW: i64 = 7 * DAY;
/// The chain holds money for 90 days at most, and the week to pay is in them.
const MAX_PERIOD: i64 = 83 * DAY;
const MAX_NAME: usize = 100;
const MAX_EMAIL: usize = 256;
const MAX_URL: usize = 2_000;
const MAX_TRANSACTIONS: usize = 50;
/// What Barion calls the currency of a request that names none.
const DEFAULT_CURRENCY: &str = "HUF";

/// A request that is complete and within its bounds.
#[derive(Clone, Debug)]
pub struct Checked {
    pub kind: PaymentType,
    pub payment_request_id: String,
    pub currency: String,
    /// How long it can be paid, in seconds.
    pub window: i64,
    /// How long after that it can be finished or captured, in seconds.
    pub period: Option<i64>,
    pub redirect_url: Option<Url>,
    pub callback_url: Option<Url>,
}

impl Checked {
    /// All that is wrong is said at once.
    pub fn of(request: &StartRequest, guard: Guard) -> Result<Self, Refusal> {
        let mut wrong = Wrong::default();
        let kind = wrong.required("PaymentType", request.payment_type.as_deref()).and_then(|text| {
            wrong.unless("PaymentType", "Immediate, Reservation or DelayedCapture", PaymentType::parse(text))
        });
        let name = wrong.required("PaymentRequestId", request.payment_request_id.as_deref());
        wrong.name("PaymentRequestId", name);
        wrong.name("OrderNumber", request.order_number.as_deref());
        let window = wrong
            .span("PaymentWindow", request.payment_window.as_deref(), MAX_WINDOW)
            .unwrap_or(DEFAULT_WINDOW);
        let period = match kind {
            Some(PaymentType::Reservation) => {
                let given = wrong.required("ReservationPeriod", request.reservation_period.as_deref());
                wrong.span("ReservationPeriod", given, MAX_PERIOD)
            }
            Some(PaymentType::DelayedCapture) => {
                let given = wrong.required("DelayedCapturePeriod", request.delayed_capture_period.as_deref());
                wrong.span("DelayedCapturePeriod", given, MAX_PERIOD)
            }
            _ => None,
        };
        let redirect_url = wrong.url("RedirectUrl", request.redirect_url.as_deref(), |url| {
            let web =
                Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            web.ok_or_else(|| "an http or https URL".to_owned())
        });
        let callback_url =
            wrong.url("CallbackUrl", request.callback_url.as_deref(), |url| guard.check_url(url));
        wrong.transactions(request.transactions.as_deref().unwrap_or_default());
        Refusal::all_invalid(wrong.0)?;
        let complete = kind.zip(name);
        let (kind, name) = complete.ok_or_else(|| Refusal::invalid("the request is not complete"))?;
        let currency = request.currency.as_deref().map(str::trim).filter(|currency| !currency.is_empty());
        Ok(Self {
            kind,
            payment_request_id: name.to_owned(),
            currency: currency.unwrap_or(DEFAULT_CURRENCY).to_owned(),
            window,
            period,
            redirect_url,
            callback_url,
        })
    }
}

/// What is wrong so far, in the words in which Barion says it.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn required<'a>(&mut self, field: &str, text: Option<&'a str>) -> Option<&'a str> {
        let given = text.map(str::trim).filter(|text| !text.is_empty());
        if given.is_none() {
            self.0.push(format!("The {field} field is required."));
        }
        given
    }

    fn unless<T>(&mut self, field: &str, expected: &str, found: Option<T>) -> Option<T> {
        if found.is_none() {
            self.0.push(format!("The {field} field must be {expected}."));
        }
        found
    }

    fn name(&mut self, field: &str, text: Option<&str>) {
        let fits =
            text.is_none_or(|text| text.chars().count() <= MAX_NAME && !text.chars().any(char::is_control));
        self.unless(field, &format!("at most {MAX_NAME} characters"), fits.then_some(()));
    }

    fn span(&mut self, field: &str, text: Option<&str>, most: i64) -> Option<i64> {
        let seconds = timespan::seconds(text?).filter(|seconds| (MINUTE..=most).contains(seconds));
        let expected = format!("a time span such as 1.00:00:00, of a minute to {} days", most / DAY);
        self.unless(field, &expected, seconds)
    }

    fn url(
        &mut self,
        field: &str,
        text: Option<&str>,
        check: impl FnOnce(&str) -> Result<Url, String>,
    ) -> Option<Url> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        let checked = if text.len() > MAX_URL { Err("it is too long".to_owned()) } else { check(text) };
        checked.map_err(|reason| self.0.push(format!("The {field} field is not acceptable: {reason}."))).ok()
    }

    fn transactions(&mut self, parts: &[PaymentTransaction]) {
        if !(1..=MAX_TRANSACTIONS).contains(&parts.len()) {
            self.0.push(format!("The Transactions field must hold 1 to {MAX_TRANSACTIONS} transactions."));
        }
        let mut price = Decimal::ZERO;
        for part in parts {
            self.sum(part.pos_transaction_id.as_deref(), part.payee.as_deref(), part.total);
            price += part.total.unwrap_or_default().clamp(Decimal::ZERO, MAX_TOTAL);
            for share in &part.payee_transactions {
                self.sum(share.pos_transaction_id.as_deref(), share.payee.as_deref(), share.total);
            }
        }
        if price > MAX_TOTAL {
            self.0.push(format!("The transactions add up to more than {MAX_TOTAL}."));
        }
    }

    fn sum(&mut self, name: Option<&str>, payee: Option<&str>, total: Option<Decimal>) {
        let given = self.required("POSTransactionId", name);
        self.name("POSTransactionId", given);
        let payee = self.required("Payee", payee);
        let fits = payee.is_none_or(|payee| payee.len() <= MAX_EMAIL);
        self.unless("Payee", "an e-mail address", fits.then_some(()));
        let acceptable = total.filter(|total| {
            *total > Decimal::ZERO && *total <= MAX_TOTAL && total.normalize().scale() <= MAX_DECIMALS
        });
        self.unless("Total", "greater than zero", acceptable);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn checked(change: Value) -> Result<Checked, Refusal> {
        let mut request = json!({
            "PaymentType": "Reservation", "ReservationPeriod": "1.00:00:00", "PaymentRequestId": "O-1",
            "RedirectUrl": "https://shop.example/thanks", "CallbackUrl": "https://shop.example/callback",
            "Currency": "EUR",
            "Transactions": [{ "POSTransactionId": "T-1", "Payee": "shop@example.com", "Total": 10 }],
        });
        request.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        Checked::of(&serde_json::from_value(request).unwrap(), Guard { allow_private: false })
    }

    #[test]
    fn what_is_not_said_is_as_barion_says() {
        let read = checked(json!({})).unwrap();
        assert_eq!((read.kind, read.window, read.period), (PaymentType::Reservation, 1_800, Some(86_400)));
        let immediate = checked(json!({ "PaymentType": "immediate", "Currency": null })).unwrap();
        assert_eq!((immediate.kind, immediate.period), (PaymentType::Immediate, None));
        assert_eq!(immediate.currency, "HUF");
    }

    #[test]
    fn what_is_not_acceptable_is_refused() {
        for change in [
            json!({ "PaymentType": "Later" }),
            json!({ "PaymentType": null }),
            json!({ "PaymentRequestId": " " }),
            json!({ "PaymentRequestId": "x".repeat(101) }),
            json!({ "ReservationPeriod": null }),
            json!({ "ReservationPeriod": "0.00:00:30" }),
            json!({ "ReservationPeriod": "84.00:00:00" }),
            json!({ "PaymentWindow": "8.00:00:00" }),
            json!({ "PaymentWindow": "soon" }),
            json!({ "CallbackUrl": "http://127.0.0.1/" }),
            json!({ "RedirectUrl": "javascript:alert(1)" }),
            json!({ "Transactions": [] }),
            json!({ "Transactions": [{ "POSTransactionId": "T", "Payee": "a@b.c", "Total": 0 }] }),
            json!({ "Transactions": [{ "POSTransactionId": "T", "Payee": "a@b.c", "Total": 1e11 }] }),
            json!({ "Transactions": [{ "POSTransactionId": "T", "Total": 1 }] }),
            json!({ "Transactions": vec![json!({ "POSTransactionId": "T", "Payee": "a@b.c", "Total": -7e28 }); 2] }),
        ] {
            assert!(checked(change.clone()).is_err(), "{change}");
        }
    }
}
