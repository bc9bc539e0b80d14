//! How differences are told, and what a command that looks for them exits with.

use std::process::ExitCode;

use clap::ValueEnum;
use till_indexer::audit::Difference;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// An object a line.
    Json,
}

/// What came of looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything agrees.
    Equal = 0,
    /// Something does not.
    Different = 1,
    /// Nobody knows, because not all of it could be looked at.
    Unknown = 2,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        (outcome as u8).into()
    }
}

/// On the standard output, which holds nothing else.
pub fn print(differences: &[Difference], format: Format) {
    for difference in differences {
        match format {
            Format::Text => println!("{difference}"),
            Format::Json => println!("{}", serde_json::json!(difference)),
        }
    }
}
