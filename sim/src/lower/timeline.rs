//! `timeline:` of a scenario → what the agenda holds: source events for the engine, and lines that the world carries out.

use std::collections::BTreeMap;

use engine::{
    Booking, Confidence, DeviceId, EventId, EventKind, KnownFrom, MeetingTime, ProfileField, RepId,
    SourceEvent, Subject, Timestamp, UserId, Vendor, VendorGuess,
};
use scenarios::{
    Text,
    ast::{
        BookMeeting, Enrich, Fields, IdentitySource, Land, MeetingStart, MessengerVerb, Scenario,
        StepKind, Verb,
    },
};

use super::{Names, Problems, names::NameKind, signals::signals_event};

/// Milliseconds in a minute.
const MINUTE_MS: i64 = 60_000;

/// One line of the timeline, lowered. Its place in the list is its place in the scenario.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Somebody on the website or in the chat product did something: the engine hears of it.
    Event(SourceEvent),
    /// The world carries out the line itself: admin verbs, faults, a restart.
    World,
}

/// The lines of a scenario, each with its time in ms since the epoch.
pub(crate) fn acts(scenario: &Scenario, names: &Names, problems: &mut Problems) -> Vec<(i64, Act)> {
    let owner_fields = owner_fields(scenario);
    let mut lowering =
        Lowering { scenario, names, problems, owner_fields, chatting: BTreeMap::new() };
    let starts = scenario.clock.starts;
    let lines = scenario.timeline.iter().enumerate();
    lines
        .map(|(index, line)| {
            let at = starts.saturating_add(line.at);
            let act = match lowering.event(&line.verb) {
                None => Act::World,
                Some((subject, kind)) => Act::Event(SourceEvent {
                    id: EventId(index as u64 + 1),
                    at: Timestamp(at),
                    subject,
                    kind,
                }),
            };
            (at, act)
        })
        .collect()
}

struct Lowering<'a> {
    scenario: &'a Scenario,
    names: &'a Names,
    problems: &'a mut Problems,
    /// Visitor fields that are mapped to an owner: their values are names of users and queues.
    owner_fields: Vec<&'a str>,
    /// Who chats with whom: the default for who picks a meeting's owner.
    chatting: BTreeMap<&'a str, &'a Text>,
}

impl<'a> Lowering<'a> {
    /// Whose event, and which; nothing for a line that the world carries out.
    fn event(&mut self, verb: &'a Verb) -> Option<(Subject, EventKind)> {
        self.follow_chat(verb);
        match verb {
            Verb::Connect { rep: who, user } => {
                Some((Subject::Rep(rep(who)), EventKind::RepConnected(self.user(user))))
            }
            Verb::Disconnect { rep: who } => {
                Some((Subject::Rep(rep(who)), EventKind::RepDisconnected))
            }
            Verb::AddTaskTemplate { task, fields } => {
                let template = super::liaison::task(fields);
                let kind = EventKind::TaskTemplateAdded((&*task.text).into(), template);
                Some((Subject::Settings, kind))
            }
            Verb::LinkUser { user: product, crm_user } => {
                let crm_user = crm_user.as_ref().map(|user| self.user(user));
                let kind = EventKind::UserLinked((&*product.text).into(), crm_user);
                Some((Subject::Settings, kind))
            }
            Verb::RemoveWorkflow { workflow } => {
                Some((Subject::Settings, EventKind::WorkflowRemoved((&*workflow.text).into())))
            }
            Verb::Signals(verb) => Some(signals_event(verb)),
            verb => {
                let (visitor, kind) = self.visit(verb)?;
                Some((Subject::Visitor(visitor.into()), kind))
            }
        }
    }

    /// The visitor, and what happened in the visit.
    fn visit(&mut self, verb: &'a Verb) -> Option<(&'a str, EventKind)> {
        match verb {
            Verb::Land(land) => Some((&land.visitor, landed(land))),
            Verb::Start { visitor, experience } => {
                Some((visitor, EventKind::Started((&*experience.text).into())))
            }
            Verb::Enter { visitor, fields } => {
                Some((visitor, EventKind::Entered(self.profile(fields))))
            }
            Verb::Enrich(enrich) => Some((&enrich.visitor, self.enriched(enrich)?)),
            Verb::Say { visitor, text } => Some((visitor, EventKind::Said(text.to_string()))),
            Verb::Browse { visitor, page } => Some((visitor, EventKind::Browsed(page.to_string()))),
            Verb::DeclineMeeting { visitor } => Some((visitor, EventKind::MeetingDeclined)),
            Verb::Leave { visitor } => Some((visitor, EventKind::LeftSite)),
            Verb::Return { visitor, page } => {
                let page = page.as_ref().map(ToString::to_string);
                Some((visitor, EventKind::ReturnedToSite { page }))
            }
            Verb::Messenger(MessengerVerb::Block { visitor, by }) => {
                Some((visitor, EventKind::Blocked(rep(by))))
            }
            _ => self.rep_event(verb),
        }
    }

    fn enriched(&self, enrich: &Enrich) -> Option<EventKind> {
        Some(EventKind::Enriched(VendorGuess {
            vendor: Vendor::from_word(&enrich.vendor)?,
            confidence: Confidence::from_word(&enrich.level)?,
            values: self.profile(&enrich.fields),
        }))
    }

