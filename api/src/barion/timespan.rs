//! Time spans as .NET writes them, and with them Barion: `d.hh:mm:ss`, `d:hh:mm:ss` or `hh:mm:ss`.

/// The whole seconds of a time span; a fraction is dropped. Nothing if it is not one.
pub fn seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    let (rest, fraction) = match text.rfind('.').filter(|at| text.rfind(':').is_some_and(|colon| colon < *at))
    {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, "0"),
    };
    number(fraction, u32::MAX.into())?;
    let (days, time) = match rest.split_once('.') {
        Some((days, time)) => (days, time),
        None if rest.matches(':').count() == 3 => rest.split_once(':')?,
        None => ("0", rest),
    };
    let parts: Vec<&str> = time.split(':').collect();
    let [hours, minutes, seconds] = parts[..] else { return None };
    let (days, hours) = (number(days, 10_000)?, number(hours, 23)?);
    let (minutes, seconds) = (number(minutes, 59)?, number(seconds, 59)?);
    Some(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
}

fn number(digits: &str, most: i64) -> Option<i64> {
    let all = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|value| all && *value <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_that_clients_send_are_read() {
        for (text, expected) in [
            ("1.00:00:00", 86_400),
            ("1:00:00:00", 86_400),
            ("0:00:30:00", 1_800),
            ("00:20:00", 1_200),
            ("7.02:03:04", 7 * 86_400 + 2 * 3_600 + 3 * 60 + 4),
            ("00:00:01.5000000", 1),
            ("2.00:00:01.25", 2 * 86_400 + 1),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "1",
            "1.00",
            "24:00:00",
            "00:60:00",
            "1:2:3:4:5",
            "-1.00:00:00",
            "1.00:00:00.",
            "a:b:c",
            "+1:00:00",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
