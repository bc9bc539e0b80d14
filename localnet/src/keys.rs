//! The key pairs of the local net, made at the first start and kept as the Solana tools keep theirs.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use solana_keypair::Keypair;

/// Who signs what on the local net. Each is a file `<name>.json` in [`Keys::dir`].
pub struct Keys {
    pub dir: PathBuf,
    /// Deployed the program, initializes the protocol, makes the demo tokens.
    pub upgrade_authority: Keypair,
    /// Held by the API: captures, voids and refunds for merchants.
    pub operator: Keypair,
    /// The demo merchant's wallet; registers it, governs it, and is paid.
    pub merchant: Keypair,
    /// The demo customer's wallet.
    pub customer: Keypair,
    /// The mint of the demo's USDC.
    pub usdc: Keypair,
    /// The mint of the demo's token with a transfer fee.
    pub fusd: Keypair,
    /// The mint of what is staked and burned in the demo.
    pub till: Keypair,
}

impl Keys {
    pub fn load_or_create(dir: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
        let key = |name: &str| load_or_create(&dir.join(format!("{name}.json")));
        Ok(Self {
            dir: dir.to_path_buf(),
            upgrade_authority: key("upgrade-authority")?,
            operator: key("operator")?,
            merchant: key("merchant")?,
            customer: key("customer")?,
            usdc: key("usdc-mint")?,
            fusd: key("fusd-mint")?,
            till: key("till-mint")?,
        })
    }

    /// Forgets the keys of an earlier start.
    pub fn remove(dir: &Path) -> anyhow::Result<()> {
        match fs::remove_dir_all(dir) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", dir.display()))
            }
            _ => Ok(()),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(format!("{name}.json"))
    }
}

/// Reads a key pair file of the Solana tools: a JSON array of 64 bytes.
pub fn load(path: &Path) -> anyhow::Result<Keypair> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let bytes: Vec<u8> = serde_json::from_str(&text)
        .with_context(|| format!("{} is not a key pair file: a JSON array of 64 numbers", path.display()))?;
    Keypair::try_from(bytes.as_slice()).map_err(|error| anyhow!("{}: {error}", path.display()))
}

fn load_or_create(path: &Path) -> anyhow::Result<Keypair> {
    if path.exists() {
        return load(path);
    }
    let keypair = Keypair::new();
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot create {}", path.display()))?;
    file.write_all(serde_json::to_string(&keypair.to_bytes().to_vec())?.as_bytes())?;
    Ok(keypair)
}
