//! The ground of a world of prospects: a marketing team with workflows of CRM actions, in an org whose own rules are awake.

use scenarios::{
    Place, Text,
    ast::{
        ActionKind, AssignMode, AssignmentEntry, AssignmentRule, CampaignSetup, Condition,
        Connections, CustomField, DistributionSetup, EngineSetup, FieldKind, LiaisonSetup,
        ObjectSetup, OrgSetup, ProductUser, SyncLead, Workflow, WorkflowAction, WorldSetup,
    },
};

use super::{CAMPAIGN, REGISTERED, fields, status};
use crate::population::cast::{Cast, LEAD_QUEUE, ORG_USER};

/// The lead and contact field that holds the score.
pub(crate) const SCORE: &str = "Score__c";
/// What an empty Company or Last Name gets.
pub(crate) const FILLER: &str = "Anonymous";
/// Countries whose prospects the distribution rules know.
pub(crate) const COUNTRIES: &[&str] = &["Brazil", "Germany", "Japan"];
/// A country that no distribution rule names.
pub(crate) const ELSEWHERE: &str = "Iceland";
/// The workflow whose user owns what is new.
pub(crate) const BY_USER: &str = "hand_picked";
/// The workflow that leaves the owner to the org.
pub(crate) const BY_ORG: &str = "org_decides";
/// The workflow that asks the product's distribution rules.
pub(crate) const BY_DISTRIBUTION: &str = "we_decide";
/// The workflow whose "Assign To" is empty.
pub(crate) const BY_NOBODY: &str = "nobody";
/// The workflow that adds to a campaign after the sync.
pub(crate) const REGISTERS: &str = "registers";

/// The org without its people's records.
pub(crate) fn world(cast: &Cast) -> WorldSetup {
    let score = || CustomField::new(SCORE, FieldKind::Number);
    let lead = ObjectSetup {
        fields: vec![score()],
        assignment_rule: Some(AssignmentRule {
            active: true,
            entries: vec![AssignmentEntry { when: "TRUE".into(), owner: LEAD_QUEUE.into() }],
        }),
        ..ObjectSetup::new("Lead")
    };
    WorldSetup {
        org: OrgSetup {
            time_zone: Some("America/Los_Angeles".into()),
            api_allocation: Some(super::API_ALLOCATION),
            ..OrgSetup::default()
        },
        users: cast.users(),
        queues: cast.queues(),
        objects: vec![lead, ObjectSetup { fields: vec![score()], ..ObjectSetup::new("Contact") }],
        campaigns: vec![CampaignSetup {
            key: CAMPAIGN.into(),
            name: Some("Product webinar".into()),
            statuses: ["Sent", REGISTERED].map(status).into(),
            active: true,
        }],
        ..WorldSetup::default()
    }
}

/// Whom the workflow with a user gives its leads.
pub(crate) fn hand_picked(cast: &Cast) -> Text {
    cast.sellers().next().cloned().unwrap_or_else(|| ORG_USER.into())
}

/// Whom the distribution rules give prospects of a country.
pub(crate) fn of_country(cast: &Cast, country: &str) -> Option<Text> {
    let place = COUNTRIES.iter().position(|it| *it == country)?;
    cast.sellers().nth(place + 1).cloned()
}

/// The engine with its workflows.
pub(crate) fn engine(cast: &Cast) -> EngineSetup {
    let lead = [
        ("visitor.email", "Email"),
        ("visitor.first_name", "FirstName"),
        ("visitor.last_name", "LastName"),
        ("visitor.company", "Company"),
        ("visitor.phone", "Phone"),
    ];
    EngineSetup {
        profile: "lead_liaison".into(),
        connections: Connections { org_user: Some(ORG_USER.into()), ..Connections::default() },
        mapping: vec![fields("lead", &lead), fields("contact", &[("visitor.phone", "Phone")])],
        liaison: Some(liaison(cast)),
        ..EngineSetup::default()
    }
}

fn liaison(cast: &Cast) -> LiaisonSetup {
    let user = |it: &Text| ProductUser { key: it.clone(), user: Some(it.clone()) };
    let score = [("visitor.score", SCORE)];
    let distribution = COUNTRIES.iter().filter_map(|country| {
        Some(DistributionSetup {
            when: vec![("country".into(), Condition::OneOf(vec![(*country).into()]))],
            takes_unknown: false,
            assign_to: of_country(cast, country)?,
        })
    });
    LiaisonSetup {
        users: cast.sellers().map(user).collect(),
        enrichment: vec![fields("lead", &score), fields("contact", &score)],
        distribution: distribution.collect(),
        workflows: workflows(cast),
        ..LiaisonSetup::default()
    }
}

fn workflows(cast: &Cast) -> Vec<Workflow> {
    let sync = |assign_to| SyncLead { assign_to, ..SyncLead::default() };
    let by_user = SyncLead { user: Some(hand_picked(cast)), ..sync(Some(AssignMode::User)) };
    let register = ActionKind::AddToCampaign {
        campaign: CAMPAIGN.into(),
        status: Some(REGISTERED.into()),
        fields: Vec::new(),
    };
    vec![
        workflow(BY_USER, [ActionKind::SyncLead(by_user)]),
        workflow(BY_ORG, [ActionKind::SyncLead(sync(Some(AssignMode::SalesforceRules)))]),
        workflow(
            BY_DISTRIBUTION,
            [ActionKind::SyncLead(sync(Some(AssignMode::DistributionRules)))],
        ),
        workflow(BY_NOBODY, [ActionKind::SyncLead(sync(None))]),
        workflow(REGISTERS, [ActionKind::SyncLead(sync(None)), register]),
    ]
}

fn workflow(name: &str, actions: impl IntoIterator<Item = ActionKind>) -> Workflow {
    let action = |kind| WorkflowAction { kind, place: Place::default() };
    Workflow { name: name.into(), actions: actions.into_iter().map(action).collect() }
}
