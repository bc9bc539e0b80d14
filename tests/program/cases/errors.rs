//! Every error of the program is provoked somewhere.

use std::path::Path;

/// Errors that no instruction can be brought to return, each with the reason.
const UNREACHABLE: [&str; 2] = [
    // the last line of defence: reached only if another check is wrong
    "InvariantViolated",
    // a token program would have to deliver something else than the mint's fee says
    "AmountNotReceived",
];

#[test]
fn every_error_is_provoked_by_a_test() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let errors = std::fs::read_to_string(here.join("../../programs/till/src/errors.rs")).unwrap();
    let variants: Vec<&str> = errors.lines().filter_map(|line| line.trim().strip_suffix(',')).collect();
    assert!(variants.len() > 20);

    let tests = sources(&here.join("cases"));
    for variant in variants {
        let provoked = tests.contains(&format!("TillError::{variant}"));
        assert_ne!(provoked, UNREACHABLE.contains(&variant), "TillError::{variant}");
    }
}

/// The text of every test file in a folder, and in those below.
fn sources(folder: &Path) -> String {
    let text = |path: std::path::PathBuf| match path.is_dir() {
        true => sources(&path),
        false => std::fs::read_to_string(path).unwrap(),
    };
    std::fs::read_dir(folder).unwrap().map(|entry| text(entry.unwrap().path())).collect()
}
