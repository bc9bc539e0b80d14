//! People with a browser and a wallet, and the specifications' own packages: the specs of `tests/browser`, which Node
//! runs against a local net. Each room of specs has a net of its own; within one, those that travel in time come last.

use std::path::{Path, PathBuf};
use std::process::Command;

use till_e2e::{Net, flags};

/// Slots are shorter than the real chain's, so that nobody waits long; a blockhash still lives half a minute.
const SLOT_MS: &str = "200";

/// `TILL_NODE`, or the one of the path.
fn node() -> Command {
    Command::new(std::env::var("TILL_NODE").unwrap_or("node".into()))
}

/// Where pictures of the pages go: `TILL_SCREENSHOTS`, or beside what cargo built.
fn screenshots() -> PathBuf {
    let built = std::env::current_exe().expect("this test's path");
    let target = built.ancestors().nth(3).expect("the target directory");
    std::env::var("TILL_SCREENSHOTS").map(PathBuf::from).unwrap_or(target.join("screenshots"))
}

/// Runs `specs`, files of `tests/browser/specs`, one after the other; fails with what Node said if any test fails.
async fn run(specs: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let net = Net::start(dir.path(), &flags(dir.path()), &["--slot-ms", SLOT_MS]).await;
    // One after the other as they stand here: Node would sort them.
    let failed: Vec<String> = specs.iter().filter_map(|spec| fault(spec, dir.path())).collect();
    net.stop();
    assert!(failed.is_empty(), "specs failed\n{}", failed.join("\n"));
}

/// What Node says of the tests of `spec` on the net in `dir`, if any fails.
fn fault(spec: &str, dir: &Path) -> Option<String> {
    let told = node()
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../browser"))
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec", &format!("specs/{spec}.ts")])
        .env("TILL_LOCALNET", dir.join("localnet.json"))
        .env("TILL_SCREENSHOTS", screenshots())
        .env("NO_COLOR", "1")
        .output()
        .expect("Node runs: `tools/setup test` brings it");
    let (said, errors) = (String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
    println!("{said}");
    (!told.status.success()).then(|| format!("{said}\n{errors}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_packages_of_solana_pay_and_actions_accept_every_answer() {
    run(&["solana_pay", "actions", "actions_without_shop"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_pay_at_the_checkout_whatever_comes_between() {
    run(&["checkout"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_follow_links_burn_donate_and_stake() {
    run(&["burn_and_link", "campaign", "pool"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_works_in_the_dashboard() {
    run(&["dashboard"]).await;
}
