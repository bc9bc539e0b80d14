//! What a merchant has: payments, and all that is around them.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till_store::domain::Payment;

use super::{Document, created, made, shown, text};
use crate::support::receiver::{Behaviour, Receiver};
use crate::support::{Api, eventually};

pub async fn sow(api: &mut Api, document: &mut Document) {
    payments(api, document).await;
    disputes(api, document).await;
    rules(api, document).await;
    stores(api, document).await;
    people(api, document).await;
    webhooks(api, document).await;
}

async fn payments(api: &mut Api, document: &mut Document) {
    let asked = json!({ "amount": "25.00", "token": "USDC" });
    document.body("POST /v1/payments", asked);
    let captured = [api.captured().await.id, api.captured().await.id];
    let [shown, amended, cancelled] =
        [api.payment().await.id, api.payment().await.id, api.payment().await.id];
    let mut authorized = Vec::new();
    for _ in 0..5 {
        authorized.push(api.authorized().await.id);
    }
    let capture = format!("/v1/payments/{}/capture", authorized[0]);
    let transaction = created(api, &capture, json!({})).await;
    let operator = api.operator.pubkey().to_string();
    let part = json!({ "amount": "1.00" });
    document
        .path("GET /v1/payments/{id}", "id", &[&shown, &authorized[0], &captured[0]])
        .path("PATCH /v1/payments/{id}", "id", &[&amended])
        .body("PATCH /v1/payments/{id}", json!({ "order_reference": "O-1" }))
        .path("POST /v1/payments/{id}/cancel", "id", &[&cancelled])
        .path("POST /v1/payments/{id}/capture", "id", &[&authorized[1], &authorized[2]])
        .body("POST /v1/payments/{id}/capture", part.clone())
        .path("POST /v1/payments/{id}/void", "id", &[&authorized[3]])
        .body("POST /v1/payments/{id}/void", json!({}))
        .path("POST /v1/payments/{id}/refund", "id", &[&captured[0], &captured[1]])
        .body("POST /v1/payments/{id}/refund", part)
        .path("GET /v1/payments/{id}/decisions", "id", &[&shown])
        .path("POST /v1/payments/{id}/transactions", "id", &[&authorized[4]])
        .body(
            "POST /v1/payments/{id}/transactions",
            json!({ "operation": "capture", "signer": operator, "amount": "1.00" }),
        )
        .body("POST /v1/payouts/transactions", json!({ "token": "USDC", "signer": operator }))
        .path("GET /v1/transactions/{id}", "id", &[&transaction]);
}

async fn disputes(api: &mut Api, document: &mut Document) {
    let payment = api.payment().await;
    let merchant = api.merchant.address;
    let until = api.ledger.clock + TimeDelta::hours(1);
    api.ledger.authorize_protected(&merchant, &payment, until).await;
    api.ledger.dispute(&payment, until + TimeDelta::hours(1)).await;
    for operation in ["GET /v1/payments/{id}/dispute", "POST /v1/payments/{id}/dispute/evidence"] {
        document.path(operation, "id", &[&payment.id]);
    }
}

/// A rule that looks at what is more than `max` USDC.
fn rule(max: &str) -> Value {
    let condition = json!({ "kind": "amount", "token": "USDC", "max": max });
    json!({ "name": "limit", "outcome": "review", "condition": condition })
}

async fn rules(api: &mut Api, document: &mut Document) {
    let few = created(api, "/v1/rules", rule("30")).await;
    let asked = json!({ "amount": "31", "token": "USDC" });
    let flagged = made(api, Method::POST, "/v1/payments", asked).await;
    let flagged: Payment = serde_json::from_value(flagged).unwrap();
    let merchant = api.merchant.address;
    api.ledger.authorize(&merchant, &flagged, &Pubkey::new_unique()).await;
    let [changed, deleted] =
        [created(api, "/v1/rules", rule("1000")).await, created(api, "/v1/rules", rule("1000")).await];
    let entry = json!({ "kind": "ip", "value": "203.0.113.7" });
    made(api, Method::POST, "/v1/rule-lists/fraudsters/entries", entry).await;
    document
        .path("POST /v1/payments/{id}/review", "id", &[&flagged.id])
        .body("POST /v1/payments/{id}/review", json!({ "verdict": "approve" }))
        .body("POST /v1/rules", rule("1000"))
        .body("POST /v1/rules/test", json!({ "facts": { "amount": "5.00", "mint": api.mint.to_string() } }))
        .path("GET /v1/rules/{id}", "id", &[&few])
        .path("PUT /v1/rules/{id}", "id", &[&changed])
        .body("PUT /v1/rules/{id}", rule("2000"))
        .path("DELETE /v1/rules/{id}", "id", &[&deleted])
        .path("GET /v1/rule-lists/{name}/entries", "name", &["fraudsters"])
        .path("POST /v1/rule-lists/{name}/entries", "name", &["fraudsters"])
        .body("POST /v1/rule-lists/{name}/entries", json!({ "kind": "ip", "value": "203.0.113.8" }))
        .path("DELETE /v1/rule-lists/{name}/entries", "name", &["fraudsters"])
        .query("DELETE /v1/rule-lists/{name}/entries", "kind", "ip")
        .query("DELETE /v1/rule-lists/{name}/entries", "value", "203.0.113.7");
}

