//! Beginning payments, and asking how they stand.

use futures::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_signer::Signer;

use super::{Shop, answered, delayed, error_code, request, reservation, text};

#[tokio::test]
async fn a_payment_is_prepared_and_is_one_of_ours() {
    let shop = Shop::open().await;
    let callback = "https://callbacks.example/barion";
    let started = shop.start(json!({ "CallbackUrl": callback })).await;
    let id = text(&started["PaymentId"]);
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!((&started["Status"], &started["RecurrenceResult"]), (&json!("Prepared"), &json!("None")));
    assert_eq!(started["GatewayUrl"], format!("https://pay.example/checkout/pay_{id}"));
    assert_eq!(started["QRUrl"], format!("https://pay.example/pay/pay_{id}/qr.png"));
    assert_eq!(started["RedirectUrl"], format!("https://shop.example/thanks?order=1&paymentId={id}"));
    assert_eq!(started["CallbackUrl"], format!("{callback}?paymentId={id}"));
    assert_eq!(started["Transactions"][0]["POSTransactionId"], "T-1");
    assert_eq!(started["Transactions"][0]["Status"], "Prepared");

    let ours = shop.ours(&started).await;
    assert_eq!((ours.amount.value.as_str(), ours.capture_mode.as_str()), ("25.00", "immediate"));
    assert_eq!(ours.order_reference.as_deref(), Some("O-2026"));
    assert_eq!(ours.redirect_url.as_deref(), started["RedirectUrl"].as_str());
    assert_eq!(ours.customer.unwrap().email.as_deref(), Some("customer@example.com"));
    assert_eq!(ours.items[0].unit_price, "12.5");
    let open_for = (ours.authorization_expires_at - ours.created_at).num_seconds();
    assert!((1_790..=1_800).contains(&open_for), "{open_for}");
}

#[tokio::test]
async fn the_state_is_told_in_both_versions() {
    let mut shop = Shop::open().await;
    let started = shop.start(json!({})).await;
    let id = text(&started["PaymentId"]);
    let query = format!("/v2/Payment/GetPaymentState?POSKey={}&PaymentId={id}", shop.key);
    let (status, second) = answered(shop.bare(Method::GET, &query)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&second["Status"], &second["PaymentType"]), (&json!("Prepared"), &json!("Immediate")));
    assert_eq!((&second["Total"], &second["Currency"]), (&json!(25), &json!("EUR")));
    assert_eq!((&second["OrderNumber"], &second["SuggestedLocale"]), (&json!("O-2026"), &json!("hu-HU")));
    assert_eq!((&second["GuestCheckout"], &second["AllowedFundingSources"]), (&json!(true), &json!(["All"])));
    assert_eq!((&second["CompletedAt"], &second["PaymentMethod"]), (&Value::Null, &Value::Null));
    let part = &second["Transactions"][0];
    assert_eq!((&part["TransactionType"], &part["Status"]), (&json!("Unspecified"), &json!("Prepared")));
    assert_eq!(part["Items"][0]["SKU"], "C-250");

    shop.pay(&started).await;
    let paid = shop.paid(json!({ "PaymentRequestId": "O-2" })).await;
    let fourth = shop.state(&paid).await;
    assert_eq!((&fourth["Status"], &fourth["FundingSource"]), (&json!("Succeeded"), &json!("Balance")));
    assert!(fourth["CompletedAt"].is_string() && fourth["PaymentMethod"].is_string());
    let part = &fourth["Transactions"][0];
    assert_eq!((&part["TransactionType"], &part["Status"]), (&json!("Shop"), &json!("Succeeded")));
    assert_eq!(part["Payer"]["Email"], "customer@example.com");
    assert_eq!(part["Payee"]["Email"], "shop@example.com");
}

#[tokio::test]
async fn types_differ_in_when_the_money_is_the_shops() {
    let mut shop = Shop::open().await;
    for (change, status, until) in
        [(reservation(), "Reserved", "ReservedUntil"), (delayed(), "Authorized", "DelayedCaptureUntil")]
    {
        let started = shop.start(change).await;
        assert_eq!(shop.ours(&started).await.capture_mode, "manual");
        assert_eq!(shop.state(&started).await[until], Value::Null);
        shop.pay(&started).await;
        let state = shop.state(&started).await;
        assert_eq!(state["Status"], status);
        assert!(state[until].is_string());
        assert_eq!(state["Transactions"][0]["TransactionType"], "Reserve");
    }
}

