//! What shops are answered.

use chrono::{DateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Serialize, Serializer};
use serde_json::Value;
use utoipa::ToSchema;

use super::error::BarionError;
use super::status::{PaymentStatus, PaymentType, TransactionStatus, TransactionType};

/// Barion's time stamps have milliseconds.
pub fn stamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Amounts are JSON numbers there. Up to fifteen digits, which is more than a total may have, they are exact.
fn number<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    if let Some(whole) = value.to_i64().filter(|whole| Decimal::from(*whole) == *value) {
        return serializer.serialize_i64(whole);
    }
    serializer.serialize_f64(value.to_f64().unwrap_or_default())
}

/// <https://docs.barion.com/Payment-Start-v2>
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct StartAnswer {
    /// 32 hex digits.
    #[schema(example = "0123456789abcdef0123456789abcdef")]
    pub payment_id: String,
    pub payment_request_id: String,
    pub status: PaymentStatus,
    /// What a wallet reads as a QR code leads there too: the payment's own page.
    #[serde(rename = "QRUrl")]
    pub qr_url: String,
    pub transactions: Vec<ProcessedTransaction>,
    /// Always `None`, in words: there are no token payments.
    pub recurrence_result: &'static str,
    #[serde(rename = "ThreeDSAuthClientData")]
    pub three_ds_auth_client_data: Option<String>,
    /// Where the customer pays.
    pub gateway_url: String,
    pub redirect_url: Option<String>,
    pub callback_url: Option<String>,
    pub trace_id: Option<String>,
    pub errors: Vec<BarionError>,
}

/// <https://docs.barion.com/ProcessedTransaction>
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ProcessedTransaction {
    #[serde(rename = "POSTransactionId")]
    pub pos_transaction_id: String,
    pub transaction_id: String,
    pub status: TransactionStatus,
    pub currency: String,
    pub transaction_time: String,
    /// Of a payee transaction: the transaction that it is of.
    pub related_id: Option<String>,
}

/// After `FinishReservation`, `Capture` and `CancelAuthorization`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct FinishAnswer {
    /// Whether it is done, or under way: then `Status` is `InProgress`, and a callback tells when it is done.
    pub is_successful: bool,
    pub payment_id: String,
    pub payment_request_id: String,
    pub status: PaymentStatus,
    pub transactions: Vec<ProcessedTransaction>,
    pub errors: Vec<BarionError>,
}

/// <https://docs.barion.com/Payment-Refund-v2>
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct RefundAnswer {
    pub payment_id: String,
    pub refunded_transactions: Vec<RefundedTransaction>,
    pub errors: Vec<BarionError>,
}

/// <https://docs.barion.com/RefundedTransaction>
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct RefundedTransaction {
    /// Of the refund.
    pub transaction_id: String,
    #[serde(serialize_with = "number")]
    #[schema(value_type = f64)]
    pub total: Decimal,
    #[serde(rename = "POSTransactionId")]
    pub pos_transaction_id: String,
    pub comment: Option<String>,
    /// `Succeeded`, or `Started` while the chain has not confirmed it.
    pub status: TransactionStatus,
}

/// <https://docs.barion.com/Payment-GetPaymentState-v2> and <https://docs.barion.com/Payment-PaymentState-v4>
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct StateAnswer {
    pub payment_id: String,
    pub payment_request_id: String,
    pub order_number: Option<String>,
    #[serde(rename = "POSId")]
    pub pos_id: String,
    #[serde(rename = "POSName")]
    pub pos_name: String,
    #[serde(rename = "POSOwnerEmail")]
    pub pos_owner_email: Option<String>,
    #[serde(rename = "POSOwnerCountry")]
    pub pos_owner_country: Option<String>,
    pub status: PaymentStatus,
    pub payment_type: PaymentType,
    /// As they were given.
    pub allowed_funding_sources: Vec<String>,
    /// `Balance` once it is paid: from a wallet.
    pub funding_source: Option<&'static str>,
    pub funding_information: FundingInformation,
    pub recurrence_type: Option<String>,
    pub trace_id: Option<String>,
    pub guest_checkout: bool,
    pub created_at: String,
    pub started_at: Option<String>,
    pub completed_at: Option<String>,
    pub valid_until: String,
    pub reserved_until: Option<String>,
    pub delayed_capture_until: Option<String>,
    /// The transactions, their shares, and their refunds.
    pub transactions: Vec<DetailedTransaction>,
    /// What has been, or is to be, paid: less than at first if less was finished.
    #[serde(serialize_with = "number")]
    #[schema(value_type = f64)]
    pub total: Decimal,
    pub currency: String,
    pub suggested_locale: Option<String>,
    /// The score of the rules, if they gave one.
    pub fraud_risk_score: u8,
    pub redirect_url: Option<String>,
    pub callback_url: Option<String>,
    /// In version 4 alone: how it was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_method: Option<&'static str>,
    pub errors: Vec<BarionError>,
}

/// Cards do not exist here, so there is nothing in it.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct FundingInformation {
    pub bank_card: Option<Value>,
    pub authorization_code: Option<String>,
    pub process_result: Option<&'static str>,
}

/// <https://docs.barion.com/DetailedPaymentTransaction>
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct DetailedTransaction {
    pub transaction_id: String,
    #[serde(rename = "POSTransactionId")]
    pub pos_transaction_id: String,
    pub transaction_time: String,
    /// As it was at first, whatever was finished or refunded.
    #[serde(serialize_with = "number")]
    #[schema(value_type = f64)]
    pub total: Decimal,
    pub currency: String,
    pub payer: User,
    pub payee: User,
    pub comment: Option<String>,
    pub status: TransactionStatus,
    pub transaction_type: TransactionType,
    /// As they were given.
    pub items: Value,
    /// The transaction that it is a share or a refund of.
    pub related_id: Option<String>,
    #[serde(rename = "POSId")]
    pub pos_id: String,
    pub payment_id: String,
}

/// <https://docs.barion.com/UserInformation>
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct User {
    pub name: UserName,
    /// Of a payee as it was given, of a payer as far as the shop has said.
    pub email: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct UserName {
    /// Of a payer: the wallet's address.
    pub login_name: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub organization_name: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_they_are() {
        #[derive(Serialize)]
        struct Sample(#[serde(serialize_with = "number")] Decimal);
        for (value, expected) in [
            ("25", "25"),
            ("25.00", "25"),
            ("19.9", "19.9"),
            ("9999999.99", "9999999.99"),
            ("0.00000001", "1e-8"),
        ] {
            let json = serde_json::to_string(&Sample(value.parse().unwrap())).unwrap();
            assert_eq!(json, expected);
        }
    }
}
