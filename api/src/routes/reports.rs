//! `/v1/reports`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use till_store::gateway::reports::operations::{self, Operation, Which};
use till_store::gateway::reports::series::{self, Point, Sum};
use till_store::gateway::reports::{self as store, Place, Scope, ledger, settlements};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{Caller, Identity, scope::ReportsRead};
use crate::gateway::Gateway;
use crate::http::QueryOf;
use crate::http::cursor::page_size;
use crate::problem::{ProblemBody, Result};
use crate::reports::query::{Format, ReportQuery, invalid};
use crate::reports::rows::*;
use crate::reports::{csv, csv::Row, place};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(transactions))
        .routes(routes!(payouts))
        .routes(routes!(settlements))
        .routes(routes!(fees))
        .routes(routes!(statement))
        .routes(routes!(time_series))
}

const DEFAULT_LIMIT: i64 = 100;
const MAX_LIMIT: i64 = 1_000;
/// How many lines of a CSV are read at once.
const CSV_PAGE: i64 = 1_000;
/// The longest time series by the hour, in days.
const MOST_DAYS_BY_HOUR: i64 = 31;

/// A page of a report, oldest line first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Report<R> {
    data: Vec<R>,
    /// Give it as `cursor` for the next page; nothing on the last one, and in reports by day.
    next_cursor: Option<String>,
    /// How far the chain was known: what happened later is not in it. Plain transfers are looked for on a node, and one
    /// of an earlier slot may be found later.
    indexed_through_slot: Option<i64>,
}

