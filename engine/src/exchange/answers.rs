//! What the answer to a call means for those who asked: taken apart, row by row, and handed back.

use super::{Budget, Flight, Got, Part, Request, Trouble, session::Session};
use crate::{Answer, CallId, Engine, Lost, Refusal, Reply, Rules, call::Done};

impl<R: Rules> Engine<R> {
    /// A call was answered.
    pub(crate) fn on_answer(&mut self, call: CallId, answer: &Answer) {
        let Some(flight) = self.exchange.in_flight.remove(&call) else { return };
        self.learn_of(answer);
        if flight == Flight::Login {
            return self.on_login(&answer.reply);
        }
        if let Flight::Beside(system, errand) = flight {
            return self.on_beside(system, errand, answer);
        }
        let was_probe = self.exchange.budget == Budget::Probed;
        match self.trouble(&answer.reply) {
            Trouble::Expired => self.on_expired(flight),
            Trouble::Held(why) => self.on_held(flight, why),
            Trouble::Crowded => {
                self.on_crowded(call);
                self.on_reply(flight, &answer.reply);
            }
            Trouble::None | Trouble::RolledBack => self.on_reply(flight, &answer.reply),
        }
        if matches!(answer.reply, Reply::Done(_)) {
            self.on_carried_out(call);
        }
        if was_probe && self.exchange.budget == Budget::Probed {
            self.exchange.budget = Budget::Free;
        }
    }

    pub(super) fn on_reply(&mut self, flight: Flight, reply: &Reply) {
        match flight {
            Flight::Login => self.on_login(reply),
            Flight::Beside(_, errand) => self.lose_errand(errand),
            Flight::More(reading, _) => self.on_part(Part::Read(reading), reply),
            Flight::Job(job) => self.on_job(job, reply),
            Flight::Describe(kind) => self.on_described(kind, reply),
            Flight::Parts(parts) => match reply {
                Reply::Done(Done::Parts(replies)) => self.on_parts(parts, replies),
                _ => parts.into_iter().for_each(|it| self.on_part(it, reply)),
            },
        }
    }

    fn on_parts(&mut self, parts: Vec<Part>, replies: &[Reply]) {
        let mut replies = replies.iter();
        for part in parts {
            let reply = replies.next().unwrap_or(&Reply::Lost(Lost::Unknown));
            match self.trouble(reply) {
                Trouble::Expired => self.on_expired(Flight::Parts(vec![part])),
                Trouble::Held(why) => self.on_held(Flight::Parts(vec![part]), why),
                Trouble::RolledBack => self.on_rolled_back(part.into_requests()),
                Trouble::Crowded | Trouble::None => self.on_part(part, reply),
            }
        }
    }

    fn on_part(&mut self, part: Part, reply: &Reply) {
        match part {
            Part::Read(reading) => self.on_read(reading, reply),
            Part::Write(requests) => self.on_written(requests, reply),
            Part::Convert(requests) => self.on_conversions_done(requests, reply),
        }
    }

    fn on_written(&mut self, requests: Vec<Request>, reply: &Reply) {
        let Reply::Done(Done::Saved(results)) = reply else {
            let got = match reply {
                Reply::Done(Done::Met(record)) => Got::Met(record.clone()),
                reply => failed(reply),
            };
            return requests.into_iter().for_each(|it| self.on_got(it.ticket, got.clone()));
        };
        let is_heavy = |it: &crate::call::SaveResult| {
            it.as_ref().err().is_some_and(|refusal| self.is_heavy(refusal))
        };
        if results.iter().any(is_heavy) {
            self.on_heavy_batch(&requests);
        }
        let mut results = results.iter();
        for request in requests {
            match results.next() {
                None => self.on_got(request.ticket, Got::Unknown),
                Some(Ok(id)) => self.on_got(request.ticket, Got::Saved(id.clone())),
                Some(Err(refusal)) => self.on_row_refused(request, refusal),
            }
        }
    }

    fn on_conversions_done(&mut self, requests: Vec<Request>, reply: &Reply) {
        let Reply::Done(Done::Converted(results)) = reply else {
            let got = failed(reply);
            return requests.into_iter().for_each(|it| self.on_got(it.ticket, got.clone()));
        };
        let mut results = results.iter();
        for request in requests {
            let got = match results.next() {
                None => Got::Unknown,
                Some(Ok(converted)) => Got::Converted(converted.clone()),
                Some(Err(refusal)) => Got::Refused(refusal.clone()),
            };
            self.on_got(request.ticket, got);
        }
    }

    pub(super) fn on_row_refused(&mut self, request: Request, refusal: &Refusal) {
        match self.trouble_of(refusal) {
            Trouble::Expired => self.on_expired(Flight::Parts(vec![Part::Write(vec![request])])),
            Trouble::Held(why) => {
                self.on_held(Flight::Parts(vec![Part::Write(vec![request])]), why);
            }
            Trouble::RolledBack => self.on_rolled_back(vec![request]),
            Trouble::Crowded | Trouble::None => {
                self.on_got(request.ticket, Got::Refused(refusal.clone()));
            }
        }
    }

    /// After a restart: nobody knows what became of the calls in flight.
    pub(crate) fn lose_calls(&mut self) {
        self.exchange.session = Session::default();
        self.lose_beside();
        if self.exchange.budget == Budget::Probed {
            self.exchange.budget = Budget::Probing;
        }
        for (_, flight) in std::mem::take(&mut self.exchange.in_flight) {
            if flight != Flight::Login {
                let reply = Reply::Lost(self.rules.after_restart());
                self.on_reply(flight, &reply);
            }
        }
    }
}

/// What a reply that is no result means for who asked.
pub(super) fn failed(reply: &Reply) -> Got {
    match reply {
        Reply::Refused(refusal) => Got::Refused(refusal.clone()),
        Reply::Unavailable { code } => Got::Nothing { why: code.clone() },
        Reply::Lost(Lost::NotSent) => Got::Nothing { why: "not sent".to_owned() },
        Reply::Lost(Lost::Unknown) | Reply::Done(_) => Got::Unknown,
    }
}
