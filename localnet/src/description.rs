//! `.till/localnet.json`: where everything of a running local net is, for tests and for people.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// The name of the file in the local net's directory.
const FILE: &str = "localnet.json";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Description {
    pub api_url: String,
    pub rpc_url: String,
    pub ws_url: String,
    pub grpc_url: String,
    /// The first slot that the gRPC stream remembers: where an indexer with an empty database begins.
    pub first_slot: u64,
    pub database_url: String,
    pub program_id: String,
    /// The demo merchant: its id in the API, and its account on the chain.
    pub merchant_id: String,
    pub merchant_address: String,
    pub api_key: String,
    /// Where the demo merchant receives webhooks, the secret that they are signed with, and the
    /// file in which they are kept, a line of JSON each.
    pub webhook_url: String,
    pub webhook_secret: String,
    pub webhook_log: PathBuf,
    pub tokens: Vec<TokenDescription>,
    /// The addresses of one that keeps all, and of one that gives everything back if its goal is missed.
    pub campaigns: Vec<String>,
    /// The address of a staking pool with a reward.
    pub pool: String,
    /// What is staked there, and has a burn record.
    pub burn_mint: String,
    /// The id of a payment link whose amount the customer chooses.
    pub link: String,
    pub keypairs: Keypairs,
    pub log: PathBuf,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenDescription {
    pub symbol: String,
    pub mint: String,
    pub token_program: String,
    pub decimals: u8,
}

/// Paths of key pair files, as the Solana tools write them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Keypairs {
    pub upgrade_authority: PathBuf,
    pub operator: PathBuf,
    pub merchant: PathBuf,
    pub customer: PathBuf,
}

impl Description {
    /// Written whole or not at all: a reader never sees half a file.
    pub fn write(&self, dir: &Path) -> anyhow::Result<()> {
        let (path, unfinished) = (dir.join(FILE), dir.join(format!("{FILE}.tmp")));
        std::fs::write(&unfinished, serde_json::to_string_pretty(self)? + "\n")?;
        std::fs::rename(unfinished, &path).with_context(|| format!("cannot write {}", path.display()))
    }

    pub fn read(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join(FILE);
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("no local net is running: {} is not there", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is of another version", path.display()))
    }

    /// A file that is gone tells that the local net is.
    pub fn remove(dir: &Path) -> anyhow::Result<()> {
        match std::fs::remove_file(dir.join(FILE)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}
