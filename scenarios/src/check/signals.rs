//! Signals: admins are reps, companies and lists exist, and an org can take what the mapping sends.

use crate::ast::{SignalsSetup, SignalsVerb};
use crate::check::Checker;
use crate::diagnostic::code;
use crate::source::Text;

impl<'a> Checker<'a> {
    pub(super) fn signals(&mut self, signals: &'a SignalsSetup) {
        for admin in &signals.admins {
            self.rep(admin);
        }
    }

    pub(super) fn signals_verb(&mut self, verb: &'a SignalsVerb) {
        self.rep(verb.by());
        if let Some(account) = verb.account() {
            self.company(account);
        }
        if let Some(list) = verb.list() {
            self.account_list(list);
        }
    }

    /// A company of the world.
    pub(super) fn company(&mut self, name: &Text) {
        let known: Vec<&str> =
            self.scenario.world.companies.iter().map(|it| it.key.as_str()).collect();
        if !known.contains(&name.as_str()) {
            self.unknown(code::UNKNOWN_NAME, "company", name, known);
        }
    }

    /// A list of Signals.
    pub(super) fn account_list(&mut self, name: &Text) {
        let lists = self.scenario.engine.signals.iter().flat_map(|it| &it.lists);
        let known: Vec<&str> = lists.map(|it| it.list.as_str()).collect();
        if !known.contains(&name.as_str()) {
            self.unknown(code::UNKNOWN_NAME, "account list", name, known);
        }
    }
}
