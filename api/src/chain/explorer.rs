//! Where people look up what is on the chain.

const EXPLORER: &str = "https://explorer.solana.com";

/// Addresses with `{signature}` or `{address}` in them, to be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explorer {
    pub transaction_url: String,
    pub address_url: String,
}

impl Explorer {
    /// Of the chain with this name; nobody outside can look into a local net.
    pub fn of(chain_id: &str) -> Option<Self> {
        let query = match chain_id {
            "mainnet" => String::new(),
            "devnet" | "testnet" => format!("?cluster={chain_id}"),
            _ => return None,
        };
        Some(Self {
            transaction_url: format!("{EXPLORER}/tx/{{signature}}{query}"),
            address_url: format!("{EXPLORER}/address/{{address}}{query}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_public_chain_is_looked_up_as_itself() {
        let mainnet = Explorer::of("mainnet").unwrap();
        assert_eq!(mainnet.transaction_url, "https://explorer.solana.com/tx/{signature}");
        let devnet = Explorer::of("devnet").unwrap();
        assert_eq!(devnet.address_url, "https://explorer.solana.com/address/{address}?cluster=devnet");
        assert_eq!(Explorer::of("localnet"), None);
    }
}
