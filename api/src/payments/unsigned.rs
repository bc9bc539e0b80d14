//! Transactions for those who sign by themselves: merchants whose key is not with us, payers and arbiters.
//!
//! Nothing is recorded for them. What is done with them the indexer sees, as it sees everything.

use serde::{Deserialize, Serialize};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till_store::Amount;
use till_store::domain::{ChainPayment, Money, TransactionKind};
use till_store::gateway::operations::{self, Ordered, Parties};
use till_store::gateway::payments::{self, KnownPayment};
use utoipa::ToSchema;

use super::building::Building;
use super::create::not_found;
use super::rules::{self, Order};
use super::terms::{OnChain, pubkey};
use crate::auth::Identity;
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::wallet::{self, Signable, TransactionForWallet};

/// What payers and arbiters do, and what anyone may send for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PaymentAction)]
pub enum Action {
    /// The payer gives the merchant everything in escrow.
    Release,
    /// The payer stops captures until the arbiter decides.
    Dispute,
    /// The arbiter ends a dispute: the merchant gets `amount`, the payer the rest.
    Resolve,
    /// Anyone has everything in escrow given back to the payer, once the merchant cannot capture it any more.
    Reclaim,
    /// Anyone has the payment's account closed, and its rent given back, when nothing can happen any more.
    Close,
}

/// The transaction by which `signer`, the merchant's authority or operator, carries out what could be ordered. A
/// refund is paid from the tokens of the wallet `source`, if there is one, which signs too.
///
/// It is refused while something that was ordered is under way: both would count on the same money.
pub async fn of_merchant(
    gateway: &Gateway,
    merchant: &Identity,
    payment_id: &str,
    order: &Order,
    signer: &str,
    source: Option<&str>,
) -> Result<TransactionForWallet> {
    let (known, parties) = on_chain(gateway, payment_id).await?;
    let is_stores = merchant.only_store().is_none_or(|store| store == known.payment.store_id);
    if known.payment.merchant_id != merchant.merchant_id || !is_stores {
        return Err(not_found(payment_id));
    }
    let parties = parties.ok_or_else(not_authorized)?;
    let signer = wallet::parse(signer)?;
    let is_merchants =
        [&parties.authority, &parties.operator].into_iter().flatten().any(|key| *key == signer.to_string());
    if !is_merchants {
        return Err(not_allowed("the merchant's authority or operator"));
    }
    let source = source.map(wallet::parse).transpose()?;
    let mut db = gateway.pool.acquire().await?;
    let ordered = operations::ordered(&mut db, payment_id).await?.ok_or_else(not_authorized)?;
    drop(db);
    if ordered.standing.is_busy() {
        let detail = "an operation that was ordered is under way; wait until it is confirmed or failed";
        return Err(Problem::new(Code::OperationInProgress, detail));
    }
    let (what, instructions) = built(&known, &signer, order, &ordered, source)?;
    handed_out(gateway, &known, &signer, instructions, what).await
}

/// What a merchant does, in words and as instructions.
fn built(
    known: &KnownPayment,
    signer: &Pubkey,
    order: &Order,
    ordered: &Ordered,
    source: Option<Pubkey>,
) -> Result<(String, Vec<Instruction>)> {
    let building = Building::new(known, signer)?;
    if let (Order::Refund { amount }, Some(source)) = (order, source) {
        let amount = rules::refund_from_wallet(&ordered.standing, amount.as_deref())?;
        let what = format!("Refund {} from the tokens of {source}", money(known, amount));
        return Ok((what, building.refund(amount, Some(source))));
    }
    let decision = order.decide(ordered)?;
    let amount = money(known, decision.amount);
    Ok(match decision.kind {
        TransactionKind::Capture => {
            let instructions = building.capture(decision.amount, decision.is_final, decision.pay_out)?;
            (format!("Capture {amount}"), instructions)
        }
        TransactionKind::Void => (format!("Give {amount} back"), building.void()),
        _ => (format!("Refund {amount} from the balance"), building.refund(decision.amount, None)),
    })
}

