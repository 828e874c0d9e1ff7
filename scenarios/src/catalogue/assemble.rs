//! Reads the files of the catalogue and refuses what does not fit together: an id given twice, a reference to a row that
//! is not there, a setting without a value.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use indexmap::map::Entry;
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::Catalogue;
use super::rows::{
    Contradiction, Document, Evidence, Failure, Invariant, Requirement, Setting, Switch,
};
use crate::blind::Part;

/// A file of the catalogue: its name and its text.
pub(super) type File<'a> = (&'a str, &'a str);

/// The texts that a catalogue is made of.
pub(super) struct Files<'a> {
    documents: File<'a>,
    requirements: &'a [File<'a>],
    settings: File<'a>,
    switches: File<'a>,
    invariants: File<'a>,
    failures: File<'a>,
    evidence: File<'a>,
}

macro_rules! embed {
    ($name:literal) => {
        ($name, include_str!(concat!("../../requirements/", $name)))
    };
}

/// The files beside this crate's sources.
pub(super) const EMBEDDED: Files<'static> = Files {
    documents: embed!("documents.yaml"),
    requirements: &[
        embed!("connections.yaml"),
        embed!("experiences.yaml"),
        embed!("update-policy.yaml"),
        embed!("assignment.yaml"),
        embed!("manual.yaml"),
        embed!("campaigns.yaml"),
        embed!("duplicates.yaml"),
        embed!("troubleshooting.yaml"),
        embed!("events.yaml"),
        embed!("playback.yaml"),
        embed!("accounts.yaml"),
        embed!("lead-liaison.yaml"),
        embed!("response-management.yaml"),
        embed!("matchmaker.yaml"),
        embed!("calls.yaml"),
    ],
    settings: embed!("settings.yaml"),
    switches: embed!("switches.yaml"),
    invariants: embed!("invariants.yaml"),
    failures: embed!("failures.yaml"),
    evidence: embed!("evidence.yaml"),
};

/// Why a catalogue cannot be used.
#[derive(Debug, Error)]
pub(super) enum Broken {
    /// A file is not what its rows should look like.
    #[error("{file} cannot be read: {problem}")]
    Unreadable { file: String, problem: String },
    /// Two rows or settings have one name.
    #[error("{name} is given twice; rename one of the two")]
    Twice { name: String },
    /// A row refers to something that is not there.
    #[error(
        "{from} refers to {to}, which is not in the catalogue; correct the reference or add the row"
    )]
    Dangling { from: String, to: String },
    /// A setting has no default.
    #[error("setting {name} has no value; give its default")]
    NoDefault { name: String },
}

/// Reads all files and checks that they fit together.
pub(super) fn assemble(files: &Files<'_>) -> Result<Catalogue, Broken> {
    let mut requirements = Vec::new();
    for file in files.requirements {
        requirements.append(&mut rows::<Requirement>(*file)?);
    }
    let catalogue = Catalogue {
        documents: by_id(rows::<Document>(files.documents)?, |row| &row.id)?,
        requirements: by_id(requirements, |row| &row.id)?,
        contradictions: by_id(rows::<Contradiction>(files.settings)?, |row| &row.id)?,
        switches: rows::<Switch>(files.switches)?,
        invariants: by_id(rows::<Invariant>(files.invariants)?, |row| &row.id)?,
        failures: by_id(rows::<Failure>(files.failures)?, |row| &row.id)?,
        evidence: by_id(rows::<Evidence>(files.evidence)?, |row| &row.of)?,
    };
    check_settings(&catalogue)?;
    check_requirements(&catalogue)?;
    check_sources(&catalogue)?;
    check_evidence(&catalogue)?;
    Ok(catalogue)
}

fn rows<T: DeserializeOwned>((file, text): File<'_>) -> Result<Vec<T>, Broken> {
    serde_saphyr::from_str(text)
        .map_err(|error| Broken::Unreadable { file: file.to_owned(), problem: error.to_string() })
}

fn by_id<T>(rows: Vec<T>, id: impl Fn(&T) -> &String) -> Result<IndexMap<String, T>, Broken> {
    let mut map = IndexMap::with_capacity(rows.len());
    for row in rows {
        match map.entry(id(&row).clone()) {
            Entry::Occupied(entry) => return Err(Broken::Twice { name: entry.key().clone() }),
            Entry::Vacant(entry) => entry.insert(row),
        };
    }
    Ok(map)
}

/// Setting names are unique, have a default, and belong to a row that exists.
fn check_settings(catalogue: &Catalogue) -> Result<(), Broken> {
    let mut names = BTreeSet::new();
    for of in catalogue.settings() {
        let Setting { name, values, .. } = of.setting;
        if values.is_empty() {
            return Err(Broken::NoDefault { name: name.clone() });
        }
        if !names.insert(name) {
            return Err(Broken::Twice { name: name.clone() });
        }
        let known = catalogue.contradiction(of.of).is_some()
            || catalogue.requirement(of.of).is_some()
            || catalogue.failure(of.of).is_some();
        demand(known, name, of.of)?;
    }
    Ok(())
}

