//! What happens in this scenario, told in sentences? Given what was there, when this happened, then that came of it.

use super::timeline::is_world;
use super::words::{Called, Link};
use crate::model::{JournalLine, Lane, ScenarioRecord};
use crate::moment::moment;
use crate::names::Names;
use crate::names::object_of;
use crate::story::{Story, stories};
use std::collections::{BTreeMap, BTreeSet};

/// Most sentences of each of the three parts.
const MAX_SENTENCES: usize = 40;
/// Most fields of a record that a sentence names.
const MAX_FIELDS: usize = 6;

/// The story of a scenario.
#[derive(Debug)]
pub(super) struct Prose {
    pub(super) given: Vec<Sentence>,
    pub(super) when: Vec<Sentence>,
    pub(super) then: Vec<Sentence>,
    /// How many further sentences each part would have.
    pub(super) given_out: usize,
    pub(super) when_out: usize,
    pub(super) then_out: usize,
}

/// One sentence.
#[derive(Debug)]
pub(super) struct Sentence {
    pub(super) number: Link,
    /// The anchor, if the line has no other place in the page.
    pub(super) anchor: String,
    pub(super) time: String,
    pub(super) who: String,
    pub(super) text: String,
    pub(super) record: Option<Called>,
    pub(super) rule: Option<Link>,
}

/// The story of this scenario's journal.
pub(super) fn prose(record: &ScenarioRecord) -> Prose {
    let teller = Teller { scenario: &record.id, names: Names(&record.names) };
    let journal = record.journal.iter();
    let given = journal.clone().filter(|it| is_world(it)).map(|it| teller.given(it));
    let happens =
        |it: &&JournalLine| matches!(it.kind.as_str(), "event" | "admin" | "fault" | "restart");
    let when = journal.filter(happens).map(|it| teller.when(it));
    let stories = stories(record);
    let mut then: Vec<(u64, Sentence)> = stories.iter().flat_map(|it| teller.then(it)).collect();
    then.sort_by_key(|it| it.0);
    let (mut given, given_out) = some(given);
    if given.is_empty() {
        given = named(record);
    }
    let (when, when_out) = some(when);
    let (then, then_out) = some(then.into_iter().map(|it| it.1));
    Prose { given, when, then, given_out, when_out, then_out }
}

fn some(sentences: impl Iterator<Item = Sentence>) -> (Vec<Sentence>, usize) {
    let mut all: Vec<Sentence> = Vec::new();
    let mut left_out = 0;
    for sentence in sentences {
        if all.len() < MAX_SENTENCES {
            all.push(sentence);
        } else {
            left_out += 1;
        }
    }
    (all, left_out)
}

/// What came of a wanted change, in words.
fn outcome(action: &str, outcome: &str) -> String {
    let what = match action {
        "create" | "manual_create" => "lead",
        "campaign" => "campaign member",
        "conversation_event" => "conversation's Event",
        "meeting_event" => "meeting's Event",
        _ => "record",
    };
    match outcome {
        "created" | "updated" => format!("the {what} is {outcome}"),
        "no_op" => format!("nothing is written ({action})"),
        "refused" => format!("Salesforce refuses it ({action})"),
        "dead_lettered" => format!("it is given up ({action})"),
        other => format!("it is {other} ({action})"),
    }
}

/// What the file names and the run did not make, a sentence an object.
fn named(record: &ScenarioRecord) -> Vec<Sentence> {
    let is_made = |it: &&JournalLine| {
        it.kind == "change"
            && ["change", "kind"]
                .iter()
                .any(|key| it.detail.get(*key).is_some_and(|it| it == "created"))
    };
    let made: BTreeSet<&str> =
        record.journal.iter().filter(is_made).filter_map(|it| it.record.as_deref()).collect();
    let mut named: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, name) in record.names.iter().filter(|it| !made.contains(it.0.as_str())) {
        named.entry(object_of(id).unwrap_or("record")).or_default().push(name);
    }
    let sentences = named.into_iter().map(|(object, names)| Sentence {
        number: Link { text: String::new(), href: String::new() },
        anchor: String::new(),
        time: String::new(),
        who: object.to_owned(),
        text: names.join(", "),
        record: None,
        rule: None,
    });
    sentences.collect()
}

struct Teller<'a> {
    scenario: &'a str,
    names: Names<'a>,
}

impl Teller<'_> {
    fn sentence(&self, line: &JournalLine) -> Sentence {
        Sentence {
            number: Link::line(self.scenario, line.seq),
            anchor: String::new(),
            time: moment(line.at),
            who: String::new(),
            text: line.text.clone(),
            record: None,
            rule: None,
        }
    }

    fn given(&self, line: &JournalLine) -> Sentence {
        let fields = line.detail.iter().filter_map(|(key, value)| {
            let value = self.names.name(value).unwrap_or(value);
            Some(format!("{} {value}", key.strip_prefix("field.")?))
        });
        let mut fields: Vec<String> = fields.collect();
        if fields.len() > MAX_FIELDS {
            fields.truncate(MAX_FIELDS);
            fields.push("…".to_owned());
        }
        let object = line.detail.get("object").map_or("record", String::as_str);
        let text = format!("{object} with {}", fields.join(", "));
        Sentence {
            anchor: super::anchor::line(self.scenario, line.seq),
            record: line.record.as_deref().map(|it| Called::new(self.names, it)),
            text: if fields.is_empty() { object.to_owned() } else { text },
            ..self.sentence(line)
        }
    }

    fn when(&self, line: &JournalLine) -> Sentence {
        let who = match line.lane {
            Lane::Visitor => line.visitor.clone().unwrap_or_default(),
            _ => String::new(),
        };
        let rest = line.text.strip_prefix(&who).and_then(|it| it.strip_prefix(' '));
        let text = rest.unwrap_or(&line.text).to_owned();
        Sentence { who, text, ..self.sentence(line) }
    }

    /// What came of each wanted change; and where nothing was wanted, the last reason why.
    fn then(&self, story: &Story<'_>) -> Vec<(u64, Sentence)> {
        let mut sentences = Vec::new();
        for intent in story.intents.values() {
            let Some(line) = intent.settled().or(intent.lines.last().copied()) else { continue };
            let mut text = outcome(intent.action(), intent.outcome());
            if let Some(owner) = intent.owner() {
                let owner = self.names.name(owner).unwrap_or(owner);
                crate::text::append(&mut text, format_args!(", owner {owner}"));
            }
            let record = intent.record().map(|it| Called::new(self.names, it));
            sentences.push((line.seq, self.reasoned(line, story.visitor, text, record)));
        }
        let reason = story.apart.iter().rev().find(|it| it.kind == "source" && it.rule.is_some());
        let reason = reason.or(story.apart.iter().rev().find(|it| it.rule.is_some()));
        if let (true, Some(line)) = (sentences.is_empty(), reason) {
            let text = "nothing is written".to_owned();
            sentences.push((line.seq, self.reasoned(line, story.visitor, text, None)));
        }
        sentences
    }

    fn reasoned(
        &self,
        line: &JournalLine,
        visitor: &str,
        text: String,
        record: Option<Called>,
    ) -> Sentence {
        let rule = line.rule.as_deref().map(Link::rule);
        Sentence { who: visitor.to_owned(), text, record, rule, ..self.sentence(line) }
    }
}
