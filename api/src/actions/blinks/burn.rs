//! Burning tokens.

use solana_pubkey::Pubkey;
use till::pda;
use till_store::Amount;
use till_store::domain::Money;

use super::{Blink, symbol, words};
use crate::actions::answer::{Action, Icon, LinkedAction, Parameter};
use crate::actions::asked::{Signed, Values};
use crate::actions::landed::{self, Looked};
use crate::burns::{self, Burns};
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::wallet::TransactionForWallet;

pub async fn show(gateway: &Gateway, mint: &str) -> Result<Action> {
    let burns = burns::find(gateway, mint).await?;
    let amount = format!("Amount in {}", symbol(burns.symbol.as_deref()));
    let amount = Parameter::amount("amount", amount, burns.decimals, Amount(1), None);
    let button = LinkedAction::transaction(Blink::Burn.href(mint), "Burn").asking(amount);
    let description = format!("{} What is burned is gone for ever.", so_far(&burns));
    Ok(action(gateway, &burns, description, "Burn").with(vec![button]))
}

pub async fn take(
    gateway: &Gateway,
    mint: &str,
    account: &str,
    values: &Values,
) -> Result<TransactionForWallet> {
    burns::burn(gateway, mint, account, values.amount()?).await
}

pub async fn next(gateway: &Gateway, mint: &str, signed: &Signed) -> Result<Action> {
    let unknown = || Problem::new(Code::MintNotFound, format!("there is no mint {mint}"));
    let address: Pubkey = mint.parse().map_err(|_| unknown())?;
    let record = pda::burn_record(&address).0.to_string();
    let looked = Looked { subject: &record, event: "Burned", wallet: "/owner", signed };
    let amount = landed::sum(&landed::events(gateway, looked).await?, "/amount")?;
    let burns = burns::find(gateway, mint).await?;
    let amount = words(&Money::new(amount, burns.decimals), burns.symbol.as_deref());
    let description = format!("{amount} burned. {} Transaction {}.", so_far(&burns), signed.signature);
    Ok(action(gateway, &burns, description, "Burned").completed())
}

fn action(gateway: &Gateway, burns: &Burns, description: String, label: &str) -> Action {
    let title = format!("Burn {}", symbol(burns.symbol.as_deref()));
    Action::new(&gateway.public_url, Icon::Burn, &title, description, label)
}

fn so_far(burns: &Burns) -> String {
    let symbol = burns.symbol.as_deref();
    format!("{} burned so far, {} left.", words(&burns.burned.total, symbol), words(&burns.supply, symbol))
}
