//! Events that did not happen, of the types that do: what a developer tries a receiver with.

use chrono::{TimeDelta, Utc};
use serde::Serialize;
use solana_pubkey::Pubkey;
use till_store::domain::{
    ChainPayment, EndpointPaused, Event, EventData, GatewayPayment, Outcome, Payment, Progress, Transaction,
    TransactionKind, TransactionRecord, TransactionStatus,
};
use till_store::ids::Kind;
use till_store::{Amount, PaymentId};

use crate::auth::Identity;

/// What is sent unless a type is given.
pub const DEFAULT_TYPE: &str = "payment.captured";

const DECIMALS: u8 = 6;
/// 25.00 of a token with six decimals.
const AMOUNT: Amount = Amount(25_000_000);
const SLOT: i64 = 1;

/// What an event of some type carries.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Example {
    Payment(Box<EventData>),
    Paused(EndpointPaused),
}

/// What an event of the type `kind`, which must be one of `EVENT_TYPES`, would carry.
pub fn data(kind: &str, merchant: &Identity, endpoint: &str) -> Example {
    match kind {
        EndpointPaused::TYPE => Example::Paused(paused(endpoint)),
        _ => Example::Payment(Box::new(change(kind, merchant))),
    }
}

/// The id and the body of an example for one endpoint alone. Its sequence is 0, which no event has.
pub fn event(kind: &str, merchant: &Identity, endpoint: &str) -> serde_json::Result<(String, String)> {
    let event = Event {
        id: Kind::Event.random(),
        kind: kind.to_owned(),
        timestamp: Utc::now(),
        merchant: merchant.merchant_id.clone(),
        sequence: 0,
        test: true,
        data: data(kind, merchant, endpoint),
    };
    Ok((event.id.clone(), serde_json::to_string(&event)?))
}

fn paused(endpoint: &str) -> EndpointPaused {
    let now = Utc::now();
    EndpointPaused {
        endpoint: endpoint.to_owned(),
        url: "https://shop.example/webhooks/till".to_owned(),
        reason: "failing".to_owned(),
        paused_at: Some(now),
        failing_since: Some(now - TimeDelta::days(3)),
        last_error: Some("the endpoint answered 500 Internal Server Error".to_owned()),
    }
}

/// A payment after the operation that `kind` reports; of other types, one that has just been authorized.
fn change(kind: &str, merchant: &Identity) -> EventData {
    use TransactionKind::*;
    let operations = [Charge, Capture, Release, Dispute, Resolve, Void, Reclaim, Refund, Close];
    let operation = operations.into_iter().find(|operation| operation.event_type() == kind);
    let operation = operation.unwrap_or(Authorize);
    let gateway = payment(merchant);
    let chain = after(operation);
    let record = TransactionRecord {
        id: Kind::Transaction.random(),
        payment_id: gateway.id.clone(),
        parent_id: None,
        kind: operation,
        amount: if operation == Dispute { Amount::ZERO } else { AMOUNT },
        is_final: operation.captures(),
        status: TransactionStatus::Confirmed,
        signature: Some(bs58::encode([1; 64]).into_string()),
        error_code: None,
        error_detail: None,
        slot: Some(SLOT),
        sequence: Some(chain.sequence),
        created_at: gateway.created_at,
    };
    let progress = Progress { slot: SLOT, block_time: gateway.created_at, finalized_slot: SLOT };
    EventData {
        payment: Payment::assemble(
            &gateway,
            Some(&chain),
            std::slice::from_ref(&record),
            &[],
            Some(progress),
        ),
        transaction: Transaction::new(&record, DECIMALS, Some(SLOT)),
        sequence: chain.sequence,
    }
}

fn payment(merchant: &Identity) -> GatewayPayment {
    let now = Utc::now();
    GatewayPayment {
        id: PaymentId::random().to_string(),
        merchant_id: merchant.merchant_id.clone(),
        store_id: merchant.store_id.clone().unwrap_or_default(),
        address: Pubkey::new_unique().to_string(),
        mint: Pubkey::new_unique().to_string(),
        symbol: Some("USDC".to_owned()),
        decimals: i16::from(DECIMALS),
        amount: AMOUNT,
        capture_mode: "manual".to_owned(),
        authorization_expiry: now + TimeDelta::days(7),
        refund_expiry: now + TimeDelta::days(30),
        order_reference: Some("order-1001".to_owned()),
        description: Some("A test".to_owned()),
        metadata: serde_json::json!({}),
        created_at: now,
        ..GatewayPayment::default()
    }
}

fn after(operation: TransactionKind) -> ChainPayment {
    use TransactionKind::*;
    let is_opened = operation.opens();
    let is_captured = operation.captures() || matches!(operation, Refund | Close);
    let amount_if = |holds: bool| if holds { AMOUNT } else { Amount::ZERO };
    ChainPayment {
        payer: Pubkey::new_unique().to_string(),
        capturable: amount_if(matches!(operation, Authorize | Dispute)),
        captured: amount_if(is_captured),
        refunded: amount_if(operation == Refund),
        fees: Amount::ZERO,
        capture_from: None,
        arbiter: None,
        dispute_expiry: (operation == Dispute).then(|| Utc::now() + TimeDelta::days(7)),
        splits: Vec::new(),
        outcome: match operation {
            Void => Some(Outcome::Voided),
            Reclaim => Some(Outcome::Reclaimed),
            _ => None,
        },
        sequence: if is_opened { 1 } else { 2 },
        closed: operation == Close,
        slot: SLOT,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use till_store::domain::EVENT_TYPES;

    use super::*;
    use crate::auth::{Actor, scope::Scopes};

    #[test]
    fn every_type_has_an_example_that_reads_as_the_real_thing() {
        let merchant = Identity {
            merchant_id: "mer_1".to_owned(),
            merchant_address: String::new(),
            merchant_name: String::new(),
            store_id: None,
            actor: Actor::Key("key_1".to_owned()),
            scopes: Scopes::Everything,
        };
        for (kind, _) in EVENT_TYPES {
            let (id, body) = event(kind, &merchant, "end_1").unwrap();
            let value: Value = serde_json::from_str(&body).unwrap();
            assert_eq!(
                (&value["type"], &value["id"], &value["test"]),
                (&(*kind).into(), &id.into(), &true.into())
            );
            if kind.starts_with("payment.") {
                let event: Event = serde_json::from_str(&body).unwrap();
                assert_eq!(event.data.payment.merchant, "mer_1", "{kind}");
            }
        }
    }
}
