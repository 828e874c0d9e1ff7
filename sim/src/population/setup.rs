//! What every world has: the org with its traps, and the engine with its Experiences.

pub(crate) mod liaison;
pub(crate) mod packages;
pub(crate) mod via_map;

use scenarios::{
    Text,
    ast::{
        AssignmentEntry, AssignmentRule, CampaignSetup, CampaignStatus, Connections,
        DuplicateAction, DuplicateRule, EngineSetup, Experience, MessengerSetup, ObjectFields,
        ObjectSetup, OrgSetup, Push,
        PushAction::{self, CreateLead, CreateOrUpdateLead, UpdatePerson},
        PushTiming::{self, Now, Wait},
        SignalsSetup, Step, StepKind,
        UpdateScope::{self, AnyMatch, PreviouslySynced},
        ValidationRule, WorldSetup,
    },
};

use super::cast::{Cast, LEAD_QUEUE, ORG_USER, Rep};

/// The campaign of the registration step.
pub(crate) const CAMPAIGN: &str = "webinar";
/// The status that the registration step asks for.
pub(crate) const REGISTERED: &str = "Registered";
/// The lead field that the org user may not write.
pub(crate) const LOCKED_FIELD: &str = "Rating";
/// The profile field that feeds it.
pub(crate) const LOCKED_FROM: &str = "rating";

/// Daily API calls of the org: more than any population needs.
const API_ALLOCATION: u64 = 100_000_000;

/// The org without its records.
pub(crate) fn world(cast: &Cast) -> WorldSetup {
    let mut users = cast.users();
    if let Some(org_user) = users.first_mut() {
        org_user.read_only_fields = vec![("Lead".into(), vec![LOCKED_FIELD.into()])];
    }
    WorldSetup {
        org: OrgSetup {
            time_zone: Some("America/Los_Angeles".into()),
            api_allocation: Some(API_ALLOCATION),
            ..OrgSetup::default()
        },
        users,
        queues: cast.queues(),
        objects: vec![lead_object()],
        campaigns: vec![CampaignSetup {
            key: CAMPAIGN.into(),
            name: Some("Product webinar".into()),
            statuses: ["Sent", REGISTERED].map(status).into(),
            active: true,
        }],
        ..WorldSetup::default()
    }
}

fn status(name: &str) -> CampaignStatus {
    CampaignStatus { name: name.into(), responded: None, default: None }
}

/// An assignment rule that must stay asleep, a rule that refuses some telephone numbers, and one against the same number twice.
fn lead_object() -> ObjectSetup {
    ObjectSetup {
        validation_rules: vec![ValidationRule {
            name: "real_phone".into(),
            when: "BEGINS(Phone, \"000\")".into(),
            message: "Give a telephone number that can be called.".into(),
            field: Some("Phone".into()),
            active: true,
        }],
        duplicate_rules: vec![DuplicateRule {
            name: "same_phone".into(),
            match_fields: vec!["Phone".into()],
            against: vec!["Lead".into()],
            on_create: DuplicateAction::Block,
            on_update: DuplicateAction::Allow,
            alert: None,
            active: true,
        }],
        assignment_rule: Some(AssignmentRule {
            active: true,
            entries: vec![AssignmentEntry { when: "TRUE".into(), owner: LEAD_QUEUE.into() }],
        }),
        ..ObjectSetup::new("Lead")
    }
}

