//! Date literals: each is a range of whole days in the running user's time zone.
//!
//! `LAST_N_DAYS:n` begins n days ago and includes today; `NEXT_N_DAYS:n` begins tomorrow; every other `LAST_N_…`
//! leaves the current unit out. Where weeks and fiscal years begin is the [`Calendar`]'s to say.
//! Source: SOQL and SOSL Reference, Date Formats and Date Literals; wire reference §4.2.

use jiff::{
    Span, ToSpan,
    civil::{Date, DateTime, date},
    tz::TimeZone,
};

use super::calendar::Calendar;

/// The literals that take no number.
pub(crate) const PLAIN: &[&str] = &[
    "YESTERDAY",
    "TODAY",
    "TOMORROW",
    "LAST_90_DAYS",
    "NEXT_90_DAYS",
    "LAST_WEEK",
    "THIS_WEEK",
    "NEXT_WEEK",
    "LAST_MONTH",
    "THIS_MONTH",
    "NEXT_MONTH",
    "LAST_QUARTER",
    "THIS_QUARTER",
    "NEXT_QUARTER",
    "LAST_YEAR",
    "THIS_YEAR",
    "NEXT_YEAR",
    "LAST_FISCAL_QUARTER",
    "THIS_FISCAL_QUARTER",
    "NEXT_FISCAL_QUARTER",
    "LAST_FISCAL_YEAR",
    "THIS_FISCAL_YEAR",
    "NEXT_FISCAL_YEAR",
];

/// The literals that take a number after a colon.
pub(crate) const COUNTED: &[&str] = &[
    "LAST_N_DAYS",
    "NEXT_N_DAYS",
    "N_DAYS_AGO",
    "LAST_N_WEEKS",
    "NEXT_N_WEEKS",
    "N_WEEKS_AGO",
    "LAST_N_MONTHS",
    "NEXT_N_MONTHS",
    "N_MONTHS_AGO",
    "LAST_N_QUARTERS",
    "NEXT_N_QUARTERS",
    "N_QUARTERS_AGO",
    "LAST_N_YEARS",
    "NEXT_N_YEARS",
    "N_YEARS_AGO",
    "LAST_N_FISCAL_QUARTERS",
    "NEXT_N_FISCAL_QUARTERS",
    "N_FISCAL_QUARTERS_AGO",
    "LAST_N_FISCAL_YEARS",
    "NEXT_N_FISCAL_YEARS",
    "N_FISCAL_YEARS_AGO",
];

/// Days from `start` up to, not including, `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayRange {
    pub(crate) start: Date,
    pub(crate) end: Date,
}

/// Is `word` the name of a date literal?
pub(crate) fn is_literal(word: &str) -> bool {
    PLAIN.iter().chain(COUNTED).any(|name| name.eq_ignore_ascii_case(word))
}

/// Must the literal `word` be followed by a number?
pub(crate) fn takes_count(word: &str) -> bool {
    COUNTED.iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// The days that a literal means when it is `today`; `None` when they leave the calendar.
pub(crate) fn range(
    name: &str,
    n: Option<u32>,
    today: Date,
    calendar: Calendar,
) -> Option<DayRange> {
    let n = i64::from(n.unwrap_or(1));
    let name = name.to_ascii_uppercase();
    let days = |first, count| units(Unit::Day, today, (first, count), calendar);
    match name.as_str() {
        "YESTERDAY" => days(-1, 1),
        "TODAY" => days(0, 1),
        "TOMORROW" => days(1, 1),
        "LAST_90_DAYS" => days(-90, 91),
        "NEXT_90_DAYS" => days(1, 90),
        "LAST_N_DAYS" => days(-n, n + 1),
        _ => {
            let (unit, shape) = unit_and_shape(&name)?;
            let part = match shape {
                Shape::Last => (-n, n),
                Shape::This => (0, 1),
                Shape::Next => (1, n),
                Shape::Ago => (-n, 1),
            };
            units(unit, today, part, calendar)
        }
    }
}

#[derive(Clone, Copy)]
enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
    FiscalQuarter,
    FiscalYear,
}

enum Shape {
    Last,
    This,
    Next,
    Ago,
}

