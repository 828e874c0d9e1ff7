//! The ground of a world of responses: an org with both packages, a queue that leads arrive in and one that they wait with.

use scenarios::{
    Place, Text,
    ast::{
        AssigneeSetup, AssignmentRuleSetup, CampaignSetup, Connections, CustomField, EngineSetup,
        FieldKind, Matcher, MatchmakerSetup, ObjectSetup, OrgSetup, PackagesSetup, QueueSetup,
        ResponseSetup, WorldSetup,
    },
};

use super::{CAMPAIGN, fields, status};
use crate::population::cast::{Cast, LEAD_QUEUE, ORG_USER};

/// The queue that leads wait with.
pub(crate) const ROUTING_QUEUE: &str = "lead_routing";
/// The member status of a response.
pub(crate) const RESPONDED: &str = "Responded";
/// The lead field that says whether the person is qualified.
pub(crate) const SCORE: &str = "Score__c";
/// The account field that says whether its leads are its owner's.
pub(crate) const TARGET: &str = "Target__c";
/// The least score of somebody qualified.
const QUALIFIED_AT: u64 = 100;

/// The org without its people's records.
pub(crate) fn world(cast: &Cast) -> WorldSetup {
    let with = |object: &str, name: &str, kind| ObjectSetup {
        fields: vec![CustomField::new(name, kind)],
        ..ObjectSetup::new(object)
    };
    let mut queues = cast.queues();
    queues.push(QueueSetup {
        key: ROUTING_QUEUE.into(),
        name: Some("Lead Routing Queue".into()),
        objects: vec!["Lead".into()],
        members: Vec::new(),
    });
    WorldSetup {
        org: OrgSetup {
            time_zone: Some("America/Los_Angeles".into()),
            api_allocation: Some(super::API_ALLOCATION),
            ..OrgSetup::default()
        },
        users: cast.users(),
        queues,
        objects: vec![
            with("Lead", SCORE, FieldKind::Number),
            with("Account", TARGET, FieldKind::Checkbox),
        ],
        campaigns: vec![CampaignSetup {
            key: CAMPAIGN.into(),
            name: Some("Product webinar".into()),
            statuses: ["Sent", RESPONDED].map(status).into(),
            active: true,
        }],
        ..WorldSetup::default()
    }
}

/// Who gets leads without an account.
pub(crate) fn for_the_rest(cast: &Cast) -> Text {
    cast.sellers().next().cloned().unwrap_or_else(|| ORG_USER.into())
}

/// The org's packages, and an engine that has nothing to do.
pub(crate) fn engine(cast: &Cast) -> EngineSetup {
    EngineSetup {
        profile: "full_circle".into(),
        connections: Connections { org_user: Some(ORG_USER.into()), ..Connections::default() },
        mapping: vec![fields("lead", &[("visitor.email", "Email")])],
        packages: Some(packages(cast)),
        ..EngineSetup::default()
    }
}

fn packages(cast: &Cast) -> PackagesSetup {
    let is = |field: &str, value: &str| (Text::from(field), Matcher::from(value));
    let response = ResponseSetup {
        temporary_owner: ROUTING_QUEUE.into(),
        reassign: vec![LEAD_QUEUE.into()],
        qualified: vec![(SCORE.into(), Matcher::AtLeast(QUALIFIED_AT.to_string().into()))],
        response: vec![is("Status", RESPONDED)],
        ..ResponseSetup::default()
    };
    let rule = |name: &str, unmatched, when, assign| AssignmentRuleSetup {
        name: name.into(),
        unmatched,
        when,
        assign,
    };
    let matchmaker = MatchmakerSetup {
        trigger_owner: ROUTING_QUEUE.into(),
        rules: vec![
            rule("target", false, vec![is(TARGET, "true")], AssigneeSetup::AccountOwner),
            rule("rest", true, Vec::new(), AssigneeSetup::Owner(for_the_rest(cast))),
        ],
        place: Place::default(),
        ..MatchmakerSetup::default()
    };
    PackagesSetup { response_management: Some(response), matchmaker: Some(matchmaker) }
}
