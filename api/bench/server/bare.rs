//! What the API is compared with: handlers without authentication, layers or a domain, as short as axum and sqlx allow.
//! One reads a row of `payments` by its primary key, the other inserts one into a table without anything around it.

use std::net::SocketAddr;

use anyhow::Context;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing,
};
use chrono::{DateTime, Utc};
use clap::Args;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::{net::TcpListener, process::Command};

use super::Server;

#[derive(Args)]
pub struct Arguments {
    #[arg(long)]
    database_url: String,
    #[arg(long)]
    listen: SocketAddr,
}

/// More than two cores keep busy. The API has as many as it opens by default.
const CONNECTIONS: u32 = 12;

pub async fn start(database_url: &str) -> anyhow::Result<Server> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["bare", "--database-url", database_url]);
    Server::start(command).await.context("the bare server does not start")
}

pub async fn serve(arguments: Arguments) -> anyhow::Result<()> {
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).test_before_acquire(false);
    let pool = pool.connect(&arguments.database_url).await?;
    sqlx::raw_sql("CREATE TABLE IF NOT EXISTS bare (id text PRIMARY KEY, request jsonb NOT NULL)")
        .execute(&pool)
        .await?;
    let app = Router::new()
        .route("/v1/payments/{id}", routing::get(get))
        .route("/v1/payments", routing::post(post))
        .with_state(pool);
    Ok(axum::serve(TcpListener::bind(arguments.listen).await?, app).await?)
}

/// A row of `payments`, as whoever writes a handler in ten minutes would answer it.
#[derive(Serialize, sqlx::FromRow)]
struct Row {
    id: String,
    merchant_id: String,
    address: String,
    mint: String,
    amount: Decimal,
    capture_mode: String,
    authorization_expiry: DateTime<Utc>,
    refund_expiry: DateTime<Utc>,
    order_reference: Option<String>,
    description: Option<String>,
    redirect_url: Option<String>,
    metadata: serde_json::Value,
    created_at: DateTime<Utc>,
}

async fn get(State(pool): State<PgPool>, Path(id): Path<String>) -> Result<Json<Row>, StatusCode> {
    let row = sqlx::query_as(
        "SELECT id, merchant_id, address, mint, amount, capture_mode, authorization_expiry, refund_expiry,
                order_reference, description, redirect_url, metadata, created_at
         FROM payments WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(&pool)
    .await
    .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    row.map(Json).ok_or(StatusCode::NOT_FOUND)
}

#[derive(Serialize, Deserialize)]
struct Created {
    id: String,
    request: serde_json::Value,
}

async fn post(
    State(pool): State<PgPool>,
    Json(request): Json<serde_json::Value>,
) -> Result<(StatusCode, Json<Created>), StatusCode> {
    let created = Created { id: till_store::PaymentId::random().to_string(), request };
    sqlx::query("INSERT INTO bare (id, request) VALUES ($1, $2)")
        .bind(&created.id)
        .bind(&created.request)
        .execute(&pool)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok((StatusCode::CREATED, Json(created)))
}
