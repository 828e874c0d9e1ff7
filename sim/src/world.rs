//! The simulation: pops the agenda, feeds the engine, carries out what it wants, and writes down what happens.
//!
//! One thing happens at a time, in the order of (time, sequence). At one instant the lines of the timeline come first, then
//! what the org does by itself, then what was put down, in the order in which it was.

mod admin;
mod beside;
mod disturbed;
mod fault;
mod find;
mod jobs;
mod latency;
mod product;
mod searching;
mod watch;

use std::{
    collections::VecDeque,
    iter::Peekable,
    sync::{Arc, Mutex},
    vec::IntoIter,
};

use engine::{Answer, CallId, CrmCall, Effect, Input, Rules, SourceEvent, TimerId};
use mock_salesforce::{Change, ChangeKind, Mock, Org};
use scenarios::ast::{Fault, FaultVerdict, Scenario, Verb};

use crate::{
    agenda::Agenda,
    clock::SimClock,
    crm::Crm,
    faults::{Provoked, WorldFault, provoked},
    journal::{Answered, Journal, Replied, Sent, What},
    lower::{Act, Names},
    messenger::Messenger,
    neighbour::Beside,
    packages,
    playback::Recordings,
    subject::Subject,
};

use self::{disturbed::Disturbed, latency::Latency, watch::Watch};

/// The object whose fields mirror those of the record that it points at.
const MIRROR: &str = "CampaignMember";
/// Steps that any run may take, however short.
const STEPS_BASE: u64 = 200_000;
/// Further steps that a run may take for each line of its timeline.
const STEPS_PER_LINE: u64 = 2_000;

/// A world at work.
pub(crate) struct World<'s, R> {
    scenario: &'s Scenario,
    clock: SimClock,
    lines: Peekable<std::iter::Enumerate<IntoIter<(i64, Act)>>>,
    agenda: Agenda<Next>,
    subject: Subject<R>,
    crm: Crm,
    beside: Beside,
    mock: Mock,
    names: Names,
    journal: Journal,
    messenger: Messenger,
    /// Alarms of the messenger.
    wakes: usize,
    /// Moments at which expectations still look.
    looks: usize,
    /// Source events that no line of the timeline is.
    product_events: u64,
    watch: Watch,
    latency: Latency,
    /// Which life of the engine it is; what an earlier one asked for is dropped.
    life: u32,
    /// The life of the process that was taken over from and may still run.
    elder_life: Option<u32>,
    in_flight: usize,
    /// Alarms of this life that do not merely recur.
    alarms: usize,
    /// Faults that no call has.
    disturbed: Disturbed,
    /// What is told or written only later.
    delayed: usize,
    /// Changes of the org up to here are written down.
    changes_seen: u64,
    effects: Vec<Effect>,
}

/// What the agenda holds.
#[derive(Debug)]
enum Next {
    /// A call reaches the CRM.
    Arrival { life: u32, cause: u64, id: CallId, call: CrmCall },
    /// An answer reaches the engine.
    Answer { life: u32, call: u64, id: CallId, answer: Answer },
    /// The engine is told, late or again, what happened on the website.
    Told { cause: u64, event: Box<SourceEvent> },
    /// What an administrator wrote before is there.
    Committed { cause: u64, line: usize },
    /// An alarm goes off.
    Alarm { life: u32, cause: u64, id: TimerId, recurring: bool },
    /// The messenger has waited for a lost side since then.
    Wake { cause: u64, visitor: String, since: i64 },
    /// An expectation looks at what changes by itself.
    Look,
}

/// A world when nothing more happens.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) journal: Journal,
    pub(crate) names: Names,
    pub(crate) mock: Mock,
    pub(crate) recordings: Arc<Mutex<Recordings>>,
    pub(crate) beside: Beside,
    /// When it ended, in ms since the epoch.
    pub(crate) ended: i64,
    /// What did not settle, a sentence each.
    pub(crate) unsettled: Vec<String>,
    /// It was stopped: it did not end by itself.
    pub(crate) runaway: bool,
}