    fn rep_event(&mut self, verb: &'a Verb) -> Option<(&'a str, EventKind)> {
        match verb {
            Verb::Chat { visitor, with } => Some((visitor, EventKind::RepJoined(rep(with)))),
            Verb::Reply { visitor, text } => {
                Some((visitor, EventKind::RepReplied(text.to_string())))
            }
            Verb::EndChat { visitor } => Some((visitor, EventKind::ChatEnded)),
            Verb::Transfer { visitor, to } => Some((visitor, EventKind::Transferred(rep(to)))),
            Verb::Pounce { visitor, by } => Some((visitor, EventKind::Pounced(rep(by)))),
            Verb::Edit { visitor, by, fields } => {
                Some((visitor, EventKind::RepEdited(rep(by), self.profile(fields))))
            }
            Verb::CreateLead { visitor, by } => Some((visitor, EventKind::RepCreatesLead(rep(by)))),
            Verb::SyncFields { visitor, by } => Some((visitor, EventKind::RepSyncsFields(rep(by)))),
            Verb::BookMeeting(book) => Some((&book.visitor, self.booked(book))),
            Verb::CancelMeeting { visitor } => Some((visitor, EventKind::MeetingCancelled)),
            Verb::MoveMeeting { visitor, starts, length } => {
                let kind = EventKind::MeetingMoved {
                    starts: meeting_time(starts),
                    minutes: length / MINUTE_MS,
                };
                Some((visitor, kind))
            }
            Verb::EnterWorkflow { visitor, workflow, fields } => {
                let workflow = (&*workflow.text).into();
                Some((visitor, EventKind::WorkflowEntered(workflow, self.profile(fields))))
            }
            _ => None,
        }
    }

    /// Keeps track of who chats with whom.
    fn follow_chat(&mut self, verb: &'a Verb) {
        match verb {
            Verb::Chat { visitor, with: rep }
            | Verb::Transfer { visitor, to: rep }
            | Verb::Pounce { visitor, by: rep } => {
                self.chatting.insert(visitor, rep);
            }
            Verb::EndChat { visitor } | Verb::Leave { visitor } => {
                self.chatting.remove(&*visitor.text);
            }
            _ => {}
        }
    }

    fn booked(&mut self, book: &'a BookMeeting) -> EventKind {
        let chatting = self.chatting.get(&*book.visitor.text).copied();
        let picked_by = match &book.by {
            Some(by) if *by == "visitor" => None,
            Some(by) => Some(by),
            None => chatting,
        };
        let with = book.with.as_ref().or(picked_by).or_else(|| self.offering_rep());
        if with.is_none() {
            self.problems.add(
                book.visitor.span,
                "a meeting is booked with nobody",
                "name its owner with `with:`; no rep chats, and no step offers a meeting",
            );
        }
        EventKind::MeetingBooked(Booking {
            with: RepId::from(with.map_or("", |it| &*it.text)),
            picked_by: picked_by.map(rep),
            attendees: book.attendees.iter().map(rep).collect(),
            starts: meeting_time(&book.starts),
            minutes: book.length / MINUTE_MS,
        })
    }

    /// The owner of the first meeting that any Experience offers.
    fn offering_rep(&self) -> Option<&'a Text> {
        let mut steps = self.scenario.engine.experiences.iter().flat_map(|it| &it.steps);
        steps.find_map(|step| match &step.kind {
            StepKind::OfferMeeting { owner, .. } => Some(owner),
            _ => None,
        })
    }

    fn profile(&self, fields: &Fields) -> Vec<(ProfileField, String)> {
        let values = fields.iter().map(|(field, value)| {
            let field = bare(field);
            let owner = self.owner_fields.contains(&field);
            let id = owner.then(|| self.names.find(&[NameKind::User, NameKind::Queue], value));
            let value = id.flatten().map_or_else(|| value.to_string(), |id| id.to_string());
            (ProfileField::from(field), value)
        });
        values.collect()
    }

    fn user(&mut self, name: &Text) -> UserId {
        let Some(id) = self.names.find(&[NameKind::User], name) else {
            self.problems.add(
                name.span,
                format!("there is no user `{name}`"),
                "name a user of `world.users`",
            );
            return UserId::from("");
        };
        UserId::from(id.to_string())
    }
}

fn meeting_time(starts: &MeetingStart) -> MeetingTime {
    match starts {
        MeetingStart::Instant(at) => MeetingTime::Instant(Timestamp(*at)),
        MeetingStart::Local { time, zone } => {
            MeetingTime::Local { civil: time.to_string(), zone: zone.to_string() }
        }
    }
}

fn landed(land: &Land) -> EventKind {
    let known = land.identified_by.as_ref().map(|email| {
        let from = match land.source {
            IdentitySource::Cookie => KnownFrom::Cookie,
            IdentitySource::EarlierVisit => KnownFrom::EarlierVisit,
        };
        (email.to_string(), from)
    });
    let device = land.device.as_ref().unwrap_or(&land.visitor);
    EventKind::Landed {
        page: land.page.as_ref().map_or_else(|| "/".to_owned(), ToString::to_string),
        device: DeviceId::from(&*device.text),
        known,
    }
}

fn rep(name: &Text) -> RepId {
    RepId::from(&*name.text)
}

/// A visitor field without the `visitor.` that it may be written with.
fn bare(field: &str) -> &str {
    field.strip_prefix("visitor.").unwrap_or(field)
}

fn owner_fields(scenario: &Scenario) -> Vec<&str> {
    let pairs = scenario.engine.mapping.iter().flat_map(|object| &object.fields);
    let owners = pairs.filter(|(_, field)| matches!(&*field.text, "OwnerId" | "Owner"));
    owners.map(|(visitor, _)| bare(visitor)).collect()
}
