//! What is the answer about one visitor or record, in words?

use super::subject::{Found, Subject};
use crate::model::{Bundle, CatalogueText, JournalLine, ScenarioOutcome, ScenarioRecord};
use crate::moment::moment;
use crate::names::{Names, same_id};
use crate::story::{Intent, Story, question, said, stories};
use crate::text::{append, clean};
use std::collections::{BTreeMap, BTreeSet};

/// Width of the columns before a line's words: `  #12    2m40s      trigger    `.
const HANG: usize = 31;

/// Details that a decision is told with, and what they are called.
const DETAILS: [(&str, &str); 3] =
    [("withheld", "not written"), ("words", "Salesforce says"), ("detail", "detail")];

/// The whole answer.
pub(super) fn answer(bundle: &Bundle, found: &Found) -> String {
    let Some(record) = bundle.record(found.index) else { return String::new() };
    let rules = bundle.catalogue.rules.iter();
    let mut answer = Answer {
        names: Names(&record.names),
        sentences: rules.map(|it| (it.id.as_str(), it.sentence.as_str())).collect(),
        unsaid: Sentences::new(&bundle.catalogue),
        cited: BTreeSet::new(),
        text: String::new(),
    };
    answer.head(bundle, found);
    match &found.subject {
        Subject::Visitor(name) => answer.about_visitor(record, name),
        Subject::Record { id, .. } => answer.about_record(record, id),
    }
    answer.sources(&bundle.catalogue);
    answer.text
}

/// Sentences and requirements by rule id, of the rules that were not spoken of yet.
struct Sentences<'a>(BTreeMap<&'a str, (&'a str, &'a [String])>);

impl<'a> Sentences<'a> {
    fn new(catalogue: &'a CatalogueText) -> Self {
        let rules = catalogue.rules.iter();
        Self(rules.map(|it| (it.id.as_str(), (it.sentence.as_str(), &*it.requirements))).collect())
    }
}

/// The answer while it is written.
struct Answer<'a> {
    names: Names<'a>,
    sentences: BTreeMap<&'a str, &'a str>,
    unsaid: Sentences<'a>,
    cited: BTreeSet<&'a str>,
    text: String,
}

/// The person's record, then what hangs off it.
fn rank(action: &str) -> u8 {
    match action {
        "campaign" => 1,
        "conversation_event" | "meeting_event" => 2,
        _ => 0,
    }
}

impl<'a> Answer<'a> {
    fn head(&mut self, bundle: &Bundle, found: &Found) {
        let outcome = bundle.result.scenarios.get(found.index).map(|it| it.outcome);
        let outcome = match outcome {
            Some(ScenarioOutcome::Passed) | None => "passed",
            Some(ScenarioOutcome::Failed) => "failed",
            Some(ScenarioOutcome::HoldMissed) => "held figure missed",
            Some(ScenarioOutcome::Error) => "our bug",
        };
        let subject = match &found.subject {
            Subject::Visitor(name) => format!("visitor {name}"),
            Subject::Record { id, .. } => {
                let object = crate::names::object_of(id).unwrap_or("record");
                format!("{object} {}", self.names.call(id))
            }
        };
        self.line(&format!("{subject} in {} ({outcome})", found.scenario));
    }

    fn about_visitor(&mut self, record: &'a ScenarioRecord, name: &str) {
        let Some(story) = stories(record).into_iter().find(|it| it.visitor == name) else {
            self.line(
                "\nnothing was decided about this visitor: no line of the journal gives a reason",
            );
            return;
        };
        if story.intents.is_empty() {
            self.line("\nnothing was to be written for this visitor; these decisions say why");
        }
        // Who asks about a visitor asks about their record first.
        let mut intents: Vec<_> = story.intents.iter().collect();
        intents.sort_by_key(|(number, intent)| (rank(intent.action()), *number));
        for (number, intent) in intents {
            self.intent(*number, intent);
        }
        self.apart(&story);
    }

    fn apart(&mut self, story: &Story<'a>) {
        if story.apart.is_empty() {
            return;
        }
        self.line("\napart from any change");
        self.steps(story.apart.iter().copied());
    }

