//! The command line as a developer runs it: the real program, against the real API on a real Postgres.

mod support;

use serde_json::Value;
use support::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_asked_for_and_found_again() {
    let world = World::start().await;
    let asked = ["payments", "create", "25.00", "--token", "USDC", "--order", "7", "--idempotency-key", "k"];
    let first: Value = world.json(&asked).await;
    assert_eq!(first["amount"]["value"], "25.00");
    assert_eq!(world.json(&asked).await["id"], first["id"], "the same key: the same payment");
    let id = first["id"].as_str().unwrap();
    let said = world.says(&["payments", "get", id]).await;
    assert!(said.contains(id) && said.contains("25.00 USDC  created (unseen)"), "{said}");
    let said = world.says(&["payments", "list", "--order", "7"]).await;
    assert_eq!(said.lines().count(), 2, "{said}");
    let refused = world.fails(&["payments", "capture", id]).await;
    assert!(refused.contains("payment_not_authorized"), "{refused}");
    let said = world.says(&["payments", "cancel", id]).await;
    assert!(said.contains("cancelled"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_made_used_rotated_and_revoked() {
    let world = World::start().await;
    let created = ["keys", "create", "--name", "reader", "--scope", "payments:read"];
    let created: Value = world.json(&created).await;
    let (id, secret) = (created["id"].as_str().unwrap(), created["secret"].as_str().unwrap());
    let with =
        |secret: &str| vec!["--key".to_owned(), secret.to_owned(), "payments".to_owned(), "list".to_owned()];
    world.says(&with(secret)).await;
    let refused = world.fails(&["--key", secret, "payments", "create", "1", "--token", "USDC"]).await;
    assert!(refused.contains("payments:write"), "{refused}");
    let rotated: Value = world.json(&["keys", "rotate", id, "--overlap", "60"]).await;
    let next = rotated["secret"].as_str().unwrap();
    assert_ne!(next, secret);
    world.says(&with(secret)).await;
    world.says(&with(next)).await;
    let said = world.says(&["keys", "list"]).await;
    assert!(said.contains("reader") && !said.contains(next), "{said}");
    world.says(&["keys", "revoke", rotated["id"].as_str().unwrap()]).await;
    assert!(world.fails(&with(next)).await.contains("unauthorized"));
}

#[tokio::test(flavor = "multi_thread")]
async fn events_reach_a_machine_that_has_no_public_address() {
    let world = World::start().await;
    let received = support::Receiver::start().await;
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let listening =
        world.listening(&["--forward-to", &received.url, "--secret", secret, "--limit", "2"]).await;
    world.says(&["events", "trigger", "payment.captured"]).await;
    world.says(&["events", "trigger", "payment.refunded"]).await;
    let said = listening.ended().await;
    assert!(said.contains("payment.captured") && said.contains("[200]"), "{said}");

    let got = received.got();
    let kinds: Vec<Value> =
        got.iter().map(|(_, body)| serde_json::from_str::<Value>(body).unwrap()).collect();
    assert_eq!(
        kinds.iter().map(|event| event["type"].clone()).collect::<Vec<_>>(),
        ["payment.captured", "payment.refunded"]
    );
    assert!(kinds.iter().all(|event| event["test"] == true));
    let webhook = standardwebhooks::Webhook::new(secret).unwrap();
    for (headers, body) in &got {
        webhook.verify(body.as_bytes(), headers).unwrap();
    }
    let said = world.says(&["events", "list"]).await;
    assert_eq!(said.lines().count(), 3, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_said_and_nothing_else() {
    let world = World::start().await;
    let refused = world.fails(&["--key", "till_sk_wrong", "payments", "list"]).await;
    assert!(refused.contains("unauthorized"), "{refused}");
    let refused = world.fails(&["--url", "http://127.0.0.1:1", "payments", "list"]).await;
    assert!(refused.contains("cannot be reached") && !refused.contains(&world.key), "{refused}");
    assert!(world.fails(&["events", "trigger", "nonsense"]).await.contains("nonsense"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_brought_to_this_version() {
    let world = World::start().await;
    let said = world.says(&["migrate", "--database-url", &world.database.url]).await;
    assert!(said.contains("the database is at migration"), "{said}");
}
