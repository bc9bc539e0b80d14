//! A chain with one merchant and one vault, as a source would tell it; and the gateway's side of it.

use anchor_lang::{Event, event::EVENT_IX_TAG_LE};
use chrono::DateTime;
use solana_pubkey::Pubkey;
use sqlx::PgPool;
use till::{CaptureMode, Protection, Split, Terms, events::*};
use till_indexer::core::{BlockMeta, InnerInstruction, ProgramTransaction, SlotState, Update};
use till_store::{
    Amount, PaymentId,
    domain::{GatewayPayment, Share},
    gateway::{
        endpoints::{self, Wanted},
        merchants, payments, stores, tokens,
    },
};

pub const GENESIS: u64 = 100;
pub const START: i64 = 1_700_000_000;
pub const MINT: Pubkey = Pubkey::new_from_array([11; 32]);
pub const VAULT: Pubkey = Pubkey::new_from_array([12; 32]);
pub const VAULT_TOKEN: Pubkey = Pubkey::new_from_array([18; 32]);
pub const MERCHANT: Pubkey = Pubkey::new_from_array([13; 32]);
pub const PAYER: Pubkey = Pubkey::new_from_array([14; 32]);
pub const ARBITER: Pubkey = Pubkey::new_from_array([15; 32]);
pub const PAYEES: [Pubkey; 2] = [Pubkey::new_from_array([16; 32]), Pubkey::new_from_array([17; 32])];

const EMPTY: VaultBalances = VaultBalances { escrowed: 0, balance: 0, fees: 0, sequence: 0 };

/// Event data of the instructions of one Solana transaction.
pub type Emitted = Vec<Vec<u8>>;

/// Its clone is a fork: both go on from the same block.
#[derive(Clone)]
pub struct World {
    slot: u64,
    /// The last block.
    parent_slot: u64,
    parent_blockhash: String,
    height: u64,
    /// Names this fork's blocks.
    fork: String,
    signatures: u64,
    pub vault: VaultBalances,
}

/// A payment as the program keeps it.
#[derive(Clone)]
pub struct Escrow {
    pub id: PaymentId,
    pub address: Pubkey,
    pub terms: Terms,
    pub balances: PaymentBalances,
}

impl Escrow {
    pub fn new(byte: u8, amount: u64) -> Self {
        let terms = Terms {
            id: [byte; 16],
            mint: MINT,
            amount,
            authorization_expiry: START + 1_000,
            refund_expiry: START + 2_000,
            capture_mode: CaptureMode::Manual,
            max_fee_bps: 100,
            protection: None,
            splits: Vec::new(),
            salt: 0,
        };
        Self::of(terms)
    }

    /// With an arbiter, a time before which the merchant cannot capture, and two payees.
    pub fn protected(byte: u8, amount: u64) -> Self {
        let Self { mut terms, .. } = Self::new(byte, amount);
        terms.protection =
            Some(Protection { capture_from: START + 500, arbiter: ARBITER, dispute_seconds: 3_600 });
        terms.splits = PAYEES.map(|wallet| Split { wallet, bps: 1_000 }).to_vec();
        Self::of(terms)
    }

    fn of(terms: Terms) -> Self {
        let (terms, address) = terms.salted(&MERCHANT).unwrap();
        let balances = PaymentBalances { capturable: 0, captured: 0, refunded: 0, fees: 0, sequence: 0 };
        Self { id: PaymentId(terms.id), address, terms, balances }
    }

    fn about(&self) -> PaymentRef {
        PaymentRef { payment: self.address, merchant: MERCHANT, vault: VAULT }
    }
}

impl World {
    pub fn new() -> Self {
        Self {
            slot: GENESIS,
            parent_slot: GENESIS - 1,
            parent_blockhash: format!("hash-{}", GENESIS - 1),
            height: GENESIS,
            fork: String::new(),
            signatures: 0,
            vault: EMPTY,
        }
    }

    /// The blocks from now on are of another fork.
    pub fn name(&mut self, fork: impl Into<String>) {
        self.fork = fork.into();
    }

    /// The same chain up to here, and other blocks from here on.
    pub fn fork(&self, name: &str) -> Self {
        Self { fork: name.to_owned(), ..self.clone() }
    }

    /// That the last block is final.
    pub fn finalized(&self) -> Update {
        Update::Slot { slot: self.tip(), parent: None, state: SlotState::Finalized }
    }

    /// The next block stands in `slot`; those before it are skipped.
    pub fn skip_to(&mut self, slot: u64) {
        self.slot = slot;
    }

    /// The last slot so far.
    pub fn tip(&self) -> u64 {
        self.slot - 1
    }

    /// The first block: the merchant and its vault.
    pub fn opening(&mut self) -> Vec<Update> {
        let registered = MerchantRegistered {
            merchant: MERCHANT,
            founder: MERCHANT,
            index: 0,
            authority: MERCHANT,
            operator: MERCHANT,
            payout_wallet: MERCHANT,
            rent_payer: MERCHANT,
        };
        let opened = self.open_vault();
        self.block(vec![vec![registered.data(), opened]]).0
    }

