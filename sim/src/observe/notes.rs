//! What the engine said about its decisions, intents and source events, in the judge's words.

use std::{collections::BTreeMap, sync::Arc};

use engine::{
    Action, Decision, EventId, IntentId, Note, NoteKind, Outcome, SourceOutcome, Subject, System,
};
use scenarios::{
    NoteSeen, SourceSeen, SubjectSeen,
    ast::{self, Scenario},
};

use crate::journal::{Journal, Product, What, narrate};

/// The decisions, and the source events with what became of them.
pub(super) fn notes(journal: &Journal, scenario: &Scenario) -> (Vec<NoteSeen>, Vec<SourceSeen>) {
    let mut actions: BTreeMap<IntentId, Action> = BTreeMap::new();
    let mut sources: BTreeMap<EventId, SourceSeen> = BTreeMap::new();
    let mut notes = Vec::new();
    for (seq, entry) in journal.entries() {
        match &entry.what {
            What::Line(index) => {
                if let Some(source) = source(*index, entry.at, scenario) {
                    sources.insert(EventId(source.id), source);
                }
            }
            What::Product(Product { refused: Some(index), .. }) => {
                sources.remove(&EventId(*index as u64 + 1));
            }
            What::Product(Product { event: Some(event), text, .. }) => {
                let what = text.as_str().into();
                let source =
                    SourceSeen { id: event.0, at: entry.at, what, outcome: None, times_settled: 0 };
                sources.insert(*event, source);
            }
            What::Note(note) => {
                if let (NoteKind::Opened { action, .. }, Some(intent)) = (&note.kind, note.intent) {
                    actions.insert(intent, *action);
                }
                if let NoteKind::SourceSettled { event, outcome, because } = &note.kind
                    && let Some(source) = sources.get_mut(event)
                {
                    source.outcome = Some((source_outcome(*outcome), because.id().into()));
                    source.times_settled += 1;
                }
                notes.extend(seen(note, (seq, entry.at), &actions));
            }
            _ => {}
        }
    }
    (notes, sources.into_values().collect())
}

/// A line of the timeline that the engine hears of.
fn source(index: usize, at: i64, scenario: &Scenario) -> Option<SourceSeen> {
    let line = scenario.timeline.get(index)?;
    let narrated = narrate::narrate(&line.verb);
    (narrated.kind == "event").then(|| SourceSeen {
        id: index as u64 + 1,
        at,
        what: narrated.text.into(),
        outcome: None,
        times_settled: 0,
    })
}

fn seen(
    note: &Note,
    (seq, at): (u64, i64),
    actions: &BTreeMap<IntentId, Action>,
) -> Option<NoteSeen> {
    let action = note.intent.and_then(|intent| actions.get(&intent)).copied();
    let about = note.subject.as_ref().and_then(Subject::record);
    let plain = NoteSeen {
        seq,
        at,
        subject: note.subject.as_ref().and_then(subject),
        intent: note.intent.map(|it| it.0),
        action: action.map(ast_action),
        question: Arc::from("outcome"),
        rule: None,
        chosen: None,
        rejected: Vec::new(),
        record: about.map(|it| it.as_str().into()),
        outcome: None,
        withheld: Vec::new(),
        text: Arc::from(""),
    };
    match &note.kind {
        NoteKind::Decided(decision) => Some(decided(plain, decision)),
        NoteKind::Opened { .. } => Some(NoteSeen {
            outcome: Some(ast::Outcome::Pending),
            text: action.map_or("", Action::word).into(),
            ..plain
        }),
        NoteKind::Settled(settled) => Some(NoteSeen {
            rule: Some(settled.because.id().into()),
            chosen: settled.owner.as_ref().map(|it| it.as_str().into()),
            record: settled.record.as_ref().map(|it| it.as_str().into()).or(plain.record.clone()),
            outcome: Some(ast_outcome(settled.outcome)),
            text: if settled.detail.is_empty() {
                settled.because.sentence().into()
            } else {
                settled.detail.as_str().into()
            },
            ..plain
        }),
        NoteKind::Alert { because, text } => Some(NoteSeen {
            question: Arc::from("session"),
            rule: Some(because.id().into()),
            text: text.as_str().into(),
            ..plain
        }),
        NoteKind::SourceSettled { because, .. } => Some(NoteSeen {
            question: Arc::from("source"),
            rule: Some(because.id().into()),
            text: because.sentence().into(),
            ..plain
        }),
        NoteKind::Due => None,
    }
}

