//! Cancelled and moved meetings (EV-28d): an Event that is not written yet changes before it is, one that is gets the change.
//!
//! By default nothing of this happens; `meeting_updates` switches it on. Writing a change twice does no harm, so a lost
//! answer is simply tried again. What a rep noted on the Event stays (EV-26).

use crate::{
    Action, Engine, EventKind, IntentId, MeetingChange, Outcome, Question, RecordId, Refusal,
    RefusedWrite, RepId, Rule, Rules, SaveOperation, SaveRow, SourceEvent, Verdict,
    intent::{Ending, Stage, Work},
    visitor::Who,
};

/// A meeting that the visitor booked.
#[derive(Debug)]
pub(crate) struct Booked {
    /// The intent of its Event.
    intent: IntentId,
    rep: RepId,
    /// Its Event, once written.
    event: Option<RecordId>,
    is_cancelled: bool,
}

impl Booked {
    pub(crate) fn new(intent: IntentId, rep: RepId) -> Self {
        Self { intent, rep, event: None, is_cancelled: false }
    }
}

/// A change of an Event that is written, or about to be.
#[derive(Debug)]
pub(crate) struct MeetingUpdate {
    booking: IntentId,
    change: MeetingChange,
}

impl<R: Rules> Engine<R> {
    /// The visitor's last meeting is cancelled or moved.
    pub(crate) fn on_meeting_changed(&mut self, who: Who, event: &SourceEvent) {
        let change = match &event.kind {
            EventKind::MeetingMoved { starts, minutes } => {
                match self.rules.meeting_time(starts, *minutes) {
                    Ok((start, end)) => MeetingChange::Moved(start, end),
                    Err(why) => {
                        self.sources.explain(event.id, Rule::RefusedValue);
                        return self.alert(Some(who.into()), None, Rule::RefusedValue, why);
                    }
                }
            }
            _ => MeetingChange::Cancelled,
        };
        let because = self.rules.follow_meeting(change, &self.config.settings);
        self.sources.explain(event.id, because);
        let last = self
            .visitor_mut(who)
            .and_then(|it| it.booked.iter_mut().rev().find(|it| !it.is_cancelled));
        let Some(booked) = last.filter(|_| because != Rule::MeetingChangeIgnored) else {
            return self.decided_plainly(who, None, (Question::Event, because), None);
        };
        booked.is_cancelled = change == MeetingChange::Cancelled;
        let booking = booked.intent;
        let is_unwritten =
            self.intents.get(&booking).is_some_and(|it| matches!(it.stage, Stage::Held));
        if is_unwritten {
            return self.change_before_writing(who, booking, (change, because));
        }
        let work = Work::MeetingUpdate(Box::new(MeetingUpdate { booking, change }));
        let id = self.open(who, Action::MeetingEvent, event.id, work);
        self.decided_plainly(who, Some(id), (Question::Event, because), None);
        self.begin(id);
    }

    fn change_before_writing(
        &mut self,
        who: Who,
        booking: IntentId,
        (change, because): (MeetingChange, Rule),
    ) {
        match change {
            MeetingChange::Cancelled => self.settle(booking, Ending::no_op(because)),
            MeetingChange::Moved(start, end) => {
                if let Some(Work::Event(work)) =
                    self.intents.get_mut(&booking).map(|it| &mut it.work)
                {
                    work.reschedule((start, end));
                }
                self.decided_plainly(who, Some(booking), (Question::Event, because), None);
            }
        }
    }

    /// The meeting's Event was written.
    pub(crate) fn meeting_written(&mut self, who: Who, booking: IntentId, event: &RecordId) {
        let booked = self
            .visitor_mut(who)
            .and_then(|it| it.booked.iter_mut().find(|it| it.intent == booking));
        if let Some(booked) = booked {
            booked.event = Some(event.clone());
        }
    }

    /// Whether the intent changes an Event that is written.
    pub(crate) fn is_meeting_update(&self, id: IntentId) -> bool {
        matches!(self.intents.get(&id).map(|it| &it.work), Some(Work::MeetingUpdate(_)))
    }

    /// The Event is written by now, or never will be.
    pub(crate) fn write_meeting_update(&mut self, id: IntentId) {
        let Some((event, change, rep)) = self.meeting_of(id) else {
            return self.settle(id, Ending::no_op(Rule::UnknownPerson));
        };
        let name = self.config.reps.get(&rep).map_or(rep.as_str(), |it| it.name.as_str());
        let fields = self.rules.meeting_change(change, name);
        if let Some(intent) = self.intents.get_mut(&id) {
            intent.round += 1;
        }
        let row = SaveRow { id: Some(event), fields };
        self.save(id, "Event", SaveOperation::Update, row);
    }

    fn meeting_of(&self, id: IntentId) -> Option<(RecordId, MeetingChange, RepId)> {
        let intent = self.intents.get(&id)?;
        let Work::MeetingUpdate(work) = &intent.work else { return None };
        let visitor = self.visitor(intent.visitor()?)?;
        let booked = visitor.booked.iter().find(|it| it.intent == work.booking)?;
        Some((booked.event.clone()?, work.change, booked.rep.clone()))
    }

    pub(crate) fn on_meeting_updated(&mut self, id: IntentId, event: &RecordId) {
        let Some((_, change, _)) = self.meeting_of(id) else { return };
        let because = match change {
            MeetingChange::Cancelled => Rule::MeetingCancelled,
            MeetingChange::Moved(..) => Rule::MeetingMoved,
        };
        self.settle(id, Ending::new(Outcome::Updated, because).at(event));
    }

    /// Salesforce said no to the change.
    pub(crate) fn on_meeting_update_refused(&mut self, id: IntentId, refusal: &Refusal) {
        let write = RefusedWrite { object: "Event", operation: Some(SaveOperation::Update) };
        match self.rules.classify_refusal(&write, refusal, &self.config) {
            Verdict::Transient | Verdict::SessionExpired | Verdict::LimitReached => {
                self.pause(id, Rule::RetryUnavailable, refusal.code.clone());
            }
            Verdict::TargetDeleted => self.settle(id, Ending::no_op(Rule::TargetDeleted)),
            Verdict::Permanent(because) => self.settle_refused(id, because, refusal),
            _ => self.settle_refused(id, Rule::RefusedOther, refusal),
        }
    }
}
