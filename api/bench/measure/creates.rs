//! `POST /v1/payments` with an idempotency key, next to a bare handler that commits one row.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::body::Body;
use axum::http::Request;
use rand::random;
use serde_json::json;
use sqlx::postgres::PgConnectOptions;
use till_load::{Figure, Load, Scale, database, memory};
use till_store::chain::Writer;

use crate::drive::{Driven, Way, drive};
use crate::server::{api, bare};
use crate::shop::Shop;

const CONNECTIONS: u64 = 64;

pub async fn creates(scale: Scale) -> Result<Vec<Figure>> {
    let database = database::create().await?;
    // The first slot alone, which opens the vaults.
    let load = Load { merchants: 1, ..Load::default() };
    let shop = Shop::open(&database.pool, load).await?;
    let mut writer = Writer::connect(&database.url.parse::<PgConnectOptions>()?).await?;
    for batch in memory::batches(load, 1)? {
        writer.commit(&batch).await?;
    }
    let merchant = &shop.merchants[0];
    till_api::name_token(&database.pool, &merchant.address, "USDC", "USD Coin").await?;

    let (bare, api) = (bare::start(&database.url).await?, api::start(&database.url).await?);
    let body = json!({
        "amount": "25.00",
        "token": "USDC",
        "order_reference": "order-1001",
        "description": "Two pounds of coffee",
        "redirect_url": "https://shop.example/thanks",
        "metadata": { "cart": "c0ffee" },
    });
    let (body, key): (Arc<str>, _) = (body.to_string().into(), merchant.key.clone());
    let request = move |_, _| {
        let request = Request::post("/v1/payments").header("host", "localhost");
        let request = request.header("authorization", format!("Bearer {key}"));
        let request = request.header("content-type", "application/json");
        let request = request.header("idempotency-key", format!("{:032x}", random::<u128>()));
        request.body(Body::from(body.to_string())).expect("these are headers")
    };
    let way = |time| Way { connections: CONNECTIONS, time, every: None };
    let (mut of_bare, mut of_api) = (Driven::none()?, Driven::none()?);
    for round in 0..=scale.of(4, 1) {
        let time = scale.of(Duration::from_secs(3), Duration::from_millis(300));
        let on_bare = drive(bare.address, way(time), request.clone()).await?;
        let on_api = drive(api.address, way(time), request.clone()).await?;
        // The first one warms up.
        if round > 0 {
            of_bare.add(&on_bare)?;
            of_api.add(&on_api)?;
        }
    }
    Ok(vec![
        Figure::new("POST payment, key, idempotency and all layers", of_api.rate(), "/s"),
        Figure::new("POST payment, p50 at 64 connections", of_api.ms(0.5), "ms"),
        Figure::new("POST payment, p99 at 64 connections", of_api.ms(0.99), "ms"),
        Figure::new("(b) bare axum + sqlx, one row committed", of_bare.rate(), "/s"),
        Figure::new("(b), p50", of_bare.ms(0.5), "ms"),
        Figure::new("(b), p99", of_bare.ms(0.99), "ms"),
        Figure::new("POST payment, as a part of (b)", of_api.rate() / of_bare.rate(), "x"),
    ])
}
