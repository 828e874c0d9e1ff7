//! A line of the timeline in words, for a person who reads the journal.

use reports::model::Lane;
use scenarios::{
    Text,
    ast::{FaultVerdict, Fields, MessengerVerb, RecordRef, SchemaChange, SignalsVerb, Verb},
    time::format_offset,
};

/// What a line of the timeline says: its lane, its kind, whose visit it is about, and a sentence.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Narrated<'s> {
    pub(crate) lane: Lane,
    pub(crate) kind: &'static str,
    pub(crate) visitor: Option<&'s str>,
    pub(crate) text: String,
}

/// Tells what a line says.
pub(crate) fn narrate(verb: &Verb) -> Narrated<'_> {
    visitor_line(verb)
        .or_else(|| rep_line(verb))
        .or_else(|| messenger_line(verb))
        .unwrap_or_else(|| admin_line(verb))
}

fn visitor_line(verb: &Verb) -> Option<Narrated<'_>> {
    let (visitor, text) = match verb {
        Verb::Land(land) => {
            let page = land.page.as_deref().unwrap_or("/");
            let known = land.identified_by.as_ref();
            let known = known.map(|email| format!(", known as {email}")).unwrap_or_default();
            (&land.visitor, format!("lands on {page}{known}"))
        }
        Verb::Start { visitor, experience } => (visitor, format!("starts {experience}")),
        Verb::Enter { visitor, fields } => (visitor, format!("enters {}", listed(fields))),
        Verb::Enrich(enrich) => {
            let (vendor, level) = (&enrich.vendor, &enrich.level);
            let told = listed(&enrich.fields);
            (&enrich.visitor, format!("is enriched by {vendor}, {level}: {told}"))
        }
        Verb::Say { visitor, text } => (visitor, format!("says \"{text}\"")),
        Verb::Browse { visitor, page } => (visitor, format!("goes to {page}")),
        Verb::DeclineMeeting { visitor } => (visitor, "declines the meeting".to_owned()),
        Verb::Leave { visitor } => (visitor, "leaves".to_owned()),
        Verb::Return { visitor, page } => {
            let page = page.as_ref().map(|page| format!(" to {page}")).unwrap_or_default();
            (visitor, format!("returns{page}"))
        }
        Verb::CancelMeeting { visitor } => (visitor, "cancels the meeting".to_owned()),
        Verb::MoveMeeting { visitor, .. } => (visitor, "moves the meeting".to_owned()),
        Verb::BookMeeting(book) => {
            let with = book.with.as_ref().map(|rep| format!(" with {rep}")).unwrap_or_default();
            (&book.visitor, format!("books a meeting{with}"))
        }
        _ => return None,
    };
    let text = format!("{visitor} {text}");
    Some(Narrated { lane: Lane::Visitor, kind: "event", visitor: Some(visitor), text })
}

fn rep_line(verb: &Verb) -> Option<Narrated<'_>> {
    let (visitor, text) = match verb {
        Verb::Chat { visitor, with } => (Some(visitor), format!("{with} chats with {visitor}")),
        Verb::Reply { visitor, text } => {
            (Some(visitor), format!("the rep writes \"{text}\" to {visitor}"))
        }
        Verb::EndChat { visitor } => {
            (Some(visitor), format!("the rep ends the chat with {visitor}"))
        }
        Verb::Transfer { visitor, to } => {
            (Some(visitor), format!("the conversation with {visitor} goes to {to}"))
        }
        Verb::Pounce { visitor, by } => (Some(visitor), format!("{by} pounces on {visitor}")),
        Verb::Edit { visitor, by, fields } => {
            (Some(visitor), format!("{by} edits {visitor}: {}", listed(fields)))
        }
        Verb::CreateLead { visitor, by } => {
            (Some(visitor), format!("{by} clicks \"Create Lead in Salesforce\" for {visitor}"))
        }
        Verb::SyncFields { visitor, by } => {
            (Some(visitor), format!("{by} clicks \"Sync field(s) to Contact\" for {visitor}"))
        }
        Verb::EnterWorkflow { visitor, workflow, .. } => {
            (Some(visitor), format!("{visitor} enters the workflow {workflow}"))
        }
        Verb::AddTaskTemplate { task, .. } => (None, format!("the settings get the task {task}")),
        Verb::LinkUser { user, crm_user: Some(crm_user) } => {
            (None, format!("{user} is linked as {crm_user}"))
        }
        Verb::LinkUser { user, crm_user: None } => (None, format!("{user} is linked no more")),
        Verb::RemoveWorkflow { workflow } => {
            (None, format!("the settings lose the workflow {workflow}"))
        }
        Verb::Connect { rep, user } => (None, format!("{rep} connects as {user}")),
        Verb::Disconnect { rep } => (None, format!("{rep} disconnects")),
        Verb::Signals(verb) => (None, signals_line(verb)),
        _ => return None,
    };
    let visitor = visitor.map(|visitor: &Text| &*visitor.text);
    Some(Narrated { lane: Lane::Rep, kind: "event", visitor, text })
}

