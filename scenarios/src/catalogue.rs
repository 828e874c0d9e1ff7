//! The catalogue of requirements: what the project demands of a sync engine, as data.
//!
//! The rows live in `requirements/*.yaml`, one file per chapter, and are embedded in the binary. A requirement has an id
//! (`AS-04`), a rule sentence, its source document and section, and the settings that touch it. Beside the requirements
//! stand the contradictions of the documents with the settings that play the other reading (`K-03`), the invariants
//! (`INV-01`), the failure modes (`FM-08`) and the documents themselves (`S1`).
//!
//! Scenario files name requirements by id, reports group by them, and coverage gates on [`Catalogue::gated`].

mod assemble;
mod rows;

use std::sync::LazyLock;

use indexmap::IndexMap;

pub use rows::{
    Contradiction, Document, Evidence, Failure, Invariant, Kind, Requirement, Scope, Setting,
    Switch, Takes,
};

static EMBEDDED: LazyLock<Catalogue> = LazyLock::new(|| {
    assemble::assemble(&assemble::EMBEDDED)
        .expect("the embedded catalogue is consistent: a unit test reads it")
});

/// Every row that the project knows, by id and in the order of its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    documents: IndexMap<String, Document>,
    requirements: IndexMap<String, Requirement>,
    contradictions: IndexMap<String, Contradiction>,
    switches: Vec<Switch>,
    invariants: IndexMap<String, Invariant>,
    failures: IndexMap<String, Failure>,
    evidence: IndexMap<String, Evidence>,
}

/// A setting together with the row that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingOf<'a> {
    /// The contradiction, requirement or failure whose other reading the setting plays.
    pub of: &'a str,
    /// When the setting is due.
    pub scope: Scope,
    /// The setting itself.
    pub setting: &'a Setting,
}

impl Catalogue {
    /// The catalogue that is part of the binary.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// The requirement of that id.
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements.get(id)
    }

    /// The contradiction of that id.
    pub fn contradiction(&self, id: &str) -> Option<&Contradiction> {
        self.contradictions.get(id)
    }

    /// The invariant of that id.
    pub fn invariant(&self, id: &str) -> Option<&Invariant> {
        self.invariants.get(id)
    }

    /// The failure mode of that id.
    pub fn failure(&self, id: &str) -> Option<&Failure> {
        self.failures.get(id)
    }

    /// The source document of that key.
    pub fn document(&self, id: &str) -> Option<&Document> {
        self.documents.get(id)
    }

    /// The setting of that name, with the row it belongs to.
    pub fn setting(&self, name: &str) -> Option<SettingOf<'_>> {
        self.settings().find(|of| of.setting.name == name)
    }

    /// What shows the requirement of that id, where that is said.
    pub fn evidence(&self, id: &str) -> Option<&Evidence> {
        self.evidence.get(id)
    }

    /// All requirements, in order.
    pub fn requirements(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements.values()
    }

    /// All contradictions, in order.
    pub fn contradictions(&self) -> impl Iterator<Item = &Contradiction> {
        self.contradictions.values()
    }

    /// All invariants, in order.
    pub fn invariants(&self) -> impl Iterator<Item = &Invariant> {
        self.invariants.values()
    }

    /// All failure modes, in order.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.failures.values()
    }

    /// All source documents, in order.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.documents.values()
    }

    /// All settings: those of contradictions first, then those of single rows.
    pub fn settings(&self) -> impl Iterator<Item = SettingOf<'_>> {
        let of_contradictions = self.contradictions().flat_map(|row| {
            row.settings.iter().map(|setting| SettingOf { of: &row.id, scope: row.scope, setting })
        });
        let of_rows = self.switches.iter().flat_map(|row| {
            row.settings.iter().map(|setting| SettingOf { of: &row.of, scope: row.scope, setting })
        });
        of_contradictions.chain(of_rows)
    }

    /// The requirements whose id fits the pattern, in order. One `*` stands for any text (`AS-*`); without it the
    /// pattern is an id.
    pub fn expand(&self, pattern: &str) -> Vec<&Requirement> {
        match pattern.split_once('*') {
            None => self.requirement(pattern).into_iter().collect(),
            Some((head, tail)) => {
                self.requirements().filter(|row| fits(&row.id, head, tail)).collect()
            }
        }
    }

    /// The requirements that coverage gates on: engine behaviour in scope now that is no alias of another row.
    pub fn gated(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements().filter(|row| row.is_gated())
    }
}

