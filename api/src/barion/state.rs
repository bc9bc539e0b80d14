//! `GetPaymentState` and version 4's `paymentstate`.

use chrono::Utc;
use serde_json::Value;
use till_store::domain::{PaymentStatus as Standing, TransactionStatus as Progress};
use till_store::gateway::barion::shops::Shop;
use till_store::gateway::barion::transactions::{BarionRefund, BarionTransaction};

use super::answers::{DetailedTransaction, FundingInformation, StateAnswer, User, UserName, stamp};
use super::booked::Booked;
use super::status::{PaymentStatus, PaymentType, TransactionStatus, TransactionType};

/// Which of the two addresses is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    V2,
    V4,
}

/// What the payment says at Barion.
pub fn answer(booked: &Booked, shop: &Shop, version: Version) -> StateAnswer {
    let now = Utc::now();
    let status = booked.status(now);
    let words = &booked.words;
    let given = |name: &str| words.request.get(name).and_then(Value::as_str).map(str::to_owned);
    let paid_at = booked.paid_at();
    let end_of = |kind| booked.period_end().filter(|_| booked.kind == kind).map(stamp);
    let is_paid = paid_at.is_some();
    StateAnswer {
        payment_id: booked.id().to_owned(),
        payment_request_id: words.payment_request_id.clone(),
        order_number: given("OrderNumber"),
        pos_id: pos_id(shop).to_owned(),
        pos_name: shop.store_name.clone(),
        pos_owner_email: shop.payee.clone(),
        pos_owner_country: None,
        status,
        payment_type: booked.kind,
        allowed_funding_sources: funding_sources(&words.request),
        funding_source: is_paid.then_some("Balance"),
        funding_information: FundingInformation {
            process_result: is_paid.then_some("Successful"),
            ..FundingInformation::default()
        },
        recurrence_type: None,
        trace_id: None,
        guest_checkout: words.request.get("GuestCheckOut").and_then(Value::as_bool).unwrap_or_default(),
        created_at: stamp(booked.payment.created_at),
        started_at: paid_at.map(stamp),
        completed_at: completed_at(booked, status),
        valid_until: stamp(words.valid_until),
        reserved_until: end_of(PaymentType::Reservation),
        delayed_capture_until: end_of(PaymentType::DelayedCapture),
        transactions: transactions(booked, shop),
        total: total(booked),
        currency: words.currency.clone(),
        suggested_locale: given("Locale"),
        fraud_risk_score: booked.payment.decision.as_ref().and_then(|decision| decision.score).unwrap_or(0),
        redirect_url: booked.payment.redirect_url.clone(),
        callback_url: words.callback_url.clone(),
        payment_method: (version == Version::V4).then_some(if is_paid { "BarionWallet" } else { "Unknown" }),
        errors: Vec::new(),
    }
}

fn pos_id(shop: &Shop) -> &str {
    shop.store_id.rsplit('_').next().unwrap_or(&shop.store_id)
}

fn funding_sources(request: &Value) -> Vec<String> {
    let given = request.get("FundingSources").and_then(Value::as_array);
    let texts = given.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

/// When it reached the state that it stays in.
fn completed_at(booked: &Booked, status: PaymentStatus) -> Option<String> {
    let is_done =
        matches!(status, PaymentStatus::Succeeded | PaymentStatus::Canceled | PaymentStatus::Expired);
    let moved = booked.payment.transactions.iter().filter(|row| row.status == Progress::Confirmed);
    let last = moved.filter(|row| row.kind.captures() || row.kind.opens()).map(|row| row.created_at).max();
    is_done.then_some(last).flatten().map(stamp)
}

/// What is taken of the parts; all that was asked for while nothing is finished.
fn total(booked: &Booked) -> rust_decimal::Decimal {
    let parts = booked.parts().map(|part| part.finished().unwrap_or(part.total));
    match booked.kind {
        PaymentType::Immediate => booked.price(),
        _ => parts.sum(),
    }
}

fn transactions(booked: &Booked, shop: &Shop) -> Vec<DetailedTransaction> {
    let now = Utc::now();
    let own = booked.transactions.iter().map(|transaction| {
        let state = booked.status_of(transaction, now);
        let kind = match transaction.related_id {
            Some(_) if booked.payment.status != Standing::Created => TransactionType::TransferToExistingUser,
            _ => TransactionType::of(state),
        };
        detailed(booked, shop, transaction, state, kind)
    });
    let refunds = booked.refunds.iter().filter_map(|refund| refunded(booked, shop, refund));
    own.chain(refunds).collect()
}

fn detailed(
    booked: &Booked,
    shop: &Shop,
    transaction: &BarionTransaction,
    status: TransactionStatus,
    transaction_type: TransactionType,
) -> DetailedTransaction {
    DetailedTransaction {
        transaction_id: transaction.id.clone(),
        pos_transaction_id: transaction.pos_transaction_id.clone(),
        transaction_time: stamp(booked.time_of(transaction)),
        total: transaction.total,
        currency: booked.words.currency.clone(),
        payer: payer(booked),
        payee: User { email: Some(transaction.payee.clone()), ..User::default() },
        comment: transaction.comment.clone(),
        status,
        transaction_type,
        items: transaction.items.clone(),
        related_id: transaction.related_id.clone(),
        pos_id: pos_id(shop).to_owned(),
        payment_id: booked.id().to_owned(),
    }
}

/// A refund goes the other way. One that failed never was.
fn refunded(booked: &Booked, shop: &Shop, refund: &BarionRefund) -> Option<DetailedTransaction> {
    let part = booked.parts().find(|part| part.id == refund.transaction_id)?;
    let status = refund_status(refund.status)?;
    let whole = detailed(booked, shop, part, status, TransactionType::Refund);
    Some(DetailedTransaction {
        transaction_id: refund.id.clone(),
        transaction_time: stamp(refund.created_at),
        total: refund.amount,
        payer: whole.payee,
        payee: whole.payer,
        comment: refund.comment.clone(),
        items: Value::Array(Vec::new()),
        related_id: Some(part.id.clone()),
        ..whole
    })
}

/// Nothing if it failed.
pub fn refund_status(progress: Progress) -> Option<TransactionStatus> {
    match progress {
        Progress::Confirmed => Some(TransactionStatus::Succeeded),
        Progress::Failed => None,
        Progress::Recorded | Progress::Signed | Progress::Sent => Some(TransactionStatus::Started),
    }
}

fn payer(booked: &Booked) -> User {
    let customer = booked.payment.customer.as_ref();
    User {
        name: UserName { login_name: booked.payment.payer.clone(), ..UserName::default() },
        email: customer.and_then(|customer| customer.email.clone()),
    }
}
