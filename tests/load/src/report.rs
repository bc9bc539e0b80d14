//! Figures, for who reads them and for who compares them.

use std::fmt;

use clap::Args;
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
    fn unjudged(self) -> Self {
        Self { target: None, is_met: None, ..self }
    }
}

/// What every benchmark is asked.
#[derive(Args, Clone, Copy, Debug)]
pub struct Asked {
    /// A moment each, to see that it works: the figures mean nothing.
    #[arg(long)]
    quick: bool,

    /// Figures as JSON.
    #[arg(long)]
    json: bool,

    /// What `cargo bench` says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Asked {
    pub fn scale(self) -> Scale {
        if self.quick { Scale::Quick } else { Scale::Full }
    }
}

/// How much is done for a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    Full,
    /// A moment each: that figures come out, not what they are.
    Quick,
}

impl Scale {
    pub fn of<T>(self, full: T, quick: T) -> T {
        match self {
            Self::Full => full,
            Self::Quick => quick,
        }
    }
}

/// Figures as they come, printed as they are asked for.
pub struct Report {
    is_judged: bool,
    is_json: bool,
    figures: Vec<Figure>,
}

impl Report {
    /// `about` stands above the lines.
    pub fn begin(asked: Asked, about: &str) -> Self {
        let is_judged = !asked.quick && !cfg!(debug_assertions);
        if !asked.json {
            if !is_judged {
                println!(
                    "Too short or not optimised: this shows that every figure comes out, and no more.\n"
                );
            }
            println!("{about}\n\n{:<54} {:>10} {:<4}target", "what", "figure", "");
        }
        Self { is_judged, is_json: asked.json, figures: Vec::new() }
    }

    pub fn add(&mut self, measured: Vec<Figure>) {
        for figure in measured {
            let figure = if self.is_judged { figure } else { figure.unjudged() };
            if !self.is_json {
                println!("{figure}");
            }
            self.figures.push(figure);
        }
    }

    pub fn end(self) -> anyhow::Result<()> {
        if self.is_json {
            println!("{}", serde_json::to_string_pretty(&self.figures)?);
        }
        Ok(())
    }
}

/// One line.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, value, unit, target, is_met } = self;
        write!(f, "{what:<54} {:>10} {unit:<4}", number(*value))?;
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
