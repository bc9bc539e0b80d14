//! The clients' examples, as a developer runs them: each pays, captures, refunds, verifies its webhooks, reads its events.

use std::path::Path;
use std::process::Command;

use till_e2e::{self as net, Net};

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_of_both_clients_go_through() {
    let dir = tempfile::tempdir().unwrap();
    let flags = net::flags(dir.path());
    let net = Net::start(dir.path(), &flags, &[]).await;
    let description = dir.path().join("localnet.json");

    goes_through(net::program("examples/pay").arg(&description));
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk/typescript");
    assert!(client.join("dist").exists(), "the TypeScript client is not built: run `tools/build-sdk`");
    goes_through(Command::new("node").arg(client.join("examples/pay.ts")).arg(&description));

    let payments = net.get("/v1/payments?status=partially_refunded").await;
    assert_eq!(payments["data"].as_array().map(Vec::len), Some(2), "{payments:#}");
    net.stop();
}

fn goes_through(example: &mut Command) {
    let output = example.output().expect("the example starts");
    let told = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{example:?}\n{told}\n{errors}");
    for line in [
        "webhook payment.authorized, verified",
        "webhook payment.refunded, verified",
        "told: payment.authorized, payment.captured, payment.refunded",
    ] {
        assert!(told.contains(line), "no {line:?} in\n{told}");
    }
}
