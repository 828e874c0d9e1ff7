//! Points in time, dates and times of day, as Salesforce writes and reads them.
//!
//! A [`Timestamp`] is milliseconds since the Unix epoch. What a record stores is cut to whole
//! seconds, so the three digits after the dot are always `000` on the wire.

use std::fmt;

/// Milliseconds in a second.
pub const SECOND_MS: i64 = 1_000;
/// Milliseconds in a minute.
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
/// Milliseconds in a day.
pub const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// Milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Midnight UTC of a day counted from the epoch.
    pub const fn from_days(days: i32) -> Self {
        Self(days as i64 * DAY_MS)
    }

    /// The same moment without its milliseconds, as a saved field holds it.
    #[must_use]
    pub const fn whole_second(self) -> Self {
        Self(self.0.div_euclid(SECOND_MS) * SECOND_MS)
    }

    /// The day in UTC, counted from the epoch.
    pub const fn days(self) -> i32 {
        saturate(self.0.div_euclid(DAY_MS))
    }

    /// Milliseconds since midnight UTC.
    pub const fn time_of_day(self) -> i32 {
        saturate(self.0.rem_euclid(DAY_MS))
    }

    /// This moment plus some milliseconds; the ends of the range hold.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Reads an ISO 8601 moment: seconds and milliseconds may be absent, the offset may be `Z`,
    /// `+0200` or `+02:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, rest) = text.split_once('T')?;
        let days = parse_date(date)?;
        let zone_at = rest.find(['Z', '+', '-'])?;
        let (clock, zone) = rest.split_at_checked(zone_at)?;
        let ms = parse_clock(clock)?;
        let offset = parse_offset(zone)?;
        Some(Self(i64::from(days) * DAY_MS + i64::from(ms) - offset))
    }
}

/// `2024-11-21T09:28:59.000+0000`, as REST answers write it.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.time_of_day();
        write!(
            f,
            "{}T{:02}:{:02}:{:02}.{:03}+0000",
            DateText(self.days()),
            ms / 3_600_000,
            ms / 60_000 % 60,
            ms / 1_000 % 60,
            ms % 1_000
        )
    }
}

/// A day counted from the epoch, written `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateText(pub i32);

impl fmt::Display for DateText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.0);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A time of day in milliseconds, written `HH:MM:SS.000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeText(pub i32);

impl fmt::Display for TimeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0;
        write!(
            f,
            "{:02}:{:02}:{:02}.{:03}Z",
            ms / 3_600_000,
            ms / 60_000 % 60,
            ms / 1_000 % 60,
            ms % 1_000
        )
    }
}

/// Days since the epoch of a proleptic Gregorian date, or `None` when there is no such day.
pub fn days_of(year: i32, month: u32, day: u32) -> Option<i32> {
    if !(1..=12).contains(&month) || day == 0 || day > month_length(year, month) {
        return None;
    }
    let y = i64::from(year) - i64::from(month <= 2);
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let shifted = i64::from((month + 9) % 12);
    let day_of_year = (153 * shifted + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    i32::try_from(era * 146_097 + day_of_era - 719_468).ok()
}

/// Year, month and day of a day counted from the epoch.
pub fn civil(days: i32) -> (i32, u32, u32) {
    let z = i64::from(days) + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let shifted = (5 * doy + 2) / 153;
    let day = doy - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    (saturate(year), u32::try_from(month).unwrap_or(1), u32::try_from(day).unwrap_or(1))
}

/// How many days a month has.
pub fn month_length(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads `YYYY-MM-DD` as days since the epoch.
pub fn parse_date(text: &str) -> Option<i32> {
    let mut parts = text.splitn(3, '-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    let day = digits(parts.next()?, 2)?;
    days_of(i32::try_from(year).ok()?, month, day)
}

/// Reads `HH:MM`, `HH:MM:SS` or `HH:MM:SS.mmm`, with or without a final `Z`, as milliseconds.
pub fn parse_clock(text: &str) -> Option<i32> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let mut parts = text.splitn(3, ':');
    let hour = digits(parts.next()?, 2)?;
    let minute = digits(parts.next()?, 2)?;
    let (second, ms) = parts.next().map_or(Some((0, 0)), parse_seconds)?;
    let in_range = hour < 24 && minute < 60 && second < 60;
    let total = ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
    in_range.then(|| i32::try_from(total).ok()).flatten()
}

fn parse_seconds(text: &str) -> Option<(u32, u32)> {
    let Some((second, fraction)) = text.split_once('.') else {
        return Some((digits(text, 2)?, 0));
    };
    let valid = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|b| b.is_ascii_digit());
    let thousandths: String = fraction.chars().chain("00".chars()).take(3).collect();
    valid.then_some(())?;
    Some((digits(second, 2)?, thousandths.parse().ok()?))
}

fn parse_offset(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let clock = text.get(1..)?.replace(':', "");
    let hours = digits(clock.get(..2)?, 2)?;
    let minutes = match clock.get(2..)? {
        "" => 0,
        rest => digits(rest, 2)?,
    };
    let in_range = hours < 24 && minutes < 60;
    in_range.then_some(sign * (i64::from(hours) * 60 + i64::from(minutes)) * MINUTE_MS)
}

fn digits(text: &str, width: usize) -> Option<u32> {
    (text.len() == width && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to the range first")]
const fn saturate(value: i64) -> i32 {
    if value > i32::MAX as i64 {
        i32::MAX
    } else if value < i32::MIN as i64 {
        i32::MIN
    } else {
        value as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_moment_is_the_same_moment() {
        let expected = Timestamp::parse("2021-04-14T18:52:45.000+0000").unwrap();
        for text in ["2021-04-14T18:52:45Z", "2021-04-14T20:52:45+02:00", "2021-04-14T18:52:45.0Z"]
        {
            assert_eq!(Timestamp::parse(text), Some(expected), "{text}");
        }
        assert_eq!(expected.to_string(), "2021-04-14T18:52:45.000+0000");
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "2024-07-30 20:54:16 UTC",
            "2024-02-30T00:00:00Z",
            "2024-01-01T25:00:00Z",
            "2024-01-01T00:00:00+24:00",
            "2024-01-01T00:00:00-02:60",
            "",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn dates_go_round() {
        for days in [-719_468, -1, 0, 59, 60, 11_016, 19_782, 2_932_896] {
            let text = DateText(days).to_string();
            assert_eq!(parse_date(&text), Some(days), "{text}");
        }
        assert_eq!(parse_date("2024-02-29"), Some(19_782));
        assert_eq!(parse_date("2023-02-29"), None);
    }
}
