//! What answers a requirement besides scenarios? Lints, files that are refused, rules that say it at run time.

use scenarios::lint::LINTS;

use super::rules_of;
use crate::embedded::{LINT_FILES, REFUSED_FILES};

/// Everything that answers a requirement, in words.
pub(super) fn of(id: &str) -> Vec<String> {
    let lints = LINTS.iter().filter(|lint| lint.requirements.contains(&id));
    let shown = lints.filter_map(|lint| {
        let first = format!("# warns {}", lint.code);
        let (file, _) = LINT_FILES.iter().find(|(_, line)| *line == first)?;
        Some(format!("warning {} {} (lints/{file})", lint.code, lint.name))
    });
    let rules = rules_of(id).map(|rule| format!("rule {rule}"));
    shown.chain(refused(id)).chain(rules).collect()
}

/// The files that are refused for a requirement, or for a reading.
pub(super) fn refused(id: &str) -> Vec<String> {
    let refused = REFUSED_FILES.iter().filter_map(|(file, line)| {
        let (code, ids) = line.strip_prefix("# expects ")?.split_once(" for ")?;
        let named = ids.split(", ").any(|it| it == id);
        named.then(|| format!("error {code} (broken/{file})"))
    });
    refused.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lint_a_refused_file_and_a_rule_are_answers() {
        assert_eq!(
            of("CN-03"),
            ["warning W001 rep_not_connected (lints/rep-not-connected.scenario.yaml)"]
        );
        assert!(of("EX-03").iter().any(|it| it.starts_with("error E012")), "{:?}", of("EX-03"));
        assert!(of("UP-07").contains(&"rule sync.no_new_values".to_owned()));
        assert!(of("ZZ-99").is_empty());
    }
}
