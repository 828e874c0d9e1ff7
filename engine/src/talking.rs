//! Conversations: from the first message to the moment their Event is due (requirements §4.5).
//!
//! The first message starts one: an answer typed, a word said, a rep joining or replying. The bot's words count in an open
//! one only. The visitor's return before the Event is written resumes it (EV-06).

use crate::{
    Action, Engine, EventKind, IntentId, Question, RepId, Rule, Rules, SourceEvent, Talk,
    TalkFacts, TalkMove, Timestamp, Trigger,
    events::{EventWork, Matter},
    intent::Work,
    timers::Wake,
    visitor::{Conversation, Meeting, MeetingKind, Progress, Who},
};

impl<R: Rules> Engine<R> {
    /// The visitor sends a message.
    pub(crate) fn on_said(&mut self, who: Who, event: &SourceEvent) {
        self.on_returned(who);
        self.message(who, event);
    }

    /// The rep sends a message, or ends the chat.
    pub(crate) fn on_rep_message(&mut self, who: Who, event: &SourceEvent) {
        let ends = event.kind == EventKind::ChatEnded;
        let has_talk = self.visitor(who).is_some_and(|it| it.talk.is_some());
        if ends && !has_talk {
            return;
        }
        self.message(who, event);
        if let (true, Some(talk)) = (ends, self.talk_mut(who)) {
            talk.holder = None;
        }
    }

    /// A rep joins, which fires what is armed.
    pub(crate) fn on_rep_joined(&mut self, who: Who, event: &SourceEvent, rep: &RepId) {
        self.rep_starts(who, event, rep, Trigger::RepStarted);
    }

    /// A rep addresses the visitor unprompted (MS-02, K-44).
    pub(crate) fn on_pounced(&mut self, who: Who, event: &SourceEvent, rep: &RepId) {
        let armed =
            self.visitor(who).and_then(|it| it.entry.as_ref()).map_or(0, |it| it.armed.len());
        let because = self.rules.pounce(armed);
        if because == Rule::PounceManualOnly {
            self.sources.explain(event.id, because);
            self.decided_plainly(who, None, (Question::Trigger, because), None);
        }
        self.rep_starts(who, event, rep, Trigger::Pounced);
    }

    fn rep_starts(&mut self, who: Who, event: &SourceEvent, rep: &RepId, trigger: Trigger) {
        self.message(who, event);
        self.holds(who, rep);
        self.moved_by(who, event);
        if self.armed(who) > 0 {
            self.sources.explain(event.id, Rule::RepStarted);
        }
        self.trigger(who, trigger, None);
        self.go_on(who, |progress| *progress == Progress::Rep);
    }

    /// The conversation goes to another rep; nobody's record changes hands (AS-10d).
    pub(crate) fn on_transferred(&mut self, who: Who, event: &SourceEvent, rep: &RepId) {
        if self.visitor(who).is_some_and(|it| it.talk.is_none()) {
            self.message(who, event);
        }
        self.holds(who, rep);
    }

    fn holds(&mut self, who: Who, rep: &RepId) {
        let Some(visitor) = self.visitor_mut(who) else { return };
        if let Some(talk) = &mut visitor.talk {
            talk.holder = Some(rep.clone());
            talk.reps.push(rep.clone());
        }
        self.has_met(who, rep, MeetingKind::Chat);
        self.note_divergence(who, rep);
    }

    /// Remembers whom the visitor met, in this entry and this conversation.
    pub(crate) fn has_met(&mut self, who: Who, rep: &RepId, kind: MeetingKind) {
        let Some(visitor) = self.visitor_mut(who) else { return };
        let entry = visitor.entry.as_ref().map(|it| it.number);
        let talk = visitor.talk.as_ref().map(|it| it.number);
        visitor.met.push(Meeting { rep: rep.clone(), kind, entry, talk });
    }

    /// The record's owner and the rep in the chat differ, and stay so (EX-16, AS-10d).
    fn note_divergence(&mut self, who: Who, rep: &RepId) {
        let owner =
            self.visitor(who).and_then(|it| it.record.as_ref()).and_then(|it| it.owner.clone());
        let Some(owner) = owner else { return };
        if self.met(rep).connection.as_ref() == Some(&owner) {
            return;
        }
        let decision = crate::Decision {
            question: Question::Owner,
            because: Rule::OwnerDiverges,
            chosen: Some(owner.to_string()),
            rejected: vec![(rep.to_string(), Rule::OwnerKept)],
            withheld: Vec::new(),
        };
        self.decided(who, None, decision);
    }

