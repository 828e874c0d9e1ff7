//! A meeting is booked: whose it is counts for the owner of a new lead, and its Event is due after the conversation, or
//! after the booking when there is none (EV-03, EV-15, EV-23, EV-24).

use crate::{
    Action, Booking, BookingFacts, Engine, Outcome, RepId, Rule, Rules, SourceEvent,
    events::{EventWork, Matter},
    intent::{Ending, Work},
    meeting_updates::Booked,
    timers::Wake,
    visitor::{MeetingKind, Progress, Who},
};

impl<R: Rules> Engine<R> {
    /// A meeting was booked: its Event is due after the conversation, or after the booking.
    pub(crate) fn on_booked(&mut self, who: Who, event: &SourceEvent, booking: &Booking) {
        let step_owner =
            match self.visitor(who).and_then(|it| it.entry.as_ref()).map(|it| &it.progress) {
                Some(Progress::Booking(owner)) => Some(owner.clone()),
                _ => None,
            };
        let facts = BookingFacts {
            step_owner: step_owner.as_ref().map(|it| self.met(it)),
            picked_by_rep: booking.picked_by.is_some(),
            with: self.met(&booking.with),
        };
        let owner = self.rules.meeting_owner(&facts, &self.config).rep.rep;
        self.has_met(who, &owner, MeetingKind::Booking);
        self.open_meeting(who, event, booking, step_owner);
        self.moved_by(who, event);
        self.go_on(who, |progress| matches!(progress, Progress::Booking(_)));
    }

    fn open_meeting(
        &mut self,
        who: Who,
        event: &SourceEvent,
        booking: &Booking,
        step_owner: Option<RepId>,
    ) {
        let time = self.rules.meeting_time(&booking.starts, booking.minutes);
        let scheduled = time.clone().unwrap_or_default();
        let matter = Matter::Meeting {
            step_owner,
            picked_by_rep: booking.picked_by.is_some(),
            with: booking.with.clone(),
            scheduled,
        };
        let mut work = EventWork::new(matter);
        work.end = self.now;
        let id = self.open(who, Action::MeetingEvent, event.id, Work::Event(Box::new(work)));
        if let Err(why) = time {
            self.alert(Some(who.into()), Some(id), Rule::RefusedValue, why.clone());
            return self.settle(id, Ending::new(Outcome::Refused, Rule::RefusedValue).saying(why));
        }
        let rep = self.event_rep(id);
        if let Some(visitor) = self.visitor_mut(who) {
            visitor.booked.push(Booked::new(id, rep.unwrap_or_else(|| booking.with.clone())));
        }
        let talk = self.visitor_mut(who).and_then(|it| it.talk.as_mut());
        if let Some(talk) = talk {
            talk.meetings.push(id);
        } else {
            let due = self.rules.event_due(self.now, &self.config.settings);
            self.wake_at(due, Wake::Event(id));
        }
    }
}
