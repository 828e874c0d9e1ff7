//! `world:` as text.

use super::yaml::{self, Block, Flow, pairs, text, texts};
use crate::ast::{
    CampaignSetup, CampaignStatus, CustomField, DuplicateAction, DuplicateRule, Moment,
    ObjectSetup, OrgSetup, RecordSetup, UnknownOwners, UserSetup, ValidationRule, WorldSetup,
};
use crate::source::Text;
use crate::time::{format_instant, format_offset};
use crate::words::{DUPLICATE_ACTIONS, FIELD_KINDS, FLOW_TRIGGERS, PERMISSIONS, word_of};

pub(super) fn write(world: &WorldSetup, out: &mut Block) {
    if *world == WorldSetup::default() {
        return;
    }
    out.blank();
    out.open(0, "world");
    if world.org != OrgSetup::default() {
        out.entry(1, "org", &org(&world.org));
    }
    section(out, "users", &world.users, |user| (user.key.to_string(), self::user(user)));
    section(out, "queues", &world.queues, |queue| {
        let mut flow = Flow::new();
        flow.optional("name", queue.name.as_ref());
        flow.some("objects", &queue.objects);
        flow.some("members", &queue.members);
        (queue.key.to_string(), flow.finish())
    });
    section(out, "companies", &world.companies, |found| {
        (found.key.to_string(), super::signals::company(found))
    });
    if !world.objects.is_empty() {
        out.open(1, "objects");
        world.objects.iter().for_each(|setup| object(setup, out));
    }
    section(out, "campaigns", &world.campaigns, |found| (found.key.to_string(), campaign(found)));
    if !world.records.is_empty() {
        out.open(1, "records");
        world.records.iter().for_each(|found| out.line(2, &format!("- {}", record(found))));
    }
    super::neighbours::write(&world.neighbours, out);
    if !world.csv.is_empty() {
        out.open(1, "csv");
    }
    for csv in &world.csv {
        let mut flow = Flow::new();
        flow.text("object", &csv.object);
        flow.text("file", &csv.file);
        if csv.unknown_owners == UnknownOwners::Create {
            flow.entry("unknown_owners", "create");
        }
        out.line(2, &format!("- {}", flow.finish()));
    }
}

fn section<T>(out: &mut Block, name: &str, items: &[T], entry: impl Fn(&T) -> (String, String)) {
    if items.is_empty() {
        return;
    }
    out.open(1, name);
    for item in items {
        let (key, value) = entry(item);
        out.entry(2, &key, &value);
    }
}

fn org(org: &OrgSetup) -> String {
    let mut flow = Flow::new();
    flow.optional("time_zone", org.time_zone.as_ref());
    if let Some(calls) = org.api_allocation {
        flow.entry("api_allocation", calls.to_string());
    }
    flow.flag("enforce_allocation", org.enforce_allocation);
    flow.flag("conversion_rules", org.conversion_rules);
    if let Some(calls) = org.concurrent_calls {
        flow.entry("concurrent_calls", calls.to_string());
    }
    let spans = [
        ("row_locks", org.row_locks),
        ("bulk_job", org.bulk_job),
        ("search_delay", org.search_delay),
    ];
    for (key, span) in spans {
        if let Some(span) = span {
            flow.entry(key, format_offset(span));
        }
    }
    flow.optional("default_lead_owner", org.default_lead_owner.as_ref());
    flow.finish()
}

fn user(user: &UserSetup) -> String {
    let mut flow = Flow::new();
    flow.optional("name", user.name.as_ref());
    flow.optional("email", user.email.as_ref());
    if !user.active {
        flow.entry("active", "false");
    }
    flow.optional("time_zone", user.time_zone.as_ref());
    if !user.permissions.is_empty() {
        let mut objects = Flow::new();
        for found in &user.permissions {
            objects.entry(&found.object, permissions(&found.allow));
        }
        flow.entry("permissions", objects.finish());
    }
    by_object(&mut flow, "read_only_fields", &user.read_only_fields);
    by_object(&mut flow, "hidden_fields", &user.hidden_fields);
    flow.finish()
}

pub(super) fn permissions(allow: &[crate::ast::Permission]) -> String {
    yaml::list(allow.iter().map(|permission| word_of(PERMISSIONS, permission).to_owned()))
}

fn by_object(flow: &mut Flow, key: &str, fields: &[(Text, Vec<Text>)]) {
    if fields.is_empty() {
        return;
    }
    let mut objects = Flow::new();
    for (object, fields) in fields {
        objects.entry(object, texts(fields));
    }
    flow.entry(key, objects.finish());
}

