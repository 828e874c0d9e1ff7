//! Create steps: what fires them, and who owns what they make (EX-04 to EX-16, AS-01 to AS-04).

use scenarios::{
    Text,
    ast::{Action, Outcome, Verb},
};

use crate::population::{
    TrueMatch,
    cast::{LEAD_QUEUE, ORG_USER},
    person::Person,
    setup::demo_with,
    standing::Held,
    visit::{Group, Say, Visit, Whose},
};

/// What comes of a create: a lead for somebody unknown, nothing for somebody known. Whose record it then is.
pub(super) fn created(
    group: &mut Group<'_>,
    visit: &Visit,
    (person, held): (&Person, &Held),
    (owner, reasons): (&Text, &[&str]),
) -> Whose {
    let action = Some(Action::Create);
    if let Some(target) = &held.target {
        group.expect_leads(person, held.leads);
        let say = Say {
            action,
            outcome: Some(Outcome::NoOp),
            matched: Some(&target.key),
            reasons: &["sync.matched_existing", target.because],
            ..Say::default()
        };
        group.expect_explained(visit, say);
        group.truth(visit, Some(target), None);
        return Whose::Record(target.key.clone());
    }
    let record = group.expect_lead(person, owner, &[]);
    let say = Say {
        action,
        outcome: Some(Outcome::Created),
        owner: Some(owner),
        reasons,
        ..Say::default()
    };
    group.expect_explained(visit, say);
    group.truth(visit, None, Some((person, owner)));
    record
}

/// Wait to create: a rep starts; a transfer later moves nothing (EX-06, AS-01, AS-10d).
pub(super) fn a_rep_starts(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let rep = group.rep();
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "pricing");
    visit.enter_all(group, &person, &[]);
    visit.chat(group, &rep);
    if group.draws.chance(1, 4) {
        let other = group.cast.other_rep(&mut group.draws, &rep).key.clone();
        visit.then(group, (40, 80), Verb::Transfer { visitor: visit.name.clone(), to: other });
    }
    visit.end_chat(group);
    visit.leave(group);
    let owner = rep.owner();
    let reasons = ["trigger.rep_started", rep.because("owner.chat_rep")];
    created(group, &visit, (&person, &held), (&owner, &reasons));
}

/// Wait to create: the visitor leaves and met nobody (EX-07, AS-03).
pub(super) fn the_visitor_leaves(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "pricing");
    visit.enter_all(group, &person, &[]);
    if group.draws.chance(1, 3) {
        visit.then(
            group,
            (10, 60),
            Verb::Browse { visitor: visit.name.clone(), page: "/about".into() },
        );
    }
    visit.leave(group);
    let reasons = ["trigger.left_experience", "owner.experience_only"];
    created(group, &visit, (&person, &held), (&ORG_USER.into(), &reasons));
}

/// Create now: nobody chatted yet, and a chat afterwards moves nothing (EX-12, EX-13, EX-16).
pub(super) fn now(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "trial");
    visit.enter_all(group, &person, &[]);
    if group.draws.chance(1, 2) {
        let rep = group.rep();
        visit.at += 60_000;
        visit.chat(group, &rep);
        visit.end_chat(group);
    }
    visit.leave(group);
    let reasons = ["trigger.now_step", "owner.experience_only"];
    created(group, &visit, (&person, &held), (&ORG_USER.into(), &reasons));
}

/// Create now, after a rep chatted (EX-14).
pub(super) fn after_a_talk(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let rep = group.rep();
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "talk_first");
    visit.enter_email(group, &person, &[]);
    visit.chat(group, &rep);
    visit.end_chat(group);
    visit.enter_all(group, &person, &[]);
    visit.leave(group);
    let owner = rep.owner();
    let reasons = ["trigger.now_step", rep.because("owner.chat_rep")];
    created(group, &visit, (&person, &held), (&owner, &reasons));
}

/// A rep starts before the data are there: the create keeps that rep, whoever takes over (K-40).
pub(super) fn before_the_data(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.unknown(&person);
    let rep = group.rep();
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "early");
    visit.chat(group, &rep);
    if group.draws.chance(1, 2) {
        let other = group.cast.other_rep(&mut group.draws, &rep).key.clone();
        visit.then(group, (20, 40), Verb::Transfer { visitor: visit.name.clone(), to: other });
    }
    visit.enter_email(group, &person, &[("last_name", &person.last)]);
    visit.enter(group, &[("company", &person.company)]);
    visit.end_chat(group);
    visit.leave(group);
    let owner = rep.owner();
    let reasons = [
        "trigger.rep_started",
        "trigger.latched",
        "trigger.latched_complete",
        rep.because("owner.chat_rep"),
    ];
    created(group, &visit, (&person, &held), (&owner, &reasons));
}

/// The data never come: no lead (EX-07, MP-05d).
pub(super) fn never_complete(group: &mut Group<'_>) {
    let person = group.person(0);
    group.unknown(&person);
    let rep = group.rep();
    let without_email = group.draws.chance(1, 2);
    let mut visit = group.visitor(0, 0);
    visit.land(group);
    visit.start(group, "early");
    visit.chat(group, &rep);
    if without_email {
        visit.enter(group, &[("last_name", &person.last), ("company", &person.company)]);
    } else {
        visit.enter_email(group, &person, &[("last_name", &person.last)]);
    }
    visit.end_chat(group);
    visit.leave(group);
    group.expect_leads(&person, 0);
    let because = if without_email { "sync.no_email" } else { "sync.required_missing" };
    no_create(group, &visit, because);
    let matched = if without_email { TrueMatch::Open } else { TrueMatch::Nobody };
    group.truth_open(&visit, matched, None);
}

