//! A way to pay: terms of its own, and the address that they hash to.

use anyhow::{Context, Result};
use chrono::Utc;
use solana_pubkey::Pubkey;
use till::Terms;
use till_store::PaymentId;
use till_store::domain::OptionRecord;

use super::accepted::Accepted;
use super::pricing::Priced;

/// The option that asks for `priced` in `token`, under an id of its own and otherwise the terms of `template`.
pub fn option(
    template: &Terms,
    merchant: &Pubkey,
    id: PaymentId,
    token: &Accepted,
    priced: Priced,
) -> Result<OptionRecord> {
    let terms = Terms { id: id.0, mint: token.mint, amount: priced.amount.0, ..template.clone() };
    let (terms, address) = terms.salted(merchant).context("no salt gives an address")?;
    let vault = token.vault(id);
    Ok(OptionRecord {
        terms_id: id.to_string(),
        address: address.to_string(),
        mint: token.mint.to_string(),
        symbol: token.symbol.clone(),
        token_program: vault.token_program.clone(),
        decimals: vault.decimals,
        shard: vault.shard,
        amount: priced.amount,
        salt: i16::from(terms.salt),
        quote: priced.quote,
        quote_expires_at: priced.quote_expires_at,
        paid_at: None,
        created_at: Utc::now(),
    })
}
