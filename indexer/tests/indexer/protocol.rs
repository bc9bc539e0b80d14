//! The protocol and mint policies.

use anchor_lang::Event;
use serde_json::json;
use solana_pubkey::Pubkey;
use till::events::*;

use crate::{
    chain::{Chain, fields, row, rows},
    world::MINT,
};

fn key(byte: u8) -> Pubkey {
    Pubkey::new_from_array([byte; 32])
}

#[tokio::test]
async fn the_protocols_row_follows_each_of_its_events() {
    let mut chain = Chain::begin().await;
    let initialized = ProtocolInitialized { admin: key(1), guardian: key(2), treasury: key(3), fee_bps: 50 };
    let updated = ProtocolUpdated {
        guardian: key(2),
        treasury: key(4),
        pool: key(5),
        burn_mint: Pubkey::default(),
        fee_bps: 60,
        stakers_bps: 70,
        burn_bps: 80,
        sequence: 1,
    };
    let paused = ProtocolPaused { by: key(2), sequence: 2 };
    let proposed = AdminProposed { pending_admin: key(6), sequence: 3 };
    let mask: u64 = 1 << 63;
    let policy = MintPolicyCreated {
        mint_policy: key(7),
        mint: MINT,
        rent_payer: key(1),
        allowed_extensions: mask,
        sequence: 4,
    };
    let emitted = vec![initialized.data(), updated.data(), paused.data(), proposed.data(), policy.data()];
    let offered = chain.commit(emitted).await;
    let before = rows(chain.pool()).await;
    let names = ["admin", "pending_admin", "pool", "burn_mint", "fee_bps", "paused", "sequence"];
    let text = |byte| json!(key(byte).to_string());
    assert_eq!(
        fields(&row(chain.pool(), "protocol").await, &names),
        [text(1), text(6), text(5), json!(null), json!(60), json!(true), json!(4)]
    );
    assert_eq!(row(chain.pool(), "mint_policies").await["allowed_extensions"], json!(mask));

    let accepted = AdminAccepted { admin: key(6), sequence: 5 };
    let unpaused = ProtocolUnpaused { sequence: 6 };
    let closed = MintPolicyClosed { mint_policy: key(7), mint: MINT, rent_payer: key(1), sequence: 7 };
    chain.commit(vec![accepted.data(), unpaused.data(), closed.data()]).await;
    assert_eq!(
        fields(&row(chain.pool(), "protocol").await, &names),
        [text(6), json!(null), text(5), json!(null), json!(60), json!(false), json!(7)]
    );
    let policies: i64 =
        sqlx::query_scalar("SELECT count(*) FROM chain.mint_policies").fetch_one(chain.pool()).await.unwrap();
    assert_eq!(policies, 0);

    chain.undo_to(&offered).await;
    assert_eq!(rows(chain.pool()).await, before);
}
