//! What reps do by hand (MS-01 to MS-07d, AS-08, K-13).

use scenarios::{
    Text,
    ast::{Action, Matcher, Outcome, Verb},
};

use crate::population::{
    cast::Rep,
    person::Person,
    standing::Held,
    visit::{Group, Say, Visit},
};

/// The rep clicks the button that is offered: a lead of the rep's, or news for the record.
fn clicks(group: &mut Group<'_>, visit: &mut Visit, (person, held): (&Person, &Held), rep: &Rep) {
    let phone = person.new_phone();
    visit.enter(group, &[("phone", &phone)]);
    visit.at += 30_000;
    let (visitor, by) = (visit.name.clone(), rep.key.clone());
    if let Some(target) = &held.target {
        visit.then(group, (10, 30), Verb::SyncFields { visitor, by });
        group.expect_target(target, &[("Phone", Matcher::Is(Text::from(phone)))]);
        let say = Say {
            action: Some(Action::ManualSync),
            outcome: Some(Outcome::Updated),
            matched: Some(&target.key),
            reasons: &["trigger.manual_sync", target.because],
            ..Say::default()
        };
        group.expect_explained(visit, say);
        group.truth(visit, Some(target), None);
    } else {
        visit.then(group, (10, 30), Verb::CreateLead { visitor, by });
        let owner = rep.owner();
        group.expect_lead(person, &owner, &[("Phone", Matcher::Is(Text::from(phone)))]);
        let say = Say {
            action: Some(Action::ManualCreate),
            outcome: Some(Outcome::Created),
            owner: Some(&owner),
            reasons: &["trigger.manual_create", rep.because("owner.manual_creator")],
            ..Say::default()
        };
        group.expect_explained(visit, say);
        group.truth(visit, None, Some((person, &owner)));
    }
}

fn pounce(group: &mut Group<'_>, visit: &mut Visit, rep: &Rep) {
    let verb = Verb::Pounce { visitor: visit.name.clone(), by: rep.key.clone() };
    visit.then(group, (10, 60), verb);
}

/// A pounce makes no lead; the rep does (MS-02, MS-04, MS-05).
pub(super) fn a_pounce_then_the_button(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let rep = group.rep();
    let mut visit = group.visitor(0, 0);
    visit.land_known(group, &person);
    pounce(group, &mut visit, &rep);
    visit.enter(group, &[("last_name", &person.last), ("company", &person.company)]);
    clicks(group, &mut visit, (&person, &held), &rep);
    visit.end_chat(group);
    visit.leave(group);
}

/// A pounce, and the rep does nothing: no lead (MS-02).
pub(super) fn a_pounce_alone(group: &mut Group<'_>) {
    let person = group.person(0);
    group.unknown(&person);
    let rep = group.rep();
    let mut visit = group.visitor(0, 0);
    visit.land_known(group, &person);
    pounce(group, &mut visit, &rep);
    visit.enter(group, &[("last_name", &person.last), ("company", &person.company)]);
    visit.end_chat(group);
    visit.leave(group);
    group.expect_leads(&person, 0);
    group.expect_explained(
        &visit,
        Say { reasons: &["trigger.pounce_manual_only"], ..Say::default() },
    );
    group.truth(&visit, None, None);
}

/// A pounce on a visitor for whom a step is armed fires it (K-44).
pub(super) fn a_pounce_with_a_step(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let rep = group.rep();
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "pricing");
    visit.enter_all(group, &person, &[]);
    pounce(group, &mut visit, &rep);
    visit.end_chat(group);
    visit.leave(group);
    let owner = rep.owner();
    let reasons = ["trigger.pounced", rep.because("owner.chat_rep")];
    super::creating::created(group, &visit, (&person, &held), (&owner, &reasons));
}

/// A chat without an Experience; the rep clicks (AS-08).
pub(super) fn a_chat_then_the_button(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let rep = group.rep();
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.chat(group, &rep);
    visit.enter_all(group, &person, &[]);
    clicks(group, &mut visit, (&person, &held), &rep);
    visit.end_chat(group);
    visit.leave(group);
}

/// Two clicks at once, of one rep or two, make one lead (MS-07d).
pub(super) fn a_double_click(group: &mut Group<'_>) {
    let person = group.person(0);
    group.unknown(&person);
    let rep = group.rep();
    let second = if group.draws.chance(1, 2) {
        rep.clone()
    } else {
        group.cast.other_rep(&mut group.draws, &rep).clone()
    };
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.chat(group, &rep);
    visit.enter_all(group, &person, &[]);
    visit.at += 30_000;
    let visitor = visit.name.clone();
    visit.then(group, (10, 30), Verb::CreateLead { visitor: visitor.clone(), by: rep.key.clone() });
    visit.at += group.draws.between(0, 30);
    group.line(visit.at, Verb::CreateLead { visitor, by: second.key });
    visit.end_chat(group);
    visit.leave(group);
    let owner = rep.owner();
    group.expect_lead(&person, &owner, &[]);
    let say = Say {
        action: Some(Action::ManualCreate),
        outcome: Some(Outcome::Created),
        reasons: &[rep.because("owner.manual_creator")],
        ..Say::default()
    };
    group.expect_explained(&visit, say);
    group.truth(&visit, None, Some((&person, &owner)));
}
