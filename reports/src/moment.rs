//! How is virtual time written? As in scenario files: `2m40s`, `1h`, `500ms`.

use crate::text::append;

const UNITS: [(u64, &str); 4] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")];

/// Milliseconds as text, such as `2m40s`; nothing is rounded away.
pub(crate) fn moment(ms: i64) -> String {
    let mut rest = ms.unsigned_abs();
    let mut text = String::new();
    for (unit, letter) in UNITS {
        if rest >= unit {
            append(&mut text, format_args!("{}{letter}", rest / unit));
            rest %= unit;
        }
    }
    if rest > 0 {
        append(&mut text, format_args!("{rest}ms"));
    }
    match (text.is_empty(), ms < 0) {
        (true, _) => "0s".to_owned(),
        (false, true) => format!("-{text}"),
        (false, false) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn virtual_time_reads_as_in_scenario_files() {
        let said: Vec<String> =
            [0, 20, 1_000, 160_020, -7_776_000_000, 3_600_000, i64::MIN].map(moment).into();
        assert_eq!(said.join(" "), "0s 20ms 1s 2m40s20ms -90d 1h -106751991167d7h12m55s808ms");
    }
}
