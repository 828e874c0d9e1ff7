//! The customer whom the unit tests of the rules are about: Acme, with the reps Dana and Bo, who are connected, Eve, who is
//! not, and Ida, whose CRM user is inactive.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Batching, ChatOwner, Config, DuplicateAlert, FieldName, FieldSource, FieldType, FieldValues,
    Known, KnownOrg, Mapping, Met, NowCreateMeeting, OnIncomplete, Packages, Person, PersonKind,
    Profile, ProfileField, Rep, RetryPolicy, Settings, Timestamp, UnconnectedChatRep, UserId,
    Value, WaitUpdate,
};

/// Acme's configuration, with the settings at their defaults.
pub(crate) fn config() -> Config {
    Config {
        org_user: "org".into(),
        integration_user: "integration".into(),
        reps: ["dana", "bo", "eve", "ida"].map(|it| (it.into(), rep(it))).into(),
        mapping: mapping(),
        campaign_mapping: None,
        signals: None,
        experiences: BTreeMap::new(),
        settings: Settings::default(),
        retry: RetryPolicy::default(),
        batching: Batching::default(),
        org: org(),
        neighbours: crate::Neighbours::default(),
        packages: Packages::default(),
        playback_base: "https://play.example/r".to_owned(),
        playback_secret: 42,
        fillers: Vec::new(),
        liaison: None,
    }
}

/// Workflows of nothing, for an Acme that has some.
pub(crate) fn liaison() -> crate::Liaison {
    crate::Liaison {
        sync_user: "sync".into(),
        fallback_user: None,
        users: BTreeMap::new(),
        enrichment: crate::Enrichment::default(),
        distribution: Vec::new(),
        tasks: BTreeMap::new(),
        workflows: BTreeMap::new(),
    }
}

/// Acme's configuration with one setting changed, such as `chat_owner: first`; none when the text is empty.
pub(crate) fn config_with(setting: &str) -> Config {
    let mut config = config();
    let settings = &mut config.settings;
    match setting {
        "" => {}
        "chat_owner: first" => settings.chat_owner = ChatOwner::First,
        "unconnected_chat_rep: org_user" => {
            settings.unconnected_chat_rep = UnconnectedChatRep::OrgUser;
        }
        "now_create_meeting: ignored" => settings.now_create_meeting = NowCreateMeeting::Ignored,
        "create_updates_match: true" => settings.create_updates_match = true,
        "require_email: true" => settings.require_email = true,
        "require_email_automatic: false" => settings.require_email_automatic = false,
        "recreate_deleted: false" => settings.recreate_deleted = false,
        "clear_on_blank: true" => settings.clear_on_blank = true,
        "on_incomplete: fail" => settings.on_incomplete = OnIncomplete::Fail,
        "wait_update: once" => settings.wait_update = WaitUpdate::Once,
        "duplicate_alert: save_anyway" => settings.duplicate_alert = DuplicateAlert::SaveAnyway,
        other => panic!("no such setting in the tests: {other}"),
    }
    config
}

/// One of Acme's reps, met by a visitor.
pub(crate) fn met(name: &str) -> Met {
    Met { rep: name.into(), connection: rep(name).connection }
}

/// A profile from `field=value, field=value`; `crm_status` was read from the CRM, the rest was typed.
pub(crate) fn profile(said: &str) -> Profile {
    let mut profile = Profile::default();
    for pair in said.split(", ").filter(|it| !it.is_empty()) {
        let (field, value) = pair.split_once('=').unwrap();
        let source = if field == "crm_status" { FieldSource::Crm } else { FieldSource::Typed };
        let known = Known { value: value.to_owned(), at: Timestamp(0), source };
        profile.learn(field.into(), known);
    }
    profile
}

/// A record from `lead Field=value Field:number`.
pub(crate) fn person(text: &str) -> Person {
    let (kind, fields_text) = text.split_once(' ').unwrap_or((text, ""));
    let kind = if kind == "lead" { PersonKind::Lead } else { PersonKind::Contact };
    Person { kind, id: "P1".into(), fields: fields(fields_text) }
}

/// Field values from `Field=text Field:number`.
pub(crate) fn fields(text: &str) -> FieldValues {
    let field = |word: &str| {
        if let Some((name, value)) = word.split_once('=') {
            return (FieldName::from(name), Value::from(value));
        }
        let (name, value) = word.split_once(':').unwrap();
        (name.into(), Value::Int(value.parse().unwrap()))
    };
    text.split_whitespace().map(field).collect()
}

/// Field values as `Field=text`.
pub(crate) fn describe(fields: &FieldValues) -> String {
    let word =
        |(name, value): &(FieldName, Value)| format!("{name}={}", value.text().unwrap_or_default());
    fields.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn rep(name: &str) -> Rep {
    let connection = (name != "eve").then(|| UserId::from(format!("u-{name}")));
    Rep { name: name.to_owned(), connection }
}

fn mapping() -> Mapping {
    let pairs = |text: &str| -> Vec<(ProfileField, FieldName)> {
        let pair = |it: &str| it.split_once('=').map(|(from, to)| (from.into(), to.into()));
        text.split_whitespace().filter_map(pair).collect()
    };
    Mapping {
        lead: pairs(
            "email=Email last_name=LastName company=Company title=Title owner=OwnerId source=LeadSource opt_in=OptIn__c \
             seats=Seats__c revenue=Revenue__c visited=Visited__c seen=Seen__c",
        ),
        contact: pairs("zip=MailingPostalCode"),
        lead_constants: vec![("LeadSource".into(), "Web".to_owned())],
        ..Mapping::default()
    }
}

fn org() -> KnownOrg {
    let users = |names: &[&str]| names.iter().map(|it| UserId::from(*it)).collect::<BTreeSet<_>>();
    let typed = |name: &str, it: FieldType| (("Lead", FieldName::from(name)), it);
    KnownOrg {
        required_lead_fields: vec!["LastName".into(), "Company".into()],
        active_users: users(&["org", "integration", "u-dana", "u-bo", "005000000000001AAA"]),
        lead_queues: users(&["q-web"]),
        typed_fields: [
            typed("OptIn__c", FieldType::Bool),
            typed("Seats__c", FieldType::Int),
            typed("Revenue__c", FieldType::Double),
            typed("Visited__c", FieldType::Date),
            typed("Seen__c", FieldType::DateTime),
        ]
        .into(),
        lengths: [(("Lead", "Title".into()), 5), (("Lead", "Email".into()), 10)].into(),
        converted_statuses: BTreeSet::new(),
        time_zone: "UTC".to_owned(),
    }
}
