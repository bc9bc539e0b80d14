//! Rate limits, in one process and in several.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use till_api::Config;
use tokio::net::UnixStream;

use crate::support::{Api, code, eventually};

async fn limited(change: impl FnOnce(&mut Config)) -> Api {
    let mut api = Api::start().await;
    api.restart_with(change).await;
    api
}

fn header(response: &Response, name: &str) -> String {
    response.headers()[name].to_str().unwrap().to_owned()
}

async fn get_with(api: &Api, key: &str) -> Response {
    let request = reqwest::Client::new().get(format!("{}/v1/payments", api.url));
    request.bearer_auth(key).send().await.unwrap()
}

#[tokio::test]
async fn a_key_may_read_so_often_and_is_told_how_often_still() {
    let mut api = limited(|config| config.limits.limit_reads = "3/60".parse().unwrap()).await;
    let another = api.another_merchant().await;
    for left in ["2", "1", "0"] {
        let response = api.get("/v1/payments").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "ratelimit-limit"), "3");
        assert_eq!(header(&response, "ratelimit-remaining"), left);
        assert_eq!(header(&response, "ratelimit-policy"), "\"reads\";q=3;w=60");
        assert!(header(&response, "ratelimit").starts_with(&format!("\"reads\";r={left};t=")));
    }
    let refused = api.get("/v1/payments").await;
    let wait: u64 = header(&refused, "retry-after").parse().unwrap();
    assert!((1..=20).contains(&wait), "one more every 20 s: {wait}");
    assert_eq!(header(&refused, "ratelimit-remaining"), "0");
    assert_eq!(code(refused).await, "rate_limited");

    let write = api.post("/v1/payments", json!({ "amount": "1", "token": "USDC" })).await;
    assert_eq!(write.status(), StatusCode::CREATED, "writes are counted apart");
    assert_eq!(get_with(&api, &another.key).await.status(), StatusCode::OK, "and so is another key");
    for _ in 0..5 {
        assert!(api.get("/healthz").await.status().is_success(), "health is not counted");
    }
}

