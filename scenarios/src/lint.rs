//! Lints: what a configuration says that works and is not advised.
//!
//! A lint is a pure function from a scenario to warnings, one file a question, and answers requirements of kind L or R.
//! `leadsim check` prints each warning with the sentence of its requirement and passes all the same; with
//! `--deny-warnings` it does not. A scenario that means it says so: `engine: { allow: { W001: the reason } }`.
//!
//! A new lint is a file in `lint/`, a line in [`LINTS`] with the next free code, and a file in `scenarios/lints/` that
//! begins with `# warns W0xx` and gives exactly that warning. Codes never change their meaning.

mod accounts_cannot_be_created;
mod already_temporary;
mod convert_without_sync;
mod create_now_before_routing;
mod new_account_each_time;
mod no_assignment_rule;
mod no_rule_for_unmatched;
mod nobody_moves_on;
mod previously_synced_without_reason;
mod rep_not_connected;
mod required_not_mapped;
mod rule_returns_trigger;

use crate::ast::Scenario;
use crate::diagnostic::Diagnostic;

/// One question to a configuration.
#[derive(Clone, Copy, Debug)]
pub struct Lint {
    /// `W001`…
    pub code: &'static str,
    /// What it warns of, in snake case.
    pub name: &'static str,
    /// The requirements that it answers.
    pub requirements: &'static [&'static str],
    look: fn(&Scenario) -> Vec<Diagnostic>,
}

/// Every lint, in the order of the codes.
pub const LINTS: &[Lint] = &[
    Lint {
        code: "W001",
        name: "rep_not_connected",
        requirements: &["CN-03"],
        look: rep_not_connected::look,
    },
    Lint {
        code: "W002",
        name: "create_now_before_routing",
        requirements: &["EX-15"],
        look: create_now_before_routing::look,
    },
    Lint {
        code: "W003",
        name: "previously_synced_without_reason",
        requirements: &["UP-04"],
        look: previously_synced_without_reason::look,
    },
    Lint {
        code: "W004",
        name: "required_not_mapped",
        requirements: &["MP-05d"],
        look: required_not_mapped::look,
    },
    Lint {
        code: "W020",
        name: "accounts_cannot_be_created",
        requirements: &["AC-04"],
        look: accounts_cannot_be_created::look,
    },
    Lint {
        code: "W030",
        name: "convert_without_sync",
        requirements: &["LL-33"],
        look: convert_without_sync::look,
    },
    Lint {
        code: "W031",
        name: "new_account_each_time",
        requirements: &["LL-27"],
        look: new_account_each_time::look,
    },
    Lint {
        code: "W032",
        name: "no_assignment_rule",
        requirements: &["LL-08"],
        look: no_assignment_rule::look,
    },
    Lint {
        code: "W040",
        name: "nobody_moves_on",
        requirements: &["RM-06"],
        look: nobody_moves_on::look,
    },
    Lint {
        code: "W041",
        name: "already_temporary",
        requirements: &["RM-13d"],
        look: already_temporary::look,
    },
    Lint {
        code: "W042",
        name: "rule_returns_trigger",
        requirements: &["MM-07"],
        look: rule_returns_trigger::look,
    },
    Lint {
        code: "W043",
        name: "no_rule_for_unmatched",
        requirements: &["MM-04"],
        look: no_rule_for_unmatched::look,
    },
];

/// Every warning about a scenario that it does not allow.
pub fn warnings(scenario: &Scenario) -> Vec<Diagnostic> {
    let allowed = |lint: &&Lint| scenario.engine.allow.iter().any(|(code, _)| *code == lint.code);
    let lints = LINTS.iter().filter(|lint| !allowed(lint));
    lints.flat_map(|lint| lint.warnings(scenario)).collect()
}

impl Lint {
    /// What it says about a scenario, allowed or not.
    pub fn warnings(&self, scenario: &Scenario) -> Vec<Diagnostic> {
        let found = (self.look)(scenario).into_iter();
        let coded = |it| Diagnostic { code: self.code, requirements: self.requirements, ..it };
        found.map(coded).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use expect_test::Expect;

    use super::*;
    use crate::catalogue::Catalogue;

    /// What one lint says about an `engine:` in flow style.
    pub(super) fn check(code: &str, engine: &str, expected: Expect) {
        let text = format!(
            "format: 1\nscenario: a/b\ntitle: t\nrequirements: []\ntags: [example]\n\
             clock: {{ starts: 2026-03-02T09:00:00-08:00 }}\nengine: {{ {engine} }}\n"
        );
        let loaded = crate::load_text("a.scenario.yaml", &text);
        assert!(loaded.diagnostics.is_empty(), "{:#?}", loaded.diagnostics);
        let lint = LINTS.iter().find(|it| it.code == code).unwrap();
        let found = lint.warnings(&loaded.scenarios[0]);
        let told: Vec<String> = found.into_iter().map(|it| it.message + "\n").collect();
        expected.assert_eq(&told.concat());
    }

    #[test]
    fn lints_have_codes_of_their_own_and_answer_requirements_that_exist() {
        let codes: BTreeSet<_> = LINTS.iter().map(|it| it.code).collect();
        assert_eq!(codes.len(), LINTS.len());
        for lint in LINTS {
            assert!(!lint.requirements.is_empty(), "{}", lint.name);
            for id in lint.requirements {
                assert!(Catalogue::embedded().requirement(id).is_some(), "{}: {id}", lint.name);
            }
        }
    }
}
