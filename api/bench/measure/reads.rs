//! `GET /v1/payments/{id}`, next to a bare handler.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::body::Body;
use axum::http::Request;
use rand::{Rng, SeedableRng, rngs::SmallRng};
use sqlx::postgres::PgConnectOptions;
use till_load::{Figure, Load, Scale, Target, database, memory};
use till_store::chain::Writer;

use crate::drive::{Driven, Way, drive};
use crate::server::{api, bare};
use crate::shop::Shop;

const CONNECTIONS: u64 = 64;
/// Slots a commit while rows are made.
const BATCH: usize = 20;

pub async fn reads(scale: Scale) -> Result<Vec<Figure>> {
    let database = database::create().await?;
    let load = Load { slots: scale.of(200, 5), updates: 100, merchants: 1, ..Load::default() };
    let shop = Shop::open(&database.pool, load).await?;
    let mut writer = Writer::connect(&database.url.parse::<PgConnectOptions>()?).await?;
    for batch in memory::batches(load, BATCH)? {
        writer.commit(&batch).await?;
    }
    sqlx::raw_sql("VACUUM ANALYZE").execute(&database.pool).await?;

    let (bare, api) = (bare::start(&database.url).await?, api::start(&database.url).await?);
    let (ids, key) = (Arc::new(shop.payments), shop.merchants[0].key.clone());
    let request = move |connection: u64, number: u64| {
        let mut rng = SmallRng::seed_from_u64(connection << 32 | number);
        let (id, _) = &ids[rng.gen_range(0..ids.len())];
        let request = Request::get(format!("/v1/payments/{id}")).header("host", "localhost");
        let request = request.header("authorization", format!("Bearer {key}"));
        request.body(Body::empty()).expect("these are headers")
    };
    let way = |time| Way { connections: CONNECTIONS, time, every: None };
    let (mut of_bare, mut of_api) = (Driven::none()?, Driven::none()?);
    for round in 0..=scale.of(5, 1) {
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
        Figure::new("GET payment, key and all layers", of_api.rate(), "/s"),
        Figure::new("GET payment, p50 at 64 connections", of_api.ms(0.5), "ms"),
        Figure::new("GET payment, p99 at 64 connections", of_api.ms(0.99), "ms"),
        Figure::new("(a) bare axum + sqlx, one row by its primary key", of_bare.rate(), "/s"),
        Figure::new("(a), p50", of_bare.ms(0.5), "ms"),
        Figure::new("(a), p99", of_bare.ms(0.99), "ms"),
        Figure::new("GET payment, as a part of (a)", of_api.rate() / of_bare.rate(), "x")
            .target(Target::AtLeast(0.7)),
    ])
}
