//! The tokens that a merchant accepts, and the vaults that are open for them.

use solana_pubkey::Pubkey;
use sqlx::PgConnection;
use till::client::shard_of;
use till_store::PaymentId;
use till_store::gateway::merchants::{self, OpenVault};
use till_store::gateway::tokens;

use super::terms::pubkey;
use crate::problem::{Code, Result};

/// What a field is, or why it is refused.
pub type Field<T> = std::result::Result<T, (Code, String)>;

/// A mint that the merchant accepts.
pub struct Accepted {
    pub mint: Pubkey,
    /// The token's name, if it has one here.
    pub symbol: Option<String>,
    vaults: Vec<OpenVault>,
}

impl Accepted {
    pub fn decimals(&self) -> u8 {
        self.vaults[0].decimals.unsigned_abs() as u8
    }

    /// The shard is taken from the id, so that a merchant's payments spread over the vaults.
    pub fn vault(&self, id: PaymentId) -> &OpenVault {
        &self.vaults[usize::from(shard_of(&id.0, self.vaults.len() as u16))]
    }
}

/// The token that is named by its symbol or the address of its mint, if the merchant at `merchant_address` has a
/// vault that takes payments in it.
pub async fn find(db: &mut PgConnection, merchant_address: &str, token: &str) -> Result<Field<Accepted>> {
    let refused = |detail: String| Ok(Err((Code::TokenNotAccepted, detail)));
    let named = tokens::find(&mut *db, token).await?;
    let mint = match &named {
        Some(named) => pubkey(&named.mint)?,
        None => match token.parse() {
            Ok(mint) => mint,
            Err(_) => return refused("neither a known symbol nor the address of a mint".to_owned()),
        },
    };
    let vaults = merchants::open_vaults(db, merchant_address, &mint.to_string()).await?;
    if vaults.is_empty() {
        return refused(format!("the merchant has no vault that takes payments in the mint {mint}"));
    }
    Ok(Ok(Accepted { mint, symbol: named.map(|named| named.symbol), vaults }))
}
