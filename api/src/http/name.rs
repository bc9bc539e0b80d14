//! Names that people give to things.

use crate::problem::{Code, Problem, Result};

/// In characters.
const MAX_LENGTH: usize = 100;

/// A name without the spaces around it: 1 to 100 characters on one line.
pub fn checked(name: &str) -> Result<String> {
    let name = name.trim();
    let is_fine = (1..=MAX_LENGTH).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if is_fine {
        return Ok(name.to_owned());
    }
    let detail = format!("it must have 1 to {MAX_LENGTH} characters, on one line");
    Err(Problem::of_field(Code::ValidationFailed, "name", detail))
}
