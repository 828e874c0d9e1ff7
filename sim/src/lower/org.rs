//! `world:` of a scenario without its records → the org's seed: users, queues, fields, rules and campaigns, with the ids
//! that their names stand for.

use std::sync::Arc;

use indexmap::IndexMap;
use mock_salesforce::{
    FieldKind, SfId,
    org::{Crud, FieldAccess},
    schema::CustomField,
    seed::{
        AssignmentEntrySeed, AssignmentRuleSeed, CampaignSeed, ConcurrentCalls, DuplicateAction,
        DuplicateRuleSeed, FlowSeed, FlowTrigger, MatchFieldSeed, MemberStatusSeed, OrgSeed,
        OrgSettings, OrganizationSeed, PermissionsSeed, QueueSeed, RowLocks, UserSeed,
        ValidationRuleSeed,
    },
};
use scenarios::{
    Text,
    ast::{self, CampaignSetup, ObjectSetup, Permission, QueueSetup, UserSetup, WorldSetup},
};
use serde_json::Value as Json;

use super::{Names, Problems, names::NameKind};

/// The name of the administrator whom every org has, in scenario files.
pub(crate) const ADMINISTRATOR: &str = "administrator";
/// What the timeline calls an object's assignment rule.
const ASSIGNMENT_RULE: &str = "assignment_rule";
/// Key prefixes of what the seed numbers.
const USER: [u8; 3] = *b"005";
const QUEUE: [u8; 3] = *b"00G";
const CAMPAIGN: [u8; 3] = *b"701";

/// The seed of a world, and the ids behind the names of its users, queues and campaigns.
pub(crate) fn org_seed(world: &WorldSetup, problems: &mut Problems) -> (OrgSeed, Names) {
    let mut names = Names::default();
    let administrator = SfId::numbered(USER, 1);
    names.add(NameKind::User, ADMINISTRATOR, administrator);
    add_all(&mut names, NameKind::User, USER, 2, world.users.iter().map(|it| &it.key));
    add_all(&mut names, NameKind::Queue, QUEUE, 1, world.queues.iter().map(|it| &it.key));
    add_all(&mut names, NameKind::Campaign, CAMPAIGN, 1, world.campaigns.iter().map(|it| &it.key));

    let mut lowering = Lowering { names: &names, problems };
    let mut seed = OrgSeed {
        organization: organization(world),
        settings: lowering.settings(world),
        users: vec![UserSeed {
            id: Some(administrator.to_string()),
            username: username(ADMINISTRATOR),
            ..UserSeed::default()
        }],
        ..OrgSeed::default()
    };
    seed.users.extend(world.users.iter().map(|it| lowering.user(it)));
    seed.queues.extend(world.queues.iter().map(|it| lowering.queue(it)));
    seed.campaigns.extend(world.campaigns.iter().map(|it| lowering.campaign(it)));
    for object in &world.objects {
        lowering.object(object, &mut seed);
    }
    (seed, names)
}

/// Numbers things of one kind in file order.
fn add_all<'t>(
    names: &mut Names,
    kind: NameKind,
    prefix: [u8; 3],
    first: u64,
    keys: impl Iterator<Item = &'t Text>,
) {
    for (number, key) in (first..).zip(keys) {
        names.add(kind, Arc::clone(&key.text), SfId::numbered(prefix, number));
    }
}

/// The user name under which a user of the world logs in.
pub(crate) fn username(key: &str) -> String {
    format!("{key}@acme.example")
}

fn organization(world: &WorldSetup) -> OrganizationSeed {
    let usual = OrganizationSeed::default();
    let time_zone = world.org.time_zone.as_ref().map(ToString::to_string);
    OrganizationSeed { time_zone: time_zone.unwrap_or(usual.time_zone.clone()), ..usual }
}

/// A span of time as the org's settings have it.
fn span(ms: i64) -> u64 {
    u64::try_from(ms).unwrap_or(0)
}

struct Lowering<'a> {
    names: &'a Names,
    problems: &'a mut Problems,
}

