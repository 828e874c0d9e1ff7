//! Calls to the systems beside Salesforce: one session each, a bound on calls at the same time, a pause when a system says
//! that it is too much (requirements §10).
//!
//! Calls go in the order in which they were asked for. A session that expired is renewed once, and what it refused goes
//! again; nothing else is repeated here.

use std::collections::{BTreeMap, VecDeque};

use super::{Flight, Ticket, failed};
use crate::{
    Answer, CrmCall, Engine, IntentId, Lost, NeighbourVerdict, Reply, Rule, Rules, System,
    call::Done,
    exchange::{Asker, Got, Slot},
    limits,
    timers::Wake,
};

/// A call that somebody asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Errand {
    ticket: Ticket,
    call: CrmCall,
}

/// The state of one system's calls.
#[derive(Debug, Default)]
struct Desk {
    stage: Stage,
    failures: u32,
    expiries: u32,
    waiting: VecDeque<Errand>,
    in_flight: usize,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    #[default]
    LoggedOut,
    LoggingIn,
    /// Nothing goes before the alarm; then a login, or the next call.
    Pausing {
        logged_in: bool,
    },
    Open,
}

/// The systems' calls.
#[derive(Debug, Default)]
pub(super) struct Beside {
    desks: BTreeMap<System, Desk>,
}

impl<R: Rules> Engine<R> {
    /// Asks a system for an intent.
    pub(crate) fn ask_beside(&mut self, id: IntentId, slot: Slot, system: System, call: CrmCall) {
        let Some(intent) = self.intents.get(&id) else { return };
        let ticket = Ticket { asker: Asker::Intent(id), slot, round: intent.round };
        self.exchange.beside.desk(system).waiting.push_back(Errand { ticket, call });
    }

    /// Sends what may go to the systems beside Salesforce.
    pub(crate) fn pump_beside(&mut self) {
        for system in System::ALL {
            while let Some(flight) = self.exchange.beside.next(system) {
                self.send(flight);
            }
        }
    }

    pub(super) fn on_beside(
        &mut self,
        system: System,
        errand: Option<Box<Errand>>,
        answer: &Answer,
    ) {
        let Some(errand) = errand else { return self.on_beside_login(system, answer) };
        let desk = self.exchange.beside.desk(system);
        desk.in_flight = desk.in_flight.saturating_sub(1);
        if let Reply::Refused(refusal) = &answer.reply {
            match self.rules.classify_neighbour_refusal(system, refusal) {
                NeighbourVerdict::SessionExpired => return self.on_beside_expired(system, *errand),
                NeighbourVerdict::Wait => {
                    let why = refusal.code.clone();
                    return self.on_beside_limit(system, *errand, (why, answer.retry_after_ms));
                }
                NeighbourVerdict::SearchAnew(_) | NeighbourVerdict::Permanent(_) => {}
            }
        }
        let desk = self.exchange.beside.desk(system);
        desk.expiries = 0;
        desk.failures = 0;
        let got = match &answer.reply {
            Reply::Done(Done::Rows { rows, .. }) => Got::Rows(rows.clone()),
            Reply::Done(Done::Saved(results)) => match results.first() {
                Some(Ok(id)) => Got::Saved(id.clone()),
                Some(Err(refusal)) => Got::Refused(refusal.clone()),
                None => Got::Unknown,
            },
            other => failed(other),
        };
        self.on_got(errand.ticket, got);
    }

    fn on_beside_login(&mut self, system: System, answer: &Answer) {
        let desk = self.exchange.beside.desk(system);
        if let Reply::Done(Done::LoggedIn) = answer.reply {
            desk.stage = Stage::Open;
            desk.failures = 0;
            return;
        }
        desk.stage = Stage::Pausing { logged_in: false };
        desk.failures += 1;
        let failures = desk.failures;
        let why = match &answer.reply {
            Reply::Refused(refusal) => refusal.code.clone(),
            Reply::Unavailable { code } => code.clone(),
            Reply::Lost(_) | Reply::Done(_) => "no usable answer".to_owned(),
        };
        let again = self.rules.retry_at(&self.config.retry, failures, self.now, 0);
        let at = again.unwrap_or_else(|| self.now.plus_ms(limits::BUDGET_PROBE_MS));
        self.wake_at(at, Wake::Neighbour(system));
        self.tell_beside(system, Rule::RetryUnavailable, &why);
        if failures == 1 {
            let text = format!("nobody could log in to {} ({why}); its work waits", system.word());
            self.alert(None, None, Rule::RetryUnavailable, text);
        }
    }

