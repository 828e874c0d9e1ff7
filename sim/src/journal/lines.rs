//! A journal as lines for people and reports: masked, and with names where ids have some.
//!
//! The lines hang on virtual time and the run alone: no wall time, no host, no hash order.

use engine::{CrmCall, Note, NoteKind, Outcome, SourceOutcome, UserId};
use indexmap::IndexMap;
use mock_salesforce::{Change, ChangeKind, Origin, Schema, SfId};
use reports::model::{JournalLine, Lane};
use scenarios::{View, ast::Scenario};

use super::{Answered, Entry, Journal, Seen, Sent, What, mask::masked, narrate::narrate};
use crate::{
    lower::Names,
    observe::words::{SentPart, call_outcome_word, sent_parts, value_text},
};

/// What the words of a journal need besides the journal.
pub(crate) struct Words<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) schema: &'a Schema,
    pub(crate) names: &'a Names,
    pub(crate) playback_base: &'a str,
}

/// All lines of a journal.
pub(crate) fn lines(journal: &Journal, words: &Words<'_>) -> Vec<JournalLine> {
    journal.entries().map(|(seq, entry)| words.line(seq, entry)).collect()
}

impl Words<'_> {
    fn line(&self, seq: u64, entry: &Entry) -> JournalLine {
        let mut line = match &entry.what {
            What::Line(index) => self.timeline(*index),
            What::Trouble(text) => line(Lane::Admin, "admin", format!("could not be done: {text}")),
            What::Product(product) => {
                let told = line(Lane::Rep, "messenger", product.text.clone());
                JournalLine { visitor: product.visitor.clone(), ..told }
            }
            What::Note(note) => self.note(note),
            What::Sent(sent) => sent_line(sent),
            What::Answered(answered) => answered_line(answered),
            What::Changed(change) => self.change(change),
            What::Seen(seen) => seen_line(seen),
            What::Beside(beside) => super::beside::line_of(beside),
        };
        line.seq = seq;
        line.at = entry.at.saturating_sub(self.scenario.clock.starts);
        line.cause = (entry.cause > 0).then_some(entry.cause);
        self.mask(&mut line);
        line
    }

    fn mask(&self, line: &mut JournalLine) {
        let base = self.playback_base;
        for text in [Some(&mut line.text), line.chosen.as_mut()].into_iter().flatten() {
            *text = masked(text, base).into_owned();
        }
        for value in line.detail.values_mut() {
            if value.contains(base) {
                *value = masked(value, base).into_owned();
            }
        }
    }

    fn timeline(&self, index: usize) -> JournalLine {
        let Some(of) = self.scenario.timeline.get(index) else {
            return line(Lane::Admin, "admin", String::new());
        };
        let narrated = narrate(&of.verb);
        let visitor = narrated.visitor.map(str::to_owned);
        JournalLine { visitor, ..line(narrated.lane, narrated.kind, narrated.text) }
    }

    fn note(&self, note: &Note) -> JournalLine {
        let mut line = self.note_kind(&note.kind);
        let visitor = note.subject.as_ref().and_then(engine::Subject::visitor);
        line.visitor = visitor.map(ToString::to_string);
        let other = note.subject.as_ref().filter(|it| it.visitor().is_none());
        line.about = other.map(|it| format!("{} {}", it.word(), it.name()));
        let about = note.subject.as_ref().and_then(engine::Subject::record);
        line.record = line.record.or_else(|| about.map(ToString::to_string));
        line.intent = note.intent.map(|intent| intent.0);
        line
    }

    fn note_kind(&self, kind: &NoteKind) -> JournalLine {
        let engine = |kind, text| line(Lane::Engine, kind, text);
        match kind {
            NoteKind::Decided(decision) => {
                let mut line = engine("decision", decision.because.sentence().to_owned());
                line.rule = Some(decision.because.id().to_owned());
                line.chosen.clone_from(&decision.chosen);
                let rejected = decision.rejected.iter();
                line.rejected =
                    rejected.map(|(what, rule)| (what.clone(), rule.id().to_owned())).collect();
                line.detail.insert("question".to_owned(), decision.question.word().to_owned());
                if !decision.withheld.is_empty() {
                    let withheld: Vec<&str> =
                        decision.withheld.iter().map(engine::ProfileField::as_str).collect();
                    line.detail.insert("withheld".to_owned(), withheld.join(", "));
                }
                line
            }
            NoteKind::Opened { action, cause } => {
                let mut line =
                    engine("opened", format!("wants to {}", action.word().replace('_', " ")));
                line.detail.insert("action".to_owned(), action.word().to_owned());
                line.detail.insert("source_event".to_owned(), cause.0.to_string());
                line
            }
            NoteKind::Settled(settled) => {
                let word = outcome_word(settled.outcome);
                let mut line = engine("settled", settled.because.sentence().to_owned());
                line.rule = Some(settled.because.id().to_owned());
                line.outcome = Some(word.to_owned());
                line.record = settled.record.as_ref().map(ToString::to_string);
                line.chosen = settled.owner.as_ref().map(|owner| self.user(owner));
                if !settled.detail.is_empty() {
                    line.detail.insert("detail".to_owned(), settled.detail.clone());
                }
                line
            }
            NoteKind::SourceSettled { event, outcome, because } => {
                let mut line = engine("source", because.sentence().to_owned());
                line.rule = Some(because.id().to_owned());
                line.outcome = Some(source_word(*outcome).to_owned());
                line.detail.insert("source_event".to_owned(), event.0.to_string());
                line
            }
            NoteKind::Alert { because, text } => {
                let mut line = engine("alert", text.clone());
                line.rule = Some(because.id().to_owned());
                line
            }
            NoteKind::Due => engine("due", "the lead is complete and due".to_owned()),
        }
    }

    fn user(&self, id: &UserId) -> String {
        let name = id.as_str().parse::<SfId>().ok().and_then(|id| self.names.name_of(id));
        name.map_or_else(|| id.to_string(), str::to_owned)
    }

    fn change(&self, change: &Change) -> JournalLine {
        let object = self.schema.at(change.object);
        let lane = match change.origin {
            Origin::Admin | Origin::Import => Lane::Admin,
            _ => Lane::Salesforce,
        };
        let called =
            self.names.name_of(change.id).map(|name| format!(" {name}")).unwrap_or_default();
        let by = self.names.name_of(change.by).map_or_else(|| change.by.to_string(), str::to_owned);
        let verb = change_word(change.kind);
        let mut told = line(lane, "change", format!("{}{called} is {verb} by {by}", object.name));
        told.record = Some(change.id.to_string());
        told.detail.insert("object".to_owned(), object.name.to_string());
        told.detail.insert("change".to_owned(), verb.to_owned());
        if let Some(cause) = &change.cause {
            told.detail.insert("automation".to_owned(), cause.to_string());
        }
        for (field, value) in change.fields.iter() {
            let name = &object.field_at(field).name;
            let text = value_text(value).map_or_else(String::new, |text| text.to_string());
            told.detail.insert(format!("field.{name}"), text);
        }
        told
    }
}

