//! Cursors of reports: where in a merchant's history a page ended.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use till_store::gateway::reports::Place;

use crate::problem::{Code, Problem, Result};

pub fn encode(place: &Place) -> String {
    let Place { block_time, slot, transaction_index, instruction, inner_index } = place;
    let micros = block_time.timestamp_micros();
    URL_SAFE_NO_PAD.encode(format!("{micros}:{slot}:{transaction_index}:{instruction}:{inner_index}"))
}

pub fn decode(cursor: &str) -> Result<Place> {
    read(cursor).ok_or_else(|| Problem::new(Code::CursorInvalid, "hand back next_cursor as it was given"))
}

fn read(cursor: &str) -> Option<Place> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let mut parts = text.split(':');
    let mut next = || parts.next();
    let micros: i64 = next()?.parse().ok()?;
    // Beyond these years Postgres and this code do not agree about what a time is.
    let block_time = DateTime::from_timestamp_micros(micros)
        .filter(|_| (0..=253_402_300_799_000_000).contains(&micros))?;
    let place = Place {
        block_time,
        slot: next()?.parse().ok()?,
        transaction_index: next()?.parse().ok()?,
        instruction: next()?.parse().ok()?,
        inner_index: next()?.parse().ok()?,
    };
    next().is_none().then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went_and_nothing_else_does() {
        let block_time = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let place = Place { block_time, slot: 7, transaction_index: 3, instruction: 2, inner_index: 1 };
        assert_eq!(decode(&encode(&place)).unwrap(), place);
        for wrong in
            ["", "!", "1:2:3:4", "1:2:3:4:5:6", "-1:2:3:4:5", "9223372036854775807:2:3:4:5", "1:2:3:4:99999"]
        {
            assert!(decode(&URL_SAFE_NO_PAD.encode(wrong)).is_err(), "{wrong}");
        }
    }
}
