//! Which part of the history is asked for. Pure, apart from looking a token's name up.

use axum::http::{HeaderMap, header};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::Deserialize;
use solana_pubkey::Pubkey;
use sqlx::PgPool;
use till_store::gateway::{reports::Scope, tokens};
use utoipa::{IntoParams, ToSchema};

use crate::auth::Identity;
use crate::problem::{Code, Problem, Result};

/// The longest period of a report, in days.
pub const MOST_DAYS: i64 = 366;

/// How the report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Json,
    /// RFC 4180, all pages in one.
    Csv,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// The first moment of the period: RFC 3339, or a day such as 2026-11-01, which begins in `time_zone`.
    #[param(example = "2026-11-01")]
    pub from: String,
    /// The first moment behind the period, at most 366 days later.
    #[param(example = "2026-12-01")]
    pub to: String,
    /// Where days begin: `Z`, which is taken unless given, or an offset such as `+02:00`.
    #[param(example = "+02:00")]
    pub time_zone: Option<String>,
    /// Only this shop's.
    pub store: Option<String>,
    /// Only this token's: a symbol or a mint's address.
    pub token: Option<String>,
    /// 1 to 1,000; 100 unless given. Of reports by day and of CSV it says nothing.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// What `Accept` asks for, unless given.
    #[param(inline)]
    pub format: Option<Format>,
}

impl ReportQuery {
    /// What it asks for, as far as the caller may see it.
    pub async fn scope(&self, pool: &PgPool, caller: &Identity) -> Result<Scope> {
        let offset = self.time_zone.as_deref().map_or(Ok(0), offset)?;
        let (from, to) = (moment("from", &self.from, offset)?, moment("to", &self.to, offset)?);
        if from >= to || to - from > TimeDelta::days(MOST_DAYS) {
            return Err(invalid(format!("to must be after from, and at most {MOST_DAYS} days")));
        }
        let store_id = match (&self.store, &caller.store_id) {
            (Some(asked), Some(only)) if asked != only => {
                return Err(Problem::new(Code::StoreNotFound, "the key has no such store"));
            }
            (asked, only) => only.clone().or_else(|| asked.clone()),
        };
        let mint = match &self.token {
            Some(token) => Some(mint(pool, token).await?),
            None => None,
        };
        Ok(Scope {
            merchant: caller.merchant_address.clone(),
            store_id,
            mint,
            from,
            to,
            offset_seconds: offset,
        })
    }

    pub fn format(&self, headers: &HeaderMap) -> Format {
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let asks_for_csv = accept.split(',').any(|it| it.trim().starts_with("text/csv"));
        self.format.unwrap_or(if asks_for_csv { Format::Csv } else { Format::Json })
    }
}

async fn mint(pool: &PgPool, token: &str) -> Result<String> {
    if token.parse::<Pubkey>().is_ok() {
        return Ok(token.to_owned());
    }
    let found = tokens::mint_of(pool, token).await?;
    found.ok_or_else(|| invalid("token: neither a known symbol nor the address of a mint"))
}

/// Seconds east of UTC.
fn offset(text: &str) -> Result<i32> {
    // A plus that was not escaped in the query arrives as a space.
    let text = text.replace(' ', "+");
    let text = if text.eq_ignore_ascii_case("z") { "+00:00" } else { &text };
    let offset: FixedOffset =
        text.parse().map_err(|_| invalid("time_zone must be Z or an offset such as +02:00"))?;
    Ok(offset.local_minus_utc())
}

fn moment(field: &str, text: &str, offset: i32) -> Result<DateTime<Utc>> {
    let day = text.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN).and_utc());
    let begun = day.and_then(|day| day.checked_sub_signed(TimeDelta::seconds(offset.into())));
    let exact = || DateTime::parse_from_rfc3339(&text.replace(' ', "+")).ok().map(|it| it.to_utc());
    let found = begun.or_else(exact).filter(|found| (1970..=9998).contains(&chrono::Datelike::year(found)));
    found.ok_or_else(|| {
        invalid(format!("{field} must be a day or a time, such as 2026-11-01 or 2026-11-01T12:00:00Z"))
    })
}

pub fn invalid(detail: impl Into<String>) -> Problem {
    Problem::new(Code::InvalidQuery, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_in_its_time_zone() {
        let east = offset("+02:00").unwrap();
        assert_eq!(moment("from", "2026-11-01", east).unwrap().to_rfc3339(), "2026-10-31T22:00:00+00:00");
        assert_eq!(moment("from", "2026-11-01", 0).unwrap().to_rfc3339(), "2026-11-01T00:00:00+00:00");
        let exact = moment("from", "2026-11-01T02:00:00+02:00", east).unwrap();
        assert_eq!(exact.to_rfc3339(), "2026-11-01T00:00:00+00:00");
        assert_eq!(offset(" 02:00").unwrap(), offset("+02:00").unwrap());
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for wrong in ["", "yesterday", "2026-13-01", "0001-01-01", "+99999-01-01"] {
            assert!(moment("from", wrong, 0).is_err(), "{wrong}");
        }
        for wrong in ["", "Europe/Budapest", "2", "+25:00"] {
            assert!(offset(wrong).is_err(), "{wrong}");
        }
    }
}
