//! A payment as merchants see it.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Available, ChainPayment, ChainSplit, Customer, Decision, Donation, Facts, Finality, Item, Money,
    OptionRecord, PaymentOption, PaymentStatus, Received, Share, Transaction, TransactionRecord, Transfer,
    TransferRecord,
};
use crate::Amount;

/// What the gateway knows of a payment: what the merchant asked for.
#[derive(Clone, Debug, Default, PartialEq, sqlx::FromRow)]
pub struct GatewayPayment {
    pub id: String,
    pub merchant_id: String,
    pub store_id: String,
    /// The id in the terms, where it is not the payment's own.
    pub terms_id: Option<String>,
    pub duplicate_of: Option<String>,
    /// The payment link that it was made by.
    pub link_id: Option<String>,
    pub address: String,
    pub mint: String,
    /// The token's name, if it has one here.
    pub symbol: Option<String>,
    pub token_program: String,
    pub decimals: i16,
    pub shard: i32,
    pub amount: Amount,
    pub capture_mode: String,
    pub authorization_expiry: DateTime<Utc>,
    pub refund_expiry: DateTime<Utc>,
    pub max_fee_bps: i32,
    pub salt: i16,
    pub order_reference: Option<String>,
    pub description: Option<String>,
    pub redirect_url: Option<String>,
    pub metadata: serde_json::Value,
    pub price_amount: Option<Decimal>,
    pub price_currency: Option<String>,
    #[sqlx(json)]
    pub items: Vec<Item>,
    #[sqlx(json(nullable))]
    pub customer: Option<Customer>,
    #[sqlx(json)]
    pub splits: Vec<Share>,
    /// Set together with `arbiter` and `dispute_seconds`, when the payer may dispute.
    pub capture_from: Option<DateTime<Utc>>,
    pub arbiter: Option<String>,
    pub dispute_seconds: Option<i32>,
    #[sqlx(json(nullable))]
    pub donation: Option<Donation>,
    pub accepts_transfer: bool,
    #[sqlx(json(nullable))]
    pub decision: Option<Decision>,
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Where a plain transfer goes, if it takes any and the merchant has been seen on the chain.
    pub transfer_wallet: Option<String>,
    /// The ways to pay it that stand, and the one that was paid. None where its own columns are the only one.
    #[sqlx(json)]
    pub options: Vec<OptionRecord>,
    pub created_at: DateTime<Utc>,
}

/// The columns of a [`GatewayPayment`], as text: of `payments` by the name of `p` and `tokens` by that of `t`.
macro_rules! gateway_payment_columns {
    () => {
        concat!(
            "p.id, p.merchant_id, p.store_id, p.terms_id, p.duplicate_of, p.link_id, p.address, p.mint, t.symbol, p.token_program,
         p.decimals, p.shard, p.amount, p.capture_mode, p.authorization_expiry, p.refund_expiry, p.max_fee_bps, p.salt,
         p.order_reference, p.description, p.redirect_url, p.metadata, p.price_amount, p.price_currency, p.items,
         p.customer, p.splits, p.capture_from, p.arbiter, p.dispute_seconds, p.donation, p.accepts_transfer,
         p.decision, p.cancelled_at, p.created_at,
         CASE WHEN p.accepts_transfer THEN
             (SELECT w.payout_wallet FROM merchants m JOIN chain.merchants w ON w.address = m.address
              WHERE m.id = p.merchant_id)
         END AS transfer_wallet, ",
            $crate::domain::options_column!()
        )
    };
}
pub(crate) use gateway_payment_columns;

impl GatewayPayment {
    /// The token's decimals. The column is checked to be a `u8` when it is written.
    pub fn decimals(&self) -> u8 {
        self.decimals.unsigned_abs() as u8
    }

    /// Whether it is captured as soon as it is paid.
    pub fn is_immediate(&self) -> bool {
        self.capture_mode == "immediate"
    }

    /// Until when it is to be paid.
    pub fn pay_by(&self) -> DateTime<Utc> {
        let quote = self.option().and_then(|option| option.quote_expires_at);
        quote.map_or(self.authorization_expiry, |quote| quote.min(self.authorization_expiry))
    }

    /// The payment as it is once this option has been paid.
    pub fn paid_by(&self, option: &OptionRecord) -> Self {
        Self {
            terms_id: Some(option.terms_id.clone()),
            address: option.address.clone(),
            mint: option.mint.clone(),
            symbol: option.symbol.clone(),
            token_program: option.token_program.clone(),
            decimals: option.decimals,
            shard: option.shard,
            amount: option.amount,
            salt: option.salt,
            ..self.clone()
        }
    }

