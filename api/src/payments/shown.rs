//! What a checkout page shows: a payment as anyone may see it who has its link.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use till_store::domain::{
    Donation, Finality, Item, Money, Payment, PaymentOption, PaymentStatus, Price, Progress, Transaction,
    Transfer,
};
use till_store::view;
use utoipa::ToSchema;

use super::checkout;
use super::create::not_found;
use super::unsigned::Action;
use crate::answers::PaymentAnswer;
use crate::gateway::Gateway;
use crate::problem::Result;

/// A payment for its customer. What the merchant keeps to itself, such as the metadata and what rules said, is not here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Checkout {
    #[schema(example = "pay_0123456789abcdef0123456789abcdef")]
    pub id: String,
    /// Where it is, or will be, on the chain.
    pub address: String,
    #[schema(example = "Demo Shop")]
    pub merchant_name: String,
    pub status: PaymentStatus,
    pub finality: Finality,
    /// How many changes there have been on the chain. Of two answers the one with the higher sequence is the newer.
    pub sequence: i64,
    /// Whether its account on the chain is gone.
    pub closed: bool,
    pub mint: String,
    /// The token's name, if it has one here.
    #[schema(example = "USDC")]
    pub symbol: Option<String>,
    pub decimals: u8,
    pub amount: Money,
    /// What is in escrow.
    pub capturable: Money,
    /// What the merchant has been given.
    pub captured: Money,
    /// What of that has been paid back.
    pub refunded: Money,
    /// What was asked for, where that was a currency or another token's amount.
    pub price: Option<Price>,
    /// The ways to pay it, where there are several or its price was converted.
    pub options: Vec<PaymentOption>,
    pub description: Option<String>,
    pub items: Vec<Item>,
    pub order_reference: Option<String>,
    /// Where the shop wants the customer back.
    pub redirect_url: Option<String>,
    /// The campaign that the customer may give to in the same transaction.
    pub donation: Option<Donation>,
    /// `manual`: the money waits in escrow for the merchant. `immediate`: it is the merchant's at once.
    #[schema(example = "manual")]
    pub capture_mode: String,
    /// Until when it can be paid; what the merchant has not taken by then is the payer's again.
    pub authorization_expires_at: DateTime<Utc>,
    /// Until when the first of the amounts holds, if it was converted; then there are new ones.
    pub quote_expires_at: Option<DateTime<Utc>>,
    /// Until when the merchant can pay back what it has taken.
    pub refund_expires_at: DateTime<Utc>,
    /// Before it the merchant cannot take the money by itself.
    pub capture_from: Option<DateTime<Utc>>,
    /// Who decides if the payer disputes the payment, if the payer can.
    pub arbiter: Option<String>,
    /// Until when the open dispute can be decided; then the money is the payer's.
    pub dispute_expires_at: Option<DateTime<Utc>>,
    pub cancelled_at: Option<DateTime<Utc>>,
    /// The wallet that paid.
    pub payer: Option<String>,
    /// What the payer can do now, by `POST /pay/{id}/actions`.
    pub payer_actions: Vec<Action>,
    /// What happened to it on the chain, oldest first.
    pub transactions: Vec<Transaction>,
    /// The plain transfers that were found, oldest first.
    pub transfers: Vec<Transfer>,
    /// A Solana Pay transaction request.
    pub pay_url: String,
    /// The same for a QR code or a wallet: `solana:` and the link.
    pub solana_pay_url: String,
    /// A Solana Pay transfer request, where plain transfers are looked for.
    pub transfer_url: Option<String>,
    /// The page for people.
    pub checkout_url: String,
    /// When this was said. A countdown counts from here, and not from a clock that may be wrong.
    pub now: DateTime<Utc>,
}

/// The payment `id` as its checkout page shows it.
pub async fn find(gateway: &Gateway, id: &str) -> Result<Checkout> {
    let known = checkout::find(gateway, id).await?;
    let mut db = gateway.pool.acquire().await?;
    let payment = view::payment(&mut db, &known.payment.merchant_id, None, id).await?;
    let payment = payment.ok_or_else(|| not_found(id))?;
    let chain_time = view::progress(&mut db).await?.map(|Progress { block_time, .. }| block_time);
    let answer = PaymentAnswer::new(payment, &gateway.public_url);
    Ok(shown(answer, known.merchant_name, chain_time, Utc::now()))
}

fn shown(
    answer: PaymentAnswer,
    merchant_name: String,
    chain_time: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Checkout {
    let PaymentAnswer { payment, pay_url, solana_pay_url, transfer_url, checkout_url } = answer;
    let payer_actions = for_payer(&payment, chain_time.unwrap_or(now));
    let quote_expires_at = payment.options.iter().filter_map(|option| option.quote_expires_at).min();
    let transactions = payment.transactions.into_iter().filter(|transaction| transaction.slot.is_some());
    Checkout {
        id: payment.id,
        address: payment.address,
        merchant_name,
        status: payment.status,
        finality: payment.finality,
        sequence: payment.sequence,
        closed: payment.closed,
        mint: payment.mint,
        symbol: payment.symbol,
        decimals: payment.decimals,
        amount: payment.amount,
        capturable: payment.capturable,
        captured: payment.captured,
        refunded: payment.refunded,
        price: payment.price,
        options: payment.options,
        description: payment.description,
        items: payment.items,
        order_reference: payment.order_reference,
        redirect_url: payment.redirect_url,
        donation: payment.donation,
        capture_mode: payment.capture_mode,
        authorization_expires_at: payment.authorization_expires_at,
        quote_expires_at,
        refund_expires_at: payment.refund_expires_at,
        capture_from: payment.capture_from,
        arbiter: payment.arbiter,
        dispute_expires_at: payment.dispute_expires_at,
        cancelled_at: payment.cancelled_at,
        payer: payment.payer,
        payer_actions,
        transactions: transactions.collect(),
        transfers: payment.transfers,
        pay_url,
        solana_pay_url,
        transfer_url,
        checkout_url,
        now,
    }
}

/// What the program lets the payer do when the chain's clock shows `now`, in the order of who gains by it.
fn for_payer(payment: &Payment, now: DateTime<Utc>) -> Vec<Action> {
    let in_escrow = payment.capturable.base_units != "0";
    let is_over = now >= payment.authorization_expires_at;
    let can_reclaim = match payment.dispute_expires_at {
        Some(decided_by) => now >= decided_by,
        None => is_over,
    };
    let can_dispute = payment.arbiter.is_some() && payment.dispute_expires_at.is_none() && !is_over;
    let is_settled = payment.refundable.base_units == "0" || now >= payment.refund_expires_at;
    let is_open = payment.payer.is_some() && !payment.closed;
    [
        (Action::Release, in_escrow),
        (Action::Dispute, in_escrow && can_dispute),
        (Action::Reclaim, in_escrow && can_reclaim),
        (Action::Close, !in_escrow && is_over && is_settled),
    ]
    .into_iter()
    .filter_map(|(action, is_allowed)| (is_open && is_allowed).then_some(action))
    .collect()
}
