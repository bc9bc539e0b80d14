//! Following a payment link: an amount is chosen, and a payment is made of it, which is paid like any other.

use till_store::gateway::links::Link;

use super::{Blink, pay};
use crate::actions::answer::{Action, Icon, LinkedAction, Next, Parameter, PostAnswer};
use crate::actions::asked::Values;
use crate::gateway::Gateway;
use crate::links::{self, Amounts};
use crate::problem::Result;

pub async fn show(gateway: &Gateway, id: &str) -> Result<Action> {
    let link = links::find(gateway, id).await?;
    let description = match &link.description {
        Some(more) => format!("{}. {more}", link.title),
        None => format!("{}.", link.title),
    };
    let action = Action::new(&gateway.public_url, Icon::Pay, &link.merchant_name, description, "Pay");
    if !link.active {
        return Ok(action.closed("Switched off", "the shop has switched this link off"));
    }
    Ok(action.with(buttons(&link)))
}

/// One for each amount that is suggested, and one with a field for any other. Nothing is signed yet, so they post.
fn buttons(link: &Link) -> Vec<LinkedAction> {
    let (amounts, href) = (Amounts::of(link), Blink::Link.href(&link.id));
    let button = |amount: &str| {
        LinkedAction::post(format!("{href}?amount={amount}"), &format!("Pay {amount} {}", amounts.unit))
    };
    if let Some(fixed) = amounts.fixed {
        return vec![button(fixed)];
    }
    let free = Parameter::decimal("amount", &format!("{amounts}"), amounts.least, amounts.most);
    let mut buttons: Vec<LinkedAction> = amounts.suggested.iter().map(|amount| button(amount)).collect();
    buttons.push(LinkedAction::post(href, "Pay").asking(free));
    buttons
}

/// The payment, as the Action that comes next: our server has nothing to look at in between.
pub async fn take(gateway: &Gateway, id: &str, values: &Values) -> Result<PostAnswer> {
    let payment = links::pay(gateway, id, values.amount.as_deref()).await?;
    let action = pay::show(gateway, &payment).await?;
    let message = format!("This is payment {payment}.");
    Ok(PostAnswer::Post { message, links: Next::inline(action) })
}
