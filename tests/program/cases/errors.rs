//! Every error of the program is provoked somewhere.

use std::path::Path;

/// Errors that no instruction can be brought to return, each with the reason.
const UNREACHABLE: [&str; 1] = [
    // the last line of defence: reached only if another check is wrong
    "InvariantViolated",
];

#[test]
fn every_error_is_provoked_by_a_test() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let errors = std::fs::read_to_string(here.join("../../programs/till/src/errors.rs")).unwrap();
    let variants: Vec<&str> = errors.lines().filter_map(|line| line.trim().strip_suffix(',')).collect();
    assert!(variants.len() > 20);

    let tests: String = std::fs::read_dir(here.join("cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    for variant in variants {
        let provoked = tests.contains(&format!("TillError::{variant}"));
        assert_ne!(provoked, UNREACHABLE.contains(&variant), "TillError::{variant}");
    }
}