/// Every operation of payments, in the order of the chain, and every plain transfer that named a payment (its `kind` is
/// `transfer`), behind the operations of its slot. What went back to a payer is a `refund`, a `void` or a `reclaim`; so
/// is what is given back because nobody had asked for it, of payments in addition to another or after a cancellation. A
/// transfer is the merchant's at once, and what is given back of it from the merchant's wallet is not known here.
///
/// A CSV is read page by page, each up to the slot in the header `Indexed-Through-Slot`: no operation of a later slot is
/// in it, however long it takes to read. Each page is as of its own moment, though. If a fork undoes blocks meanwhile
/// that were not final, an operation of theirs may be missing, or be there twice, at two slots. A transfer that is found
/// or taken back meanwhile, and an operation that is backfilled, may be there or not. Order references and symbols are
/// those of the moment of the page.
#[utoipa::path(
    get, path = "/v1/reports/transactions", tag = "reports", security(("api_key" = [])),
    params(ReportQuery),
    responses(
        (status = 200, content((Report<TransactionRow> = "application/json"), (String = "text/csv"))),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn transactions(
    State(gateway): State<Arc<Gateway>>,
    Caller(caller, _): Caller<ReportsRead>,
    headers: HeaderMap,
    QueryOf(query): QueryOf<ReportQuery>,
) -> Result<Response> {
    listed::<TransactionRow>(gateway, caller, headers, query, "transactions", Which::OfPayments).await
}

/// What was paid to the merchant's wallet: payouts of the balance, captures that paid at once, and plain transfers,
/// which customers send there themselves. Payouts are of no store. A CSV is read as one of transactions is.
#[utoipa::path(
    get, path = "/v1/reports/payouts", tag = "reports", security(("api_key" = [])),
    params(ReportQuery),
    responses(
        (status = 200, content((Report<PayoutRow> = "application/json"), (String = "text/csv"))),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn payouts(
    State(gateway): State<Arc<Gateway>>,
    Caller(caller, _): Caller<ReportsRead>,
    headers: HeaderMap,
    QueryOf(query): QueryOf<ReportQuery>,
) -> Result<Response> {
    listed::<PayoutRow>(gateway, caller, headers, query, "payouts", Which::Payouts).await
}

async fn listed<R>(
    gateway: Arc<Gateway>,
    caller: Identity,
    headers: HeaderMap,
    query: ReportQuery,
    name: &str,
    which: Which,
) -> Result<Response>
where
    R: Row + From<Operation> + Serialize + Send + 'static,
{
    let scope = query.scope(&gateway.pool, &caller).await?;
    let mut db = store::snapshot(&gateway.pool).await?;
    let indexed = store::indexed_through(&mut db).await?;
    if query.format(&headers) == Format::Csv {
        drop(db);
        let next = move |after| read_operations(gateway.clone(), scope.clone(), indexed, which, after);
        return Ok(csv::pages::<R, _, _>(name, indexed, next)?);
    }
    let limit = page_size(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let after = query.cursor.as_deref().map(place::decode).transpose()?;
    let mut found = operations::page(&mut *db, &scope, indexed, which, after, limit + 1).await?;
    let end = cut(&mut found, limit, |row| row.place);
    let data = found.into_iter().map(R::from).collect();
    Ok(Json(Report::<R> { data, next_cursor: end, indexed_through_slot: indexed }).into_response())
}

async fn read_operations<R: From<Operation>>(
    gateway: Arc<Gateway>,
    scope: Scope,
    through: Option<i64>,
    which: Which,
    after: Option<Place>,
) -> anyhow::Result<(Vec<R>, Option<Place>)> {
    let found = operations::page(&gateway.pool, &scope, through, which, after, CSV_PAGE).await?;
    let end = found.last().filter(|_| found.len() as i64 == CSV_PAGE).map(|row| row.place);
    Ok((found.into_iter().map(R::from).collect(), end))
}

/// Cuts a page to `limit` lines, and says where it ends unless it is the last: one more than that had been asked for.
fn cut<T>(found: &mut Vec<T>, limit: i64, place: impl Fn(&T) -> Place) -> Option<String> {
    if found.len() as i64 <= limit {
        return None;
    }
    found.truncate(limit as usize);
    found.last().map(|last| place::encode(&place(last)))
}

/// What became the merchant's: captures, plain transfers, refunds and their parts, by day, store and token. A transfer
/// is of the day and the token in which it came, and has neither fee nor shares. Refunds are not subtracted from the net.
#[utoipa::path(
    get, path = "/v1/reports/settlements", tag = "reports", security(("api_key" = [])),
    params(ReportQuery),
    responses(
        (status = 200, content((Report<SettlementRow> = "application/json"), (String = "text/csv"))),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn settlements(
    State(gateway): State<Arc<Gateway>>,
    Caller(caller, _): Caller<ReportsRead>,
    headers: HeaderMap,
    QueryOf(query): QueryOf<ReportQuery>,
) -> Result<Response> {
    by_day::<SettlementRow>(&gateway, &caller, &headers, &query, "settlements").await
}

/// The protocol's fees: what it took of captures, and what of it has left the vaults, by day, store and token. Sweeps
/// are of no store. Of plain transfers it takes nothing: a day that had only those has zeros.
#[utoipa::path(
    get, path = "/v1/reports/fees", tag = "reports", security(("api_key" = [])),
    params(ReportQuery),
    responses(
        (status = 200, content((Report<FeeRow> = "application/json"), (String = "text/csv"))),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn fees(
    State(gateway): State<Arc<Gateway>>,
    Caller(caller, _): Caller<ReportsRead>,
    headers: HeaderMap,
    QueryOf(query): QueryOf<ReportQuery>,
) -> Result<Response> {
    by_day::<FeeRow>(&gateway, &caller, &headers, &query, "fees").await
}

async fn by_day<R: Row + From<settlements::Settlement> + Serialize>(
    gateway: &Gateway,
    caller: &Identity,
    headers: &HeaderMap,
    query: &ReportQuery,
    name: &str,
) -> Result<Response> {
    let scope = query.scope(&gateway.pool, caller).await?;
    let mut db = store::snapshot(&gateway.pool).await?;
    let indexed = store::indexed_through(&mut db).await?;
    let data = settlements::days(&mut *db, &scope, indexed).await?.into_iter().map(R::from).collect();
    written(name, indexed, data, query.format(headers))
}

fn written<R: Row + Serialize>(
    name: &str,
    indexed: Option<i64>,
    data: Vec<R>,
    format: Format,
) -> Result<Response> {
    if format == Format::Csv {
        return Ok(csv::whole(name, indexed, &data)?);
    }
    Ok(Json(Report { data, next_cursor: None, indexed_through_slot: indexed }).into_response())
}

/// A statement in one token. `opening`, and the lines of all pages, come to `closing`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statement {
    mint: String,
    /// What the merchant's vaults held before the period.
    opening: HoldingRow,
    data: Vec<LedgerRow>,
    /// What they held at its end, or hold at `indexed_through_slot` if that came first.
    closing: HoldingRow,
    /// Give it as `cursor` for the next page; nothing on the last one.
    next_cursor: Option<String>,
    /// How far the chain was known: what happened later is not in it.
    indexed_through_slot: Option<i64>,
}

/// A statement of the merchant's vaults in one token: what they held, every movement, what they held then. `token` must
/// be given, and `store` cannot be: vaults are of no store. A plain transfer goes to the merchant's wallet and never is
/// in a vault, so it is not in the statement either.
///
/// The CSV has the movements alone, up to the slot in the header `Indexed-Through-Slot`. It is read page by page: if a
/// fork undoes blocks meanwhile that were not final, or older events are backfilled, its lines may not be the difference
/// of any two balances.
#[utoipa::path(
    get, path = "/v1/reports/ledger", tag = "reports", security(("api_key" = [])),
    params(ReportQuery),
    responses(
        (status = 200, content((Statement = "application/json"), (String = "text/csv"))),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn statement(
    State(gateway): State<Arc<Gateway>>,
    Caller(caller, _): Caller<ReportsRead>,
    headers: HeaderMap,
    QueryOf(query): QueryOf<ReportQuery>,
) -> Result<Response> {
    let scope = query.scope(&gateway.pool, &caller).await?;
    if scope.store_id.is_some() {
        return Err(invalid(
            "a ledger is the whole merchant's: ask without store, with a key for all of them",
        ));
    }
    let mint = scope.mint.clone().ok_or_else(|| invalid("token: a ledger is of one token"))?;
    let mut db = store::snapshot(&gateway.pool).await?;
    let indexed = store::indexed_through(&mut db).await?;
    let decimals = ledger::decimals(&mut *db, &scope.merchant, &mint).await?;
    if query.format(&headers) == Format::Csv {
        drop(db);
        let next = move |after| read_lines(gateway.clone(), scope.clone(), indexed, decimals, after);
        return Ok(csv::pages::<LedgerRow, _, _>("ledger", indexed, next)?);
    }
    let limit = page_size(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let after = query.cursor.as_deref().map(place::decode).transpose()?;
    let (opening, closing) = ledger::bounds(&mut db, &scope).await?;
    let mut found = ledger::lines(&mut *db, &scope, indexed, after, limit + 1).await?;
    let next_cursor = cut(&mut found, limit, |line| line.place);
    Ok(Json(Statement {
        mint,
        opening: HoldingRow::new(opening, decimals),
        data: found.into_iter().map(|line| LedgerRow::new(line, decimals)).collect(),
        closing: HoldingRow::new(closing, decimals),
        next_cursor,
        indexed_through_slot: indexed,
    })
    .into_response())
}

async fn read_lines(
    gateway: Arc<Gateway>,
    scope: Scope,
    through: Option<i64>,
    decimals: Option<i16>,
    after: Option<Place>,
) -> anyhow::Result<(Vec<LedgerRow>, Option<Place>)> {
    let found = ledger::lines(&gateway.pool, &scope, through, after, CSV_PAGE).await?;
    let end = found.last().filter(|_| found.len() as i64 == CSV_PAGE).map(|line| line.place);
    Ok((found.into_iter().map(|line| LedgerRow::new(line, decimals)).collect(), end))
}

/// How long a bucket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    Day,
    /// At most 31 days of them.
    Hour,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// What customers paid: into escrow, at once, and by plain transfer.
    Volume,
    /// What became the merchant's, before fees and shares: captures and plain transfers.
    Captured,
    Refunded,
    Fees,
    /// How many payments were asked for. One that was made in addition to another was not.
    Payments,
    /// Which part of the payments that were asked for has been paid, 0 to 1: through the program, or whole by plain
    /// transfers in its token, however late they came.
    Conversion,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SeriesQuery {
    /// The first moment of the period: RFC 3339, or a day, which begins in `time_zone`.
    #[param(example = "2026-11-01")]
    from: String,
    /// The first moment behind the period.
    #[param(example = "2026-12-01")]
    to: String,
    /// Where days begin: `Z`, which is taken unless given, or an offset such as `+02:00`.
    time_zone: Option<String>,
    store: Option<String>,
    /// A symbol or a mint's address. What is an amount needs one.
    token: Option<String>,
    #[param(inline)]
    interval: Interval,
    #[param(inline)]
    metric: Metric,
    /// What `Accept` asks for, unless given.
    #[param(inline)]
    format: Option<Format>,
}

/// A number over time: one point for each day or hour, zero where nothing happened.
#[utoipa::path(
    get, path = "/v1/reports/time-series", tag = "reports", security(("api_key" = [])),
    params(SeriesQuery),
    responses(
        (status = 200, content((Report<PointRow> = "application/json"), (String = "text/csv"))),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn time_series(
    State(gateway): State<Arc<Gateway>>,
    Caller(caller, _): Caller<ReportsRead>,
    headers: HeaderMap,
    QueryOf(query): QueryOf<SeriesQuery>,
) -> Result<Response> {
    let SeriesQuery { from, to, time_zone, store: shop, token, interval, metric, format } = query;
    let (limit, cursor) = (None, None);
    let asked = ReportQuery { from, to, time_zone, store: shop, token, limit, cursor, format };
    let scope = asked.scope(&gateway.pool, &caller).await?;
    let step = match interval {
        Interval::Day => "day",
        Interval::Hour if scope.to - scope.from > chrono::TimeDelta::days(MOST_DAYS_BY_HOUR) => {
            return Err(invalid(format!("by the hour at most {MOST_DAYS_BY_HOUR} days")));
        }
        Interval::Hour => "hour",
    };
    let mut db = store::snapshot(&gateway.pool).await?;
    let indexed = store::indexed_through(&mut db).await?;
    let sum = match metric {
        Metric::Volume => Some(Sum::Volume),
        Metric::Captured => Some(Sum::Captured),
        Metric::Refunded => Some(Sum::Refunded),
        Metric::Fees => Some(Sum::Fees),
        Metric::Payments | Metric::Conversion => None,
    };
    let data: Vec<PointRow> = match sum {
        Some(sum) => {
            let mint = scope.mint.as_deref().ok_or_else(|| invalid("token: what is an amount needs one"))?;
            let decimals = ledger::decimals(&mut *db, &scope.merchant, mint).await?;
            let points = series::sums(&mut *db, &scope, indexed, sum, step).await?;
            let row = |point: Point| PointRow { time: point.at, value: units(point.value, decimals) };
            points.into_iter().map(row).collect()
        }
        None => {
            let points = series::payments(&mut *db, &scope, indexed, &caller.merchant_id, step).await?;
            points.into_iter().map(|point| counted(point, metric)).collect()
        }
    };
    written("time-series", indexed, data, asked.format(&headers))
}

fn counted(Point { at, value, of }: Point, metric: Metric) -> PointRow {
    let value = match metric {
        Metric::Conversion => value.checked_div(of).unwrap_or_default().round_dp(4).normalize().to_string(),
        _ => of.normalize().to_string(),
    };
    PointRow { time: at, value }
}