fn unit_and_shape(name: &str) -> Option<(Unit, Shape)> {
    let (shape, unit) = if let Some(unit) = name.strip_suffix("_AGO") {
        (Shape::Ago, unit.strip_prefix("N_")?)
    } else {
        let (shape, rest) = name.split_once('_')?;
        let shape = match shape {
            "LAST" => Shape::Last,
            "THIS" => Shape::This,
            "NEXT" => Shape::Next,
            _ => return None,
        };
        (shape, rest.strip_prefix("N_").unwrap_or(rest))
    };
    let unit = match unit.strip_suffix('S').unwrap_or(unit) {
        "DAY" => Unit::Day,
        "WEEK" => Unit::Week,
        "MONTH" => Unit::Month,
        "QUARTER" => Unit::Quarter,
        "YEAR" => Unit::Year,
        "FISCAL_QUARTER" => Unit::FiscalQuarter,
        "FISCAL_YEAR" => Unit::FiscalYear,
        _ => return None,
    };
    Some((unit, shape))
}

/// `count` units, beginning `first` units after the one that holds `today`.
fn units(
    unit: Unit,
    today: Date,
    (first, count): (i64, i64),
    calendar: Calendar,
) -> Option<DayRange> {
    // How many months ago the unit began whose first months are those `every` months after `from`.
    let back = |from: i8, every: i8| i64::from((today.month() - from).rem_euclid(every));
    let months_ago = |months: i64| today.first_of_month().checked_sub(months.months()).ok();
    let begin = match unit {
        Unit::Day => today,
        Unit::Week => {
            let day = today.weekday().since(calendar.week_start);
            today.checked_sub(i64::from(day).days()).ok()?
        }
        Unit::Month => today.first_of_month(),
        Unit::Quarter => months_ago(back(1, 3))?,
        Unit::Year => months_ago(back(1, 12))?,
        Unit::FiscalQuarter => months_ago(back(calendar.fiscal_month, 3))?,
        Unit::FiscalYear => months_ago(back(calendar.fiscal_month, 12))?,
    };
    let start = begin.checked_add(span(unit, first)?).ok()?;
    let end = begin.checked_add(span(unit, first.checked_add(count)?)?).ok()?;
    Some(DayRange { start, end })
}

fn span(unit: Unit, count: i64) -> Option<Span> {
    let zero = Span::new();
    match unit {
        Unit::Day => zero.try_days(count),
        Unit::Week => zero.try_days(count.checked_mul(7)?),
        Unit::Month => zero.try_months(count),
        Unit::Quarter | Unit::FiscalQuarter => zero.try_months(count.checked_mul(3)?),
        Unit::Year | Unit::FiscalYear => zero.try_years(count),
    }
    .ok()
}

/// Midnight at the start of `day` in `zone`, in milliseconds since the Unix epoch.
pub(crate) fn midnight(day: Date, zone: &TimeZone) -> Option<i64> {
    day.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp().as_millisecond())
}

/// The day it is in `zone` at `now`, milliseconds since the Unix epoch.
pub(crate) fn day_of(now: i64, zone: &TimeZone) -> Option<Date> {
    jiff::Timestamp::from_millisecond(now).ok().map(|at| zone.to_datetime(at).date())
}

/// What clocks in `zone` show at `at`, milliseconds since the Unix epoch.
pub(crate) fn clock_of(at: i64, zone: &TimeZone) -> Option<DateTime> {
    jiff::Timestamp::from_millisecond(at).ok().map(|at| zone.to_datetime(at))
}

/// The day `days` after 1970-01-01.
pub(crate) fn from_epoch_days(days: i32) -> Option<Date> {
    date(1970, 1, 1).checked_add(i64::from(days).days()).ok()
}

/// Days between 1970-01-01 and `day`.
pub(crate) fn epoch_days(day: Date) -> i32 {
    (day - date(1970, 1, 1)).get_days()
}

/// `2026-01-31` as a day; Salesforce takes the years 1700 to 4000.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    let day: Date = text.parse().ok()?;
    (1700..=4000).contains(&day.year()).then_some(day)
}

