//! Starting, stopping, starting again.

use std::net::TcpListener;

use serde_json::json;

use till_e2e::{Net, flags, program};

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_continues_where_the_first_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let flags = flags(dir.path());
    let net = Net::start(dir.path(), &flags, &[]).await;
    let payment = net.payment("USDC").await;
    net.pay(&payment).await;
    let before = net.until_status(&payment, "authorized").await;
    let key = net.description.api_key.clone();
    let ports_of = |net: &Net| [net.description.api_url.clone(), net.description.rpc_url.clone()];
    let urls = ports_of(&net);
    net.stop();
    for url in urls {
        assert!(reqwest::get(&url).await.is_err(), "something still listens on {url}");
    }

    let net = Net::start(dir.path(), &flags, &[]).await;
    assert_eq!(net.description.api_key, key, "the same merchant with the same key");
    let after = net.until_status(&payment, "authorized").await;
    assert_eq!(after["address"], before["address"]);
    net.post(&format!("/v1/payments/{payment}/capture"), json!({})).await;
    let captured = net.until_status(&payment, "captured").await;
    assert!(captured["sequence"].as_i64() > before["sequence"].as_i64());
    net.until_webhook(&payment, "payment.captured").await;
    net.stop();

    let net = Net::start(dir.path(), &flags, &["--fresh"]).await;
    let (status, _) = net.call(reqwest::Method::GET, &format!("/v1/payments/{payment}"), None, &[]).await;
    assert_eq!(status, reqwest::StatusCode::NOT_FOUND, "a fresh start knows nothing");
}

#[test]
fn a_port_in_use_is_an_error_that_says_which_and_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut flags = flags(dir.path());
    let at = flags.iter().position(|flag| flag == "--grpc-port").unwrap();
    flags[at + 1] = port.clone();
    let ended = program("till-localnet").arg("up").args(flags).output().unwrap();
    assert!(!ended.status.success());
    let told = String::from_utf8_lossy(&ended.stderr);
    for word in [port.as_str(), "Yellowstone gRPC", "--grpc-port", "TILL_GRPC_PORT"] {
        assert!(told.contains(word), "no {word:?} in {told}");
    }
}
