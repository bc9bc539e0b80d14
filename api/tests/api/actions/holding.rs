//! Staking and burning by a Blink.

use anchor_lang::Discriminator;
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till::Pool;

use super::{code, press, show, signature, transaction, wallet};
use crate::support::{Api, SPL_TOKEN};

const CLOCK: &str = "SysvarC1ock11111111111111111111111111111111";
const DAY: u32 = 86_400;

fn put(api: &Api, address: &str, owner: Pubkey, data: Vec<u8>) {
    api.rpc.node().accounts.insert(address.to_owned(), (owner, 2_000_000, data));
}

/// The chain's time, without which no account is read.
fn set_clock(api: &Api) {
    let mut clock = [0; 40];
    clock[32..].copy_from_slice(&api.ledger.clock.timestamp().to_le_bytes());
    put(api, CLOCK, Pubkey::default(), clock.to_vec());
}

/// The mint of the shop's token.
fn put_mint(api: &Api, supply: u64) {
    let mut mint = [0; 82];
    mint[36..44].copy_from_slice(&supply.to_le_bytes());
    (mint[44], mint[45]) = (6, 1);
    put(api, &api.mint.to_string(), SPL_TOKEN, mint.to_vec());
}

/// A pool for the shop's token with two tiers, as indexer and node have it.
async fn pool(api: &Api) -> String {
    let mut account: Pool = bytemuck::Zeroable::zeroed();
    // A pool is where its founder, its index and its terms say.
    let address = till::pda::pool(&account.founder, account.index, &account.terms_hash).0.to_string();
    sqlx::query(
        "INSERT INTO chain.pools (address, founder, index, authority, rent_payer, stake_mint, stake_token,
             token_program, decimals, terms_hash, cooldown_seconds, lock_seconds, weight_bps, slot)
         VALUES ($1, 'founder', 0, 'authority', 'payer', $2, 'token', $3, 6, '\\x00', $4, '{0}', '{10000}', 100)",
    )
    .bind(&address)
    .bind(api.mint.to_string())
    .bind(SPL_TOKEN.to_string())
    .bind(i64::from(DAY))
    .execute(&api.database.pool)
    .await
    .unwrap();
    account.stake_mint = api.mint;
    account.tier_count = 2;
    account.lock_seconds[1] = 30 * DAY;
    (account.weight_bps[0], account.weight_bps[1]) = (10_000, 15_000);
    (account.staked, account.cooldown_seconds) = (7_000_000, DAY);
    put(api, &address, till::ID, [Pool::DISCRIMINATOR, bytemuck::bytes_of(&account)].concat());
    address
}

#[tokio::test]
async fn a_staker_chooses_a_tier_and_an_amount() {
    let mut api = Api::start().await;
    set_clock(&api);
    put_mint(&api, 1_000_000_000);
    let pool = pool(&api).await;
    let path = format!("/actions/stake/{pool}");
    let shown = show(&api, &path).await;
    assert_eq!(shown["icon"], "https://pay.example/icons/stake.png");
    assert!(shown["description"].as_str().unwrap().starts_with("7.00 USDC staked."), "{shown}");
    let button = &shown["links"]["actions"][0];
    assert_eq!(button["href"], format!("{path}?tier={{tier}}&amount={{amount}}"));
    let tiers = &button["parameters"][0]["options"];
    assert_eq!(tiers[0]["label"], "not locked, weight ×1");
    assert_eq!(tiers[1], json!({ "label": "30 days locked, weight ×1.5", "value": "1" }));

    let staker = wallet(&api, 25_000_000).to_string();
    let answer = press(&api, &format!("{path}?tier=1&amount=5"), json!({ "account": staker })).await;
    assert!(answer["message"].as_str().unwrap().contains("5.00 USDC"), "{answer}");
    assert!(transaction(&answer).message.static_account_keys().contains(&till::ID));
    let wrong = format!("{path}?tier=x&amount=5");
    assert_eq!(code(&api, &wrong, json!({ "account": staker })).await, "validation_failed");

    let landed = signature();
    let event = json!({ "about": { "owner": staker, "pool": pool }, "amount": "5000000" });
    api.ledger.tell("Staked", &pool, event, &landed).await;
    let done = press(&api, &format!("{path}/next"), json!({ "account": staker, "signature": landed })).await;
    assert_eq!((&done["type"], &done["label"]), (&json!("completed"), &json!("Staked")));
    assert!(done["description"].as_str().unwrap().starts_with("5.00 USDC staked."), "{done}");
}