/// Whether the id begins and ends so, without the two parts overlapping.
fn fits(id: &str, head: &str, tail: &str) -> bool {
    id.strip_prefix(head).is_some_and(|rest| rest.ends_with(tail))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn ids(rows: &[&Requirement]) -> Vec<String> {
        rows.iter().map(|row| row.id.clone()).collect()
    }

    #[test]
    fn every_row_of_the_specification_is_there() {
        let catalogue = Catalogue::embedded();
        assert_eq!(catalogue.requirements().count(), 265);
        assert_eq!(catalogue.requirements().filter(|row| row.derived).count(), 40);
        assert_eq!(catalogue.requirements().filter(|row| row.alias_of.is_some()).count(), 11);
        assert_eq!(catalogue.contradictions().count(), 44);
        assert_eq!(catalogue.invariants().count(), 15);
        assert_eq!(catalogue.failures().count(), 92);
        assert_eq!(catalogue.documents().count(), 5);
    }

    #[test]
    fn a_row_can_be_looked_up_by_its_id() {
        let catalogue = Catalogue::embedded();
        let row = catalogue.requirement("AS-04").unwrap();
        assert_eq!(
            row.rule,
            "Chat or meeting with an unconnected rep gives the new lead to the org user."
        );
        assert_eq!(row.sources, ["S0", "S1"]);
        assert_eq!(row.section.as_deref(), Some("How Qualified assigns leads"));
        assert_eq!(row.settings, ["K-03"]);
        assert!(catalogue.requirement("AS-99").is_none());
    }

    #[test]
    fn a_pattern_gives_the_rows_of_a_chapter_in_order() {
        let catalogue = Catalogue::embedded();
        let lead_creation = catalogue.expand("LC-*");
        assert_eq!(ids(&lead_creation), ["LC-01", "LC-02", "LC-03", "LC-04"]);
        assert_eq!(ids(&catalogue.expand("AS-*d")), ["AS-09d", "AS-10d", "AS-11d"]);
        assert_eq!(ids(&catalogue.expand("EV-05")), ["EV-05"]);
        assert!(catalogue.expand("ZZ-*").is_empty());
        assert_eq!(catalogue.expand("*").len(), 265);
    }

    #[test]
    fn coverage_gates_on_engine_rows_in_scope_that_are_no_alias() {
        let gated: Vec<_> = Catalogue::embedded().gated().map(|row| row.id.as_str()).collect();
        for wanted in ["AS-04", "EX-27d", "UP-10d", "MP-05d", "TS-04", "EV-29d", "DD-14d"] {
            assert!(gated.contains(&wanted), "{wanted} is missing");
        }
        for other in ["DD-13", "EX-18", "MP-04", "VI-03", "AC-02"] {
            assert!(!gated.contains(&other), "{other} is too much");
        }
    }

    #[test]
    fn a_setting_has_its_default_first_and_knows_its_row() {
        let catalogue = Catalogue::embedded();
        let owner = catalogue.setting("chat_owner").unwrap();
        assert_eq!((owner.of, owner.scope), ("K-03", Scope::Now));
        assert_eq!(owner.setting.default_value(), "holder");
        assert_eq!(owner.setting.values, ["holder", "first"]);
        let delay = catalogue.setting("event_delay").unwrap().setting;
        assert_eq!(delay.takes, Takes::Duration);
        assert_eq!(delay.range.as_ref().unwrap(), &["3m", "10m"]);
        assert_eq!(catalogue.setting("create_updates_match").unwrap().of, "EX-26d");
        assert!(catalogue.setting("chat_ownr").is_none());
    }

    #[test]
    fn a_contradiction_is_due_when_a_requirement_in_scope_is_touched_by_it() {
        let catalogue = Catalogue::embedded();
        for row in catalogue.contradictions() {
            let touched = catalogue
                .requirements()
                .any(|req| req.scope == Scope::Now && req.settings.contains(&row.id));
            assert_eq!(row.scope == Scope::Now, touched, "{}", row.id);
        }
    }

    #[test]
    fn every_id_that_a_text_mentions_exists() {
        let catalogue = Catalogue::embedded();
        let known = known_ids(catalogue);
        let mut texts: Vec<(&str, &str)> = Vec::new();
        for row in catalogue.requirements() {
            texts.push((&row.id, &row.rule));
            texts.extend(row.given.iter().map(|text| (row.id.as_str(), text.as_str())));
            texts.extend(row.note.iter().map(|text| (row.id.as_str(), text.as_str())));
        }
        for row in catalogue.contradictions() {
            texts.extend([(row.id.as_str(), row.conflict.as_str()), (&row.id, &row.resolution)]);
        }
        for row in catalogue.failures() {
            texts.extend([(row.id.as_str(), row.reaction.as_str()), (&row.id, &row.provoke)]);
            texts.extend([(row.id.as_str(), row.cause.as_str()), (&row.id, &row.behaviour)]);
        }
        texts.extend(catalogue.invariants().map(|row| (row.id.as_str(), row.sentence.as_str())));
        for (id, text) in texts {
            for mentioned in mentions(text) {
                assert!(known.contains(mentioned), "{id} mentions {mentioned}: {text}");
            }
        }
    }

    fn known_ids(catalogue: &Catalogue) -> BTreeSet<&str> {
        let mut known: BTreeSet<_> = catalogue.requirements().map(|row| row.id.as_str()).collect();
        known.extend(catalogue.contradictions().map(|row| row.id.as_str()));
        known.extend(catalogue.invariants().map(|row| row.id.as_str()));
        known.extend(catalogue.failures().map(|row| row.id.as_str()));
        known
    }

    /// The words of the form `AS-04`, `FM-61a`.
    fn mentions(text: &str) -> impl Iterator<Item = &str> {
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(|word| {
            word.split_once('-').is_some_and(|(area, number)| {
                area.chars().all(|c| c.is_ascii_uppercase())
                    && (1..=3).contains(&area.len())
                    && number.len() >= 2
                    && number.chars().take(2).all(|c| c.is_ascii_digit())
            })
        })
    }
}