/// An alias points at requirements or contradictions; what touches a row is a contradiction or a setting.
fn check_requirements(catalogue: &Catalogue) -> Result<(), Broken> {
    for row in catalogue.requirements() {
        for target in row.alias_of.iter().flatten() {
            let known = catalogue.requirement(target).is_some()
                || catalogue.contradiction(target).is_some();
            demand(known, &row.id, target)?;
        }
        for touch in &row.settings {
            let known =
                catalogue.contradiction(touch).is_some() || catalogue.setting(touch).is_some();
            demand(known, &row.id, touch)?;
        }
    }
    Ok(())
}

/// Evidence belongs to a row, and its words mean something.
fn check_evidence(catalogue: &Catalogue) -> Result<(), Broken> {
    for evidence in catalogue.evidence.values() {
        let of = &evidence.of;
        demand(catalogue.requirement(of).is_some(), "the evidence", of)?;
        for part in &evidence.shows {
            demand(Part::parse(part).is_some(), of, part)?;
        }
    }
    Ok(())
}

/// Every document that a row names is listed.
fn check_sources(catalogue: &Catalogue) -> Result<(), Broken> {
    let requirements = catalogue.requirements().map(|row| (&row.id, &row.sources));
    let contradictions = catalogue.contradictions().map(|row| (&row.id, &row.sources));
    for (id, sources) in requirements.chain(contradictions) {
        for source in sources {
            demand(catalogue.document(source).is_some(), id, source)?;
        }
    }
    Ok(())
}

fn demand(known: bool, from: &str, to: &str) -> Result<(), Broken> {
    if known { Ok(()) } else { Err(Broken::Dangling { from: from.to_owned(), to: to.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    const ROW: &str = r"
- id: AS-01
  rule: Chat with a rep.
  sources: [S1]
  section: null
  kind: [E]
  derived: false
  alias_of: null
  scope: now
  settings: [K-03]
";
    const SETTINGS: &str = r"
- id: K-03
  sources: [S1]
  conflict: Who owns the lead.
  resolution: The holder.
  settings:
    - setting: chat_owner
      takes: choice
      values: [holder, first]
      meaning: Which rep counts.
  scope: now
";

    /// Assembles a catalogue of one requirement and one contradiction.
    fn assembled(requirements: &str, settings: &str) -> Result<Catalogue, Broken> {
        assemble(&Files {
            documents: ("documents.yaml", "- { id: S1, title: T, vendor: V, about: A }"),
            requirements: &[("assignment.yaml", requirements)],
            settings: ("settings.yaml", settings),
            switches: ("switches.yaml", "[]"),
            invariants: ("invariants.yaml", "[]"),
            failures: ("failures.yaml", "[]"),
            evidence: ("evidence.yaml", "[]"),
        })
    }

    fn refused(requirements: &str, settings: &str, expected: Expect) {
        expected.assert_eq(&assembled(requirements, settings).unwrap_err().to_string());
    }

    #[test]
    fn rows_that_fit_together_make_a_catalogue() {
        let catalogue = assembled(ROW, SETTINGS).unwrap();
        assert!(catalogue.requirement("AS-01").unwrap().is_gated());
    }

    #[test]
    fn an_id_given_twice_is_refused() {
        refused(
            &[ROW, ROW].concat(),
            SETTINGS,
            expect![[r#"AS-01 is given twice; rename one of the two"#]],
        );
    }

    #[test]
    fn a_setting_given_twice_is_refused() {
        let twice = [SETTINGS, &SETTINGS.replace("K-03", "K-04")].concat();
        refused(ROW, &twice, expect![[r#"chat_owner is given twice; rename one of the two"#]]);
    }

    #[test]
    fn a_setting_without_a_value_is_refused() {
        let empty = SETTINGS.replace("[holder, first]", "[]");
        refused(ROW, &empty, expect![[r#"setting chat_owner has no value; give its default"#]]);
    }

    #[test]
    fn a_reference_to_a_row_that_is_not_there_is_refused() {
        for (from, to) in
            [("alias_of: null", "alias_of: [AS-02]"), ("[K-03]", "[chat_ownr]"), ("[S1]", "[S9]")]
        {
            let error = assembled(&ROW.replace(from, to), SETTINGS).unwrap_err();
            assert!(matches!(error, Broken::Dangling { .. }), "{error}");
        }
        refused(
            &ROW.replace("K-03", "K-33"),
            SETTINGS,
            expect![[
                r#"AS-01 refers to K-33, which is not in the catalogue; correct the reference or add the row"#
            ]],
        );
    }

    #[test]
    fn a_key_that_no_row_has_is_refused() {
        let unknown = ROW.replace("scope: now", "scope: now\n  scoop: now");
        let error = assembled(&unknown, SETTINGS).unwrap_err().to_string();
        assert!(error.starts_with("assignment.yaml cannot be read"), "{error}");
        assert!(error.contains("scoop"), "{error}");
    }
}
