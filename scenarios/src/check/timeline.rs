//! `timeline:`: times ascend, visitors land first, names exist.

use crate::ast::{BookMeeting, Line, MeetingStart, Verb};
use crate::check::Checker;
use crate::diagnostic::{Diagnostic, code};
use crate::source::Text;
use crate::time::format_offset;
use std::collections::BTreeSet;

impl<'a> Checker<'a> {
    pub(super) fn timeline(&mut self) {
        let scenario = self.scenario;
        let until = scenario.until();
        let mut landed: BTreeSet<&str> = BTreeSet::new();
        let mut before: Option<&Line> = None;
        for line in &scenario.timeline {
            self.order(line, before, until);
            before = Some(line);
            self.verb(&line.verb, &mut landed);
        }
        self.fault_ids();
    }

    fn order(&mut self, line: &Line, before: Option<&Line>, until: i64) {
        if line.at < 0 {
            self.error_at(
                code::TIME_ORDER,
                line.place.0,
                "the line happens before the clock starts",
                "write a time from the start on; what happened before belongs into `world`",
            );
        }
        if let Some(before) = before.filter(|before| before.at > line.at) {
            let message = format!(
                "{} comes after {}; lines stand in the order of their times",
                format_offset(line.at),
                format_offset(before.at)
            );
            let found = Diagnostic::error(code::TIME_ORDER, line.place.0, message);
            self.out.push(
                found
                    .context(before.place.0, "the line before")
                    .help("move the line up, or write a later time"),
            );
        }
        if line.at > until {
            let message = format!("the line happens after the end ({})", format_offset(until));
            let found = Diagnostic::error(code::AFTER_END, line.place.0, message);
            self.out.push(
                found
                    .context(self.scenario.clock.place.0, "`until` is set here")
                    .help("raise `clock.until`, or write an earlier time"),
            );
        }
    }

    fn verb(&mut self, verb: &'a Verb, landed: &mut BTreeSet<&'a str>) {
        if let Verb::Land(land) = verb {
            landed.insert(&land.visitor);
        }
        if let Some(visitor) = acting(verb) {
            if !self.names.visitors.contains_key(visitor.as_str()) {
                self.visitor(visitor);
            } else if !landed.contains(visitor.as_str()) {
                let message = format!("`{visitor}` has not landed yet");
                self.error(
                    code::BEFORE_LANDING,
                    visitor,
                    message,
                    format!("add a `land` for `{visitor}` before this line"),
                );
            }
        }
        match verb {
            Verb::Start { experience, .. } => self.experience(experience),
            Verb::Chat { with: rep, .. }
            | Verb::Transfer { to: rep, .. }
            | Verb::Pounce { by: rep, .. }
            | Verb::Edit { by: rep, .. }
            | Verb::CreateLead { by: rep, .. }
            | Verb::SyncFields { by: rep, .. }
            | Verb::Disconnect { rep } => self.rep(rep),
            Verb::BookMeeting(booking) => self.booking(booking),
            Verb::MoveMeeting { starts: MeetingStart::Local { zone, .. }, .. } => {
                self.zone(Some(zone));
            }
            Verb::Connect { rep, user } => {
                self.rep(rep);
                self.user(user);
            }
            Verb::Signals(verb) => self.signals_verb(verb),
            Verb::Messenger(verb) => self.messenger_verb(verb),
            Verb::Enrich(enrich) => self.enrich(enrich),
            other if self.liaison_verb(other) => {}
            other => self.org_verb(other),
        }
    }

    fn booking(&mut self, booking: &'a BookMeeting) {
        let by = booking.by.iter().filter(|by| **by != "visitor");
        for rep in booking.with.iter().chain(by).chain(&booking.attendees) {
            self.rep(rep);
        }
        if let MeetingStart::Local { zone, .. } = &booking.starts {
            self.zone(Some(zone));
        }
    }

    fn fault_ids(&mut self) {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for line in &self.scenario.timeline {
            if let Verb::Fault(fault) = &line.verb
                && !seen.insert(&fault.id)
            {
                self.error(
                    code::DUPLICATE_NAME,
                    &fault.id,
                    format!("two faults are called `{}`", fault.id),
                    "rename one of them",
                );
            }
        }
    }
}

/// The visitor that must be on the site for a verb.
fn acting(verb: &Verb) -> Option<&Text> {
    match verb {
        Verb::Start { visitor, .. }
        | Verb::Enter { visitor, .. }
        | Verb::Say { visitor, .. }
        | Verb::Browse { visitor, .. }
        | Verb::DeclineMeeting { visitor }
        | Verb::Leave { visitor }
        | Verb::Return { visitor, .. }
        | Verb::Chat { visitor, .. }
        | Verb::Reply { visitor, .. }
        | Verb::EndChat { visitor }
        | Verb::CancelMeeting { visitor }
        | Verb::MoveMeeting { visitor, .. }
        | Verb::Transfer { visitor, .. }
        | Verb::Pounce { visitor, .. }
        | Verb::Edit { visitor, .. }
        | Verb::CreateLead { visitor, .. }
        | Verb::SyncFields { visitor, .. } => Some(visitor),
        Verb::BookMeeting(booking) => Some(&booking.visitor),
        Verb::Enrich(enrich) => Some(&enrich.visitor),
        Verb::Messenger(verb) => verb.visitor(),
        _ => None,
    }
}