/// What a world stands on.
pub(crate) struct Ground<R> {
    pub(crate) subject: Subject<R>,
    pub(crate) names: Names,
    pub(crate) acts: Vec<(i64, Act)>,
    pub(crate) clock: SimClock,
    pub(crate) mock: Mock,
    pub(crate) crm: Crm,
    pub(crate) messenger: Messenger,
    pub(crate) beside: Beside,
}

impl<'s, R: Rules + Clone> World<'s, R> {
    pub(crate) fn new(scenario: &'s Scenario, ground: Ground<R>) -> Self {
        let Ground { subject, names, acts, clock, mock, crm, messenger, beside } = ground;
        Self {
            scenario,
            clock,
            lines: acts.into_iter().enumerate().peekable(),
            agenda: Agenda::new(),
            subject,
            crm,
            beside,
            mock,
            names,
            journal: Journal::default(),
            messenger,
            wakes: 0,
            looks: 0,
            product_events: 0,
            watch: Watch::of(scenario),
            latency: Latency::of(scenario),
            life: 0,
            elder_life: None,
            in_flight: 0,
            alarms: 0,
            disturbed: Disturbed::default(),
            delayed: 0,
            changes_seen: 0,
            effects: Vec::new(),
        }
    }

    /// Plays until nothing is left, the time is up, or it does not end.
    pub(crate) fn play(mut self) -> Played {
        let until = self.scenario.clock.starts.saturating_add(self.scenario.until());
        let mut steps_left = STEPS_BASE + STEPS_PER_LINE * self.scenario.timeline.len() as u64;
        self.write_changes(0);
        self.plan_searches();
        while let Some(at) = self.next_at().filter(|at| *at <= until) {
            if at > self.clock.now() && self.is_over_after_looking() || steps_left == 0 {
                break;
            }
            self.clock.advance(at);
            self.beside.advance(at);
            self.clock.skew(self.disturbed.skew(at));
            steps_left -= 1;
            self.happen();
        }
        self.look();
        self.finish(steps_left == 0)
    }

    /// An instant is over: views are seen, and perhaps nothing is left to happen.
    fn is_over_after_looking(&mut self) -> bool {
        self.look();
        self.is_over()
    }

    fn finish(self, runaway: bool) -> Played {
        let mut unsettled = Vec::new();
        if self.in_flight > 0 {
            unsettled.push(format!("calls in flight: {}", self.in_flight));
        }
        if self.subject.unsettled() > 0 {
            unsettled.push(format!("open intents: {}", self.subject.unsettled()));
        }
        Played {
            journal: self.journal,
            names: self.names,
            mock: self.mock,
            recordings: self.messenger.recordings(),
            beside: self.beside,
            ended: self.clock.now(),
            unsettled,
            runaway,
        }
    }

    /// When something happens next.
    fn next_at(&mut self) -> Option<i64> {
        let line = self.lines.peek().map(|(_, (at, _))| *at);
        let due = self.org_due();
        let noted = self.agenda.next_at();
        let connector = self.connector_due();
        [line, due, connector, noted].into_iter().flatten().min()
    }

    fn org_due(&self) -> Option<i64> {
        let due = self.mock.org().next_due()?;
        Some(self.clock.of_org(due).max(self.clock.now()))
    }

    fn connector_due(&self) -> Option<i64> {
        self.beside.next_due().map(|at| at.max(self.clock.now()))
    }

    /// No call in flight, no intent unsettled, only recurring alarms left.
    fn is_over(&mut self) -> bool {
        self.in_flight == 0
            && self.alarms == 0
            && self.delayed == 0
            && self.wakes == 0
            && self.looks == 0
            && self.lines.peek().is_none()
            && self.subject.unsettled() == 0
            && self.org_due().is_none()
            && self.connector_due().is_none()
    }

