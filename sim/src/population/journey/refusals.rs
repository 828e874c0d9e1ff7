//! What the org refuses, and what comes of it: planted, so that the reason is known beforehand (FM-25 to FM-33, FM-61).

use scenarios::ast::{Action, Matcher, Outcome, RecordSetup};

use crate::population::{
    cast::ORG_USER,
    setup::{LOCKED_FIELD, LOCKED_FROM},
    visit::{Group, Say},
};

/// A validation rule says no, for good: no lead.
pub(super) fn a_validation_rule(group: &mut Group<'_>) {
    let person = group.person(0);
    group.unknown(&person);
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.enter(group, &[("phone", &person.refused_phone())]);
    visit.start(group, "form");
    visit.enter_all(group, &person, &[]);
    visit.leave(group);
    group.expect_leads(&person, 0);
    let say = Say {
        action: Some(Action::Create),
        outcome: Some(Outcome::Refused),
        reasons: &["salesforce.validation_rule"],
        ..Say::default()
    };
    group.expect_explained(&visit, say);
    group.truth(&visit, None, None);
}

/// The org user may not write a field: the lead is made without it.
pub(super) fn a_locked_field(group: &mut Group<'_>) {
    let person = group.person(0);
    group.unknown(&person);
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.enter(group, &[(LOCKED_FROM, "Hot")]);
    visit.start(group, "form");
    visit.enter_all(group, &person, &[]);
    visit.leave(group);
    let owner = ORG_USER.into();
    let blank = Matcher::Absent(scenarios::Place::default());
    group.expect_lead(&person, &owner, &[(LOCKED_FIELD, blank)]);
    let say = Say {
        action: Some(Action::Create),
        outcome: Some(Outcome::Created),
        reasons: &["sync.field_dropped"],
        ..Say::default()
    };
    group.expect_explained(&visit, say);
    group.truth(&visit, None, Some((&person, &owner)));
}

/// The org's own duplicate rule names a lead of another address: no second lead is made (FM-61).
pub(super) fn a_duplicate_rule(group: &mut Group<'_>) {
    let person = group.person(0);
    group.unknown(&person);
    let key = format!("p{}_other", group.number);
    let other = format!("office.{}", person.email);
    let owner = group.cast.old_owner(&mut group.draws, "Lead");
    let fields = vec![
        ("LastName".into(), person.last.clone().into()),
        ("Company".into(), person.company.clone().into()),
        ("Email".into(), other.into()),
        ("Phone".into(), person.new_phone().into()),
        ("Owner".into(), owner.clone()),
    ];
    group.gathered.records.push(RecordSetup::new(Some(key.as_str().into()), "Lead", fields));
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.enter(group, &[("phone", &person.new_phone())]);
    visit.start(group, "form");
    visit.enter_all(group, &person, &[]);
    visit.leave(group);
    group.expect_leads(&person, 0);
    group.expect_records("Lead", &[("key", &key)], 1, &[("Owner", Matcher::Is(owner))]);
    let say = Say {
        action: Some(Action::Create),
        outcome: Some(Outcome::NoOp),
        reasons: &["sync.adopted_duplicate"],
        ..Say::default()
    };
    group.expect_explained(&visit, say);
    group.truth(&visit, None, None);
}
