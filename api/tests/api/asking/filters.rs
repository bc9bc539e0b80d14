//! Finding payments.

use serde_json::{Value, json};

use super::Shop;
use crate::support::code;

async fn found(shop: &Shop, query: &str) -> Vec<String> {
    let response = shop.api.get(&format!("/v1/payments?{query}")).await;
    let page: Value = response.json().await.unwrap();
    let data = page["data"].as_array().unwrap_or_else(|| panic!("{query}: {page}"));
    data.iter().map(|payment| payment["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn payments_are_found_by_what_they_have() {
    let mut shop = Shop::open().await;
    let small = json!({ "amount": "5", "token": "USDC", "customer": { "reference": "c-1" } });
    let small = shop.created(small).await;
    let large =
        json!({ "amount": "500", "token": "SOL", "order_reference": "A-1", "metadata": { "seat": "7:a" } });
    let large = shop.created(large).await;
    let merchant = shop.api.merchant.address;
    let payer = solana_pubkey::Pubkey::new_unique();
    shop.api.ledger.authorize(&merchant, &large, &payer).await;

    let (small_id, large_id) = (vec![small.id.clone()], vec![large.id.clone()]);
    let both = vec![large.id.clone(), small.id.clone()];
    let sol = shop.sol;
    for (query, expected) in [
        (String::new(), &both),
        ("amount_from=5&amount_to=5.00".to_owned(), &small_id),
        ("amount_from=5.01".to_owned(), &large_id),
        ("token=SOL".to_owned(), &large_id),
        (format!("token={sol}"), &large_id),
        ("customer_reference=c-1".to_owned(), &small_id),
        ("order_reference=A-1".to_owned(), &large_id),
        ("metadata=seat:7:a".to_owned(), &large_id),
        (format!("payer={payer}"), &large_id),
        ("status=created".to_owned(), &small_id),
        ("status=authorized".to_owned(), &large_id),
        ("status=refunded".to_owned(), &vec![]),
        (format!("store={}", small.store), &both),
        ("store=sto_nope".to_owned(), &vec![]),
        ("created_until=2020-01-01T00:00:00Z".to_owned(), &vec![]),
        ("created_from=2020-01-01T00:00:00Z&token=USDC".to_owned(), &small_id),
    ] {
        assert_eq!(&found(&shop, &query).await, expected, "{query}");
    }
    for query in ["amount_from=x", "status=unheard", "metadata=seat", "created_from=yesterday"] {
        assert_eq!(
            code(shop.api.get(&format!("/v1/payments?{query}")).await).await,
            "invalid_query",
            "{query}"
        );
    }
}

#[tokio::test]
async fn pages_of_a_status_leave_nothing_out() {
    let mut shop = Shop::open().await;
    let mut expected = Vec::new();
    for index in 0..9 {
        let payment = shop.created(json!({ "amount": "1", "token": "USDC" })).await;
        if index % 3 == 0 {
            let merchant = shop.api.merchant.address;
            shop.api.ledger.authorize(&merchant, &payment, &solana_pubkey::Pubkey::new_unique()).await;
            expected.insert(0, payment.id);
        }
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/payments?status=authorized&limit=2{cursor}");
        let page: Value = shop.api.get(&path).await.json().await.unwrap();
        seen.extend(
            page["data"].as_array().unwrap().iter().map(|payment| payment["id"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, expected);
}
