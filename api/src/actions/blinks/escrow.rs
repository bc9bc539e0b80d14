//! What a payer does with money in escrow: releases it to the merchant, or disputes it.

use chrono::{DateTime, Utc};
use till_store::Amount;
use till_store::domain::{ChainPayment, TransactionKind};
use till_store::gateway::payments::KnownPayment;

use super::Blink;
use crate::actions::answer::{Action, Icon, LinkedAction};
use crate::actions::asked::Signed;
use crate::actions::landed;
use crate::actions::statement;
use crate::gateway::Gateway;
use crate::payments::checkout::{self, amount_in_words};
use crate::payments::unsigned::{self, Action as Payers};
use crate::problem::{Code, Problem, Result};
use crate::wallet::{self, TransactionForWallet};

const NOT_PAID: &str = "this payment has not been seen on the chain yet";
const NOTHING_LEFT: &str = "nothing of this payment is in escrow any more";

pub async fn show_release(gateway: &Gateway, id: &str) -> Result<Action> {
    let known = checkout::find(gateway, id).await?;
    let escrow = in_escrow(&known);
    let description = format!(
        "You confirm that you have got what you paid for, and {} gets the {escrow} in escrow. It cannot be undone.",
        known.merchant_name
    );
    let label = format!("Release {escrow}");
    let action = Action::new(&gateway.public_url, Icon::Pay, &known.merchant_name, description, &label);
    Ok(match held(&known) {
        Ok(_) => action.with(vec![LinkedAction::transaction(Blink::Release.href(id), label)]),
        Err(reason) => action.closed("Nothing to release", reason),
    })
}

pub async fn show_dispute(gateway: &Gateway, id: &str) -> Result<Action> {
    let known = checkout::find(gateway, id).await?;
    Ok(dispute_action(gateway, &known))
}

fn dispute_action(gateway: &Gateway, known: &KnownPayment) -> Action {
    let (id, escrow, merchant) = (&known.payment.id, in_escrow(known), &known.merchant_name);
    let action = |description: String, label: &str| {
        Action::new(
            &gateway.public_url,
            Icon::Dispute,
            &format!("Dispute with {merchant}"),
            description,
            label,
        )
    };
    match disputable(known, Utc::now()) {
        Ok(Standing::Disputed { until }) => {
            let description = format!(
                "{escrow} paid to {merchant} are disputed. An arbiter decides by {}; if none does, the money is \
                 yours. Say what happened: your wallet signs it, which costs nothing.",
                until.format("%-d %B %Y, %H:%M UTC")
            );
            action(description, "Sign your statement").with(vec![statement::button(id)])
        }
        Ok(Standing::Disputable) => {
            let description = format!(
                "You stop {merchant} from taking the {escrow} in escrow. An arbiter decides who gets them; if none \
                 does in time, the money is yours."
            );
            let label = format!("Dispute {escrow}");
            action(description, &label).with(vec![LinkedAction::transaction(Blink::Dispute.href(id), label)])
        }
        Err(reason) => {
            let description = format!("Payment {id} to {merchant}.");
            action(description, "Dispute").closed("No dispute possible", reason)
        }
    }
}

/// How a payment with money in escrow stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Disputable,
    Disputed { until: DateTime<Utc> },
}

/// Whether the payer can dispute, by the program's rules: while something is in escrow and the authorization holds.
fn disputable(known: &KnownPayment, now: DateTime<Utc>) -> std::result::Result<Standing, &'static str> {
    let chain = held(known)?;
    if let Some(until) = chain.dispute_expiry {
        return Ok(Standing::Disputed { until });
    }
    match chain.capture_from.filter(|_| chain.arbiter.is_some()) {
        None => Err("this payment is not protected, so it has no arbiter"),
        Some(_) if now >= known.payment.authorization_expiry => {
            Err("the time to dispute this payment is over")
        }
        Some(_) => Ok(Standing::Disputable),
    }
}

fn held(known: &KnownPayment) -> std::result::Result<&ChainPayment, &'static str> {
    let chain = known.chain.as_ref().ok_or(NOT_PAID)?;
    if chain.closed || chain.capturable == Amount::ZERO { Err(NOTHING_LEFT) } else { Ok(chain) }
}

fn in_escrow(known: &KnownPayment) -> String {
    let amount = known.chain.as_ref().map_or(known.payment.amount, |chain| chain.capturable);
    amount_in_words(&known.payment, amount.0)
}

pub async fn release(gateway: &Gateway, id: &str, account: &str) -> Result<TransactionForWallet> {
    unsigned::action(gateway, id, Payers::Release, account, None).await
}

pub async fn dispute(gateway: &Gateway, id: &str, account: &str) -> Result<TransactionForWallet> {
    unsigned::action(gateway, id, Payers::Dispute, account, None).await
}

pub async fn released(gateway: &Gateway, id: &str, signed: &Signed) -> Result<Action> {
    let (known, amount) = done(gateway, id, signed, |kind| kind == TransactionKind::Release).await?;
    let (amount, merchant) = (amount_in_words(&known.payment, amount.0), &known.merchant_name);
    let description =
        format!("{amount} are released to {merchant}. Payment {id}, transaction {}.", signed.signature);
    Ok(Action::new(&gateway.public_url, Icon::Pay, merchant, description, "Released").completed())
}

/// After the dispute comes the question what happened.
pub async fn disputed(gateway: &Gateway, id: &str, signed: &Signed) -> Result<Action> {
    let (known, _) = done(gateway, id, signed, |kind| kind == TransactionKind::Dispute).await?;
    Ok(dispute_action(gateway, &known))
}

/// The payment after its payer has done to it what is meant, and the amount.
async fn done(
    gateway: &Gateway,
    id: &str,
    signed: &Signed,
    is_meant: fn(TransactionKind) -> bool,
) -> Result<(KnownPayment, Amount)> {
    checkout::find(gateway, id).await?;
    let wallet = wallet::parse(&signed.account)?.to_string();
    let operation = landed::operation(gateway, id, &signed.signature, is_meant).await?;
    let known = checkout::find(gateway, id).await?;
    match &known.chain {
        Some(chain) if chain.payer == wallet => Ok((known, operation.amount)),
        _ => Err(Problem::new(Code::SignerNotAllowed, "another wallet has paid this payment")),
    }
}