/// A record is no subject of its own: the note names it.
fn subject(subject: &Subject) -> Option<SubjectSeen> {
    let name = subject.name().into();
    match subject {
        Subject::Visitor(_) => Some(SubjectSeen::Visitor(name)),
        Subject::Rep(_) => Some(SubjectSeen::Rep(name)),
        Subject::Settings => Some(SubjectSeen::Settings),
        Subject::Account(_) => Some(SubjectSeen::Account(name)),
        Subject::List(_) => Some(SubjectSeen::List(name)),
        Subject::Record(_) => None,
    }
}

fn decided(plain: NoteSeen, decision: &Decision) -> NoteSeen {
    let rejected = decision.rejected.iter();
    NoteSeen {
        question: decision.question.word().into(),
        rule: Some(decision.because.id().into()),
        chosen: decision.chosen.as_deref().map(Arc::from),
        rejected: rejected.map(|(what, rule)| (what.as_str().into(), rule.id().into())).collect(),
        withheld: decision.withheld.iter().map(|it| it.as_str().into()).collect(),
        text: decision.because.sentence().into(),
        ..plain
    }
}

fn ast_action(action: Action) -> ast::Action {
    match action {
        Action::Create => ast::Action::Create,
        Action::Update => ast::Action::Update,
        Action::CreateOrUpdate => ast::Action::CreateOrUpdate,
        Action::ManualCreate => ast::Action::ManualCreate,
        Action::ManualSync => ast::Action::ManualSync,
        Action::Campaign => ast::Action::Campaign,
        Action::ConversationEvent => ast::Action::ConversationEvent,
        Action::MeetingEvent => ast::Action::MeetingEvent,
        Action::CreateAccount => ast::Action::CreateAccount,
        Action::PushAccounts => ast::Action::PushAccounts,
        Action::Response => ast::Action::Response,
        Action::Assignment => ast::Action::Assignment,
        Action::AutoConvert => ast::Action::AutoConvert,
        Action::SyncLead => ast::Action::SyncLead,
        Action::CreateTask => ast::Action::CreateTask,
        Action::ConvertLead => ast::Action::ConvertLead,
        Action::CampaignStatus => ast::Action::CampaignStatus,
        Action::Sync(System::Dynamics) => ast::Action::SyncDynamics,
        Action::Sync(System::Administrate) => ast::Action::SyncAdministrate,
        Action::Sync(System::Marketo) => ast::Action::SyncMarketo,
        Action::Sync(System::AccountEngagement) => ast::Action::SyncAccountEngagement,
        Action::MapCheck => ast::Action::MapCheck,
    }
}

fn ast_outcome(outcome: Outcome) -> ast::Outcome {
    match outcome {
        Outcome::Created => ast::Outcome::Created,
        Outcome::Updated => ast::Outcome::Updated,
        Outcome::NoOp => ast::Outcome::NoOp,
        Outcome::Refused => ast::Outcome::Refused,
        Outcome::DeadLettered => ast::Outcome::DeadLettered,
    }
}

fn source_outcome(outcome: SourceOutcome) -> scenarios::SourceOutcome {
    match outcome {
        SourceOutcome::Applied => scenarios::SourceOutcome::Applied,
        SourceOutcome::NoOp => scenarios::SourceOutcome::NoOp,
        SourceOutcome::DeadLetter => scenarios::SourceOutcome::DeadLetter,
    }
}
