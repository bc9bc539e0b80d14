//! What a payer says in a dispute, signed by its wallet: the specification's flow of a message.

use chrono::{TimeDelta, Utc};
use till_store::domain::SignedText;
use till_store::gateway::payments::KnownPayment;

use super::answer::{Action, Icon, LinkedAction, Next, Parameter, PostAnswer};
use super::asked::{MessageSigned, Values};
use super::message::SignMessageData;
use crate::auth::siws;
use crate::gateway::Gateway;
use crate::payments::{checkout, statement};
use crate::problem::{Code, Problem, Result};
use crate::wallet;

/// For how long a text can be signed.
const MINUTES: i64 = 10;
/// Sets the states of statements apart from others.
const PURPOSE: &str = "statement";

/// The button that asks what the payer has to say.
pub fn button(payment_id: &str) -> LinkedAction {
    let field = Parameter::textarea("statement", "What happened?", 1..=statement::MAX_TEXT);
    LinkedAction::message(href(payment_id), "Sign your statement").asking(field)
}

fn href(payment_id: &str) -> String {
    format!("/actions/dispute/{payment_id}/statement")
}

/// The text that `account` is to sign.
pub async fn ask(gateway: &Gateway, payment_id: &str, account: &str, values: &Values) -> Result<PostAnswer> {
    let known = checkout::find(gateway, payment_id).await?;
    let wallet = wallet::parse(account)?;
    // As forms in browsers write the ends of lines.
    let text = values.statement.as_deref().unwrap_or_default().replace("\r\n", "\n");
    statement::require_acceptable(&known, account, &text)?;
    let (chain, now) = (gateway.blockchain.id(&gateway.chain).await?, Utc::now());
    let words = format!("{}{text}", preamble(&known));
    let data = SignMessageData::new(&gateway.public_url, chain, &wallet, words, now);
    let expires_at = now + TimeDelta::minutes(MINUTES);
    let state = gateway.state_key.state(&[PURPOSE, payment_id, &data.text(), &data.statement], expires_at);
    let links = Next::asked_at(format!("{}/next", href(payment_id)));
    Ok(PostAnswer::Message { data, state, links })
}

/// Keeps what was signed as evidence. Whoever brings it twice is told the same.
pub async fn keep(gateway: &Gateway, payment_id: &str, signed: &MessageSigned) -> Result<Action> {
    let known = checkout::find(gateway, payment_id).await?;
    let wallet = wallet::parse(&signed.account)?;
    let (text, data) = (signed.data.text(), &signed.data);
    // The statement besides the text: the same text could be divided into other fields.
    let handed_out = [PURPOSE, payment_id, &text, &data.statement];
    let is_ours = gateway.state_key.holds(&signed.state, &handed_out, Utc::now());
    if !is_ours || data.address != signed.account {
        let detail = "this text was not handed out to this wallet in the last minutes; ask for it again";
        return Err(Problem::new(Code::StateInvalid, detail));
    }
    if !siws::is_signed(&wallet, &text, &signed.signature, None) {
        return Err(Problem::new(Code::SignatureInvalid, "this is not the wallet's signature of the text"));
    }
    let proof = SignedText { message: text, signature: signed.signature.clone() };
    let said = data.statement.strip_prefix(&preamble(&known)).unwrap_or(&data.statement);
    let evidence = statement::keep(gateway, &known, &signed.account, said, proof).await?;
    let description = format!(
        "Your statement about payment {payment_id} is kept as evidence {}, SHA-256 {}. {} and the arbiter can read it.",
        evidence.id, evidence.sha256, known.merchant_name
    );
    let title = "Statement given";
    Ok(Action::new(&gateway.public_url, Icon::Dispute, title, description, "Statement given").completed())
}

/// What stands before the payer's words, so that nobody can take them for words about something else.
fn preamble(known: &KnownPayment) -> String {
    let payment = &known.payment;
    let amount = checkout::amount_in_words(payment, payment.amount.0);
    format!("I dispute payment {} of {amount} to {}.\n\n", payment.id, known.merchant_name)
}