pub(super) fn line(lane: Lane, kind: &str, text: String) -> JournalLine {
    JournalLine {
        seq: 0,
        at: 0,
        lane,
        kind: kind.to_owned(),
        cause: None,
        visitor: None,
        about: None,
        intent: None,
        record: None,
        rule: None,
        outcome: None,
        chosen: None,
        rejected: Vec::new(),
        text,
        detail: IndexMap::new(),
    }
}

fn sent_line(sent: &Sent) -> JournalLine {
    let parts = sent_parts(&sent.call, &sent.delivered);
    let told: Vec<String> = parts.iter().map(SentPart::told).collect();
    let beside = match &sent.call {
        CrmCall::Beside { system, .. } => format!("{}: ", system.word()),
        _ => String::new(),
    };
    let mut line = line(Lane::Salesforce, "call", format!("{beside}{}", told.join("; ")));
    line.detail.insert("call".to_owned(), sent.id.0.to_string());
    line.detail.insert("exchange".to_owned(), sent.delivered.kind.to_owned());
    if let Some(fault) = &sent.fault {
        line.detail.insert("fault".to_owned(), fault.clone());
    }
    let single = parts.len() == 1;
    for (index, part) in (1..).zip(&parts) {
        let prefix = if single { String::new() } else { format!("part.{index}.") };
        part.describe(&prefix, &mut line.detail);
    }
    line
}

fn answered_line(answered: &Answered) -> JournalLine {
    let replied = &answered.replied;
    let word = call_outcome_word(replied.outcome);
    let mut text = replied.told();
    if answered.unheard {
        text.push_str("; the engine that had asked is gone");
    }
    let mut line = line(Lane::Salesforce, "answer", text);
    line.outcome = Some(word.to_owned());
    if let Some(code) = &replied.code {
        line.detail.insert("code".to_owned(), code.clone());
    }
    replied.describe("", &mut line.detail);
    line
}

fn seen_line(seen: &Seen) -> JournalLine {
    let (lane, who) = match seen.view {
        View::Rep => (Lane::Rep, "a rep sees of"),
        View::Visitor => (Lane::Visitor, "the site shows"),
        View::Account => (Lane::Rep, "the Account 360 shows of"),
        View::List => (Lane::Rep, "is on the account list"),
        View::Playback => (Lane::Visitor, "a playback link answers, of"),
        View::Search => (Lane::Salesforce, "a search of the org finds,"),
    };
    let mut told = line(lane, "view", format!("what {who} {}", seen.of));
    match seen.view {
        View::Rep | View::Visitor => told.visitor = Some(seen.of.clone()),
        View::Account => told.about = Some(format!("account {}", seen.of)),
        View::List => told.about = Some(format!("list {}", seen.of)),
        View::Playback | View::Search => {}
    }
    let fields = seen.fields.iter();
    told.detail.extend(fields.map(|(name, value)| (format!("field.{name}"), value.clone())));
    told
}

/// The word for an intent's outcome.
pub(crate) fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Created => "created",
        Outcome::Updated => "updated",
        Outcome::NoOp => "no_op",
        Outcome::Refused => "refused",
        Outcome::DeadLettered => "dead_lettered",
    }
}

fn source_word(outcome: SourceOutcome) -> &'static str {
    match outcome {
        SourceOutcome::Applied => "applied",
        SourceOutcome::NoOp => "no_op",
        SourceOutcome::DeadLetter => "dead_letter",
    }
}

fn change_word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Created => "created",
        ChangeKind::Updated => "updated",
        ChangeKind::Deleted => "deleted",
        ChangeKind::Undeleted => "undeleted",
        ChangeKind::Converted => "converted",
        ChangeKind::Merged => "merged",
    }
}
