//! How far two places on earth are from each other: `DISTANCE(…)`.

/// The earth's mean radius in miles.
const RADIUS_MI: f64 = 3_958.755_9;
/// The earth's mean radius in kilometres.
const RADIUS_KM: f64 = 6_371.008_8;

/// The earth's radius in a unit of SOQL.
pub(crate) fn radius(unit: &str) -> Option<f64> {
    match unit {
        "mi" => Some(RADIUS_MI),
        "km" => Some(RADIUS_KM),
        _ => None,
    }
}

/// The way along the surface between two places, given as latitude and longitude in degrees.
pub(crate) fn great_circle(a: (f64, f64), b: (f64, f64), radius: f64) -> f64 {
    let (from, to) = (a.0.to_radians(), b.0.to_radians());
    let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let haversine = half(b.0 - a.0) + from.cos() * to.cos() * half(b.1 - a.1);
    2.0 * radius * haversine.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn berlin_is_some_six_thousand_kilometres_from_new_york() {
        let (berlin, new_york) = ((52.52, 13.405), (40.7128, -74.006));
        let km = great_circle(berlin, new_york, radius("km").unwrap());
        assert!((6_380.0..6_390.0).contains(&km), "{km}");
        let miles = great_circle(berlin, new_york, radius("mi").unwrap());
        assert!((km / miles - 1.609_344).abs() < 0.001, "{miles}");
        assert!(great_circle(berlin, berlin, 1.0) < 1e-9);
        assert_eq!(radius("yd"), None);
    }
}
