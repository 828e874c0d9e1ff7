//! Functions of dates, moments and times.

use crate::timestamp::{DAY_MS, Timestamp, civil, days_of, month_length, parse_clock, parse_date};
use crate::value::Value;

use super::super::function::Function;
use super::Call;

/// Day 0, 1 January 1970, was a Thursday: the fifth day of a week that begins on Sunday.
const EPOCH_WEEKDAY: i32 = 4;

pub(super) fn run(call: &Call<'_>, function: Function) -> Option<Value> {
    now(call, function).or_else(|| made(call, function)).or_else(|| part(call, function))
}

fn now(call: &Call<'_>, function: Function) -> Option<Value> {
    let cx = call.scope.cx;
    match function {
        Function::Today => Some(Value::Date(call.scope.org.today(cx))),
        Function::Now => Some(Value::DateTime(cx.now.whole_second())),
        Function::TimeNow => Some(Value::Time(cx.now.time_of_day())),
        _ => None,
    }
}

fn made(call: &Call<'_>, function: Function) -> Option<Value> {
    let value = call.value(0);
    match function {
        Function::Date => {
            let [year, month, day] = [0, 1, 2].map(|at| call.number(at).map(whole));
            let days = days_of(year?, u32::try_from(month?).ok()?, u32::try_from(day?).ok()?);
            days.map(Value::Date)
        }
        Function::DateValue => match value {
            Value::Date(_) => Some(value),
            Value::DateTime(at) => {
                let offset = call.scope.org.offset_ms(call.scope.cx);
                Some(Value::Date(at.plus_ms(offset).days()))
            }
            _ => parse_date(value.as_text()?).map(Value::Date),
        },
        Function::DateTimeValue => match value {
            Value::Date(days) => Some(Value::DateTime(Timestamp::from_days(days))),
            Value::DateTime(_) => Some(value),
            _ => moment(value.as_text()?).map(Value::DateTime),
        },
        Function::TimeValue => match value {
            Value::Time(_) => Some(value),
            Value::DateTime(at) => Some(Value::Time(at.time_of_day())),
            _ => parse_clock(value.as_text()?).map(Value::Time),
        },
        Function::AddMonths => add_months(&value, whole(call.number(1)?)),
        Function::FromUnixTime => {
            let seconds = i64::from(whole(call.number(0)?));
            Some(Value::DateTime(Timestamp(seconds * 1_000)))
        }
        _ => None,
    }
}

/// `2024-01-31 10:00:00`, in UTC, as `DATETIMEVALUE` reads it.
fn moment(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.trim().split_once([' ', 'T'])?;
    let ms = i64::from(parse_clock(clock)?);
    Some(Timestamp::from_days(parse_date(date)?).plus_ms(ms))
}

/// The same day some months on; the last day of a month stays the last.
fn add_months(value: &Value, months: i32) -> Option<Value> {
    let moved = |days: i32| {
        let (year, month, day) = civil(days);
        let total = i64::from(year) * 12 + i64::from(month) - 1 + i64::from(months);
        let to_year = i32::try_from(total.div_euclid(12)).ok()?;
        let to_month = u32::try_from(total.rem_euclid(12)).ok()? + 1;
        let longest = month_length(to_year, to_month);
        let last = day == month_length(year, month);
        days_of(to_year, to_month, if last { longest } else { day.min(longest) })
    };
    match value {
        Value::Date(days) => moved(*days).map(Value::Date),
        Value::DateTime(at) => {
            let ms = at.0.rem_euclid(DAY_MS);
            moved(at.days()).map(|days| Value::DateTime(Timestamp::from_days(days).plus_ms(ms)))
        }
        _ => None,
    }
}

fn part(call: &Call<'_>, function: Function) -> Option<Value> {
    let number = match (function, call.value(0)) {
        (Function::UnixTimestamp, Value::DateTime(at)) => return Some(seconds(at)),
        (Function::UnixTimestamp, Value::Date(days)) => {
            return Some(seconds(Timestamp::from_days(days)));
        }
        (_, Value::Date(days)) => of_date(function, days)?,
        (Function::Hour, Value::Time(ms)) => ms / 3_600_000,
        (Function::Minute, Value::Time(ms)) => ms / 60_000 % 60,
        (Function::Second, Value::Time(ms)) => ms / 1_000 % 60,
        (Function::Millisecond, Value::Time(ms)) => ms % 1_000,
        _ => return None,
    };
    Some(Value::Double(f64::from(number)))
}

#[expect(clippy::cast_precision_loss, reason = "seconds since the epoch fit a double")]
fn seconds(at: Timestamp) -> Value {
    Value::Double((at.0 / 1_000) as f64)
}

fn of_date(function: Function, days: i32) -> Option<i32> {
    let (year, month, day) = civil(days);
    let first = |year| days_of(year, 1, 1);
    Some(match function {
        Function::Year => year,
        Function::Month => i32::try_from(month).ok()?,
        Function::Day => i32::try_from(day).ok()?,
        Function::Weekday => (days + EPOCH_WEEKDAY).rem_euclid(7) + 1,
        Function::DayOfYear => days - first(year)? + 1,
        Function::IsoYear => civil(thursday(days)).0,
        Function::IsoWeek => {
            let thursday = thursday(days);
            (thursday - first(civil(thursday).0)?) / 7 + 1
        }
        _ => return None,
    })
}

/// The Thursday of the week that begins on Monday: its year and week are the ISO ones.
fn thursday(days: i32) -> i32 {
    let since_monday = (days + EPOCH_WEEKDAY - 1).rem_euclid(7);
    days - since_monday + 3
}

#[expect(clippy::cast_possible_truncation, reason = "clamped first")]
fn whole(n: f64) -> i32 {
    n.trunc().clamp(-2.0e9, 2.0e9) as i32
}
