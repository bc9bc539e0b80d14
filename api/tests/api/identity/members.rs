//! People and their roles.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_signer::Signer;

use super::{call, get_as, json_of, member, owner};
use crate::support::{Api, code};

fn path(wallet: &Keypair) -> String {
    format!("/v1/members/{}", wallet.pubkey())
}

async fn put(api: &Api, token: &str, wallet: &Keypair, role: &str) -> reqwest::Response {
    call(api, token, Method::PUT, &path(wallet), json!({ "role": role })).await
}

async fn remove(api: &Api, token: &str, wallet: &Keypair) -> reqwest::Response {
    call(api, token, Method::DELETE, &path(wallet), json!({})).await
}

#[tokio::test]
async fn only_an_owner_makes_owners_and_nobody_raises_themselves() {
    let api = Api::start().await;
    let (_, owners) = owner(&api).await;
    let (admin, admins) = member(&api, "admin").await;
    let new = Keypair::new();
    assert_eq!(code(put(&api, &admins, &new, "owner").await).await, "rights_exceeded");
    assert_eq!(code(put(&api, &admins, &admin, "owner").await).await, "rights_exceeded");
    // Not even the key that may do everything.
    assert_eq!(code(put(&api, &api.merchant.key, &new, "owner").await).await, "rights_exceeded");
    assert_eq!(put(&api, &admins, &new, "developer").await.status(), StatusCode::OK);
    let raised = json_of(put(&api, &owners, &new, "owner").await, StatusCode::OK).await;
    assert_eq!(raised["role"], "owner");
    let members: Value = api.get("/v1/members").await.json().await.unwrap();
    assert_eq!(members["data"].as_array().unwrap().len(), 3);
    assert_eq!(code(put(&api, &owners, &new, "king").await).await, "invalid_json");
    let wrong = call(&api, &owners, Method::PUT, "/v1/members/me", json!({ "role": "viewer" })).await;
    assert_eq!(code(wrong).await, "account_invalid");
}

#[tokio::test]
async fn a_member_who_is_removed_or_lowered_can_do_no_more_at_once() {
    let api = Api::start().await;
    let (developer, developers) = member(&api, "developer").await;
    let ask = async || {
        let body = json!({ "amount": "1", "token": "USDC" });
        call(&api, &developers, Method::POST, "/v1/payments", body).await
    };
    assert_eq!(ask().await.status(), StatusCode::CREATED);
    put(&api, &api.merchant.key, &developer, "viewer").await;
    assert_eq!(code(ask().await).await, "scope_missing");
    assert_eq!(remove(&api, &api.merchant.key, &developer).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(code(get_as(&api, &developers, "/v1/payments").await).await, "merchant_not_found");
    assert_eq!(code(remove(&api, &api.merchant.key, &developer).await).await, "member_not_found");
}

#[tokio::test]
async fn a_viewer_may_leave_and_remove_nobody_else() {
    let api = Api::start().await;
    let (viewer, viewers) = member(&api, "viewer").await;
    let (other, _) = member(&api, "viewer").await;
    assert_eq!(code(remove(&api, &viewers, &other).await).await, "scope_missing");
    assert_eq!(remove(&api, &viewers, &viewer).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(code(get_as(&api, &viewers, "/v1/payments").await).await, "merchant_not_found");
}

#[tokio::test]
async fn of_two_owners_who_remove_each_other_at_once_one_remains() {
    let api = Api::start().await;
    let (first, firsts) = owner(&api).await;
    for _ in 0..5 {
        let second = Keypair::new();
        put(&api, &firsts, &second, "owner").await;
        let seconds = super::session(&api, &second).await;
        // Both leave: one of them must stay.
        let (one, other) = tokio::join!(remove(&api, &firsts, &first), remove(&api, &seconds, &second));
        let codes = [one, other].map(|answer| answer.status());
        let gone = codes.iter().filter(|status| **status == StatusCode::NO_CONTENT).count();
        assert_eq!(gone, 1, "{codes:?}");
        let owners: i64 = sqlx::query_scalar("SELECT count(*) FROM members WHERE role = 'owner'")
            .fetch_one(&api.database.pool)
            .await
            .unwrap();
        assert_eq!(owners, 1);
        // Back to the beginning.
        sqlx::query("DELETE FROM members").execute(&api.database.pool).await.unwrap();
        super::on_chain(&api, &api.merchant.address, &first.pubkey(), &api.operator.pubkey());
        json_of(super::sign_up(&api, &firsts, &api.merchant.address).await, StatusCode::OK).await;
    }
}
