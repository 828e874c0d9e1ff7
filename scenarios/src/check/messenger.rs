//! The messenger: reps and visitors exist, and whoever acts can.

use crate::ast::{MessengerSetup, MessengerVerb, PlaybackCheck, PlaybackLink, Verb};
use crate::check::Checker;
use crate::diagnostic::code;
use crate::source::Text;
use crate::vocabulary::View;

impl<'a> Checker<'a> {
    pub(super) fn messenger(&mut self, setup: &MessengerSetup) {
        for desk in &setup.desks {
            self.rep(&desk.rep);
        }
    }

    pub(super) fn messenger_verb(&mut self, verb: &'a MessengerVerb) {
        if let Some(by) = verb.by()
            && (*by != "visitor" || matches!(verb, MessengerVerb::Block { .. }))
        {
            self.rep(by);
        }
        if let MessengerVerb::MergeVisitors { into, .. } = verb {
            self.visitor(into);
        }
    }

    pub(super) fn playback(&mut self, check: &'a PlaybackCheck) {
        match &check.link {
            PlaybackLink::Visitor(name) => self.visitor(name),
            PlaybackLink::Event(name) => {
                if let Some(object) = self.record(name).filter(|object| *object != "Event") {
                    let message = format!("`{name}` is a {object}, not an Event");
                    self.error(code::IMPOSSIBLE, name, message, "name an Event of this file");
                }
            }
            PlaybackLink::Device(name) => {
                let landings = self.scenario.timeline.iter().filter_map(|line| match &line.verb {
                    Verb::Land(land) => Some(land.device.as_ref().unwrap_or(&land.visitor)),
                    _ => None,
                });
                let known: Vec<&str> = landings.map(Text::as_str).collect();
                if !known.contains(&name.as_str()) {
                    self.unknown(code::UNKNOWN_NAME, "device", name, known);
                }
            }
            PlaybackLink::Token(_) => {}
        }
        self.shown(&check.fields, View::Playback);
    }
}
