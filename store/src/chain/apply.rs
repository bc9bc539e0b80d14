//! The statements of a commit. Each writes all rows of its kind at once, and none goes backwards.

mod accounts;
mod blocks;
mod burns;
mod campaigns;
mod donations;
mod events;
mod ledger;
mod merchants;
mod mint_policies;
mod mints;
mod payments;
mod pools;
mod positions;
mod protocol;
mod rewards;
mod totals;
mod vaults;
mod vestings;

pub use accounts::accounts;
pub use blocks::blocks;
pub use events::events;
pub use ledger::ledger;
pub use mints::Mints;
pub use payments::{openings, payments, payments_before};
pub use totals::{Direction, fees, totals};

use std::collections::BTreeSet;

use sqlx::PgConnection;

use super::{Change, Touched};

/// One column of many rows.
fn column<'a, R, T>(rows: &'a [R], of: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(of).collect()
}

/// What becomes of accounts, apart from payments, and what belongs to them: all rows that follow from the
/// events of their subjects.
pub async fn states(db: &mut PgConnection, changes: &[&Change]) -> sqlx::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    protocol::protocol(&mut *db, changes).await?;
    mint_policies::mint_policies(&mut *db, changes).await?;
    merchants::merchants(&mut *db, changes).await?;
    vaults::vaults(&mut *db, changes).await?;
    campaigns::campaigns(&mut *db, changes).await?;
    donations::receipts(&mut *db, changes).await?;
    donations::donations(&mut *db, changes).await?;
    pools::pools(&mut *db, changes).await?;
    rewards::rewards(&mut *db, changes).await?;
    positions::positions(&mut *db, changes).await?;
    vestings::vestings(&mut *db, changes).await?;
    burns::burn_records(&mut *db, changes).await?;
    burns::burns(db, changes).await
}

/// Deletes the rows that follow from the events of what is touched.
pub async fn forget(db: &mut PgConnection, touched: &Touched) -> sqlx::Result<()> {
    let keys = |keys: &BTreeSet<String>| keys.iter().cloned().collect::<Vec<_>>();
    payments::forget(&mut *db, &keys(&touched.payments)).await?;
    vaults::forget(&mut *db, &keys(&touched.vaults)).await?;
    merchants::forget(&mut *db, &keys(&touched.merchants)).await?;
    let subjects = keys(&touched.subjects);
    if subjects.is_empty() {
        return Ok(());
    }
    protocol::forget(&mut *db, &subjects).await?;
    campaigns::forget(&mut *db, &subjects).await?;
    pools::forget(&mut *db, &subjects).await?;
    vestings::forget(&mut *db, &subjects).await?;
    burns::forget(db, &subjects).await
}
