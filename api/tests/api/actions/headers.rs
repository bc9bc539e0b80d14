//! What is true of every answer.

use std::time::Duration;

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;

use super::{ask, show};
use crate::support::{Api, code, rpc};

const MAINNET: &str = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp";

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
}

fn require_headers(response: &Response) {
    assert_eq!(header(response, "access-control-allow-origin"), "*");
    for method in ["GET", "POST", "PUT", "OPTIONS"] {
        assert!(header(response, "access-control-allow-methods").contains(method), "{method}");
    }
    let allowed = header(response, "access-control-allow-headers").to_lowercase();
    for name in [
        "content-type",
        "authorization",
        "content-encoding",
        "accept-encoding",
        "x-accept-action-version",
        "x-accept-blockchain-ids",
    ] {
        assert!(allowed.split(", ").any(|one| one == name), "{name} of {allowed}");
    }
    let exposed = header(response, "access-control-expose-headers").to_lowercase();
    assert!(exposed.contains("x-action-version") && exposed.contains("x-blockchain-ids"), "{exposed}");
    assert_eq!(header(response, "x-action-version"), "2.4");
    assert_eq!(header(response, "x-blockchain-ids"), MAINNET);
}

#[tokio::test]
async fn every_answer_has_the_specifications_headers() {
    let mut api = Api::start().await;
    let payment = api.payment().await;
    let pay = format!("/actions/pay/{}", payment.id);
    let account = json!({ "account": Pubkey::new_unique().to_string() });
    for (method, path, body, status) in [
        (Method::GET, "/actions.json", None, 200),
        (Method::OPTIONS, "/actions.json", None, 204),
        (Method::OPTIONS, pay.as_str(), None, 204),
        (Method::GET, &pay, None, 200),
        (Method::POST, &pay, Some(account.clone()), 422),
        (Method::POST, &pay, Some(json!({})), 400),
        (Method::DELETE, &pay, None, 405),
        (Method::GET, "/actions/pay/pay_nope", None, 404),
        (Method::GET, "/actions/steal/pay_nope", None, 404),
        (Method::GET, "/actions/nowhere", None, 404),
        (Method::OPTIONS, "/actions/nowhere", None, 204),
    ] {
        let response = ask(&api, method.clone(), path, body).await;
        assert_eq!(response.status().as_u16(), status, "{method} {path}");
        require_headers(&response);
        if status >= 400 {
            assert_eq!(header(&response, "content-type"), "application/json");
            let body: Value = response.json().await.unwrap();
            assert!(body["message"].is_string() && body["code"].is_string(), "{body}");
        }
    }

    api.restart_with(|config| config.request_timeout = Duration::from_secs(1)).await;
    api.rpc.node().hangs = true;
    let late = ask(&api, Method::POST, &pay, Some(account)).await;
    assert_eq!(late.status(), StatusCode::GATEWAY_TIMEOUT);
    require_headers(&late);
}

#[tokio::test]
async fn no_other_route_is_opened_or_answers_in_this_form() {
    let api = Api::start().await;
    let elsewhere = ask(&api, Method::GET, "/v1/payments", None).await;
    assert!(!elsewhere.headers().contains_key("access-control-allow-origin"));
    assert!(!elsewhere.headers().contains_key("x-action-version"));
    assert_eq!(code(elsewhere).await, "unauthorized");
}

#[tokio::test]
async fn a_chain_of_ones_own_is_named_by_its_first_block() {
    let mut api = Api::start().await;
    api.restart_with(|config| config.chain_id = "localnet".to_owned()).await;
    let rules = ask(&api, Method::GET, "/actions.json", None).await;
    assert_eq!(header(&rules, "x-blockchain-ids"), format!("solana:{}", &rpc::GENESIS[..32]));
}

#[tokio::test]
async fn pages_are_blinks_too() {
    let api = Api::start().await;
    let rules = show(&api, "/actions.json").await;
    let rules = rules["rules"].as_array().unwrap();
    let of = |page: &str| &rules.iter().find(|rule| rule["pathPattern"] == page).unwrap()["apiPath"];
    assert_eq!(of("/checkout/*"), "/actions/pay/*");
    assert_eq!(of("/campaigns/*"), "/actions/donate/*");
    assert_eq!(of("/actions/**"), "/actions/**");
    assert_eq!(rules.len(), 6);
}

#[tokio::test]
async fn icons_are_served_in_two_forms() {
    let api = Api::start().await;
    for name in ["pay", "donate", "stake", "burn", "dispute"] {
        let svg = ask(&api, Method::GET, &format!("/icons/{name}.svg"), None).await;
        assert_eq!(header(&svg, "content-type"), "image/svg+xml");
        assert!(svg.text().await.unwrap().starts_with("<svg"));
        let png = ask(&api, Method::GET, &format!("/icons/{name}.png"), None).await;
        assert_eq!(
            (header(&png, "content-type"), header(&png, "access-control-allow-origin")),
            ("image/png", "*")
        );
        let bytes = png.bytes().await.unwrap();
        // The signature, and in the first chunk width and height.
        assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(&bytes[16..24], [0, 0, 2, 0, 0, 0, 2, 0]);
        assert!(bytes.len() < 20_000, "{name}: {}", bytes.len());
    }
    let missing = ask(&api, Method::GET, "/icons/steal.png", None).await;
    assert_eq!(code(missing).await, "route_not_found");
}
