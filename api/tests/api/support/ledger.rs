//! The indexer's side: what the chain says, committed as the indexer commits it.

use chrono::{DateTime, Utc};
use solana_pubkey::Pubkey;
use till_store::chain::{
    Account, Batch, Change, Changes, Checkpoint, EventKey, EventRow, LedgerLine, MerchantState,
    PaymentOpening, PaymentState, PaymentStep, State, Total, VaultBalances, VaultState, Writer,
};
use till_store::domain::{Payment, TransactionKind};
use till_store::{Amount, PaymentId};

/// A chain that a test writes, slot by slot.
pub struct Ledger {
    writer: Writer,
    last: Option<Checkpoint>,
    pub clock: DateTime<Utc>,
}

/// One movement of a merchant's money, with everything that the indexer writes about it.
pub struct Movement<'a> {
    pub merchant: &'a Pubkey,
    pub vault: String,
    /// As the program names the event.
    pub event: &'static str,
    /// The event's fields.
    pub data: serde_json::Value,
    /// Into an account, or out of it (negative).
    pub lines: Vec<(Account, i128)>,
    /// What the vault holds afterwards.
    pub holds: VaultBalances,
    /// The payment that it is a transition of.
    pub step: Option<PaymentStep>,
    pub total: Option<Total>,
}

/// A payment's numbers after a step.
#[derive(Clone, Copy, Default)]
pub struct After {
    pub capturable: u64,
    pub captured: u64,
    pub refunded: u64,
    pub sequence: i64,
    /// Set by the step that opens a dispute.
    pub dispute_expiry: Option<DateTime<Utc>>,
}

impl Ledger {
    pub async fn open(url: &str) -> Self {
        let writer = Writer::connect(&url.parse().unwrap()).await.unwrap();
        Self { writer, last: None, clock: Utc::now() }
    }

    /// A slot in which nothing happened, but time went by.
    pub async fn tick(&mut self) {
        self.commit(Changes::default()).await;
    }

    /// Slots in which nothing happened, up to this one, which is also the block height.
    pub async fn tick_to(&mut self, slot: i64) {
        self.commit_at(slot, Changes::default()).await;
    }

    pub async fn register(&mut self, merchant: &Pubkey, operator: &Pubkey, payout_wallet: &Pubkey) {
        let state = MerchantState::Registered {
            founder: payout_wallet.to_string(),
            index: 0,
            authority: payout_wallet.to_string(),
            operator: operator.to_string(),
            payout_wallet: payout_wallet.to_string(),
            rent_payer: payout_wallet.to_string(),
        };
        let mut changes = self.event("merchant_registered", None);
        let key = changes.events[0].key.clone();
        let (address, slot) = (merchant.to_string(), self.next_slot());
        changes.states.push(Change { key, address, state: State::Merchant(state), slot });
        self.commit(changes).await;
    }

    pub async fn open_vault(&mut self, merchant: &Pubkey, mint: &Pubkey, program: &Pubkey, shard: u16) {
        let (address, _) = till::pda::vault(merchant, mint, shard);
        let state = VaultState::Opened {
            merchant: merchant.to_string(),
            mint: mint.to_string(),
            vault_token: Pubkey::new_unique().to_string(),
            token_program: program.to_string(),
            decimals: 6,
            shard: i32::from(shard),
            rent_payer: Pubkey::new_unique().to_string(),
            allowed_extensions: 0,
        };
        let mut changes = self.event("VaultOpened", None);
        let (key, slot, address) = (changes.events[0].key.clone(), self.next_slot(), address.to_string());
        changes.events[0].merchant = Some(merchant.to_string());
        changes.events[0].vault = Some((address.clone(), None));
        // From here ledger lines and reports take the vault's mint.
        changes.events[0].data = serde_json::json!({ "mint": mint.to_string(), "decimals": 6 }).to_string();
        changes.states.push(Change { key, address, state: State::Vault(state), slot });
        self.commit(changes).await;
    }

    /// Whether the merchant takes new payments in this shard.
    pub async fn set_accepting(&mut self, merchant: &Pubkey, mint: &Pubkey, shard: u16, accepting: bool) {
        let (address, _) = till::pda::vault(merchant, mint, shard);
        self.vault("vault_accepting_set", address.to_string(), VaultState::Accepting(accepting)).await;
    }

    async fn vault(&mut self, kind: &'static str, address: String, state: VaultState) {
        let mut changes = self.event(kind, None);
        let (key, slot) = (changes.events[0].key.clone(), self.next_slot());
        changes.states.push(Change { key, address, state: State::Vault(state), slot });
        self.commit(changes).await;
    }

