//! What days sum up, and the ledger's mints.

use anchor_lang::Event;
use sqlx::PgPool;
use till::{FeeShares, events::*};

use crate::{
    chain::{Chain, rows},
    payment::require_balanced,
    world::{Escrow, MERCHANT, MINT},
};

type Row = (String, Option<String>, i64, [i64; 5]);

async fn totals(pool: &PgPool) -> Vec<Row> {
    let rows: Vec<(String, Option<String>, i64, Vec<i64>)> = sqlx::query_as(
        "SELECT kind, mint, count, ARRAY[amount, fees, shared, net, returned]::bigint[] FROM chain.daily_totals
         WHERE merchant = $1 ORDER BY kind",
    )
    .bind(MERCHANT.to_string())
    .fetch_all(pool)
    .await
    .unwrap();
    rows.into_iter().map(|(kind, mint, count, sums)| (kind, mint, count, sums.try_into().unwrap())).collect()
}

#[tokio::test]
async fn a_day_sums_up_transactions_until_they_are_undone() {
    let mut chain = Chain::begin().await;
    let opening = chain.world.opening();
    let opened = chain.add(opening).await;
    let before = rows(chain.pool()).await;
    let mut escrows = [Escrow::new(1, 1_000), Escrow::new(2, 2_000)];
    let [first, second] = &mut escrows;
    let world = &mut chain.world;
    let emitted = vec![world.authorize(first), world.authorize(second), world.capture(first, 600)];
    chain.commit(emitted).await;
    let emitted = vec![chain.world.capture(second, 2_000), chain.world.refund(second, 300)];
    chain.commit(emitted).await;
    let row = |kind: &str, count, sums| (kind.to_owned(), Some(MINT.to_string()), count, sums);
    assert_eq!(
        totals(chain.pool()).await,
        [
            row("authorize", 2, [3_000, 0, 0, 0, 0]),
            row("capture", 2, [2_600, 26, 0, 2_574, 0]),
            row("refund", 1, [300, 0, 0, 0, 0]),
        ]
    );
    let mints: i64 = sqlx::query_scalar("SELECT count(*) FROM chain.ledger WHERE mint IS DISTINCT FROM $1")
        .bind(MINT.to_string())
        .fetch_one(chain.pool())
        .await
        .unwrap();
    assert_eq!(mints, 0);
    require_balanced(chain.pool()).await;

    chain.undo_to(&opened).await;
    assert_eq!(rows(chain.pool()).await, before);
}

/// The mint of a vault that was opened before is not known; its transactions count all the same.
#[tokio::test]
async fn what_is_of_no_known_mint_is_summed_up_too() {
    let mut chain = Chain::begin().await;
    let mut escrows = [Escrow::new(1, 1_000), Escrow::new(2, 2_000)];
    for escrow in &mut escrows {
        let authorized = chain.world.authorize(escrow);
        chain.commit(vec![authorized]).await;
    }
    assert_eq!(totals(chain.pool()).await, [("authorize".to_owned(), None, 2, [3_000, 0, 0, 0, 0])]);
}

#[tokio::test]
async fn fees_are_summed_up_by_where_they_went() {
    let mut chain = Chain::begin().await;
    let opening = chain.world.opening();
    let opened = chain.add(opening).await;
    let before = rows(chain.pool()).await;
    let shares = FeeShares { stakers: 3, burned: 2, treasury: 5 };
    let harvested = FeesHarvested { mint: MINT, shares, treasury_token: MINT };
    chain.commit(vec![harvested.data(), harvested.data()]).await;
    let fees: Vec<(String, i64, i64, i64, i64)> = sqlx::query_as(
        "SELECT kind, count, treasury::bigint, stakers::bigint, burned::bigint FROM chain.daily_fees WHERE mint = $1",
    )
    .bind(MINT.to_string())
    .fetch_all(chain.pool())
    .await
    .unwrap();
    assert_eq!(fees, [("harvest".to_owned(), 2, 10, 6, 4)]);

    chain.undo_to(&opened).await;
    assert_eq!(rows(chain.pool()).await, before);
}
