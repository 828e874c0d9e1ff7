//! The journeys of visitors whose leads a marketing platform makes (profile `via_map`): what the engine writes, it writes
//! there, on the newest record of the address; the connector brings it into Salesforce (DD-08, TS-03, K-18).

use scenarios::{
    Text,
    ast::{Action, Check, Matcher, Moment, NeighbourRecord, Outcome},
};

use super::Journey;
use crate::population::{
    TrueMatch,
    person::Person,
    setup::via_map::SYSTEM,
    visit::{Group, Say, Visit, records},
};

/// The requirements that a world exercises.
pub(crate) const REQUIREMENTS: &[&str] = &["DD-08", "TS-03", "VI-05"];

/// The journeys of one visitor, each as often as its weight says.
pub(crate) const ALONE: &[(u64, Journey)] = &[(10, somebody_new), (10, known_to_the_platform)];

/// The journeys of two visitors who have to do with one another.
pub(crate) const TOGETHER: &[(u64, Journey)] = &[(1, the_same_person_again)];

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Between two visits of one person, so that the lead of the first has arrived.
const APART_MS: i64 = 30 * 60_000;

/// Nobody knows the address: one record there, and one lead, which the connector makes.
fn somebody_new(group: &mut Group<'_>) {
    let person = group.person(0);
    let mut visit = group.visitor(0, 0);
    signs_up(group, &mut visit, &person);
    arrives(group, &person);
    made_there(group, &visit);
    group.truth_open(&visit, TrueMatch::Open, None);
}

/// The platform has several records of the address: the newest gets the new number (DD-08).
fn known_to_the_platform(group: &mut Group<'_>) {
    let person = group.person(0);
    let count = group.draws.between(1, 3);
    let mut ages: Vec<i64> = (0..count).map(|it| 2 + it * 10).collect();
    group.draws.shuffle(&mut ages);
    let kinds = ["lead", "contact", "prospect"];
    for (place, age) in ages.iter().enumerate() {
        let key = Text::from(format!("m{}_{place}", group.number));
        let kind = group.draws.pick(&kinds).map(|it| Text::from(*it));
        let own = [("email", person.email.as_str()), ("lastName", &person.last)];
        group.gathered.platform.push(NeighbourRecord {
            key: Some(key),
            kind,
            fields: own.map(|(name, it)| (name.into(), it.into())).into(),
            created: None,
            updated: Some(Moment::Offset(-age * DAY_MS)),
            linked_to: None,
        });
    }
    let newest = ages.iter().position(|age| *age == 2).unwrap_or(0);
    let mut visit = group.visitor(0, 0);
    let phone = person.new_phone();
    visit.land(group);
    visit.start(group, "changes");
    visit.enter_email(group, &person, &[("phone", &phone)]);
    visit.leave(group);
    let key = format!("m{}_{newest}", group.number);
    let has_phone = [("phone", Matcher::from(phone.as_str()))];
    expect_there(group, &[("key", &key)], &has_phone);
    expect_there(group, &[("phone", &phone)], &[]);
    group.truth_open(&visit, TrueMatch::Open, None);
}

/// The second visit finds what the first one made: still one record and one lead.
fn the_same_person_again(group: &mut Group<'_>) {
    let person = group.person(0);
    let (mut one, mut two) = (group.visitor(0, 0), group.visitor(1, APART_MS));
    signs_up(group, &mut one, &person);
    signs_up(group, &mut two, &person);
    arrives(group, &person);
    made_there(group, &one);
    group.truth_open(&one, TrueMatch::Open, None);
    group.truth_open(&two, TrueMatch::Open, None);
}

fn signs_up(group: &mut Group<'_>, visit: &mut Visit, person: &Person) {
    visit.land(group);
    visit.start(group, "form");
    visit.enter_all(group, person, &[]);
    visit.leave(group);
}

/// One record there, and one lead in Salesforce.
fn arrives(group: &mut Group<'_>, person: &Person) {
    let name = [("lastName", Matcher::from(person.last.as_str()))];
    expect_there(group, &[("email", &person.email)], &name);
    let last = ("LastName", Matcher::from(person.last.as_str()));
    group.expect_records("Lead", &[("Email", &person.email)], 1, &[last]);
}

fn made_there(group: &mut Group<'_>, visit: &Visit) {
    let say = Say {
        action: Some(Action::Create),
        outcome: Some(Outcome::Created),
        reasons: &["map.instead_of_crm"],
        ..Say::default()
    };
    group.expect_explained(visit, say);
}

/// One record of the platform agrees, and looks like that.
fn expect_there(group: &mut Group<'_>, filter: &[(&str, &str)], fields: &[(&str, Matcher)]) {
    group.expect(Check::Neighbour(records(SYSTEM, filter, 1, fields)));
}
