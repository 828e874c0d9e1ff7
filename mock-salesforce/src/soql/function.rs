//! The functions of SOQL by name, and what the date functions say of a day.
//!
//! Weeks of date functions are sevens of days from the first of the month or year, whatever the locale
//! (SOQL and SOSL Reference, Date Functions; wire reference §4.2).

use jiff::civil::{Date, DateTime};

use super::{calendar::Calendar, dates};
use crate::Value;

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Aggregate(Aggregation),
    Date(DateFunction),
    /// `toLabel`: the label of a picklist value, which is the value here.
    Label,
    /// `FORMAT`
    Format,
    /// `convertCurrency`
    ConvertCurrency,
    /// `convertTimezone`, inside a date function only.
    ConvertTimezone,
    /// `GROUPING`
    Grouping,
    /// `DISTANCE`
    Distance,
    /// `GEOLOCATION`, inside `DISTANCE` only.
    Geolocation,
}

/// An aggregate function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aggregation {
    Count,
    CountDistinct,
    Sum,
    Avg,
    Min,
    Max,
}

/// A date function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateFunction {
    CalendarMonth,
    CalendarQuarter,
    CalendarYear,
    DayInMonth,
    DayInWeek,
    DayInYear,
    DayOnly,
    FiscalMonth,
    FiscalQuarter,
    FiscalYear,
    HourInDay,
    WeekInMonth,
    WeekInYear,
}

/// Every function by its name.
pub(crate) const FUNCTIONS: &[(&str, Function)] = &[
    ("COUNT", Function::Aggregate(Aggregation::Count)),
    ("COUNT_DISTINCT", Function::Aggregate(Aggregation::CountDistinct)),
    ("SUM", Function::Aggregate(Aggregation::Sum)),
    ("AVG", Function::Aggregate(Aggregation::Avg)),
    ("MIN", Function::Aggregate(Aggregation::Min)),
    ("MAX", Function::Aggregate(Aggregation::Max)),
    ("CALENDAR_MONTH", Function::Date(DateFunction::CalendarMonth)),
    ("CALENDAR_QUARTER", Function::Date(DateFunction::CalendarQuarter)),
    ("CALENDAR_YEAR", Function::Date(DateFunction::CalendarYear)),
    ("DAY_IN_MONTH", Function::Date(DateFunction::DayInMonth)),
    ("DAY_IN_WEEK", Function::Date(DateFunction::DayInWeek)),
    ("DAY_IN_YEAR", Function::Date(DateFunction::DayInYear)),
    ("DAY_ONLY", Function::Date(DateFunction::DayOnly)),
    ("FISCAL_MONTH", Function::Date(DateFunction::FiscalMonth)),
    ("FISCAL_QUARTER", Function::Date(DateFunction::FiscalQuarter)),
    ("FISCAL_YEAR", Function::Date(DateFunction::FiscalYear)),
    ("HOUR_IN_DAY", Function::Date(DateFunction::HourInDay)),
    ("WEEK_IN_MONTH", Function::Date(DateFunction::WeekInMonth)),
    ("WEEK_IN_YEAR", Function::Date(DateFunction::WeekInYear)),
    ("toLabel", Function::Label),
    ("FORMAT", Function::Format),
    ("convertCurrency", Function::ConvertCurrency),
    ("convertTimezone", Function::ConvertTimezone),
    ("GROUPING", Function::Grouping),
    ("DISTANCE", Function::Distance),
    ("GEOLOCATION", Function::Geolocation),
];

impl Function {
    /// The function of this name, in any case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let found = FUNCTIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, function)| *function)
    }
}

impl DateFunction {
    /// Does it need to know the time of day?
    pub(crate) fn needs_time(self) -> bool {
        matches!(self, Self::HourInDay | Self::DayOnly)
    }

    /// What it says of a moment on the clock of some time zone.
    pub(crate) fn of(self, at: DateTime, calendar: Calendar) -> Value {
        let day = at.date();
        let number = match self {
            Self::CalendarMonth => i64::from(day.month()),
            Self::CalendarQuarter => i64::from((day.month() - 1) / 3 + 1),
            Self::CalendarYear => i64::from(day.year()),
            Self::DayInMonth => i64::from(day.day()),
            Self::DayInWeek => i64::from(day.weekday().to_sunday_one_offset()),
            Self::DayInYear => i64::from(day.day_of_year()),
            Self::DayOnly => return Value::Date(dates::epoch_days(day)),
            Self::FiscalMonth => i64::from(fiscal_month(day, calendar)),
            Self::FiscalQuarter => i64::from((fiscal_month(day, calendar) - 1) / 3 + 1),
            Self::FiscalYear => i64::from(fiscal_year(day, calendar)),
            Self::HourInDay => i64::from(at.hour()),
            Self::WeekInMonth => i64::from((day.day() - 1) / 7 + 1),
            Self::WeekInYear => i64::from((day.day_of_year() - 1) / 7 + 1),
        };
        Value::Int(number)
    }
}

/// The month of the fiscal year, 1 to 12.
fn fiscal_month(day: Date, calendar: Calendar) -> i8 {
    (day.month() - calendar.fiscal_month).rem_euclid(12) + 1
}

/// A fiscal year is called by the calendar year in which it ends, Salesforce's default.
fn fiscal_year(day: Date, calendar: Calendar) -> i16 {
    let later = calendar.fiscal_month > 1 && day.month() >= calendar.fiscal_month;
    day.year() + i16::from(later)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, date};

    use super::*;

    fn say(function: DateFunction, fiscal_month: i8) -> String {
        let calendar = Calendar { week_start: Weekday::Sunday, fiscal_month };
        function.of(date(2026, 5, 13).at(23, 30, 0, 0), calendar).to_string()
    }

    #[test]
    fn parts_of_a_day_are_counted_from_one() {
        use DateFunction as F;
        let all = [F::CalendarMonth, F::CalendarQuarter, F::CalendarYear, F::DayInMonth];
        assert_eq!(all.map(|f| say(f, 1)), ["5", "2", "2026", "13"]);
        let all = [F::DayInWeek, F::DayInYear, F::HourInDay, F::WeekInMonth, F::WeekInYear];
        assert_eq!(all.map(|f| say(f, 1)), ["4", "133", "23", "2", "19"]);
        assert_eq!(say(F::DayOnly, 1), "2026-05-13");
    }

    #[test]
    fn a_fiscal_year_is_called_by_its_end() {
        use DateFunction as F;
        let all = [F::FiscalMonth, F::FiscalQuarter, F::FiscalYear];
        assert_eq!(all.map(|f| say(f, 1)), ["5", "2", "2026"]);
        assert_eq!(all.map(|f| say(f, 2)), ["4", "2", "2027"]);
        assert_eq!(all.map(|f| say(f, 7)), ["11", "4", "2026"]);
    }

    #[test]
    fn names_are_found_in_any_case() {
        assert_eq!(Function::named("TOLABEL"), Some(Function::Label));
        assert_eq!(Function::named("nonsense"), None);
    }
}
