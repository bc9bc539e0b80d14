//! Codes to scan.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde_json::{Value, json};

use crate::support::{Api, code};

/// The code of a link as a picture of 400 pixels at most.
fn drawn(link: &str) -> String {
    let code = QrCode::with_error_correction_level(link, EcLevel::M).unwrap();
    let scale = 400 / (code.width() as u32 + 8);
    code.render::<svg::Color>().module_dimensions(scale, scale).build()
}

#[tokio::test]
async fn both_links_of_a_payment_can_be_scanned() {
    let api = Api::start().await;
    let body = json!({ "amount": "25.00", "token": "USDC", "accept_transfer": true });
    let payment: Value = api.post("/v1/payments", body).await.json().await.unwrap();
    let path = format!("/pay/{}/qr", payment["id"].as_str().unwrap());

    let svg = api.get(&format!("{path}.svg")).await;
    assert_eq!(svg.headers()["content-type"], "image/svg+xml");
    assert_eq!(svg.headers()["cache-control"], "public, max-age=86400");
    assert_eq!(svg.text().await.unwrap(), drawn(payment["solana_pay_url"].as_str().unwrap()));

    let transfer = api.get(&format!("{path}.svg?of=transfer")).await;
    assert_eq!(transfer.headers()["cache-control"], "no-cache");
    let named = payment["transfer_url"].as_str().unwrap().replace("&memo", "&label=Demo%20Shop&memo");
    assert_eq!(transfer.text().await.unwrap(), drawn(&named));

    let png = api.get(&format!("{path}.png?size=1000")).await;
    assert_eq!(png.headers()["content-type"], "image/png");
    let png = png.bytes().await.unwrap();
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    let width = u32::from_be_bytes(png[16..20].try_into().unwrap());
    assert!((900..=1_000).contains(&width), "{width}");
}

#[tokio::test]
async fn a_code_is_neither_too_small_nor_too_large_nor_of_nothing() {
    let api = Api::start().await;
    let payment = api.payment().await;
    let answered =
        async |query: &str| code(api.get(&format!("/pay/{}/qr.png{query}", payment.id)).await).await;
    assert_eq!(answered("?size=63").await, "invalid_query");
    assert_eq!(answered("?size=2049").await, "invalid_query");
    assert_eq!(answered("?of=nothing").await, "invalid_query");
    assert_eq!(answered("?of=transfer").await, "transfer_not_accepted");
    assert_eq!(code(api.get("/pay/pay_nope/qr.svg").await).await, "payment_not_found");
}