#[tokio::test]
async fn names_paths_and_keys_are_read_in_any_case_and_form() {
    let shop = Shop::open().await;
    let bare = shop.key.replace('-', "").to_uppercase();
    let mut body = json!({ "POSKEY": bare });
    for (name, value) in request(json!({})).as_object().unwrap() {
        body[name.to_lowercase()] = value.clone();
    }
    let started = shop.bare(Method::POST, "/v2/payment/start/").body(body.to_string());
    let (status, started) = answered(started).await;
    assert_eq!(status, StatusCode::OK, "{started}");
    let id = text(&started["PaymentId"]).to_uppercase();
    let path = format!("/v2/payment/getpaymentstate?poskey={bare}&paymentid={id}");
    let (status, state) = answered(shop.bare(Method::GET, &path)).await;
    assert_eq!((status, &state["PaymentId"]), (StatusCode::OK, &started["PaymentId"]));
    let dashed = format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]);
    let path = format!("/v4/Payment/{dashed}/PaymentState");
    let (status, _) = answered(shop.bare(Method::GET, &path).header("X-POS-Key", &bare)).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_customer_who_is_sent_by_the_id_comes_to_the_payment() {
    let shop = Shop::open().await;
    let started = shop.start(json!({})).await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let id = text(&started["PaymentId"]);
    let answer = client.get(format!("{}/Pay?Id={id}", shop.api.url)).send().await.unwrap();
    assert_eq!(answer.headers()["location"], text(&started["GatewayUrl"]));
}

#[tokio::test]
async fn the_same_request_again_is_the_same_payment_until_it_is_paid() {
    let mut shop = Shop::open().await;
    let answers = join_all((0..20).map(|_| shop.start(json!({})))).await;
    assert!(answers.iter().all(|answer| answer["PaymentId"] == answers[0]["PaymentId"]));
    assert_eq!(answers[0]["Transactions"], answers[19]["Transactions"]);
    let another = shop.start(json!({ "OrderNumber": "O-2027" })).await;
    assert_ne!(another["PaymentId"], answers[0]["PaymentId"]);
    shop.pay(&answers[0]).await;
    assert_ne!(shop.start(json!({})).await["PaymentId"], answers[0]["PaymentId"]);
}

#[tokio::test]
async fn what_a_card_would_need_is_accepted_and_kept() {
    let shop = Shop::open().await;
    let started = shop
        .start(json!({
            "ChallengePreference": "NoPreference",
            "PurchaseInformation": { "DeliveryTimeframe": "SameDayShipping" },
            "BillingAddress": { "Country": "HU", "City": "Budapest" },
            "Unheard": [1, 2],
        }))
        .await;
    let kept: Value = sqlx::query_scalar("SELECT request FROM barion_payments WHERE payment_id = $1")
        .bind(format!("pay_{}", text(&started["PaymentId"])))
        .fetch_one(&shop.api.database.pool)
        .await
        .unwrap();
    assert_eq!(kept["PurchaseInformation"]["DeliveryTimeframe"], "SameDayShipping");
    assert!(!kept.to_string().contains(&shop.key));
}

#[tokio::test]
async fn payees_share_in_what_is_for_them() {
    let shop = Shop::open().await;
    let ann = Keypair::new().pubkey().to_string();
    let payee = format!("/v1/stores/{}/payees/Ann@Example.com", shop.store);
    assert_eq!(shop.api.put(&payee, json!({ "wallet": ann })).await.status(), StatusCode::OK);
    let to_ann = |total: Value| {
        json!({ "Transactions": [{
            "POSTransactionId": "T-1", "Payee": "shop@example.com", "Total": 25,
            "PayeeTransactions": [{ "POSTransactionId": "P-1", "Payee": "ann@example.com", "Total": total }],
        }] })
    };
    let started = shop.start(to_ann(json!(2.5))).await;
    let ours = shop.ours(&started).await;
    assert_eq!((ours.splits[0].wallet.as_str(), ours.splits[0].bps), (ann.as_str(), 1_000));
    assert_eq!(started["Transactions"][1]["RelatedId"], started["Transactions"][0]["TransactionId"]);

    let (status, refused) = shop.post("/v2/Payment/Start", request(to_ann(json!(0.333)))).await;
    assert_eq!((status, error_code(&refused)), (StatusCode::BAD_REQUEST, "ModelValidationError"));
}

#[tokio::test]
async fn a_shop_says_which_tokens_are_taken_for_a_currency() {
    let shop = Shop::open().await;
    let settings = format!("/v1/stores/{}/barion", shop.store);
    let chosen = json!({ "currency_tokens": { "huf": ["DOGE"] } });
    assert_eq!(shop.api.put(&settings, chosen).await.status(), StatusCode::OK);
    // The merchant has no vault for what was chosen.
    let (_, refused) = shop.post("/v2/Payment/Start", request(json!({ "Currency": "HUF" }))).await;
    assert_eq!(error_code(&refused), "InvalidCurrency");
}