async fn stores(api: &Api, document: &mut Document) {
    let mut stores = Vec::new();
    for name in ["Shown", "Archived", "With a new key"] {
        stores.push(created(api, "/v1/stores", json!({ "name": name })).await);
    }
    let [shown, archived, keyed] = &stores[..] else { unreachable!("three were made") };
    let wallet = Keypair::new().pubkey().to_string();
    let (kept, gone) = ("ann@example.com", "bob@example.com");
    for email in [kept, gone] {
        let path = format!("/v1/stores/{shown}/payees/{email}");
        made(api, Method::PUT, &path, json!({ "wallet": wallet })).await;
    }
    for operation in [
        "GET /v1/stores/{id}",
        "PATCH /v1/stores/{id}",
        "GET /v1/stores/{id}/barion",
        "PUT /v1/stores/{id}/barion",
        "GET /v1/stores/{id}/payees",
        "PUT /v1/stores/{id}/payees/{email}",
        "DELETE /v1/stores/{id}/payees/{email}",
    ] {
        document.path(operation, "id", &[shown]);
    }
    document
        .path("PUT /v1/stores/{id}/payees/{email}", "email", &[kept])
        .body("PUT /v1/stores/{id}/payees/{email}", json!({ "wallet": wallet }))
        .path("DELETE /v1/stores/{id}/payees/{email}", "email", &[gone])
        .path("POST /v1/stores/{id}/archive", "id", &[archived])
        .path("POST /v1/stores/{id}/pos-key", "id", &[keyed]);
}

/// People, and what machines know themselves by.
async fn people(api: &Api, document: &mut Document) {
    let mut keys = Vec::new();
    for _ in 0..3 {
        keys.push(created(api, "/v1/api-keys", json!({ "name": "Web shop" })).await);
    }
    let bookkeeping = json!({ "name": "Bookkeeping", "scopes": ["payments:read"] });
    let client = made(api, Method::POST, "/v1/oauth-clients", bookkeeping.clone()).await;
    let gone = created(api, "/v1/oauth-clients", bookkeeping).await;
    let [member, leaving] = [(); 2].map(|()| Keypair::new().pubkey().to_string());
    for wallet in [&member, &leaving] {
        made(api, Method::PUT, &format!("/v1/members/{wallet}"), json!({ "role": "viewer" })).await;
    }
    let id = text(&client["id"]);
    let form = json!({
        "grant_type": "client_credentials", "client_id": id, "client_secret": client["secret"],
    });
    document
        .path("GET /v1/api-keys/{id}", "id", &[&keys[0]])
        .path("PATCH /v1/api-keys/{id}", "id", &[&keys[0]])
        .path("POST /v1/api-keys/{id}/rotate", "id", &[&keys[1]])
        .path("DELETE /v1/api-keys/{id}", "id", &[&keys[2]])
        .path("GET /v1/oauth-clients/{id}", "id", &[&id])
        .path("DELETE /v1/oauth-clients/{id}", "id", &[&gone])
        .body("POST /oauth/token", form)
        .path("PUT /v1/members/{wallet}", "wallet", &[&member])
        .body("PUT /v1/members/{wallet}", json!({ "role": "viewer" }))
        .path("DELETE /v1/members/{wallet}", "wallet", &[&leaving]);
}

async fn webhooks(api: &mut Api, document: &mut Document) {
    let receiver = Receiver::start(Behaviour::Takes).await;
    let mut endpoints = Vec::new();
    for number in 0..7 {
        let url = format!("{}?{number}", receiver.url);
        endpoints.push(created(api, "/v1/endpoints", json!({ "url": url })).await);
    }
    api.authorized().await;
    let log = format!("/v1/endpoints/{}/deliveries?status=delivered", endpoints[0]);
    let first = async || shown(api, &log).await["data"][0]["id"].clone();
    eventually("a delivery", async || first().await.is_string()).await;
    let delivery = text(&first().await);
    let events = shown(api, "/v1/events?after=0").await;
    for (operation, endpoint) in [
        ("GET /v1/endpoints/{id}", 0),
        ("PATCH /v1/endpoints/{id}", 0),
        ("GET /v1/endpoints/{id}/deliveries", 0),
        ("DELETE /v1/endpoints/{id}", 1),
        ("POST /v1/endpoints/{id}/pause", 2),
        ("POST /v1/endpoints/{id}/resume", 3),
        ("POST /v1/endpoints/{id}/replay", 4),
        ("POST /v1/endpoints/{id}/rotate-secret", 5),
        ("POST /v1/endpoints/{id}/test", 6),
    ] {
        document.path(operation, "id", &[&endpoints[endpoint]]);
    }
    document
        .body("PATCH /v1/endpoints/{id}", json!({ "description": "The shop's" }))
        .body("POST /v1/endpoints/{id}/replay", json!({ "after": 0 }))
        .path("GET /v1/deliveries/{id}", "id", &[&delivery])
        .path("POST /v1/deliveries/{id}/redeliver", "id", &[&delivery])
        .path("GET /v1/events/{id}", "id", &[&text(&events["data"][0]["id"])]);
}