    /// The session is over: what it refused wrote nothing, and goes again behind a new login.
    fn on_beside_expired(&mut self, system: System, errand: Errand) {
        let desk = self.exchange.beside.desk(system);
        if desk.stage == Stage::Open {
            desk.stage = Stage::LoggedOut;
            desk.expiries += 1;
        }
        if desk.expiries > limits::EXPIRIES_IN_A_ROW_MAX {
            let got = Got::Nothing { why: "session expired".to_owned() };
            return self.on_got(errand.ticket, got);
        }
        desk.waiting.push_front(errand);
    }

    /// Too much at once: nothing goes for a while, then it goes again.
    fn on_beside_limit(
        &mut self,
        system: System,
        errand: Errand,
        (why, retry_after_ms): (String, Option<i64>),
    ) {
        let desk = self.exchange.beside.desk(system);
        desk.waiting.push_front(errand);
        if matches!(desk.stage, Stage::Pausing { .. }) {
            return;
        }
        desk.stage = Stage::Pausing { logged_in: true };
        desk.failures += 1;
        let failures = desk.failures;
        let pause = retry_after_ms.map(|ms| self.now.plus_ms(ms.max(1)));
        let usual = self.rules.retry_at(&self.config.retry, failures, self.now, 0);
        let at = pause.or(usual).unwrap_or_else(|| self.now.plus_ms(limits::BUDGET_PROBE_MS));
        self.wake_at(at, Wake::Neighbour(system));
        self.tell_beside(system, Rule::NeighbourLimit, &why);
    }

    /// Everybody who waits for the system hears why.
    fn tell_beside(&mut self, system: System, because: Rule, why: &str) {
        let waiting = self.exchange.beside.desk(system).waiting.iter();
        let intents: Vec<IntentId> = waiting
            .filter_map(|it| match it.ticket.asker {
                Asker::Intent(id) => Some(id),
                _ => None,
            })
            .collect();
        for id in intents {
            let Some(about) = self.intents.get(&id).map(|it| it.about) else { continue };
            let answer = (crate::Question::Answer, because);
            self.decided_plainly(about, Some(id), answer, Some(why.to_owned()));
        }
    }

    /// The pause is over.
    pub(crate) fn on_neighbour_due(&mut self, system: System) {
        let desk = self.exchange.beside.desk(system);
        desk.stage = match desk.stage {
            Stage::Pausing { logged_in: true } => Stage::Open,
            Stage::Pausing { logged_in: false } => Stage::LoggedOut,
            other => other,
        };
    }

    /// After a restart: the sessions are gone, and nobody knows what became of the calls in flight.
    pub(super) fn lose_beside(&mut self) {
        for desk in self.exchange.beside.desks.values_mut() {
            desk.in_flight = 0;
            desk.stage = match desk.stage {
                Stage::Pausing { .. } => Stage::Pausing { logged_in: false },
                _ => Stage::LoggedOut,
            };
        }
    }

    /// What was in flight when the engine stopped.
    pub(super) fn lose_errand(&mut self, errand: Option<Box<Errand>>) {
        if let Some(errand) = errand {
            self.on_got(errand.ticket, failed(&Reply::Lost(Lost::Unknown)));
        }
    }
}

impl Beside {
    fn desk(&mut self, system: System) -> &mut Desk {
        self.desks.entry(system).or_default()
    }

    /// The next call of a system that may go.
    fn next(&mut self, system: System) -> Option<Flight> {
        let desk = self.desks.get_mut(&system)?;
        if desk.waiting.is_empty() {
            return None;
        }
        match desk.stage {
            Stage::LoggedOut => {
                desk.stage = Stage::LoggingIn;
                Some(Flight::Beside(system, None))
            }
            Stage::Open if desk.in_flight < system.calls_at_once() => {
                desk.in_flight += 1;
                let errand = desk.waiting.pop_front()?;
                Some(Flight::Beside(system, Some(Box::new(errand))))
            }
            Stage::LoggingIn | Stage::Pausing { .. } | Stage::Open => None,
        }
    }
}

impl Errand {
    /// The call as it goes.
    pub(super) fn call(&self) -> CrmCall {
        self.call.clone()
    }
}
