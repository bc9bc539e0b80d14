//! Events, to be read in order: by page, by waiting, by a stream.

use std::time::{Duration, Instant};

use futures::StreamExt;
use serde_json::{Value, json};
use solana_pubkey::Pubkey;

use super::{endpoint, shown, text};
use crate::support::receiver::{Behaviour, Receiver};
use crate::support::{Api, code};

fn sequences(page: &Value) -> Vec<i64> {
    page["data"].as_array().unwrap().iter().map(|event| event["sequence"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn events_can_be_read_without_a_gap() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Takes).await;
    endpoint(&api, &receiver.url).await;
    for _ in 0..5 {
        let payment = api.payment().await;
        api.ledger.authorize(&api.merchant.address, &payment, &Pubkey::new_unique()).await;
    }
    let first = shown(&api, "/v1/events?limit=3").await;
    let second = shown(&api, &format!("/v1/events?after={}&limit=3", first["last_sequence"])).await;
    assert_eq!([sequences(&first), sequences(&second)].concat(), [1, 2, 3, 4, 5]);
    let end = shown(&api, &format!("/v1/events?after={}", second["last_sequence"])).await;
    assert_eq!(end, json!({ "data": [], "last_sequence": 5 }));
    let text = api.get("/v1/events?after=0").await.text().await.unwrap();
    for event in receiver.wait_for(5).await {
        assert!(text.contains(&event.body), "the same bytes as in the webhook");
        let one = api.get(&format!("/v1/events/{}", event.id)).await.text().await.unwrap();
        assert_eq!(one, event.body);
    }
}

#[tokio::test]
async fn a_filter_leaves_out_and_says_how_far_it_looked() {
    let mut api = Api::start().await;
    let wanted = api.captured().await;
    api.captured().await;
    let of_payment = shown(&api, &format!("/v1/events?payment={}", wanted.id)).await;
    assert_eq!((sequences(&of_payment), &of_payment["last_sequence"]), (vec![1, 2], &json!(4)));
    let captures = shown(&api, "/v1/events?types=payment.captured").await;
    assert_eq!((sequences(&captures), &captures["last_sequence"]), (vec![2, 4], &json!(4)));
    let page = shown(&api, "/v1/events?types=payment.captured,endpoint.*&limit=1").await;
    assert_eq!((sequences(&page), &page["last_sequence"]), (vec![2], &json!(2)));
    assert_eq!(code(api.get("/v1/events?types=payment.eaten").await).await, "invalid_query");
    assert_eq!(code(api.get("/v1/events?wait=31").await).await, "invalid_query");
    let first = text(&captures["data"][0]["id"]);
    api.merchant.key = api.another_merchant().await.key;
    assert!(sequences(&shown(&api, "/v1/events").await).is_empty());
    assert_eq!(code(api.get(&format!("/v1/events/{first}")).await).await, "event_not_found");
}

#[tokio::test]
async fn who_waits_is_answered_when_something_happens() {
    let mut api = Api::start().await;
    let started = Instant::now();
    assert!(sequences(&shown(&api, "/v1/events?wait=1").await).is_empty());
    assert!(started.elapsed() >= Duration::from_secs(1));
    let waiting = tokio::spawn(api.request(reqwest::Method::GET, "/v1/events?wait=30").send());
    tokio::time::sleep(Duration::from_millis(200)).await;
    let started = Instant::now();
    api.authorized().await;
    let page: Value = waiting.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(sequences(&page), [1]);
    assert!(started.elapsed() < Duration::from_secs(4), "woken, and not by looking again");
}

#[tokio::test]
async fn who_waits_is_answered_before_the_request_is_given_up() {
    let mut api = Api::start().await;
    api.restart_with(|config| config.request_timeout = Duration::from_secs(6)).await;
    assert!(sequences(&shown(&api, "/v1/events?wait=30").await).is_empty());
    let payment = api.authorized().await;
    let path = format!("/v1/payments/{}/capture", payment.id);
    let answer = api.request(reqwest::Method::POST, &path).header("prefer", "wait=30").send().await.unwrap();
    assert_eq!(answer.status(), reqwest::StatusCode::ACCEPTED);
}

/// Reads a stream until it has told `count` events: their ids, types and bodies.
async fn told(response: reqwest::Response, count: usize) -> Vec<(i64, String, Value)> {
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let (mut chunks, mut text, mut events) = (response.bytes_stream(), String::new(), Vec::new());
    while events.len() < count {
        let chunk = tokio::time::timeout(Duration::from_secs(20), chunks.next()).await.unwrap();
        text.push_str(std::str::from_utf8(&chunk.unwrap().unwrap()).unwrap());
        while let Some((event, rest)) = text.split_once("\n\n") {
            let field = |name: &str| {
                event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
            };
            if let (Some(id), Some(kind), Some(data)) = (field("id"), field("event"), field("data")) {
                events.push((id.parse().unwrap(), kind, serde_json::from_str(&data).unwrap()));
            }
            text = rest.to_owned();
        }
    }
    events
}

#[tokio::test]
async fn a_stream_tells_what_happens_and_goes_on_where_it_broke() {
    let mut api = Api::start().await;
    api.captured().await;
    let live = api.get("/v1/events/stream").await;
    let before = api.get("/v1/events/stream?after=0").await;
    let filtered = api.get("/v1/events/stream?after=0&types=payment.captured").await;
    api.captured().await;
    let ids = |events: &[(i64, String, Value)]| events.iter().map(|event| event.0).collect::<Vec<_>>();
    assert_eq!(ids(&told(live, 2).await), [3, 4], "from now on");
    let all = told(before, 4).await;
    assert_eq!(ids(&all), [1, 2, 3, 4]);
    assert!(all.iter().all(|(id, kind, body)| body["sequence"] == *id && body["type"] == *kind));
    assert_eq!(ids(&told(filtered, 2).await), [2, 4]);

    let stream = api.request(reqwest::Method::GET, "/v1/events/stream?after=0");
    let resumed = stream.header("last-event-id", "3").send().await.unwrap();
    assert_eq!(ids(&told(resumed, 1).await), [4]);
    let stream = api.request(reqwest::Method::GET, "/v1/events/stream");
    assert_eq!(code(stream.header("last-event-id", "x").send().await.unwrap()).await, "invalid_query");
}

#[tokio::test]
async fn a_stream_ends_with_the_process() {
    let mut api = Api::start().await;
    let stream = api.get("/v1/events/stream").await;
    let started = Instant::now();
    api.stop().await;
    stream.bytes().await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
}
