//! What a local net has from the start: the program, tokens, a merchant with open vaults, a customer
//! with money. Each step looks first whether an earlier start has done it.

use anyhow::Context;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, VaultKey};
use till::{InitializeProtocolArgs, RegisterMerchantArgs, pda};

use crate::chain::Chain;
use crate::keys::Keys;
use crate::rpc::Rpc;
use crate::tokens::DemoToken;

/// The protocol's fee on the local net, in basis points: 0.5%.
const FEE_BPS: u16 = 50;
/// Vault shards of the demo merchant in each token.
pub const SHARDS: u16 = 2;
const SOL: u64 = 1_000_000_000;
/// What the demo customer, and whoever is funded, owns at least, in base units of each token: 10,000.00.
const CUSTOMER_FUNDS: u64 = 10_000_000_000;

/// Brings the chain to where the demo begins, and returns the address of the demo merchant.
pub async fn bootstrap(chain: &Chain, rpc: &Rpc, keys: &Keys, elf: &[u8]) -> anyhow::Result<Pubkey> {
    let authority = keys.upgrade_authority.pubkey();
    chain.deploy(&till::ID, elf, &authority).await?;
    for wallet in [&keys.upgrade_authority, &keys.operator, &keys.merchant] {
        rpc.ensure_lamports(&wallet.pubkey(), 10 * SOL).await?;
    }
    initialize_protocol(rpc, keys).await.context("cannot initialize the protocol")?;
    let merchant = register_merchant(rpc, keys).await.context("cannot register the demo merchant")?;
    for token in DemoToken::every(keys) {
        token.create(rpc, keys).await?;
    }
    fund(rpc, keys, &keys.customer.pubkey()).await?;
    for token in DemoToken::all(keys) {
        open_vaults(rpc, keys, merchant, &token).await.context("cannot open the demo merchant's vaults")?;
    }
    Ok(merchant)
}

/// Sees to it that a wallet has something of everything: SOL for the network, and of each token.
pub async fn fund(rpc: &Rpc, keys: &Keys, wallet: &Pubkey) -> anyhow::Result<()> {
    rpc.ensure_lamports(wallet, 10 * SOL).await?;
    for token in DemoToken::every(keys) {
        token.ensure_balance(rpc, keys, wallet, CUSTOMER_FUNDS).await?;
    }
    Ok(())
}

async fn initialize_protocol(rpc: &Rpc, keys: &Keys) -> anyhow::Result<()> {
    if rpc.exists(&pda::protocol().0).await? {
        return Ok(());
    }
    let admin = keys.upgrade_authority.pubkey();
    let args = InitializeProtocolArgs { admin, guardian: admin, treasury: admin, fee_bps: FEE_BPS };
    let instruction = client::initialize_protocol(admin, args);
    rpc.send(&[instruction], &keys.upgrade_authority, &[]).await.map(drop)
}

async fn register_merchant(rpc: &Rpc, keys: &Keys) -> anyhow::Result<Pubkey> {
    let wallet = keys.merchant.pubkey();
    let address = pda::merchant(&wallet, 0).0;
    if !rpc.exists(&address).await? {
        let args = RegisterMerchantArgs {
            index: 0,
            authority: wallet,
            operator: keys.operator.pubkey(),
            payout_wallet: wallet,
        };
        let instruction = client::register_merchant(wallet, wallet, args);
        rpc.send(&[instruction], &keys.merchant, &[]).await?;
    }
    Ok(address)
}

async fn open_vaults(rpc: &Rpc, keys: &Keys, merchant: Pubkey, token: &DemoToken) -> anyhow::Result<()> {
    let wallet = keys.merchant.pubkey();
    for shard in 0..SHARDS {
        let vault = VaultKey { merchant, token: token.token, shard };
        if !rpc.exists(&vault.address()).await? {
            let instruction = client::open_vault(wallet, wallet, &vault);
            rpc.send(&[instruction], &keys.merchant, &[]).await?;
        }
    }
    Ok(())
}