#[tokio::test]
async fn who_has_no_key_is_known_by_the_address() {
    let api = limited(|config| {
        config.limits.limit_address = "2/60".parse().unwrap();
        config.limits.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let from = async |address: &str| {
        let request = reqwest::Client::new().get(format!("{}/pay/pay_nope", api.url));
        request.header("x-forwarded-for", address).send().await.unwrap().status()
    };
    for _ in 0..2 {
        assert_eq!(from("198.51.100.1").await, StatusCode::NOT_FOUND);
    }
    assert_eq!(from("198.51.100.1").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(from("198.51.100.2").await, StatusCode::NOT_FOUND);
    assert_eq!(from("2001:db8::1").await, StatusCode::NOT_FOUND);
    assert_eq!(from("2001:db8::2").await, StatusCode::NOT_FOUND);
    assert_eq!(from("2001:db8::3").await, StatusCode::TOO_MANY_REQUESTS, "one customer's /64");
}

#[tokio::test]
async fn an_address_is_believed_from_a_trusted_proxy_alone() {
    let api = limited(|config| config.limits.limit_address = "1/60".parse().unwrap()).await;
    let mut statuses = Vec::new();
    for address in ["198.51.100.1", "198.51.100.2"] {
        let request = reqwest::Client::new().get(format!("{}/pay/pay_nope", api.url));
        statuses.push(request.header("x-forwarded-for", address).send().await.unwrap().status());
    }
    assert_eq!(statuses, [StatusCode::NOT_FOUND, StatusCode::TOO_MANY_REQUESTS]);
}

#[tokio::test]
async fn an_address_that_guesses_keys_is_not_listened_to_for_a_while() {
    let api = limited(|config| {
        config.limits.limit_failures = "2/60".parse().unwrap();
        config.limits.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    for guess in 0..3 {
        let refused = get_with(&api, &format!("till_sk_{guess}")).await;
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    }
    assert_eq!(code(get_with(&api, "till_sk_3").await).await, "rate_limited");
    assert_eq!(code(api.get("/v1/payments").await).await, "rate_limited", "a valid key neither");
    let elsewhere = api.request(Method::GET, "/v1/payments").header("x-forwarded-for", "198.51.100.1");
    assert_eq!(elsewhere.send().await.unwrap().status(), StatusCode::OK, "from elsewhere it is good");
}

#[tokio::test]
async fn made_up_keys_have_no_budget_of_their_own() {
    let api = limited(|config| {
        config.limits.limit_address = "2/600".parse().unwrap();
        config.limits.limit_failures = "off".parse().unwrap();
        config.limits.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let from = async |address: &str, path: &str, authorization: &str| {
        let request = reqwest::Client::new().get(format!("{}{path}", api.url));
        let request = request.header("x-forwarded-for", address).header("authorization", authorization);
        request.send().await.unwrap().status()
    };
    for authorization in ["Basic 1", "Basic 2"] {
        assert_eq!(from("198.51.100.1", "/pay/pay_nope", authorization).await, StatusCode::NOT_FOUND);
    }
    let refused = from("198.51.100.1", "/pay/pay_nope", "Basic 3").await;
    assert_eq!(refused, StatusCode::TOO_MANY_REQUESTS, "what is no key is nobody");
    for guess in 0..3 {
        let key = format!("Bearer till_sk_{guess}");
        assert_eq!(from("198.51.100.2", "/v1/payments", &key).await, StatusCode::UNAUTHORIZED);
    }
    let refused = from("198.51.100.2", "/v1/payments", "Bearer till_sk_3").await;
    assert_eq!(refused, StatusCode::TOO_MANY_REQUESTS, "nor is a key that nobody has");
    let valid = format!("Bearer {}", api.merchant.key);
    for _ in 0..4 {
        assert_eq!(from("198.51.100.3", "/v1/payments", &valid).await, StatusCode::OK);
    }
}

/// A Redis of the test's own, on a socket, that keeps nothing.
struct Redis {
    server: Child,
    socket: std::path::PathBuf,
}

impl Redis {
    fn start() -> Self {
        let socket = std::env::temp_dir().join(format!("till-redis-{:016x}.sock", rand::random::<u64>()));
        let server = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"])
            .arg(&socket)
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is installed by tools/setup test");
        Self { server, socket }
    }

    fn url(&self) -> String {
        format!("redis+unix://{}", self.socket.display())
    }

    fn stop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = std::fs::remove_file(&self.socket);
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
    }
}

#[tokio::test]
async fn processes_count_together_in_redis_and_each_for_itself_without() {
    let mut redis = Redis::start();
    eventually("redis", async || UnixStream::connect(&redis.socket).await.is_ok()).await;
    let mut api = limited(|config| {
        config.limits.limit_reads = "4/600".parse().unwrap();
        config.limits.redis_url = Some(redis.url());
    })
    .await;
    let (other, _) = api.another_process().await;
    let at = async |url: &str, key: &str| {
        let request = reqwest::Client::new().get(format!("{url}/v1/payments"));
        request.bearer_auth(key).send().await.unwrap()
    };
    // A process that does not hear from Redis in time counts for itself, which a busy machine lets happen. It leaves
    // Redis alone for a while then, and the next try is with a key that nobody has counted yet.
    let counted_together = [
        (StatusCode::OK, "3"),
        (StatusCode::OK, "2"),
        (StatusCode::OK, "1"),
        (StatusCode::OK, "0"),
        (StatusCode::TOO_MANY_REQUESTS, "0"),
        (StatusCode::TOO_MANY_REQUESTS, "0"),
    ]
    .map(|(status, left)| (status, left.to_owned()));
    let started = Instant::now();
    let (key, answers) = loop {
        let key = api.another_merchant().await.key;
        let mut answers = Vec::new();
        for url in [&api.url, &other].repeat(3) {
            answers.push(at(url, &key).await);
        }
        let counted: Vec<_> =
            answers.iter().map(|answer| (answer.status(), header(answer, "ratelimit-remaining"))).collect();
        if counted == counted_together {
            break (key, answers);
        }
        assert!(started.elapsed() < Duration::from_secs(30), "{counted:?}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    for refused in &answers[4..] {
        let wait: u64 = header(refused, "retry-after").parse().unwrap();
        assert!((100..=150).contains(&wait), "{wait}");
    }

    redis.stop();
    for left in ["3", "2"] {
        let response = at(&api.url, &key).await;
        assert_eq!(response.status(), StatusCode::OK, "nobody is stopped by it");
        assert_eq!(header(&response, "ratelimit-remaining"), left);
    }
    tokio::time::sleep(Duration::from_millis(10)).await;
    api.stop().await;
}
