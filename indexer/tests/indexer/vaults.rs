//! Vaults that stop taking payments, close, and are opened again.

use sqlx::PgPool;
use till_store::{gateway::merchants, testing::TestDatabase};

use crate::{
    payment::require_balanced,
    script::{Running, Script, indexed},
    world::{Escrow, GENESIS, MERCHANT, MINT, World},
};

/// How many vaults take payments.
async fn accepting(pool: &PgPool) -> usize {
    let mut db = pool.acquire().await.unwrap();
    merchants::open_vaults(&mut db, &MERCHANT.to_string(), &MINT.to_string()).await.unwrap().len()
}

async fn sequences(pool: &PgPool) -> Vec<i64> {
    sqlx::query_scalar("SELECT sequence FROM chain.vaults").fetch_all(pool).await.unwrap()
}

#[tokio::test]
async fn a_vault_that_is_opened_again_begins_anew() {
    let database = TestDatabase::create().await.unwrap();
    let pool = &database.pool;
    let mut world = World::new();
    let script = Script::new(world.opening());
    let indexer = Running::start(&script, &database.url, GENESIS);
    let mut escrow = Escrow::new(1, 1_000);
    let emitted = vec![world.authorize(&mut escrow), world.void(&mut escrow), world.set_accepting(false)];
    script.extend(world.block(vec![emitted]).0);
    indexed(pool, world.tip()).await;
    assert_eq!((accepting(pool).await, sequences(pool).await), (0, vec![3]));

    // All of it in one commit: what the first vault held must not be told of the second.
    let mut second = Escrow::new(2, 700);
    let emitted = vec![world.close_vault(), world.open_vault(), world.authorize(&mut second)];
    script.extend(world.block(vec![emitted]).0);
    indexed(pool, world.tip()).await;
    assert_eq!((accepting(pool).await, sequences(pool).await), (1, vec![1]));
    require_balanced(pool).await;

    let emitted = vec![world.void(&mut second), world.close_vault()];
    script.extend(world.block(vec![emitted]).0);
    indexed(pool, world.tip()).await;
    assert_eq!(sequences(pool).await, Vec::<i64>::new());
    require_balanced(pool).await;
    indexer.stop().await;
}
