//! Durations, offsets and instants as people write them, in milliseconds.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The longest duration that a file may name, in milliseconds: a hundred years.
pub const MAX_DURATION_MS: i64 = 100 * 366 * 24 * 60 * 60 * 1000;

const UNITS: [(&str, i64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// `2m40s`, `500ms`, `-90d`: milliseconds. Units go from large to small, each at most once.
pub fn parse_offset(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut sum = 0_i64;
    let mut smallest = i64::MAX;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, tail) = rest.split_at_checked(digits)?;
        let letters = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_lowercase()).len();
        let (unit, tail) = tail.split_at_checked(letters)?;
        let (_, size) = UNITS.iter().find(|(name, _)| *name == unit)?;
        if *size >= smallest {
            return None;
        }
        smallest = *size;
        sum = sum.checked_add(number.parse::<i64>().ok()?.checked_mul(*size)?)?;
        rest = tail;
    }
    (sum <= MAX_DURATION_MS).then_some(sign * sum)
}

/// Milliseconds as the shortest text that [`parse_offset`] reads.
pub fn format_offset(milliseconds: i64) -> String {
    let mut rest = milliseconds.unsigned_abs();
    if rest == 0 {
        return "0s".to_owned();
    }
    let mut out = if milliseconds < 0 { "-".to_owned() } else { String::new() };
    for (unit, size) in UNITS {
        let count = rest / size.unsigned_abs();
        rest %= size.unsigned_abs();
        if count > 0 {
            out.extend([count.to_string().as_str(), unit]);
        }
    }
    out
}

/// `2026-03-02T09:00:00-08:00` or Salesforce's `2026-03-02T17:00:00.000+0000`: milliseconds since the Unix epoch. The UTC offset is required.
pub fn parse_instant(text: &str) -> Option<i64> {
    let shaped = text.is_ascii() && text.len() <= 40 && text.get(10..11) == Some("T");
    if !shaped || text.contains('[') {
        return None;
    }
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

/// Milliseconds since the Unix epoch as an instant in UTC.
pub fn format_instant(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds)
        .map_or_else(|_| format!("{milliseconds} ms"), |at| at.to_string())
}

/// `2026-03-02`: whether it is a day.
pub(crate) fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// `2026-03-08T02:30`: whether it is a wall clock time.
pub(crate) fn is_local(text: &str) -> bool {
    text.get(10..11) == Some("T")
        && text.parse::<jiff::civil::DateTime>().is_ok()
        && parse_instant(text).is_none()
}

/// The zone whose name is nearest to a text.
pub(crate) fn nearest_zone(name: &str) -> Option<String> {
    let zones: Vec<String> =
        jiff::tz::db().available().map(|zone| zone.as_str().to_owned()).collect();
    let names: Vec<&str> = zones.iter().map(String::as_str).collect();
    crate::hint::nearest(name, &names).map(str::to_owned)
}

/// Whether there is such a time zone.
pub(crate) fn is_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written() {
        for (text, milliseconds) in [
            ("2m40s", 160_000),
            ("500ms", 500),
            ("-90d", -7_776_000_000),
            ("1d12h", 129_600_000),
            ("0s", 0),
        ] {
            assert_eq!(parse_offset(text), Some(milliseconds), "{text}");
            assert_eq!(format_offset(milliseconds), text);
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "",
            "-",
            "5",
            "s",
            "5 s",
            "5x",
            "1s1s",
            "1s1m",
            "1.5s",
            "99999999999999999999s",
            "9999999d",
        ] {
            assert_eq!(parse_offset(text), None, "{text}");
        }
    }

    #[test]
    fn instants_need_an_offset() {
        assert_eq!(parse_instant("1970-01-01T00:00:01Z"), Some(1000));
        assert_eq!(parse_instant("1970-01-01T00:00:01-08:00"), Some(28_801_000));
        assert_eq!(parse_instant("1970-01-01T00:00:01.000+0000"), Some(1000));
        assert_eq!(parse_instant("1970-01-01T00:00:01"), None);
        assert_eq!(parse_instant("1970-01-01"), None);
        assert!(is_local("2026-03-08T02:30"));
    }
}
