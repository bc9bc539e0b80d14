//! Which chain transactions are for, as CAIP-2 names it.

use tokio::sync::OnceCell;

use crate::chain::{Chain, ChainError};

/// Of a genesis hash so many characters are the chain's id, <https://namespaces.chainagnostic.org/solana/caip2>.
const REFERENCE_LENGTH: usize = 32;

/// The chain's id. Of the public clusters it is known; any other is asked of the node, once.
pub struct Blockchain {
    name: String,
    asked: OnceCell<String>,
}

impl Blockchain {
    /// Of the chain that wallets call `name`.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), asked: OnceCell::new() }
    }

    /// Such as `solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp`.
    ///
    /// # Errors
    /// The chain is none of the public ones, and the node does not answer.
    pub async fn id(&self, chain: &Chain) -> Result<&str, ChainError> {
        match self.name.as_str() {
            "mainnet" => Ok("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"),
            "devnet" => Ok("solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1"),
            "testnet" => Ok("solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z"),
            _ => {
                let asked = self.asked.get_or_try_init(async || {
                    let genesis = chain.genesis_hash().await?.to_string();
                    Ok(format!("solana:{}", genesis.chars().take(REFERENCE_LENGTH).collect::<String>()))
                });
                asked.await.map(String::as_str)
            }
        }
    }
}
