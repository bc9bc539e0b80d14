//! A chain as a node tells it: payments of one merchant, in blocks with transactions of others.

use serde_json::json;
use sqlx::{AssertSqlSafe, PgPool};
use till_indexer::core::{InnerInstruction, Update};

use crate::{
    node::{Block, Node, Transaction},
    world::{Escrow, World, asked_for},
};

/// Payments that are authorized, captured and refunded: blocks with one transaction of the program, with
/// several, and with none; and one failed transaction.
pub async fn start(pool: &PgPool, merchant_id: &str, payments: u8) -> Node {
    let mut world = World::new();
    let mut marks = 1..;
    let mut mark = || marks.next().expect("there are few transactions");
    let mut blocks = vec![block(&world.opening(), &mut mark)];
    for byte in 1..=payments {
        let mut escrow = Escrow::protected(byte, 1_000);
        asked_for(pool, merchant_id, &escrow).await;
        let authorized = world.authorize(&mut escrow);
        blocks.push(block(&world.block(vec![vec![authorized]]).0, &mut mark));
        blocks.push(block(&world.empty(), &mut mark));
        let emitted = vec![vec![world.capture(&mut escrow, 600)], vec![world.refund(&mut escrow, 100)]];
        let mut both = block(&world.block(emitted).0, &mut mark);
        both.transactions.push(Transaction { error: json!("AccountInUse"), ..Transaction::ours(mark()) });
        blocks.push(both);
    }
    let tip = world.tip();
    let node = Node::start(blocks).await;
    node.chain().finalized = tip;
    node
}

/// Another gateway that was asked for the same payments, and has told nobody anything yet.
pub async fn ask_again(from: &PgPool, to: &PgPool) {
    for table in ["merchants", "stores", "payments"] {
        let read = format!("SELECT json_agg(t)::text FROM {table} t");
        let rows: String = sqlx::query_scalar(AssertSqlSafe(read)).fetch_one(from).await.unwrap();
        let write =
            format!("INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, $1::json)");
        sqlx::query(AssertSqlSafe(write)).bind(rows).execute(to).await.unwrap();
    }
    sqlx::query("UPDATE merchants SET event_sequence = 0").execute(to).await.unwrap();
}

fn block(updates: &[Update], mark: &mut impl FnMut() -> u8) -> Block {
    let slot = updates[0].slot();
    let mut transactions = vec![Transaction::foreign(mark())];
    for update in updates {
        if let Update::Transaction(transaction) = update {
            transactions.push(emitting(mark(), &transaction.inner));
        }
    }
    Block::new(slot, slot - 1, transactions)
}

fn emitting(mark: u8, inner: &[InnerInstruction]) -> Transaction {
    let instructions: Vec<_> = inner
        .iter()
        .map(|inner| {
            let data = bs58::encode(&inner.data).into_string();
            json!({ "programIdIndex": 1, "accounts": [2], "data": data, "stackHeight": 2 })
        })
        .collect();
    Transaction {
        inner: json!([{ "index": 0, "instructions": instructions }]),
        keys: vec![till::pda::event_authority().to_bytes()],
        ..Transaction::ours(mark)
    }
}