#[tokio::test]
async fn a_staker_leaves_and_is_told_when_the_money_comes() {
    let mut api = Api::start().await;
    set_clock(&api);
    put_mint(&api, 1_000_000_000);
    let pool = pool(&api).await;
    let staker = wallet(&api, 0).to_string();
    let path = format!("/actions/unstake/{pool}");
    let shown = show(&api, &path).await;
    let hrefs: Vec<&Value> =
        shown["links"]["actions"].as_array().unwrap().iter().map(|one| &one["href"]).collect();
    assert_eq!(hrefs[0], &json!(path), "all, unless an amount is given");
    assert_eq!(hrefs[1], &json!(format!("/actions/withdraw/{pool}")));
    assert_eq!(code(&api, &path, json!({ "account": staker })).await, "position_not_found");

    for (action, event, told) in [
        ("unstake", "UnstakeRequested", "2.00 USDC unstaked. What is unstaked can be withdrawn after 1 day."),
        ("withdraw", "StakeWithdrawn", "2.00 USDC are back in your wallet."),
    ] {
        let landed = signature();
        let data = json!({ "about": { "owner": staker }, "amount": "2000000", "received": "2000000" });
        api.ledger.tell(event, &pool, data, &landed).await;
        let next = format!("/actions/{action}/{pool}/next");
        let done = press(&api, &next, json!({ "account": staker, "signature": landed })).await;
        assert_eq!(done["type"], "completed");
        assert!(done["description"].as_str().unwrap().starts_with(told), "{done}");
    }
    let claim = show(&api, &format!("/actions/claim/{pool}")).await;
    assert_eq!(claim["links"]["actions"][0]["label"], "Claim rewards");
    let unknown = format!("/actions/claim/{}", Pubkey::new_unique());
    assert_eq!(code(&api, &unknown, json!({ "account": staker })).await, "pool_not_found");
}

#[tokio::test]
async fn a_holder_burns_and_is_told_that_it_is_gone() {
    let mut api = Api::start().await;
    set_clock(&api);
    put_mint(&api, 1_000_000_000);
    let path = format!("/actions/burn/{}", api.mint);
    let shown = show(&api, &path).await;
    assert_eq!((&shown["title"], &shown["label"]), (&json!("Burn USDC"), &json!("Burn")));
    assert!(
        shown["description"].as_str().unwrap().contains("0.00 USDC burned so far, 1000.00 USDC left"),
        "{shown}"
    );
    let holder = wallet(&api, 25_000_000).to_string();
    let answer = press(&api, &path, json!({ "account": holder, "data": { "amount": "3" } })).await;
    assert!(answer["message"].as_str().unwrap().contains("3.00 USDC"), "{answer}");

    let record = till::pda::burn_record(&api.mint).0.to_string();
    let landed = signature();
    let event = json!({ "record": record, "owner": holder, "amount": "3000000" });
    api.ledger.tell("Burned", &record, event, &landed).await;
    let done = press(&api, &format!("{path}/next"), json!({ "account": holder, "signature": landed })).await;
    assert_eq!((&done["type"], &done["label"]), (&json!("completed"), &json!("Burned")));
    assert!(done["description"].as_str().unwrap().starts_with("3.00 USDC burned."), "{done}");
    assert_eq!(
        code(&api, "/actions/burn/nothing", json!({ "account": holder, "data": { "amount": "3" } })).await,
        "mint_not_found"
    );
}
