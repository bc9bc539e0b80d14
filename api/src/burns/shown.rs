//! Burns as people see them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use till_store::domain::Money;
use till_store::gateway::burns::{BurnRecord, Burned};
use utoipa::ToSchema;

use crate::tokens::KnownToken;

/// What has been burned of a mint through the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Burns {
    pub mint: String,
    /// The token's name, if it has one here.
    pub symbol: Option<String>,
    pub decimals: u8,
    /// What there is of it now.
    pub supply: Money,
    pub burned: BurnedSums,
    /// How many burns there were.
    pub burns: i64,
    /// The last of them, latest first.
    pub recent: Vec<Burn>,
    /// Where a person burns.
    pub page_url: String,
    /// The same as a Blink.
    pub action_url: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BurnedSums {
    /// By who held the tokens.
    pub by_holders: Money,
    /// Out of the protocol's fees.
    pub from_fees: Money,
    pub total: Money,
}

/// A burn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Burn {
    /// Whose tokens they were; nobody's when they were fees.
    pub owner: Option<String>,
    pub amount: Money,
    pub signature: String,
    pub burned_at: DateTime<Utc>,
}

impl Burns {
    pub fn new(
        token: &KnownToken,
        supply: u64,
        record: BurnRecord,
        recent: Vec<Burned>,
        public_url: &str,
    ) -> Self {
        let mint = token.mint();
        let shown = |Burned { owner, amount, signature, burned_at }: Burned| Burn {
            owner,
            amount: token.money(amount),
            signature,
            burned_at,
        };
        // Of a mint that can be minted again more may have been burned than there can be at a time.
        let total = record.burned_by_holders.0.saturating_add(record.burned_from_fees.0);
        Self {
            page_url: format!("{public_url}/burns/{mint}"),
            action_url: format!("{public_url}/actions/burn/{mint}"),
            mint,
            symbol: token.symbol.clone(),
            decimals: token.decimals,
            supply: token.money(supply),
            burned: BurnedSums {
                by_holders: token.money(record.burned_by_holders),
                from_fees: token.money(record.burned_from_fees),
                total: token.money(total),
            },
            burns: record.sequence,
            recent: recent.into_iter().map(shown).collect(),
        }
    }
}
