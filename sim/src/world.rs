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
mod lines;
mod noted;
mod process;
mod product;
mod searching;
mod watch;

use std::{
    iter::Peekable,
    sync::{Arc, Mutex},
    vec::IntoIter,
};

use engine::{Answer, CallId, CrmCall, Effect, Input, Rules, SourceEvent, TimerId};
use mock_salesforce::Mock;
use scenarios::ast::Scenario;

use crate::{
    agenda::Agenda,
    clock::SimClock,
    crm::Crm,
    journal::{Answered, Journal, Replied, What},
    lower::{Act, Names},
    messenger::Messenger,
    neighbour::Beside,
    playback::Recordings,
    subject::Subject,
};

use self::{disturbed::Disturbed, latency::Latency, watch::Watch};

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
}
