//! What explains the API: the frame of the OpenAPI document, and each problem's page.

use std::sync::Arc;

use axum::Json;
use axum::extract::Path;
use serde::Serialize;
use utoipa::openapi::security::{ApiKey as ApiKeyScheme, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::gateway::Gateway;
use crate::problem::{Code, Problem, ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(problem))
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Till",
        description = "Payments in escrow on Solana. Amounts are decimal strings in units of the token; times \
                       are RFC 3339; errors are problem details (RFC 9457) with a stable `code`.",
    ),
    components(schemas(ProblemBody)),
    modifiers(&ApiKey),
    tags(
        (name = "payments", description = "What merchants ask for, and what they do with it"),
        (name = "rules", description = "What merchants let through, and why not"),
        (name = "reports", description = "What merchants account by, as JSON or CSV"),
        (name = "webhooks", description = "What merchants are told"),
        (name = "account", description = "Who acts for a merchant: people, keys, machines; and what they did"),
        (name = "customers", description = "What wallets call, without a key"),
        (name = "barion", description = "Barion's API, for shops that speak it; its errors are in its own form"),
        (name = "service", description = "The service itself"),
    ),
)]
pub struct ApiDocument;

struct ApiKey;

impl Modify for ApiKey {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description = Some(
            "An API key (till_sk_…, till_rk_…), an access token (till_at_…), or a session (till_ses_…)"
                .to_owned(),
        );
        components.add_security_scheme("api_key", SecurityScheme::Http(scheme));
        let pos_key = ApiKeyValue::with_description("x-pos-key", "A shop's POSKey, a GUID");
        components.add_security_scheme("pos_key", SecurityScheme::ApiKey(ApiKeyScheme::Header(pos_key)));
    }
}

/// A problem code and what it means.
#[derive(Serialize, ToSchema)]
pub struct ProblemPage {
    code: &'static str,
    status: u16,
    title: &'static str,
    explanation: &'static str,
}

/// What a problem code means and what to do about it.
#[utoipa::path(
    get, path = "/problems/{code}", tag = "service",
    params(("code" = String, Path, example = "payment_not_found")),
    responses((status = 200, body = ProblemPage), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn problem(Path(code): Path<String>) -> Result<Json<ProblemPage>> {
    let code =
        Code::parse(&code).ok_or_else(|| Problem::new(Code::RouteNotFound, "there is no such code"))?;
    Ok(Json(ProblemPage {
        code: code.as_str(),
        status: code.status().as_u16(),
        title: code.title(),
        explanation: code.explanation(),
    }))
}
