//! A merchant's history as the chain would tell it, and what its vault must hold after it.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till_store::Amount;
use till_store::chain::{Account, EventKey, PaymentState, PaymentStep, Total, VaultBalances};
use till_store::domain::{Payment, TransactionKind};

use crate::support::Api;
use crate::support::ledger::{Movement, opening, vault_of};

/// What a vault holds, in base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    pub escrow: u64,
    pub balance: u64,
    pub fees: u64,
}

/// What happened to a payment so far.
#[derive(Clone)]
struct Paid {
    payment: Payment,
    capturable: u64,
    captured: u64,
    refunded: u64,
    fees: u64,
    sequence: i64,
}

/// A history, written step by step; and the model that reports are compared with.
pub struct History {
    random: SmallRng,
    payments: Vec<Paid>,
    sequence: i64,
    pub holds: Holds,
    /// What the vault held after each moment.
    pub at: Vec<(DateTime<Utc>, Holds)>,
    /// By day and what: `gross`, `fee`, `net`, `refunded`, `swept`, `paid_out`.
    pub sums: BTreeMap<(String, &'static str), u64>,
    pub operations: usize,
}

impl History {
    /// One that begins so many hours ago.
    pub fn begin(api: &mut Api, seed: u64, hours_ago: i64) -> Self {
        api.ledger.clock = Utc::now() - TimeDelta::hours(hours_ago);
        Self {
            random: SmallRng::seed_from_u64(seed),
            payments: Vec::new(),
            sequence: 0,
            holds: Holds::default(),
            at: Vec::new(),
            sums: BTreeMap::new(),
            operations: 0,
        }
    }

    /// One more thing happens, up to six hours after the last.
    pub async fn go_on(&mut self, api: &mut Api) {
        api.ledger.clock += TimeDelta::minutes(self.random.gen_range(1..360));
        match self.random.gen_range(0..6) {
            0 | 1 => self.authorize(api).await,
            2 | 3 => self.capture(api).await,
            4 => self.refund(api).await,
            _ => self.pay_out(api).await,
        }
        self.at.push((api.ledger.clock, self.holds));
    }

    async fn authorize(&mut self, api: &mut Api) {
        let payment = api.payment().await;
        let amount: u64 = payment.amount.base_units.parse().unwrap();
        self.holds.escrow += amount;
        let paid = Paid { payment, capturable: amount, captured: 0, refunded: 0, fees: 0, sequence: 0 };
        self.payments.push(paid);
        let index = self.payments.len() - 1;
        let data = json!({ "terms": { "amount": amount } });
        let lines = vec![(Account::External, -i128::from(amount)), (Account::Escrow, i128::from(amount))];
        self.transition(api, index, TransactionKind::Authorize, "PaymentAuthorized", amount, data, lines)
            .await;
    }

    async fn capture(&mut self, api: &mut Api) {
        let Some(index) = self.payments.iter().position(|paid| paid.capturable > 0) else {
            return self.authorize(api).await;
        };
        let paid = &mut self.payments[index];
        let amount = self.random.gen_range(1..=paid.capturable);
        let (fee, split) = (amount / 100, amount / 10);
        let net = amount - fee - split;
        let pays_out = self.random.gen_bool(0.3);
        (paid.capturable, paid.captured, paid.fees) =
            (paid.capturable - amount, paid.captured + amount, paid.fees + fee);
        (self.holds.escrow, self.holds.fees) = (self.holds.escrow - amount, self.holds.fees + fee);
        let to = if pays_out { Account::External } else { Account::Balance };
        if pays_out {
            self.add(api, "paid_out", net);
        } else {
            self.holds.balance += net;
        }
        for (what, value) in [("gross", amount), ("fee", fee), ("net", net)] {
            self.add(api, what, value);
        }
        let token = pays_out.then(|| Pubkey::new_unique().to_string());
        let settled = json!({
            "amount": amount, "fee": fee, "splits": [split], "net": net, "returned": 0, "payout_token": token,
        });
        let lines = vec![
            (Account::Escrow, -i128::from(amount)),
            (Account::Fees, i128::from(fee)),
            (Account::External, i128::from(split)),
            (to, i128::from(net)),
        ];
        let data = json!({ "settled": settled });
        self.transition(api, index, TransactionKind::Capture, "PaymentCaptured", amount, data, lines).await;
    }

