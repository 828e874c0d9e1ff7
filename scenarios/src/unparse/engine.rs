//! `engine:` as text.

use super::yaml::{Block, Flow, text, texts};
use crate::ast::{
    BatchingSetup, CampaignMapping, Connections, DEFAULT_PROFILE, EngineSetup, ObjectFields,
    RepSetup, RetrySetup, Step, StepKind, ValueMap,
};
use crate::source::Text;
use crate::time::format_offset;
use crate::words::{PUSH_ACTIONS, PUSH_TIMINGS, STRATEGIES, UPDATE_SCOPES, word_of};

pub(super) fn write(engine: &EngineSetup, out: &mut Block) {
    if *engine == EngineSetup::default() {
        return;
    }
    out.blank();
    out.open(0, "engine");
    if engine.profile != DEFAULT_PROFILE {
        out.entry(1, "profile", &text(&engine.profile));
    }
    connections(&engine.connections, out);
    object_fields("mapping", &engine.mapping, out);
    object_fields("constants", &engine.constants, out);
    value_maps(&engine.values, out);
    if let Some(mapping) = &engine.campaign_mapping {
        out.entry(1, "campaign_mapping", &campaign_mapping(mapping));
    }
    if !engine.experiences.is_empty() {
        out.open(1, "experiences");
    }
    for experience in &engine.experiences {
        out.open(2, &experience.name);
        if experience.steps.is_empty() {
            out.entry(3, "steps", "[]");
            continue;
        }
        out.open(3, "steps");
        experience.steps.iter().for_each(|found| out.line(4, &format!("- {}", step(found))));
    }
    let mut settings = Flow::new();
    engine.settings.iter().for_each(|(name, value)| settings.text(name, value));
    if !settings.is_empty() {
        out.entry(1, "settings", &settings.finish());
    }
    if let Some(setup) = &engine.retry {
        out.entry(1, "retry", &retry(setup));
    }
    if let Some(setup) = &engine.batching {
        out.entry(1, "batching", &batching(setup));
    }
    let mut allow = Flow::new();
    engine.allow.iter().for_each(|(code, reason)| allow.text(code, reason));
    if !allow.is_empty() {
        out.entry(1, "allow", &allow.finish());
    }
    products(engine, out);
}

/// What belongs to one product alone.
fn products(engine: &EngineSetup, out: &mut Block) {
    if let Some(setup) = &engine.signals {
        super::signals::setup(setup, out);
    }
    if let Some(setup) = &engine.messenger {
        super::messenger::setup(setup, out);
    }
    if let Some(setup) = &engine.liaison {
        super::liaison::write(setup, out);
    }
    super::packages::write(engine.packages.as_ref(), out);
    if let Some(setup) = &engine.map {
        out.entry(1, "map", &super::neighbours::map(setup));
    }
}

fn connections(connections: &Connections, out: &mut Block) {
    if *connections == Connections::default() {
        return;
    }
    out.open(1, "connections");
    for (key, user) in
        [("org_user", &connections.org_user), ("integration_user", &connections.integration_user)]
    {
        if let Some(user) = user {
            out.entry(2, key, &text(user));
        }
    }
    if !connections.reps.is_empty() {
        out.open(2, "reps");
    }
    for found in &connections.reps {
        out.entry(3, &found.rep, &rep(found));
    }
}

fn rep(rep: &RepSetup) -> String {
    let user = rep.user.as_ref().map_or("null".to_owned(), |user| text(user));
    let Some(name) = &rep.name else { return user };
    let mut flow = Flow::new();
    flow.text("name", name);
    flow.entry("user", user);
    flow.finish()
}

fn object_fields(name: &str, objects: &[ObjectFields], out: &mut Block) {
    if objects.is_empty() {
        return;
    }
    out.open(1, name);
    for object in objects {
        let mut flow = Flow::new();
        object.fields.iter().for_each(|(from, to)| flow.text(from, to));
        out.entry(2, &object.object, &flow.finish());
    }
}

fn value_maps(maps: &[ValueMap], out: &mut Block) {
    if !maps.is_empty() {
        out.open(1, "values");
    }
    let mut above: Option<&Text> = None;
    for map in maps {
        if above.replace(&map.object) != Some(&map.object) {
            out.open(2, &map.object);
        }
        let mut flow = Flow::new();
        map.words.iter().for_each(|(from, to)| flow.text(from, to));
        out.entry(3, &map.field, &flow.finish());
    }
}

fn campaign_mapping(mapping: &CampaignMapping) -> String {
    let Some(status) = &mapping.status else { return text(&mapping.campaign) };
    let mut flow = Flow::new();
    flow.text("campaign", &mapping.campaign);
    flow.text("status", status);
    flow.finish()
}

fn step(step: &Step) -> String {
    let mut flow = Flow::new();
    match &step.kind {
        StepKind::Push(push) => {
            flow.text("to", &push.to);
            flow.entry("action", word_of(PUSH_ACTIONS, &push.action));
            flow.entry("when", word_of(PUSH_TIMINGS, &push.when));
            if let Some(records) = &push.records {
                flow.entry("records", word_of(UPDATE_SCOPES, records));
            }
            flow.optional("reason", push.reason.as_ref());
            one("push", flow.finish())
        }
        StepKind::Ask(fields) => one("ask", texts(fields)),
        StepKind::Say(words) => one("say", text(words)),
        StepKind::RouteToRep { reps } => {
            flow.some("reps", reps);
            one("route_to_rep", flow.finish())
        }
        StepKind::OfferMeeting { owner, attendees } => {
            flow.text("owner", owner);
            flow.some("attendees", attendees);
            one("offer_meeting", flow.finish())
        }
        StepKind::AddToCampaign { to, campaign, status, fields } => {
            flow.text("to", to);
            flow.text("campaign", campaign);
            flow.optional("status", status.as_ref());
            flow.some_pairs("fields", fields);
            one("add_to_campaign", flow.finish())
        }
        StepKind::ReadCrm { field, into } => {
            flow.text("field", field);
            flow.text("into", into);
            one("read_crm", flow.finish())
        }
    }
}

fn one(key: &str, value: String) -> String {
    format!("{key}: {value}")
}

fn retry(retry: &RetrySetup) -> String {
    let mut flow = Flow::new();
    duration(&mut flow, "first_delay", retry.first_delay);
    if let Some(factor) = retry.factor_thousandths {
        let text = format!("{}.{:03}", factor / 1000, factor % 1000);
        flow.entry("factor", text.trim_end_matches('0').trim_end_matches('.'));
    }
    duration(&mut flow, "max_delay", retry.max_delay);
    if let Some(attempts) = retry.max_attempts {
        flow.entry("max_attempts", attempts.to_string());
    }
    flow.optional("jitter", retry.jitter.as_ref().map(|jitter: &Text| jitter));
    flow.finish()
}

fn batching(batching: &BatchingSetup) -> String {
    let mut flow = Flow::new();
    if let Some(strategy) = &batching.strategy {
        flow.entry("strategy", word_of(STRATEGIES, strategy));
    }
    if let Some(records) = batching.max_records {
        flow.entry("max_records", records.to_string());
    }
    if let Some(all) = batching.all_or_none {
        flow.entry("all_or_none", all.to_string());
    }
    duration(&mut flow, "max_wait", batching.max_wait);
    flow.finish()
}

fn duration(flow: &mut Flow, key: &str, duration: Option<i64>) {
    if let Some(duration) = duration {
        flow.entry(key, format_offset(duration));
    }
}
