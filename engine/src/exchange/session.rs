//! The one session that all calls share: logging in, and logging in again when it expired (FM-19 to FM-22).
//!
//! Logging in never gives up: the work stays, the pauses grow, and a refused login is probed as slowly as a used-up
//! allowance.

use super::Flight;
use crate::{
    Engine, RefusedWrite, Reply, Rule, Rules, SessionState as Stage, Verdict, call::Done, limits,
    timers::Wake,
};

/// The state of the session.
#[derive(Debug, Default)]
pub(super) struct Session {
    stage: Stage,
    failures: u32,
    expiries: u32,
}

impl<R: Rules> Engine<R> {
    /// Whether calls may go; if nobody has logged in yet, somebody does now.
    pub(super) fn has_session(&mut self) -> bool {
        if self.rules.needs_login(self.exchange.session.stage) {
            self.exchange.session.stage = Stage::LoggingIn;
            self.send(Flight::Login);
        }
        self.exchange.session.stage == Stage::Open
    }

    pub(super) fn on_login(&mut self, reply: &Reply) {
        if let Reply::Done(Done::LoggedIn) = reply {
            self.exchange.session.stage = Stage::Open;
            self.exchange.session.failures = 0;
            return;
        }
        self.exchange.session.stage = Stage::Pausing;
        self.exchange.session.failures += 1;
        let failures = self.exchange.session.failures;
        let (because, why, passes) = self.login_failure(reply);
        let again =
            self.rules.retry_at(&self.config.retry, failures, self.now, 0).filter(|_| passes);
        let slow = if passes { self.config.retry.max_delay_ms } else { limits::BUDGET_PROBE_MS };
        self.wake_at(again.unwrap_or_else(|| self.now.plus_ms(slow)), Wake::Login);
        self.tell_waiting(because, &why);
        if failures == 1 {
            let text = format!("nobody could log in as the org user ({why}); all work waits");
            self.alert(None, None, because, text);
        }
    }

    /// Why nobody could log in, and whether that passes by itself.
    fn login_failure(&self, reply: &Reply) -> (Rule, String, bool) {
        let Reply::Refused(refusal) = reply else {
            let why = match reply {
                Reply::Unavailable { code } => code.clone(),
                _ => "no usable answer".to_owned(),
            };
            return (Rule::RetryUnavailable, why, true);
        };
        let login = RefusedWrite { object: "", operation: None };
        let why = refusal.code.clone();
        match self.rules.classify_refusal(&login, refusal, &self.config) {
            Verdict::Permanent(because) => (because, why, false),
            Verdict::LimitReached => (Rule::BudgetHold, why, false),
            _ => (Rule::RetryUnavailable, why, true),
        }
    }

    /// The next attempt to log in is due.
    pub(crate) fn on_login_due(&mut self) {
        if self.exchange.session.stage == Stage::Pausing {
            self.exchange.session.stage = Stage::None;
        }
    }

    /// The session expired: what was refused wrote nothing and goes again behind a new login.
    pub(super) fn on_expired(&mut self, flight: Flight) {
        let session = &mut self.exchange.session;
        if session.stage == Stage::Open {
            session.stage = Stage::None;
            session.expiries += 1;
        }
        if session.expiries > limits::EXPIRIES_IN_A_ROW_MAX {
            return self
                .on_reply(flight, &Reply::Unavailable { code: "session expired".to_owned() });
        }
        self.exchange.next.push_back(flight);
    }

    /// A call was carried out, so the session is good.
    pub(super) fn on_session_good(&mut self) {
        self.exchange.session.expiries = 0;
    }
}
