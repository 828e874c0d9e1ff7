//! Plays a script: a line an input, with the time at which it happens, and prints what the engine does about it.
//!
//! A call reaches the CRM at once and is answered 20 ms later. `fault` lines say what the next calls get instead.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use engine::{
    Answer, Batching, Booking, CallId, Config, CrmCall, Done, Effect, Engine, Entry, EventId,
    EventKind, Experience, FieldValues, Filter, Input, KnownFrom, KnownOrg, Lost, Mapping,
    MeetingTime, Note, NoteKind, ProfileField, PushAction, PushStep, PushTiming, Rep, Reply,
    RetryPolicy, Save, Settings, SourceEvent, Standard, Step, Subject, TimerId, Timestamp,
    UpdateScope, Value,
};

use super::crm::{Crm, refusal};

const LATENCY_MS: i64 = 20;

/// What a run prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    Calls,
    Settled,
    Decided,
    Sources,
}

/// Acme, with one Experience called `chat` that has these steps.
pub(crate) fn acme(steps: &[&str]) -> Config {
    let rep = |name: &str, user: Option<&str>| Rep {
        name: name.to_owned(),
        connection: user.map(Into::into),
    };
    let lead =
        [("email", "Email"), ("last_name", "LastName"), ("company", "Company"), ("phone", "Phone")];
    let contact = [("phone", "Phone")];
    let pairs = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(from, to)| ((*from).into(), (*to).into())).collect()
    };
    Config {
        org_user: "org".into(),
        integration_user: "org".into(),
        reps: [
            ("dana".into(), rep("Dana Reyes", Some("u_dana"))),
            ("bo".into(), rep("Bo Chen", Some("u_bo"))),
            ("eve".into(), rep("Eve Ito", None)),
        ]
        .into(),
        mapping: Mapping { lead: pairs(&lead), contact: pairs(&contact), ..Mapping::default() },
        campaign_mapping: None,
        signals: None,
        experiences: [(
            "chat".into(),
            Experience { steps: steps.iter().map(|it| step(it)).collect() },
        )]
        .into(),
        settings: Settings::default(),
        retry: RetryPolicy::default(),
        batching: Batching::default(),
        org: KnownOrg {
            required_lead_fields: vec!["LastName".into(), "Company".into()],
            ..KnownOrg::default()
        },
        playback_base: "https://play.example".to_owned(),
        playback_secret: 7,
        neighbours: engine::Neighbours::default(),
        packages: engine::Packages::default(),
        fillers: Vec::new(),
        liaison: None,
    }
}

fn step(text: &str) -> Step {
    let words: Vec<&str> = text.split(' ').collect();
    let push = |action, timing: &str| {
        let timing = if timing == "now" { PushTiming::Now } else { PushTiming::Wait };
        Step::Push(PushStep { to: engine::Destination::Salesforce, action, timing })
    };
    match words.as_slice() {
        ["create", timing] => push(PushAction::Create, timing),
        ["update", timing] => push(PushAction::Update(UpdateScope::AnyMatch), timing),
        ["update_synced", timing] => {
            push(PushAction::Update(UpdateScope::PreviouslySynced), timing)
        }
        ["create_or_update", timing] => {
            push(PushAction::CreateOrUpdate(UpdateScope::AnyMatch), timing)
        }
        ["ask", fields @ ..] => Step::Ask(fields.iter().map(|it| (*it).into()).collect()),
        ["say"] => Step::Say("hello".to_owned()),
        ["route"] => Step::RouteToRep(vec!["dana".into()]),
        ["offer", owner] => Step::OfferMeeting { owner: (*owner).into(), attendees: Vec::new() },
        ["campaign", id] => Step::AddToCampaign(engine::MemberTarget {
            campaign: (*id).into(),
            status: Some("Responded".to_owned()),
            fields: Vec::new(),
        }),
        ["read", field, into] => Step::ReadCrm { field: (*field).into(), into: (*into).into() },
        _ => panic!("no such step: {text}"),
    }
}

#[derive(Debug)]
enum Happening {
    Alarm(TimerId),
    Answer(CallId, Answer),
}

struct Run {
    config: Arc<Config>,
    engine: Engine,
    crm: Crm,
    entries: Vec<Entry>,
    agenda: BTreeMap<(Timestamp, u64), Happening>,
    faults: Vec<(String, String)>,
    now: Timestamp,
    sequence: u64,
    events: u64,
    last: Option<SourceEvent>,
    show: Vec<Show>,
    notes: Vec<Note>,
    out: String,
}

