//! Pages of lists: how long they are, and cursors, which say where one ended in a form that callers only hand back.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike};
use till_store::gateway::listing::Position;

use crate::problem::{Code, Problem, Result};

pub fn encode(position: &Position) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}:{}", position.created_at.timestamp_micros(), position.id))
}

pub fn decode(cursor: &str) -> Result<Position> {
    let invalid = || Problem::new(Code::CursorInvalid, "hand back next_cursor as it was given");
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())?;
    let text = String::from_utf8(bytes).map_err(|_| invalid())?;
    let (micros, id) = text.split_once(':').ok_or_else(invalid)?;
    let micros = micros.parse().map_err(|_| invalid())?;
    let created_at = DateTime::from_timestamp_micros(micros).ok_or_else(invalid)?;
    // What Postgres cannot keep, as a time or as text, was not made here.
    if !(0..=9999).contains(&created_at.year()) || id.contains('\0') {
        return Err(invalid());
    }
    Ok(Position { created_at, id: id.to_owned() })
}

/// A page and the cursor of the next, of rows of which one more than `limit` was asked for.
pub fn page<T>(mut rows: Vec<T>, limit: i64, position: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
    let is_last = rows.len() as i64 <= limit;
    rows.truncate(limit as usize);
    let next = if is_last { None } else { rows.last().map(position) };
    (rows, next)
}

/// For lists that are ordered by a number.
pub fn encode_number(number: i64) -> String {
    URL_SAFE_NO_PAD.encode(number.to_string())
}

pub fn decode_number(cursor: &str) -> Result<i64> {
    let number =
        URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok());
    number.ok_or_else(|| Problem::new(Code::CursorInvalid, "hand back next_cursor as it was given"))
}

/// A limit within its bounds.
pub fn page_size(limit: Option<i64>, default: i64, most: i64) -> Result<i64> {
    let limit = limit.unwrap_or(default);
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    Err(Problem::new(Code::InvalidQuery, format!("limit must be 1 to {most}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let created_at = DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap();
        let position = Position { created_at, id: "pay_1".to_owned() };
        assert_eq!(decode(&encode(&position)).unwrap(), position);
    }

    #[test]
    fn anything_else_is_refused() {
        for cursor in ["", "!", "bm9uc2Vuc2U", &URL_SAFE_NO_PAD.encode("x:pay_1")] {
            assert_eq!(decode(cursor).unwrap_err().code, Code::CursorInvalid, "{cursor}");
        }
    }

    #[test]
    fn a_time_that_postgres_does_not_know_is_refused() {
        let (first, last) = (-62_167_219_200_000_000, 253_402_300_799_999_999_i64);
        for micros in [first, last] {
            assert!(decode(&URL_SAFE_NO_PAD.encode(format!("{micros}:pay_1"))).is_ok(), "{micros}");
        }
        for micros in [i64::MIN, -8_000_000_000_000_000_000, first - 1, last + 1, i64::MAX] {
            let cursor = URL_SAFE_NO_PAD.encode(format!("{micros}:pay_1"));
            assert_eq!(decode(&cursor).unwrap_err().code, Code::CursorInvalid, "{micros}");
        }
    }
}
