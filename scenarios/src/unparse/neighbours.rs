//! `world.neighbours`, `engine.map`, and the verb `enrich` as text.

use super::yaml::{Block, Flow, pairs, text};
use crate::ast::{
    Enrich, LinkSetup, MapSetup, Moment, NeighbourLimits, NeighbourRecord, NeighbourSetup,
};
use crate::time::{format_instant, format_offset};

pub(super) fn write(systems: &[NeighbourSetup], out: &mut Block) {
    if systems.is_empty() {
        return;
    }
    out.open(1, "neighbours");
    for setup in systems {
        system(setup, out);
    }
}

fn system(setup: &NeighbourSetup, out: &mut Block) {
    let is_bare = NeighbourSetup {
        system: setup.system.clone(),
        records: Vec::new(),
        fields: Vec::new(),
        link: None,
        limits: None,
        duplicate_status: None,
        multiple_prospects: false,
        place: setup.place,
    } == *setup;
    if is_bare {
        return out.entry(2, &setup.system, "{}");
    }
    out.open(2, &setup.system);
    if !setup.records.is_empty() {
        out.open(3, "records");
        for it in &setup.records {
            out.line(4, &format!("- {}", record(it)));
        }
    }
    if !setup.fields.is_empty() {
        out.entry(3, "fields", &super::yaml::texts(&setup.fields));
    }
    if let Some(setup) = &setup.link {
        out.entry(3, "link", &link(setup));
    }
    if let Some(setup) = &setup.limits {
        out.entry(3, "limits", &limits(setup));
    }
    if let Some(status) = setup.duplicate_status {
        out.entry(3, "duplicate_status", &status.to_string());
    }
    if setup.multiple_prospects {
        out.entry(3, "multiple_prospects", "true");
    }
}

fn record(record: &NeighbourRecord) -> String {
    let mut flow = Flow::new();
    flow.optional("key", record.key.as_ref());
    flow.optional("kind", record.kind.as_ref());
    if !record.fields.is_empty() {
        flow.entry("fields", pairs(&record.fields));
    }
    for (key, moment) in [("created", &record.created), ("updated", &record.updated)] {
        match moment {
            Some(Moment::Offset(offset)) => flow.entry(key, format_offset(*offset)),
            Some(Moment::Instant(at)) => flow.entry(key, text(&format_instant(*at))),
            None => {}
        }
    }
    flow.optional("linked_to", record.linked_to.as_ref());
    flow.finish()
}

fn link(link: &LinkSetup) -> String {
    let mut flow = Flow::new();
    if let Some(lag) = link.lag {
        flow.entry("lag", format_offset(lag));
    }
    flow.optional("user", link.user.as_ref());
    if !link.mapping.is_empty() {
        flow.entry("mapping", pairs(&link.mapping));
    }
    flow.optional("down", link.down.as_ref());
    flow.finish()
}

fn limits(limits: &NeighbourLimits) -> String {
    let mut flow = Flow::new();
    let mut number = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            flow.entry(key, value);
        }
    };
    number("calls", limits.calls.map(|it| it.to_string()));
    number("per", limits.per.map(format_offset));
    number("daily", limits.daily.map(|it| it.to_string()));
    number("at_once", limits.at_once.map(|it| it.to_string()));
    flow.finish()
}

pub(super) fn map(setup: &MapSetup) -> String {
    let mut flow = Flow::new();
    flow.text("system", &setup.system);
    if let Some(lag) = setup.lag {
        flow.entry("lag", format_offset(lag));
    }
    flow.finish()
}

pub(super) fn enrich(enrich: &Enrich, flow: &mut Flow) {
    flow.text("visitor", &enrich.visitor);
    flow.text("vendor", &enrich.vendor);
    flow.text("level", &enrich.level);
    if !enrich.fields.is_empty() {
        flow.entry("fields", pairs(&enrich.fields));
    }
}
