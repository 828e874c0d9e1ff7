//! Operators.

use crate::timestamp::{DAY_MS, Timestamp};
use crate::value::Value;

use super::super::ast::{Binary, Unary};
use super::super::text::{TEXT_MAX, written};
use super::super::typed::{Kind, Typed};
use super::{Scope, evaluate};

pub(super) fn unary(op: Unary, value: Value) -> Value {
    match op {
        Unary::Not => not(&value),
        Unary::Plus => value,
        Unary::Minus => value.as_number().map_or(Value::Null, |n| Value::Double(-n)),
    }
}

pub(super) fn not(value: &Value) -> Value {
    match value {
        Value::Bool(b) => Value::Bool(!b),
        _ => Value::Null,
    }
}

pub(super) fn binary(scope: &Scope<'_>, op: Binary, a: &Typed, b: &Typed) -> Value {
    match op {
        Binary::And | Binary::Or => connective(scope, op == Binary::Or, a, b),
        Binary::Concat => joined(&evaluate(scope, a), &evaluate(scope, b)),
        Binary::Equal | Binary::Unequal => equality(scope, op == Binary::Equal, a, b),
        Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual => {
            compared(op, &evaluate(scope, a), &evaluate(scope, b))
        }
        Binary::Add if a.kind == Kind::Text || b.kind == Kind::Text => {
            joined(&evaluate(scope, a), &evaluate(scope, b))
        }
        _ => arithmetic(op, &evaluate(scope, a), &evaluate(scope, b)),
    }
}

fn connective(scope: &Scope<'_>, wanted: bool, a: &Typed, b: &Typed) -> Value {
    let first = evaluate(scope, a);
    if first == Value::Bool(wanted) {
        return first;
    }
    match (first, evaluate(scope, b)) {
        (_, Value::Bool(second)) if second == wanted => Value::Bool(wanted),
        (Value::Bool(_), Value::Bool(second)) => Value::Bool(second),
        _ => Value::Null,
    }
}

fn joined(a: &Value, b: &Value) -> Value {
    let text: String = (written(a) + &written(b)).chars().take(TEXT_MAX).collect();
    Value::text(&text)
}

fn equality(scope: &Scope<'_>, wanted: bool, a: &Typed, b: &Typed) -> Value {
    let (left, right) = (evaluate(scope, a), evaluate(scope, b));
    let text = a.kind == Kind::Text || b.kind == Kind::Text;
    let same = if text { Some(written(&left) == written(&right)) } else { equal(&left, &right) };
    same.map_or(Value::Null, |same| Value::Bool(same == wanted))
}

/// Are two values equal? `None` when one is blank.
pub(super) fn equal(a: &Value, b: &Value) -> Option<bool> {
    if a.is_null() || b.is_null() {
        return None;
    }
    Some(match (a.as_number(), b.as_number()) {
        (Some(a), Some(b)) => close(a, b),
        _ => a == b,
    })
}

/// Salesforce calculates in decimals; doubles that differ in the last bits are the same number.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs()).max(1.0)
}

fn compared(op: Binary, a: &Value, b: &Value) -> Value {
    let order = match (a, b) {
        (Value::Date(a), Value::Date(b)) | (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::DateTime(a), Value::DateTime(b)) => Some(a.cmp(b)),
        _ => a.as_number().zip(b.as_number()).and_then(|(a, b)| {
            if close(a, b) { Some(std::cmp::Ordering::Equal) } else { a.partial_cmp(&b) }
        }),
    };
    order.map_or(Value::Null, |order| {
        Value::Bool(match op {
            Binary::Less => order.is_lt(),
            Binary::LessOrEqual => order.is_le(),
            Binary::Greater => order.is_gt(),
            _ => order.is_ge(),
        })
    })
}

fn arithmetic(op: Binary, a: &Value, b: &Value) -> Value {
    if let (Some(x), Some(y)) = (a.as_number(), b.as_number()) {
        return finite(match op {
            Binary::Add => x + y,
            Binary::Subtract => x - y,
            Binary::Multiply => x * y,
            Binary::Divide => x / y,
            _ => x.powf(y),
        });
    }
    let minus = op == Binary::Subtract;
    match (a, b) {
        (Value::Date(x), Value::Date(y)) | (Value::Time(x), Value::Time(y)) => {
            Value::Double(f64::from(*x) - f64::from(*y))
        }
        (Value::DateTime(x), Value::DateTime(y)) => days_between(*x, *y),
        (moment, other) => match (other.as_number(), moment.as_number()) {
            (Some(n), _) => moved(moment, if minus { -n } else { n }),
            (_, Some(n)) => moved(other, n),
            _ => Value::Null,
        },
    }
}

#[expect(clippy::cast_precision_loss, reason = "the difference of two moments fits a double")]
fn days_between(a: Timestamp, b: Timestamp) -> Value {
    Value::Double((a.0 - b.0) as f64 / DAY_MS as f64)
}

/// A date or moment some days later, a time some milliseconds later.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "clamped first")]
fn moved(value: &Value, n: f64) -> Value {
    match value {
        Value::Date(days) => {
            let days = (f64::from(*days) + settled(n).trunc()).clamp(-3.0e6, 3.0e6);
            Value::Date(days as i32)
        }
        Value::DateTime(at) => {
            let ms = (n * DAY_MS as f64).clamp(-3.0e14, 3.0e14);
            Value::DateTime(at.plus_ms(ms as i64))
        }
        Value::Time(ms) => {
            let day = DAY_MS as f64;
            Value::Time((f64::from(*ms) + n).rem_euclid(day) as i32)
        }
        _ => Value::Null,
    }
}

/// A number without the hair by which binary numbers miss a decimal: what is rounded is rounded as Salesforce
/// rounds it, which calculates in decimals.
pub(super) fn settled(n: f64) -> f64 {
    let whole = n.round();
    if close(n, whole) { whole } else { n }
}

/// A number, or blank if it is none (division by zero).
pub(super) fn finite(n: f64) -> Value {
    if n.is_finite() { Value::Double(n) } else { Value::Null }
}
