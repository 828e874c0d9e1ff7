//! A value of the run against a literal or a matcher of the file.
//!
//! A literal agrees with a value if the texts are the same, or if both mean the same number, instant, record or user. Names of the file are looked up in the run.

use crate::ast::{Matcher, Scenario};
use crate::glob;
use crate::observation::Observation;
use crate::source::{Span, Text};
use crate::time::{parse_instant, parse_offset};
use std::collections::BTreeMap;

/// Knows what names and times of the file mean in this run.
pub(crate) struct Meaning<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) observation: &'a Observation,
    /// `as` of earlier entries → record id.
    pub(crate) aliases: BTreeMap<String, String>,
}

impl Meaning<'_> {
    /// The id that a name of the file has in this run, looked up as `kind:name` first.
    pub(crate) fn id(&self, name: &str, kinds: &[&str]) -> Option<&str> {
        if let Some(id) = self.aliases.get(name) {
            return Some(id);
        }
        let names = &self.observation.names;
        let of_kind = kinds.iter().find_map(|kind| names.get(&format!("{kind}:{name}")));
        of_kind.or_else(|| names.get(name)).map(String::as_str)
    }

    /// The user id that an owner's name means: a user, a queue, else the user of a rep.
    pub(crate) fn owner(&self, name: &str) -> Option<&str> {
        let rep = || self.observation.reps.get(name)?.as_deref();
        self.id(name, &["user", "queue"]).or_else(rep)
    }

    /// The name that the file has for an id; the id itself if it has none.
    pub(crate) fn name_of<'i>(&'i self, id: &'i str) -> &'i str {
        let plain =
            |(name, found): &(&'i String, &'i String)| found.as_str() == id && !name.contains(':');
        let names = || self.aliases.iter().chain(&self.observation.names);
        names().find(plain).map_or(id, |(name, _)| name.as_str())
    }

    /// The id that a literal means in a field that holds ids.
    pub(crate) fn reference(&self, field: &str, name: &str) -> Option<&str> {
        match field {
            "OwnerId" | "CreatedById" | "LastModifiedById" => self.owner(name),
            "CampaignId" => self.id(name, &["campaign"]),
            _ => self.id(name, &["record", "campaign", "user", "queue"]),
        }
    }

    /// Whether a field's value is what the matcher wants. `loose` ignores case, as a query of Salesforce does.
    pub(crate) fn matches(
        &self,
        matcher: &Matcher,
        field: &str,
        value: Option<&str>,
        loose: bool,
    ) -> bool {
        let value = value.filter(|value| !value.is_empty());
        match matcher {
            Matcher::Is(text) => self.is(text, field, value, loose),
            Matcher::OneOf(texts) => texts.iter().any(|text| self.is(text, field, value, loose)),
            Matcher::Not(inner) => !self.matches(inner, field, value, loose),
            Matcher::Present(_) => value.is_some(),
            Matcher::Absent(_) => value.is_none(),
            Matcher::Matches(pattern) => glob::matches(pattern, value.unwrap_or("")),
            Matcher::Contains(part) => value.is_some_and(|value| self.contains(part, field, value)),
            Matcher::AtMost(bound) => self.compare(bound, value, |value, bound| value <= bound),
            Matcher::AtLeast(bound) => self.compare(bound, value, |value, bound| value >= bound),
            Matcher::Between(low, high) => {
                self.compare(low, value, |value, bound| value >= bound)
                    && self.compare(high, value, |value, bound| value <= bound)
            }
        }
    }

    fn contains(&self, part: &str, field: &str, value: &str) -> bool {
        value.contains(part) || self.reference(field, part).is_some_and(|id| value.contains(id))
    }

    fn is(&self, text: &str, field: &str, value: Option<&str>, loose: bool) -> bool {
        let Some(value) = value else { return text.is_empty() };
        if value == text || (loose && value.to_lowercase() == text.to_lowercase()) {
            return true;
        }
        // Other systems spell ids as they please.
        let is_id = field == "Id" || crate::check::looks_like_id(value);
        if is_id && self.reference(field, text) == Some(value) {
            return true;
        }
        let number = |text: &str| is_decimal(text).then(|| text.parse::<f64>().ok()).flatten();
        let (wanted, found) = match (number(text), number(value)) {
            (Some(wanted), Some(found)) => (wanted, found),
            _ if is_date(value) || parse_instant(value).is_some() => {
                let Some(wanted) = self.size(text, value) else { return false };
                (wanted, own_size(value).unwrap_or(f64::NAN))
            }
            _ => return false,
        };
        (wanted - found).abs() < f64::EPSILON
    }

    fn compare(&self, bound: &str, value: Option<&str>, holds: impl Fn(f64, f64) -> bool) -> bool {
        let Some(value) = value else { return false };
        match (own_size(value), self.size(bound, value)) {
            (Some(found), Some(bound)) => holds(found, bound),
            _ => false,
        }
    }

    /// A literal as a number, read as an instant where the value is one.
    fn size(&self, text: &str, value: &str) -> Option<f64> {
        if is_date(value) {
            return self.day(text);
        }
        if parse_instant(value).is_some() {
            let starts = self.scenario.clock.starts;
            let offset = parse_offset(text).map(|offset| starts.saturating_add(offset));
            return offset.or_else(|| parse_instant(text)).map(wide);
        }
        own_size(text).or_else(|| parse_offset(text).map(wide))
    }

    /// The day on which an offset or an instant falls in the org's zone, as the milliseconds of its midnight in UTC.
    fn day(&self, text: &str) -> Option<f64> {
        if is_date(text) {
            return own_size(text);
        }
        let starts = self.scenario.clock.starts;
        let instant = parse_offset(text)
            .map(|offset| starts.saturating_add(offset))
            .or_else(|| parse_instant(text))?;
        let zone = self.scenario.world.org.time_zone.as_ref();
        let zone = zone
            .and_then(|zone| jiff::tz::TimeZone::get(zone).ok())
            .unwrap_or(jiff::tz::TimeZone::UTC);
        let day = jiff::Timestamp::from_millisecond(instant).ok()?.to_zoned(zone).date();
        own_size(&day.to_string())
    }
}

