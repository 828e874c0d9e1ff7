//! Which scenarios prove a reading of a document, that is, a value of a setting?
//!
//! A scenario that plays with the value, said or by default, and turns red with another value of the same setting. A span
//! of time or a user has one row: the scenario says one, and turns red with the default. A reading that makes a
//! configuration wrong is proved by a file that is refused for it.

use reports::coverage::{Chapter, Row};
use scenarios::{
    Severity, Text,
    ast::Scenario,
    catalogue::{Catalogue, Requirement, Scope, SettingOf, Takes},
};

use super::{Bench, Verdict, answers, demand};
use crate::vocabulary::Words;

/// The setting that stands among the connections.
const INTEGRATION_USER: &str = "integration_user";

/// A value of a setting; nothing for one of many.
struct Reading<'c> {
    of: SettingOf<'c>,
    value: Option<&'c str>,
}

pub(super) fn rows(bench: &Bench<'_, '_>) -> Vec<Row> {
    let readings: Vec<Reading<'_>> = Catalogue::embedded().settings().flat_map(readings).collect();
    bench.rows_of(&readings, |reading| {
        let name = &reading.of.setting.name;
        let mut row = Row {
            id: reading.value.map_or_else(|| name.clone(), |value| format!("{name}: {value}")),
            chapter: Chapter::Reading,
            kind: "K".to_owned(),
            sentence: format!("{}: {}", reading.of.of, reading.of.setting.meaning),
            source: reading.of.of.to_owned(),
            is_later: reading.of.scope == Scope::Later,
            alias_of: Vec::new(),
            answers: Vec::new(),
            scenarios: bench
                .cells(|it| reading.may_show(it), |place| reading.verdict(bench, place)),
            candidates: Vec::new(),
            demands: Vec::new(),
        };
        // Scenarios that merely play under a default are no candidates that failed.
        row.scenarios.retain(|cell| cell.proof.is_some());
        row.answers = answers::refused(&row.id);
        let shown = row.proved() + row.answers.len() as u64;
        row.demands.push(demand("K", 1, shown, "scenarios that another reading turns red"));
        row
    })
}

/// Whether `check` refuses the scenario: the reading is one that only a configuration shows.
fn is_refused(scenario: &Scenario) -> bool {
    let found = scenarios::check(std::slice::from_ref(scenario), &Words);
    found.iter().any(|it| it.severity == Severity::Error)
}

fn readings(of: SettingOf<'static>) -> Vec<Reading<'static>> {
    match of.setting.takes {
        Takes::Choice => {
            let values = of.setting.values.iter();
            values.map(|value| Reading { of, value: Some(value) }).collect()
        }
        Takes::Duration | Takes::Count | Takes::User | Takes::Field => {
            vec![Reading { of, value: None }]
        }
    }
}

impl Reading<'_> {
    /// Whether the scenario plays with this value and is about the setting.
    fn may_show(&self, scenario: &Scenario) -> bool {
        let said = self.said(scenario);
        match self.value {
            None => said.is_some(),
            Some(value) => match said {
                Some(said) => said == value,
                None => value == self.of.setting.default_value() && self.is_touched_by(scenario),
            },
        }
    }

    fn said<'s>(&self, scenario: &'s Scenario) -> Option<&'s str> {
        let name = self.of.setting.name.as_str();
        if name == INTEGRATION_USER {
            return scenario.engine.connections.integration_user.as_ref().map(Text::as_str);
        }
        let mut settings = scenario.engine.settings.iter();
        settings.find(|(it, _)| *it == name).map(|(_, value)| value.as_str())
    }

    /// Whether a requirement that the scenario names lists the setting, or the row that it belongs to.
    fn is_touched_by(&self, scenario: &Scenario) -> bool {
        let lists = |row: &Requirement| {
            row.id == self.of.of
                || row.settings.iter().any(|it| *it == self.of.of || *it == self.of.setting.name)
        };
        let named = scenario.requirements.iter();
        named.filter_map(|id| Catalogue::embedded().requirement(id)).any(lists)
            || scenario.tags.iter().any(|tag| *tag == *self.of.of)
    }

    fn verdict(&self, bench: &Bench<'_, '_>, place: usize) -> Verdict {
        let Some(scenario) = bench.trial.scenarios().get(place) else {
            return Err("there is no such scenario".to_owned());
        };
        let others: Vec<Option<&str>> = match self.value {
            None => vec![None],
            Some(value) => {
                let values = self.of.setting.values.iter().map(String::as_str);
                values.filter(|it| *it != value).map(Some).collect()
            }
        };
        let red = others.into_iter().find(|other| {
            let other = self.with(scenario, *other);
            is_refused(&other) || bench.trial.changed(&other).is_some_and(|it| it.is_red())
        });
        match red {
            Some(Some(other)) => Ok(format!("red with {other}")),
            Some(None) => Ok("red with the default".to_owned()),
            None => Err("green with every other value".to_owned()),
        }
    }

    /// The scenario with another value; without one, with the default.
    fn with(&self, scenario: &Scenario, value: Option<&str>) -> Scenario {
        let mut changed = scenario.clone();
        let name = self.of.setting.name.as_str();
        if name == INTEGRATION_USER {
            changed.engine.connections.integration_user = None;
        }
        changed.engine.settings.retain(|(it, _)| *it != name);
        let said = value.map(|value| (Text::from(name), Text::from(value)));
        changed.engine.settings.extend(said);
        changed
    }
}