fn object(setup: &ObjectSetup, out: &mut Block) {
    if *setup == ObjectSetup::new(setup.object.clone()) {
        out.entry(2, &setup.object, "{}");
        return;
    }
    out.open(2, &setup.object);
    part(out, "fields", &setup.fields, |field| (&field.name, custom_field(field).finish()));
    if !setup.required.is_empty() {
        out.entry(3, "required", &texts(&setup.required));
    }
    part(out, "validation_rules", &setup.validation_rules, |rule| {
        (&rule.name, validation_rule(rule).finish())
    });
    part(out, "duplicate_rules", &setup.duplicate_rules, |rule| (&rule.name, duplicate_rule(rule)));
    if let Some(rule) = &setup.assignment_rule {
        let mut flow = Flow::new();
        if !rule.active {
            flow.entry("active", "false");
        }
        flow.entry(
            "entries",
            yaml::list(rule.entries.iter().map(|entry| {
                let mut flow = Flow::new();
                flow.text("when", &entry.when);
                flow.text("owner", &entry.owner);
                flow.finish()
            })),
        );
        out.entry(3, "assignment_rule", &flow.finish());
    }
    part(out, "flows", &setup.flows, |found| {
        let mut flow = Flow::new();
        flow.entry("on", word_of(FLOW_TRIGGERS, &found.on));
        flow.optional("when", found.when.as_ref());
        flow.entry("set", pairs(&found.set));
        if found.after != 0 {
            flow.entry("after", format_offset(found.after));
        }
        (&found.name, flow.finish())
    });
}

fn part<T>(out: &mut Block, name: &str, items: &[T], entry: impl Fn(&T) -> (&Text, String)) {
    if items.is_empty() {
        return;
    }
    out.open(3, name);
    for item in items {
        let (key, value) = entry(item);
        out.entry(4, key, &value);
    }
}

pub(super) fn custom_field(field: &CustomField) -> Flow {
    let mut flow = Flow::new();
    flow.entry("type", word_of(FIELD_KINDS, &field.kind));
    if let Some(length) = field.length {
        flow.entry("length", length.to_string());
    }
    flow.flag("unique", field.unique);
    flow.flag("external_id", field.external_id);
    flow.flag("required", field.required);
    flow.flag("restricted", field.restricted);
    flow.some("values", &field.values);
    flow.optional("default", field.default.as_ref());
    flow
}

pub(super) fn validation_rule(rule: &ValidationRule) -> Flow {
    let mut flow = Flow::new();
    flow.text("when", &rule.when);
    flow.text("message", &rule.message);
    flow.optional("field", rule.field.as_ref());
    if !rule.active {
        flow.entry("active", "false");
    }
    flow
}

fn duplicate_rule(rule: &DuplicateRule) -> String {
    let mut flow = Flow::new();
    flow.entry("match", texts(&rule.match_fields));
    flow.some("against", &rule.against);
    for (key, action) in [("on_create", rule.on_create), ("on_update", rule.on_update)] {
        if action != DuplicateAction::Allow {
            flow.entry(key, word_of(DUPLICATE_ACTIONS, &action));
        }
    }
    flow.optional("alert", rule.alert.as_ref());
    if !rule.active {
        flow.entry("active", "false");
    }
    flow.finish()
}

fn campaign(campaign: &CampaignSetup) -> String {
    let mut flow = Flow::new();
    flow.optional("name", campaign.name.as_ref());
    if !campaign.statuses.is_empty() {
        flow.entry("statuses", yaml::list(campaign.statuses.iter().map(status)));
    }
    if !campaign.active {
        flow.entry("active", "false");
    }
    flow.finish()
}

fn status(status: &CampaignStatus) -> String {
    if status.responded.is_none() && status.default.is_none() {
        return text(&status.name);
    }
    let mut flow = Flow::new();
    flow.text("name", &status.name);
    for (key, value) in [("responded", status.responded), ("default", status.default)] {
        if let Some(value) = value {
            flow.entry(key, value.to_string());
        }
    }
    flow.finish()
}

fn record(record: &RecordSetup) -> String {
    let mut flow = Flow::new();
    flow.optional("key", record.key.as_ref());
    flow.text("object", &record.object);
    flow.some_pairs("fields", &record.fields);
    for (key, at) in [("created", record.created), ("modified", record.modified)] {
        if let Some(at) = at {
            flow.entry(key, moment(at));
        }
    }
    flow.flag("deleted", record.deleted);
    flow.optional("converted_to", record.converted_to.as_ref());
    for (key, count) in [("opportunities", record.opportunities), ("contacts", record.contacts)] {
        if count > 0 {
            flow.entry(key, count.to_string());
        }
    }
    flow.finish()
}

fn moment(moment: Moment) -> String {
    match moment {
        Moment::Offset(offset) => format_offset(offset),
        Moment::Instant(instant) => format_instant(instant),
    }
}
