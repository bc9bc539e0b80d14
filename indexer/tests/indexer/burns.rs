//! Burn records.

use anchor_lang::Event;
use serde_json::json;
use solana_pubkey::Pubkey;
use till::events::*;

use crate::{
    chain::{Chain, fields, row, rows},
    world::MINT,
};

const RECORD: Pubkey = Pubkey::new_from_array([61; 32]);
const OWNER: Pubkey = Pubkey::new_from_array([62; 32]);

fn open() -> Vec<u8> {
    BurnRecordOpened { record: RECORD, mint: MINT, decimals: 6, rent_payer: OWNER }.data()
}

fn burn(amount: u64, burned_by_holders: u64, sequence: u64) -> Vec<u8> {
    Burned {
        record: RECORD,
        mint: MINT,
        owner: OWNER,
        owner_token: OWNER,
        amount,
        totals: BurnTotals { burned_by_holders, burned_from_fees: 0, sequence },
    }
    .data()
}

#[tokio::test]
async fn each_burn_is_kept_and_a_record_that_is_opened_again_begins_anew() {
    let mut chain = Chain::begin().await;
    let totals = BurnTotals { burned_by_holders: 5, burned_from_fees: 3, sequence: 2 };
    let of_fees = FeesBurned { record: RECORD, mint: MINT, amount: 3, totals };
    let burned = chain.commit(vec![open(), burn(5, 5, 1), of_fees.data()]).await;
    let before = rows(chain.pool()).await;
    let names = ["burned_by_holders", "burned_from_fees", "sequence"];
    assert_eq!(fields(&row(chain.pool(), "burn_records").await, &names), [json!(5), json!(3), json!(2)]);

    let closed = BurnRecordClosed { record: RECORD, mint: MINT, rent_payer: OWNER, totals };
    chain.commit(vec![closed.data(), open(), burn(1, 1, 1)]).await;
    assert_eq!(fields(&row(chain.pool(), "burn_records").await, &names), [json!(1), json!(0), json!(1)]);
    let burns: Vec<(i64, i64, Option<String>)> =
        sqlx::query_as("SELECT sequence, amount::bigint, owner FROM chain.burns ORDER BY slot, sequence")
            .fetch_all(chain.pool())
            .await
            .unwrap();
    let owner = Some(OWNER.to_string());
    assert_eq!(burns, [(1, 5, owner.clone()), (2, 3, None), (1, 1, owner)]);

    chain.undo_to(&burned).await;
    assert_eq!(rows(chain.pool()).await, before);
}
