//! `/v1/rates`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{Caller, scope::PaymentsRead};
use crate::gateway::Gateway;
use crate::http::QueryOf;
use crate::problem::{ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(get))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RateQuery {
    /// What is counted as one: a token's symbol or a currency's ISO 4217 code.
    #[param(example = "SOL")]
    base: String,
    /// What the rate is in.
    #[param(example = "EUR")]
    quote: String,
}

/// What one unit of `base` is worth in `quote` at this moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct RateAnswer {
    base: String,
    quote: String,
    /// A decimal number.
    #[schema(example = "138.4210")]
    rate: String,
    /// How far off it may be, as its source says, in the same unit.
    #[schema(example = "0.0712")]
    confidence: String,
    /// `fixed`, `pyth`, both for a cross rate, or `identity` of something in itself.
    #[schema(example = "pyth")]
    source: String,
    published_at: DateTime<Utc>,
    /// What is added to amounts that are converted at it, in basis points.
    spread_bps: u16,
}

/// The rate at which a price would be converted now.
#[utoipa::path(
    get, path = "/v1/rates", tag = "payments", security(("api_key" = [])),
    params(RateQuery),
    responses((status = 200, body = RateAnswer), (status = 422, description = "There is no such rate", body = ProblemBody, content_type = "application/problem+json"), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(
    State(gateway): State<Arc<Gateway>>,
    _caller: Caller<PaymentsRead>,
    QueryOf(query): QueryOf<RateQuery>,
) -> Result<Json<RateAnswer>> {
    let RateQuery { base, quote } = query;
    let rate = gateway.rates.rate(&base, &quote).await?;
    let is_itself = rate.is_identity();
    Ok(Json(RateAnswer {
        base,
        quote,
        rate: rate.value.to_string(),
        confidence: rate.confidence.normalize().to_string(),
        source: rate.source,
        published_at: rate.published_at,
        spread_bps: if is_itself { 0 } else { gateway.rates.spread_bps },
    }))
}