/// The engine with all Experiences.
pub(crate) fn engine(cast: &Cast) -> EngineSetup {
    EngineSetup {
        connections: Connections {
            org_user: Some(ORG_USER.into()),
            integration_user: None,
            reps: cast.connections(),
        },
        mapping: vec![
            fields(
                "lead",
                &[
                    ("visitor.email", "Email"),
                    ("visitor.first_name", "FirstName"),
                    ("visitor.last_name", "LastName"),
                    ("visitor.company", "Company"),
                    ("visitor.phone", "Phone"),
                    ("visitor.title", "Title"),
                    ("visitor.rating", LOCKED_FIELD),
                    ("visitor.owner", "OwnerId"),
                ],
            ),
            fields("contact", &[("visitor.phone", "Phone"), ("visitor.title", "Title")]),
            fields("account", &[("account.name", "Name"), ("account.domain", "Website")]),
        ],
        constants: vec![fields("lead", &[("LeadSource", "Web")])],
        experiences: experiences(cast),
        messenger: Some(MessengerSetup {
            voice_video: true,
            visitor_calls: true,
            ..MessengerSetup::default()
        }),
        signals: Some(SignalsSetup {
            enabled: true,
            admins: vec![cast.admin()],
            lists: Vec::new(),
        }),
        allow: vec![("W001".into(), "Some reps have no connection on purpose.".into())],
        ..EngineSetup::default()
    }
}

fn fields(object: &str, pairs: &[(&str, &str)]) -> ObjectFields {
    let fields = pairs.iter().map(|(from, to)| (Text::from(*from), Text::from(*to)));
    ObjectFields { object: object.into(), fields: fields.collect() }
}

/// The Experience whose meeting this rep owns.
pub(crate) fn demo_with(rep: &Rep) -> String {
    format!("demo_{}", rep.key)
}

fn experiences(cast: &Cast) -> Vec<Experience> {
    let who = || ask(&["email", "last_name", "company"]);
    let create = |when| push(CreateLead, when, None);
    let update = |when, scope| push(UpdatePerson, when, Some(scope));
    let route = || StepKind::RouteToRep { reps: Vec::new() };
    let or_update = || push(CreateOrUpdateLead, Now, Some(AnyMatch));
    let mut all = vec![
        experience("pricing", [who(), create(Wait), route()]),
        experience("trial", [who(), create(Now), ask(&["phone"])]),
        experience("form", [who(), create(Now)]),
        experience("talk_first", [ask(&["email"]), route(), who(), create(Now), read_status()]),
        experience("early", [create(Wait), who(), route()]),
        experience("late", [who(), ask(&["phone"]), create(Wait)]),
        experience("changes", [ask(&["email", "phone"]), update(Now, AnyMatch)]),
        experience("titles", [ask(&["email", "title"]), update(Now, AnyMatch)]),
        experience("changes_later", [ask(&["email"]), update(Wait, AnyMatch), route()]),
        experience("members", [ask(&["email", "phone"]), update(Now, PreviouslySynced)]),
        experience("signup", [who(), or_update()]),
        experience("both", [who(), create(Wait), update(Wait, AnyMatch), route()]),
        experience("flush", [create(Wait), who(), say(), or_update()]),
        experience("now_after_wait", [create(Wait), who(), create(Now)]),
        experience("register", [create(Wait), register(), who()]),
        experience("welcome", [ask(&["phone"])]),
    ];
    all.extend(cast.reps.iter().map(|rep| {
        let owner = rep.key.clone();
        let offer = StepKind::OfferMeeting { owner, attendees: Vec::new() };
        experience(&demo_with(rep), [who(), create(Wait), offer])
    }));
    all
}

fn experience(name: &str, steps: impl IntoIterator<Item = StepKind>) -> Experience {
    Experience { name: name.into(), steps: steps.into_iter().map(Step::from).collect() }
}

fn push(action: PushAction, when: PushTiming, records: Option<UpdateScope>) -> StepKind {
    let reason =
        (records == Some(PreviouslySynced)).then(|| "Members look after their own data.".into());
    StepKind::Push(Push { reason, ..Push::new(action, when, records) })
}

fn ask(fields: &[&str]) -> StepKind {
    StepKind::Ask(fields.iter().map(|it| Text::from(*it)).collect())
}

fn say() -> StepKind {
    StepKind::Say("Thank you, we will be in touch.".into())
}

fn read_status() -> StepKind {
    StepKind::ReadCrm { field: "Status".into(), into: "crm_status".into() }
}

fn register() -> StepKind {
    StepKind::AddToCampaign {
        to: "salesforce".into(),
        campaign: CAMPAIGN.into(),
        status: Some(REGISTERED.into()),
        fields: Vec::new(),
    }
}