    /// The option that its own columns are those of: the one that was paid, until then the first.
    pub fn option(&self) -> Option<&OptionRecord> {
        self.options.iter().find(|option| option.address == self.address)
    }

    /// Whether it was paid under a quote that had ended.
    pub fn was_paid_late(&self) -> bool {
        self.option().is_some_and(OptionRecord::was_paid_late)
    }
}

/// How far the chain is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Progress {
    pub slot: i64,
    /// The chain's clock in that slot.
    pub block_time: DateTime<Utc>,
    /// Everything up to it is final.
    pub finalized_slot: i64,
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Payment {
    #[schema(example = "pay_0123456789abcdef0123456789abcdef")]
    pub id: String,
    /// Where it is, or will be, on the chain. Nobody can pay this address under other terms.
    pub address: String,
    pub merchant: String,
    /// The shop that it belongs to.
    #[serde(default)]
    pub store: String,
    pub status: PaymentStatus,
    pub mint: String,
    /// The token's name, if it has one here.
    #[schema(example = "USDC")]
    pub symbol: Option<String>,
    pub decimals: u8,
    pub amount: Money,
    /// What is in escrow.
    pub capturable: Money,
    /// What has been captured, fees included.
    pub captured: Money,
    /// What of that has been paid back.
    pub refunded: Money,
    /// What of the captured money has not been paid back; nothing once the payment is closed.
    pub refundable: Money,
    /// What of the captured money is the protocol's.
    pub fees: Money,
    /// `manual`: authorize, then capture. `immediate`: both in one.
    #[schema(example = "manual")]
    pub capture_mode: String,
    /// The wallet that paid.
    pub payer: Option<String>,
    /// Before it the merchant may capture; from it on the payer may take back what is in escrow.
    pub authorization_expires_at: DateTime<Utc>,
    /// Before it the merchant may refund.
    pub refund_expires_at: DateTime<Utc>,
    /// Before it only the payer gives the merchant the money.
    pub capture_from: Option<DateTime<Utc>>,
    /// The wallet that decides when the payer disputes.
    pub arbiter: Option<String>,
    /// Until when the arbiter may decide the open dispute; from it on the payer may take back what is
    /// in escrow.
    pub dispute_expires_at: Option<DateTime<Utc>>,
    /// Who shares in what the merchant earns.
    #[serde(default)]
    pub splits: Vec<PaymentShare>,
    pub order_reference: Option<String>,
    pub description: Option<String>,
    pub redirect_url: Option<String>,
    #[schema(value_type = Object)]
    pub metadata: serde_json::Value,
    /// What was asked for, where that was a currency or another token's amount.
    #[serde(default)]
    pub price: Option<Price>,
    /// The ways to pay it, where there are several or its price was converted. Its own token and amount are those of
    /// the one that was paid, until then of the first.
    #[serde(default)]
    pub options: Vec<PaymentOption>,
    #[serde(default)]
    pub items: Vec<Item>,
    #[serde(default)]
    pub customer: Option<Customer>,
    /// The campaign that the customer may give to in the same transaction.
    #[serde(default)]
    pub donation: Option<Donation>,
    /// What the rules said when it was created, and why.
    #[serde(default)]
    pub decision: Option<Decision>,
    /// Of a payment that was made in addition to another, by somebody who held another of its transactions: that one.
    #[serde(default)]
    pub duplicate_of: Option<String>,
    /// The payment link that it was made by.
    #[serde(default)]
    pub link: Option<String>,
    /// When the merchant took the request back.
    #[serde(default)]
    pub cancelled_at: Option<DateTime<Utc>>,
    /// What can be ordered now. An event, which is read later, does not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<Available>,
    /// How sure the last change is. `unseen`: not on the chain up to `indexed_through_slot`, and it may still come, unless
    /// `status` is `expired`: then it provably never will. `confirmed`: on the chain, and a fork could undo it.
    /// `finalized`: it stays.
    pub finality: Finality,
    /// How many changes there have been on the chain. Of two descriptions of a payment the one with
    /// the higher sequence is the newer.
    pub sequence: i64,
    /// Whether its account on the chain is gone, and the rent with it.
    pub closed: bool,
    /// How far the chain was known when this was said: what is not here had not happened by then.
    pub indexed_through_slot: Option<i64>,
    /// Everything up to this slot is final.
    pub finalized_slot: Option<i64>,
    pub created_at: DateTime<Utc>,
    /// Oldest first.
    pub transactions: Vec<Transaction>,
    /// Whether plain transfers to the merchant's wallet that name this payment are looked for.
    #[serde(default)]
    pub accepts_transfer: bool,
    /// The wallet that they go to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_wallet: Option<String>,
    /// Those that were found, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<Transfer>,
}