fn is_date(text: &str) -> bool {
    crate::time::is_date(text)
}

/// A value of the run as a number: a number, an instant in milliseconds, a day.
fn own_size(text: &str) -> Option<f64> {
    let first = text.bytes().next()?;
    if !first.is_ascii_digit() && !matches!(first, b'-' | b'+' | b'.') {
        return None;
    }
    let day = || is_date(text).then(|| parse_instant(&format!("{text}T00:00:00Z"))).flatten();
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    number.or_else(|| parse_instant(text).or_else(day).map(wide))
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of real clocks stay below 2^52")]
fn wide(milliseconds: i64) -> f64 {
    milliseconds as f64
}

/// Whether a text is a number and nothing else: `02139`, `+1555` and `1e3` are texts of digits, not numbers.
fn is_decimal(text: &str) -> bool {
    let (whole, part) = text
        .strip_prefix('-')
        .unwrap_or(text)
        .split_once('.')
        .unwrap_or((text.trim_start_matches('-'), "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(part) && (whole.len() == 1 || !whole.starts_with('0'))
}

/// A matcher in words.
pub(crate) fn describe(matcher: &Matcher) -> String {
    let list = |texts: &[Text]| {
        texts.iter().map(|text| format!("{:?}", &*text.text)).collect::<Vec<_>>().join(", ")
    };
    match matcher {
        Matcher::Is(text) if text.is_empty() => "blank".to_owned(),
        Matcher::Is(text) => text.to_string(),
        Matcher::Present(_) => "any value".to_owned(),
        Matcher::Absent(_) => "no value".to_owned(),
        Matcher::Matches(text) => format!("a text like `{text}`"),
        Matcher::Contains(text) => format!("a text with `{text}` in it"),
        Matcher::Not(inner) => format!("not {}", describe(inner)),
        Matcher::OneOf(texts) => format!("one of {}", list(texts)),
        Matcher::AtMost(text) => format!("at most {text}"),
        Matcher::AtLeast(text) => format!("at least {text}"),
        Matcher::Between(low, high) => format!("from {low} to {high}"),
    }
}

/// Where a matcher stands.
pub(crate) fn matcher_span(matcher: &Matcher) -> Span {
    match matcher {
        Matcher::Is(text)
        | Matcher::Matches(text)
        | Matcher::Contains(text)
        | Matcher::AtMost(text)
        | Matcher::AtLeast(text)
        | Matcher::Between(text, _) => text.span,
        Matcher::Present(place) | Matcher::Absent(place) => place.0,
        Matcher::Not(inner) => matcher_span(inner),
        Matcher::OneOf(texts) => texts.first().map(|text| text.span).unwrap_or_default(),
    }
}

/// Whether a figure is what the matcher wants; durations and numbers alike.
pub(crate) fn figure_matches(matcher: &Matcher, figure: f64) -> bool {
    let size = |text: &Text| text.parse::<f64>().ok().or_else(|| parse_offset(text).map(wide));
    let is = |text: &Text| size(text).is_some_and(|wanted| (wanted - figure).abs() < 1e-9);
    match matcher {
        Matcher::Is(text) => is(text),
        Matcher::OneOf(texts) => texts.iter().any(is),
        Matcher::Not(inner) => !figure_matches(inner, figure),
        Matcher::AtMost(text) => size(text).is_some_and(|bound| figure <= bound),
        Matcher::AtLeast(text) => size(text).is_some_and(|bound| figure >= bound),
        Matcher::Between(low, high) => {
            size(low).is_some_and(|bound| figure >= bound)
                && size(high).is_some_and(|bound| figure <= bound)
        }
        Matcher::Present(_) => true,
        Matcher::Absent(_) | Matcher::Matches(_) | Matcher::Contains(_) => false,
    }
}

/// Whether a count is what the matcher wants; one if there is none.
pub(crate) fn count_matches(matcher: Option<&Matcher>, count: usize) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "counts of a run stay below 2^52")]
    let figure = count as f64;
    matcher.map_or(count == 1, |matcher| figure_matches(matcher, figure))
}