/// The transaction by which the wallet `account` acts on a payment that it has to do with.
pub async fn action(
    gateway: &Gateway,
    payment_id: &str,
    action: Action,
    account: &str,
    amount: Option<&str>,
) -> Result<TransactionForWallet> {
    let (known, parties) = on_chain(gateway, payment_id).await?;
    let (Some(chain), Some(parties)) = (&known.chain, parties) else { return Err(not_authorized()) };
    let signer = wallet::parse(account)?;
    require_role(action, chain, &signer)?;
    let building = Building::new(&known, &signer)?;
    let escrow = money(&known, chain.capturable);
    let (what, instructions) = match action {
        Action::Release => (format!("Release {escrow} to {}", known.merchant_name), building.release()),
        Action::Dispute => (format!("Dispute {escrow} paid to {}", known.merchant_name), building.dispute()),
        Action::Resolve => {
            let amount = decided(&known, chain, amount)?;
            let what = format!(
                "Give {} to {} and the rest to the payer",
                money(&known, amount),
                known.merchant_name
            );
            (what, building.resolve(amount))
        }
        Action::Reclaim => {
            let mut instructions = building.reclaim();
            if chain.payer == signer.to_string() {
                let token = OnChain::of(&known)?.vault.token;
                instructions.extend(wallet::receiving(gateway, &token, &signer).await?.after);
            }
            (format!("Give {escrow} back to the payer"), instructions)
        }
        Action::Close => {
            ("Close the payment's account".to_owned(), building.close(&pubkey(&parties.rent_payer)?))
        }
    };
    handed_out(gateway, &known, &signer, instructions, what).await
}

fn require_role(action: Action, chain: &ChainPayment, signer: &Pubkey) -> Result<()> {
    let signer = signer.to_string();
    match action {
        Action::Release | Action::Dispute if chain.payer != signer => Err(not_allowed("the payer")),
        Action::Resolve if chain.arbiter.as_ref() != Some(&signer) => Err(not_allowed("the arbiter")),
        _ => Ok(()),
    }
}

/// What the arbiter gives the merchant, which may be nothing.
fn decided(known: &KnownPayment, chain: &ChainPayment, amount: Option<&str>) -> Result<Amount> {
    let invalid = |detail: String| Problem::new(Code::AmountInvalid, detail);
    let text = amount.ok_or_else(|| invalid("say how much the merchant is given; it may be 0".to_owned()))?;
    let amount = Money::parse(text, known.payment.decimals()).map_err(|error| invalid(error.to_string()))?;
    if amount > chain.capturable {
        let available = Money::new(chain.capturable, known.payment.decimals()).value;
        let problem = Problem::new(Code::AmountNotAvailable, format!("{available} is in escrow"));
        return Err(problem.with_available(available));
    }
    Ok(amount)
}

async fn on_chain(gateway: &Gateway, payment_id: &str) -> Result<(KnownPayment, Option<Parties>)> {
    let known = payments::find(&gateway.pool, payment_id).await?.ok_or_else(|| not_found(payment_id))?;
    let parties = operations::parties(&gateway.pool, payment_id).await?;
    Ok((known, parties))
}

/// A transaction that would succeed now, for `signer` to sign and to pay for.
async fn handed_out(
    gateway: &Gateway,
    known: &KnownPayment,
    signer: &Pubkey,
    instructions: Vec<Instruction>,
    what: String,
) -> Result<TransactionForWallet> {
    let message = format!("{what}: payment {}", known.payment.id);
    let seen_in = known.chain.as_ref().map(|chain| chain.slot.unsigned_abs());
    let memos = vec![known.payment.id.clone()];
    let signable = Signable { seen_in, memos, ..Signable::new(*signer, instructions, message) };
    signable.hand_out(gateway, wallet::refused).await
}

fn not_allowed(who: &str) -> Problem {
    Problem::new(Code::SignerNotAllowed, format!("it takes the signature of {who}"))
}

fn not_authorized() -> Problem {
    Problem::new(Code::PaymentNotAuthorized, "the payment has not been seen on the chain yet")
}

fn money(known: &KnownPayment, amount: Amount) -> String {
    let value = Money::new(amount, known.payment.decimals()).value;
    format!("{value} {}", known.payment.symbol.as_deref().unwrap_or("tokens"))
}
