//! Barion's API, as far as shops pay by it: <https://docs.barion.com>. A shop changes its base URL and its POSKey.
//!
//! Payments are ours; what Barion calls them, their parts and what of these was finished or refunded stands beside
//! them. `docs/barion.md` says what is mapped to what, and what is not there.

mod amounts;
mod answers;
mod booked;
mod callback;
pub mod caller;
mod checked;
mod currency;
pub mod error;
mod finish;
mod json;
mod keeper;
mod paths;
mod payees;
mod plan;
mod refund;
mod request;
mod routes;
mod settings;
mod start;
mod state;
mod status;
mod timespan;

use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use utoipa_axum::router::OpenApiRouter;

use crate::gateway::Gateway;
use crate::problem::{Code, Problem};
pub use settings::routes as settings;

/// Barion's routes at their documented addresses.
pub fn documented() -> OpenApiRouter<Arc<Gateway>> {
    routes::routes()
}

/// Barion's routes in whatever case they are written.
pub fn router(gateway: Arc<Gateway>) -> Router<Arc<Gateway>> {
    let documented: Router = Router::from(documented()).with_state(gateway);
    let answer = move |request| answer(documented.clone(), request);
    let versions = ["/v2/{*rest}", "/V2/{*rest}", "/v4/{*rest}", "/V4/{*rest}"];
    let router =
        Router::new().route("/Pay", routing::get(routes::pay)).route("/pay", routing::get(routes::pay));
    versions.into_iter().fold(router, |router, path| router.route(path, routing::any(answer.clone())))
}

async fn answer(documented: Router, mut request: Request) -> Response {
    let Some(uri) = paths::rewritten(request.uri()) else {
        return Problem::new(Code::RouteNotFound, "there is nothing at this address").into_response();
    };
    *request.uri_mut() = uri;
    let Ok(response) = documented.oneshot(request).await;
    response
}

/// Makes callbacks, and watches what runs out, until `shutdown`.
pub async fn run(gateway: &Arc<Gateway>, shutdown: &CancellationToken) -> Result<()> {
    let callbacks = callback::Callbacks::new(gateway)?;
    let work = futures::future::join(callbacks.run(), keeper::run(gateway));
    shutdown.run_until_cancelled(work).await;
    Ok(())
}
