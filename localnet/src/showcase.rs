//! What the demo merchant shows to wallets from the start: campaigns, a staking pool, a burn record, a payment link.
//! Each step looks first whether an earlier start has done it.

use std::fs;
use std::path::Path;

use anyhow::Context;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use sqlx::PgPool;
use till::client::{self, CampaignKey, FundArgs, NewPool, PoolKey, RewardKey};
use till::{CampaignKind, CampaignTerms, Tier, pda};
use till_store::gateway::links::{self, NewLink};
use till_store::gateway::profiles::{self, Profile};
use till_store::gateway::stores;

use crate::keys::Keys;
use crate::rpc::Rpc;
use crate::tokens::DemoToken;

/// When the campaigns end, kept because their addresses commit to it.
pub const DEADLINE: &str = "campaigns-end";
/// 30 days.
const CAMPAIGN_SECONDS: i64 = 30 * 86_400;
/// 1,000.00, in base units.
const GOAL: u64 = 1_000_000_000;
/// What stakers are given, 1.00 in each second, in base units.
const REWARD: FundArgs =
    FundArgs { amount: 2_592_000_000_000, seconds: 2_592_000, max_sent: 2_592_000_000_000 };
/// A stake is bound for a day at least, which the cooldown alone is: so that tiers can lock for no time at all.
const COOLDOWN_SECONDS: u32 = 86_400;
const TIERS: [Tier; 3] = [
    Tier { lock_seconds: 0, weight_bps: 10_000 },
    Tier { lock_seconds: 60, weight_bps: 15_000 },
    Tier { lock_seconds: 2_592_000, weight_bps: 30_000 },
];

/// Where all of it is on the chain.
pub struct Showcase {
    /// One that keeps all, and one that gives everything back if its goal is missed.
    pub campaigns: [Pubkey; 2],
    pub pool: Pubkey,
    /// What is staked, and burned.
    pub mint: Pubkey,
    /// The wallet that created the campaigns and governs the pool.
    creator: Pubkey,
}

impl Showcase {
    /// Creates what is missing on the chain.
    pub async fn on_chain(rpc: &Rpc, keys: &Keys, dir: &Path) -> anyhow::Result<Self> {
        let deadline = deadline(rpc, &dir.join(DEADLINE)).await?;
        let keeps_all = campaign(rpc, keys, CampaignKind::KeepAll, deadline).await?;
        let decides = campaign(rpc, keys, CampaignKind::AllOrNothing, deadline).await?;
        let staked = DemoToken::staked(keys);
        let pool = pool(rpc, keys, &staked).await.context("cannot create the demo's pool")?;
        let mint = staked.token.mint;
        if !rpc.exists(&pda::burn_record(&mint).0).await? {
            let open = client::open_burn_record(keys.merchant.pubkey(), mint);
            rpc.send(&[open], &keys.merchant, &[]).await?;
        }
        Ok(Self { campaigns: [keeps_all, decides], pool, mint, creator: keys.merchant.pubkey() })
    }

    /// Writes what the gateway says of it, and a payment link of the merchant, whose id it returns.
    pub async fn record(&self, db: &PgPool, merchant_id: &str) -> anyhow::Result<String> {
        let [keeps_all, decides] = self.campaigns.map(|address| address.to_string());
        let (pool, creator) = (self.pool.to_string(), self.creator.to_string());
        let profile = |address, title, description| Profile {
            address,
            merchant_id,
            wallet: &creator,
            title,
            description: Some(description),
        };
        let suggested = ["5".to_owned(), "25".to_owned(), "100".to_owned()];
        let well = profile(&keeps_all, "A well for the village", "Every dollar is spent on the well.");
        let roof = profile(&decides, "A new roof", "If we do not raise it all, you get yours back.");
        for campaign in [well, roof] {
            profiles::of_campaign(db, campaign, &suggested, true).await?;
        }
        let staking = profile(&pool, "Stake TILL", "Earn one TILL in each second, shared by all stakers.");
        profiles::of_pool(db, staking).await?;
        link(db, merchant_id).await
    }
}

async fn link(db: &PgPool, merchant_id: &str) -> anyhow::Result<String> {
    if let Some(known) = links::list(db, merchant_id, None, None, 1).await?.pop() {
        return Ok(known.id);
    }
    let store_id = stores::default_of(db, merchant_id).await?;
    let suggested = ["3".to_owned(), "5".to_owned(), "10".to_owned()];
    let link = NewLink {
        merchant_id,
        store_id: &store_id,
        title: "Buy us a coffee",
        description: Some("Pay what you want."),
        tokens: &["USDC".to_owned()],
        currency: None,
        amount: None,
        min_amount: Some("1"),
        max_amount: Some("500"),
        suggested_amounts: &suggested,
        capture_mode: "immediate",
        redirect_url: None,
    };
    Ok(links::add(db, link).await?)
}

/// In unix seconds: the one of an earlier start, as long as it lies in the future.
async fn deadline(rpc: &Rpc, path: &Path) -> anyhow::Result<i64> {
    let now = now(rpc).await?;
    let kept = fs::read_to_string(path).ok().and_then(|kept| kept.trim().parse::<i64>().ok());
    if let Some(kept) = kept.filter(|kept| *kept > now) {
        return Ok(kept);
    }
    let deadline = now + CAMPAIGN_SECONDS;
    fs::write(path, deadline.to_string()).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(deadline)
}

/// What programs read as the time, in unix seconds.
async fn now(rpc: &Rpc) -> anyhow::Result<i64> {
    const CLOCK: Pubkey = Pubkey::from_str_const("SysvarC1ock11111111111111111111111111111111");
    const UNIX_TIMESTAMP: usize = 32;
    let data = rpc.client.get_account_data(&CLOCK).await?;
    let bytes = data.get(UNIX_TIMESTAMP..UNIX_TIMESTAMP + 8).context("the clock is too short")?;
    Ok(i64::from_le_bytes(bytes.try_into()?))
}

async fn campaign(rpc: &Rpc, keys: &Keys, kind: CampaignKind, deadline: i64) -> anyhow::Result<Pubkey> {
    let creator = keys.merchant.pubkey();
    let [usdc, _] = DemoToken::all(keys);
    let terms = CampaignTerms { id: 0, beneficiary: creator, goal: GOAL, deadline, kind };
    let address = CampaignKey::of(&creator, usdc.token, &terms).address;
    if !rpc.exists(&address).await? {
        let create = client::create_campaign(creator, creator, &usdc.token, terms);
        rpc.send(&[create], &keys.merchant, &[]).await.context("cannot create a campaign of the demo")?;
    }
    Ok(address)
}

/// A pool that rewards stakers in what they stake.
async fn pool(rpc: &Rpc, keys: &Keys, staked: &DemoToken) -> anyhow::Result<Pubkey> {
    let (authority, token) = (keys.merchant.pubkey(), staked.token);
    let new = NewPool {
        authority,
        rent_payer: authority,
        cooldown_seconds: COOLDOWN_SECONDS,
        tiers: TIERS.to_vec(),
    };
    let key = PoolKey::of(authority, 0, token, &new);
    let pool = key.address();
    if !rpc.exists(&pool).await? {
        staked.ensure_balance(rpc, keys, &authority, REWARD.amount).await?;
        let reward = RewardKey { pool, index: 0, token };
        let create = client::create_pool(&key, new);
        let add = client::add_reward(pool, authority, authority, &token);
        let fund = client::fund_reward(&reward, authority, token.account_of(&authority), REWARD);
        rpc.send(&[create, add, fund], &keys.merchant, &[]).await?;
    }
    Ok(pool)
}