/// What a run left behind.
#[derive(Debug, Default)]
pub(crate) struct Left {
    pub(crate) out: String,
    pub(crate) notes: Vec<Note>,
    pub(crate) leads: Vec<String>,
    pub(crate) events: Vec<String>,
    pub(crate) members: Vec<String>,
    pub(crate) unsettled: usize,
    pub(crate) source_events: u64,
}

/// Plays the script and prints what is shown of it.
pub(crate) fn play(config: Config, script: &str, show: &[Show]) -> String {
    run(config, script, show).out
}

/// Plays the script.
pub(crate) fn run(config: Config, script: &str, show: &[Show]) -> Left {
    let config = Arc::new(config);
    let mut run = Run {
        engine: Engine::new(Arc::clone(&config), Standard),
        config,
        crm: Crm::default(),
        entries: Vec::new(),
        agenda: BTreeMap::new(),
        faults: Vec::new(),
        now: Timestamp(0),
        sequence: 0,
        events: 0,
        last: None,
        show: show.to_vec(),
        notes: Vec::new(),
        out: String::new(),
    };
    for line in script.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let (time, what) = line.split_once(' ').unwrap();
        run.pass(Timestamp(millis(time)));
        run.line(what);
    }
    Left {
        leads: run.crm.list("Lead"),
        events: run.crm.list("Event"),
        members: run.crm.list("CampaignMember"),
        unsettled: run.engine.unsettled(),
        source_events: run.events,
        notes: run.notes,
        out: run.out,
    }
}

impl Run {
    /// Lets everything happen that is due by then.
    fn pass(&mut self, until: Timestamp) {
        while let Some((&(at, sequence), _)) = self.agenda.first_key_value() {
            if at > until {
                break;
            }
            let happening = self.agenda.remove(&(at, sequence)).unwrap();
            self.now = at;
            self.step(match happening {
                Happening::Alarm(timer) => Input::Alarm(timer),
                Happening::Answer(call, answer) => Input::Answer(call, answer),
            });
        }
        self.now = until;
    }

