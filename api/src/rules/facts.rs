//! What is known of a payment when rules are asked, each fact in the one form in which it is compared.

use std::net::IpAddr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use till_store::domain::{Customer, GatewayPayment};
use till_store::gateway::rules::lists::Wanted;
use utoipa::ToSchema;

/// When rules are asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// When the merchant asks for the payment.
    #[default]
    Creation,
    /// When a wallet asks for the transaction that pays it.
    Wallet,
}

impl Moment {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Creation => "creation",
            Self::Wallet => "wallet",
        }
    }
}

/// Who or what payments are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Wallet,
    CustomerReference,
    Email,
    Ip,
}

/// What is known of a payment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// In units of the token.
    #[schema(value_type = String, example = "25.00")]
    pub amount: Decimal,
    pub mint: String,
    /// The token's name, if it has one here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "USDC")]
    pub symbol: Option<String>,
    /// What the price is in, where it was asked for in a currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(default)]
    pub store: String,
    #[serde(default)]
    pub customer: Customer,
    /// The wallet that is to pay, once one has asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wallet: Option<String>,
    /// 0 (no risk) to 100: the highest that a hook gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
}

impl Facts {
    /// Of a payment, and of the wallet that asks for its transaction.
    pub fn of(payment: &GatewayPayment, wallet: Option<&str>) -> Self {
        // Twenty digits: every amount fits. No token has more decimals than a `Decimal`.
        let amount = Decimal::try_from_i128_with_scale(payment.amount.0.into(), payment.decimals().into());
        Self {
            amount: amount.unwrap_or(Decimal::MAX),
            mint: payment.mint.clone(),
            symbol: payment.symbol.clone(),
            currency: payment.price_currency.clone(),
            store: payment.store_id.clone(),
            customer: payment.customer.clone().unwrap_or_default(),
            wallet: wallet.map(str::to_owned),
            score: None,
        }
    }

    /// Whether `token`, a mint's address or a symbol, is what is paid in.
    pub fn is_in(&self, token: &str) -> bool {
        self.mint == token || self.symbol.as_deref() == Some(token)
    }

    pub fn email(&self) -> Option<String> {
        self.customer.email.as_deref().map(email)
    }

    pub fn country(&self) -> Option<String> {
        self.customer.country.as_deref().map(|country| country.trim().to_uppercase())
    }

    pub fn ip(&self) -> Option<IpAddr> {
        self.customer.ip.as_deref().and_then(|ip| ip.trim().parse().ok()).map(|ip: IpAddr| ip.to_canonical())
    }

    /// The name under which payments of this subject are counted, if it is known.
    pub fn counted_as(&self, subject: Subject) -> Option<String> {
        match subject {
            Subject::Wallet => self.wallet.as_ref().map(|wallet| format!("wallet:{wallet}")),
            Subject::CustomerReference => self.customer.reference.as_ref().map(|it| format!("customer:{it}")),
            Subject::Email => self.email().map(|email| format!("email:{email}")),
            Subject::Ip => self.ip().map(|ip| format!("ip:{ip}")),
        }
    }

    /// All names under which this payment is to be counted.
    pub fn counted(&self) -> Vec<String> {
        let subjects = [Subject::Wallet, Subject::CustomerReference, Subject::Email, Subject::Ip];
        let named = subjects.into_iter().filter_map(|subject| self.counted_as(subject));
        std::iter::once(ANY.to_owned()).chain(named).collect()
    }

    /// What to look for in lists.
    pub fn wanted(&self) -> Wanted<'static> {
        let email = self.email();
        let domain = email.as_deref().and_then(|email| email.rsplit_once('@')).map(|(_, it)| it.to_owned());
        let exact = [
            ("wallet", self.wallet.clone()),
            ("email", email.clone()),
            ("email_domain", domain),
            ("country", self.country()),
        ];
        let exact = exact.into_iter().filter_map(|(kind, value)| Some((kind, value?))).collect();
        Wanted { exact, ip: self.ip().map(|ip| ip.to_string()) }
    }
}

/// The name under which every payment is counted.
pub const ANY: &str = "any";

/// Mail addresses are compared without regard to case: providers deliver them so.
pub fn email(text: &str) -> String {
    text.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_customer_has_one_name_however_it_is_written() {
        let written = |email: &str, ip: &str, country: &str| Facts {
            customer: Customer {
                email: Some(email.into()),
                ip: Some(ip.into()),
                country: Some(country.into()),
                ..Customer::default()
            },
            ..Facts::default()
        };
        let (one, other) = (
            written("Anna@Example.com", "::ffff:1.2.3.4", "hu"),
            written(" anna@example.com", "1.2.3.4", "HU "),
        );
        assert_eq!(one.counted(), other.counted());
        assert_eq!(one.wanted().exact, other.wanted().exact);
        assert_eq!(one.wanted().ip, other.wanted().ip);
        assert_eq!(one.counted(), ["any", "email:anna@example.com", "ip:1.2.3.4"]);
    }

    #[test]
    fn what_is_not_an_address_is_no_subject() {
        let customer = Customer { ip: Some("localhost".into()), ..Customer::default() };
        assert_eq!(Facts { customer, ..Facts::default() }.counted(), ["any"]);
    }
}
