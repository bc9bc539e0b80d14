//! Payments of a merchant, page by page.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use till_store::domain::{Payment, PaymentStatus};
use till_store::gateway::listing::{self, Filter};
use till_store::view;
use utoipa::IntoParams;

use super::request::text::is_decimal;
use crate::auth::Identity;
use crate::gateway::Gateway;
use crate::http::cursor::{self, page_size};
use crate::problem::{Code, Problem, Result};

const DEFAULT_LIMIT: i64 = 20;
const MAX_LIMIT: i64 = 100;
/// How many payments are looked at for one page when a status is asked for.
const MOST_LOOKED_AT: i64 = 1_000;
/// How many of them at once.
const ROUND: i64 = 100;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// 1 to 100; 20 unless given.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// A status is derived, not stored, so payments are looked through for it: a page may hold fewer than `limit`, or
    /// none, and yet have a `next_cursor`.
    status: Option<PaymentStatus>,
    store: Option<String>,
    order_reference: Option<String>,
    customer_reference: Option<String>,
    /// The wallet that has paid, base58.
    payer: Option<String>,
    /// The symbol or the mint's address of the token that the payment is in.
    token: Option<String>,
    /// RFC 3339. Created at that time or later.
    created_from: Option<DateTime<Utc>>,
    /// RFC 3339. Created before that time.
    created_until: Option<DateTime<Utc>>,
    /// In units of the token: that much or more.
    #[param(example = "10.00")]
    amount_from: Option<String>,
    /// In units of the token: that much or less.
    amount_to: Option<String>,
    /// A key of the metadata and its value, as `key:value`.
    #[param(example = "seat:7")]
    metadata: Option<String>,
    /// The id of a payment link: the payments that it made.
    link: Option<String>,
}

/// A page of payments, and where the next one begins.
pub struct Page {
    pub payments: Vec<Payment>,
    pub next_cursor: Option<String>,
}

impl ListQuery {
    fn filter(&self, merchant: &Identity) -> Result<Filter> {
        let texts = [
            ("order_reference", &self.order_reference),
            ("customer_reference", &self.customer_reference),
            ("payer", &self.payer),
            ("token", &self.token),
            ("store", &self.store),
            ("metadata", &self.metadata),
            ("link", &self.link),
        ];
        let is_text = |text: &Option<String>| !text.iter().any(|text| text.contains(char::is_control));
        if let Some((name, _)) = texts.into_iter().find(|(_, text)| !is_text(text)) {
            return Err(invalid(format!("{name} must be without control characters")));
        }
        let amount = |name: &str, text: &Option<String>| match text.as_deref() {
            None => Ok(None),
            Some(text) if is_decimal(text, 20, 9) => Ok(text.parse::<Decimal>().ok()),
            Some(_) => Err(invalid(format!("{name} must be a decimal number such as 10.00"))),
        };
        let metadata = match &self.metadata {
            None => None,
            Some(pair) => {
                let pair = pair.split_once(':');
                let (key, value) = pair.ok_or_else(|| invalid("metadata must be key:value".to_owned()))?;
                Some((key.to_owned(), value.to_owned()))
            }
        };
        Ok(Filter {
            // A key that is for one store sees that one alone.
            store_id: merchant.store_id.clone().or_else(|| self.store.clone()),
            order_reference: self.order_reference.clone(),
            customer_reference: self.customer_reference.clone(),
            payer: self.payer.clone(),
            token: self.token.clone(),
            created_from: self.created_from,
            created_until: self.created_until,
            amount_from: amount("amount_from", &self.amount_from)?,
            amount_to: amount("amount_to", &self.amount_to)?,
            metadata,
            link: self.link.clone(),
        })
    }
}

/// The merchant's payments that the query asks for, newest first.
pub async fn page(gateway: &Gateway, merchant: &Identity, query: &ListQuery) -> Result<Page> {
    let limit = page_size(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let mut after = query.cursor.as_deref().map(cursor::decode).transpose()?;
    let filter = query.filter(merchant)?;
    let other_store = query.store.as_ref().zip(merchant.store_id.as_ref());
    if other_store.is_some_and(|(asked, only)| asked != only) {
        return Err(Problem::new(Code::StoreNotFound, "the key has no such store"));
    }
    let mut db = gateway.pool.acquire().await?;
    let mut payments = Vec::new();
    let mut looked_at = 0;
    loop {
        let wanted = limit - payments.len() as i64;
        // Of those with another status as many as it takes are looked at.
        let round = if query.status.is_some() { wanted.max(ROUND) } else { wanted };
        let id = &merchant.merchant_id;
        // One more than asked for tells whether there is another page.
        let mut found = listing::list(&mut *db, id, &filter, after.as_ref(), round + 1).await?;
        let mut is_last = found.len() as i64 <= round;
        found.truncate(round as usize);
        looked_at += found.len() as i64;
        let asked: Vec<_> = found.iter().map(|position| merchant.wants(&position.id)).collect();
        let seen = view::payments(&mut db, &asked).await?;
        let wanted = usize::try_from(wanted).unwrap_or_default();
        let mut matching =
            seen.into_iter().filter(|payment| query.status.is_none_or(|status| payment.status == status));
        payments.extend(matching.by_ref().take(wanted));
        // More than fit on the page: the next one begins behind the last that did.
        let last = if matching.next().is_some() { payments.last() } else { None };
        is_last &= last.is_none();
        let end = last.and_then(|last| found.iter().rfind(|position| position.id == last.id));
        after = end.or(found.last()).cloned().or(after);
        let is_full = payments.len() as i64 == limit || looked_at >= MOST_LOOKED_AT;
        if is_last || is_full {
            let next = if is_last { None } else { after };
            return Ok(Page { payments, next_cursor: next.as_ref().map(cursor::encode) });
        }
    }
}

fn invalid(detail: String) -> Problem {
    Problem::new(Code::InvalidQuery, detail)
}
