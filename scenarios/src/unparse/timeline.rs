//! `timeline:` as text.

use super::world::{custom_field, permissions, validation_rule};
use super::yaml::{self, Block, Flow, pairs, text};
use crate::ast::{
    BookMeeting, ChangePermission, Convert, Fault, FaultVerdict, IdentitySource, Land, Line,
    MeetingStart, NamedFault, RecordRef, SchemaChange, Verb,
};
use crate::source::Text;
use crate::time::{format_instant, format_offset};

/// The length that a meeting has when none is written, in milliseconds.
const DEFAULT_MEETING_MS: i64 = 30 * 60 * 1000;

pub(super) fn write(lines: &[Line], out: &mut Block) {
    if lines.is_empty() {
        return;
    }
    out.blank();
    out.open(0, "timeline");
    for line in lines {
        let (word, arguments) = verb(&line.verb);
        out.line(
            1,
            &format!("- {{ at: {}, {word}: {} }}", format_offset(line.at), arguments.finish()),
        );
    }
}

/// The word of a verb.
pub(super) fn word(named: &Verb) -> &'static str {
    verb(named).0
}

fn verb(verb: &Verb) -> (&'static str, Flow) {
    let mut flow = Flow::new();
    let word = match verb {
        Verb::Land(found) => return ("land", land(found)),
        Verb::BookMeeting(found) => return ("book_meeting", book_meeting(found)),
        Verb::CancelMeeting { visitor } => with(&mut flow, visitor, "cancel_meeting", "", None),
        Verb::MoveMeeting { visitor, starts, length } => {
            flow.text("visitor", visitor);
            meeting_time(starts, *length, &mut flow);
            "move_meeting"
        }
        Verb::Start { visitor, experience } => {
            with(&mut flow, visitor, "start", "experience", Some(experience))
        }
        Verb::Say { visitor, text } => with(&mut flow, visitor, "say", "text", Some(text)),
        Verb::Browse { visitor, page } => with(&mut flow, visitor, "browse", "page", Some(page)),
        Verb::DeclineMeeting { visitor } => with(&mut flow, visitor, "decline_meeting", "", None),
        Verb::Leave { visitor } => with(&mut flow, visitor, "leave", "", None),
        Verb::Return { visitor, page } => with(&mut flow, visitor, "return", "page", page.as_ref()),
        Verb::Chat { visitor, with: rep } => with(&mut flow, visitor, "chat", "with", Some(rep)),
        Verb::Reply { visitor, text } => with(&mut flow, visitor, "reply", "text", Some(text)),
        Verb::EndChat { visitor } => with(&mut flow, visitor, "end_chat", "", None),
        Verb::Transfer { visitor, to } => with(&mut flow, visitor, "transfer", "to", Some(to)),
        Verb::Pounce { visitor, by } => with(&mut flow, visitor, "pounce", "by", Some(by)),
        Verb::CreateLead { visitor, by } => with(&mut flow, visitor, "create_lead", "by", Some(by)),
        Verb::SyncFields { visitor, by } => with(&mut flow, visitor, "sync_fields", "by", Some(by)),
        Verb::Enrich(enrich) => {
            super::neighbours::enrich(enrich, &mut flow);
            "enrich"
        }
        Verb::Enter { visitor, fields } => {
            flow.text("visitor", visitor);
            for (name, value) in fields {
                flow.text(name, value);
            }
            "enter"
        }
        Verb::Edit { visitor, by, fields } => {
            flow.text("visitor", visitor);
            flow.text("by", by);
            flow.entry("fields", pairs(fields));
            "edit"
        }
        Verb::Signals(found) => return super::signals::verb(found),
        Verb::Messenger(found) => return super::messenger::verb(found),
        other => return super::liaison::verb(other).unwrap_or_else(|| org_verb(other)),
    };
    (word, flow)
}

