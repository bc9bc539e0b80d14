//! A payment from the chain into rows, ledger, operations and events.

use sqlx::PgPool;
use till_store::{
    Amount,
    domain::{Event, Finality, Payment, PaymentStatus, TransactionKind, TransactionStatus},
    gateway::{events, operations},
    testing::TestDatabase,
    view,
};

use till_indexer::core::{SlotState, Update};

use crate::{
    script::{Running, Script, indexed},
    world::{Escrow, GENESIS, VAULT, World, asked_for, merchant},
};

pub async fn told(pool: &PgPool, merchant_id: &str) -> Vec<Event> {
    let rows = events::after(pool, merchant_id, 0, 1_000).await.unwrap();
    rows.iter().map(|row| serde_json::from_str(&row.body).unwrap()).collect()
}

pub async fn seen(pool: &PgPool, merchant_id: &str, id: &str) -> Payment {
    view::payment(&mut pool.acquire().await.unwrap(), merchant_id, None, id).await.unwrap().unwrap()
}

/// The ledger sums to zero, and to what vaults, campaigns, pools and vestings say of themselves.
pub async fn require_balanced(pool: &PgPool) {
    let differences: Vec<(String, String)> = sqlx::query_as(
        "WITH held (owner, account, mint, amount) AS (
             SELECT address, v.account, mint, v.amount FROM chain.vaults,
                 LATERAL (VALUES ('escrow', escrowed), ('balance', balance), ('fees', fees)) v (account, amount)
             UNION ALL SELECT address, 'donations', mint, raised - withdrawn - refunded FROM chain.campaigns
             UNION ALL SELECT address, 'stake', stake_mint, staked + cooling FROM chain.pools
             UNION ALL SELECT pool, 'rewards', mint, funded - claimed FROM chain.rewards
             UNION ALL SELECT address, 'vesting', mint, total - claimed - returned FROM chain.vestings
         ), ledger AS (
             SELECT owner, account, mint, sum(amount) AS amount FROM chain.ledger WHERE account <> 'external'
             GROUP BY 1, 2, 3
         )
         SELECT owner, account FROM held h FULL JOIN ledger l USING (owner, account, mint)
         WHERE coalesce(l.amount, 0) <> coalesce(h.amount, 0)
         UNION ALL
         SELECT signature, 'unbalanced' FROM chain.ledger GROUP BY signature, instruction, inner_index
         HAVING sum(amount) <> 0",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    assert_eq!(differences, []);
}

#[tokio::test]
async fn a_payment_all_the_way() {
    let database = TestDatabase::create().await.unwrap();
    let pool = &database.pool;
    let merchant_id = merchant(pool).await;
    let mut world = World::new();
    let mut escrow = Escrow::new(1, 25_000_000);
    let id = asked_for(pool, &merchant_id, &escrow).await;
    let before = seen(pool, &merchant_id, &id).await;
    assert_eq!((before.status, before.finality), (PaymentStatus::Created, Finality::Unseen));
    assert_eq!(before.indexed_through_slot, None);

    let script = Script::new(world.opening());
    let indexer = Running::start(&script, &database.url, GENESIS);
    let authorized = world.authorize(&mut escrow);
    script.extend(world.block(vec![vec![authorized]]).0);
    indexed(pool, world.tip()).await;

    // The capture is the merchant's own, recorded before it was sent.
    let signature = world.next_signature(0);
    let ordered = operations::NewOperation {
        payment_id: &id,
        kind: TransactionKind::Capture,
        amount: Amount(20_000_000),
        is_final: false,
        pay_out: false,
        vault: &VAULT.to_string(),
    };
    let capture = operations::record(&mut pool.acquire().await.unwrap(), ordered).await.unwrap();
    assert!(operations::note_signed(pool, &capture.id, &signature, b"raw", 99).await.unwrap());
    let captured = world.capture(&mut escrow, 20_000_000);
    script.extend(world.block(vec![vec![captured]]).0);
    let refunded = world.refund(&mut escrow, 5_000_000);
    script.extend(world.block(vec![vec![refunded]]).0);
    indexed(pool, world.tip()).await;

    let told = told(pool, &merchant_id).await;
    let summary: Vec<_> = told
        .iter()
        .map(|event| (event.kind.as_str(), event.sequence, event.data.sequence, event.data.payment.status))
        .collect();
    assert_eq!(
        summary,
        [
            ("payment.authorized", 1, 1, PaymentStatus::Authorized),
            ("payment.captured", 2, 2, PaymentStatus::PartiallyCaptured),
            ("payment.refunded", 3, 3, PaymentStatus::PartiallyRefunded),
        ]
    );
    assert_eq!(told[1].data.transaction.id, capture.id, "the one that was ordered");
    let now = seen(pool, &merchant_id, &id).await;
    assert_eq!(now.symbol.as_deref(), Some("USDC"));
    assert_eq!((now.refundable.value.as_str(), now.fees.value.as_str()), ("15.00", "0.20"));
    let [authorize, capture, refund] = now.transactions.as_slice() else { panic!("{now:?}") };
    assert_eq!((&authorize.parent, &capture.parent), (&None, &Some(authorize.id.clone())));
    assert_eq!(refund.parent.as_ref(), Some(&capture.id));
    assert!(now.transactions.iter().all(|one| one.status == TransactionStatus::Confirmed));

    // What the merchant was told last is what the API answers, but for what can be ordered at the moment.
    let Event { data, .. } = told.last().unwrap();
    let as_told = Payment { available: None, ..now.clone() };
    assert_eq!(serde_json::to_value(&data.payment).unwrap(), serde_json::to_value(&as_told).unwrap());

    let deliveries: i64 = sqlx::query_scalar("SELECT count(*) FROM deliveries WHERE status = 'pending'")
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(deliveries, 3);
    require_balanced(pool).await;

    assert_eq!(now.finality, Finality::Confirmed);
    let is_final = Update::Slot { slot: world.tip(), parent: None, state: SlotState::Finalized };
    script.extend(vec![is_final]);
    script.extend(world.empty());
    indexed(pool, world.tip()).await;
    assert_eq!(seen(pool, &merchant_id, &id).await.finality, Finality::Finalized);
    indexer.stop().await;
}

