//! From a currency to the tokens that are taken for it.

use sqlx::PgConnection;
use till_store::gateway::barion::shops::{self, Settings, Shop};

use super::error::{ErrorCode, Refusal};

/// What a payment in a currency asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// The currency, unless it is the token itself.
    pub currency: Option<String>,
    /// The token, where it is the currency.
    pub token: Option<String>,
    /// The mints that are taken at the rate of the moment, the preferred one first.
    pub accepted: Vec<String>,
}

/// The token of that name if the merchant takes it; else those that the shop has chosen for the currency; else all that
/// the merchant has vaults for.
pub async fn tokens(
    db: &mut PgConnection,
    shop: &Shop,
    settings: &Settings,
    currency: &str,
) -> Result<Tokens, Refusal> {
    let vaults = shops::accepted(&mut *db, &shop.merchant_address).await?;
    let chosen = settings.currency_tokens.get(&currency.to_uppercase());
    let is_itself =
        |symbol: &Option<String>| symbol.as_deref().is_some_and(|s| s.eq_ignore_ascii_case(currency));
    if let Some((mint, _)) = vaults.iter().find(|(_, symbol)| chosen.is_none() && is_itself(symbol)) {
        return Ok(Tokens { currency: None, token: Some(mint.clone()), accepted: Vec::new() });
    }
    let accepted: Vec<String> = match chosen {
        None => vaults.into_iter().map(|(mint, _)| mint).collect(),
        Some(names) => {
            let named = |name: &String| {
                let is_named = |(mint, symbol): &&(String, Option<String>)| {
                    mint == name || symbol.as_ref() == Some(name)
                };
                vaults.iter().find(is_named).map(|(mint, _)| mint.clone())
            };
            names.iter().filter_map(named).collect()
        }
    };
    if accepted.is_empty() {
        let detail = format!("the merchant has no vault for a token that is taken for {currency}");
        return Err(Refusal::new(ErrorCode::InvalidCurrency, detail));
    }
    Ok(Tokens { currency: Some(currency.to_uppercase()), token: None, accepted })
}
