//! Schemathesis, a public property-based tester: it reads the OpenAPI document and calls every route with
//! what fits it and with what does not.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;

use crate::support::Api;

/// Another one is tried with `TILL_SCHEMATHESIS_SEED`.
const SEED: &str = "20261121";
/// Cases an operation, beside those that it derives from the schema alone.
const EXAMPLES: &str = "4";
/// What never ends: the tester reads an answer to its end.
const STREAMS: &str = "/stream$";
/// So that whoever waits for an event waits for two seconds.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(7);
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,ignored_auth,\
                      unsupported_method,missing_required_header";

#[tokio::test]
async fn no_request_is_answered_with_a_fault_or_with_what_is_not_documented() {
    let mut api = Api::start().await;
    api.restart_with(|config| {
        let limits = &mut config.limits;
        for limit in [&mut limits.limit_reads, &mut limits.limit_writes] {
            *limit = "off".parse().unwrap();
        }
        limits.limit_address = "off".parse().unwrap();
        limits.limit_failures = "off".parse().unwrap();
        limits.limit_links = "off".parse().unwrap();
        config.request_timeout = REQUEST_TIMEOUT;
    })
    .await;
    // Something to find.
    api.captured().await;

    let seed = std::env::var("TILL_SCHEMATHESIS_SEED").unwrap_or(SEED.to_owned());
    let directory = std::env::temp_dir().join(format!("till-schemathesis-{:016x}", rand::random::<u64>()));
    std::fs::create_dir(&directory).unwrap();
    let run = Command::new(schemathesis())
        .current_dir(&directory)
        .args(["run", &format!("{}/openapi.json", api.url), "--no-color", "--warnings", "off"])
        .args(["--header", &format!("Authorization: Bearer {}", api.merchant.key)])
        .args(["--exclude-path-regex", STREAMS])
        .args(["--phases", "examples,coverage,fuzzing", "--checks", CHECKS])
        .args(["--seed", &seed, "--max-examples", EXAMPLES, "--request-timeout", "40"])
        .args(["--continue-on-failure", "--suppress-health-check", "all"])
        .output()
        .await
        .expect("schemathesis is installed by tools/setup test");
    let _ = std::fs::remove_dir_all(&directory);
    let said = String::from_utf8_lossy(&run.stdout);
    let complained = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "with seed {seed}:\n{said}\n{complained}");
}

/// Beside the Python that the tests use, which `tools/test` names.
fn schemathesis() -> PathBuf {
    let named = std::env::var_os("TILL_PYTHON").map(PathBuf::from);
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    let python = named.or_else(|| Some(cache?.join("till/python/bin/python3")));
    let beside = python.as_deref().and_then(Path::parent).map(|bin| bin.join("schemathesis"));
    beside.filter(|program| program.exists()).unwrap_or("schemathesis".into())
}
