//! `/campaigns/{address}/qr.svg`, and the same of pools and burns: the address of a page for a phone's camera.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::IntoResponse;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::qr;
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, ProblemBody, Result};

/// The most characters of an address.
const LONGEST_ADDRESS: usize = 44;

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(campaign)).routes(routes!(pool)).routes(routes!(burns))
}

/// The code of a campaign's page.
#[utoipa::path(
    get, path = "/campaigns/{address}/qr.svg", tag = "customers",
    params(("address" = String, Path)),
    responses(
        (status = 200, body = String, content_type = "image/svg+xml"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn campaign(
    State(gateway): State<Arc<Gateway>>,
    Path(address): Path<String>,
) -> Result<impl IntoResponse> {
    code(&gateway, "campaigns", &address)
}

/// The code of a pool's page.
#[utoipa::path(
    get, path = "/pools/{address}/qr.svg", tag = "customers",
    params(("address" = String, Path)),
    responses(
        (status = 200, body = String, content_type = "image/svg+xml"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn pool(
    State(gateway): State<Arc<Gateway>>,
    Path(address): Path<String>,
) -> Result<impl IntoResponse> {
    code(&gateway, "pools", &address)
}

/// The code of the page of a token's burns.
#[utoipa::path(
    get, path = "/burns/{mint}/qr.svg", tag = "customers",
    params(("mint" = String, Path)),
    responses(
        (status = 200, body = String, content_type = "image/svg+xml"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn burns(
    State(gateway): State<Arc<Gateway>>,
    Path(mint): Path<String>,
) -> Result<impl IntoResponse> {
    code(&gateway, "burns", &mint)
}

/// The page says whether there is such a thing. A code is only made of what could be an address, so that nobody hides a
/// text of their own behind this host.
fn code(gateway: &Gateway, place: &str, address: &str) -> Result<impl IntoResponse + use<>> {
    let is_plain = address.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_plain || address.len() > LONGEST_ADDRESS {
        return Err(Problem::new(Code::RouteNotFound, "there is nothing at this address"));
    }
    qr::of_page(&format!("{}/{place}/{address}", gateway.public_url))
}
