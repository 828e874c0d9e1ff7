//! Why did it come out so? For each visitor the decisions from trigger to outcome, with everything that was not chosen.

use super::MAX_CHANGES_SHOWN;
use super::words::{Called, Link};
use crate::model::{CatalogueText, JournalLine, ScenarioRecord};
use crate::moment::moment;
use crate::names::Names;
use crate::story::{Intent, question, said, stories};
use std::collections::BTreeMap;

/// The decisions of a scenario.
#[derive(Debug)]
pub(super) struct Decisions {
    pub(super) changes: Vec<Change>,
    /// How many wanted changes there are beyond those shown.
    pub(super) left_out: usize,
}

/// One wanted change, or what was decided apart from any.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) visitor: String,
    /// What was wanted; empty for decisions apart from any change.
    pub(super) action: String,
    /// Whether nothing at all was wanted for the visitor, and these decisions say why.
    pub(super) nothing_wanted: bool,
    pub(super) outcome: String,
    pub(super) is_bad: bool,
    pub(super) record: Option<Called>,
    pub(super) owner: Option<Called>,
    pub(super) stages: Vec<Stage>,
}

/// Decisions about one question, as they follow each other.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) name: &'static str,
    pub(super) steps: Vec<Step>,
}

/// One decision, call or answer.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) number: Link,
    pub(super) time: String,
    pub(super) text: String,
    pub(super) rule: Option<Link>,
    pub(super) sentence: String,
    pub(super) requirements: Vec<Link>,
    pub(super) chosen: Option<Called>,
    pub(super) rejected: Vec<Rejected>,
    pub(super) withheld: String,
    pub(super) words: String,
}

/// A candidate that was not chosen, and the rule that says why.
#[derive(Debug)]
pub(super) struct Rejected {
    pub(super) candidate: Called,
    pub(super) rule: Link,
    pub(super) sentence: String,
}

/// The decisions of this scenario's journal.
pub(super) fn decisions(record: &ScenarioRecord, catalogue: &CatalogueText) -> Decisions {
    let teller = Teller {
        scenario: &record.id,
        names: Names(&record.names),
        rules: catalogue.rules.iter().map(|it| (it.id.as_str(), it)).collect(),
    };
    let mut changes = Vec::new();
    for story in stories(record) {
        if !story.apart.is_empty() {
            let nothing = story.intents.is_empty();
            changes.push(teller.apart(story.visitor, nothing, &story.apart));
        }
        changes.extend(story.intents.values().map(|it| teller.change(story.visitor, it)));
    }
    let left_out = changes.len().saturating_sub(MAX_CHANGES_SHOWN);
    changes.truncate(MAX_CHANGES_SHOWN);
    Decisions { changes, left_out }
}

struct Teller<'a> {
    scenario: &'a str,
    names: Names<'a>,
    rules: BTreeMap<&'a str, &'a crate::model::RuleText>,
}

impl Teller<'_> {
    fn apart(&self, visitor: &str, nothing_wanted: bool, lines: &[&JournalLine]) -> Change {
        Change {
            visitor: visitor.to_owned(),
            action: String::new(),
            nothing_wanted,
            outcome: String::new(),
            is_bad: false,
            record: None,
            owner: None,
            stages: self.stages(lines),
        }
    }

    fn change(&self, visitor: &str, intent: &Intent<'_>) -> Change {
        let called = |it: &str| Called::new(self.names, it);
        Change {
            visitor: visitor.to_owned(),
            action: intent.action().to_owned(),
            nothing_wanted: false,
            outcome: intent.outcome().to_owned(),
            is_bad: matches!(intent.outcome(), "refused" | "dead_lettered" | "pending"),
            record: intent.record().map(called),
            owner: intent.owner().map(called),
            stages: self.stages(&intent.lines),
        }
    }

    fn stages(&self, lines: &[&JournalLine]) -> Vec<Stage> {
        let mut stages: Vec<Stage> = Vec::new();
        for line in lines {
            let (name, step) = (stage(line), self.step(line));
            match stages.last_mut() {
                Some(last) if last.name == name => last.steps.push(step),
                _ => stages.push(Stage { name, steps: vec![step] }),
            }
        }
        stages
    }

    fn step(&self, line: &JournalLine) -> Step {
        let rule = line.rule.as_deref().and_then(|it| self.rules.get(it));
        let requirements = rule.map(|it| it.requirements.iter().map(|it| Link::requirement(it)));
        let detail = |key: &str| line.detail.get(key).cloned().unwrap_or_default();
        Step {
            number: Link::line(self.scenario, line.seq),
            time: moment(line.at),
            text: if rule.is_some_and(|it| it.sentence == line.text) {
                String::new()
            } else {
                said(line).into_owned()
            },
            rule: line.rule.as_deref().map(Link::rule),
            sentence: rule.map(|it| it.sentence.clone()).unwrap_or_default(),
            requirements: requirements.into_iter().flatten().collect(),
            chosen: line.chosen.as_deref().map(|it| Called::new(self.names, it)),
            rejected: line.rejected.iter().map(|it| self.rejected(&it.0, &it.1)).collect(),
            withheld: detail("withheld"),
            words: detail("words") + &detail("detail"),
        }
    }

    fn rejected(&self, candidate: &str, rule: &str) -> Rejected {
        Rejected {
            candidate: Called::new(self.names, candidate),
            rule: Link::rule(rule),
            sentence: self.rules.get(rule).map(|it| it.sentence.clone()).unwrap_or_default(),
        }
    }
}

/// The question that a line answers, in the words of the page.
fn stage(line: &JournalLine) -> &'static str {
    match question(line) {
        "identity" => "Identity",
        "trigger" | "opened" | "due" => "Trigger",
        "match" => "Match",
        "account" => "Account",
        "owner" => "Owner",
        "fields" => "Fields",
        "campaign" => "Campaign",
        "event" => "Event",
        "call" | "answer" => "Salesforce",
        "outcome" => "Outcome",
        _ => "Note",
    }
}
