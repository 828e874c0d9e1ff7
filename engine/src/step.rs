//! One step: what happened, what follows from it, and what may go out now. The only place that orders the stages.

use crate::{
    Engine, EventKind, Input, RepId, Rules, SourceEvent, Subject, Timestamp, VisitorId,
    engine::Todo, exchange::Asker, outbox::Fact, timers::Wake,
};

impl<R: Rules> Engine<R> {
    /// Carries out one fact: new ones come from `step`, old ones from `recover`.
    pub(crate) fn advance(&mut self, now: Timestamp, fact: &Fact) {
        self.now = now;
        match fact {
            Fact::Took(Input::Event(event)) => self.on_event(event),
            Fact::Took(Input::Answer(call, answer)) => self.on_answer(*call, answer),
            Fact::Took(Input::Alarm(timer)) => {
                if let Some(wake) = self.timers.sound(*timer) {
                    self.on_alarm(wake);
                }
            }
            Fact::Took(Input::Stored(_) | Input::ShutOut) => {}
            Fact::Recovered => self.lose_calls(),
        }
        while let Some(todo) = self.todo.pop_front() {
            self.follow(todo);
        }
        self.settle_sources();
        self.pump();
        self.pump_beside();
    }

    fn follow(&mut self, todo: Todo) {
        match todo {
            Todo::Search(intent) => self.search(intent),
            Todo::Steps(who) => self.run_steps(who),
            Todo::Waiting(who) => self.look_at_waiting(who),
            Todo::Look(who) => self.look(who),
            Todo::Act(run) => self.act(run),
        }
    }

    fn on_alarm(&mut self, wake: Wake) {
        match wake {
            Wake::Flush => self.on_flush(),
            Wake::Login => self.on_login_due(),
            Wake::Probe => self.on_probe(),
            Wake::Again => self.on_again(),
            Wake::Job(job) => self.on_job_due(job),
            Wake::Look(who) => self.on_look_due(who),
            Wake::Event(intent) => self.on_event_due(intent),
            Wake::Conversions => self.on_run_due(),
            Wake::Dismiss(job) => self.on_dismissal_due(job),
            Wake::Pull => self.on_pull_due(),
            Wake::Reconcile => self.on_reconcile_due(),
            Wake::Neighbour(system) => self.on_neighbour_due(system),
            Wake::MapCheck(intent) => self.on_map_check_due(intent),
        }
    }

    fn on_again(&mut self) {
        let later = self.again.split_off(&self.now.plus_ms(1));
        let due = std::mem::replace(&mut self.again, later);
        for asker in due.into_values().flatten() {
            match asker {
                Asker::Intent(intent) => self.retry(intent),
                Asker::Display(who) => self.search_for_display(who),
                Asker::ReadStep(who) => self.retry_read_step(who),
                Asker::Account(company) => self.look_for_company(company),
                Asker::Statuses => self.pull_statuses(),
                Asker::OwnerCheck(id) => self.read_owner(id),
                Asker::Reconciliation => self.read_changes(),
            }
        }
    }

    /// Tries again later; `None` when every attempt was used up.
    pub(crate) fn later(&mut self, asker: Asker, attempt: u32) -> Option<Timestamp> {
        let at = self.rules.retry_at(&self.config.retry, attempt, self.now, asker.number())?;
        self.again_at(asker, at);
        Some(at)
    }

    /// Tries again at this instant.
    pub(crate) fn again_at(&mut self, asker: Asker, at: Timestamp) {
        let is_first = !self.again.contains_key(&at);
        self.again.entry(at).or_default().push(asker);
        if is_first {
            self.wake_at(at, Wake::Again);
        }
    }

    fn on_event(&mut self, event: &SourceEvent) {
        self.sources.begin(event.id);
        self.arm_pull();
        self.arm_reconciliation();
        self.sources.belongs_to(event.id, &event.subject);
        if self.intents.len() >= crate::limits::INTENTS_OPEN_MAX {
            return self.sources.refuse(event.id, crate::Rule::RetriesExhausted);
        }
        match &event.subject {
            Subject::Visitor(visitor) => self.on_visit(visitor, event),
            Subject::Rep(rep) => self.on_rep_changed(rep, event),
            Subject::Settings => self.on_settings_changed(event),
            Subject::Account(company) => self.on_account_event(company, event),
            Subject::List(list) => self.on_list_event(list, event),
            // Nothing that happens to a record by itself is told to the engine.
            Subject::Record(_) => {}
        }
    }

    /// A rep's own connection came or went.
    fn on_rep_changed(&mut self, rep: &RepId, event: &SourceEvent) {
        let connection = match &event.kind {
            EventKind::RepConnected(user) => Some(user.clone()),
            EventKind::RepDisconnected => None,
            _ => return,
        };
        self.connections.insert(rep.clone(), connection);
    }

    /// Something happened in a visit.
    fn on_visit(&mut self, visitor: &VisitorId, event: &SourceEvent) {
        let device = match &event.kind {
            EventKind::Landed { device, .. } => device.clone(),
            _ => visitor.as_str().into(),
        };
        let who = self.visitors.welcome(visitor, &device, self.now);
        let now = self.now;
        if let Some(visitor) = self.visitor_mut(who) {
            visitor.active_at = now;
            visitor.is_tidy = false;
        }
        self.on_kind(who, event);
        self.todo.push_back(Todo::Look(who));
    }

    fn on_kind(&mut self, who: crate::visitor::Who, event: &SourceEvent) {
        match &event.kind {
            EventKind::Landed { device, known, .. } => {
                self.on_landed(who, event, device, known.as_ref());
            }
            EventKind::Started(experience) => self.on_started(who, event, experience),
            EventKind::Entered(values) => self.on_entered(who, event, values),
            EventKind::Enriched(told) => self.on_enriched(who, event, told),
            EventKind::Said(_) => self.on_said(who, event),
            EventKind::MeetingDeclined => self.on_meeting_declined(who, event),
            EventKind::LeftSite => self.on_left_site(who),
            EventKind::ReturnedToSite { .. } => self.on_returned(who),
            EventKind::RepJoined(rep) => self.on_rep_joined(who, event, rep),
            EventKind::RepReplied(_) | EventKind::ChatEnded => self.on_rep_message(who, event),
            EventKind::Transferred(rep) => self.on_transferred(who, event, rep),
            EventKind::Pounced(rep) => self.on_pounced(who, event, rep),
            EventKind::RepEdited(_, values) => self.on_rep_edited(who, event, values),
            EventKind::RepCreatesLead(rep) => self.on_rep_creates(who, event, rep),
            EventKind::RepSyncsFields(rep) => self.on_rep_syncs(who, event, rep),
            EventKind::MeetingBooked(booking) => self.on_booked(who, event, booking),
            EventKind::MeetingCancelled | EventKind::MeetingMoved { .. } => {
                self.on_meeting_changed(who, event);
            }
            EventKind::WorkflowEntered(workflow, values) => {
                self.on_workflow_entered(who, event, workflow, values);
            }
            EventKind::Call(stage) => self.on_call(who, event, *stage),
            EventKind::Blocked(rep) => self.on_blocked(who, event, rep),
            _ => {}
        }
    }
}