impl Lowering<'_> {
    fn id(&mut self, kinds: &[NameKind], name: &Text, what: &str) -> String {
        let Some(id) = self.names.find(kinds, name) else {
            self.problems.add(
                name.span,
                format!("there is no {what} `{name}`"),
                format!("give the world a {what} of that name, or correct the name"),
            );
            return String::new();
        };
        id.to_string()
    }

    fn settings(&mut self, world: &WorldSetup) -> OrgSettings {
        let usual = OrgSettings::default();
        let owner = world.org.default_lead_owner.as_ref();
        OrgSettings {
            api_allocation: world.org.api_allocation.unwrap_or(usual.api_allocation),
            enforce_api_allocation: world.org.enforce_allocation,
            conversion_enforces_rules: world.org.conversion_rules,
            row_locks: world
                .org
                .row_locks
                .map(|ms| RowLocks { hold_ms: span(ms), ..RowLocks::default() }),
            concurrent_calls: world.org.concurrent_calls.map(|limit| ConcurrentCalls {
                limit: limit as usize,
                ..ConcurrentCalls::default()
            }),
            bulk_job_ms: world.org.bulk_job.map_or(usual.bulk_job_ms, span),
            search_delay_ms: world.org.search_delay.map_or(usual.search_delay_ms, span),
            default_lead_owner: owner.map(|name| self.owner(name)),
            ..usual
        }
    }

    fn owner(&mut self, name: &Text) -> String {
        self.id(&[NameKind::User, NameKind::Queue], name, "user or queue")
    }

    fn user(&mut self, setup: &UserSetup) -> UserSeed {
        let name = setup.name.as_ref().unwrap_or(&setup.key);
        UserSeed {
            id: Some(self.id(&[NameKind::User], &setup.key, "user")),
            email: setup.email.as_ref().map(ToString::to_string),
            active: setup.active,
            time_zone: setup.time_zone.as_ref().map(ToString::to_string),
            permissions: permissions(setup),
            ..UserSeed::new(name, &username(&setup.key))
        }
    }

    fn queue(&mut self, setup: &QueueSetup) -> QueueSeed {
        QueueSeed {
            id: Some(self.id(&[NameKind::Queue], &setup.key, "queue")),
            name: setup.name.as_ref().unwrap_or(&setup.key).to_string(),
            objects: setup.objects.iter().map(ToString::to_string).collect(),
            members: setup
                .members
                .iter()
                .map(|member| self.id(&[NameKind::User], member, "user"))
                .collect(),
            ..QueueSeed::default()
        }
    }

    fn campaign(&mut self, setup: &CampaignSetup) -> CampaignSeed {
        let statuses = setup.statuses.iter().enumerate();
        let no_default = !setup.statuses.iter().any(|status| status.default == Some(true));
        CampaignSeed {
            id: Some(self.id(&[NameKind::Campaign], &setup.key, "campaign")),
            name: setup.name.as_ref().unwrap_or(&setup.key).to_string(),
            fields: IndexMap::from([("IsActive".to_owned(), Json::Bool(setup.active))]),
            statuses: statuses
                .map(|(index, status)| MemberStatusSeed {
                    label: status.name.to_string(),
                    default: status.default.unwrap_or(no_default && index == 0),
                    responded: status.responded.unwrap_or(&*status.name.text == "Responded"),
                })
                .collect(),
        }
    }

    fn object(&mut self, setup: &ObjectSetup, seed: &mut OrgSeed) {
        let object = setup.object.to_string();
        if !setup.fields.is_empty() {
            let fields = setup.fields.iter().map(custom_field).collect();
            seed.fields.insert(object.clone(), fields);
        }
        seed.validation_rules
            .extend(setup.validation_rules.iter().map(|rule| validation_rule(&object, rule)));
        seed.duplicate_rules
            .extend(setup.duplicate_rules.iter().map(|rule| duplicate_rule(&object, rule)));
        if let Some(rule) = &setup.assignment_rule {
            let entries = rule.entries.iter().map(|entry| AssignmentEntrySeed {
                when: Some(entry.when.to_string()),
                owner: Some(self.owner(&entry.owner)),
            });
            seed.assignment_rules.push(AssignmentRuleSeed {
                name: rule_name(&object, ASSIGNMENT_RULE),
                object: object.clone(),
                active: rule.active,
                entries: entries.collect(),
                ..AssignmentRuleSeed::default()
            });
        }
        seed.flows.extend(setup.flows.iter().map(|flow| self.flow(&object, flow)));
    }

    fn flow(&mut self, object: &str, flow: &ast::Flow) -> FlowSeed {
        let mut seed = FlowSeed {
            name: rule_name(object, &flow.name),
            object: object.to_owned(),
            on: match flow.on {
                ast::FlowTrigger::Create => vec![FlowTrigger::Create],
                ast::FlowTrigger::Update => vec![FlowTrigger::Update],
                ast::FlowTrigger::Both => vec![FlowTrigger::Create, FlowTrigger::Update],
            },
            when: flow.when.as_ref().map(ToString::to_string),
            delay_ms: u64::try_from(flow.after).unwrap_or(0),
            ..FlowSeed::default()
        };
        for (field, value) in &flow.set {
            if matches!(&*field.text, "Owner" | "OwnerId") {
                seed.owner = Some(self.owner(value));
            } else {
                seed.set.insert(field.to_string(), json_text(value));
            }
        }
        seed
    }
}