    /// The next thing happens; it is due now.
    fn happen(&mut self) {
        let now = self.clock.now();
        if let Some((index, (_, act))) = self.lines.next_if(|(_, (at, _))| *at <= now) {
            let seq = self.journal.add(now, 0, What::Line(index));
            match act {
                Act::Event(event) => self.through_the_messenger(index, seq, Some(event)),
                Act::World => self.carry_out_line(index, seq),
            }
        } else if self.org_due().is_some_and(|at| at <= now) {
            self.mock.org().run_due(self.clock.org_now());
            self.write_changes(0);
        } else if self.connector_due().is_some_and(|at| at <= now) {
            self.carry_connectors();
        } else if let Some((_, next)) = self.agenda.pop() {
            self.take(next);
        }
    }

    fn take(&mut self, next: Next) {
        match next {
            Next::Arrival { life, cause, id, call } => {
                if life == self.life || Some(life) == self.elder_life {
                    self.deliver(life, cause, id, call);
                }
            }
            Next::Answer { life, call, id, answer } => {
                let now = self.clock.now();
                let unheard = life != self.life;
                let replied = Replied::of(&answer.reply);
                let answered = Answered { call, replied, unheard };
                let seq = self.journal.add(now, call, What::Answered(Box::new(answered)));
                if !unheard {
                    self.in_flight -= 1;
                    self.feed(seq, Input::Answer(id, answer));
                } else if Some(life) == self.elder_life {
                    self.feed_elder(seq, Input::Answer(id, answer));
                }
            }
            Next::Told { cause, event } => {
                self.delayed -= 1;
                self.feed(cause, Input::Event(*event));
            }
            Next::Committed { cause, line } => {
                self.delayed -= 1;
                self.administer_line(line, cause);
            }
            Next::Wake { cause, visitor, since } => {
                self.wakes -= 1;
                let happenings = self.messenger.wake(self.clock.now(), &visitor, since);
                self.follow(cause, happenings);
            }
            // What is looked at is seen when the instant is over.
            Next::Look => self.looks -= 1,
            Next::Alarm { life, cause, id, recurring } => {
                if life == self.life {
                    self.alarms -= usize::from(!recurring);
                    self.feed(cause, Input::Alarm(id));
                } else if Some(life) == self.elder_life {
                    self.feed_elder(cause, Input::Alarm(id));
                }
            }
        }
    }

    /// Tells the engine what happened on the website: at once, late, or at once and again.
    fn tell(&mut self, seq: u64, event: SourceEvent) {
        let now = self.clock.now();
        let late = self.disturbed.hit(WorldFault::ReorderedDelivery, now);
        let again = self.disturbed.hit(WorldFault::DuplicateDelivery, now);
        for by in [late, again].into_iter().flatten() {
            let told = Next::Told { cause: seq, event: Box::new(event.clone()) };
            self.delayed += 1;
            self.agenda.add(now.saturating_add(by.max(0)), told);
        }
        if late.is_none() {
            self.feed(seq, Input::Event(event));
        }
    }

    /// Delivers a call and takes its whole answer, which reaches the engine after the latency.
    fn deliver(&mut self, life: u32, cause: u64, id: CallId, call: CrmCall) {
        let now = self.clock.now();
        let before = self.faults_fired();
        let (carried, fault) = match &call {
            CrmCall::Beside { system, call } => self.beside.carry_out_noting(*system, id, call),
            call => (self.crm.carry_out(id, call), self.fault_since(&before)),
        };
        let sent = Sent { id, call, delivered: carried.delivered, fault };
        let seq = self.journal.add(now, cause, What::Sent(Box::new(sent)));
        self.write_changes(seq);
        self.write_beside(seq);
        let slow_ms = i64::try_from(carried.slow_ms).unwrap_or(i64::MAX);
        let at = now.saturating_add(self.latency.of_call(id.0)).saturating_add(slow_ms);
        self.in_flight += usize::from(life == self.life);
        let answer = carried.answer;
        self.agenda.add(at, Next::Answer { life, call: seq, id, answer });
    }

