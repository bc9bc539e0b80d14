//! Figures, for who reads them and for who compares them.

use std::fmt;

use serde::Serialize;

/// Something that was measured.
#[derive(Debug, Serialize)]
pub struct Figure {
    pub what: String,
    pub value: f64,
    pub unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// Nothing without a target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_met: Option<bool>,
}

/// Inclusive, in the unit of the figure.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    AtLeast(f64),
    AtMost(f64),
}

impl Figure {
    pub fn new(what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { what: what.into(), value, unit, target: None, is_met: None }
    }

    pub fn target(self, target: Target) -> Self {
        let is_met = match target {
            Target::AtLeast(least) => self.value >= least,
            Target::AtMost(most) => self.value <= most,
        };
        Self { target: Some(target), is_met: Some(is_met), ..self }
    }

    /// Not held against its target.
    pub fn unjudged(self) -> Self {
        Self { target: None, is_met: None, ..self }
    }
}

/// What stands above the lines.
pub fn heading(cores: usize) -> String {
    format!(
        "{cores} cores for everything: indexer, Postgres (fsync=on, settings as installed), gRPC endpoint.\n\
         An update is one transaction of the program: event, ledger lines, payment, vault, both accounts.\n\n\
         {:<48} {:>10} {:<4}target",
        "what", "figure", ""
    )
}

/// One line.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, value, unit, target, is_met } = self;
        write!(f, "{what:<48} {:>10} {unit:<4}", number(*value))?;
        match target {
            None => Ok(()),
            Some(Target::AtLeast(least)) => write!(f, "at least {:<8}", number(*least)),
            Some(Target::AtMost(most)) => write!(f, "at most {:<9}", number(*most)),
        }?;
        match is_met {
            None => Ok(()),
            Some(true) => write!(f, "met"),
            Some(false) => write!(f, "MISSED"),
        }
    }
}

/// With three digits or more, and thousands apart.
fn number(value: f64) -> String {
    if value < 100.0 {
        return format!("{value:.2}");
    }
    let digits = format!("{value:.0}");
    let head = digits.len() % 3;
    let (first, rest) = digits.split_at(head);
    let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    let groups = (!first.is_empty()).then(|| first.to_owned()).into_iter().chain(groups);
    groups.collect::<Vec<_>>().join(",")
}