fn with(
    flow: &mut Flow,
    visitor: &Text,
    word: &'static str,
    key: &str,
    value: Option<&Text>,
) -> &'static str {
    flow.text("visitor", visitor);
    flow.optional(key, value);
    word
}

fn land(land: &Land) -> Flow {
    let mut flow = Flow::new();
    flow.text("visitor", &land.visitor);
    flow.optional("page", land.page.as_ref());
    flow.optional("identified_by", land.identified_by.as_ref());
    if land.source == IdentitySource::EarlierVisit {
        flow.entry("source", "earlier_visit");
    }
    flow.optional("device", land.device.as_ref());
    flow
}

fn book_meeting(booking: &BookMeeting) -> Flow {
    let mut flow = Flow::new();
    flow.text("visitor", &booking.visitor);
    flow.optional("with", booking.with.as_ref());
    flow.optional("by", booking.by.as_ref());
    meeting_time(&booking.starts, booking.length, &mut flow);
    flow.some("attendees", &booking.attendees);
    flow
}

fn meeting_time(starts: &MeetingStart, length: i64, flow: &mut Flow) {
    match starts {
        MeetingStart::Instant(instant) => flow.entry("starts", format_instant(*instant)),
        MeetingStart::Local { time, zone } => {
            flow.text("starts", time);
            flow.text("zone", zone);
        }
    }
    if length != DEFAULT_MEETING_MS {
        flow.entry("length", format_offset(length));
    }
}

fn org_verb(verb: &Verb) -> (&'static str, Flow) {
    let mut flow = Flow::new();
    let word = match verb {
        Verb::Connect { rep, user } => {
            flow.text("rep", rep);
            flow.text("as", user);
            "connect"
        }
        Verb::Disconnect { rep } => {
            flow.text("rep", rep);
            "disconnect"
        }
        Verb::Create { object, key, fields, by } => {
            flow.text("object", object);
            flow.optional("key", key.as_ref());
            flow.some_pairs("fields", fields);
            flow.optional("by", by.as_ref());
            "create"
        }
        Verb::Update { record, fields, by } => {
            flow.entry("record", reference(record));
            flow.entry("fields", pairs(fields));
            flow.optional("by", by.as_ref());
            "update"
        }
        Verb::Delete { record, by } | Verb::Undelete { record, by } => {
            flow.entry("record", reference(record));
            flow.optional("by", by.as_ref());
            if matches!(verb, Verb::Delete { .. }) { "delete" } else { "undelete" }
        }
        Verb::Convert(found) => return ("convert", convert(found)),
        Verb::Merge { into, from, by } => {
            flow.entry("into", reference(into));
            flow.entry("from", yaml::list(from.iter().map(reference)));
            flow.optional("by", by.as_ref());
            "merge"
        }
        Verb::Deactivate { user } | Verb::Activate { user } => {
            flow.text("user", user);
            if matches!(verb, Verb::Deactivate { .. }) { "deactivate" } else { "activate" }
        }
        Verb::ChangeSchema { object, change } => {
            return ("change_schema", change_schema(object, change));
        }
        Verb::ChangePermission(change) => return ("change_permission", change_permission(change)),
        Verb::Fault(found) => return ("fault", fault(found)),
        _ => "restart_engine",
    };
    (word, flow)
}

fn reference(record: &RecordRef) -> String {
    match record {
        RecordRef::Name(name) => text(name),
        RecordRef::Where { object, fields } => {
            let mut flow = Flow::new();
            flow.text("object", object);
            flow.entry("where", pairs(fields));
            flow.finish()
        }
    }
}

fn convert(convert: &Convert) -> Flow {
    let mut flow = Flow::new();
    flow.entry("record", reference(&convert.record));
    flow.optional("contact_key", convert.contact_key.as_ref());
    for (key, record) in [("account", &convert.account), ("contact", &convert.contact)] {
        if let Some(record) = record {
            flow.entry(key, reference(record));
        }
    }
    flow.optional("owner", convert.owner.as_ref());
    flow.optional("by", convert.by.as_ref());
    flow
}

