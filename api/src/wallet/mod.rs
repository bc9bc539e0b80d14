//! What wallets are handed: transactions to sign, none of which would fail now.

mod priority;
mod qr;
mod refusal;
mod signable;
mod sol;
mod spending;
pub mod sponsor;

use serde::{Deserialize, Serialize};
use solana_pubkey::Pubkey;
use utoipa::ToSchema;

use crate::problem::{Code, Problem, Result};

pub use priority::{lamports as priority_lamports, price as priority_price};
pub use qr::Qr;
pub use refusal::refused;
pub use signable::{MAX_TRANSACTION, Signable};
pub use sol::{Around, SOL_DECIMALS, is_sol, paying, receiving};
pub use spending::{Cost, Held, Missing, SIGNATURE_FEE, Spending, Spent, TOKEN_ACCOUNT};
pub use sponsor::{Sponsor, SponsorConfig, Sponsored};

/// A transaction for a wallet to sign, after the Solana Pay specification.
/// <https://docs.solanapay.com/spec#specification-transaction-request>
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TransactionForWallet {
    /// A transaction without the wallet's signature, base64. Where a sponsor pays the network, its signature is there
    /// already, and holds for exactly these bytes.
    pub transaction: String,
    /// What it does, for the customer.
    pub message: String,
}

/// The wallet that a request to read something names.
pub fn asked_about(address: &str) -> Result<Pubkey> {
    parse(address).map_err(|problem| Problem::new(Code::InvalidQuery, problem.detail))
}

/// The wallet at a base58 address.
pub fn parse(address: &str) -> Result<Pubkey> {
    let invalid =
        || Problem::new(Code::AccountInvalid, format!("{address} is not the base58 address of a wallet"));
    address.parse().map_err(|_| invalid())
}
