//! What explains the API: the OpenAPI document and a page to try it, each problem, the changelog.

mod document;
mod examples;
mod problems;

use std::sync::Arc;

use axum::extract::{Path, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

pub use document::{openapi, openapi_json};

use crate::gateway::Gateway;
use crate::http::etag;
use crate::problem::{Code, Problem, ProblemBody, Result};

const DOCUMENT: &str = "/openapi.json";

/// The page runs its own scripts and calls this API, and nobody else.
const PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
);

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(explain)).routes(routes!(changelog))
}

/// The document, and the page on which it can be tried: `/docs`.
pub fn pages() -> Router<Arc<Gateway>> {
    let text = openapi_json();
    let document = async move || ([(header::CONTENT_TYPE, "application/json")], text.clone());
    // The page would have a badge from a validator of somebody else.
    let config = Config::from(DOCUMENT).validator_url("none").try_it_out_enabled(true);
    let page = Router::from(SwaggerUi::new("/docs").config(config)).layer(from_fn(allow_page));
    page.route(DOCUMENT, routing::get(document)).layer(from_fn(etag::of_pages))
}

async fn allow_page(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, PAGE);
    response
}

/// A problem code and what it means.
#[derive(Serialize, ToSchema)]
pub struct ProblemPage {
    #[schema(example = "payment_not_found")]
    code: &'static str,
    #[schema(example = 404)]
    status: u16,
    #[schema(example = "There is no such payment")]
    title: &'static str,
    #[schema(example = "The merchant of this key has no payment with this id.")]
    explanation: &'static str,
}

/// What a problem code means and what to do about it.
#[utoipa::path(
    get, path = "/problems/{code}", tag = "service",
    params(("code" = String, Path, example = "payment_not_found")),
    responses((status = 200, body = ProblemPage), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn explain(Path(code): Path<String>) -> Result<Json<ProblemPage>> {
    let code =
        Code::parse(&code).ok_or_else(|| Problem::new(Code::RouteNotFound, "there is no such code"))?;
    Ok(Json(ProblemPage {
        code: code.as_str(),
        status: code.status().as_u16(),
        title: code.title(),
        explanation: code.explanation(),
    }))
}

/// What has changed from one version of the API to the next, as Markdown.
#[utoipa::path(
    get, path = "/changelog.md", tag = "service",
    responses(
        (status = 200, body = String, content_type = "text/markdown; charset=utf-8"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn changelog() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/markdown; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, include_str!("../../../../docs/API_CHANGELOG.md"))
}
