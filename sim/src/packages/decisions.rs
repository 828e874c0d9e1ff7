//! What a package decided, as rows of the org: written in the transaction that they are about, so that a save that fails
//! leaves none, and told by the journal as notes.

use engine::{
    Action, Decision, EventId, IntentId, Note, NoteKind, Outcome, Question, RecordId, Rule,
    Settled, Subject, UserId,
};
use mock_salesforce::{Change, ChangeKind, FieldInput, Org, SfId, Tx};
use serde_json::json;

use super::{
    rows,
    schema::{DECISION, DECISION_TEXT_MAX},
};

const RECORD: &str = "Record__c";
const INTENT: &str = "Intent__c";
const KIND: &str = "Kind__c";
const ACTION: &str = "Action__c";
const QUESTION: &str = "Question__c";
const RULE: &str = "Reason__c";
const CHOSEN: &str = "Chosen__c";
const OUTCOME: &str = "Outcome__c";
const OWNER: &str = "Decided_Owner__c";
const TARGET: &str = "Target__c";
const REJECTED: &str = "Rejected__c";
const DETAIL: &str = "Detail__c";
/// Fields of a decision that hold a word or an id.
pub(super) const SHORT: [&str; 10] =
    [RECORD, INTENT, KIND, ACTION, QUESTION, RULE, CHOSEN, OUTCOME, OWNER, TARGET];
/// Fields of a decision that hold more.
pub(super) const LONG: [&str; 2] = [REJECTED, DETAIL];

/// Intents of packages have numbers from here on; the engine's count from 1.
const INTENTS_FROM: u64 = 1_000_000_000;
/// Most candidates that a decision names as passed over.
const REJECTED_MAX: usize = 200;
/// The questions that packages answer.
const QUESTIONS: [Question; 5] =
    [Question::Trigger, Question::Match, Question::Owner, Question::Fields, Question::Answer];
const ACTIONS: [Action; 3] = [Action::Response, Action::Assignment, Action::AutoConvert];
const OUTCOMES: [(Outcome, &str); 4] = [
    (Outcome::Created, "created"),
    (Outcome::Updated, "updated"),
    (Outcome::NoOp, "no_op"),
    (Outcome::Refused, "refused"),
];

/// The book in which a package writes down what it decides about one record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Log {
    record: SfId,
    intent: u64,
}

/// A decision as it is written down.
#[derive(Debug)]
pub(super) struct Decided {
    pub(super) question: Question,
    pub(super) because: Rule,
    pub(super) chosen: Option<String>,
    pub(super) rejected: Vec<(String, Rule)>,
}

impl Decided {
    /// A decision without candidates that were passed over.
    pub(super) fn new(question: Question, because: Rule, chosen: Option<String>) -> Self {
        Self { question, because, chosen, rejected: Vec::new() }
    }
}

impl Log {
    /// Something is wanted for a record.
    pub(super) fn open(tx: &mut Tx<'_>, action: Action, record: SfId) -> Self {
        let written = tx.org().schema().object(DECISION).map(|it| tx.org().count(it.index));
        let log = Self { record, intent: INTENTS_FROM + written.unwrap_or(0) as u64 };
        log.write(tx, "opened", &[(ACTION, action.word().to_owned())]);
        log
    }

    /// The book of something that was opened before, by its number.
    pub(super) fn again(record: SfId, number: &str) -> Option<Self> {
        Some(Self { record, intent: number.parse().ok()? })
    }

    /// Its number.
    pub(super) fn number(self) -> String {
        self.intent.to_string()
    }

    /// A decision.
    pub(super) fn decided(self, tx: &mut Tx<'_>, decided: Decided) {
        let rejected = decided.rejected.iter().take(REJECTED_MAX);
        let rejected: Vec<String> =
            rejected.map(|(what, rule)| format!("{what}\t{rule}")).collect();
        self.write(
            tx,
            "decided",
            &[
                (QUESTION, decided.question.word().to_owned()),
                (RULE, decided.because.id().to_owned()),
                (CHOSEN, decided.chosen.unwrap_or_default()),
                (REJECTED, rejected.join("\n")),
            ],
        );
    }

    /// The one outcome.
    pub(super) fn settled(self, tx: &mut Tx<'_>, settled: &Settled) {
        let outcome = OUTCOMES.iter().find(|(it, _)| *it == settled.outcome);
        let text = |id: Option<&str>| id.unwrap_or_default().to_owned();
        self.write(
            tx,
            "settled",
            &[
                (OUTCOME, outcome.map_or("refused", |(_, word)| word).to_owned()),
                (RULE, settled.because.id().to_owned()),
                (TARGET, text(settled.record.as_ref().map(RecordId::as_str))),
                (OWNER, text(settled.owner.as_ref().map(UserId::as_str))),
                (DETAIL, settled.detail.clone()),
            ],
        );
    }

    /// Somebody should look at this.
    pub(super) fn alert(self, tx: &mut Tx<'_>, because: Rule, words: &str) {
        self.write(tx, "alert", &[(RULE, because.id().to_owned()), (DETAIL, words.to_owned())]);
    }

    fn write(self, tx: &mut Tx<'_>, kind: &str, fields: &[(&str, String)]) {
        let mut input = FieldInput::from([
            ("Name".to_owned(), json!(kind)),
            (KIND.to_owned(), json!(kind)),
            (RECORD.to_owned(), json!(self.record.to_string())),
            (INTENT.to_owned(), json!(self.intent.to_string())),
        ]);
        for (field, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
            let cut: String = value.chars().take(DECISION_TEXT_MAX).collect();
            input.insert((*field).to_owned(), json!(cut));
        }
        // Nothing of the org watches these rows, so that only a full org can refuse one; then the save goes on without it.
        let _kept = tx.create(DECISION, &input);
    }
}

/// The note that a change of the org is, if it is a decision of a package.
pub(crate) fn told(org: &Org, change: &Change) -> Option<Note> {
    let written = change.kind == ChangeKind::Created;
    if !written || &*org.schema().at(change.object).name != DECISION {
        return None;
    }
    let row = org.get(change.id)?;
    let text = |field: &str| rows::text(org, row, field);
    let filled = |field: &str| Some(text(field)).filter(|it| !it.is_empty());
    let because = Rule::from_id(&text(RULE));
    let kind = match text(KIND).as_str() {
        "opened" => NoteKind::Opened {
            action: ACTIONS.into_iter().find(|it| it.word() == text(ACTION))?,
            cause: EventId(0),
        },
        "decided" => NoteKind::Decided(Decision {
            question: QUESTIONS.into_iter().find(|it| it.word() == text(QUESTION))?,
            because: because?,
            chosen: filled(CHOSEN),
            rejected: text(REJECTED).lines().filter_map(rejected).collect(),
            withheld: Vec::new(),
        }),
        "settled" => NoteKind::Settled(Settled {
            outcome: OUTCOMES.iter().find(|(_, word)| **word == text(OUTCOME))?.0,
            because: because?,
            record: filled(TARGET).map(RecordId::from),
            owner: filled(OWNER).map(UserId::from),
            detail: text(DETAIL),
        }),
        "alert" => NoteKind::Alert { because: because?, text: text(DETAIL) },
        _ => return None,
    };
    Some(Note {
        subject: Some(Subject::Record(RecordId::from(text(RECORD)))),
        intent: Some(IntentId(text(INTENT).parse().ok()?)),
        kind,
    })
}

fn rejected(line: &str) -> Option<(String, Rule)> {
    let (what, rule) = line.rsplit_once('\t')?;
    Some((what.to_owned(), Rule::from_id(rule)?))
}
