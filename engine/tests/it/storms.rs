//! Whatever visitors, reps, the network and crashes do in whatever order: nothing is lost, nothing is done twice, and the
//! engine comes to rest (INV-01, INV-03, INV-08, INV-14).

use std::{collections::BTreeMap, fmt::Write as _};

use engine::{Action, Batching, EventId, IntentId, NoteKind, Outcome, Strategy};
use proptest::prelude::*;

use super::script::{Left, acme, run};

const STEPS: &[&str] = &[
    "create wait",
    "update wait",
    "ask email",
    "create now",
    "campaign C1",
    "offer bo",
    "ask last_name company",
    "create_or_update now",
    "read Phone crm_phone",
    "route",
    "update_synced now",
    "say",
];

const LINES: &[&str] = &[
    "land",
    "land lee@x.example",
    "start",
    "enter email=lee@x.example",
    "enter email=Lee@X.example last_name=Lee company=X",
    "enter email=kim@x.example last_name=Kim company=Y phone=1",
    "enter phone=2",
    "enter last_name=Lee company=X",
    "say",
    "leave",
    "return",
    "chat dana",
    "chat eve",
    "reply",
    "end_chat",
    "transfer bo",
    "pounce bo",
    "edit dana phone=3",
    "create dana",
    "sync dana",
    "book dana",
    "decline",
    "restart",
    "fault create commit_lost",
    "fault create lost",
    "fault create unavailable 2",
    "fault update commit_lost",
    "fault find unavailable 3",
    "fault find lost 2",
    "fault find INVALID_SESSION_ID 2",
    "fault create INVALID_SESSION_ID",
    "fault login unavailable",
    "fault create UNABLE_TO_LOCK_ROW",
    "fault create INACTIVE_OWNER_OR_USER",
    "fault create FIELD_CUSTOM_VALIDATION_EXCEPTION",
    "fault find REQUEST_LIMIT_EXCEEDED 3",
    "fault bulk commit_lost",
    "fault bulk unavailable",
    "fault composite lost",
];

fn strategies() -> impl proptest::strategy::Strategy<Value = (Strategy, i64)> {
    use proptest::sample::select;
    let kinds = vec![Strategy::Single, Strategy::Composite, Strategy::Collections, Strategy::Bulk];
    (select(kinds), select(vec![0, 3_000]))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_comes_to_rest_and_every_promise_is_kept_once(
        steps in prop::collection::vec(prop::sample::select(STEPS), 0..6),
        lines in prop::collection::vec((0_i64..90_000, 0_usize..2, prop::sample::select(LINES)), 1..25),
        (strategy, max_wait_ms) in strategies(),
    ) {
        let mut config = acme(&steps);
        config.batching = Batching { strategy, max_records: 200, all_or_none: false, max_wait_ms };
        let mut script = String::new();
        let mut at = 0;
        for (pause, visitor, line) in &lines {
            at += match pause % 4 { 0 => 0, 1 => pause % 100, _ => *pause };
            let who = ["pat", "sam"][*visitor];
            let is_event = !line.starts_with("fault") && *line != "restart";
            let who = if is_event { format!("{who}: ") } else { String::new() };
            writeln!(script, "{at}ms {who}{line}").unwrap();
        }
        script.push_str("48h unsettled\n");
        let left = run(config, &script, &[]);
        if let Err(why) = promises(&left) {
            prop_assert!(false, "{why}\nsteps {steps:?} {strategy:?} {max_wait_ms}\n{script}");
        }
    }
}

fn promises(left: &Left) -> Result<(), String> {
    if left.unsettled > 0 {
        return Err(format!("{} intents are unsettled", left.unsettled));
    }
    let mut intents: BTreeMap<IntentId, (u32, u32)> = BTreeMap::new();
    let mut sources: BTreeMap<EventId, u32> = BTreeMap::new();
    for note in &left.notes {
        match (&note.kind, note.intent) {
            (NoteKind::Opened { .. }, Some(id)) => intents.entry(id).or_default().0 += 1,
            (NoteKind::Settled(_), Some(id)) => intents.entry(id).or_default().1 += 1,
            (NoteKind::SourceSettled { event, .. }, _) => *sources.entry(*event).or_default() += 1,
            _ => {}
        }
    }
    if let Some((id, (opened, settled))) = intents.iter().find(|(_, it)| **it != (1, 1)) {
        return Err(format!(
            "intent {} was opened {opened} times and settled {settled} times",
            id.0
        ));
    }
    if sources.len() as u64 != left.source_events || sources.values().any(|it| *it != 1) {
        return Err(format!(
            "of {} source events these were settled: {sources:?}",
            left.source_events
        ));
    }
    is_unique("lead", &left.leads, "Email=")?;
    is_unique("member", &left.members, "LeadId=")?;
    let events = [Action::ConversationEvent, Action::MeetingEvent];
    is_accounted_for(left, "events", left.events.len(), &events)?;
    is_accounted_for(left, "members", left.members.len(), &[Action::Campaign])?;
    let creates = [Action::Create, Action::CreateOrUpdate, Action::ManualCreate];
    is_accounted_for(left, "leads", left.leads.len(), &creates)
}

/// How many intents for these actions ended so.
fn ended(left: &Left, actions: &[Action], outcome: Outcome) -> usize {
    let mut wanted = BTreeMap::new();
    for note in &left.notes {
        if let (NoteKind::Opened { action, .. }, Some(id)) = (&note.kind, note.intent) {
            wanted.insert(id, *action);
        }
    }
    let settled = left.notes.iter().filter(|it| {
        let is_wanted =
            it.intent.and_then(|id| wanted.get(&id)).is_some_and(|it| actions.contains(it));
        is_wanted && matches!(&it.kind, NoteKind::Settled(it) if it.outcome == outcome)
    });
    settled.count()
}

/// Every record was made by an intent that says so, or by one whose read-back never got an answer.
fn is_accounted_for(
    left: &Left,
    what: &str,
    records: usize,
    actions: &[Action],
) -> Result<(), String> {
    let created = ended(left, actions, Outcome::Created);
    let dead = ended(left, actions, Outcome::DeadLettered);
    if (created..=created + dead).contains(&records) {
        return Ok(());
    }
    Err(format!("the CRM holds {records} {what}, the engine created {created}"))
}

/// No two records share the value of this field.
fn is_unique(what: &str, records: &[String], field: &str) -> Result<(), String> {
    let mut seen = BTreeMap::new();
    for record in records {
        let Some(value) = record.split(' ').find(|it| it.starts_with(field)) else { continue };
        if let Some(other) = seen.insert(value.to_owned(), record) {
            return Err(format!("{what} twice: {other} / {record}"));
        }
    }
    Ok(())
}
