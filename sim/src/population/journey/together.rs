//! Two visitors who are one person: at once, or one after the other (EX-10d, TS-04, UP-02, UP-10d).

use std::sync::Arc;

use scenarios::ast::{Action, Convert, Matcher, Outcome, RecordRef, Verb};

use crate::population::{
    TrueMatch,
    cast::ORG_USER,
    person::Person,
    visit::{Group, Say, Visit},
};

/// Between two visits of one person, so that the first is over however calls are packed.
const APART_MS: i64 = 15 * 60_000;

/// Two browsers at nearly the same instant: one lead.
pub(super) fn two_browsers(group: &mut Group<'_>) {
    let person = group.person(0);
    group.unknown(&person);
    let (mut one, mut two) = (group.visitor(0, 0), group.visitor(1, 0));
    for visit in [&mut one, &mut two] {
        visit.land(group);
    }
    for visit in [&mut one, &mut two] {
        visit.start(group, "form");
    }
    let at = one.at.max(two.at) + 10_000;
    (one.at, two.at) = (at, at);
    one.enter_all(group, &person, &[]);
    // The second comes within a round trip of the first.
    two.at = one.at + group.draws.between(1, 60);
    let typed = person.typed_email(&mut group.draws);
    let fields =
        [("email", typed.as_str()), ("last_name", &person.last), ("company", &person.company)];
    let fields = fields.map(|(name, value)| (name.into(), value.into())).into();
    group.line(two.at, Verb::Enter { visitor: two.name.clone(), fields });
    one.leave(group);
    two.leave(group);
    let owner = ORG_USER.into();
    group.expect_lead(&person, &owner, &[]);
    let say =
        Say { action: Some(Action::Create), outcome: Some(Outcome::Created), ..Say::default() };
    group.expect_explained(&one, say);
    group.expect_explained(&two, Say { outcome: Some(Outcome::NoOp), ..say });
    group.truth(&one, None, Some((&person, &owner)));
    group.truth_open(&two, TrueMatch::Open, None);
}

/// The first visit makes the lead, a later one from a fresh browser updates it; we made it, so policy A lets us.
pub(super) fn a_fresh_browser(group: &mut Group<'_>) {
    let person = group.person(0);
    group.unknown(&person);
    let first = signs_up(group, &person);
    let phone = person.new_phone();
    let mut second = group.visitor(1, APART_MS);
    second.land(group);
    second.start(group, "members");
    second.enter_email(group, &person, &[("phone", &phone)]);
    second.leave(group);
    let owner = ORG_USER.into();
    group.expect_lead(&person, &owner, &[("Phone", phone.as_str().into())]);
    updated(group, &second);
    group.truth(&first, None, Some((&person, &owner)));
    group.truth_open(&second, TrueMatch::LeadOf(Arc::from(person.email.as_str())), None);
}

/// Between the visits somebody converts the lead: the contact is the one we synced before.
pub(super) fn converted_meanwhile(group: &mut Group<'_>) {
    let person = group.person(0);
    let first = signs_up(group, &person);
    let contact = format!("c{}", group.number);
    let convert = Convert {
        record: RecordRef::Where {
            object: "Lead".into(),
            fields: vec![("Email".into(), person.email.clone().into())],
        },
        contact_key: Some(contact.clone().into()),
        account: None,
        contact: None,
        owner: Some(group.cast.seller(&mut group.draws)),
        by: None,
    };
    group.line(group.starts + APART_MS, Verb::Convert(convert));
    let phone = person.new_phone();
    let mut second = group.visitor(1, APART_MS + 60_000);
    second.land(group);
    second.start(group, "members");
    second.enter_email(group, &person, &[("phone", &phone)]);
    second.leave(group);
    let phone = Matcher::from(phone);
    group.expect_records("Contact", &[("key", &contact)], 1, &[("Phone", phone)]);
    group.expect_leads(&person, 1);
    updated(group, &second);
    group.truth(&first, None, Some((&person, &ORG_USER.into())));
    group.truth_open(&second, TrueMatch::Open, None);
}

fn signs_up(group: &mut Group<'_>, person: &Person) -> Visit {
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, person);
    visit.start(group, "form");
    visit.enter_all(group, person, &[]);
    visit.leave(group);
    visit
}

fn updated(group: &mut Group<'_>, second: &Visit) {
    let say = Say {
        action: Some(Action::Update),
        outcome: Some(Outcome::Updated),
        reasons: &["sync.previously_synced"],
        ..Say::default()
    };
    group.expect_explained(second, say);
}
