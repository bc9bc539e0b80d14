//! Answers as lines for people.

use serde_json::Value;

use crate::client::Client;

/// Prints an answer: as JSON if that is wanted, otherwise as `lines` has it.
pub fn answer(client: &Client, answer: &Value, lines: impl FnOnce(&Value) -> String) {
    if client.json {
        println!("{answer:#}");
    } else {
        println!("{}", lines(answer));
    }
}

/// A table with a heading, its columns as wide as what is in them.
pub fn table<const N: usize>(heading: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let rows: Vec<[String; N]> = rows.into_iter().collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([heading[column].len()]).max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |cells: [&str; N]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(heading)];
    lines.extend(rows.iter().map(|row| line(std::array::from_fn(|column| row[column].as_str()))));
    lines.join("\n")
}

/// The entries of a page.
pub fn entries(page: &Value) -> impl Iterator<Item = &Value> {
    page["data"].as_array().into_iter().flatten()
}

/// A field as text; empty where there is none.
pub fn text(value: &Value, pointer: &str) -> String {
    match value.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["a".into(), "1".into()], ["long one".into(), String::new()]];
        assert_eq!(table(["name", "n"], rows), "name      n\na         1\nlong one");
    }
}
