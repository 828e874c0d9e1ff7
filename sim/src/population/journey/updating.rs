//! Update steps: which records they may write, and what they write (EX-17 to EX-25, UP-01 to UP-09d).

use scenarios::{
    Place, Text,
    ast::{Action, IdentitySource, Matcher, Outcome},
};

use crate::population::{
    standing::Target,
    visit::{Group, Say, Visit},
};

/// What an update says of itself.
fn explained(
    group: &mut Group<'_>,
    visit: &Visit,
    (outcome, target): (Outcome, Option<&Target>),
    (reasons, withheld): (&[&str], &[&str]),
) {
    let say = Say {
        action: Some(Action::Update),
        outcome: Some(outcome),
        matched: target.map(|it| &it.key),
        reasons,
        withheld,
        ..Say::default()
    };
    group.expect_explained(visit, say);
    group.truth(visit, target, None);
}

fn is(text: &str) -> Matcher {
    Matcher::Is(Text::from(text))
}

/// Update now, any match: the record gets the news; an update never creates (EX-23, EX-25, UP-04).
pub(super) fn now(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let phone = person.new_phone();
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "changes");
    visit.enter_email(group, &person, &[("phone", &phone)]);
    visit.leave(group);
    if let Some(target) = &held.target {
        group.expect_target(target, &[("Phone", is(&phone))]);
        let reasons = ["sync.records_any_match", "sync.updated", target.because];
        explained(group, &visit, (Outcome::Updated, Some(target)), (&reasons, &[]));
    } else {
        group.expect_leads(&person, 0);
        explained(group, &visit, (Outcome::NoOp, None), (&["sync.update_never_creates"], &[]));
    }
}

/// The CRM holds every answer already: nothing is sent (UP-07).
pub(super) fn nothing_new(group: &mut Group<'_>) {
    let person = group.person(0);
    let (_, target) = group.known(&person);
    let mut visit = group.visitor(0, 0);
    visit.land_as(group, Some((&person.email, IdentitySource::Cookie)));
    visit.start(group, "changes");
    visit.enter(group, &[("phone", &person.phone)]);
    visit.leave(group);
    group.expect_target(
        &target,
        &[("Phone", is(&person.phone)), ("Title", Matcher::Absent(Place::default()))],
    );
    explained(group, &visit, (Outcome::NoOp, Some(&target)), (&["sync.no_new_values"], &[]));
}

/// Wait to update: at the rep's start, and again when the visitor leaves (EX-19, EX-20, EX-22, K-41).
pub(super) fn at_every_trigger(group: &mut Group<'_>) {
    let person = group.person(0);
    let (_, target) = group.known(&person);
    let rep = group.rep();
    let phone = person.new_phone();
    let mut visit = group.visitor(0, 0);
    visit.land_known(group, &person);
    visit.start(group, "changes_later");
    visit.enter(group, &[("phone", &phone)]);
    visit.chat(group, &rep);
    visit.at += 60_000;
    visit.enter(group, &[("title", "Head of Operations")]);
    visit.end_chat(group);
    visit.leave(group);
    group.expect_target(&target, &[("Phone", is(&phone)), ("Title", is("Head of Operations"))]);
    let reasons = ["trigger.rep_started", "trigger.left_experience", "trigger.rearmed"];
    explained(group, &visit, (Outcome::Updated, Some(&target)), (&reasons, &[]));
}

/// Policy A: a record that we never wrote stays as it is, and what was not written is listed (UP-01, UP-03).
pub(super) fn never_synced_before(group: &mut Group<'_>) {
    let person = group.person(0);
    let (_, target) = group.known(&person);
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "members");
    visit.enter_email(group, &person, &[("phone", &person.new_phone())]);
    visit.leave(group);
    group.expect_target(&target, &[("Phone", is(&person.phone))]);
    let withheld = (&["sync.not_previously_synced"][..], &["phone"][..]);
    explained(group, &visit, (Outcome::NoOp, Some(&target)), withheld);
}

/// A blank answer erases nothing (UP-09d).
pub(super) fn blank_answers(group: &mut Group<'_>) {
    let person = group.person(0);
    let (_, target) = group.known(&person);
    let mut visit = group.visitor(0, 0);
    visit.land_known(group, &person);
    visit.enter(group, &[("phone", "")]);
    visit.start(group, "titles");
    visit.enter(group, &[("title", "Buyer")]);
    visit.leave(group);
    group.expect_target(&target, &[("Phone", is(&person.phone)), ("Title", is("Buyer"))]);
    explained(group, &visit, (Outcome::Updated, Some(&target)), (&["sync.blank_kept"], &[]));
}

/// What no mapping names is never written (UP-05, UP-06).
pub(super) fn nothing_mapped(group: &mut Group<'_>) {
    let person = group.person(0);
    let (_, target) = group.known(&person);
    let mut visit = group.visitor(0, 0);
    visit.land_known(group, &person);
    visit.enter(group, &[("favourite_colour", "green")]);
    visit.start(group, "changes");
    visit.enter(group, &[("phone", &person.phone)]);
    visit.leave(group);
    group.expect_target(&target, &[("Phone", is(&person.phone))]);
    explained(group, &visit, (Outcome::NoOp, Some(&target)), (&["sync.field_not_mapped"], &[]));
}

/// One Experience creates and updates: the lead is made at the chat and has the last answer at the end (EX-22).
pub(super) fn one_wait_push(group: &mut Group<'_>) {
    let person = group.person(0);
    group.unknown(&person);
    let rep = group.rep();
    let (phone, owner) = (person.new_phone(), rep.owner());
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "both");
    visit.enter_all(group, &person, &[]);
    visit.chat(group, &rep);
    visit.at += 60_000;
    visit.enter(group, &[("phone", &phone)]);
    visit.end_chat(group);
    visit.leave(group);
    group.expect_lead(&person, &owner, &[("Phone", is(&phone))]);
    let say = Say {
        action: Some(Action::Create),
        outcome: Some(Outcome::Created),
        owner: Some(&owner),
        reasons: &["trigger.rep_started"],
        ..Say::default()
    };
    group.expect_explained(&visit, say);
    group.truth(&visit, None, Some((&person, &owner)));
}
