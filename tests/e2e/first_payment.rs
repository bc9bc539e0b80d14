//! The README's first command, and what comes out of it.

use std::path::Path;
use std::process::Command;

use till_e2e as net;

#[test]
fn the_demo_goes_through_and_its_webhooks_verify_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let demo = net::program("till-localnet")
        .args(["demo", "--once"])
        .args(net::flags(dir.path()))
        .output()
        .expect("the demo starts");
    let told = String::from_utf8_lossy(&demo.stdout);
    let errors = String::from_utf8_lossy(&demo.stderr);
    assert!(demo.status.success(), "{told}\n{errors}");
    for step in ["authorized", "captured", "refunded", "compute units", "Paid, captured, refunded, told."] {
        assert!(told.contains(step), "no {step:?} in\n{told}");
    }
    assert!(!dir.path().join("localnet.json").exists(), "the local net is gone, its description too");

    verify_with_python(&dir.path().join("webhooks.jsonl"), &dir.path().join("webhook-secret"));
}

/// The public Standard Webhooks library for Python must say the same as the one for Rust.
fn verify_with_python(log: &Path, secret: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("verify_webhooks.py");
    let python = Path::new(&std::env::var("TILL_PYTHON").unwrap_or("python3".into())).to_path_buf();
    let verified = Command::new(python).arg(script).arg(log).arg(secret).output().expect("python3");
    let told = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success(), "{told}{}", String::from_utf8_lossy(&verified.stderr));
    assert_eq!(told.trim(), "3 webhooks verified");
}