fn no_create(group: &mut Group<'_>, visit: &Visit, because: &str) {
    let say = Say {
        action: Some(Action::Create),
        outcome: Some(Outcome::NoOp),
        reasons: &[because],
        ..Say::default()
    };
    group.expect_explained(visit, say);
}

/// The visitor leaves before the step: nothing was armed (EX-11d).
pub(super) fn never_reached(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "late");
    visit.enter_all(group, &person, &[]);
    visit.leave(group);
    group.expect_leads(&person, held.leads);
    group
        .expect_explained(&visit, Say { reasons: &["trigger.step_not_reached"], ..Say::default() });
    group.truth(&visit, held.target.as_ref(), None);
}

/// Wait to create, and a later step fires it: still one lead (EX-08, EX-09).
pub(super) fn flushed_by_a_later_step(group: &mut Group<'_>) {
    let person = group.person(0);
    group.unknown(&person);
    let (experience, because) = if group.draws.chance(1, 2) {
        ("flush", "trigger.create_or_update_step")
    } else {
        ("now_after_wait", "trigger.later_now_step")
    };
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, experience);
    visit.enter_all(group, &person, &[]);
    visit.leave(group);
    let owner = ORG_USER.into();
    group.expect_lead(&person, &owner, &[]);
    let say = Say { outcome: Some(Outcome::Created), reasons: &[because], ..Say::default() };
    group.expect_explained(&visit, say);
    group.truth(&visit, None, Some((&person, &owner)));
}

/// "Create or Update Lead in Salesforce Now" (K-09).
pub(super) fn create_or_update(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let phone = person.new_phone();
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "signup");
    visit.enter_all(group, &person, &[("phone", &phone)]);
    visit.leave(group);
    let action = Some(Action::CreateOrUpdate);
    let owner = ORG_USER.into();
    if let Some(target) = &held.target {
        group.expect_target(target, &[("Phone", phone.as_str().into())]);
        let say = Say {
            action,
            outcome: Some(Outcome::Updated),
            matched: Some(&target.key),
            reasons: &["sync.records_any_match", target.because],
            ..Say::default()
        };
        group.expect_explained(&visit, say);
        group.truth(&visit, Some(target), None);
    } else {
        group.expect_lead(&person, &owner, &[("Phone", phone.as_str().into())]);
        let say = Say {
            action,
            outcome: Some(Outcome::Created),
            owner: Some(&owner),
            reasons: &["trigger.create_or_update_step", "owner.experience_only"],
            ..Say::default()
        };
        group.expect_explained(&visit, say);
        group.truth(&visit, None, Some((&person, &owner)));
    }
}

/// No chat, but a meeting in the step: its owner owns the lead (AS-02, EV-23).
pub(super) fn a_meeting_was_booked(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let rep = group.rep();
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, &demo_with(&rep));
    visit.enter_all(group, &person, &[]);
    let booking = super::talking::booking(group, &visit, None, Some("visitor"));
    visit.then(group, (20, 60), booking);
    visit.leave(group);
    let owner = rep.owner();
    let reasons = ["trigger.left_experience", rep.because("owner.meeting_rep")];
    let record = created(group, &visit, (&person, &held), (&owner, &reasons));
    group.expect_meeting(record, &rep);
}

/// The meeting is declined: nobody was met (AS-03).
pub(super) fn the_meeting_was_declined(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let rep = group.rep();
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, &demo_with(&rep));
    visit.enter_all(group, &person, &[]);
    visit.then(group, (20, 60), Verb::DeclineMeeting { visitor: visit.name.clone() });
    visit.leave(group);
    let reasons = ["trigger.left_experience", "owner.experience_only"];
    created(group, &visit, (&person, &held), (&ORG_USER.into(), &reasons));
}

/// The mapping names the owner, whoever chatted; somebody who is gone cannot own (MP-02).
pub(super) fn the_mapping_names_the_owner(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.unknown(&person);
    let rep = group.rep();
    let (named, owner, because) = match group.draws.below(3) {
        0 => {
            let gone = group.cast.gone(&mut group.draws);
            (gone, ORG_USER.into(), "owner.owner_rejected")
        }
        1 => {
            let queue = Text::from(LEAD_QUEUE);
            (queue.clone(), queue, "owner.owner_mapped")
        }
        _ => {
            let seller = group.cast.seller(&mut group.draws);
            (seller.clone(), seller, "owner.owner_mapped")
        }
    };
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "pricing");
    let fields = vec![("owner".into(), named)];
    visit.then(
        group,
        (3, 8),
        Verb::Edit { visitor: visit.name.clone(), by: rep.key.clone(), fields },
    );
    visit.enter_all(group, &person, &[]);
    visit.chat(group, &rep);
    visit.end_chat(group);
    visit.leave(group);
    created(group, &visit, (&person, &held), (&owner, &["trigger.rep_started", because]));
}
