//! A chain whose accounts a node tells, and a database that a writer keeps.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use solana_pubkey::Pubkey;
use sqlx::PgPool;
use till_indexer::{
    audit::{self, Difference, Findings},
    core::Update,
    sources::rpc::{Client, Config},
};
use till_store::{
    chain::{AccountRow, Batch, Checkpoint, Writer, audit::Auditor},
    testing::TestDatabase,
};

use super::accounts;
use crate::{
    commit::batch,
    node::{Account, Node},
    world::{Emitted, Escrow, MERCHANT, MINT, VAULT, VAULT_TOKEN, World},
};

pub struct Program {
    pub database: TestDatabase,
    pub node: Arc<Node>,
    pub world: World,
    /// Everything that happened.
    pub chain: Vec<Update>,
    writer: Writer,
    last: Option<Checkpoint>,
}

impl Program {
    /// The merchant and its vault.
    pub async fn begin() -> Self {
        let database = TestDatabase::create().await.unwrap();
        let writer = Writer::connect(&database.url.parse().unwrap()).await.unwrap();
        let (node, world) = (Arc::new(Node::start([]).await), World::new());
        let mut program = Self { database, node, world, chain: Vec::new(), writer, last: None };
        let opening = program.world.opening();
        program.set(MERCHANT, accounts::of(&accounts::merchant()));
        program.set_vault();
        program.add(opening).await;
        program
    }

    pub fn pool(&self) -> &PgPool {
        &self.database.pool
    }

    /// The account at `address` is this from now on.
    pub fn set(&self, address: Pubkey, account: Account) {
        self.node.chain().accounts.insert(address.to_string(), account);
    }

    pub fn remove(&self, address: Pubkey) -> Option<Account> {
        self.node.chain().accounts.remove(&address.to_string())
    }

    /// The vault as the world has it, and exactly what it owes.
    pub fn vault(&self) -> [(Pubkey, Account); 2] {
        let vault = self.world.vault;
        let owes = vault.escrowed + vault.balance + vault.fees;
        [(VAULT, accounts::of(&accounts::vault(vault))), (VAULT_TOKEN, accounts::token(MINT, VAULT, owes))]
    }

    fn set_vault(&self) {
        for (address, account) in self.vault() {
            self.set(address, account);
        }
    }

    fn set_payment(&self, escrow: &Escrow) {
        self.set(escrow.address, accounts::of(&accounts::payment(escrow)));
        self.set_vault();
    }

    /// One transaction in a block of its own, which the node has from now on, and the database too.
    pub async fn commit(&mut self, emitted: Emitted) {
        let updates = self.world.block(vec![emitted]).0;
        self.add(updates).await;
    }

    /// Like [`Self::commit`], with what accounts were streamed.
    pub async fn stream(&mut self, emitted: Emitted, addresses: &[Pubkey]) {
        let updates = self.world.block(vec![emitted]).0;
        let slot = self.world.tip() as i64;
        let row = |address: &Pubkey| AccountRow {
            address: address.to_string(),
            lamports: 1u64.into(),
            data: self.node.chain().accounts[&address.to_string()].data.clone(),
            slot,
            write_version: 1,
        };
        let rows = addresses.iter().map(row).collect();
        self.write(updates, rows).await;
    }

    /// Like [`Self::commit`]: the node tells the block and what it left of `accounts` at once, and the database
    /// comes to it after `lag`.
    pub async fn happen(&mut self, emitted: Emitted, accounts: Vec<(Pubkey, Account)>, lag: Duration) {
        let updates = self.world.block(vec![emitted]).0;
        {
            let mut chain = self.node.chain();
            chain.confirmed = self.world.tip();
            chain
                .accounts
                .extend(accounts.into_iter().map(|(address, account)| (address.to_string(), account)));
        }
        tokio::time::sleep(lag).await;
        self.add(updates).await;
    }

    /// A payment of 1,000, and 400 of it captured.
    pub async fn payment(&mut self, byte: u8) -> Escrow {
        let mut escrow = Escrow::new(byte, 1_000);
        let emitted = vec![self.world.authorize(&mut escrow), self.world.capture(&mut escrow, 400)];
        self.set_payment(&escrow);
        self.commit(emitted).await;
        escrow
    }

    async fn add(&mut self, updates: Vec<Update>) {
        self.write(updates, Vec::new()).await;
    }

    async fn write(&mut self, updates: Vec<Update>, accounts: Vec<AccountRow>) {
        self.node.chain().confirmed = self.world.tip();
        self.chain.extend(updates.clone());
        let batch = Batch { accounts, ..batch(self.last.clone(), updates) };
        self.writer.commit(&batch).await.unwrap();
        self.last = Some(batch.checkpoint);
    }

    pub async fn audit(&self) -> Findings {
        audit(&self.node, &self.database.url).await
    }

    /// What differs after `tampering`, which is undone with `undoing`.
    pub async fn tampered(&self, tampering: &str, undoing: &str) -> Vec<Difference> {
        self.execute(tampering).await;
        let differences = self.audit().await.differences;
        self.execute(undoing).await;
        differences
    }

    pub async fn execute(&self, statement: &str) {
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        sqlx::raw_sql(statement).execute(self.pool()).await.unwrap();
    }
}

pub fn client(node: &Node) -> Client {
    Client::new(Config { requests_per_second: NonZeroU32::new(10_000).unwrap(), ..Config::new(&node.url) })
}

pub async fn audit(node: &Node, url: &str) -> Findings {
    let mut auditor = Auditor::connect(&url.parse().unwrap()).await.unwrap();
    audit::audit(&client(node), &mut auditor).await.unwrap()
}

/// Where something differs.
pub fn places(differences: &[Difference]) -> Vec<(&str, &str, &str)> {
    differences.iter().map(|it| (it.table.as_str(), it.key.as_str(), it.field.as_str())).collect()
}