/// What was asked for, in a currency or in another token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Price {
    #[schema(example = "19.90")]
    pub amount: String,
    #[schema(example = "EUR")]
    pub currency: String,
}

/// A payee beside the merchant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaymentShare {
    pub wallet: String,
    /// Of what the protocol's fee leaves, in basis points.
    pub bps: i32,
    /// What it has been paid, in sum.
    pub paid: Money,
}

impl Payment {
    /// What is to be said of a payment, given what is known of it.
    pub fn assemble(
        gateway: &GatewayPayment,
        chain: Option<&ChainPayment>,
        transactions: &[TransactionRecord],
        transfers: &[TransferRecord],
        progress: Option<Progress>,
    ) -> Self {
        let decimals = gateway.decimals();
        let finalized_slot = progress.map(|progress| progress.finalized_slot);
        let of_chain =
            |amount: fn(&ChainPayment) -> Amount| Money::new(chain.map_or(Amount::ZERO, amount), decimals);
        let share = |split: &Share| PaymentShare {
            wallet: split.wallet.clone(),
            bps: i32::from(split.bps),
            paid: Money::new(paid(chain, &split.wallet), decimals),
        };
        let known = gateway.clone();
        Self {
            id: known.id,
            address: known.address,
            merchant: known.merchant_id,
            store: known.store_id,
            status: PaymentStatus::derive(Facts {
                chain,
                is_reverted: transactions.iter().any(TransactionRecord::was_opening_reverted),
                is_late: gateway.was_paid_late(),
                is_immediate: gateway.is_immediate(),
                received: Received::of(gateway, transfers),
                is_cancelled: gateway.cancelled_at.is_some(),
                is_expired: progress.is_some_and(|now| now.block_time >= gateway.authorization_expiry),
            }),
            mint: known.mint,
            symbol: known.symbol,
            decimals,
            amount: Money::new(gateway.amount, decimals),
            capturable: of_chain(|chain| chain.capturable),
            captured: of_chain(|chain| chain.captured),
            refunded: of_chain(|chain| chain.refunded),
            refundable: of_chain(ChainPayment::refundable),
            fees: of_chain(|chain| chain.fees),
            capture_mode: known.capture_mode,
            payer: chain.map(|chain| chain.payer.clone()),
            authorization_expires_at: known.authorization_expiry,
            refund_expires_at: known.refund_expiry,
            capture_from: chain.map_or(known.capture_from, |chain| chain.capture_from),
            arbiter: chain.map_or(known.arbiter, |chain| chain.arbiter.clone()),
            dispute_expires_at: chain.and_then(|chain| chain.dispute_expiry),
            splits: known.splits.iter().map(share).collect(),
            order_reference: known.order_reference,
            description: known.description,
            redirect_url: known.redirect_url,
            metadata: known.metadata,
            price: known
                .price_amount
                .zip(known.price_currency)
                .map(|(amount, currency)| Price { amount: amount.normalize().to_string(), currency }),
            options: known.options.into_iter().map(PaymentOption::from).collect(),
            items: known.items,
            customer: known.customer,
            donation: known.donation,
            decision: known.decision,
            duplicate_of: known.duplicate_of,
            link: known.link_id,
            cancelled_at: known.cancelled_at,
            available: None,
            finality: Finality::of(chain.map(|chain| chain.slot), finalized_slot),
            sequence: chain.map_or(0, |chain| chain.sequence),
            closed: chain.is_some_and(|chain| chain.closed),
            indexed_through_slot: progress.map(|progress| progress.slot),
            finalized_slot,
            created_at: known.created_at,
            transactions: transactions
                .iter()
                .map(|record| Transaction::new(record, decimals, finalized_slot))
                .collect(),
            accepts_transfer: known.accepts_transfer,
            transfer_wallet: known.transfer_wallet,
            transfers: transfers.iter().map(Transfer::new).collect(),
        }
    }
}

/// What a payee has been paid so far. A wallet that stands twice in the terms has one row for each; the sum is shown.
fn paid(chain: Option<&ChainPayment>, wallet: &str) -> Amount {
    let splits: &[ChainSplit] = chain.map_or(&[], |chain| &chain.splits);
    Amount(splits.iter().filter(|split| split.wallet == wallet).map(|split| split.paid.0).sum())
}
