//! The manners that all routes share.

mod browsers;
mod connections;
mod document;
mod limits;
mod load;
mod observed;
mod process;
mod repeated;
mod schemathesis;
mod secrets;

use till_api::Code;

use crate::problems::Seen;
use crate::support::Api;

/// Provokes the codes that belong to no route.
pub async fn provoke(seen: &mut Seen, api: &mut Api) {
    let dated = api.request(reqwest::Method::GET, "/v1/payments").header("till-version", "2020-01-01");
    seen.expect(Code::VersionUnknown, dated.send().await.unwrap()).await;

    api.restart_with(|config| config.limits.limit_reads = "1/60".parse().unwrap()).await;
    assert!(api.get("/v1/payments").await.status().is_success());
    seen.expect(Code::RateLimited, api.get("/v1/payments").await).await;

    api.restart_with(|config| {
        config.limits.limit_reads = "off".parse().unwrap();
        config.server.max_requests = 0;
    })
    .await;
    seen.expect(Code::Overloaded, api.get("/v1/payments").await).await;
    api.restart_with(|config| config.server.max_requests = 1_000).await;
}
