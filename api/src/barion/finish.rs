//! `FinishReservation`, `Capture` and `CancelAuthorization`.

use std::time::Duration;

use chrono::Utc;
use sqlx::PgConnection;
use till_store::db;
use till_store::domain::{TransactionRecord, TransactionStatus};
use till_store::gateway::barion::shops::Shop;
use till_store::gateway::barion::transactions;

use super::answers::FinishAnswer;
use super::booked::{Booked, our_id};
use super::caller::{guid, identity};
use super::error::{ErrorCode, Refusal};
use super::plan::{Finish, Part, Payable, Plan};
use super::request::{CancelRequest, FinishRequest, TransactionToFinish};
use super::status::{PaymentStatus, PaymentType};
use crate::gateway::Gateway;
use crate::payments::operation;

/// How long an answer waits for the chain.
pub const WAIT: Duration = Duration::from_secs(25);

/// Takes what is said of the parts that are named, and gives the rest back once all parts are finished.
pub async fn finish(
    gateway: &Gateway,
    shop: &Shop,
    kind: PaymentType,
    request: FinishRequest,
) -> Result<FinishAnswer, Refusal> {
    let id = our_id(request.payment_id.as_deref())?;
    let named = request.transactions.unwrap_or_default();
    if named.is_empty() {
        return Err(Refusal::invalid("The Transactions field is required."));
    }
    let finishes = named.iter().map(to_finish).collect::<Result<Vec<_>, _>>()?;
    let mut db = db::begin(&gateway.pool).await?;
    let booked = locked(&mut db, shop, &id).await?;
    require_kind(&booked, kind)?;
    let plan = payable_of(&booked, |payable| payable.finish(&finishes))?;
    if plan != Plan::Repeated && kind == PaymentType::DelayedCapture {
        require_all(&booked, &finishes)?;
    }
    carry_out(gateway, db, shop, &booked, plan).await
}

/// Gives everything back.
pub async fn cancel(gateway: &Gateway, shop: &Shop, request: CancelRequest) -> Result<FinishAnswer, Refusal> {
    let id = our_id(request.payment_id.as_deref())?;
    let mut db = db::begin(&gateway.pool).await?;
    let booked = locked(&mut db, shop, &id).await?;
    require_kind(&booked, PaymentType::DelayedCapture)?;
    let nothing = |id: &String| Finish { id: id.clone(), total: 0.into(), shares: Vec::new() };
    let all: Vec<Finish> = booked.parts().map(|part| nothing(&part.id)).collect();
    let plan = payable_of(&booked, |payable| payable.finish(&all))?;
    carry_out(gateway, db, shop, &booked, plan).await
}

/// The payment, with everybody else who would change it held up.
pub async fn locked(db: &mut PgConnection, shop: &Shop, id: &str) -> Result<Booked, Refusal> {
    till_store::gateway::payments::lock(&mut *db, &shop.merchant_id, Some(&shop.store_id), id).await?;
    Booked::load(db, shop, id).await
}

fn to_finish(named: &TransactionToFinish) -> Result<Finish, Refusal> {
    let id = |given: Option<&str>| {
        let given = given.ok_or_else(|| Refusal::invalid("The TransactionId field is required."))?;
        guid(given).ok_or_else(|| Refusal::invalid("The TransactionId field is not a GUID."))
    };
    let shares = named.payee_transactions.iter().map(|share| {
        let total = share.total.ok_or_else(|| Refusal::invalid("The Total field is required."))?;
        Ok((id(share.transaction_id.as_deref())?, total))
    });
    Ok(Finish {
        id: id(named.transaction_id.as_deref())?,
        total: named.total.ok_or_else(|| Refusal::invalid("The Total field is required."))?,
        shares: shares.collect::<Result<_, Refusal>>()?,
    })
}

fn require_kind(booked: &Booked, kind: PaymentType) -> Result<(), Refusal> {
    if booked.kind == kind {
        return Ok(());
    }
    let detail =
        format!("this is for payments of the type {}, and it is {}", kind.as_str(), booked.kind.as_str());
    Err(Refusal::new(ErrorCode::PaymentStatusNotValid, detail).about(booked.id()))
}

