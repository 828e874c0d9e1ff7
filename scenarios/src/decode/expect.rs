//! `expect:` and `hold:`: one entry is a time word and a check.

use crate::ast::{
    CallsCheck, Check, Deadline, ExpectTime, Expectation, ExplainCheck, Hold, InvariantCheck,
    Matcher, MetricCheck, RecordCheck, SearchCheck, SearchGroup, Subject, ViewCheck,
};
use crate::decode::{Decoder, Map};
use crate::diagnostic::{Diagnostic, code};
use crate::hint::hint;
use crate::source::Text;
use crate::tree::{Node, NodeKind};
use crate::words::{ACTIONS, CALL_OPERATIONS, CALL_OUTCOMES, INVARIANTS, OUTCOMES, SEARCH_GROUPS};

/// Every check.
pub(crate) const CHECKS: [&str; 11] = [
    "record",
    "explain",
    "calls",
    "metric",
    "rep_view",
    "visitor_view",
    "account_view",
    "list_view",
    "playback",
    "neighbour",
    "search",
];

/// Every time word.
pub(crate) const TIME_WORDS: [&str; 3] = ["at", "by", "throughout"];

impl Decoder<'_> {
    pub(crate) fn expectation(&mut self, node: &Node) -> Option<Expectation> {
        let mut map = Map::of(node, "an expectation", self)?;
        let place = map.place();
        let times: Vec<(&str, &Node)> = TIME_WORDS
            .into_iter()
            .filter_map(|word| map.take(word).map(|node| (word, node)))
            .collect();
        let [(word, when)] = times.as_slice() else {
            let message =
                format!("an expectation has exactly one time word; this has {}", times.len());
            let help = "write `at: TIME`, `at: end`, `by: TIME` or `throughout:`";
            self.out.push(Diagnostic::error(code::EXACTLY_ONE, node.span, message).help(help));
            return None;
        };
        if *word == "throughout" {
            let check = self.invariant(when);
            map.finish(self);
            return Some(Expectation {
                time: ExpectTime::Throughout,
                check: Check::Invariant(check?),
                place,
            });
        }
        let deadline = self.deadline(when);
        let time =
            if *word == "at" { deadline.map(ExpectTime::At) } else { deadline.map(ExpectTime::By) };
        let check = self.check(node, &mut map);
        Some(Expectation { time: time?, check: check?, place })
    }

    fn deadline(&mut self, node: &Node) -> Option<Deadline> {
        match &node.kind {
            NodeKind::Scalar(scalar) if scalar.text == "end" => Some(Deadline::End),
            _ => self.offset(node).map(Deadline::Offset),
        }
    }

    fn check(&mut self, node: &Node, map: &mut Map<'_>) -> Option<Check> {
        let rest = map.rest();
        let [(word, value)] = rest.as_slice() else {
            let message = format!(
                "an expectation has a time word and exactly one check; this has {}",
                rest.len()
            );
            let unknown = rest.iter().find(|(word, _)| !CHECKS.contains(&word.text.as_str()));
            let help =
                unknown.map_or_else(|| hint("", CHECKS), |(word, _)| hint(&word.text, CHECKS));
            self.out
                .push(Diagnostic::error(code::EXACTLY_ONE, node.span, message).maybe_help(help));
            return None;
        };
        match word.text.as_str() {
            "record" => self.record_check(value).map(Check::Record),
            "explain" => self.explain(value).map(Check::Explain),
            "calls" => self.calls(value).map(Check::Calls),
            "metric" => self.metric(value).map(Check::Metric),
            "rep_view" => self.view(value).map(Check::RepView),
            "visitor_view" => self.view(value).map(Check::VisitorView),
            "account_view" => self.view_of("account", value).map(Check::AccountView),
            "list_view" => self.view_of("list", value).map(Check::ListView),
            "playback" => self.playback(value).map(Check::Playback),
            "search" => self.search(value).map(Check::Search),
            "neighbour" => self.neighbour_check(value).map(Check::Neighbour),
            other => {
                self.unknown_word(word, &format!("there is no check `{other}`"), &CHECKS);
                None
            }
        }
    }

    fn search(&mut self, node: &Node) -> Option<SearchCheck> {
        let mut map = Map::of(node, "a search", self)?;
        let group = map.take("in").and_then(|node| self.word(node, SEARCH_GROUPS));
        let check = SearchCheck {
            find: map.required_text("find", self),
            group: group.unwrap_or(SearchGroup::All),
            returning: map.required_text("returning", self),
            rows: map.take("rows").and_then(|node| self.count(node)),
        };
        map.finish(self);
        Some(check)
    }

    fn record_check(&mut self, node: &Node) -> Option<RecordCheck> {
        let mut map = Map::of(node, "a record check", self)?;
        let check = RecordCheck {
            object: map.required_text("object", self),
            filter: self.matchers(map.take("where")),
            count: map.take("count").and_then(|node| self.count(node)),
            alias: map.text("as", self),
            fields: self.matchers(map.take("fields")),
            deleted: map.flag("deleted", false, self),
        };
        map.finish(self);
        Some(check)
    }

    /// A whole number, or a condition on one.
    pub(crate) fn count(&mut self, node: &Node) -> Option<Matcher> {
        let matcher = self.matcher(node)?;
        let whole = |text: &Text| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()) && text.len() <= 9
        };
        let wrong = match &matcher {
            Matcher::Is(text) | Matcher::AtMost(text) | Matcher::AtLeast(text) => vec![text],
            Matcher::Between(low, high) => vec![low, high],
            Matcher::OneOf(texts) => texts.iter().collect(),
            Matcher::Not(inner) => match &**inner {
                Matcher::Is(text) => vec![text],
                _ => Vec::new(),
            },
            _ => {
                let help =
                    "a count takes a number, `at_most`, `at_least`, `between`, `one_of` or `not`";
                let message = "a count cannot be matched like that";
                self.out.push(Diagnostic::error(code::VALUE, node.span, message).help(help));
                return None;
            }
        };
        for text in wrong.into_iter().filter(|text| !whole(text)) {
            self.error(
                code::VALUE,
                text.span,
                format!("`{text}` is not a whole number that fits here"),
                "write a number without sign or unit, such as `2`",
            );
        }
        Some(matcher)
    }

    fn explain(&mut self, node: &Node) -> Option<ExplainCheck> {
        let mut map = Map::of(node, "an explanation", self)?;
        let subject = map.require("subject", self).and_then(|node| self.subject(node));
        let check = ExplainCheck {
            action: map.take("action").and_then(|node| self.word(node, ACTIONS)),
            outcome: map.take("outcome").and_then(|node| self.word(node, OUTCOMES)),
            owner: map.take("owner").and_then(|node| self.matcher(node)),
            matched: map.take("matched").and_then(|node| self.matcher(node)),
            passed_over: map.fields("passed_over", self),
            reasons: map.texts("reasons", self),
            not: map.texts("not", self),
            withheld: map.texts("withheld", self),
            subject: subject.clone().unwrap_or(Subject::Record(Text::default())),
        };
        map.finish(self);
        subject.map(|_| check)
    }

    fn subject(&mut self, node: &Node) -> Option<Subject> {
        let text = self.text(node)?;
        let (kind, name) = text.split_once(' ').unwrap_or(("record", &text));
        // The name is the tail of the text, so its place is the tail of the place, unless quotes or a column moved it.
        let start = text.span.end.saturating_sub(name.len()).max(text.span.start);
        let span = if text.span.end - text.span.start == text.len() {
            crate::source::Span { start, ..text.span }
        } else {
            text.span
        };
        let name = Text::new(name.trim(), span);
        match kind {
            "visitor" => Some(Subject::Visitor(name)),
            "record" => Some(Subject::Record(name)),
            "account" => Some(Subject::Account(name)),
            "list" => Some(Subject::List(name)),
            _ => {
                let help = "write `visitor NAME`, `record NAME`, `account NAME`, `list NAME` or a bare key or alias";
                let message = format!("`{text}` is no subject");
                self.out.push(Diagnostic::error(code::VALUE, text.span, message).help(help));
                None
            }
        }
    }

    fn calls(&mut self, node: &Node) -> Option<CallsCheck> {
        let mut map = Map::of(node, "a check of calls", self)?;
        let check = CallsCheck {
            operation: map.take("operation").and_then(|node| self.word(node, CALL_OPERATIONS)),
            object: map.text("object", self),
            to: map.text("to", self),
            outcome: map.take("outcome").and_then(|node| self.word(node, CALL_OUTCOMES)),
            code: map.take("code").and_then(|node| self.matcher(node)),
            header: self.matchers(map.take("header")),
            sends: map.texts("sends", self),
            sends_not: map.texts("sends_not", self),
            values: self.matchers(map.take("values")),
            count: map.take("count").and_then(|node| self.count(node)),
            exchanges: map.flag("exchanges", false, self),
        };
        map.finish(self);
        Some(check)
    }

    fn metric(&mut self, node: &Node) -> Option<MetricCheck> {
        let mut map = Map::of(node, "a check of a metric", self)?;
        let name = map.required_text("name", self);
        let value = map.require("value", self).and_then(|node| self.matcher(node));
        map.finish(self);
        Some(MetricCheck { name, value: value? })
    }

    /// A view of a company or a list.
    fn view_of(&mut self, what: &'static str, node: &Node) -> Option<ViewCheck> {
        let mut map = Map::of(node, "a view", self)?;
        let of = map.required_text(what, self);
        let read = |(key, node): (&crate::tree::Scalar, &Node), d: &mut Self| {
            d.matcher(node).map(|matcher| (key.text.clone(), matcher))
        };
        let fields = map.rest().into_iter().filter_map(|entry| read(entry, self)).collect();
        Some(ViewCheck { of, fields })
    }

    fn view(&mut self, node: &Node) -> Option<ViewCheck> {
        let mut map = Map::of(node, "a view", self)?;
        let visitor = self.visitor(&mut map);
        let read = |(key, node): (&crate::tree::Scalar, &Node)| {
            Some((key.text.clone(), self.matcher(node)?))
        };
        let fields: Vec<_> = map.rest().into_iter().filter_map(read).collect();
        if fields.is_empty() {
            self.error(
                code::MISSING_KEY,
                map.span,
                "a view needs at least one field to look at",
                "add a field and what it should be",
            );
        }
        Some(ViewCheck { of: visitor, fields })
    }

    fn invariant(&mut self, node: &Node) -> Option<InvariantCheck> {
        let mut map = Map::of(node, "an invariant", self)?;
        let invariant = map.require("invariant", self).and_then(|node| self.word(node, INVARIANTS));
        let object = map.required_text("object", self);
        let key = map.texts("key", self);
        map.finish(self);
        Some(InvariantCheck { invariant: invariant?, object, key })
    }

    pub(crate) fn holds(&mut self, node: &Node) -> Vec<Hold> {
        self.matchers(Some(node))
            .into_iter()
            .map(|(metric, value)| Hold { metric, value })
            .collect()
    }
}
