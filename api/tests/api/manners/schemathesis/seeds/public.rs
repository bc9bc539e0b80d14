//! Campaigns, pools and burns, which are nobody's but the chain's.

use chrono::{TimeDelta, Utc};
use serde_json::json;

use super::Document;
use crate::donations::Campaign;
use crate::staking::Farm;

pub async fn sow(farm: &Farm, document: &mut Document) {
    campaigns(farm, document).await;
    pools(farm, document);
    let mint = farm.api.mint.to_string();
    let wallet = farm.api.wallet(Some(100_000_000)).to_string();
    for operation in
        ["GET /burns/{mint}/qr.svg", "GET /v1/burns/{mint}", "POST /v1/burns/{mint}/transactions"]
    {
        document.path(operation, "mint", &[&mint]);
    }
    let burn = json!({ "action": "burn", "account": wallet, "amount": "1.00" });
    document.body("POST /v1/burns/{mint}/transactions", burn);
}

async fn campaigns(farm: &Farm, document: &mut Document) {
    let api = &farm.api;
    let donor = api.wallet(Some(100_000_000));
    let deadline = Utc::now() + TimeDelta::days(300);
    let campaign = Campaign { deadline, ..Campaign::new("all_or_nothing") }.index(api).await;
    campaign.receipt(api, &donor, 100_000).await;
    campaign.donation(api, &donor, 100_000, 1).await;
    let (address, donor) = (campaign.address.to_string(), donor.to_string());
    for operation in [
        "GET /campaigns/{address}/qr.svg",
        "GET /v1/campaigns/{address}",
        "GET /v1/campaigns/{address}/donations",
        "GET /v1/campaigns/{address}/receipts/{wallet}",
        "POST /v1/campaigns/{address}/transactions",
        "PUT /v1/campaigns/{address}/profile",
    ] {
        document.path(operation, "address", &[&address]);
    }
    let begun = json!({
        "creator": donor, "token": "USDC", "kind": "keep_all", "goal": "1000.00", "deadline": deadline,
    });
    let donate = json!({ "action": "donate", "account": donor, "amount": "1.00" });
    document
        .path("GET /v1/campaigns/{address}/receipts/{wallet}", "wallet", &[&donor])
        .body("POST /v1/campaigns/transactions", begun)
        .body("POST /v1/campaigns/{address}/transactions", donate);
}

fn pools(farm: &Farm, document: &mut Document) {
    let (address, staker) = (farm.address(), farm.api.wallet(Some(100_000_000)).to_string());
    for operation in [
        "GET /pools/{address}/qr.svg",
        "GET /v1/pools/{address}",
        "GET /v1/pools/{address}/positions",
        "POST /v1/pools/{address}/transactions",
        "PUT /v1/pools/{address}/profile",
    ] {
        document.path(operation, "address", &[&address]);
    }
    let begun = json!({
        "authority": staker, "token": "USDC", "cooldown_seconds": 86_400,
        "tiers": [{ "lock_seconds": 2_592_000, "weight_bps": 15_000 }],
    });
    let stake = json!({ "action": "stake", "account": staker, "amount": "1.00", "tier": 0 });
    document
        .query("GET /v1/pools/{address}/positions", "owner", &staker)
        .body("POST /v1/pools/transactions", begun)
        .body("POST /v1/pools/{address}/transactions", stake);
}