    pub fn open_vault(&mut self) -> Vec<u8> {
        self.vault = EMPTY;
        VaultOpened {
            vault: VAULT,
            merchant: MERCHANT,
            mint: MINT,
            vault_token: VAULT_TOKEN,
            token_program: MINT,
            decimals: 6,
            shard: 0,
            rent_payer: MERCHANT,
            allowed_extensions: 0,
        }
        .data()
    }

    pub fn set_accepting(&mut self, accepting: bool) -> Vec<u8> {
        self.vault.sequence += 1;
        VaultAcceptingSet { vault_address: VAULT, merchant: MERCHANT, accepting, vault: self.vault }.data()
    }

    pub fn close_vault(&mut self) -> Vec<u8> {
        self.vault.sequence += 1;
        VaultClosed { vault_address: VAULT, merchant: MERCHANT, rent_payer: MERCHANT, vault: self.vault }
            .data()
    }

    /// The next block, confirmed, with a foreign transaction in front of these; and their signatures.
    pub fn block(&mut self, transactions: Vec<Emitted>) -> (Vec<Update>, Vec<String>) {
        let slot = self.slot;
        let blockhash = format!("hash-{}{slot}", self.fork);
        self.slot += 1;
        let mut updates = vec![Update::Executed { slot, index: 0, is_ours: false }];
        let mut signatures = Vec::new();
        let count = transactions.len() as u64;
        for (emitted, index) in transactions.into_iter().zip(1..) {
            let signature = self.signature();
            signatures.push(bs58::encode(signature).into_string());
            let inner = emitted.into_iter().zip(0..).map(|(data, position)| InnerInstruction {
                outer: 0,
                position,
                program: 0,
                accounts: vec![1],
                data: [EVENT_IX_TAG_LE, data.as_slice()].concat(),
            });
            let transaction = ProgramTransaction {
                slot,
                index,
                signature,
                keys: vec![till::ID.to_bytes(), till::pda::event_authority().to_bytes()],
                inner: inner.collect(),
            };
            updates.push(Update::Executed { slot, index, is_ours: true });
            updates.push(Update::Transaction(Box::new(transaction)));
        }
        updates.push(Update::BlockMeta(BlockMeta {
            slot,
            blockhash: blockhash.clone(),
            parent_slot: self.parent_slot,
            parent_blockhash: std::mem::replace(&mut self.parent_blockhash, blockhash),
            height: self.height,
            time: START + (slot - GENESIS) as i64,
            executed_transactions: count + 1,
        }));
        updates.push(Update::Slot { slot, parent: Some(self.parent_slot), state: SlotState::Confirmed });
        self.parent_slot = slot;
        self.height += 1;
        (updates, signatures)
    }

    pub fn empty(&mut self) -> Vec<Update> {
        self.block(Vec::new()).0
    }

    fn signature(&mut self) -> [u8; 64] {
        self.signatures += 1;
        let mut signature = [1; 64];
        signature[..8].copy_from_slice(&self.signatures.to_le_bytes());
        signature
    }

    /// The signature that the `ahead`th transaction from now will have.
    pub fn next_signature(&self, ahead: u64) -> String {
        let mut signature = [1; 64];
        signature[..8].copy_from_slice(&(self.signatures + 1 + ahead).to_le_bytes());
        bs58::encode(signature).into_string()
    }

    /// What the vault owes the merchant.
    pub fn balance(&self) -> u64 {
        self.vault.balance
    }

    pub fn authorize(&mut self, escrow: &mut Escrow) -> Vec<u8> {
        self.vault.escrowed += escrow.terms.amount;
        self.vault.sequence += 1;
        escrow.balances.capturable = escrow.terms.amount;
        escrow.balances.sequence = 1;
        PaymentAuthorized {
            about: escrow.about(),
            payer: PAYER,
            rent_payer: PAYER,
            terms: escrow.terms.clone(),
            fee_bps: 100,
            payment: escrow.balances,
            vault: self.vault,
        }
        .data()
    }

    /// Into the merchant's balance, at a fee of 1%.
    pub fn capture(&mut self, escrow: &mut Escrow, amount: u64) -> Vec<u8> {
        let settled = self.settle(escrow, amount, 0);
        PaymentCaptured {
            about: escrow.about(),
            is_final: false,
            settled,
            payment: escrow.balances,
            vault: self.vault,
        }
        .data()
    }

    pub fn release(&mut self, escrow: &mut Escrow) -> Vec<u8> {
        let settled = self.settle(escrow, escrow.balances.capturable, 0);
        PaymentReleased { about: escrow.about(), settled, payment: escrow.balances, vault: self.vault }.data()
    }

