//! Payments as server-sent events.

use std::time::Duration;

use futures::StreamExt;
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;
use solana_pubkey::Pubkey;
use till_api::Code;
use till_store::domain::TransactionKind;

use crate::problems::Seen;
use crate::support::{Api, ledger::After};

/// One server-sent event.
#[derive(Debug)]
struct Told {
    id: String,
    kind: String,
    data: Value,
}

/// The events of a response, as a browser reads them.
struct Reader {
    response: Response,
    text: String,
}

impl Reader {
    async fn open(api: &Api, path: &str, last: Option<&str>) -> Self {
        let mut request = api.request(Method::GET, path);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// The next event; nothing when the stream has ended.
    async fn next(&mut self) -> Option<Told> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let mut lines = event.lines().filter_map(|line| line.strip_prefix(name));
                    lines.next().map(|value| value.trim_start_matches([':', ' ']).to_owned())
                };
                let (id, kind, data) = (field("id"), field("event"), field("data"));
                self.text = rest.to_owned();
                // A comment has no data.
                let Some(data) = data else { continue };
                let data = serde_json::from_str(&data).unwrap();
                return Some(Told { id: id.unwrap(), kind: kind.unwrap(), data });
            }
            let chunk = tokio::time::timeout(Duration::from_secs(20), self.response.chunk());
            let chunk = chunk.await.expect("an event or the end").unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

#[tokio::test]
async fn a_merchant_sees_each_change_and_misses_none() {
    let mut api = Api::start().await;
    let payment = api.payment().await;
    let other = api.payment().await;
    let path = format!("/v1/payments/{}/stream", payment.id);
    let mut stream = Reader::open(&api, &path, None).await;
    let first = stream.next().await.unwrap();
    assert_eq!((first.kind.as_str(), first.id.as_str()), ("payment", "0"));
    assert_eq!((&first.data["status"], &first.data["id"]), (&"created".into(), &payment.id.as_str().into()));

    let merchant = api.merchant.address;
    api.ledger.authorize(&merchant, &other, &Pubkey::new_unique()).await;
    api.ledger.authorize(&merchant, &payment, &Pubkey::new_unique()).await;
    let authorized = stream.next().await.unwrap();
    assert_eq!((authorized.kind.as_str(), authorized.id.as_str()), ("payment.authorized", "2"));
    assert_eq!(authorized.data["data"]["payment"]["id"], payment.id.as_str());
    drop(stream);

    let after = After { capturable: 15_000_000, captured: 10_000_000, sequence: 2, ..After::default() };
    api.ledger.carry_out(&payment, TransactionKind::Capture, "captured", 10_000_000, after).await;
    let mut again = Reader::open(&api, &path, Some("2")).await;
    let captured = again.next().await.unwrap();
    assert_eq!((captured.kind.as_str(), captured.id.as_str()), ("payment.captured", "3"));
    let mut from_the_start = Reader::open(&api, &path, Some("0")).await;
    assert_eq!(from_the_start.next().await.unwrap().kind, "payment.authorized");
    assert_eq!(from_the_start.next().await.unwrap().kind, "payment.captured");
}

#[tokio::test]
async fn a_customer_sees_the_state_and_nothing_of_the_shop() {
    let mut api = Api::start().await;
    let payment = api.payment().await;
    let mut stream = Reader::open(&api, &format!("/pay/{}/stream", payment.id), None).await;
    let created = stream.next().await.unwrap();
    assert_eq!((created.kind.as_str(), &created.data["status"]), ("payment", &"created".into()));
    let mut known: Vec<&String> = created.data.as_object().unwrap().keys().collect();
    known.sort();
    assert_eq!(known, ["amount", "finality", "id", "redirect_url", "sequence", "status", "symbol"]);
    let merchant = api.merchant.address;
    api.ledger.authorize(&merchant, &payment, &Pubkey::new_unique()).await;
    let paid = stream.next().await.unwrap();
    assert_eq!((paid.id.as_str(), &paid.data["status"]), ("1", &"authorized".into()));
}

#[tokio::test]
async fn many_streams_of_one_payment_are_all_told() {
    let mut api = Api::start().await;
    let payment = api.payment().await;
    let path = format!("/pay/{}/stream", payment.id);
    let open = futures::future::join_all((0..50).map(|_| Reader::open(&api, &path, None)));
    let mut streams = open.await;
    for stream in &mut streams {
        assert_eq!(stream.next().await.unwrap().data["status"], "created");
    }
    let merchant = api.merchant.address;
    api.ledger.authorize(&merchant, &payment, &Pubkey::new_unique()).await;
    let told =
        futures::stream::iter(streams).map(|mut stream| async move { stream.next().await.unwrap().data });
    let told: Vec<Value> = told.buffer_unordered(50).collect().await;
    assert!(told.iter().all(|state| state["status"] == "authorized"), "{told:?}");
}

#[tokio::test]
async fn a_stream_ends_with_the_process() {
    let mut api = Api::start().await;
    let payment = api.payment().await;
    let mut stream = Reader::open(&api, &format!("/v1/payments/{}/stream", payment.id), None).await;
    assert!(stream.next().await.is_some());
    let started = std::time::Instant::now();
    api.stop().await;
    assert!(stream.next().await.is_none());
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_stream_is_the_merchants_own() {
    let mut api = Api::start().await;
    let payment = api.payment().await;
    let stranger = api.another_merchant().await;
    let url = format!("{}/v1/payments/{}/stream", api.url, payment.id);
    let answer = reqwest::Client::new().get(url).bearer_auth(stranger.key).send().await.unwrap();
    assert_eq!(crate::support::code(answer).await, "payment_not_found");
}

/// More streams than there are places.
pub async fn provoke(seen: &mut Seen, api: &mut Api) {
    api.restart_with(|config| config.max_streams = 1).await;
    let payment = api.payment().await;
    let path = format!("/pay/{}/stream", payment.id);
    let stream = Reader::open(api, &path, None).await;
    let refused = api.get(&path).await;
    assert_eq!(refused.headers()["retry-after"], "30");
    seen.expect(Code::TooManyStreams, refused).await;
    drop(stream);
    api.restart_with(|config| config.max_streams = 100).await;
}
