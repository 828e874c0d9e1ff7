//! `expect:` and `hold:` as text.

use super::yaml::{Block, Flow, pairs, text, texts};
use crate::ast::{
    CallsCheck, Check, Deadline, ExpectTime, Expectation, ExplainCheck, InvariantCheck, Matcher,
    RecordCheck, Scenario, SearchCheck, SearchGroup, Subject, ViewCheck,
};
use crate::source::Text;
use crate::time::format_offset;
use crate::words::{ACTIONS, CALL_OPERATIONS, CALL_OUTCOMES, INVARIANTS, OUTCOMES, word_of};

pub(super) fn write(scenario: &Scenario, out: &mut Block) {
    if !scenario.expect.is_empty() {
        out.blank();
        out.open(0, "expect");
    }
    scenario.expect.iter().for_each(|found| out.line(1, &format!("- {}", expectation(found))));
    if !scenario.hold.is_empty() {
        out.blank();
        out.open(0, "hold");
    }
    for hold in &scenario.hold {
        out.entry(1, &hold.metric, &matcher(&hold.value));
    }
}

fn expectation(expectation: &Expectation) -> String {
    let deadline = |deadline: Deadline| match deadline {
        Deadline::Offset(offset) => format_offset(offset),
        Deadline::End => "end".to_owned(),
    };
    let time = match expectation.time {
        ExpectTime::At(at) => format!("at: {}", deadline(at)),
        ExpectTime::By(at) => format!("by: {}", deadline(at)),
        ExpectTime::Throughout => {
            let Check::Invariant(check) = &expectation.check else { return "{}".to_owned() };
            return format!("throughout: {}", invariant(check));
        }
    };
    let (word, check) = match &expectation.check {
        Check::Record(check) => ("record", record(check)),
        Check::Explain(check) => ("explain", explain(check)),
        Check::Calls(check) => ("calls", calls(check)),
        Check::Metric(check) => {
            let mut flow = Flow::new();
            flow.text("name", &check.name);
            flow.entry("value", matcher(&check.value));
            ("metric", flow.finish())
        }
        Check::RepView(check) => ("rep_view", view("visitor", check)),
        Check::VisitorView(check) => ("visitor_view", view("visitor", check)),
        Check::AccountView(check) => ("account_view", view("account", check)),
        Check::ListView(check) => ("list_view", view("list", check)),
        Check::Invariant(check) => ("throughout", invariant(check)),
        Check::Neighbour(check) => ("neighbour", neighbour(check)),
        Check::Search(check) => ("search", search(check)),
        Check::Playback(check) => ("playback", super::messenger::playback(check)),
    };
    format!("{{ {time}, {word}: {check} }}")
}

pub(super) fn matcher(found: &Matcher) -> String {
    let mut flow = Flow::new();
    match found {
        Matcher::Is(value) => return text(value),
        Matcher::Present(_) => flow.flag("present", true),
        Matcher::Absent(_) => flow.flag("absent", true),
        Matcher::Matches(value) => flow.text("matches", value),
        Matcher::Contains(value) => flow.text("contains", value),
        Matcher::Not(inner) => flow.entry("not", matcher(inner)),
        Matcher::OneOf(values) => flow.entry("one_of", texts(values)),
        Matcher::AtMost(value) => flow.text("at_most", value),
        Matcher::AtLeast(value) => flow.text("at_least", value),
        Matcher::Between(low, high) => flow.entry("between", texts(&[low.clone(), high.clone()])),
    }
    flow.finish()
}

pub(super) fn matchers(flow: &mut Flow, key: &str, found: &[(Text, Matcher)]) {
    if found.is_empty() {
        return;
    }
    let mut inner = Flow::new();
    for (name, value) in found {
        inner.entry(name, matcher(value));
    }
    flow.entry(key, inner.finish());
}

fn record(check: &RecordCheck) -> String {
    records("object", check)
}

fn neighbour(check: &RecordCheck) -> String {
    records("system", check)
}

fn records(of: &str, check: &RecordCheck) -> String {
    let mut flow = Flow::new();
    flow.text(of, &check.object);
    matchers(&mut flow, "where", &check.filter);
    if let Some(count) = &check.count {
        flow.entry("count", matcher(count));
    }
    flow.optional("as", check.alias.as_ref());
    matchers(&mut flow, "fields", &check.fields);
    flow.flag("deleted", check.deleted);
    flow.finish()
}

fn search(check: &SearchCheck) -> String {
    let mut flow = Flow::new();
    flow.text("find", &check.find);
    if check.group != SearchGroup::All {
        flow.entry("in", check.group.word().to_owned());
    }
    flow.text("returning", &check.returning);
    if let Some(rows) = &check.rows {
        flow.entry("rows", matcher(rows));
    }
    flow.finish()
}

fn explain(check: &ExplainCheck) -> String {
    let mut flow = Flow::new();
    flow.text(
        "subject",
        &match &check.subject {
            Subject::Visitor(name) => format!("visitor {name}"),
            Subject::Record(name) => format!("record {name}"),
            Subject::Account(name) => format!("account {name}"),
            Subject::List(name) => format!("list {name}"),
        },
    );
    if let Some(action) = &check.action {
        flow.entry("action", word_of(ACTIONS, action));
    }
    if let Some(outcome) = &check.outcome {
        flow.entry("outcome", word_of(OUTCOMES, outcome));
    }
    for (key, value) in [("owner", &check.owner), ("matched", &check.matched)] {
        if let Some(value) = value {
            flow.entry(key, matcher(value));
        }
    }
    if !check.passed_over.is_empty() {
        flow.entry("passed_over", pairs(&check.passed_over));
    }
    flow.some("reasons", &check.reasons);
    flow.some("not", &check.not);
    flow.some("withheld", &check.withheld);
    flow.finish()
}

fn calls(check: &CallsCheck) -> String {
    let mut flow = Flow::new();
    flow.optional("to", check.to.as_ref());
    if let Some(operation) = &check.operation {
        flow.entry("operation", word_of(CALL_OPERATIONS, operation));
    }
    flow.optional("object", check.object.as_ref());
    if let Some(outcome) = &check.outcome {
        flow.entry("outcome", word_of(CALL_OUTCOMES, outcome));
    }
    if let Some(code) = &check.code {
        flow.entry("code", matcher(code));
    }
    matchers(&mut flow, "header", &check.header);
    flow.some("sends", &check.sends);
    flow.some("sends_not", &check.sends_not);
    matchers(&mut flow, "values", &check.values);
    if let Some(count) = &check.count {
        flow.entry("count", matcher(count));
    }
    flow.flag("exchanges", check.exchanges);
    flow.finish()
}

fn view(what: &str, check: &ViewCheck) -> String {
    let mut flow = Flow::new();
    flow.text(what, &check.of);
    for (name, value) in &check.fields {
        flow.entry(name, matcher(value));
    }
    flow.finish()
}

fn invariant(check: &InvariantCheck) -> String {
    let mut flow = Flow::new();
    flow.entry("invariant", word_of(INVARIANTS, &check.invariant));
    flow.text("object", &check.object);
    flow.some("key", &check.key);
    flow.finish()
}
