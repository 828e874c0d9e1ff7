//! `expect:` and `hold:`: names, rules, fields, times, conditions.

use crate::ast::{
    CallsCheck, Check, Deadline, ExpectTime, Expectation, ExplainCheck, InvariantCheck, Matcher,
    RecordCheck, SearchCheck, Subject, ViewCheck,
};
use crate::check::Checker;
use crate::check::fields::api_name;
use crate::diagnostic::{Diagnostic, code};
use crate::hint::hint;
use crate::source::{Span, Text};
use crate::time::format_offset;
use crate::vocabulary::View;
use std::collections::BTreeSet;

impl<'a> Checker<'a> {
    pub(super) fn expectations(&mut self) {
        let scenario = self.scenario;
        for expectation in &scenario.expect {
            self.time(expectation);
            match &expectation.check {
                Check::Record(check) => self.record_check(check, expectation.place.0),
                Check::Neighbour(check) => self.neighbour_check(check),
                Check::Explain(check) => self.explain(check),
                Check::Calls(check) => self.calls(check),
                Check::Metric(check) => {
                    self.metric(&check.name);
                    self.figure(&check.name, &check.value);
                }
                Check::RepView(check) => self.view(check, View::Rep),
                Check::VisitorView(check) => self.view(check, View::Visitor),
                Check::AccountView(check) => {
                    self.company(&check.of);
                    self.shown(&check.fields, View::Account);
                }
                Check::ListView(check) => {
                    self.account_list(&check.of);
                    self.shown(&check.fields, View::List);
                }
                Check::Invariant(check) => self.invariant(check),
                Check::Playback(check) => self.playback(check),
                Check::Search(check) => self.search(check),
            }
        }
        for hold in &scenario.hold {
            self.metric(&hold.metric);
            self.figure(&hold.metric, &hold.value);
        }
        self.unused_aliases();
    }

    fn time(&mut self, expectation: &Expectation) {
        let until = self.scenario.until();
        let (ExpectTime::At(Deadline::Offset(at)) | ExpectTime::By(Deadline::Offset(at))) =
            expectation.time
        else {
            return;
        };
        if at < 0 {
            self.error_at(
                code::TIME_ORDER,
                expectation.place.0,
                "the expectation looks before the clock starts",
                "write a time from the start on, such as `at: 2m`",
            );
        }
        if at > until {
            let message = format!(
                "{} is after the end of the scenario ({})",
                format_offset(at),
                format_offset(until)
            );
            let found = Diagnostic::error(code::AFTER_END, expectation.place.0, message);
            self.out.push(found.help("raise `clock.until`, or write `at: end`"));
        }
    }

    fn search(&mut self, check: &SearchCheck) {
        self.object(&check.returning);
        if let Some(rows) = &check.rows {
            self.matcher(None, "rows", rows);
        }
    }

    fn record_check(&mut self, check: &'a RecordCheck, span: Span) {
        if let Some(count) = &check.count {
            self.matcher(None, "count", count);
        }
        let none = matches!(&check.count, Some(Matcher::Is(count)) if *count == "0");
        if none && (!check.fields.is_empty() || check.alias.is_some()) {
            let message = "the entry expects no record, yet says what it looks like";
            let found = Diagnostic::error(code::IMPOSSIBLE, span, message);
            self.out.push(found.help("put conditions that select records into `where`"));
        }
        if let Some(alias) = &check.alias
            && check
                .count
                .as_ref()
                .is_some_and(|count| !matches!(count, Matcher::Is(text) if *text == "1"))
            && !none
        {
            self.error(
                code::IMPOSSIBLE,
                alias,
                "`as` names one record; the entry does not expect exactly one",
                "remove `as`, or `count`",
            );
        }
        let Some(object) = self.object(&check.object) else { return };
        for (name, matcher) in &check.filter {
            if *name == "key" {
                self.key(object, matcher);
            } else if let Some(kind) = self.field(object, name) {
                self.matcher(Some(kind), &api_name(name), matcher);
            }
        }
        for (name, matcher) in &check.fields {
            if let Some(kind) = self.field(object, name) {
                self.matcher(Some(kind), &api_name(name), matcher);
            }
        }
    }

    fn key(&mut self, object: &str, matcher: &'a Matcher) {
        match matcher {
            Matcher::Is(name) => {
                if let Some(found) = self.record(name).filter(|found| *found != object) {
                    self.error(
                        code::IMPOSSIBLE,
                        name,
                        format!("`{name}` is a {found}, not a {object}"),
                        format!("name a {object}, or look for a {found}"),
                    );
                }
            }
            Matcher::OneOf(names) => {
                for name in names {
                    self.record(name);
                }
            }
            Matcher::Not(inner) => self.key(object, inner),
            _ => {
                let at = matcher.place().unwrap_or(self.scenario.id.span);
                self.error_at(
                    code::IMPOSSIBLE,
                    at,
                    "`key` takes the name of a record, `one_of` names or `not`",
                    "write the name of a record of this file",
                );
            }
        }
    }

