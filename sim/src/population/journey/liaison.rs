//! The journeys of prospects (profile `lead_liaison`): they enter workflows, and what comes of it follows from whom the org
//! holds and from "Assign To" (LL-01 to LL-13d, LL-37).

use scenarios::{
    Text,
    ast::{Action, Fields, Matcher, Outcome, Verb},
};

use super::Journey;
use crate::population::{
    TrueMatch,
    cast::{LEAD_QUEUE, ORG_USER},
    person::Person,
    setup::{
        CAMPAIGN, REGISTERED,
        liaison::{
            BY_DISTRIBUTION, BY_NOBODY, BY_ORG, BY_USER, COUNTRIES, ELSEWHERE, FILLER, REGISTERS,
            SCORE, hand_picked, of_country,
        },
    },
    standing::Held,
    visit::{Group, Say, Visit, Whose},
};

/// The requirements that a world exercises.
pub(crate) const REQUIREMENTS: &[&str] = &[
    "LL-01", "LL-02", "LL-03", "LL-04", "LL-05", "LL-06", "LL-07", "LL-09", "LL-10", "LL-11",
    "LL-13d", "DD-02", "DD-03", "DD-04", "DD-10d", "DD-11d", "DD-12d", "DD-13", "CP-01", "CP-05d",
];

/// The journeys of one prospect, each as often as its weight says.
pub(crate) const ALONE: &[(u64, Journey)] = &[
    (10, a_user_is_named),
    (10, the_org_decides),
    (10, the_distribution_rules_decide),
    (4, no_distribution_rule_fits),
    (10, nobody_is_named),
    (4, without_a_company),
    (5, registers),
    (2, without_an_address),
];

/// The journeys of two prospects who have to do with one another.
pub(crate) const TOGETHER: &[(u64, Journey)] = &[(1, one_prospect_in_two_workflows)];

/// Between two entries of one person, so that the first is over however calls are packed.
const APART_MS: i64 = 15 * 60_000;

/// "Assign To" names a user (LL-06).
fn a_user_is_named(group: &mut Group<'_>) {
    let owner = hand_picked(group.cast);
    syncs(group, BY_USER, None, (&owner, "liaison.assign_user"));
}

/// The org's rules decide (LL-07).
fn the_org_decides(group: &mut Group<'_>) {
    let owner = LEAD_QUEUE.into();
    syncs(group, BY_ORG, None, (&owner, "liaison.assign_salesforce_rules"));
}

/// The product's rules decide, by country (LL-09).
fn the_distribution_rules_decide(group: &mut Group<'_>) {
    let country = group.draws.pick(COUNTRIES).copied().unwrap_or(ELSEWHERE);
    let owner = of_country(group.cast, country).unwrap_or_else(|| ORG_USER.into());
    syncs(group, BY_DISTRIBUTION, Some(country), (&owner, "liaison.distribution_rule"));
}

/// No rule knows the country: the Sync User (LL-09).
fn no_distribution_rule_fits(group: &mut Group<'_>) {
    let owner = ORG_USER.into();
    syncs(group, BY_DISTRIBUTION, Some(ELSEWHERE), (&owner, "liaison.no_distribution_rule"));
}

/// "Assign To" is empty: the Sync User, whatever rules the org has (LL-10).
fn nobody_is_named(group: &mut Group<'_>) {
    let owner = ORG_USER.into();
    syncs(group, BY_NOBODY, None, (&owner, "liaison.assign_empty"));
}

/// A prospect enters a workflow that begins with Sync Lead.
fn syncs(
    group: &mut Group<'_>,
    workflow: &str,
    country: Option<&str>,
    (owner, because): (&Text, &str),
) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let mut prospect = group.visitor(0, 0);
    let phone = person.new_phone();
    let mut more = vec![("phone", phone.as_str()), ("score", "70")];
    more.extend(country.map(|it| ("country", it)));
    enters(group, &mut prospect, (&person, workflow), &more);
    synced(group, &prospect, (&person, &held), (owner, because));
}

/// What comes of Sync Lead: a lead for somebody unknown; new values on the record of somebody known, whose owner stays.
fn synced(
    group: &mut Group<'_>,
    prospect: &Visit,
    (person, held): (&Person, &Held),
    (owner, because): (&Text, &str),
) -> Whose {
    let (phone, score) = (Matcher::from(person.new_phone()), Matcher::from("70"));
    let wanted = [("Phone", phone), (SCORE, score)];
    let action = Some(Action::SyncLead);
    if let Some(target) = &held.target {
        group.expect_target(target, &wanted);
        group.expect_leads(person, held.leads);
        let say = Say {
            action,
            outcome: Some(Outcome::Updated),
            matched: Some(&target.key),
            reasons: &["liaison.linked_record", "liaison.enriched", target.because],
            ..Say::default()
        };
        group.expect_explained(prospect, say);
        group.truth(prospect, Some(target), None);
        return Whose::Record(target.key.clone());
    }
    let record = group.expect_lead(person, owner, &wanted);
    let outcome = Some(Outcome::Created);
    group
        .expect_explained(prospect, Say { action, outcome, reasons: &[because], ..Say::default() });
    group.truth(prospect, None, Some((person, owner)));
    record
}

