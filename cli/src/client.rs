//! Which gateway a command talks to, and in whose name.

use std::path::Path;

use anyhow::{Result, bail};
use clap::Args;
use serde::Deserialize;
use till_client::{Patience, Till};

/// Where a local net says how it is reached.
const LOCAL_NET: &str = ".till/localnet.json";
/// Who sits at a terminal sees a failure at once, and decides.
const PATIENCE: Patience = Patience { retries: 0 };

/// Which gateway, and in whose name. What is not given is taken from a local net that runs in this directory.
#[derive(Args, Clone)]
pub struct Target {
    /// The address of the API.
    #[arg(long, env = "TILL_URL", global = true)]
    url: Option<String>,

    /// An API key.
    #[arg(long, env = "TILL_API_KEY", hide_env_values = true, global = true)]
    key: Option<String>,

    /// Prints what the API answers, as JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Deserialize)]
struct LocalNet {
    api_url: String,
    api_key: String,
}

fn local_net() -> Option<LocalNet> {
    serde_json::from_slice(&std::fs::read(Path::new(LOCAL_NET)).ok()?).ok()
}

/// The API, as one caller, and how its answers are printed.
#[derive(Clone)]
pub struct Client {
    pub api: Till,
    /// Whether a command prints JSON instead of lines for people.
    pub json: bool,
}

impl Client {
    pub fn open(target: Target) -> Result<Self> {
        let (url, key) = address(&target)?;
        let Some(key) = key else {
            bail!("an API key is needed: --key or TILL_API_KEY (or start a local net here: make localnet)");
        };
        Ok(Self { api: Till::new(&url, key).with_patience(PATIENCE), json: target.json })
    }

    /// For what needs no key.
    pub fn anonymous(target: Target) -> Result<Self> {
        let (url, _) = address(&target)?;
        Ok(Self { api: Till::anonymous(&url).with_patience(PATIENCE), json: target.json })
    }
}

/// Where the API is, and the key for it. A local net's key is for that net alone: never sent to another address.
fn address(Target { url, key, .. }: &Target) -> Result<(String, Option<String>)> {
    match (url, local_net()) {
        (Some(url), _) => Ok((url.clone(), key.clone())),
        (None, Some(net)) => Ok((net.api_url, key.clone().or(Some(net.api_key)))),
        (None, None) => bail!("which gateway? --url or TILL_URL (or start a local net here: make localnet)"),
    }
}
