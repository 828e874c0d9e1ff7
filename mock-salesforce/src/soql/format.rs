//! `FORMAT(…)`: a value as the locale `en_US` writes it. Other locales are not emulated, and say so.
//!
//! `$44,000.00`, `4/10/2025`, `4/10/2025, 3:31 PM` (SOQL and SOSL Reference, FORMAT).

use jiff::{civil::DateTime, tz::TimeZone};

use super::dates;
use crate::{FieldKind, Value, value::ValueRef};

/// The one locale whose formats are known here.
pub(crate) const LOCALE: &str = "en_US";

/// The value as text; no value stays none.
pub(crate) fn format(value: ValueRef<'_>, kind: FieldKind, zone: &TimeZone) -> Value {
    let text = match value {
        ValueRef::Null => return Value::Null,
        ValueRef::Int(number) => grouped(&number.to_string()),
        ValueRef::Double(number) => formatted_number(number, kind),
        ValueRef::Date(days) => dates::from_epoch_days(days)
            .map(|day| day.strftime("%-m/%-d/%Y").to_string())
            .unwrap_or_default(),
        ValueRef::DateTime(at) => dates::clock_of(at.0, zone).map(written).unwrap_or_default(),
        ValueRef::Time(ms) => time(ms),
        other => other.to_string(),
    };
    Value::text(&text)
}

fn written(at: DateTime) -> String {
    at.strftime("%-m/%-d/%Y, %-I:%M %p").to_string()
}

fn time(ms: i32) -> String {
    let (hour, minute) = (ms / 3_600_000, ms / 60_000 % 60);
    let half = if hour < 12 { "AM" } else { "PM" };
    format!("{}:{minute:02} {half}", (hour + 11) % 12 + 1)
}

fn formatted_number(number: f64, kind: FieldKind) -> String {
    match kind {
        FieldKind::Currency => {
            let sign = if number < 0.0 { "-" } else { "" };
            format!("{sign}${}", grouped(&format!("{:.2}", number.abs())))
        }
        FieldKind::Percent => format!("{}%", grouped(&number.to_string())),
        _ => grouped(&number.to_string()),
    }
}

/// `1234567.8` as `1,234,567.8`.
fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    match fraction {
        Some(fraction) => format!("{sign}{text}.{fraction}"),
        None => format!("{sign}{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    fn shown(value: &Value, kind: FieldKind) -> String {
        format(value.view(), kind, &TimeZone::get("America/Los_Angeles").unwrap()).to_string()
    }

    #[test]
    fn numbers_have_groups_of_three_digits() {
        assert_eq!(shown(&Value::Double(44_000.0), FieldKind::Currency), "$44,000.00");
        assert_eq!(shown(&Value::Double(-1_234.5), FieldKind::Currency), "-$1,234.50");
        assert_eq!(shown(&Value::Double(1_234_567.25), FieldKind::Double), "1,234,567.25");
        assert_eq!(shown(&Value::Double(50.0), FieldKind::Percent), "50%");
        assert_eq!(shown(&Value::Int(-1_000), FieldKind::Int), "-1,000");
        assert_eq!(shown(&Value::Int(999), FieldKind::Int), "999");
    }

    #[test]
    fn dates_and_moments_are_written_in_the_users_time_zone() {
        assert_eq!(shown(&Value::Date(20_188), FieldKind::Date), "4/10/2025");
        let at = Timestamp::parse("2025-04-10T22:31:37.000+0000").unwrap();
        assert_eq!(shown(&Value::DateTime(at), FieldKind::DateTime), "4/10/2025, 3:31 PM");
        assert_eq!(shown(&Value::Time(45_000), FieldKind::Time), "12:00 AM");
        assert_eq!(shown(&Value::Null, FieldKind::Date), "");
    }
}