fn signals_line(verb: &SignalsVerb) -> String {
    match verb {
        SignalsVerb::OpenList { list, by } => format!("{by} opens the account list {list}"),
        SignalsVerb::PushAccounts { list, by, confirmed } => {
            let answer = if *confirmed { "confirms with \"Yes\"" } else { "does not confirm" };
            format!("{by} clicks \"Push to Salesforce\" on {list} and {answer}")
        }
        SignalsVerb::OpenAccount { account, by } => {
            format!("{by} opens the Account 360 of {account}")
        }
        SignalsVerb::CreateAccount { account, by } => {
            format!("{by} clicks \"Create in Salesforce\" for {account}")
        }
        SignalsVerb::RetryAccount { account, by } => format!("{by} clicks \"Retry\" for {account}"),
        SignalsVerb::EditAccount { account, by, fields } => {
            format!("{by} edits {account}: {}", listed(fields))
        }
    }
}

/// A line of the messenger; only a block is an event that the engine hears.
fn messenger_line(verb: &Verb) -> Option<Narrated<'_>> {
    let Verb::Messenger(verb) = verb else { return None };
    let visitor = verb.visitor().map(|it| &*it.text);
    let by = verb.by().map(|it| &*it.text);
    let is_visitor = matches!(by, None | Some("visitor"));
    let lane = if is_visitor { Lane::Visitor } else { Lane::Rep };
    let kind = if matches!(verb, MessengerVerb::Block { .. }) { "event" } else { "messenger" };
    let who = by.filter(|_| !is_visitor).or(visitor).unwrap_or_default();
    let text = format!("{who} {}", deed(verb));
    Some(Narrated { lane, kind, visitor, text })
}

/// What is done in the messenger, in words.
fn deed(verb: &MessengerVerb) -> String {
    match verb {
        MessengerVerb::Presence { available: true, .. } => "becomes available".to_owned(),
        MessengerVerb::Presence { .. } => "is no longer available".to_owned(),
        MessengerVerb::SetVoiceVideo { on, .. } => {
            format!("{} voice and video", if *on { "allows" } else { "does not allow" })
        }
        MessengerVerb::OpenPage { page, .. } => format!("opens {page}"),
        MessengerVerb::SwitchMedia { microphone, camera, .. } => {
            let media = [("microphone", microphone), ("camera", camera)];
            let told = media.iter().filter_map(|(name, on)| {
                on.map(|on| format!("{name} {}", if on { "on" } else { "off" }))
            });
            format!("switches {}", told.collect::<Vec<_>>().join(", "))
        }
        MessengerVerb::AnswerPrompt { granted, .. } => {
            format!("{} the devices", if *granted { "permits" } else { "does not permit" })
        }
        MessengerVerb::ChooseDevices { .. } => "chooses devices".to_owned(),
        MessengerVerb::AllowVisitor { video, visitor, .. } => {
            format!("allows audio{} of {visitor}", if *video { " and video" } else { "" })
        }
        MessengerVerb::DeclineCall { .. } => "declines the call".to_owned(),
        MessengerVerb::EndCall { .. } => "clicks End".to_owned(),
        MessengerVerb::Network { lost: true, .. } => "loses the network".to_owned(),
        MessengerVerb::Network { .. } => "has the network again".to_owned(),
        MessengerVerb::FullScreen { .. } => "clicks the arrows of the video".to_owned(),
        MessengerVerb::Type { text, .. } => format!("types \"{text}\" and does not send it"),
        MessengerVerb::Block { visitor, .. } => format!("blocks and reports {visitor}"),
        MessengerVerb::MergeVisitors { into, .. } => format!("is the same person as {into}"),
    }
}

