//! What a merchant says for itself in a dispute.

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use till_api::Code;
use till_store::domain::{Payment, TransactionKind};

use crate::problems::Seen;
use crate::support::ledger::After;
use crate::support::{Api, code, problem};

fn evidence() -> Value {
    let file =
        json!({ "name": "note.pdf", "sha256": "ab".repeat(32), "url": "https://shop.example/note.pdf" });
    json!({ "text": "Delivered on 14 March.\nSigned by the \"customer\".", "files": [file] })
}

/// A payment that can be disputed, and is not.
async fn protected(api: &mut Api) -> Payment {
    let payment = api.payment().await;
    let until = api.ledger.clock + TimeDelta::hours(1);
    api.ledger.authorize_protected(&api.merchant.address, &payment, until).await;
    payment
}

async fn disputed(api: &mut Api) -> Payment {
    let payment = protected(api).await;
    let until = api.ledger.clock + TimeDelta::hours(2);
    api.ledger.dispute(&payment, until).await;
    payment
}

fn path(payment: &Payment) -> String {
    format!("/v1/payments/{}/dispute/evidence", payment.id)
}

async fn dispute(api: &Api, payment: &Payment) -> Value {
    let answer = api.get(&format!("/v1/payments/{}/dispute", payment.id)).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn evidence_is_kept_as_it_was_given_and_told_once() {
    let mut api = Api::start().await;
    let payment = disputed(&mut api).await;
    let first = api.post_with_key(&path(&payment), "evidence", evidence()).await;
    assert_eq!(first.status(), StatusCode::CREATED);
    let first: Value = first.json().await.unwrap();
    let again = api.post_with_key(&path(&payment), "evidence", evidence()).await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.json::<Value>().await.unwrap(), first);

    let canonical = format!(
        r#"{{"files":[{{"name":"note.pdf","sha256":"{}","url":"https://shop.example/note.pdf"}}],"payment":"{}","text":"Delivered on 14 March.\nSigned by the \"customer\"."}}"#,
        "ab".repeat(32),
        payment.id
    );
    assert_eq!(first["sha256"], hex::encode(Sha256::digest(canonical)));
    assert!(first["id"].as_str().unwrap().starts_with("evd_"));
    assert!(first["author"].as_str().unwrap().starts_with("key_"));
    let second: Value = api.post(&path(&payment), json!({ "text": "More." })).await.json().await.unwrap();

    let shown = dispute(&api, &payment).await;
    assert_eq!(shown["status"], "open");
    assert_eq!(shown["evidence"], json!([first, second]));
    let time = |value: &Value| value.as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert_eq!(time(&shown["since"]).timestamp_millis(), api.ledger.clock.timestamp_millis());
    assert_eq!(time(&shown["expires_at"]) - time(&shown["since"]), TimeDelta::hours(2));
    assert!(shown["arbiter"].is_string());

    let events: Value = api.get("/v1/events?after=0").await.json().await.unwrap();
    let events = events["data"].as_array().unwrap().iter();
    let told: Vec<&Value> = events.filter(|event| event["type"] == "payment.dispute_evidence").collect();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0]["data"]["evidence"], first);
    assert_eq!(told[0]["data"]["payment"]["id"], payment.id);
    let log: Value = api.get("/v1/audit-log?action=payment.dispute_evidence").await.json().await.unwrap();
    assert_eq!(log["data"][1]["target"], payment.id, "{log}");
    assert_eq!(log["data"][1]["details"]["evidence"], first["id"]);
}

#[tokio::test]
async fn nobody_changes_evidence_or_takes_it_back() {
    let mut api = Api::start().await;
    let payment = disputed(&mut api).await;
    api.post(&path(&payment), evidence()).await;
    for statement in ["UPDATE dispute_evidence SET text = 'other'", "DELETE FROM dispute_evidence"] {
        let refused = sqlx::query(statement).execute(&api.database.pool).await.unwrap_err();
        assert!(refused.to_string().contains("never changed"), "{refused}");
    }
}

#[tokio::test]
async fn evidence_is_taken_while_the_dispute_is_open_and_shown_for_ever() {
    let mut api = Api::start().await;
    let payment = protected(&mut api).await;
    assert_eq!(code(api.post(&path(&payment), evidence()).await).await, "payment_not_disputed");
    let before = dispute(&api, &payment).await;
    assert_eq!((&before["status"], &before["evidence"]), (&json!("none"), &json!([])));

    let until = api.ledger.clock + TimeDelta::hours(2);
    api.ledger.dispute(&payment, until).await;
    assert_eq!(api.post(&path(&payment), evidence()).await.status(), StatusCode::CREATED);
    let after = After { captured: 25_000_000, sequence: 3, ..After::default() };
    api.ledger.carry_out(&payment, TransactionKind::Release, "released", 25_000_000, after).await;
    assert_eq!(code(api.post(&path(&payment), evidence()).await).await, "payment_not_disputed");
    let ended = dispute(&api, &payment).await;
    assert_eq!((&ended["status"], ended["evidence"].as_array().unwrap().len()), (&json!("ended"), 1));
    assert_eq!(ended["expires_at"], Value::Null);
}

#[tokio::test]
async fn evidence_that_cannot_be_read_is_refused_field_by_field() {
    let mut api = Api::start().await;
    let payment = disputed(&mut api).await;
    let wrong =
        json!({ "text": "", "files": [{ "name": "a", "sha256": "AB", "url": "file:///etc/passwd" }] });
    let refused = problem(api.post(&path(&payment), wrong).await).await;
    let fields: Vec<_> = refused.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["text", "files.0.sha256", "files.0.url"]);
    let large = json!({ "text": "x".repeat(70_000) });
    assert_eq!(code(api.post(&path(&payment), large).await).await, "body_too_large");
    assert_eq!(dispute(&api, &payment).await["evidence"], json!([]));
}

#[tokio::test]
async fn evidence_of_another_merchant_is_not_there() {
    let mut api = Api::start().await;
    let payment = disputed(&mut api).await;
    let stranger = api.another_merchant().await;
    let asked = |method, path: String| {
        let request = reqwest::Client::new().request(method, format!("{}{path}", api.url));
        request.bearer_auth(&stranger.key)
    };
    let give = asked(Method::POST, path(&payment)).json(&evidence()).send().await.unwrap();
    assert_eq!(code(give).await, "payment_not_found");
    let look = asked(Method::GET, format!("/v1/payments/{}/dispute", payment.id)).send().await.unwrap();
    assert_eq!(code(look).await, "payment_not_found");
}

pub async fn provoke(seen: &mut Seen, api: &mut Api) {
    let payment = api.authorized().await;
    seen.expect(Code::PaymentNotDisputed, api.post(&path(&payment), evidence()).await).await;

    let payment = disputed(api).await;
    assert_eq!(api.post(&path(&payment), evidence()).await.status(), StatusCode::CREATED);
    // As if that had been done 49 times.
    sqlx::query(
        "INSERT INTO dispute_evidence (id, payment_id, text, sha256, actor)
         SELECT 'evd_' || n, payment_id, text, sha256, actor FROM dispute_evidence, generate_series(1, 48) n",
    )
    .execute(&api.database.pool)
    .await
    .unwrap();
    assert_eq!(api.post(&path(&payment), evidence()).await.status(), StatusCode::CREATED);
    seen.expect(Code::EvidenceLimitReached, api.post(&path(&payment), evidence()).await).await;
}
