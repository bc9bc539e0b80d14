//! Webhooks are believed when they are the gateway's, and only then.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::Utc;
use ed25519_dalek::{Signer, SigningKey};
use http::HeaderMap;
use standardwebhooks::Webhook;
use till_client::types::EventData;
use till_client::webhooks::{VerificationError, verify};

/// Of the examples of the Standard Webhooks specification.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "evt_1";
const BODY: &[u8] =
    br#"{"id":"evt_1","type":"endpoint.paused","timestamp":"2026-11-21T12:00:00Z","merchant":"mer_1",
    "sequence":7,"data":{"endpoint":"end_1","url":"https://shop.example","reason":"gone"}}"#;

fn headers(timestamp: i64, signature: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("webhook-id", ID.parse().unwrap());
    headers.insert("webhook-timestamp", timestamp.to_string().parse().unwrap());
    headers.insert("webhook-signature", signature.parse().unwrap());
    headers
}

#[test]
fn v1_verifies_with_the_secret() {
    let now = Utc::now().timestamp();
    let webhook = Webhook::new(SECRET).unwrap();
    let signed = headers(now, &webhook.sign(ID, now, BODY).unwrap());
    let event = verify(BODY, &signed, SECRET).unwrap();
    assert_eq!((event.kind.as_str(), event.sequence), ("endpoint.paused", 7));
    assert!(matches!(event.data, EventData::EndpointPaused(paused) if paused.reason == "gone"));

    let late = headers(now - 301, &webhook.sign(ID, now - 301, BODY).unwrap());
    for (body, headers, key) in [
        (&BODY[1..], &signed, SECRET),
        (BODY, &signed, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        (BODY, &late, SECRET),
        (BODY, &HeaderMap::new(), SECRET),
    ] {
        assert!(matches!(verify(body, headers, key), Err(VerificationError::Signature)));
    }
    assert!(matches!(verify(BODY, &signed, "whsec_?"), Err(VerificationError::Key)));
}

#[test]
fn v1a_verifies_with_the_public_key_alone() {
    let signing = SigningKey::from_bytes(&[7; 32]);
    let key = format!("whpk_{}", STANDARD.encode(signing.verifying_key()));
    let now = Utc::now().timestamp();
    let sign = |timestamp: i64| {
        let text = [format!("{ID}.{timestamp}.").as_bytes(), BODY].concat();
        headers(timestamp, &format!("v1,AAAA v1a,{}", STANDARD.encode(signing.sign(&text).to_bytes())))
    };
    assert_eq!(verify(BODY, &sign(now), &key).unwrap().id, ID);

    assert!(matches!(verify(&BODY[1..], &sign(now), &key), Err(VerificationError::Signature)));
    assert!(matches!(verify(BODY, &sign(now - 301), &key), Err(VerificationError::Timestamp)));
    assert!(matches!(verify(BODY, &headers(now, "v1,AAAA"), &key), Err(VerificationError::Signature)));
    assert!(matches!(verify(BODY, &HeaderMap::new(), &key), Err(VerificationError::Header("webhook-id"))));
    assert!(matches!(verify(BODY, &sign(now), "whpk_AAAA"), Err(VerificationError::Key)));
    let other = format!("whpk_{}", STANDARD.encode(SigningKey::from_bytes(&[8; 32]).verifying_key()));
    assert!(matches!(verify(BODY, &sign(now), &other), Err(VerificationError::Signature)));
}