fn change_schema(object: &Text, change: &SchemaChange) -> Flow {
    let mut flow = Flow::new();
    flow.text("object", object);
    match change {
        SchemaChange::AddField(field) => {
            let mut inner = custom_field(field);
            inner.text("name", &field.name);
            flow.entry("add_field", inner.finish());
        }
        SchemaChange::AddValidationRule(rule) => {
            let mut inner = validation_rule(rule);
            inner.text("name", &rule.name);
            flow.entry("add_validation_rule", inner.finish());
        }
        SchemaChange::AddConvertedStatus(name) => flow.text("add_converted_status", name),
        SchemaChange::RemoveConvertedStatus(name) => flow.text("remove_converted_status", name),
        SchemaChange::RemoveField(name) => flow.text("remove_field", name),
        SchemaChange::Require(name) => flow.text("require", name),
        SchemaChange::Unrequire(name) => flow.text("unrequire", name),
        SchemaChange::ActivateRule(name) => flow.text("activate_rule", name),
        SchemaChange::DeactivateRule(name) => flow.text("deactivate_rule", name),
    }
    flow
}

fn change_permission(change: &ChangePermission) -> Flow {
    let mut flow = Flow::new();
    flow.text("user", &change.user);
    flow.text("object", &change.object);
    for (key, found) in [("allow", &change.allow), ("deny", &change.deny)] {
        if !found.is_empty() {
            flow.entry(key, permissions(found));
        }
    }
    flow.some("hide_fields", &change.hide_fields);
    flow.some("lock_fields", &change.lock_fields);
    flow
}

fn fault(fault: &Fault) -> Flow {
    let mut flow = Flow::new();
    flow.text("id", &fault.id);
    flow.some("operations", &fault.operations);
    flow.optional("object", fault.object.as_ref());
    flow.optional("on", fault.on.as_ref());
    match &fault.verdict {
        FaultVerdict::Answer(answer) => {
            if answer.code.is_none() && answer.message.is_none() && !answer.html {
                flow.entry("answer", answer.status.to_string());
            } else {
                let mut inner = Flow::new();
                inner.entry("status", answer.status.to_string());
                inner.optional("code", answer.code.as_ref());
                inner.optional("message", answer.message.as_ref());
                inner.flag("html", answer.html);
                flow.entry("answer", inner.finish());
            }
        }
        FaultVerdict::CommitThenLose => flow.flag("commit_then_lose", true),
        FaultVerdict::Reset => flow.flag("reset", true),
        FaultVerdict::Truncate(bytes) => flow.entry("truncate", bytes.to_string()),
        FaultVerdict::Slow(delay) => flow.entry("slow", format_offset(*delay)),
        FaultVerdict::Named(named) => named_fault(named, &mut flow),
        FaultVerdict::LinkDown(reason) => flow.text("link_down", reason),
        FaultVerdict::LinkSlow(extra) => flow.entry("link_slow", format_offset(*extra)),
    }
    if let Some(lasts) = fault.lasts {
        flow.entry("for", format_offset(lasts));
    }
    for (key, count) in
        [("times", fault.times), ("skip", Some(fault.skip).filter(|skip| *skip > 0))]
    {
        if let Some(count) = count {
            flow.entry(key, count.to_string());
        }
    }
    flow
}

fn named_fault(named: &NamedFault, flow: &mut Flow) {
    flow.text("kind", &named.kind);
    if !named.rows.is_empty() {
        flow.entry("rows", yaml::list(named.rows.iter().map(ToString::to_string)));
    }
    if let Some(by) = named.by {
        flow.entry("by", format_offset(by));
    }
    for (key, number) in [("bytes", named.bytes), ("used", named.used), ("max", named.max)] {
        if let Some(number) = number {
            flow.entry(key, number.to_string());
        }
    }
    flow.optional("code", named.code.as_ref());
    flow.optional("message", named.message.as_ref());
    flow.optional("host", named.host.as_ref());
}
