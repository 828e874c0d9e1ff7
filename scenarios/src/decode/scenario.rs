//! The top level of a scenario file.

use crate::ast::{ClockSetup, DEFAULT_LATENCY_MS, FORMAT, Scenario};
use crate::decode::{Decoder, Map};
use crate::diagnostic::{Diagnostic, code};
use crate::source::Text;
use crate::time::parse_instant;
use crate::tree::{Node, NodeKind};

/// The scenario of a tree whose packs are merged and whose columns are put in.
pub(crate) fn scenario(root: &Node, case: Option<&Text>, d: &mut Decoder<'_>) -> Scenario {
    let Some(mut map) = Map::of(root, "a scenario", d) else { return Scenario::default() };
    format(&mut map, d);
    map.take("use");
    map.take("cases");
    let id = map.required_text("scenario", d);
    check_id(&id, d);
    let title = map.required_text("title", d);
    if map.has("title") && title.trim().is_empty() {
        d.error(
            code::VALUE,
            title.span,
            "the title is blank",
            "say in a few words what the scenario shows",
        );
    }
    if map.require("requirements", d).is_some_and(|node| !matches!(node.kind, NodeKind::List(_))) {
        let span = map.take("requirements").map(|node| node.span).unwrap_or_default();
        d.error(
            code::SHAPE,
            span,
            "`requirements` is a list of ids",
            "write `requirements: [ID, ID]`; `leadsim list requirements` has the ids",
        );
    }
    let clock = clock(&mut map, d);
    d.starts = Some(clock.starts);
    d.visitors = visitors(root);
    let mut scenario = Scenario {
        id,
        case: case.cloned(),
        title,
        about: map.text("about", d),
        requirements: map.texts("requirements", d),
        tags: map.texts("tags", d),
        seed: map.number("seed", d).unwrap_or(0),
        schedule_seed: map.number("schedule_seed", d),
        clock,
        place: map.place(),
        ..Scenario::default()
    };
    body(&mut scenario, &mut map, d);
    map.finish(d);
    scenario
}

fn body(scenario: &mut Scenario, map: &mut Map<'_>, d: &mut Decoder<'_>) {
    if let Some(node) = map.take("world") {
        scenario.world = d.world(node);
    }
    if let Some(node) = map.take("engine") {
        scenario.engine = d.engine(node);
    }
    if let Some(node) = map.take("timeline") {
        scenario.timeline =
            d.list(node, "a list of lines").iter().flat_map(|item| d.lines(item)).collect();
    }
    if let Some(node) = map.take("expect") {
        let items = d.list(node, "a list of expectations");
        scenario.expect = items.iter().filter_map(|item| d.expectation(item)).collect();
    }
    if let Some(node) = map.take("hold") {
        scenario.hold = d.holds(node);
    }
}

/// `format: 1`, the same in scenarios and packs.
pub(crate) fn format(map: &mut Map<'_>, d: &mut Decoder<'_>) {
    let help = format!("write `format: {FORMAT}` as the first line");
    let Some(node) = map.take("format") else {
        d.out.push(
            Diagnostic::error(code::FORMAT, map.span, "the file does not say its format")
                .help(help),
        );
        return;
    };
    let known = matches!(&node.kind, NodeKind::Scalar(scalar) if scalar.plain && scalar.text == FORMAT.to_string().as_str());
    if !known {
        d.out.push(
            Diagnostic::error(code::FORMAT, node.span, "this format is not known here").help(help),
        );
    }
}

/// `folder/name` in lower case, digits, `-` and `/`.
fn check_id(id: &Text, d: &mut Decoder<'_>) {
    let word = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    if !id.span.is_empty() && !id.split('/').all(word) {
        let help = "an id is `folder/name` in lower case letters, digits, `-` and `/`";
        d.out.push(Diagnostic::error(code::VALUE, id.span, format!("`{id}` is no id")).help(help));
    }
}

fn clock(map: &mut Map<'_>, d: &mut Decoder<'_>) -> ClockSetup {
    let Some(mut map) = map.require("clock", d).and_then(|node| Map::of(node, "`clock`", d)) else {
        return ClockSetup::default();
    };
    let starts_text = map.required_text("starts", d);
    let starts = parse_instant(&starts_text);
    if starts.is_none() && map.has("starts") {
        let help = "write an instant with its UTC offset, like `2026-03-02T09:00:00-08:00`";
        let message = format!("`{starts_text}` is not an instant");
        d.out.push(Diagnostic::error(code::VALUE, starts_text.span, message).help(help));
    }
    d.starts = starts;
    let until = map.take("until").and_then(|node| d.offset(node));
    let latency = map.duration("latency", d).unwrap_or(DEFAULT_LATENCY_MS);
    let clock =
        ClockSetup { starts: starts.unwrap_or(0), starts_text, until, latency, place: map.place() };
    map.finish(d);
    clock
}

/// The visitors that land, in order, read ahead so that a line may leave its only visitor out.
fn visitors(root: &Node) -> Vec<Text> {
    let Some(NodeKind::List(lines)) = root.get("timeline").map(|node| &node.kind) else {
        return Vec::new();
    };
    let mut found: Vec<Text> = Vec::new();
    for line in lines {
        let Some(land) = line.get("land").or_else(|| line.get("enter_workflow")) else { continue };
        if let Some(NodeKind::Scalar(name)) = land.get("visitor").map(|node| &node.kind)
            && !found.contains(&name.text)
        {
            found.push(name.text.clone());
        }
    }
    found
}
