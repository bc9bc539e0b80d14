//! What a checkout must know of a campaign.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// A campaign, as far as it is indexed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Campaign {
    pub mint: String,
    pub token_program: String,
    pub decimals: i16,
    /// Whether donors get a receipt, because they get their money back if the goal is missed.
    pub gives_receipts: bool,
    pub deadline: DateTime<Utc>,
    /// Whether it was called off, or closed, or its end is decided.
    pub has_ended: bool,
}

impl Campaign {
    /// Whether it takes donations at `now`.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        !self.has_ended && now < self.deadline
    }
}

/// The campaign at `address`.
pub async fn find(db: impl PgExecutor<'_>, address: &str) -> sqlx::Result<Option<Campaign>> {
    sqlx::query_as(
        "SELECT mint, token_program, decimals, kind = 'all_or_nothing' AS gives_receipts, deadline,
                cancelled OR closed OR (kind = 'all_or_nothing' AND withdrawn + refunded > 0) AS has_ended
         FROM chain.campaigns WHERE address = $1",
    )
    .bind(address)
    .fetch_optional(db)
    .await
}
