//! Every error of the program is provoked somewhere.

use std::fs;
use std::path::Path;

/// Errors that no instruction can be brought to return, each with the reason.
const UNREACHABLE: [&str; 2] = [
    // the last line of defence: reached only if another check is wrong
    "InvariantViolated",
    // a token program would have to deliver something else than the mint's fee says
    "AmountNotReceived",
];

/// A test that the program refuses something calls a function of this name, with the error.
const EXPECTATION: &str = "refused(";

#[test]
fn every_error_is_provoked_by_a_test() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let errors = fs::read_to_string(here.join("../../programs/till/src/errors.rs")).unwrap();
    let variants: Vec<&str> = errors.lines().filter_map(|line| line.trim().strip_suffix(',')).collect();
    assert!(variants.len() > 20);

    let expected: Vec<String> =
        sources(&here.join("cases")).iter().flat_map(|source| expected(source)).collect();
    for variant in variants {
        let is_provoked = expected.iter().any(|error| error == variant);
        assert_ne!(is_provoked, UNREACHABLE.contains(&variant), "TillError::{variant}");
    }
}

/// The text of all files in a folder and in those below it.
fn sources(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![fs::read_to_string(path).unwrap()] })
        .collect()
}

/// The errors that are arguments of an expectation, and those that a test function lists when the
/// argument is a variable.
fn expected(source: &str) -> Vec<String> {
    let errors = source.split("fn ").flat_map(|function| {
        let calls = function.match_indices(EXPECTATION);
        let calls: Vec<_> = calls.map(|(start, call)| arguments(&function[start + call.len()..])).collect();
        let is_variable = |call: &&str| call.trim_end_matches([',', ' ', '\n']).ends_with(" error");
        if calls.iter().any(is_variable) {
            named(function)
        } else {
            calls.into_iter().flat_map(named).collect()
        }
    });
    errors.collect()
}

fn named(text: &str) -> Vec<String> {
    let name = |rest: &str| rest.split(|c: char| !c.is_alphanumeric()).next().map(str::to_string);
    text.split("TillError::").skip(1).filter_map(name).collect()
}

/// What stands before the parenthesis that closes the call; nothing when it is not a call.
fn arguments(rest: &str) -> &str {
    let mut depth = 1;
    let closes = |c: char| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    };
    rest.find(closes).map_or("", |end| &rest[..end])
}
