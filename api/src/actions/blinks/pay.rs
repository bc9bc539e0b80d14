//! Paying what a merchant has asked for.

use rust_decimal::Decimal;
use till_store::domain::{GatewayPayment, Money, OptionRecord, TransactionKind};
use till_store::gateway::payments::KnownPayment;

use super::Blink;
use crate::actions::answer::{Action, Choice, Icon, LinkedAction, Parameter};
use crate::actions::asked::{Signed, Values};
use crate::actions::landed;
use crate::gateway::Gateway;
use crate::payments::checkout::{self, WalletRequest, amount_in_words};
use crate::payments::transfers;
use crate::problem::{Code, Problem, Result};
use crate::wallet::{self, TransactionForWallet};

pub async fn show(gateway: &Gateway, id: &str) -> Result<Action> {
    let known = checkout::find(gateway, id).await?;
    let action = shown(gateway, &known);
    Ok(match require_payable(gateway, &known).await {
        Ok(()) => action,
        Err(problem) => match label_of(problem.code) {
            Some(label) => action.closed(label, problem.detail),
            None => return Err(problem),
        },
    })
}

async fn require_payable(gateway: &Gateway, known: &KnownPayment) -> Result<()> {
    checkout::require_payable(known)?;
    if transfers::have_paid(gateway, &known.payment).await? {
        return Err(checkout::already_paid());
    }
    Ok(())
}

/// What stands on the button of a payment that cannot be paid any more.
fn label_of(code: Code) -> Option<&'static str> {
    match code {
        Code::PaymentAlreadyPaid => Some("Paid"),
        Code::PaymentCancelled => Some("Cancelled"),
        Code::PaymentExpired => Some("Expired"),
        _ => None,
    }
}

fn shown(gateway: &Gateway, known: &KnownPayment) -> Action {
    let payment = &known.payment;
    let label = match several(payment) {
        Some(_) => "Pay".to_owned(),
        None => format!("Pay {}", amount_in_words(payment, payment.amount.0)),
    };
    let mut button = LinkedAction::transaction(Blink::Pay.href(&payment.id), &label);
    if let Some(options) = several(payment) {
        button = button.asking(Parameter::radio("token", "Pay in", options.iter().map(choice).collect()));
    }
    if let Some(gift) = gift(payment) {
        button = button.asking(gift);
    }
    let action =
        Action::new(&gateway.public_url, Icon::Pay, &known.merchant_name, description(known), &label);
    action.with(vec![button])
}

/// The tokens that it can be paid in, if there is a choice.
fn several(payment: &GatewayPayment) -> Option<&[OptionRecord]> {
    (payment.options.len() > 1).then_some(payment.options.as_slice())
}

fn choice(option: &OptionRecord) -> Choice {
    let symbol = option.symbol.as_deref().unwrap_or(&option.mint);
    let amount = Money::new(option.amount, option.decimals()).value;
    // Amounts of quotes are made again when they have ended, so one that was converted is told as roughly that.
    let about = if option.quote_expires_at.is_some() { "about " } else { "" };
    Choice::new(format!("{about}{amount} {symbol}"), option.mint.as_str())
}

/// What may be given beside it.
fn gift(payment: &GatewayPayment) -> Option<Parameter> {
    let offered = payment.donation.as_ref().filter(|offered| !offered.suggested.is_empty())?;
    let amounts =
        offered.suggested.iter().map(|amount| Choice::new(format!("Give {amount}"), amount.as_str()));
    let choices = std::iter::once(Choice::new("Give nothing", "")).chain(amounts).collect();
    Some(Parameter::select("donation", "Add a donation", choices).optional())
}

/// A price as people write it: with two digits behind the point, or as many as it has.
fn with_cents(price: Decimal) -> Decimal {
    let mut price = price.normalize();
    price.rescale(price.scale().max(2));
    price
}

fn description(known: &KnownPayment) -> String {
    let payment = &known.payment;
    let amount = match (payment.price_amount, &payment.price_currency) {
        (Some(price), Some(currency)) => format!("{} {currency}", with_cents(price)),
        _ => amount_in_words(payment, payment.amount.0),
    };
    let mut sentences = vec![match &payment.description {
        Some(what) => format!("{amount} to {}: {what}.", known.merchant_name),
        None => format!("{amount} to {}.", known.merchant_name),
    }];
    sentences.extend(payment.items.iter().map(|item| format!("{} × {}.", item.quantity, item.name)));
    sentences.push(match (payment.is_immediate(), &payment.capture_from) {
        (true, _) => "The merchant is paid at once.".to_owned(),
        (false, Some(from)) => format!(
            "The money waits in escrow until you release it, at the latest until {}; till then you can dispute.",
            from.format("%-d %B %Y, %H:%M UTC")
        ),
        (false, None) => "The money waits in escrow until the merchant takes it; if it does not, you get it back."
            .to_owned(),
    });
    sentences.push(format!("To be paid by {}.", payment.pay_by().format("%-d %B %Y, %H:%M UTC")));
    sentences.join(" ")
}

pub async fn take(
    gateway: &Gateway,
    id: &str,
    account: &str,
    values: &Values,
) -> Result<TransactionForWallet> {
    let Values { token, donation, .. } = values.clone();
    let request = WalletRequest { account: account.to_owned(), token, donation, sponsor: None };
    checkout::transaction(gateway, id, &request).await
}

pub async fn next(gateway: &Gateway, id: &str, signed: &Signed) -> Result<Action> {
    checkout::find(gateway, id).await?;
    let wallet = wallet::parse(&signed.account)?.to_string();
    let paid = landed::operation(gateway, id, &signed.signature, TransactionKind::opens).await?;
    let known = checkout::find(gateway, id).await?;
    if known.chain.as_ref().is_none_or(|chain| chain.payer != wallet) {
        return Err(Problem::new(Code::SignerNotAllowed, "another wallet has paid this payment"));
    }
    let (payment, to) = (&known.payment, &known.merchant_name);
    let amount = amount_in_words(payment, paid.amount.0);
    let what = match paid.kind {
        TransactionKind::Charge => format!("{amount} are paid to {to}."),
        _ => format!("{amount} to {to} are in escrow at {}.", payment.address),
    };
    let description = format!("{what} Payment {id}, transaction {}.", signed.signature);
    Ok(Action::new(&gateway.public_url, Icon::Pay, to, description, "Paid").completed())
}