    /// The payer has paid.
    pub async fn authorize(&mut self, merchant: &Pubkey, payment: &Payment, payer: &Pubkey) {
        self.authorize_in(merchant, payment, payer, 0).await;
    }

    /// The payer has paid into this shard of the vault.
    pub async fn authorize_in(&mut self, merchant: &Pubkey, payment: &Payment, payer: &Pubkey, shard: u16) {
        self.begin(payment, opening(merchant, payment, payer, shard)).await;
    }

    /// The payer has paid, protected: the merchant cannot capture by itself before `capture_from`.
    pub async fn authorize_protected(
        &mut self,
        merchant: &Pubkey,
        payment: &Payment,
        capture_from: DateTime<Utc>,
    ) {
        let opening = PaymentOpening {
            capture_from: Some(capture_from),
            arbiter: Some(Pubkey::new_unique().to_string()),
            dispute_seconds: Some(3_600),
            ..opening(merchant, payment, &Pubkey::new_unique(), 0)
        };
        self.begin(payment, opening).await;
    }

    /// Two payers have paid in one block, in this order.
    pub async fn authorize_together(&mut self, merchant: &Pubkey, payments: [&Payment; 2]) {
        let mut changes = Changes::default();
        for payment in payments {
            let opening = opening(merchant, payment, &Pubkey::new_unique(), 0);
            let amount = opening.amount.0;
            let after = After { capturable: amount, sequence: 1, ..After::default() };
            let signature = Pubkey::new_unique().to_string();
            let kind = TransactionKind::Authorize;
            let one = self.changes(payment, kind, &signature, amount, after, Some(opening));
            changes.events.extend(one.events);
            changes.steps.extend(one.steps);
        }
        self.commit(changes).await;
    }

    /// A payment has come onto the chain as `opening` says.
    pub async fn begin(&mut self, payment: &Payment, opening: PaymentOpening) {
        self.begin_by(payment, opening, &Pubkey::new_unique().to_string()).await;
    }

    /// The same by the transaction `signature`.
    pub async fn begin_by(&mut self, payment: &Payment, opening: PaymentOpening, signature: &str) {
        let amount = opening.amount.0;
        let after = After { capturable: amount, sequence: 1, ..After::default() };
        self.step(payment, TransactionKind::Authorize, signature, amount, after, Some(opening)).await;
    }

    /// A transaction has told something of an account that is no payment.
    pub async fn tell(
        &mut self,
        kind: &'static str,
        subject: &str,
        data: serde_json::Value,
        signature: &str,
    ) {
        let mut changes = self.event(kind, None);
        changes.events[0].key.signature = signature.to_owned();
        changes.events[0].subject = Some(subject.to_owned());
        changes.events[0].data = data.to_string();
        self.commit(changes).await;
    }

    /// The payer disputes a payment of which nothing has been captured.
    pub async fn dispute(&mut self, payment: &Payment, dispute_expiry: DateTime<Utc>) {
        let capturable: u64 = payment.amount.base_units.parse().unwrap();
        let after =
            After { capturable, sequence: 2, dispute_expiry: Some(dispute_expiry), ..After::default() };
        let signature = Pubkey::new_unique().to_string();
        self.carry_out(payment, TransactionKind::Dispute, &signature, 0, after).await;
    }

    /// An operation has been carried out by the transaction `signature`.
    pub async fn carry_out(
        &mut self,
        payment: &Payment,
        kind: TransactionKind,
        signature: &str,
        amount: u64,
        after: After,
    ) {
        self.step(payment, kind, signature, amount, after, None).await;
    }

    /// The merchant's balance in the vault of a payment.
    pub async fn credit(&mut self, merchant: &Pubkey, payment: &Payment, balance: u64, sequence: i64) {
        self.credit_in(vault_of(merchant, payment, 0), balance, sequence).await;
    }

    /// The merchant's balance in a vault.
    pub async fn credit_in(&mut self, vault: String, balance: u64, sequence: i64) {
        let (none, balance) = (Amount(0), Amount(balance));
        let balances = VaultBalances { escrowed: none, balance, fees: none, sequence };
        self.vault("paid_out", vault, VaultState::Balances(balances)).await;
    }