/// The company is empty: a new lead gets the filler, a record that exists keeps its own (LL-11, LL-12d).
fn without_a_company(group: &mut Group<'_>) {
    let mut person = group.person(0);
    let held = group.unknown(&person);
    person.company = String::new();
    let mut prospect = group.visitor(0, 0);
    let phone = person.new_phone();
    enters(group, &mut prospect, (&person, BY_NOBODY), &[("phone", &phone), ("score", "70")]);
    let owner = ORG_USER.into();
    synced(group, &prospect, (&person, &held), (&owner, "liaison.filler"));
    let email = [("Email", person.email.as_str())];
    group.expect_records("Lead", &email, 1, &[("Company", FILLER.into())]);
}

/// The sync, then the campaign: one member, of the lead or of the contact (LL-37, CP-01).
fn registers(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let mut prospect = group.visitor(0, 0);
    let phone = person.new_phone();
    enters(group, &mut prospect, (&person, REGISTERS), &[("phone", &phone), ("score", "70")]);
    let owner = ORG_USER.into();
    let whose = synced(group, &prospect, (&person, &held), (&owner, "liaison.assign_empty"));
    let by = held.target.as_ref().map_or("Lead", |it| it.object);
    let record = group.name_of(whose);
    let filter = [("Campaign", CAMPAIGN), (by, &record)];
    group.expect_records("CampaignMember", &filter, 1, &[("Status", REGISTERED.into())]);
}

/// Without an address nothing can be matched, and nothing is sent (MP-05d).
fn without_an_address(group: &mut Group<'_>) {
    let person = group.person(0);
    let mut prospect = group.visitor(0, 0);
    let fields = [("last_name", person.last.as_str()), ("company", &person.company)];
    enter(
        group,
        &mut prospect,
        BY_NOBODY,
        fields.map(|(name, it)| (name.into(), it.into())).into(),
    );
    let say = Say {
        action: Some(Action::SyncLead),
        outcome: Some(Outcome::NoOp),
        reasons: &["sync.no_email"],
        ..Say::default()
    };
    group.expect_explained(&prospect, say);
    group.truth_open(&prospect, TrueMatch::Open, None);
}

/// One person as two prospects: the second finds the lead of the first, and its owner stays (LL-03, LL-13d).
fn one_prospect_in_two_workflows(group: &mut Group<'_>) {
    let person = group.person(0);
    group.unknown(&person);
    let (mut one, mut two) = (group.visitor(0, 0), group.visitor(1, APART_MS));
    let phone = person.new_phone();
    enters(group, &mut one, (&person, BY_USER), &[("phone", &phone), ("score", "70")]);
    enters(group, &mut two, (&person, BY_NOBODY), &[("phone", &phone), ("score", "90")]);
    let owner = hand_picked(group.cast);
    let wanted = [("Phone", Matcher::from(phone.as_str())), (SCORE, Matcher::from("90"))];
    group.expect_lead(&person, &owner, &wanted);
    let action = Some(Action::SyncLead);
    let created = Some(Outcome::Created);
    let reasons = &["liaison.assign_user"];
    group.expect_explained(&one, Say { action, outcome: created, reasons, ..Say::default() });
    let updated = Some(Outcome::Updated);
    let reasons = &["liaison.linked_record", "liaison.enriched"];
    group.expect_explained(&two, Say { action, outcome: updated, reasons, ..Say::default() });
    group.truth(&one, None, Some((&person, &owner)));
    group.truth_open(&two, TrueMatch::LeadOf(person.email.as_str().into()), None);
}

fn enters(
    group: &mut Group<'_>,
    prospect: &mut Visit,
    (person, workflow): (&Person, &str),
    more: &[(&str, &str)],
) {
    let typed = person.typed_email(&mut group.draws);
    let own = [
        ("email", typed.as_str()),
        ("first_name", &person.first),
        ("last_name", &person.last),
        ("company", &person.company),
    ];
    let known = own.iter().chain(more).filter(|(_, value)| !value.is_empty());
    let fields = known.map(|(name, value)| (Text::from(*name), Text::from(*value))).collect();
    enter(group, prospect, workflow, fields);
}

fn enter(group: &mut Group<'_>, prospect: &mut Visit, workflow: &str, fields: Fields) {
    let visitor = prospect.name.clone();
    prospect.then(
        group,
        (1, 20),
        Verb::EnterWorkflow { visitor, workflow: workflow.into(), fields },
    );
}
