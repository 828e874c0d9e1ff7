//! What the engine keeps of a visitor: the profile, who they are, what was found of them, and where they are in an
//! Experience and a conversation.

use std::collections::{BTreeMap, VecDeque};

use crate::{
    ArmedState, DeviceId, EmailKey, EmailSource, EventId, ExperienceId, IntentId, PersonKind,
    Profile, ProfileField, PushAction, PushTiming, RecordId, RepId, Talk, TimerId, Timestamp,
    UserId, VisitorId, display::Display, limits, meeting_updates::Booked,
};

/// A visitor's place in the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Who(usize);

/// A visitor.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) id: VisitorId,
    pub(crate) device: DeviceId,
    pub(crate) profile: Profile,
    pub(crate) email: Option<(EmailKey, EmailSource)>,
    /// When the present visit to the site began: what was typed since is the present person's.
    pub(crate) landed_at: Timestamp,
    /// When the site was closed, unless it is open.
    pub(crate) closed_at: Option<Timestamp>,
    /// When the visitor, a rep or the bot last did something.
    pub(crate) active_at: Timestamp,
    /// When the visitor last came back or wrote.
    pub(crate) present_at: Timestamp,
    /// Whether a call goes on.
    pub(crate) in_call: bool,
    pub(crate) display: Display,
    /// The record that the visitor is, as far as anybody has found out.
    pub(crate) record: Option<Record>,
    pub(crate) entry: Option<Box<Entry>>,
    pub(crate) talk: Option<Box<Conversation>>,
    /// Whom the visitor met, in order.
    pub(crate) met: Vec<Meeting>,
    /// The meetings that the visitor booked, in order.
    pub(crate) booked: Vec<Booked>,
    /// Memberships and meetings that wait for a record.
    pub(crate) waiting: Vec<IntentId>,
    /// Open intents, and those among them that may make a lead.
    pub(crate) intents: u32,
    pub(crate) creates: u32,
    pub(crate) entries: u32,
    pub(crate) talks: u32,
    /// Whether nothing has happened since the visitor was let go of.
    pub(crate) is_tidy: bool,
    /// The next look at whether the visitor left or fell silent.
    pub(crate) look: Option<(TimerId, Timestamp)>,
}

/// A lead or contact that a visitor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) id: RecordId,
    pub(crate) kind: PersonKind,
    pub(crate) owner: Option<UserId>,
    pub(crate) account: Option<RecordId>,
}

/// Whom a visitor met, and in which entry and conversation.
#[derive(Debug, Clone)]
pub(crate) struct Meeting {
    pub(crate) rep: RepId,
    pub(crate) kind: MeetingKind,
    pub(crate) entry: Option<u32>,
    pub(crate) talk: Option<u32>,
}

/// How they met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MeetingKind {
    Chat,
    Booking,
}

/// A visitor's way through an Experience.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) number: u32,
    pub(crate) experience: ExperienceId,
    /// The step that comes next, or that waits.
    pub(crate) step: usize,
    pub(crate) progress: Progress,
    pub(crate) armed: Vec<Armed>,
    /// The event that brought the visitor this far.
    pub(crate) cause: EventId,
}

/// What an entry waits for.
#[derive(Debug, PartialEq)]
pub(crate) enum Progress {
    /// Nothing: the next step can run.
    Ready,
    /// Profile fields.
    Answers(Vec<ProfileField>),
    /// A rep.
    Rep,
    /// A booking, or that the offer is declined; the owner set in the step.
    Booking(RepId),
    /// A now push to be finished.
    Push(IntentId),
    /// A field of the matched record.
    Reading(Box<crate::read_step::ReadStep>),
    /// Nothing more: every step is done.
    Done,
}

/// A push step that was reached.
#[derive(Debug, Clone)]
pub(crate) struct Armed {
    pub(crate) intent: IntentId,
    pub(crate) to: crate::Destination,
    pub(crate) action: PushAction,
    pub(crate) timing: PushTiming,
    pub(crate) state: ArmedState,
}

/// A conversation whose Event is not settled yet.
#[derive(Debug)]
pub(crate) struct Conversation {
    pub(crate) number: u32,
    pub(crate) intent: IntentId,
    pub(crate) state: Talk,
    pub(crate) began: Timestamp,
    pub(crate) last_message: Timestamp,
    /// The rep who holds it now.
    pub(crate) holder: Option<RepId>,
    /// The reps who held it, in order.
    pub(crate) reps: Vec<RepId>,
    /// Meetings booked in it.
    pub(crate) meetings: Vec<IntentId>,
    /// The alarm for its Event.
    pub(crate) due: Option<TimerId>,
}

