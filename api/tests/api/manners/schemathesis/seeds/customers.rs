//! What payers do: on the checkout, by a link, by a Blink.

use chrono::TimeDelta;
use serde_json::json;
use solana_signer::Signer;
use till_store::domain::TransactionKind;

use super::{Document, created};
use crate::actions;
use crate::support::{Api, ledger::After};

pub async fn sow(api: &mut Api, document: &mut Document) {
    let wallet = api.wallet(Some(100_000_000)).to_string();
    checkout(api, document, &wallet).await;
    link(api, document).await;
    blinks(api, document, &wallet).await;
}

async fn checkout(api: &mut Api, document: &mut Document, wallet: &str) {
    let unpaid = api.payment().await.id;
    for operation in [
        "GET /pay/{id}",
        "POST /pay/{id}",
        "GET /pay/{id}/checkout",
        "GET /pay/{id}/options",
        "GET /pay/{id}/qr.png",
        "GET /pay/{id}/qr.svg",
    ] {
        document.path(operation, "id", &[&unpaid]);
    }
    document.body("POST /pay/{id}", json!({ "account": wallet }));
    document.query("GET /pay/{id}/options", "account", wallet);
    let (protected, payer) = actions::protected(api).await;
    let release = json!({ "action": "release", "account": payer.pubkey().to_string() });
    document.path("POST /pay/{id}/actions", "id", &[&protected.id]).body("POST /pay/{id}/actions", release);
}

async fn link(api: &Api, document: &mut Document) {
    let asked = json!({ "title": "Coffee", "token": "USDC", "min_amount": "1.00", "max_amount": "100" });
    let id = created(api, "/v1/payment_links", asked.clone()).await;
    let switched_off = created(api, "/v1/payment_links", asked.clone()).await;
    for operation in [
        "POST /links/{id}/payments",
        "GET /links/{id}/terms",
        "GET /links/{id}/qr.svg",
        "GET /v1/payment_links/{id}",
    ] {
        document.path(operation, "id", &[&id]);
    }
    document
        .body("POST /links/{id}/payments", json!({ "amount": "25.00" }))
        .body("POST /v1/payment_links", asked)
        .path("PATCH /v1/payment_links/{id}", "id", &[&switched_off])
        .body("PATCH /v1/payment_links/{id}", json!({ "active": false }));
}

async fn blinks(api: &mut Api, document: &mut Document, wallet: &str) {
    let unpaid = api.payment().await.id;
    for operation in ["GET /actions/{action}/{id}", "POST /actions/{action}/{id}"] {
        document.path(operation, "action", &["pay"]).path(operation, "id", &[&unpaid]);
    }
    document.body("POST /actions/{action}/{id}", json!({ "account": wallet }));

    let (released, payer) = actions::protected(api).await;
    let landed = actions::signature();
    let after = After { captured: 25_000_000, sequence: 2, ..After::default() };
    api.ledger.carry_out(&released, TransactionKind::Release, &landed, 25_000_000, after).await;
    let signed = json!({ "account": payer.pubkey().to_string(), "signature": landed });
    let next = "POST /actions/{action}/{id}/next";
    document.path(next, "action", &["release"]).path(next, "id", &[&released.id]).body(next, signed);

    let (disputed, payer) = actions::protected(api).await;
    let until = api.ledger.clock + TimeDelta::hours(2);
    api.ledger.dispute(&disputed, until).await;
    let statement = "POST /actions/dispute/{id}/statement";
    let said = json!({ "account": payer.pubkey().to_string(), "data": { "statement": "It never came." } });
    document.path(statement, "id", &[&disputed.id]).body(statement, said);
}
