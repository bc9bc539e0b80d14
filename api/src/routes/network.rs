//! `/v1/network`: the chain behind this gateway.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::chain::Explorer;
use crate::gateway::Gateway;
use crate::problem::ProblemBody;

pub fn for_customers() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(get))
}

/// The chain that this gateway works on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Network {
    /// As wallets name it.
    #[schema(example = "solana:mainnet")]
    pub chain: String,
    /// Where a transaction can be looked up, with `{signature}` in it. A local net has no such place.
    #[schema(example = "https://explorer.solana.com/tx/{signature}")]
    pub transaction_url: Option<String>,
    /// Where an address can be looked up, with `{address}` in it.
    #[schema(example = "https://explorer.solana.com/address/{address}")]
    pub address_url: Option<String>,
}

impl Network {
    pub fn of(chain_id: &str) -> Self {
        let explorer = Explorer::of(chain_id);
        let (transaction_url, address_url) =
            explorer.map(|explorer| (explorer.transaction_url, explorer.address_url)).unzip();
        Self { chain: format!("solana:{chain_id}"), transaction_url, address_url }
    }
}

/// The chain that wallets must be on, and where its transactions can be looked up.
#[utoipa::path(
    get, path = "/v1/network", tag = "customers",
    responses((status = 200, body = Network), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(State(gateway): State<Arc<Gateway>>) -> Json<Network> {
    Json(Network::of(&gateway.chain_id))
}
