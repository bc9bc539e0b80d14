//! Schemathesis, a public property-based tester: it reads the OpenAPI document and calls every route with
//! what fits it and with what does not.
//!
//! It is told of one object of each kind, so that routes are tried with what there is, and not only with what there is
//! not.

mod document;
mod seeds;
mod tester;

use std::time::Duration;

use crate::staking::Farm;
use document::Document;
use tester::Tester;

/// Not called by whoever has a merchant's key: what never ends, because the tester reads an answer to its end; and
/// Barion's, which have a key of their own.
const NOT_THE_MERCHANTS: &str = "/stream$|^/v[24]/[Pp]ayment/";
const STREAM: &str = "/stream";
/// So that whoever waits for an event waits for two seconds.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(7);
/// For the whole run the last block is new enough: nothing indexes meanwhile.
const READY_LAG: Duration = Duration::from_secs(3_600);
/// How many of a hundred operations are answered with 2xx at least once.
const LEAST: usize = 70;
/// What the tester cannot do, and why.
const CANNOT: [(&str, &str); 3] = [
    ("POST /actions/dispute/{id}/statement/next", "a wallet signs what was handed out just before"),
    ("PUT /v1/campaigns/{address}/profile", "somebody signs in with a wallet of the campaign"),
    ("PUT /v1/pools/{address}/profile", "somebody signs in with the wallet of the pool"),
];

#[tokio::test]
async fn no_request_is_answered_with_a_fault_or_with_what_is_not_documented() {
    let mut farm = Farm::open().await;
    farm.api
        .restart_with(|config| {
            let limits = &mut config.limits;
            for limit in [&mut limits.limit_reads, &mut limits.limit_writes] {
                *limit = "off".parse().unwrap();
            }
            limits.limit_address = "off".parse().unwrap();
            limits.limit_failures = "off".parse().unwrap();
            limits.limit_links = "off".parse().unwrap();
            config.request_timeout = REQUEST_TIMEOUT;
            config.ready_lag = READY_LAG;
            let rates = ["USDC/USD=1", "SOL/USD=150", "EUR/USD=1.2"];
            config.rates.rates = rates.iter().map(|rate| rate.parse().unwrap()).collect();
        })
        .await;
    let mut document = Document::of(&farm.api).await;
    let keys = seeds::sow(&mut farm, &mut document).await;

    let mut tester = Tester::new(&farm.api.url);
    let file = tester.directory.join("openapi.json");
    document.write(&file);
    let bearer = |token: &str| format!("Authorization: Bearer {token}");
    tester.run(&file, &bearer(&keys.merchant), ["--exclude-path-regex", NOT_THE_MERCHANTS]).await;
    let pos_key = format!("x-pos-key: {}", keys.pos_key);
    tester.run(&file, &pos_key, ["--include-path-regex", "^/v[24]/[Pp]ayment/"]).await;
    tester.run(&file, &bearer(&keys.session), ["--include-path-regex", "^/v1/merchants"]).await;
    let sign_out = ["--include-operation-id", "auth_session_sign_out"];
    tester.run(&file, &bearer(&keys.ending_session), sign_out).await;

    assert!(tester.complaints.is_empty(), "{}", tester.complaints.join("\n"));
    assert_most_succeeded(&document, &tester);
}

/// A run in which everything is refused finds nothing.
fn assert_most_succeeded(document: &Document, tester: &Tester) {
    let mut expected = document.operations();
    for (operation, why) in CANNOT {
        assert!(expected.remove(operation), "{operation}, where {why}, is not documented any more");
    }
    expected.retain(|operation| !operation.ends_with(STREAM));
    let missing: Vec<_> = expected.difference(&tester.succeeded).collect();
    let count = expected.len() - missing.len();
    println!("{count} of {} operations were answered with 2xx; not so {missing:#?}", expected.len());
    assert!(100 * count >= LEAST * expected.len(), "only {count} of {}: not {missing:#?}", expected.len());
}
