//! The tester, and what its report says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

/// Another one is tried with `TILL_SCHEMATHESIS_SEED`.
const SEED: &str = "20261121";
/// Cases an operation, beside those that it derives from the schema alone.
const EXAMPLES: &str = "4";
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,ignored_auth,\
                      unsupported_method,missing_required_header";

/// How long a run may take: several times what the longest takes on a slow machine.
const LONGEST: Duration = Duration::from_secs(300);

/// Runs on one API, and what has come of them.
pub struct Tester {
    url: String,
    seed: String,
    pub directory: PathBuf,
    /// `METHOD /path` of what was answered with 2xx at least once.
    pub succeeded: BTreeSet<String>,
    /// What was said of each run that found something.
    pub complaints: Vec<String>,
}

impl Tester {
    pub fn new(url: &str) -> Self {
        let directory =
            std::env::temp_dir().join(format!("till-schemathesis-{:016x}", rand::random::<u64>()));
        std::fs::create_dir(&directory).unwrap();
        Self {
            url: url.to_owned(),
            seed: std::env::var("TILL_SCHEMATHESIS_SEED").unwrap_or(SEED.to_owned()),
            directory,
            succeeded: BTreeSet::new(),
            complaints: Vec::new(),
        }
    }

    /// Calls the operations of the document at `document` that `filter` leaves, each time with `header`.
    pub async fn run(&mut self, document: &Path, header: &str, filter: [&str; 2]) {
        let report = self.directory.join("report.ndjson");
        let run = Command::new(program())
            .current_dir(&self.directory)
            .arg("run")
            .arg(document)
            .args(["--url", &self.url, "--no-color", "--warnings", "off", "--header", header])
            .args(filter)
            .args(["--phases", "examples,coverage,fuzzing", "--checks", CHECKS])
            .args(["--seed", &self.seed, "--max-examples", EXAMPLES, "--request-timeout", "40"])
            .args(["--continue-on-failure", "--suppress-health-check", "all"])
            .args(["--report", "ndjson", "--report-ndjson-path"])
            .arg(&report)
            .kill_on_drop(true)
            .output();
        let run = timeout(LONGEST, run).await.unwrap_or_else(|_| panic!("{filter:?} has no end"));
        let run = run.expect("schemathesis is installed by tools/setup test");
        if !run.status.success() {
            let said = String::from_utf8_lossy(&run.stdout);
            let complained = String::from_utf8_lossy(&run.stderr);
            self.complaints.push(format!("{filter:?} with seed {}:\n{said}\n{complained}", self.seed));
        }
        let lines = std::fs::read_to_string(&report);
        let lines = lines.unwrap_or_else(|error| panic!("no report: {error}; {:?}", self.complaints));
        for line in lines.lines().filter(|line| line.starts_with(r#"{"ScenarioFinished""#)) {
            let event: Value = serde_json::from_str(line).unwrap();
            let recorder = &event["ScenarioFinished"]["recorder"];
            let label = recorder["label"].as_str().expect("the operation");
            if recorder["interactions"]
                .as_object()
                .is_some_and(|all| all.values().any(|one| is_good(label, one)))
            {
                self.succeeded.insert(label.to_owned());
            }
        }
        std::fs::remove_file(&report).unwrap();
    }
}

impl Drop for Tester {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// Whether a request by the operation's own method was answered with 2xx: wrong methods are tried beside it.
fn is_good(operation: &str, interaction: &Value) -> bool {
    let method = interaction["request"]["method"].as_str().unwrap_or_default();
    let status = interaction["response"]["status_code"].as_u64().unwrap_or_default();
    operation.split_once(' ').is_some_and(|(own, _)| own == method) && (200..300).contains(&status)
}

/// Beside the Python that the tests use, which `tools/test` names.
fn program() -> PathBuf {
    let named = std::env::var_os("TILL_PYTHON").map(PathBuf::from);
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    let python = named.or_else(|| Some(cache?.join("till/python/bin/python3")));
    let beside = python.as_deref().and_then(Path::parent).map(|bin| bin.join("schemathesis"));
    beside.filter(|program| program.exists()).unwrap_or("schemathesis".into())
}
