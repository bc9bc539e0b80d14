//! The pages for people, and what they ask the API.

use std::path::Path;

use chrono::{Duration, SubsecRound, Utc};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_signer::Signer;
use till_store::domain::Payment;

use crate::support::{Api, problem};

const PAGES: [(&str, &str); 7] = [
    ("/checkout/pay_1", "checkout.html"),
    ("/links/lnk_1", "link.html"),
    ("/campaigns/7Np41oeYqPefeNQEHSv1UDhYrehxin3NStELsSKCT4K2", "campaign.html"),
    ("/pools/7Np41oeYqPefeNQEHSv1UDhYrehxin3NStELsSKCT4K2", "pool.html"),
    ("/burns/7Np41oeYqPefeNQEHSv1UDhYrehxin3NStELsSKCT4K2", "burn.html"),
    ("/dashboard", "dashboard.html"),
    ("/dashboard/payments/pay_1", "dashboard.html"),
];

fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

async fn checkout(api: &Api, id: &str) -> Value {
    let answer = reqwest::get(format!("{}/pay/{id}/checkout", api.url)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn every_page_is_served_or_says_how_it_is_built() {
    let api = Api::start().await;
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/dist");
    for (path, entry) in PAGES {
        let page = reqwest::get(format!("{}{path}", api.url)).await.unwrap();
        let is_built = dist.join(entry).exists();
        let status = if is_built { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        assert_eq!(page.status(), status, "{path}");
        assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
        assert_eq!(header(&page, "cache-control"), "no-cache", "{path}");
        let policy = header(&page, "content-security-policy");
        assert!(
            policy.starts_with("default-src 'self';") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        let text = page.text().await.unwrap();
        assert!(is_built || text.contains("tools/build-web"), "{text}");
        // Nothing in it that the policy forbids.
        assert!(!text.contains("<script>") && !text.contains("<style"), "{text}");
    }
    let other = api.get("/checkout/pay_1/more").await;
    assert_eq!(problem(other).await.code, "route_not_found");
    assert_eq!(problem(api.post("/checkout/pay_1", json!({})).await).await.code, "method_not_allowed");
    assert_eq!(problem(api.get("/assets/none.js").await).await.code, "route_not_found");
    let outside = api.get("/assets/..%2F..%2Fpackage.json").await;
    assert_eq!(problem(outside).await.code, "route_not_found");
}

#[tokio::test]
async fn a_page_that_the_browser_has_is_not_sent_again_and_a_script_is_kept_for_good() {
    let api = Api::start().await;
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/dist/assets");
    let Ok(files) = std::fs::read_dir(&built) else { return };
    let page = api.get("/checkout/pay_1").await;
    let tag = header(&page, "etag");
    assert!(!tag.is_empty());
    let again =
        api.request(Method::GET, "/checkout/pay_2").header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);

    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let script = names.into_iter().find(|name| name.ends_with(".js")).unwrap();
    let script = api.get(&format!("/assets/{script}")).await;
    assert_eq!(script.status(), StatusCode::OK);
    assert!(header(&script, "cache-control").contains("immutable"));
    assert_eq!(header(&script, "content-type"), "text/javascript; charset=utf-8");
    assert_eq!(header(&script, "vary"), "accept-encoding");
}

#[tokio::test]
async fn wallets_are_told_the_chain_and_people_where_to_look_it_up() {
    let mut api = Api::start().await;
    let mainnet: Value = api.get("/v1/network").await.json().await.unwrap();
    assert_eq!(mainnet["chain"], "solana:mainnet");
    assert_eq!(mainnet["transaction_url"], "https://explorer.solana.com/tx/{signature}");
    api.restart_with(|config| config.chain_id = "localnet".to_owned()).await;
    let localnet: Value = api.get("/v1/network").await.json().await.unwrap();
    assert_eq!(localnet, json!({ "chain": "solana:localnet", "transaction_url": null, "address_url": null }));
}

#[tokio::test]
async fn a_checkout_tells_what_its_page_shows_and_nothing_of_the_merchants_own() {
    let api = Api::start().await;
    let order = json!({
        "amount": "25.00", "token": "USDC", "description": "Two bags", "order_reference": "order-7",
        "redirect_url": "https://shop.example/thanks", "metadata": { "secret": "margin 80%" },
        "customer": { "email": "anna@example.com" },
        "items": [{ "name": "Coffee", "quantity": "2", "unit_price": "12.50", "total": "25.00" }],
    });
    let payment: Value = api.post("/v1/payments", order).await.json().await.unwrap();
    let id = payment["id"].as_str().unwrap();
    assert_eq!(payment["checkout_url"], format!("https://pay.example/checkout/{id}"));

    let shown = checkout(&api, id).await;
    for name in [
        "id",
        "address",
        "status",
        "finality",
        "amount",
        "symbol",
        "mint",
        "decimals",
        "description",
        "order_reference",
        "redirect_url",
        "items",
        "capture_mode",
        "authorization_expires_at",
        "refund_expires_at",
        "pay_url",
        "solana_pay_url",
        "checkout_url",
        "sequence",
    ] {
        assert_eq!(shown[name], payment[name], "{name}");
        assert!(!shown[name].is_null(), "{name}");
    }
    assert_eq!(shown["merchant_name"], "Demo Shop");
    assert_eq!((&shown["payer_actions"], &shown["payer"]), (&json!([]), &Value::Null));
    let text = shown.to_string();
    for own in ["margin", "anna@example.com", "metadata", "customer", "decision"] {
        assert!(!text.contains(own), "{own}");
    }

    let unknown = reqwest::get(format!("{}/pay/pay_nope/checkout", api.url)).await.unwrap();
    assert_eq!(header(&unknown, "content-type"), "application/problem+json");
    assert_eq!(problem(unknown).await.code, "payment_not_found");
}

#[tokio::test]
async fn a_checkout_tells_the_payer_what_the_program_would_let_it_do() {
    let mut api = Api::start().await;
    let authorized = api.authorized().await;
    let shown = checkout(&api, &authorized.id).await;
    assert_eq!(shown["status"], "authorized");
    assert_eq!(shown["payer_actions"], json!(["release"]), "without an arbiter nobody decides a dispute");
    assert_eq!(shown["capturable"]["value"], "25.00");
    assert!(shown["payer"].is_string());
    let signatures: Vec<_> =
        shown["transactions"].as_array().unwrap().iter().map(|it| &it["signature"]).collect();
    assert!(!signatures.is_empty() && signatures.iter().all(|signature| signature.is_string()));

    let captured = api.captured().await;
    let shown = checkout(&api, &captured.id).await;
    assert_eq!((&shown["status"], &shown["payer_actions"]), (&json!("captured"), &json!([])));
}

#[tokio::test]
async fn a_protected_payment_can_be_disputed_once() {
    let mut api = Api::start().await;
    let arbiter = Keypair::new().pubkey().to_string();
    let order = json!({
        "amount": "25.00", "token": "USDC", "authorization_expires_in": 7200,
        "protection": { "arbiter": arbiter, "capture_after": 3600, "dispute_seconds": 7200 },
    });
    let answer = api.post("/v1/payments", order).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let payment: Payment = answer.json().await.unwrap();
    let shown = checkout(&api, &payment.id).await;
    assert_eq!(shown["arbiter"], arbiter, "the customer reads it before paying");
    assert!(shown["capture_from"].is_string());

    let from = payment.capture_from.unwrap();
    api.ledger.authorize_protected(&api.merchant.address, &payment, from).await;
    let shown = checkout(&api, &payment.id).await;
    assert_eq!(shown["capture_from"], json!(from));
    assert_eq!(shown["payer_actions"], json!(["release", "dispute"]));

    let decided_by = (Utc::now() + Duration::hours(2)).trunc_subsecs(0);
    api.ledger.dispute(&payment, decided_by).await;
    let shown = checkout(&api, &payment.id).await;
    assert_eq!(shown["status"], "disputed");
    assert_eq!(shown["payer_actions"], json!(["release"]));
    assert_eq!(shown["dispute_expires_at"], json!(decided_by));
}

#[tokio::test]
async fn a_page_is_opened_by_a_code_which_is_of_no_other_text() {
    let api = Api::start().await;
    for page in ["/campaigns/7Np4", "/pools/7Np4", "/burns/7Np4"] {
        let code = api.get(&format!("{page}/qr.svg")).await;
        assert_eq!(code.status(), StatusCode::OK, "{page}");
        assert_eq!(header(&code, "content-type"), "image/svg+xml");
        let address = format!("https://pay.example{page}");
        let expected = QrCode::with_error_correction_level(address, EcLevel::M).unwrap();
        let size = 400 / (expected.width() as u32 + 8);
        let expected = expected.render::<svg::Color>().module_dimensions(size, size).build();
        assert_eq!(code.text().await.unwrap(), expected, "{page}");
    }
    for name in ["a%2Fb", "pay%20here", &"a".repeat(45)] {
        let refused = api.get(&format!("/pools/{name}/qr.svg")).await;
        assert_eq!(problem(refused).await.code, "route_not_found", "{name}");
    }
}