    fn explain(&mut self, check: &'a ExplainCheck) {
        match &check.subject {
            Subject::Visitor(name) => self.visitor(name),
            Subject::Account(name) => self.company(name),
            Subject::List(name) => self.account_list(name),
            Subject::Record(name) => {
                self.record(name);
            }
        }
        for rule in check.reasons.iter().chain(&check.not) {
            self.rule(rule);
        }
        for rule in &check.not {
            if let Some(reason) = check.reasons.iter().find(|reason| *reason == rule) {
                let message = format!("`{rule}` cannot be both given and not given");
                let found = Diagnostic::error(code::IMPOSSIBLE, rule.span, message)
                    .help("remove one of them");
                self.out.push(found.context(reason.span, "expected here"));
            }
        }
        for (candidate, rule) in &check.passed_over {
            self.candidate(candidate);
            self.rule(rule);
        }
        if let Some(Matcher::Is(owner)) = &check.owner {
            self.owner(owner);
        }
        if let Some(Matcher::Is(matched)) = &check.matched {
            self.record(matched);
        }
    }

    /// A record, user, rep or rule of a package that could have been chosen.
    fn candidate(&mut self, name: &Text) {
        let known = self.names.has(name) || self.names.reps.contains_key(name.as_str());
        if !known && !self.is_package_rule(name) {
            let known: Vec<&str> =
                self.names.anything().into_iter().chain(self.names.reps.keys().copied()).collect();
            self.unknown(code::UNKNOWN_NAME, "candidate", name, known);
        }
    }

    fn calls(&mut self, check: &'a CallsCheck) {
        if let Some(count) = &check.count {
            self.matcher(None, "count", count);
        }
        for (name, matcher) in &check.header {
            self.matcher(None, name, matcher);
        }
        if let Some(to) = check.to.as_ref().filter(|to| **to != "salesforce") {
            self.system(to);
            return;
        }
        let object = check.object.as_ref().and_then(|object| self.object(object));
        let fields = check
            .sends
            .iter()
            .chain(&check.sends_not)
            .chain(check.values.iter().map(|(name, _)| name));
        for field in fields {
            if let Some(object) = object {
                self.field(object, field);
            }
        }
        for (name, matcher) in &check.values {
            let kind = object.and_then(|object| self.field_kind(object, name));
            self.matcher(kind, &api_name(name), matcher);
        }
    }

    fn view(&mut self, check: &'a ViewCheck, view: View) {
        self.visitor(&check.of);
        self.shown(&check.fields, view);
    }

    /// Fields that a view shows.
    pub(super) fn shown(&mut self, fields: &'a [(Text, Matcher)], view: View) {
        let known = self.vocabulary.view_fields(view);
        for (name, matcher) in fields {
            self.matcher(None, name, matcher);
            if let Some(known) = known.as_ref().filter(|known| !crate::names_field(known, name)) {
                let message = format!("the view has no field `{name}`");
                let found = Diagnostic::error(code::UNKNOWN_FIELD, name.span, message)
                    .help("remove the line");
                self.out.push(found.maybe_help(hint(name, known.iter().copied())));
            }
        }
    }

    fn invariant(&mut self, check: &'a InvariantCheck) {
        if let Some(object) = self.object(&check.object) {
            for field in &check.key {
                self.field(object, field);
            }
        }
    }

    /// An `as` that no later entry and no line uses.
    fn unused_aliases(&mut self) {
        let used = used_names(self.scenario);
        let unused: Vec<&Text> = self
            .names
            .aliases
            .values()
            .map(|(alias, _)| *alias)
            .filter(|alias| !used.contains(alias.as_str()))
            .collect();
        for alias in unused {
            let message = format!("nothing uses the name `{alias}`");
            let found = Diagnostic::error(code::UNUSED_ALIAS, alias.span, message);
            self.out.push(found.help("remove `as`, or use the name in a later entry"));
        }
    }
}

/// Every text that could be the name of a record.
fn used_names(scenario: &crate::ast::Scenario) -> BTreeSet<&str> {
    let mut used = BTreeSet::new();
    for expectation in &scenario.expect {
        match &expectation.check {
            Check::Record(check) | Check::Neighbour(check) => {
                let matchers = check.filter.iter().chain(&check.fields).map(|(_, matcher)| matcher);
                matchers.for_each(|matcher| literals(matcher, &mut used));
            }
            Check::Explain(check) => {
                if let Subject::Record(name) = &check.subject {
                    used.insert(name.as_str());
                }
                check.matched.iter().for_each(|matcher| literals(matcher, &mut used));
                used.extend(check.passed_over.iter().map(|(name, _)| name.as_str()));
            }
            Check::RepView(check)
            | Check::VisitorView(check)
            | Check::AccountView(check)
            | Check::ListView(check) => {
                check.fields.iter().for_each(|(_, matcher)| literals(matcher, &mut used));
            }
            Check::Calls(check) => {
                check.values.iter().for_each(|(_, matcher)| literals(matcher, &mut used));
            }
            Check::Playback(check) => {
                used.insert(check.link.parts().1.as_str());
            }
            Check::Metric(_) | Check::Invariant(_) | Check::Search(_) => {}
        }
    }
    for line in &scenario.timeline {
        used.extend(super::timeline_org::references(&line.verb).into_iter().map(Text::as_str));
    }
    used
}

fn literals<'a>(matcher: &'a Matcher, used: &mut BTreeSet<&'a str>) {
    match matcher {
        Matcher::Is(text) => {
            used.insert(text);
        }
        Matcher::OneOf(texts) => used.extend(texts.iter().map(Text::as_str)),
        Matcher::Not(inner) => literals(inner, used),
        _ => {}
    }
}