#[tokio::test]
async fn several_events_of_one_payment_in_one_transaction_are_told_one_by_one() {
    let database = TestDatabase::create().await.unwrap();
    let pool = &database.pool;
    let merchant_id = merchant(pool).await;
    let mut world = World::new();
    let (mut first, mut second) = (Escrow::new(1, 900), Escrow::new(2, 500));
    let first_id = asked_for(pool, &merchant_id, &first).await;
    let second_id = asked_for(pool, &merchant_id, &second).await;
    let mut chain = world.opening();
    // Two captures under one signature, and another payment's void between them.
    let emitted = vec![
        world.authorize(&mut first),
        world.authorize(&mut second),
        world.capture(&mut first, 300),
        world.void(&mut second),
        world.capture(&mut first, 200),
    ];
    chain.extend(world.block(vec![emitted]).0);
    let indexer = Running::start(&Script::new(chain), &database.url, GENESIS);
    indexed(pool, world.tip()).await;

    let told = told(pool, &merchant_id).await;
    let summary: Vec<_> = told
        .iter()
        .map(|event| {
            let payment = &event.data.payment;
            (
                event.sequence,
                payment.sequence,
                payment.captured.base_units.as_str(),
                payment.transactions.len(),
            )
        })
        .collect();
    assert_eq!(summary, [(1, 1, "0", 1), (2, 1, "0", 1), (3, 2, "300", 2), (4, 2, "0", 2), (5, 3, "500", 3)]);
    assert_eq!(seen(pool, &merchant_id, &first_id).await.status, PaymentStatus::PartiallyCaptured);
    assert_eq!(seen(pool, &merchant_id, &second_id).await.status, PaymentStatus::Voided);
    require_balanced(pool).await;
    indexer.stop().await;
}

#[tokio::test]
async fn an_unpaid_payment_expires_by_the_indexed_clock() {
    let database = TestDatabase::create().await.unwrap();
    let pool = &database.pool;
    let merchant_id = merchant(pool).await;
    let mut world = World::new();
    let mut escrow = Escrow::new(1, 900);
    escrow.terms.authorization_expiry -= 998;
    let id = asked_for(pool, &merchant_id, &escrow).await;
    let script = Script::new(world.opening());
    script.extend(world.empty());
    let indexer = Running::start(&script, &database.url, GENESIS);
    indexed(pool, world.tip()).await;
    assert_eq!(seen(pool, &merchant_id, &id).await.status, PaymentStatus::Created);
    script.extend(world.empty());
    indexed(pool, world.tip()).await;
    assert_eq!(seen(pool, &merchant_id, &id).await.status, PaymentStatus::Expired);
    indexer.stop().await;
}

#[tokio::test]
async fn payments_that_nobody_asked_for_here_are_indexed_and_not_told() {
    let database = TestDatabase::create().await.unwrap();
    let pool = &database.pool;
    let merchant_id = merchant(pool).await;
    let mut world = World::new();
    let mut chain = world.opening();
    let authorized = world.authorize(&mut Escrow::new(1, 900));
    chain.extend(world.block(vec![vec![authorized]]).0);
    let indexer = Running::start(&Script::new(chain), &database.url, GENESIS);
    indexed(pool, world.tip()).await;
    assert_eq!(told(pool, &merchant_id).await, []);
    let payments: i64 =
        sqlx::query_scalar("SELECT count(*) FROM chain.payments").fetch_one(pool).await.unwrap();
    assert_eq!(payments, 1);
    require_balanced(pool).await;
    indexer.stop().await;
}
