//! Paying the merchant's balance out to its wallet. Anyone may send it, so nobody's key is needed but that of who
//! pays the network.

use anchor_spl::associated_token::spl_associated_token_account::instruction::create_associated_token_account_idempotent;
use serde::{Deserialize, Serialize};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::client::{self, Token, VaultKey};
use till_store::Amount;
use till_store::domain::Money;
use till_store::gateway::{payouts, tokens};
use utoipa::ToSchema;

use super::terms::pubkey;
use crate::auth::Identity;
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::wallet::{self, Signable, TransactionForWallet};

/// How many vaults are paid out in one transaction: so many fit into its bytes, and into the compute units that a
/// simulation may use.
const VAULTS_IN_ONE: usize = 8;

/// What is to be paid out, and who sends it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayoutRequest {
    /// A symbol or a mint's address.
    #[schema(example = "USDC")]
    pub token: String,
    /// The wallet that signs, and pays the network fee and, where it has to be made, the rent of the token account.
    /// Any wallet, base58.
    pub signer: String,
}

/// The whole balance of a merchant in a token, on its way to the merchant's wallet.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PayoutTransactions {
    /// As far as it has been indexed. What is captured until then is paid out too.
    pub amount: Money,
    /// The merchant's payout wallet: its associated token account is paid, and created if it is missing.
    pub wallet: String,
    /// Each pays out some of the merchant's vaults, none of them depends on another.
    pub transactions: Vec<TransactionForWallet>,
}

/// The transactions that pay the merchant's whole balance in a token to its wallet.
///
/// They are refused while a refund that was ordered is under way: it counts on the balance.
pub async fn unsigned(
    gateway: &Gateway,
    merchant: &Identity,
    request: &PayoutRequest,
) -> Result<PayoutTransactions> {
    let signer = wallet::parse(&request.signer)?;
    let mut db = gateway.pool.acquire().await?;
    let named = tokens::find(&mut *db, &request.token).await?;
    let (mint, symbol) = match named {
        Some(named) => (pubkey(&named.mint)?, Some(named.symbol)),
        None => (request.token.parse().map_err(|_| unknown_token())?, None),
    };
    let owner = payouts::wallet(&mut *db, &merchant.merchant_address).await?;
    let vaults = payouts::payable(&mut *db, &merchant.merchant_address, &mint.to_string()).await?;
    drop(db);
    let Some(first) = vaults.first() else {
        return Err(Problem::new(Code::NothingToPayOut, "the merchant's balance in this token is zero"));
    };
    let owner = owner.ok_or_else(|| {
        Problem::new(Code::PayoutWalletUnknown, "the merchant's account has not been seen on the chain")
    })?;
    if vaults.iter().any(|vault| vault.is_busy) {
        let detail = "a refund from the balance is under way; wait until it is confirmed or failed";
        return Err(Problem::new(Code::OperationInProgress, detail));
    }

    let token = Token { mint, program: pubkey(&first.token_program)? };
    let to = pubkey(&owner)?;
    let merchant = pubkey(&merchant.merchant_address)?;
    let decimals = first.decimals.unsigned_abs() as u8;
    let symbol = symbol.unwrap_or_else(|| "tokens".to_owned());
    // Only its owner can close an account, so only its owner's signature unwraps.
    let is_own = signer == to;
    let unwrapping = if is_own { wallet::receiving(gateway, &token, &to).await?.after } else { Vec::new() };
    let mut transactions = Vec::new();
    for some in vaults.chunks(VAULTS_IN_ONE) {
        let shards: Vec<u16> = some
            .iter()
            .map(|vault| u16::try_from(vault.shard))
            .collect::<std::result::Result<_, _>>()
            .map_err(anyhow::Error::from)?;
        let seen_in = some.iter().map(|vault| vault.slot.unsigned_abs()).max();
        let amount = Money::new(sum(some)?, decimals).value;
        let words = format!("Pay {amount} {symbol} out to {owner}");
        let mut instructions = instructions(&signer, &merchant, token, &shards, &to);
        instructions.extend(unwrapping.iter().cloned());
        let signable = Signable { seen_in, ..Signable::new(signer, instructions, words) };
        transactions.push(signable.hand_out(gateway, wallet::refused).await?);
    }
    Ok(PayoutTransactions { amount: Money::new(sum(&vaults)?, decimals), wallet: owner, transactions })
}

fn unknown_token() -> Problem {
    Problem::new(Code::TokenNotAccepted, "neither a known symbol nor the address of a mint")
}

fn sum(vaults: &[payouts::Payable]) -> anyhow::Result<Amount> {
    let sum = vaults.iter().try_fold(Amount::ZERO, |sum, vault| sum.checked_add(vault.balance));
    sum.ok_or_else(|| anyhow::anyhow!("the balances of a token are more than there can be of it"))
}

fn instructions(
    signer: &Pubkey,
    merchant: &Pubkey,
    token: Token,
    shards: &[u16],
    to: &Pubkey,
) -> Vec<Instruction> {
    let account = create_associated_token_account_idempotent(signer, to, &token.mint, &token.program);
    let payout = |shard: &u16| {
        client::payout(&VaultKey { merchant: *merchant, token, shard: *shard }, token.account_of(to))
    };
    std::iter::once(account).chain(shards.iter().map(payout)).collect()
}

#[cfg(test)]
mod tests {
    use solana_hash::Hash;

    use super::super::signing;
    use super::*;

    /// The most that a transaction can be, in bytes.
    const PACKET: usize = 1_232;

    #[test]
    fn so_many_vaults_fit_into_a_transaction() {
        let [signer, merchant, to] = std::array::from_fn(|_| Pubkey::new_unique());
        let token = Token { mint: Pubkey::new_unique(), program: Pubkey::new_unique() };
        let shards: Vec<u16> = (0..VAULTS_IN_ONE as u16).collect();
        let instructions = instructions(&signer, &merchant, token, &shards, &to);
        let message =
            signing::message(&signer, &instructions, u32::MAX, Hash::new_from_array([1; 32])).unwrap();
        let size = bincode::serialize(&signing::unsigned(message)).unwrap().len();
        assert!(size <= PACKET, "{size}");
    }
}