/// Text as JSON; a blank is null.
fn json_text(text: &str) -> Json {
    if text.is_empty() { Json::Null } else { Json::String(text.to_owned()) }
}

fn permissions(setup: &UserSetup) -> PermissionsSeed {
    let mut seed = PermissionsSeed::default();
    for permission in &setup.permissions {
        let allowed = |right| permission.allow.contains(&right);
        let crud = Crud {
            create: allowed(Permission::Create),
            read: allowed(Permission::Read),
            update: allowed(Permission::Edit),
            delete: allowed(Permission::Delete),
            ..Crud::NONE
        };
        seed.objects.insert(permission.object.to_string(), crud);
    }
    let read_only = setup.read_only_fields.iter().map(|fields| (fields, FieldAccess::Read));
    let hidden = setup.hidden_fields.iter().map(|fields| (fields, FieldAccess::None));
    for ((object, fields), access) in read_only.chain(hidden) {
        for field in fields {
            seed.fields.insert(format!("{object}.{field}"), access);
        }
    }
    seed
}

/// A custom field of a scenario as the org defines it.
pub(crate) fn custom_field(field: &ast::CustomField) -> CustomField {
    let kind = field_kind(field.kind);
    let default = field.default.as_ref().map(|text| match kind {
        FieldKind::Boolean => Json::Bool(*text == "true"),
        _ => Json::String(text.to_string()),
    });
    CustomField {
        length: field.length,
        required: field.required,
        external_id: field.external_id,
        unique: field.unique,
        restricted: field.restricted,
        values: field.values.iter().map(ToString::to_string).collect(),
        default,
        ..CustomField::new(&field.name, kind)
    }
}

fn field_kind(kind: ast::FieldKind) -> FieldKind {
    match kind {
        ast::FieldKind::Text => FieldKind::String,
        ast::FieldKind::Textarea => FieldKind::TextArea,
        ast::FieldKind::Email => FieldKind::Email,
        ast::FieldKind::Phone => FieldKind::Phone,
        ast::FieldKind::Url => FieldKind::Url,
        ast::FieldKind::Checkbox => FieldKind::Boolean,
        ast::FieldKind::Number => FieldKind::Double,
        ast::FieldKind::Currency => FieldKind::Currency,
        ast::FieldKind::Date => FieldKind::Date,
        ast::FieldKind::Datetime => FieldKind::DateTime,
        ast::FieldKind::Picklist => FieldKind::Picklist,
        ast::FieldKind::Multipicklist => FieldKind::MultiPicklist,
        ast::FieldKind::Reference => FieldKind::Reference,
        ast::FieldKind::Id => FieldKind::Id,
    }
}

/// Rules of two objects may have one name in a scenario, and are told apart in the org.
pub(crate) fn rule_name(object: &str, rule: &str) -> String {
    format!("{object}.{rule}")
}

/// A validation rule of a scenario as the org defines it.
pub(crate) fn validation_rule(object: &str, rule: &ast::ValidationRule) -> ValidationRuleSeed {
    ValidationRuleSeed {
        object: object.to_owned(),
        name: rule_name(object, &rule.name),
        when: rule.when.to_string(),
        message: rule.message.to_string(),
        field: rule.field.as_ref().map(ToString::to_string),
        active: rule.active,
    }
}

fn duplicate_rule(object: &str, rule: &ast::DuplicateRule) -> DuplicateRuleSeed {
    let usual = DuplicateRuleSeed::default();
    let fields = rule
        .match_fields
        .iter()
        .map(|field| MatchFieldSeed { field: field.to_string(), ..MatchFieldSeed::default() });
    DuplicateRuleSeed {
        name: rule.name.to_string(),
        object: object.to_owned(),
        against: rule.against.iter().map(ToString::to_string).collect(),
        fields: fields.collect(),
        on_create: duplicate_action(rule.on_create),
        on_update: duplicate_action(rule.on_update),
        alert_text: rule.alert.as_ref().map_or(usual.alert_text.clone(), ToString::to_string),
        active: rule.active,
        ..usual
    }
}

fn duplicate_action(action: ast::DuplicateAction) -> DuplicateAction {
    match action {
        ast::DuplicateAction::Block => DuplicateAction::Block,
        ast::DuplicateAction::Alert => DuplicateAction::Alert,
        ast::DuplicateAction::Allow => DuplicateAction::Allow,
        ast::DuplicateAction::Off => DuplicateAction::Off,
    }
}
