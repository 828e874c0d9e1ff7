//! Functions of numbers and places.

use crate::value::Value;

use super::super::function::Function;
use super::super::text;
use super::Call;
use super::operator::{finite, settled};

/// Mean radius of the Earth in kilometres.
const EARTH_KM: f64 = 6_371.008_8;
/// Kilometres in a mile.
const MILE_KM: f64 = 1.609_344;

pub(super) fn run(call: &Call<'_>, function: Function) -> Option<Value> {
    let x = || call.number(0);
    let result = match function {
        Function::Abs => x()?.abs(),
        Function::Round => scaled(x()?, call.number(1)?, half_away),
        Function::Trunc => scaled(x()?, call.number(1).unwrap_or(0.0), f64::trunc),
        Function::Ceiling => away_up(x()?),
        Function::Floor => away_down(x()?),
        Function::MCeiling => settled(x()?).ceil(),
        Function::MFloor => settled(x()?).floor(),
        Function::Mod => modulo(x()?, call.number(1)?),
        Function::Max | Function::Min => extreme(call, function == Function::Max)?,
        Function::Sqrt => x()?.sqrt(),
        Function::Exp => x()?.exp(),
        Function::Ln => x()?.ln(),
        Function::Log => x()?.log10(),
        Function::Pi => std::f64::consts::PI,
        Function::Distance => distance(call)?,
        Function::Geolocation => {
            return Some(Value::text(&format!("{} {}", x()?, call.number(1)?)));
        }
        Function::FormatDuration => {
            let (seconds, with_days) = lasting(call)?;
            return Some(Value::text(&text::duration(seconds, with_days)));
        }
        _ => return None,
    };
    Some(finite(result))
}

fn half_away(n: f64) -> f64 {
    // A hair more than half guards against decimals that binary numbers cannot write.
    (n.abs() + 1e-9 * n.abs().max(1.0) * 1e-4).round().copysign(n)
}

fn scaled(n: f64, digits: f64, round: impl Fn(f64) -> f64) -> f64 {
    let factor = 10_f64.powf(digits.trunc().clamp(-15.0, 15.0));
    round(settled(n * factor)) / factor
}

/// `CEILING` goes away from zero.
fn away_up(n: f64) -> f64 {
    settled(n).abs().ceil().copysign(n)
}

/// `FLOOR` goes towards zero.
fn away_down(n: f64) -> f64 {
    settled(n).abs().floor().copysign(n)
}

/// The remainder has the sign of what is divided.
fn modulo(n: f64, by: f64) -> f64 {
    n - by * settled(n / by).trunc()
}

/// Seconds, and whether days are told: those of a number as asked, those between two moments, not between times.
fn lasting(call: &Call<'_>) -> Option<(f64, bool)> {
    match (call.value(0), call.value(1)) {
        (Value::DateTime(a), Value::DateTime(b)) => {
            let (a, b) = (Value::Int(a.0 / 1_000), Value::Int(b.0 / 1_000));
            Some((b.as_number()? - a.as_number()?, true))
        }
        (Value::Time(a), Value::Time(b)) => Some((f64::from((b - a) / 1_000), false)),
        (first, second) => Some((first.as_number()?, second.is_true())),
    }
}

fn extreme(call: &Call<'_>, largest: bool) -> Option<f64> {
    let numbers: Option<Vec<f64>> = (0..call.arguments.len()).map(|at| call.number(at)).collect();
    numbers?.into_iter().reduce(if largest { f64::max } else { f64::min })
}

fn distance(call: &Call<'_>) -> Option<f64> {
    let place = |at| {
        let text = call.text(at);
        let (latitude, longitude) = text.split_once(' ')?;
        Some((
            latitude.parse::<f64>().ok()?.to_radians(),
            longitude.parse::<f64>().ok()?.to_radians(),
        ))
    };
    let ((lat_a, lon_a), (lat_b, lon_b)) = (place(0)?, place(1)?);
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let chord = half(lat_b - lat_a) + lat_a.cos() * lat_b.cos() * half(lon_b - lon_a);
    let km = 2.0 * EARTH_KM * chord.sqrt().asin();
    match call.text(2).to_ascii_lowercase().as_str() {
        "km" => Some(km),
        "mi" => Some(km / MILE_KM),
        _ => None,
    }
}