    async fn refund(&mut self, api: &mut Api) {
        let most = |paid: &Paid| (paid.captured - paid.refunded).min(self.holds.balance);
        let Some(index) = self.payments.iter().position(|paid| most(paid) > 0) else {
            return self.capture(api).await;
        };
        let amount = self.random.gen_range(1..=most(&self.payments[index]));
        self.payments[index].refunded += amount;
        self.holds.balance -= amount;
        self.add(api, "refunded", amount);
        let data = json!({ "amount": amount, "sent": amount, "source": null });
        let lines = vec![(Account::Balance, -i128::from(amount)), (Account::External, i128::from(amount))];
        self.transition(api, index, TransactionKind::Refund, "PaymentRefunded", amount, data, lines).await;
    }

    /// The balance to the merchant's wallet, and the fees to the protocol.
    async fn pay_out(&mut self, api: &mut Api) {
        let Holds { balance, fees, .. } = self.holds;
        let Some(paid) = self.payments.first().filter(|_| balance > 0 && fees > 0) else {
            return self.authorize(api).await;
        };
        let vault = vault_of(&api.merchant.address, &paid.payment, 0);
        self.holds.balance = 0;
        self.add(api, "paid_out", balance);
        let data = json!({ "amount": balance, "received": balance });
        let lines = vec![(Account::Balance, -i128::from(balance)), (Account::External, i128::from(balance))];
        let total = self.total(api, &vault, "payout", balance, &Value::Null);
        self.book(api, vault.clone(), "PaidOut", data, lines, None, Some(total)).await;
        self.holds.fees = 0;
        self.add(api, "swept", fees);
        let data = json!({ "shares": { "treasury": fees - 1, "stakers": 1, "burned": 0 } });
        let lines = vec![(Account::Fees, -i128::from(fees)), (Account::External, i128::from(fees))];
        self.book(api, vault, "FeesSwept", data, lines, None, None).await;
    }

    #[allow(clippy::too_many_arguments)]
    async fn transition(
        &mut self,
        api: &mut Api,
        index: usize,
        kind: TransactionKind,
        event: &'static str,
        amount: u64,
        data: Value,
        lines: Vec<(Account, i128)>,
    ) {
        self.operations += 1;
        let paid = &mut self.payments[index];
        paid.sequence += 1;
        let paid = paid.clone();
        let merchant = api.merchant.address;
        let vault = vault_of(&merchant, &paid.payment, 0);
        let is_first = kind == TransactionKind::Authorize;
        let step = PaymentStep {
            key: EventKey { signature: String::new(), instruction: 0, inner_index: 0 },
            address: paid.payment.address.clone(),
            kind,
            amount: Amount(amount),
            is_final: false,
            shares: Vec::new(),
            opening: is_first.then(|| opening(&merchant, &paid.payment, &Pubkey::new_unique(), 0)),
            after: PaymentState {
                capturable: Amount(paid.capturable),
                captured: Amount(paid.captured),
                refunded: Amount(paid.refunded),
                fees: Amount(paid.fees),
                sequence: paid.sequence,
                dispute_expiry: None,
                outcome: None,
                closed: false,
            },
            slot: 0,
            block_time: api.ledger.clock,
        };
        let total = self.total(api, &vault, kind.as_str(), amount, &data["settled"]);
        self.book(api, vault, event, data, lines, Some(step), Some(total)).await;
    }

    fn total(&self, api: &Api, vault: &str, kind: &'static str, amount: u64, settled: &Value) -> Total {
        let part = |name: &str| Amount(settled[name].as_u64().unwrap_or(0));
        Total {
            key: EventKey { signature: String::new(), instruction: 0, inner_index: 0 },
            day: api.ledger.clock.date_naive(),
            merchant: api.merchant.address.to_string(),
            vault: vault.to_owned(),
            mint: None,
            kind,
            amount: Amount(amount),
            fees: part("fee"),
            shared: Amount(settled["splits"][0].as_u64().unwrap_or(0)),
            net: part("net"),
            returned: part("returned"),
        }
    }

    #[allow(clippy::too_many_arguments)]
    async fn book(
        &mut self,
        api: &mut Api,
        vault: String,
        event: &'static str,
        data: Value,
        lines: Vec<(Account, i128)>,
        step: Option<PaymentStep>,
        total: Option<Total>,
    ) {
        self.sequence += 1;
        let Holds { escrow, balance, fees } = self.holds;
        let (escrowed, balance, fees) = (Amount(escrow), Amount(balance), Amount(fees));
        let holds = VaultBalances { escrowed, balance, fees, sequence: self.sequence };
        let merchant = api.merchant.address;
        let movement = Movement { merchant: &merchant, vault, event, data, lines, holds, step, total };
        api.ledger.book(movement).await;
    }

    fn add(&mut self, api: &Api, what: &'static str, value: u64) {
        let day = api.ledger.clock.date_naive().to_string();
        *self.sums.entry((day, what)).or_default() += value;
    }
}