fn admin_line(verb: &Verb) -> Narrated<'_> {
    let mut kind = "admin";
    let text = match verb {
        Verb::Create { object, key, fields, by } => {
            let key = key.as_ref().map(|key| format!(" {key}")).unwrap_or_default();
            format!("{} creates {object}{key}: {}", who(by.as_ref()), listed(fields))
        }
        Verb::Update { record, fields, by } => {
            format!("{} updates {}: {}", who(by.as_ref()), named(record), listed(fields))
        }
        Verb::Delete { record, by } => format!("{} deletes {}", who(by.as_ref()), named(record)),
        Verb::Undelete { record, by } => {
            format!("{} undeletes {}", who(by.as_ref()), named(record))
        }
        Verb::Convert(convert) => {
            format!("{} converts {}", who(convert.by.as_ref()), named(&convert.record))
        }
        Verb::Merge { into, from, by } => {
            let losers: Vec<String> = from.iter().map(named).collect();
            format!("{} merges {} into {}", who(by.as_ref()), losers.join(", "), named(into))
        }
        Verb::Deactivate { user } => format!("{user} is deactivated"),
        Verb::Activate { user } => format!("{user} is activated"),
        Verb::ChangeSchema { object, change } => format!("{object}: {}", schema_change(change)),
        Verb::ChangePermission(change) => {
            format!("the rights of {} on {} change", change.user, change.object)
        }
        Verb::RestartEngine => {
            kind = "restart";
            "the engine restarts: what it had in memory is lost, what it had stored is kept"
                .to_owned()
        }
        Verb::Fault(fault) => {
            kind = "fault";
            let lasts =
                fault.lasts.map(|ms| format!(" for {}", format_offset(ms))).unwrap_or_default();
            let times = fault.times.map(|times| format!(", {times} times")).unwrap_or_default();
            format!("fault {} begins{lasts}{times}: {}", fault.id, verdict(&fault.verdict))
        }
        _ => String::new(),
    };
    Narrated { lane: Lane::Admin, kind, visitor: None, text }
}

fn schema_change(change: &SchemaChange) -> String {
    match change {
        SchemaChange::AddField(field) => format!("field {} is added", field.name),
        SchemaChange::RemoveField(field) => format!("field {field} is removed"),
        SchemaChange::Require(field) => format!("field {field} becomes required"),
        SchemaChange::Unrequire(field) => format!("field {field} is no longer required"),
        SchemaChange::ActivateRule(rule) => format!("rule {rule} is activated"),
        SchemaChange::DeactivateRule(rule) => format!("rule {rule} is deactivated"),
        SchemaChange::AddConvertedStatus(name) => {
            format!("leads can be converted with the status {name}")
        }
        SchemaChange::RemoveConvertedStatus(name) => {
            format!("leads can no longer be converted with the status {name}")
        }
        SchemaChange::AddValidationRule(rule) => format!("validation rule {} is added", rule.name),
    }
}

fn verdict(verdict: &FaultVerdict) -> String {
    match verdict {
        FaultVerdict::Answer(answer) => format!("calls are answered {}", answer.status),
        FaultVerdict::CommitThenLose => "calls are carried out and their answers lost".to_owned(),
        FaultVerdict::Reset => "connections break before calls arrive".to_owned(),
        FaultVerdict::Truncate(bytes) => format!("answers end after {bytes} bytes"),
        FaultVerdict::Slow(ms) => format!("answers come {} later", format_offset(*ms)),
        FaultVerdict::LinkDown(reason) => format!("the link to Salesforce is down: {reason}"),
        FaultVerdict::LinkSlow(ms) => {
            format!("the link to Salesforce is {} slower", format_offset(*ms))
        }
        FaultVerdict::Named(named) => crate::faults::sentence(&named.kind).to_owned(),
    }
}

fn who(by: Option<&Text>) -> &str {
    by.map_or("an administrator", |by| by)
}

fn named(record: &RecordRef) -> String {
    match record {
        RecordRef::Name(name) => name.to_string(),
        RecordRef::Where { object, fields } => format!("the {object} with {}", listed(fields)),
    }
}

fn listed(fields: &Fields) -> String {
    let pairs: Vec<String> =
        fields.iter().map(|(field, value)| format!("{field}: {value}")).collect();
    pairs.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_as_a_sentence() {
        let verb = Verb::Enter {
            visitor: Text::from("pat"),
            fields: vec![(Text::from("email"), Text::from("pat@x.example"))],
        };
        let narrated = narrate(&verb);
        assert_eq!(narrated.text, "pat enters email: pat@x.example");
        assert_eq!((narrated.lane, narrated.visitor), (Lane::Visitor, Some("pat")));
        assert_eq!(narrate(&Verb::RestartEngine).kind, "restart");
    }
}
