//! `POST /v2/Payment/Refund`: any number of parts at once, by one refund of ours.

use chrono::Utc;
use rust_decimal::Decimal;
use till_store::db;
use till_store::gateway::barion::shops::Shop;
use till_store::gateway::barion::transactions;
use till_store::ids::random_hex;

use super::answers::{RefundAnswer, RefundedTransaction};
use super::booked::{Booked, our_id};
use super::caller::{guid, identity};
use super::error::{ErrorCode, Refusal};
use super::finish::{locked, payable_of, settled};
use super::request::{RefundRequest, TransactionToRefund};
use super::state::refund_status;
use super::status::{PaymentStatus, TransactionStatus};
use crate::gateway::Gateway;
use crate::payments::operation;

/// A refund that can be made.
struct Wanted {
    id: String,
    transaction_id: String,
    amount: Decimal,
    comment: Option<String>,
}

/// Pays back what is said of the parts that are named, out of the merchant's balance.
pub async fn refund(gateway: &Gateway, shop: &Shop, request: RefundRequest) -> Result<RefundAnswer, Refusal> {
    let id = our_id(request.payment_id.as_deref())?;
    let named = request.transactions_to_refund.unwrap_or_default();
    if named.is_empty() {
        return Err(Refusal::invalid("The TransactionsToRefund field is required."));
    }
    let wanted = named.into_iter().map(wanted).collect::<Result<Vec<_>, _>>()?;
    let mut db = db::begin(&gateway.pool).await?;
    let booked = locked(&mut db, shop, &id).await?;
    require_succeeded(&booked)?;
    let amounts: Vec<_> =
        wanted.iter().map(|refund| (refund.transaction_id.clone(), refund.amount)).collect();
    let of_part = |id: &str, value: fn(&Booked, &transactions::BarionTransaction) -> Decimal| {
        booked.parts().find(|part| part.id == id).map(|part| value(&booked, part)).unwrap_or_default()
    };
    let order = payable_of(&booked, |payable| {
        payable.refund(&amounts, |id| of_part(id, Booked::taken), |id| of_part(id, Booked::refunded))
    })?;
    let recorded = operation::record(&mut db, &identity(shop), &booked.payment.id, &order).await;
    let operation = recorded.map_err(|problem| Refusal::from(problem).about(booked.id()))?.id;
    for refund in &wanted {
        let Wanted { id, transaction_id, amount, comment } = refund;
        transactions::insert_refund(&mut *db, id, transaction_id, *amount, comment.as_deref(), &operation)
            .await?;
    }
    db.commit().await?;
    let record = settled(gateway, shop, &booked, &operation).await?;
    let status = refund_status(record.status).unwrap_or(TransactionStatus::Started);
    Ok(answer(&booked, &wanted, status))
}

fn wanted(named: TransactionToRefund) -> Result<Wanted, Refusal> {
    let given =
        named.transaction_id.ok_or_else(|| Refusal::invalid("The TransactionId field is required."))?;
    let amount = named.amount_to_refund.filter(|amount| *amount > Decimal::ZERO);
    Ok(Wanted {
        id: random_hex(),
        transaction_id: guid(&given)
            .ok_or_else(|| Refusal::invalid("The TransactionId field is not a GUID."))?,
        amount: amount
            .ok_or_else(|| Refusal::invalid("The AmountToRefund field must be greater than zero."))?,
        comment: named.comment,
    })
}

/// <https://docs.barion.com/Payment-Refund-v2>: «Only payments in Succeeded status can be refunded.»
fn require_succeeded(booked: &Booked) -> Result<(), Refusal> {
    let status = booked.status(Utc::now());
    if status == PaymentStatus::Succeeded {
        return Ok(());
    }
    let detail = format!("the payment is {status:?}, and only one that is Succeeded can be refunded");
    Err(Refusal::new(ErrorCode::PaymentStatusNotValid, detail).about(booked.id()))
}

fn answer(booked: &Booked, refunds: &[Wanted], status: TransactionStatus) -> RefundAnswer {
    let refunded = |refund: &Wanted| {
        let part = booked.parts().find(|part| part.id == refund.transaction_id);
        RefundedTransaction {
            transaction_id: refund.id.clone(),
            total: refund.amount,
            pos_transaction_id: part.map(|part| part.pos_transaction_id.clone()).unwrap_or_default(),
            comment: refund.comment.clone(),
            status,
        }
    };
    RefundAnswer {
        payment_id: booked.id().to_owned(),
        refunded_transactions: refunds.iter().map(refunded).collect(),
        errors: Vec::new(),
    }
}