    fn step(&mut self, input: Input) {
        let mut effects = Vec::new();
        self.engine.step(self.now, input, &mut effects);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Store(entry) => {
                    let id = entry.id;
                    self.entries.push(entry);
                    self.step(Input::Stored(id));
                }
                Effect::Timer(timer) => self.schedule(timer.at, Happening::Alarm(timer.id)),
                Effect::Note(note) => {
                    self.print_note(&note);
                    self.notes.push(note);
                }
                Effect::Call { id, call } => self.call(id, call),
                Effect::Say { .. } => {}
            }
        }
    }

    fn schedule(&mut self, at: Timestamp, happening: Happening) {
        assert!(at >= self.now, "nothing is scheduled in the past");
        self.sequence += 1;
        self.agenda.insert((at, self.sequence), happening);
    }

    fn call(&mut self, id: CallId, call: CrmCall) {
        let mut answer = None;
        if let Some(at) = self
            .faults
            .iter()
            .position(|(to, _)| spell(&call).to_lowercase().starts_with(&to.replace('_', " ")))
        {
            let (_, verdict) = self.faults.remove(at);
            answer = Some(self.fault(&call, &verdict));
        }
        let answer = answer.unwrap_or_else(|| self.crm.answer(&call, self.now));
        if self.show.contains(&Show::Calls) {
            let outcome = match &answer.reply {
                Reply::Done(_) => String::new(),
                other => format!(" -> {other:?}"),
            };
            self.print(&format!("{}{}", spell(&call), outcome));
        }
        self.schedule(self.now.plus_ms(LATENCY_MS), Happening::Answer(id, answer));
    }

    fn fault(&mut self, call: &CrmCall, verdict: &str) -> Answer {
        let reply = match verdict {
            "unavailable" => Reply::Unavailable { code: "SERVER_UNAVAILABLE".to_owned() },
            "lost" => Reply::Lost(Lost::Unknown),
            "not_sent" => Reply::Lost(Lost::NotSent),
            "commit_lost" => {
                self.crm.answer(call, self.now);
                Reply::Lost(Lost::Unknown)
            }
            "nameless_duplicate" => {
                Reply::Done(Done::Saved(vec![Err(refusal("DUPLICATES_DETECTED"))]))
            }
            it if it.starts_with("duplicate:") => {
                let mut refused = refusal("DUPLICATES_DETECTED");
                refused.duplicates =
                    vec![("Lead".into(), it.trim_start_matches("duplicate:").into())];
                Reply::Done(Done::Saved(vec![Err(refused)]))
            }
            it if it.starts_with("unreadable:") => {
                let mut refused = refusal("INVALID_FIELD");
                refused.message =
                    format!("No such column '{}' on entity", it.trim_start_matches("unreadable:"));
                Reply::Refused(refused)
            }
            code => match call {
                CrmCall::Save(save) if save.rows.len() == 1 && code != "INVALID_SESSION_ID" => {
                    Reply::Done(Done::Saved(vec![Err(refusal(code))]))
                }
                _ => Reply::Refused(refusal(code)),
            },
        };
        Answer { reply, usage: None, server_time: None, retry_after_ms: None }
    }

    fn line(&mut self, what: &str) {
        let (visitor, what) = match what.split_once(": ") {
            Some((visitor, rest)) => (visitor, rest),
            None => ("pat", what),
        };
        let words: Vec<&str> = what.split(' ').collect();
        match words.as_slice() {
            ["restart"] => self.restart(),
            ["fault", to, verdict] => self.faults.push(((*to).to_owned(), (*verdict).to_owned())),
            ["fault", to, verdict, times] => {
                for _ in 0..times.parse::<usize>().unwrap() {
                    self.faults.push(((*to).to_owned(), (*verdict).to_owned()));
                }
            }
            ["pages_of", rows] => self.crm.page = rows.parse().unwrap(),
            ["bulk_rows", rows] => self.crm.bulk_rows_max = Some(rows.parse().unwrap()),
            ["plant", object, id, fields @ ..] => {
                self.crm.plant(object, id, values(fields), self.now);
            }
            ["set", id, fields @ ..] => self.crm.set(id, values(fields)),
            ["list", object] => {
                for line in self.crm.list(object) {
                    self.print(&line);
                }
            }
            ["view"] => {
                let view = self.engine.rep_view(&visitor.into()).unwrap().fields;
                let text: Vec<String> =
                    view.iter().map(|(name, value)| format!("{name}={value}")).collect();
                self.print(&text.join(" "));
            }
            ["redeliver"] => {
                let event = self.last.clone().unwrap();
                self.step(Input::Event(event));
            }
            ["unsettled"] => self.print(&format!("unsettled {}", self.engine.unsettled())),
            words => {
                let kind = event(words);
                self.events += 1;
                let event = SourceEvent {
                    id: EventId(self.events),
                    at: self.now,
                    subject: Subject::Visitor(visitor.into()),
                    kind,
                };
                self.last = Some(event.clone());
                self.step(Input::Event(event));
            }
        }
    }

    /// Loses everything but what was stored.
    fn restart(&mut self) {
        self.agenda.clear();
        let mut effects = Vec::new();
        let config = Arc::clone(&self.config);
        self.engine = Engine::recover(config, Standard, &self.entries, self.now, &mut effects);
        self.print("restarted");
        self.carry_out(effects);
    }

    fn print(&mut self, text: &str) {
        let (seconds, ms) = (self.now.0 / 1000, self.now.0 % 1000);
        writeln!(self.out, "{seconds}.{ms:03} {text}").unwrap();
    }

    fn print_note(&mut self, note: &Note) {
        let intent = note.intent.map(|it| format!("#{} ", it.0)).unwrap_or_default();
        match &note.kind {
            NoteKind::Settled(settled) if self.show.contains(&Show::Settled) => {
                let record = settled.record.as_ref().map(|it| format!(" {it}")).unwrap_or_default();
                let owner =
                    settled.owner.as_ref().map(|it| format!(" owner {it}")).unwrap_or_default();
                self.print(&format!(
                    "{intent}{:?} {}{record}{owner}",
                    settled.outcome, settled.because
                ));
            }
            NoteKind::Decided(decision) if self.show.contains(&Show::Decided) => {
                let chosen =
                    decision.chosen.as_ref().map(|it| format!(" {it}")).unwrap_or_default();
                self.print(&format!(
                    "{intent}{} {}{chosen}",
                    decision.question.word(),
                    decision.because
                ));
            }
            NoteKind::Opened { action, .. } if self.show.contains(&Show::Settled) => {
                self.print(&format!("{intent}opened {}", action.word()));
            }
            NoteKind::SourceSettled { event, outcome, because }
                if self.show.contains(&Show::Sources) =>
            {
                self.print(&format!("event {} {outcome:?} {because}", event.0));
            }
            NoteKind::Alert { because, text } if self.show.contains(&Show::Decided) => {
                self.print(&format!("{intent}alert {because}: {text}"));
            }
            _ => {}
        }
    }
}