    fn talk_mut(&mut self, who: Who) -> Option<&mut Conversation> {
        self.visitor_mut(who)?.talk.as_deref_mut()
    }

    /// The bot's words, for the messenger to show.
    pub(crate) fn bot_says(&mut self, who: Who, text: String) {
        let Some(visitor) = self.visitor(who).map(|it| it.id.clone()) else { return };
        self.effects.push(crate::Effect::Say { visitor, text });
    }

    /// The bot speaks: a message, if a conversation is open.
    pub(crate) fn bot_speaks(&mut self, who: Who) {
        let now = self.now;
        if let Some(talk) = self.talk_mut(who).filter(|it| it.state == Talk::Open) {
            talk.last_message = talk.last_message.max(now);
        }
    }

    /// A message: the first one starts a conversation.
    fn message(&mut self, who: Who, event: &SourceEvent) {
        if let Some(talk) = self.talk_mut(who) {
            talk.last_message = talk.last_message.max(event.at);
            return;
        }
        let matter = Matter::Talking;
        let work = Work::Event(Box::new(EventWork::new(matter)));
        let intent = self.open(who, Action::ConversationEvent, event.id, work);
        let Some(visitor) = self.visitor_mut(who) else { return };
        visitor.talks += 1;
        visitor.talk = Some(Box::new(Conversation {
            number: visitor.talks,
            intent,
            state: Talk::Open,
            began: event.at,
            last_message: event.at,
            holder: None,
            reps: Vec::new(),
            meetings: Vec::new(),
            due: None,
        }));
        let conversations = visitor.talks;
        if let Some(because) = self.rules.extends_recording(conversations) {
            self.decided_plainly(who, Some(intent), (Question::Event, because), None);
        }
    }

    /// Has the conversation ended, or does it go on after all?
    pub(crate) fn look_at_talk(&mut self, who: Who) {
        let Some(visitor) = self.visitor(who) else { return };
        let Some(talk) = &visitor.talk else { return };
        let (state, intent) = (talk.state, talk.intent);
        let facts = TalkFacts {
            closed_at: visitor.closed_at,
            last_message: talk.last_message,
            active_at: visitor.active_in_talk(self.now),
        };
        match self.rules.talk(state, &facts, self.now, &self.config.settings) {
            TalkMove::Waits(at) if state == Talk::Open => self.look_at(who, at),
            TalkMove::Ends(at) => self.talk_ends(who, intent, at),
            TalkMove::Resumes => self.talk_resumes(who, intent),
            TalkMove::Waits(_) | TalkMove::Due { .. } | TalkMove::Over => {}
        }
    }

    fn talk_ends(&mut self, who: Who, intent: IntentId, at: Timestamp) {
        self.decided_plainly(who, Some(intent), (Question::Event, Rule::ConversationEnded), None);
        let due = self.rules.event_due(at, &self.config.settings);
        let timer = self.wake_at(due, Wake::Event(intent));
        if let Some(talk) = self.talk_mut(who) {
            talk.state = Talk::Ended(at);
            talk.holder = None;
            talk.due = Some(timer);
        }
    }

    fn talk_resumes(&mut self, who: Who, intent: IntentId) {
        self.decided_plainly(who, Some(intent), (Question::Event, Rule::ConversationResumed), None);
        let Some(talk) = self.talk_mut(who) else { return };
        talk.state = Talk::Open;
        if let Some(timer) = talk.due.take() {
            self.timers.cancel(timer);
        }
    }

    /// Has the visitor left, has the conversation ended, can the visitor be let go of?
    pub(crate) fn look(&mut self, who: Who) {
        self.look_at_stay(who);
        self.look_at_talk(who);
        self.visitors.tidy(who);
    }

    /// The next look is at this instant, or earlier if one is due earlier.
    pub(crate) fn look_at(&mut self, who: Who, at: Timestamp) {
        let Some(visitor) = self.visitors.get(who) else { return };
        match visitor.look {
            Some((_, earlier)) if earlier <= at => return,
            Some((timer, _)) => self.timers.cancel(timer),
            None => {}
        }
        let timer = self.wake_at(at, Wake::Look(who));
        if let Some(visitor) = self.visitor_mut(who) {
            visitor.look = Some((timer, at));
        }
    }

    /// It is time to look.
    pub(crate) fn on_look_due(&mut self, who: Who) {
        if let Some(visitor) = self.visitor_mut(who) {
            visitor.look = None;
        }
        self.look(who);
    }
}
