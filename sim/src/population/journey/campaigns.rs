//! "Add to a campaign" (CP-01 to CP-06d).

use scenarios::ast::{Action, Matcher, Outcome, RecordSetup};

use super::creating::created;
use crate::population::{
    cast::ORG_USER,
    setup::{CAMPAIGN, REGISTERED},
    visit::{Group, Say},
};

/// The step is reached before the lead exists: the member comes with it (CP-06d).
pub(super) fn registers(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "register");
    visit.enter_all(group, &person, &[]);
    visit.leave(group);
    let owner = ORG_USER.into();
    created(group, &visit, (&person, &held), (&owner, &["trigger.left_experience"]));
    let say = Say {
        action: Some(Action::Campaign),
        outcome: Some(Outcome::Created),
        reasons: &["campaign.added"],
        ..Say::default()
    };
    group.expect_explained(&visit, say);
}

/// Somebody who was invited registers: the member that exists gets the status (CP-05d).
pub(super) fn registered_before(group: &mut Group<'_>) {
    let person = group.person(0);
    let (held, target) = group.known(&person);
    let fields = vec![
        ("Campaign".into(), CAMPAIGN.into()),
        (target.object.into(), target.key.clone()),
        ("Status".into(), "Sent".into()),
    ];
    let key = format!("m{}", group.number);
    let member = RecordSetup::new(Some(key.clone().into()), "CampaignMember", fields);
    group.gathered.records.push(member);
    let mut visit = group.visitor(0, 0);
    visit.land_known(group, &person);
    visit.start(group, "register");
    visit.enter_all(group, &person, &[]);
    visit.leave(group);
    created(group, &visit, (&person, &held), (&ORG_USER.into(), &[]));
    let status = Matcher::from(REGISTERED);
    group.expect_records(
        "CampaignMember",
        &[(target.object, &target.key)],
        1,
        &[("Status", status)],
    );
    let say = Say {
        action: Some(Action::Campaign),
        outcome: Some(Outcome::Updated),
        reasons: &["campaign.member_updated"],
        ..Say::default()
    };
    group.expect_explained(&visit, say);
}
