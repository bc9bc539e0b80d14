//! An event with all of its fields, as JSON: for people who look, and for whoever rebuilds from it.
//! Amounts are text, because a JSON number loses precision beyond 2^53.

use serde_json::{Value, json};
use till::{
    CaptureMode, Terms,
    events::{PaymentBalances, PaymentRef, VaultBalances},
};

use super::TillEvent;

fn text(value: impl ToString) -> Value {
    Value::String(value.to_string())
}

fn about(about: &PaymentRef) -> Value {
    json!({
        "payment": text(about.payment),
        "merchant": text(about.merchant),
        "vault": text(about.vault),
    })
}

fn payment(balances: &PaymentBalances) -> Value {
    json!({
        "capturable": text(balances.capturable),
        "captured": text(balances.captured),
        "refunded": text(balances.refunded),
        "fees": text(balances.fees),
        "sequence": balances.sequence,
    })
}

fn vault(balances: &VaultBalances) -> Value {
    json!({
        "escrowed": text(balances.escrowed),
        "balance": text(balances.balance),
        "fees": text(balances.fees),
        "sequence": balances.sequence,
    })
}

fn terms(terms: &Terms) -> Value {
    json!({
        "id": terms.id.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
        "mint": text(terms.mint),
        "amount": text(terms.amount),
        "authorization_expiry": terms.authorization_expiry,
        "refund_expiry": terms.refund_expiry,
        "capture_mode": capture_mode(terms.capture_mode),
        "max_fee_bps": terms.max_fee_bps,
        "salt": terms.salt,
    })
}

/// The word that the database and the API use for it.
pub const fn capture_mode(mode: CaptureMode) -> &'static str {
    match mode {
        CaptureMode::Manual => "manual",
        CaptureMode::Immediate => "immediate",
    }
}

impl TillEvent {
    pub fn to_json(&self) -> Value {
        match self {
            Self::ProtocolInitialized(event) => json!({
                "admin": text(event.admin),
                "guardian": text(event.guardian),
                "treasury": text(event.treasury),
                "fee_bps": event.fee_bps,
            }),
            Self::MerchantRegistered(event) => json!({
                "merchant": text(event.merchant),
                "founder": text(event.founder),
                "index": event.index,
                "authority": text(event.authority),
                "operator": text(event.operator),
                "payout_wallet": text(event.payout_wallet),
            }),
            Self::VaultOpened(event) => json!({
                "vault": text(event.vault),
                "merchant": text(event.merchant),
                "mint": text(event.mint),
                "vault_token": text(event.vault_token),
                "token_program": text(event.token_program),
                "decimals": event.decimals,
                "shard": event.shard,
            }),
            Self::PaidOut(event) => json!({
                "merchant": text(event.merchant),
                "vault_address": text(event.vault_address),
                "payout_token": text(event.payout_token),
                "amount": text(event.amount),
                "received": text(event.received),
                "vault": vault(&event.vault),
            }),
            Self::PaymentAuthorized(event) => json!({
                "about": about(&event.about),
                "payer": text(event.payer),
                "rent_payer": text(event.rent_payer),
                "terms": terms(&event.terms),
                "fee_bps": event.fee_bps,
                "payment": payment(&event.payment),
                "vault": vault(&event.vault),
            }),
            Self::PaymentCharged(event) => json!({
                "about": about(&event.about),
                "payer": text(event.payer),
                "rent_payer": text(event.rent_payer),
                "terms": terms(&event.terms),
                "fee_bps": event.fee_bps,
                "fee": text(event.fee),
                "net": text(event.net),
                "payout_token": event.payout_token.map(text),
                "payment": payment(&event.payment),
                "vault": vault(&event.vault),
            }),
            Self::PaymentCaptured(event) => json!({
                "about": about(&event.about),
                "amount": text(event.amount),
                "fee": text(event.fee),
                "net": text(event.net),
                "returned": text(event.returned),
                "is_final": event.is_final,
                "payout_token": event.payout_token.map(text),
                "payment": payment(&event.payment),
                "vault": vault(&event.vault),
            }),
            Self::PaymentVoided(event) => json!({
                "about": about(&event.about),
                "amount": text(event.amount),
                "payer_token": text(event.payer_token),
                "payment": payment(&event.payment),
                "vault": vault(&event.vault),
            }),
            Self::PaymentReclaimed(event) => json!({
                "about": about(&event.about),
                "amount": text(event.amount),
                "payer_token": text(event.payer_token),
                "payment": payment(&event.payment),
                "vault": vault(&event.vault),
            }),
            Self::PaymentRefunded(event) => json!({
                "about": about(&event.about),
                "amount": text(event.amount),
                "sent": text(event.sent),
                "source": event.source.map(text),
                "payer_token": text(event.payer_token),
                "payment": payment(&event.payment),
                "vault": vault(&event.vault),
            }),
            Self::PaymentClosed(event) => json!({
                "about": about(&event.about),
                "rent_payer": text(event.rent_payer),
                "payment": payment(&event.payment),
            }),
        }
    }
}