/// `2026-01-31T10:00:00.000+0100` in milliseconds since the Unix epoch.
pub(crate) fn parse_datetime(text: &str) -> Option<i64> {
    parse_date(text.get(..10)?)?;
    let at: jiff::Timestamp = text.parse().ok()?;
    Some(at.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Wednesday.
    fn today() -> Date {
        date(2026, 5, 13)
    }

    fn days(name: &str, n: Option<u32>) -> String {
        days_by(name, n, Calendar::default())
    }

    fn days_by(name: &str, n: Option<u32>, calendar: Calendar) -> String {
        let range = range(name, n, today(), calendar).unwrap();
        format!("{}..{}", range.start, range.end)
    }

    #[test]
    fn weeks_and_fiscal_years_begin_where_the_calendar_says() {
        let monday = Calendar::of("de_DE", Some(2));
        assert_eq!(days_by("THIS_WEEK", None, monday), "2026-05-11..2026-05-18");
        assert_eq!(days_by("THIS_FISCAL_YEAR", None, monday), "2026-02-01..2027-02-01");
        assert_eq!(days_by("THIS_FISCAL_QUARTER", None, monday), "2026-05-01..2026-08-01");
        assert_eq!(days_by("N_FISCAL_QUARTERS_AGO", Some(2), monday), "2025-11-01..2026-02-01");
        assert_eq!(days_by("LAST_N_FISCAL_YEARS", Some(2), monday), "2024-02-01..2026-02-01");
        let july = Calendar::of("en_US", Some(7));
        assert_eq!(days_by("THIS_FISCAL_YEAR", None, july), "2025-07-01..2026-07-01");
        assert_eq!(days_by("NEXT_FISCAL_QUARTER", None, july), "2026-07-01..2026-10-01");
    }

    #[test]
    fn last_n_days_includes_today_and_next_n_days_begins_tomorrow() {
        assert_eq!(days("LAST_N_DAYS", Some(3)), "2026-05-10..2026-05-14");
        assert_eq!(days("NEXT_N_DAYS", Some(3)), "2026-05-14..2026-05-17");
        assert_eq!(days("LAST_90_DAYS", None), "2026-02-12..2026-05-14");
        assert_eq!(days("N_DAYS_AGO", Some(3)), "2026-05-10..2026-05-11");
    }

    #[test]
    fn other_units_leave_the_current_one_out() {
        assert_eq!(days("this_week", None), "2026-05-10..2026-05-17");
        assert_eq!(days("LAST_WEEK", None), "2026-05-03..2026-05-10");
        assert_eq!(days("LAST_N_WEEKS", Some(2)), "2026-04-26..2026-05-10");
        assert_eq!(days("LAST_N_MONTHS", Some(2)), "2026-03-01..2026-05-01");
        assert_eq!(days("NEXT_N_MONTHS", Some(2)), "2026-06-01..2026-08-01");
        assert_eq!(days("THIS_QUARTER", None), "2026-04-01..2026-07-01");
        assert_eq!(days("N_QUARTERS_AGO", Some(2)), "2025-10-01..2026-01-01");
        assert_eq!(days("LAST_FISCAL_YEAR", None), "2025-01-01..2026-01-01");
        assert_eq!(days("NEXT_N_YEARS", Some(2)), "2027-01-01..2029-01-01");
    }

    #[test]
    fn every_literal_has_a_range_or_leaves_the_calendar() {
        for name in PLAIN {
            assert!(range(name, None, today(), Calendar::default()).is_some(), "{name}");
        }
        for name in COUNTED {
            assert!(range(name, Some(4), today(), Calendar::default()).is_some(), "{name}");
            assert!(range(name, Some(u32::MAX), today(), Calendar::default()).is_none(), "{name}");
        }
    }

    #[test]
    fn offsets_come_with_and_without_a_colon() {
        assert_eq!(parse_datetime("1970-01-01T01:00:00+01:00"), Some(0));
        assert_eq!(parse_datetime("1970-01-01T01:00:00.500+0100"), Some(500));
        assert_eq!(parse_datetime("1699-01-01T01:00:00Z"), None);
        assert_eq!(parse_date("2026-02-30"), None);
    }
}
