//! Text functions.

use crate::timestamp::{DateText, Timestamp};
use crate::value::Value;

/// Longest text that a formula makes, in characters.
pub(crate) const TEXT_MAX: usize = 100_000;

/// A value as `TEXT()` writes it.
pub(crate) fn written(value: &Value) -> String {
    match value {
        Value::Double(n) => number(*n),
        Value::DateTime(at) => moment(*at),
        Value::Time(_) => value.to_string().trim_end_matches('Z').to_owned(),
        Value::Id(id) => id.as_str_15().to_owned(),
        other => other.to_string(),
    }
}

fn number(n: f64) -> String {
    let rounded = format!("{n:.12}");
    let plain = rounded.trim_end_matches('0').trim_end_matches('.');
    if plain == "-0" { "0".to_owned() } else { plain.to_owned() }
}

fn moment(at: Timestamp) -> String {
    let seconds = at.time_of_day() / 1_000;
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{} {hour:02}:{minute:02}:{second:02}Z", DateText(at.days()))
}

pub(crate) fn left(text: &str, count: f64) -> String {
    text.chars().take(size(count)).collect()
}

pub(crate) fn right(text: &str, count: f64) -> String {
    let skip = text.chars().count().saturating_sub(size(count));
    text.chars().skip(skip).collect()
}

pub(crate) fn mid(text: &str, start: f64, count: f64) -> String {
    text.chars().skip(size(start).saturating_sub(1)).take(size(count)).collect()
}

/// Position from 1 of the first occurrence at or after a position, 0 if there is none.
pub(crate) fn find(needle: &str, text: &str, from: f64) -> usize {
    let skip = size(from).saturating_sub(1);
    let Some((at, _)) = text.char_indices().chain([(text.len(), ' ')]).nth(skip) else { return 0 };
    if needle.is_empty() {
        return 0;
    }
    let rest = text.get(at..).unwrap_or_default();
    let found = rest.find(needle).and_then(|byte| rest.get(..byte));
    found.map_or(0, |before| before.chars().count() + skip + 1)
}

/// Nothing is padded that is blank, and nothing with a blank filler.
pub(crate) fn padded(text: &str, width: f64, filler: &str, on_the_left: bool) -> String {
    if text.is_empty() || filler.is_empty() {
        return String::new();
    }
    let width = size(width).min(TEXT_MAX);
    let length = text.chars().count();
    if length >= width {
        return left(text, f64::from(u32::try_from(width).unwrap_or(u32::MAX)));
    }
    let padding: String = filler.chars().cycle().take(width - length).collect();
    if on_the_left { padding + text } else { text.to_owned() + &padding }
}

pub(crate) fn substituted(text: &str, old: &str, new: &str) -> String {
    if old.is_empty() {
        return text.to_owned();
    }
    text.replace(old, new).chars().take(TEXT_MAX).collect()
}

/// A picture, with its height and width in pixels if both are known.
pub(crate) fn image(url: &str, alternative: &str, size: Option<(usize, usize)>) -> String {
    let style = size.map_or(String::new(), |(height, width)| {
        format!(" style=\"height:{height}px; width:{width}px;\"")
    });
    format!("<img src=\"{url}\" alt=\"{alternative}\"{style} border=\"0\"/>")
}

/// First letters of words in upper case, the others in lower case.
pub(crate) fn capitalised(text: &str) -> String {
    let mut inside = false;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if inside {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
        inside = c.is_alphanumeric();
    }
    out
}

/// `12:34:56`, with days in front when asked: `1:02:03:04`.
pub(crate) fn duration(seconds: f64, with_days: bool) -> String {
    let total = size(seconds.abs());
    let (hours, minutes, rest) = (total / 3_600, total / 60 % 60, total % 60);
    if with_days {
        let (days, hours) = (hours / 24, hours % 24);
        return format!("{days}:{hours:02}:{minutes:02}:{rest:02}");
    }
    format!("{hours:02}:{minutes:02}:{rest:02}")
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped first")]
pub(crate) fn size(n: f64) -> usize {
    n.clamp(0.0, 4.0e9) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_without_needless_digits() {
        for (n, text) in
            [(1.0, "1"), (0.1 + 0.2, "0.3"), (-0.0, "0"), (1e15, "1000000000000000"), (2.5, "2.5")]
        {
            assert_eq!(written(&Value::Double(n)), text);
        }
    }

    #[test]
    fn positions_count_from_one_and_in_characters() {
        assert_eq!(find("é", "café", 1.0), 4);
        assert_eq!(find("a", "banana", 3.0), 4);
        assert_eq!(find("x", "banana", 1.0), 0);
        assert_eq!(mid("banana", 2.0, 3.0), "ana");
        assert_eq!(padded("7", 3.0, "0", true), "007");
        assert_eq!(padded("abcd", 2.0, " ", false), "ab");
    }
}
