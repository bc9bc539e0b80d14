//! `/icons/…`: what Blinks show, drawn for each thing that can be done. Not every client draws SVG, so each is there as
//! PNG of 512 pixels too.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::gateway::Gateway;
use crate::problem::{Code, Problem, ProblemBody, Result};

macro_rules! icons {
    ($($name:literal),+) => {
        /// The type and the bytes of a file.
        fn file(name: &str) -> Option<(&'static str, &'static [u8])> {
            match name {
                $(
                    concat!($name, ".svg") => {
                        Some(("image/svg+xml", include_bytes!(concat!("../../assets/icons/", $name, ".svg"))))
                    }
                    concat!($name, ".png") => {
                        Some(("image/png", include_bytes!(concat!("../../assets/icons/", $name, ".png"))))
                    }
                )+
                _ => None,
            }
        }
    };
}

icons!("pay", "donate", "stake", "burn", "dispute");

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(icon))
}

/// An icon: `pay`, `donate`, `stake`, `burn` or `dispute`, with `.svg` or `.png`.
#[utoipa::path(
    get, path = "/icons/{file}", tag = "customers",
    params(("file" = String, Path, example = "pay.png")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "image/png"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn icon(Path(name): Path<String>) -> Result<impl IntoResponse> {
    let (kind, bytes) =
        file(&name).ok_or_else(|| Problem::new(Code::RouteNotFound, format!("there is no icon {name}")))?;
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=86400")], bytes))
}