    /// A movement of a merchant's money, committed in a slot of its own.
    pub async fn book(&mut self, movement: Movement<'_>) {
        let Movement { merchant, vault, event, data, lines, holds, step, total } = movement;
        let payment = step.as_ref().map(|step| (step.address.clone(), step.after.sequence));
        let mut changes = self.event(event, payment);
        let key = changes.events[0].key.clone();
        changes.events[0].merchant = Some(merchant.to_string());
        changes.events[0].vault = Some((vault.clone(), Some(holds.sequence)));
        changes.events[0].data = data.to_string();
        let (slot, block_time) = (self.next_slot(), self.clock);
        changes.steps.extend(step.map(|step| PaymentStep { key: key.clone(), slot, block_time, ..step }));
        changes.totals.extend(total.map(|total| Total { key: key.clone(), ..total }));
        let line = |(line, (account, amount)): (usize, (Account, i128))| LedgerLine {
            key: key.clone(),
            line: line as i16,
            owner: vault.clone(),
            account,
            mint: None,
            amount,
        };
        changes.ledger.extend(lines.into_iter().filter(|(_, amount)| *amount != 0).enumerate().map(line));
        let state = State::Vault(VaultState::Balances(holds));
        changes.states.push(Change { key, address: vault, state, slot });
        self.commit(changes).await;
    }

    async fn step(
        &mut self,
        payment: &Payment,
        kind: TransactionKind,
        signature: &str,
        amount: u64,
        after: After,
        opening: Option<PaymentOpening>,
    ) {
        let changes = self.changes(payment, kind, signature, amount, after, opening);
        self.commit(changes).await;
    }

    fn changes(
        &self,
        payment: &Payment,
        kind: TransactionKind,
        signature: &str,
        amount: u64,
        after: After,
        opening: Option<PaymentOpening>,
    ) -> Changes {
        let mut changes = self.event("payment", Some((payment.address.clone(), after.sequence)));
        changes.events[0].key.signature = signature.to_owned();
        changes.steps.push(PaymentStep {
            key: changes.events[0].key.clone(),
            address: payment.address.clone(),
            kind,
            amount: Amount(amount),
            is_final: false,
            shares: Vec::new(),
            opening,
            after: PaymentState {
                capturable: Amount(after.capturable),
                captured: Amount(after.captured),
                refunded: Amount(after.refunded),
                fees: Amount(0),
                sequence: after.sequence,
                dispute_expiry: after.dispute_expiry,
                outcome: None,
                closed: false,
            },
            slot: self.next_slot(),
            block_time: self.clock,
        });
        changes
    }

    fn next_slot(&self) -> i64 {
        self.last.as_ref().map_or(100, |last| last.slot + 1)
    }

    fn event(&self, kind: &'static str, payment: Option<(String, i64)>) -> Changes {
        let signature = Pubkey::new_unique().to_string();
        let event = EventRow {
            key: EventKey { signature, instruction: 0, inner_index: 0 },
            slot: self.next_slot(),
            transaction_index: 0,
            kind,
            merchant: None,
            payment,
            vault: None,
            subject: None,
            data: "{}".to_owned(),
            block_time: self.clock,
        };
        Changes { events: vec![event], ..Changes::default() }
    }

    async fn commit(&mut self, changes: Changes) {
        self.commit_at(self.next_slot(), changes).await;
    }

    async fn commit_at(&mut self, slot: i64, changes: Changes) {
        let checkpoint = Checkpoint {
            slot,
            blockhash: format!("block{slot}"),
            block_height: slot,
            block_time: self.clock,
            finalized_slot: slot - 32,
        };
        let batch = Batch { changes, ..Batch::new(self.last.clone(), checkpoint.clone()) };
        self.writer.commit(&batch).await.unwrap();
        self.last = Some(checkpoint);
    }
}

pub fn opening(merchant: &Pubkey, payment: &Payment, payer: &Pubkey, shard: u16) -> PaymentOpening {
    let id: PaymentId = payment.id.parse().unwrap();
    PaymentOpening {
        merchant: merchant.to_string(),
        vault: vault_of(merchant, payment, shard),
        mint: payment.mint.clone(),
        payer: payer.to_string(),
        rent_payer: payer.to_string(),
        terms_hash: vec![0; 32],
        merchant_payment_id: id.0.to_vec(),
        amount: Amount(payment.amount.base_units.parse().unwrap()),
        fee_bps: 0,
        authorization_expiry: payment.authorization_expires_at,
        refund_expiry: payment.refund_expires_at,
        capture_mode: "manual",
        capture_from: None,
        arbiter: None,
        dispute_seconds: None,
        splits: Vec::new(),
    }
}

pub fn vault_of(merchant: &Pubkey, payment: &Payment, shard: u16) -> String {
    let mint = payment.mint.parse().unwrap();
    till::pda::vault(merchant, &mint, shard).0.to_string()
}