    /// Gives the engine an input and carries out what it wants; what it stores, it hears of at the same instant.
    fn feed(&mut self, cause: u64, input: Input) {
        if self.elder_life.is_some() && matches!(input, Input::Event(_)) {
            self.feed_elder(cause, input.clone());
        }
        let mut inputs = VecDeque::from([input]);
        let mut effects = std::mem::take(&mut self.effects);
        while let Some(input) = inputs.pop_front() {
            self.subject.step(self.clock.now(), input, &mut effects);
            for effect in effects.drain(..) {
                self.carry_out(cause, effect, &mut inputs);
            }
        }
        self.effects = effects;
    }

    fn carry_out(&mut self, cause: u64, effect: Effect, inputs: &mut VecDeque<Input>) {
        let (now, life) = (self.clock.now(), self.life);
        match effect {
            Effect::Call { id, call } => {
                self.agenda.add(now, Next::Arrival { life, cause, id, call });
            }
            Effect::Store(entry) => {
                inputs.push_back(Input::Stored(entry.id));
                self.subject.store(entry);
            }
            Effect::Timer(timer) => {
                self.alarms += usize::from(!timer.recurring);
                let at = timer.at.0.max(now);
                let alarm = Next::Alarm { life, cause, id: timer.id, recurring: timer.recurring };
                self.agenda.add(at, alarm);
            }
            Effect::Say { visitor, text } => {
                self.messenger.bot_says(now, visitor.as_str(), &text);
            }
            Effect::Note(note) => {
                self.journal.add(now, cause, What::Note(note));
            }
        }
    }

    /// The process that was taken over from hears of it, too: what it wants comes to nothing, unless it already left.
    fn feed_elder(&mut self, cause: u64, input: Input) {
        let (now, Some(life)) = (self.clock.now(), self.elder_life) else { return };
        for effect in self.subject.step_elder(now, input) {
            match effect {
                Effect::Call { id, call } => {
                    self.agenda.add(now, Next::Arrival { life, cause, id, call });
                }
                Effect::Note(note) => {
                    self.journal.add(now, cause, What::Note(note));
                }
                _ => {}
            }
        }
    }

    /// A second process of the engine takes over, while the first still runs.
    fn take_over(&mut self, cause: u64) {
        self.elder_life = Some(self.life);
        self.begin_life(cause, Subject::take_over);
    }

    /// The engine's process dies and starts again: what was in flight or armed is lost, what was stored is kept.
    fn restart(&mut self, cause: u64) {
        self.elder_life = None;
        self.begin_life(cause, Subject::restart);
    }

    fn begin_life(&mut self, cause: u64, begin: fn(&mut Subject<R>, i64, &mut Vec<Effect>)) {
        self.life += 1;
        self.in_flight = 0;
        self.alarms = 0;
        let mut effects = std::mem::take(&mut self.effects);
        begin(&mut self.subject, self.clock.now(), &mut effects);
        let mut inputs = VecDeque::new();
        for effect in effects.drain(..) {
            self.carry_out(cause, effect, &mut inputs);
        }
        self.effects = effects;
        for input in inputs {
            self.feed(cause, input);
        }
    }

    /// Carries out a line that is none of the engine's business.
    fn carry_out_line(&mut self, index: usize, seq: u64) {
        let Some(line) = self.scenario.timeline.get(index) else { return };
        match &line.verb {
            Verb::Messenger(_) => self.through_the_messenger(index, seq, None),
            Verb::RestartEngine => self.restart(seq),
            Verb::Fault(fault) => {
                if let Err(trouble) = self.begin_fault(fault, seq) {
                    self.journal.add(self.clock.now(), seq, What::Trouble(trouble));
                }
            }
            _ => match self.disturbed.hit(WorldFault::LateCommit, self.clock.now()) {
                None => self.administer_line(index, seq),
                Some(by) => {
                    self.delayed += 1;
                    let at = self.clock.now().saturating_add(by.max(0));
                    self.agenda.add(at, Next::Committed { cause: seq, line: index });
                }
            },
        }
    }

