//! Reports, over histories that the chain's writer has written.

mod csv;
mod history;
mod queries;
mod sums;
mod transfers;

use chrono::{Days, Utc};

/// The period of half a year before and behind now, in which histories lie.
fn around_today() -> String {
    let (today, half) = (Utc::now().date_naive(), Days::new(180));
    format!("from={}&to={}", today - half, today + half)
}