impl Visitor {
    fn new(id: VisitorId, device: DeviceId, now: Timestamp) -> Self {
        Self {
            id,
            device,
            profile: Profile::default(),
            email: None,
            landed_at: now,
            closed_at: None,
            active_at: now,
            present_at: now,
            in_call: false,
            display: Display::default(),
            record: None,
            entry: None,
            talk: None,
            met: Vec::new(),
            booked: Vec::new(),
            waiting: Vec::new(),
            intents: 0,
            creates: 0,
            entries: 0,
            talks: 0,
            is_tidy: false,
            look: None,
        }
    }

    /// The key of the e-mail address, if there is one.
    pub(crate) fn key(&self) -> Option<&EmailKey> {
        self.email.as_ref().map(|(key, _)| key)
    }

    /// Whom the visitor met in the present entry or conversation.
    pub(crate) fn met_now(&self, kind: MeetingKind) -> impl DoubleEndedIterator<Item = &RepId> {
        let entry = self.entry.as_ref().map(|it| it.number);
        let talk = self.talk.as_ref().map(|it| it.number);
        let counts = move |it: &&Meeting| {
            it.kind == kind
                && ((entry.is_some() && it.entry == entry) || (talk.is_some() && it.talk == talk))
        };
        self.met.iter().filter(counts).map(|it| &it.rep)
    }

    /// The rep who chats with the visitor now.
    pub(crate) fn rep(&self) -> Option<&RepId> {
        self.talk.as_ref().filter(|it| it.state == Talk::Open).and_then(|it| it.holder.as_ref())
    }

    /// When the visitor last came back, wrote, or was in a call.
    pub(crate) fn active_in_talk(&self, now: Timestamp) -> Timestamp {
        let calls_now = self.in_call && self.closed_at.is_none();
        if calls_now { now } else { self.present_at }
    }

    fn is_finished(&self) -> bool {
        self.entry.is_none() && self.talk.is_none() && self.intents == 0
    }
}

/// The visitors, by name.
#[derive(Debug, Default)]
pub(crate) struct Visitors {
    names: BTreeMap<VisitorId, Who>,
    all: Vec<Option<Box<Visitor>>>,
    finished: VecDeque<Who>,
}

impl Visitors {
    /// The visitor's place, if they are known.
    pub(crate) fn find(&self, id: &VisitorId) -> Option<Who> {
        self.names.get(id).copied()
    }

    /// The visitor's place; a new one for somebody new.
    pub(crate) fn welcome(&mut self, id: &VisitorId, device: &DeviceId, now: Timestamp) -> Who {
        if let Some(who) = self.find(id) {
            return who;
        }
        let who = Who(self.all.len());
        self.all.push(Some(Box::new(Visitor::new(id.clone(), device.clone(), now))));
        self.names.insert(id.clone(), who);
        who
    }

    /// The visitor.
    pub(crate) fn get(&self, who: Who) -> Option<&Visitor> {
        self.all.get(who.0).and_then(|it| it.as_deref())
    }

    /// The visitor.
    pub(crate) fn get_mut(&mut self, who: Who) -> Option<&mut Visitor> {
        self.all.get_mut(who.0).and_then(|it| it.as_deref_mut())
    }

    /// Lets go of what a finished visitor no longer needs; the longest finished are forgotten altogether.
    pub(crate) fn tidy(&mut self, who: Who) {
        let Some(visitor) = self.get_mut(who).filter(|it| it.is_finished() && !it.is_tidy) else {
            return;
        };
        visitor.is_tidy = true;
        visitor.met = Vec::new();
        visitor.waiting = Vec::new();
        self.finished.push_back(who);
        while self.finished.len() > limits::FINISHED_VISITORS_MAX {
            let Some(oldest) = self.finished.pop_front() else { return };
            if self.get(oldest).is_some_and(Visitor::is_finished)
                && let Some(forgotten) = self.all.get_mut(oldest.0).and_then(Option::take)
            {
                self.names.remove(&forgotten.id);
            }
        }
    }
}