    pub fn dispute(&mut self, escrow: &mut Escrow, dispute_expiry: i64) -> Vec<u8> {
        escrow.balances.sequence += 1;
        PaymentDisputed { about: escrow.about(), arbiter: ARBITER, dispute_expiry, payment: escrow.balances }
            .data()
    }

    /// The merchant is given `amount`, the payer the rest.
    pub fn resolve(&mut self, escrow: &mut Escrow, amount: u64) -> Vec<u8> {
        let settled = self.settle(escrow, amount, escrow.balances.capturable - amount);
        PaymentResolved {
            about: escrow.about(),
            arbiter: ARBITER,
            settled,
            payment: escrow.balances,
            vault: self.vault,
        }
        .data()
    }

    fn settle(&mut self, escrow: &mut Escrow, amount: u64, returned: u64) -> SettledParts {
        let fee = amount / 100;
        let earned = amount - fee;
        let splits: Vec<u64> = escrow.terms.splits.iter().map(|split| split.of(earned).unwrap()).collect();
        let net = earned - splits.iter().sum::<u64>();
        self.vault.escrowed -= amount + returned;
        self.vault.fees += fee;
        self.vault.balance += net;
        self.vault.sequence += 1;
        escrow.balances.capturable -= amount + returned;
        escrow.balances.captured += amount;
        escrow.balances.fees += fee;
        escrow.balances.sequence += 1;
        SettledParts { amount, fee, splits, net, returned, payout_token: None }
    }

    pub fn void(&mut self, escrow: &mut Escrow) -> Vec<u8> {
        let amount = std::mem::take(&mut escrow.balances.capturable);
        self.vault.escrowed -= amount;
        self.vault.sequence += 1;
        escrow.balances.sequence += 1;
        PaymentVoided {
            about: escrow.about(),
            amount,
            payer_token: PAYER,
            payment: escrow.balances,
            vault: self.vault,
        }
        .data()
    }

    pub fn refund(&mut self, escrow: &mut Escrow, amount: u64) -> Vec<u8> {
        self.vault.balance -= amount;
        self.vault.sequence += 1;
        escrow.balances.refunded += amount;
        escrow.balances.sequence += 1;
        PaymentRefunded {
            about: escrow.about(),
            amount,
            sent: amount,
            source: None,
            payer_token: PAYER,
            payment: escrow.balances,
            vault: self.vault,
        }
        .data()
    }
}

/// The gateway knows the merchant, who has an endpoint, and the token's name.
pub async fn merchant(pool: &PgPool) -> String {
    let merchant = merchants::upsert(pool, &MERCHANT.to_string(), "Corner shop").await.unwrap();
    let wanted =
        Wanted { store_id: None, url: "https://merchant.example/hook", description: None, types: None };
    let mut db = pool.acquire().await.unwrap();
    endpoints::create(&mut db, &merchant.id, wanted, "whsec_c2VjcmV0", "whsk_c2VjcmV0").await.unwrap();
    tokens::upsert(pool, &MINT.to_string(), "USDC", "USD Coin").await.unwrap();
    merchant.id
}

/// The merchant, who asked for these payments.
pub async fn merchant_and_payments(pool: &PgPool, escrows: &[Escrow]) -> String {
    let merchant_id = merchant(pool).await;
    for escrow in escrows {
        asked_for(pool, &merchant_id, escrow).await;
    }
    merchant_id
}

fn shares(terms: &Terms) -> Vec<Share> {
    let share = |split: &Split| Share { wallet: split.wallet.to_string(), bps: split.bps };
    terms.splits.iter().map(share).collect()
}

/// The merchant asked for this payment.
pub async fn asked_for(pool: &PgPool, merchant_id: &str, escrow: &Escrow) -> String {
    let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
    let payment = GatewayPayment {
        id: escrow.id.to_string(),
        merchant_id: merchant_id.to_owned(),
        store_id: stores::default_of(pool, merchant_id).await.unwrap(),
        address: escrow.address.to_string(),
        mint: MINT.to_string(),
        token_program: MINT.to_string(),
        decimals: 6,
        shard: 0,
        amount: Amount(escrow.terms.amount),
        capture_mode: "manual".to_owned(),
        authorization_expiry: at(escrow.terms.authorization_expiry),
        refund_expiry: at(escrow.terms.refund_expiry),
        max_fee_bps: 100,
        salt: escrow.terms.salt.into(),
        order_reference: Some("order 7".to_owned()),
        metadata: serde_json::json!({}),
        splits: shares(&escrow.terms),
        capture_from: escrow.terms.protection.map(|protection| at(protection.capture_from)),
        arbiter: escrow.terms.protection.map(|protection| protection.arbiter.to_string()),
        dispute_seconds: escrow.terms.protection.map(|protection| protection.dispute_seconds as i32),
        ..Default::default()
    };
    payments::insert(pool, &payment).await.unwrap();
    payment.id
}