/// The count that an entry wants, in words.
pub(crate) fn describe_count(matcher: Option<&Matcher>) -> String {
    matcher.map_or_else(|| "1".to_owned(), describe)
}

/// Figures without a tail of zeros.
pub(crate) fn show_figure(figure: f64, unit: crate::observation::Unit) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "shown as whole milliseconds")]
    let whole = figure.round() as i64;
    match unit {
        crate::observation::Unit::Milliseconds => crate::time::format_offset(whole),
        crate::observation::Unit::Number => format!("{figure}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agrees(text: &str, value: &str) -> bool {
        let scenario = Scenario::default();
        let observation = Observation::default();
        let meaning =
            Meaning { scenario: &scenario, observation: &observation, aliases: BTreeMap::new() };
        meaning.matches(&Matcher::from(text), "Field__c", Some(value), false)
    }

    #[test]
    fn numbers_agree_in_every_spelling_and_texts_of_digits_do_not() {
        for (text, value) in
            [("10", "10.0"), ("-3", "-3.00"), ("0", "0.0"), ("0.5", "0.50"), ("02139", "02139")]
        {
            assert!(agrees(text, value), "{text} {value}");
        }
        for (text, value) in [
            ("2139", "02139"),
            ("1e3", "1000"),
            ("+1555", "1555"),
            ("1.", "1"),
            ("", "0"),
            ("x", "X"),
        ] {
            assert!(!agrees(text, value), "{text} {value}");
        }
    }

    #[test]
    fn times_agree_in_every_spelling() {
        for (text, value) in [
            ("1m", "1970-01-01T00:01:00.000+0000"),
            ("1969-12-31T16:01:00-08:00", "1970-01-01T00:01:00.000+0000"),
            ("25h", "1970-01-02"),
            ("1970-01-02", "1970-01-02"),
        ] {
            assert!(agrees(text, value), "{text} {value}");
        }
        assert!(!agrees("2m", "1970-01-01T00:01:00.000+0000"));
        assert!(!agrees("1m", "60000"));
    }
}
