//! Staking pools: what they pay, what a wallet has in them, and the transactions by which it stakes, claims and leaves.
//!
//! What is shown comes from the accounts on the chain, all as of one slot, because no event tells how far a reward has
//! been shared out. It is counted by the program's own functions.

mod acting;
mod earning;
mod governing;
mod leaving;
mod packing;
mod pool;
mod shown;
mod staked;

pub use acting::{PoolAction, act};
pub use governing::{NewPoolTransaction, PoolRequest, begin};
pub use shown::{Pool, PoolPosition, PoolTier};
use staked::Staked;

use crate::gateway::Gateway;
use crate::problem::Result;
use crate::wallet::{self, TransactionForWallet};

/// The pool at `address`.
pub async fn find(gateway: &Gateway, address: &str) -> Result<Pool> {
    let pool = pool::PoolState::load(gateway, address).await?;
    Ok(shown::pool(&pool, &gateway.public_url))
}

/// What a wallet has in a pool, what ends first first.
pub async fn positions(gateway: &Gateway, address: &str, owner: &str) -> Result<Vec<PoolPosition>> {
    let staked = Staked::load(gateway, address, wallet::asked_about(owner)?).await?;
    Ok(staked.positions.iter().map(|position| shown::position(&staked.pool, position)).collect())
}

/// The transaction by which a wallet stakes `amount`, in units of the token, in a tier of the pool.
pub async fn stake(
    gateway: &Gateway,
    pool: &str,
    account: &str,
    tier: u8,
    amount: &str,
) -> Result<TransactionForWallet> {
    acting::stake(gateway, pool, account, tier, amount).await
}

/// The transaction by which a wallet asks a stake back: `amount` of it or all, of one position or of all that are not
/// locked. What is asked back earns nothing any more, and can be withdrawn after the pool's cooldown.
pub async fn unstake(
    gateway: &Gateway,
    pool: &str,
    account: &str,
    position: Option<&str>,
    amount: Option<&str>,
) -> Result<TransactionForWallet> {
    leaving::unstake(gateway, pool, account, position, amount).await
}

/// The transaction by which a wallet gets what has cooled down, of one position or of all.
pub async fn withdraw(
    gateway: &Gateway,
    pool: &str,
    account: &str,
    position: Option<&str>,
) -> Result<TransactionForWallet> {
    leaving::withdraw(gateway, pool, account, position).await
}

/// The transaction by which a wallet gets its rewards: of every kind and of all positions, as far as they fit into one.
pub async fn claim(gateway: &Gateway, pool: &str, account: &str) -> Result<TransactionForWallet> {
    earning::claim(gateway, pool, account, None).await
}