/// <https://docs.barion.com/Payment-Capture-v2>: «All transactions must be supplied.»
fn require_all(booked: &Booked, finishes: &[Finish]) -> Result<(), Refusal> {
    match booked.parts().find(|part| !finishes.iter().any(|finish| finish.id == part.id)) {
        None => Ok(()),
        Some(part) => {
            Err(Refusal::invalid(format!("All transactions must be supplied; {} is not.", part.id)))
        }
    }
}

/// Lets `judge` look at the payment's money.
pub fn payable_of<T>(
    booked: &Booked,
    judge: impl FnOnce(Payable<'_>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let shares_of = |id: &str| {
        let shares = booked.transactions.iter().filter(|row| row.related_id.as_deref() == Some(id));
        shares.map(|share| (share.id.clone(), share.total)).collect()
    };
    let part = |row: &transactions::BarionTransaction| Part {
        id: row.id.clone(),
        total: row.total,
        finished: row.finished(),
        shares: shares_of(&row.id),
    };
    let parts: Vec<Part> = booked.parts().map(part).collect();
    let amount =
        booked.payment.amount.base_units.parse().map(till_store::Amount).map_err(anyhow::Error::from)?;
    let decimals = booked.payment.decimals;
    let is_shared = !booked.payment.splits.is_empty();
    judge(Payable { parts: &parts, amount, decimals, is_shared })
        .map_err(|refusal| refusal.about(booked.id()))
}

async fn carry_out(
    gateway: &Gateway,
    mut db: sqlx::Transaction<'_, sqlx::Postgres>,
    shop: &Shop,
    booked: &Booked,
    plan: Plan,
) -> Result<FinishAnswer, Refusal> {
    let ordered = match plan {
        Plan::Repeated => booked.parts().find_map(|part| part.finished_by.clone()),
        Plan::Noted(finishes) => {
            require_open(booked)?;
            note(&mut db, &finishes, None).await?;
            None
        }
        Plan::Ordered(order, finishes) => {
            require_open(booked)?;
            let recorded = operation::record(&mut db, &identity(shop), &booked.payment.id, &order).await;
            let id = recorded.map_err(|problem| Refusal::from(problem).about(booked.id()))?.id;
            note(&mut db, &finishes, Some(&id)).await?;
            Some(id)
        }
    };
    db.commit().await?;
    if let Some(id) = &ordered {
        settled(gateway, shop, booked, id).await?;
    }
    let mut db = gateway.pool.acquire().await?;
    let booked = Booked::load(&mut db, shop, &booked.payment.id).await?;
    Ok(answer(&booked))
}

/// What can be finished is paid and not finished.
fn require_open(booked: &Booked) -> Result<(), Refusal> {
    let status = booked.status(Utc::now());
    let is_open = matches!(
        status,
        PaymentStatus::Reserved | PaymentStatus::Authorized | PaymentStatus::PartiallySucceeded
    );
    if is_open {
        return Ok(());
    }
    let detail = format!("the payment is {status:?}");
    Err(Refusal::new(ErrorCode::PaymentStatusNotValid, detail).about(booked.id()))
}

async fn note(db: &mut PgConnection, finishes: &[Finish], operation: Option<&str>) -> Result<(), Refusal> {
    for finish in finishes {
        transactions::finish(&mut *db, &finish.id, finish.total, operation).await?;
    }
    Ok(())
}

/// Waits for the chain, and says if it refuses.
pub async fn settled(
    gateway: &Gateway,
    shop: &Shop,
    booked: &Booked,
    operation: &str,
) -> Result<TransactionRecord, Refusal> {
    let record = operation::carry_out(gateway, &identity(shop), operation, WAIT).await?;
    if record.status != TransactionStatus::Failed {
        return Ok(record);
    }
    let detail = record.error_detail.or(record.error_code).unwrap_or_default();
    Err(Refusal::new(ErrorCode::OperationFailed, detail).about(booked.id()))
}

fn answer(booked: &Booked) -> FinishAnswer {
    let now = Utc::now();
    FinishAnswer {
        is_successful: true,
        payment_id: booked.id().to_owned(),
        payment_request_id: booked.words.payment_request_id.clone(),
        status: booked.status(now),
        transactions: booked.processed(now),
        errors: Vec::new(),
    }
}
