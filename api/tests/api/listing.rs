//! Lists and their cursors.

use serde_json::{Value, json};

use crate::support::{Api, code};

async fn page(api: &Api, query: &str) -> (Vec<String>, Option<String>) {
    let page: Value = api.get(&format!("/v1/payments?{query}")).await.json().await.unwrap();
    let ids =
        page["data"].as_array().unwrap().iter().map(|payment| payment["id"].as_str().unwrap().to_owned());
    (ids.collect(), page["next_cursor"].as_str().map(str::to_owned))
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_overlap() {
    let api = Api::start().await;
    let mut created = Vec::new();
    for _ in 0..5 {
        created.push(api.payment().await.id);
    }
    created.reverse();

    let (first, cursor) = page(&api, "limit=2").await;
    api.payment().await;
    let (second, cursor) = page(&api, &format!("limit=2&cursor={}", cursor.unwrap())).await;
    let (third, end) = page(&api, &format!("limit=2&cursor={}", cursor.unwrap())).await;
    assert_eq!([first, second, third].concat(), created);
    assert_eq!(end, None);
    assert_eq!(page(&api, "limit=6").await.1, None);
}

#[tokio::test]
async fn payments_are_found_by_their_order() {
    let api = Api::start().await;
    api.payment().await;
    let body = json!({ "amount": "1", "token": "USDC", "order_reference": "A/1 & B" });
    let wanted: Value = api.post("/v1/payments", body).await.json().await.unwrap();
    let (found, _) = page(&api, "order_reference=A%2F1%20%26%20B").await;
    assert_eq!(found, [wanted["id"].as_str().unwrap()]);
    assert!(page(&api, "order_reference=C").await.0.is_empty());
}

#[tokio::test]
async fn a_cursor_from_beyond_the_calendar_is_refused() {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let api = Api::start().await;
    let cursor = URL_SAFE_NO_PAD.encode("-8000000000000000000:pay_1");
    assert_eq!(code(api.get(&format!("/v1/payments?cursor={cursor}")).await).await, "cursor_invalid");
}

#[tokio::test]
async fn pages_of_one_status_follow_each_other_too() {
    let api = Api::start().await;
    let mut cancelled = Vec::new();
    for round in 0..6 {
        let id = api.payment().await.id;
        if round % 2 == 0 {
            api.post(&format!("/v1/payments/{id}/cancel"), json!({})).await;
            cancelled.insert(0, id);
        }
    }
    let (first, cursor) = page(&api, "limit=2&status=cancelled").await;
    let (second, end) = page(&api, &format!("limit=2&status=cancelled&cursor={}", cursor.unwrap())).await;
    assert_eq!([first, second].concat(), cancelled);
    assert_eq!(end, None);
}

#[tokio::test]
async fn what_no_row_can_hold_is_not_looked_for() {
    let api = Api::start().await;
    for filter in ["order_reference=%00", "metadata=a:%00", "token=%00", "customer_reference=%00"] {
        let answer = api.get(&format!("/v1/payments?{filter}")).await;
        assert_eq!(code(answer).await, "invalid_query", "{filter}");
    }
}
