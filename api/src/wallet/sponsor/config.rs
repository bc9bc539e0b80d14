//! Whom a sponsor pays for, and how much.

use std::path::PathBuf;

use clap::Args;
use solana_pubkey::Pubkey;

/// Settings of the sponsor. Without a keypair there is none.
#[derive(Args, Clone, Debug)]
pub struct SponsorConfig {
    /// The JSON keypair file of a sponsor: a key that pays the network fee, and the rent of the payment's account, for
    /// customers. Keep no more SOL on it than the budget of a few days.
    #[arg(long, env = "TILL_SPONSOR_KEYPAIR")]
    pub sponsor_keypair: Option<PathBuf>,

    /// The merchants (`mer_…`) whose customers are paid for, with commas between. All of them, unless given.
    #[arg(long, env = "TILL_SPONSOR_MERCHANTS", value_delimiter = ',')]
    pub sponsor_merchants: Vec<String>,

    /// The mints that are paid for when they are paid in, with commas between. All of them, unless given. One of the
    /// two lists is needed.
    #[arg(long, env = "TILL_SPONSOR_MINTS", value_delimiter = ',')]
    pub sponsor_mints: Vec<Pubkey>,

    /// The most that is spent for one wallet within 24 hours, in lamports.
    #[arg(long, env = "TILL_SPONSOR_PER_WALLET", default_value_t = 10_000_000)]
    pub sponsor_per_wallet: u32,

    /// The most that is spent for the customers of one merchant within 24 hours, in lamports.
    #[arg(long, env = "TILL_SPONSOR_PER_MERCHANT", default_value_t = 500_000_000)]
    pub sponsor_per_merchant: u32,

    /// The most that is spent for all customers within 24 hours, in lamports.
    #[arg(long, env = "TILL_SPONSOR_TOTAL", default_value_t = 2_000_000_000)]
    pub sponsor_total: u32,
}