fn event(words: &[&str]) -> EventKind {
    let typed = |pairs: &[&str]| -> Vec<(ProfileField, String)> {
        pairs
            .iter()
            .map(|it| it.split_once('=').unwrap())
            .map(|(name, value)| (name.into(), value.to_owned()))
            .collect()
    };
    match words {
        ["land"] => {
            EventKind::Landed { page: "/".to_owned(), device: "laptop".into(), known: None }
        }
        ["land", email] => EventKind::Landed {
            page: "/".to_owned(),
            device: "laptop".into(),
            known: Some(((*email).to_owned(), KnownFrom::Cookie)),
        },
        ["start"] => EventKind::Started("chat".into()),
        ["enter", pairs @ ..] => EventKind::Entered(typed(pairs)),
        ["say"] => EventKind::Said("hi".to_owned()),
        ["leave"] => EventKind::LeftSite,
        ["return"] => EventKind::ReturnedToSite { page: None },
        ["decline"] => EventKind::MeetingDeclined,
        ["chat", rep] => EventKind::RepJoined((*rep).into()),
        ["reply"] => EventKind::RepReplied("well".to_owned()),
        ["end_chat"] => EventKind::ChatEnded,
        ["transfer", rep] => EventKind::Transferred((*rep).into()),
        ["pounce", rep] => EventKind::Pounced((*rep).into()),
        ["edit", rep, pairs @ ..] => EventKind::RepEdited((*rep).into(), typed(pairs)),
        ["create", rep] => EventKind::RepCreatesLead((*rep).into()),
        ["sync", rep] => EventKind::RepSyncsFields((*rep).into()),
        ["book", rep] => EventKind::MeetingBooked(Booking {
            with: (*rep).into(),
            picked_by: None,
            attendees: Vec::new(),
            starts: MeetingTime::Instant(Timestamp(86_400_000)),
            minutes: 30,
        }),
        _ => panic!("no such line: {words:?}"),
    }
}

fn values(pairs: &[&str]) -> FieldValues {
    let value = |text: &str| match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text => Value::from(text),
    };
    pairs
        .iter()
        .map(|it| it.split_once('=').unwrap())
        .map(|(name, text)| (name.into(), value(text)))
        .collect()
}

/// Field values without the stamps, in order.
pub(crate) fn fields(fields: &FieldValues) -> String {
    let stamps =
        ["CreatedDate", "LastModifiedDate", "SystemModstamp", "CreatedById", "Description"];
    let shown = fields.iter().filter(|(name, _)| !stamps.contains(&name.as_str()));
    let shown: Vec<String> =
        shown.map(|(name, value)| format!("{name}={}", value.text().unwrap_or_default())).collect();
    shown.join(" ")
}

/// The call in a line.
fn spell(call: &CrmCall) -> String {
    match call {
        CrmCall::Login => "login".to_owned(),
        CrmCall::Find(find) => format!("find {} {}", find.object, filter(&find.filter)),
        CrmCall::More { locator } => format!("more {locator}"),
        CrmCall::Beside { system, call } => format!("{} {}", system.word(), spell(call)),
        CrmCall::Save(save) => save_line(save),
        CrmCall::Composite(parts) => {
            format!("composite[{}]", parts.iter().map(spell).collect::<Vec<_>>().join(" | "))
        }
        CrmCall::Bulk(call) => {
            let text = format!("bulk {call:?}");
            text.split(['{', '(']).next().unwrap().trim().to_owned()
        }
        other @ (CrmCall::Convert(_) | CrmCall::Describe(_)) => format!("{other:?}"),
    }
}

fn save_line(save: &Save) -> String {
    let verb = format!("{:?}", save.operation).to_lowercase();
    let rows = save.rows.iter().map(|row| {
        let id = row.id.as_ref().map(|it| format!("{it} ")).unwrap_or_default();
        format!("{id}{}", fields(&row.fields))
    });
    format!("{verb} {} {}", save.object, rows.collect::<Vec<_>>().join("; "))
}

fn filter(it: &Filter) -> String {
    match it {
        Filter::OneOf(field, values) => {
            let values = values.iter().map(|it| it.text().unwrap_or_default().into_owned());
            format!("{field}={}", values.collect::<Vec<_>>().join(","))
        }
        Filter::Contains(field, part) => format!("{field}~{part}"),
        Filter::Above(field, value) => format!("{field}>{}", value.text().unwrap_or_default()),
        Filter::UpTo(field, value) => format!("{field}<={}", value.text().unwrap_or_default()),
        Filter::All(all) => all.iter().map(filter).collect::<Vec<_>>().join(" and "),
        Filter::Any(any) => any.iter().map(filter).collect::<Vec<_>>().join(" or "),
    }
}

fn millis(time: &str) -> i64 {
    let (number, unit) = time.split_at(time.find(|it: char| it.is_alphabetic()).unwrap());
    let number: i64 = number.parse().unwrap();
    match unit {
        "ms" => number,
        "s" => number * 1000,
        "m" => number * 60_000,
        "h" => number * 3_600_000,
        _ => panic!("no such unit: {unit}"),
    }
}
