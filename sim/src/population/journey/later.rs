//! Visitors who come back, and devices that two people share (K-42, VI-01, FM-76).

use scenarios::ast::{IdentitySource, Verb};

use super::creating::created;
use crate::population::{
    TrueMatch,
    cast::ORG_USER,
    visit::{Group, Visit},
};

fn back(group: &mut Group<'_>, visit: &mut Visit, after_s: (i64, i64)) {
    let page = Some("/pricing".into());
    visit.then(group, after_s, Verb::Return { visitor: visit.name.clone(), page });
}

/// Back before the grace is over: nobody left, and the rep's chat fires the step.
pub(super) fn back_in_time(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let rep = group.rep();
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "pricing");
    visit.enter_all(group, &person, &[]);
    visit.leave(group);
    back(group, &mut visit, (5, 25));
    visit.chat(group, &rep);
    visit.end_chat(group);
    visit.leave(group);
    let owner = rep.owner();
    let reasons = ["trigger.rep_started", rep.because("owner.chat_rep")];
    created(group, &visit, (&person, &held), (&owner, &reasons));
}

/// Back after the grace: the leaving had fired the step, and a chat moves nothing.
pub(super) fn back_too_late(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let rep = group.rep();
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "pricing");
    visit.enter_all(group, &person, &[]);
    visit.leave(group);
    back(group, &mut visit, (100, 200));
    visit.chat(group, &rep);
    visit.end_chat(group);
    visit.leave(group);
    let reasons = ["trigger.left_experience", "owner.experience_only"];
    created(group, &visit, (&person, &held), (&ORG_USER.into(), &reasons));
}

/// The cookie is somebody else's: the address that is typed says who it is, and the other one's record stays as it was.
pub(super) fn somebody_else_on_the_device(group: &mut Group<'_>) {
    let (person, other) = (group.person(0), group.person(1));
    let (_, target) = group.known(&other);
    let mut visit = group.visitor(0, 0);
    visit.land_as(group, Some((&other.email, IdentitySource::Cookie)));
    let phone = person.new_phone();
    visit.at += 30_000;
    let typed = person.typed_email(&mut group.draws);
    let fields = [
        ("email", typed.as_str()),
        ("last_name", &person.last),
        ("company", &person.company),
        ("phone", &phone),
    ];
    visit.enter(group, &fields);
    visit.start(group, "form");
    visit.leave(group);
    let owner = ORG_USER.into();
    group.expect_lead(&person, &owner, &[("Phone", phone.as_str().into())]);
    group.expect_target(&target, &[("Phone", other.phone.as_str().into())]);
    group.truth_open(&visit, TrueMatch::Open, Some((&person, &owner)));
}