    fn administer_line(&mut self, index: usize, seq: u64) {
        let Some(line) = self.scenario.timeline.get(index) else { return };
        if let Err(trouble) = self.administer(&line.verb) {
            self.journal.add(self.clock.now(), seq, What::Trouble(trouble));
        }
        self.write_changes(seq);
    }

    fn begin_fault(&mut self, fault: &Fault, seq: u64) -> Result<(), String> {
        let (now, org_now) = (self.clock.now(), self.clock.org_now().0);
        if let Some(system) = &fault.on {
            return self.begin_fault_beside(fault, system);
        }
        let rule = match &fault.verdict {
            FaultVerdict::Named(named) => match provoked(fault, named, org_now)? {
                Provoked::Rule(rule) => *rule,
                Provoked::World(WorldFault::TwoEngines) => {
                    self.take_over(seq);
                    return Ok(());
                }
                Provoked::World(WorldFault::InstanceMoved) => {
                    let host = named.host.as_ref();
                    let host = host.ok_or("an org moves to some `host`: say which")?;
                    self.mock.move_instance(host);
                    return Ok(());
                }
                Provoked::World(what @ (WorldFault::BulkFailed | WorldFault::BulkAborted)) => {
                    return self.stop_jobs(what, named.message.as_deref(), seq);
                }
                Provoked::World(what) => {
                    self.disturbed.begin(what, fault, named, now);
                    self.clock.skew(self.disturbed.skew(now));
                    return Ok(());
                }
            },
            _ => fault::rule(fault, org_now),
        };
        let has_room = self.mock.faults().add(rule);
        has_room.then_some(()).ok_or_else(|| "the fault plan is full: use fewer faults".to_owned())
    }

    /// Writes down what changed in the org since the last time.
    fn write_changes(&mut self, cause: u64) {
        let org = self.mock.org();
        for change in org.changes_since(self.changes_seen).iter() {
            self.changes_seen = change.seq;
            let at = self.clock.of_org(change.at).max(self.clock.now());
            let what = match packages::told(&org, change) {
                Some(note) => What::Note(note),
                None => What::Changed(with_computed(&org, change)),
            };
            self.journal.add(at, cause, what);
        }
    }

    /// Writes down every watched view that is not what it was.
    fn look(&mut self) {
        let now = self.clock.now();
        let mut seen = self.watch.news(now, &self.subject, &self.messenger);
        seen.extend(self.links_opened());
        seen.extend(self.searches_made());
        for seen in seen {
            self.journal.add(now, 0, What::Seen(seen));
        }
    }

    fn faults_fired(&self) -> Vec<u64> {
        self.mock.faults().fired().map(|(_, count)| count).collect()
    }

    /// The fault that fired since.
    fn fault_since(&self, before: &[u64]) -> Option<String> {
        let faults = self.mock.faults();
        let mut fired = faults.fired().zip(before);
        fired.find(|((_, count), before)| *count > **before).map(|((id, _), _)| id.to_owned())
    }
}

/// A change with the fields that the org computes on reading, where a new row has such.
fn with_computed(org: &Org, change: &Change) -> Change {
    let mut change = change.clone();
    let object = org.schema().at(change.object);
    if change.kind != ChangeKind::Created || &*object.name != MIRROR {
        return change;
    }
    if let Some(row) = org.get(change.id) {
        for field in object.fields() {
            let value = org.value(row, field.index);
            let stored = change.fields.contains(field.index);
            if !stored && !value.is_null() {
                change.fields.push(field.index, value.into_owned());
            }
        }
    }
    change
}