    fn about_record(&mut self, record: &'a ScenarioRecord, id: &str) {
        let about = |line: &JournalLine| concerns(line, id);
        let mut found = false;
        for story in stories(record) {
            for (number, intent) in
                story.intents.iter().filter(|it| it.1.lines.iter().any(|it| about(it)))
            {
                found = true;
                self.intent_of(story.visitor, *number, intent);
            }
            let apart: Vec<_> = story.apart.iter().copied().filter(|it| about(it)).collect();
            if !apart.is_empty() {
                found = true;
                self.line(&format!("\nvisitor {}, apart from any change", story.visitor));
                self.steps(apart);
            }
        }
        if !found {
            self.line("\nno decision concerns this record: nobody's visit led to it");
        }
        let changes: Vec<_> =
            record.journal.iter().filter(|it| it.kind == "change" && about(it)).collect();
        if !changes.is_empty() {
            self.line("\nevery change of the record");
            self.steps(changes);
        }
    }

    fn intent_of(&mut self, visitor: &str, number: u64, intent: &Intent<'a>) {
        let whose =
            if visitor.is_empty() { String::new() } else { format!(" for visitor {visitor}") };
        self.intent_headed(&format!("change {number}{whose}"), intent);
    }

    fn intent(&mut self, number: u64, intent: &Intent<'a>) {
        self.intent_headed(&format!("change {number}"), intent);
    }

    fn intent_headed(&mut self, head: &str, intent: &Intent<'a>) {
        let mut head = format!("\n{head}: {} -> {}", intent.action(), intent.outcome());
        if let Some(record) = intent.record() {
            append(&mut head, format_args!(" {}", self.names.call(record)));
        }
        if let Some(owner) = intent.owner() {
            append(&mut head, format_args!(", owner {}", self.names.call(owner)));
        }
        self.line(&head);
        self.steps(intent.lines.iter().copied());
    }

    fn steps(&mut self, lines: impl IntoIterator<Item = &'a JournalLine>) {
        for line in lines {
            self.step(line);
        }
    }

    /// One line of the journal, with its rule's sentence, what was passed over and what was withheld.
    fn step(&mut self, line: &'a JournalLine) {
        let place = format!("#{}", line.seq);
        let mut head = format!("  {place:<6} {:<10} {:<10} ", moment(line.at), question(line));
        let result = self.result(line);
        let text = said(line);
        let words = [line.rule.as_deref().unwrap_or(&text), &result];
        head.push_str(words.join("  ").trim_end());
        self.line(&head);
        if let Some(rule) = line.rule.as_deref() {
            if !text.is_empty() && self.sentences.get(rule).is_none_or(|it| *it != text) {
                self.hanging(&text);
            }
            self.sentence(rule);
        }
        for (candidate, rule) in &line.rejected {
            self.hanging(&format!("not {}: {rule}", self.names.call(candidate)));
            self.sentence(rule);
        }
        for (key, label) in DETAILS {
            if let Some(value) = line.detail.get(key).filter(|it| !it.is_empty()) {
                self.hanging(&format!("{label}: {value}"));
            }
        }
    }

    fn result(&self, line: &JournalLine) -> String {
        let chosen = line.chosen.as_ref().map(|it| format!("-> {}", self.names.call(it)));
        let outcome = line.outcome.clone();
        let code = line.detail.get("code").cloned();
        [chosen, outcome, code].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// The rule's sentence, where the rule is first spoken of.
    fn sentence(&mut self, rule: &str) {
        let Some((sentence, requirements)) = self.unsaid.0.remove(rule) else { return };
        self.cited.extend(requirements.iter().map(String::as_str));
        let ids = requirements.join(", ");
        let ids = if ids.is_empty() { ids } else { format!(" [{ids}]") };
        self.hanging(&format!("{sentence}{ids}"));
    }

    /// The requirements that were cited, with the documents they come from.
    fn sources(&mut self, catalogue: &CatalogueText) {
        let cited: Vec<_> = catalogue
            .requirements
            .iter()
            .filter(|it| self.cited.contains(it.id.as_str()))
            .collect();
        if !cited.is_empty() {
            self.line("\nrequirements");
        }
        for requirement in cited {
            let (id, sentence, source) =
                (&requirement.id, &requirement.sentence, &requirement.source);
            self.line(&format!("  {id:<8} {sentence} ({source})"));
        }
    }

    fn hanging(&mut self, text: &str) {
        self.line(&format!("{:HANG$}{text}", ""));
    }

    fn line(&mut self, text: &str) {
        let lines: Vec<String> = text.split('\n').map(clean).collect();
        self.text.push_str(&lines.join("\n"));
        self.text.push('\n');
    }
}

/// Whether a journal line is about this record, be it as its target, its choice or a candidate that was passed over.
fn concerns(line: &JournalLine, id: &str) -> bool {
    let is = |other: &str| other == id || same_id(other, id);
    line.record.as_deref().is_some_and(is)
        || line.chosen.as_deref().is_some_and(is)
        || line.rejected.iter().any(|it| is(&it.0))
}
