//! The journeys of people who respond to a campaign (profile `full_circle`): the packages in the org hand their leads over,
//! match and assign them, and what must come of it follows from the account that was planted beside the lead
//! (RM-01 to RM-11d, MM-01 to MM-06, FM-75, K-31).

use scenarios::{
    Text,
    ast::{Action, Check, ExplainCheck, Fields, Matcher, RecordSetup, Subject, Verb},
};

use super::Journey;
use crate::population::{
    TrueMatch,
    cast::LEAD_QUEUE,
    person::Person,
    setup::{
        CAMPAIGN,
        packages::{RESPONDED, SCORE, TARGET, for_the_rest},
    },
    visit::Group,
};

/// The requirements that a world exercises.
pub(crate) const REQUIREMENTS: &[&str] =
    &["RM-01", "RM-03", "RM-04", "RM-05", "RM-09d", "MM-01", "MM-02", "MM-04", "MM-05", "MM-06"];

/// The journeys of one person, each as often as its weight says.
pub(crate) const ALONE: &[(u64, Journey)] = &[
    (10, matched_by_domain),
    (6, matched_by_company),
    (6, of_no_account),
    (3, with_a_free_address),
    (4, of_an_owner_who_keeps),
    (4, not_qualified),
    (3, touched_later),
];

/// The journeys of two people who have to do with one another.
pub(crate) const TOGETHER: &[(u64, Journey)] = &[(1, two_of_one_company)];

/// Words that other sources put behind a company's name.
const SUFFIXES: &[&str] = &["", " Inc.", " GmbH", ", LLC", " Ltd"];

/// The account has the domain of the lead's address (MM-01, MM-02).
fn matched_by_domain(group: &mut Group<'_>) {
    let domain = format!("company-{}.example", group.number);
    let owner = account(group, &own_company(group), Some(&domain));
    let lead = Lead { domain: &domain, company: "Elsewhere spelt", ..Lead::qualified() };
    handed_over(group, &lead, (&owner, "matchmaker.email_domain", "matchmaker.account_owner"));
}

/// The names are the same once both are normalised.
fn matched_by_company(group: &mut Group<'_>) {
    let name = own_company(group);
    let owner = account(group, &name, None);
    let suffix = group.draws.pick(SUFFIXES).copied().unwrap_or_default();
    let company = format!("{name}{suffix}");
    let lead = Lead { domain: "gmail.com", company: &company, ..Lead::qualified() };
    handed_over(group, &lead, (&owner, "matchmaker.company_name", "matchmaker.account_owner"));
}

/// No account fits: the rule for the rest (MM-04).
fn of_no_account(group: &mut Group<'_>) {
    let domain = format!("lonely-{}.example", group.number);
    let company = format!("Lonely {}", group.number);
    let owner = for_the_rest(group.cast);
    let lead = Lead { domain: &domain, company: &company, ..Lead::qualified() };
    handed_over(group, &lead, (&owner, "matchmaker.no_match", "matchmaker.unmatched_owner"));
}

/// A mail provider's domain says nothing, even where an account has it (FM-75).
fn with_a_free_address(group: &mut Group<'_>) {
    account(group, &own_company(group), Some("gmail.com"));
    let company = format!("Private {}", group.number);
    let owner = for_the_rest(group.cast);
    let lead = Lead { domain: "gmail.com", company: &company, ..Lead::qualified() };
    handed_over(group, &lead, (&owner, "matchmaker.says_nothing", "matchmaker.unmatched_owner"));
}

/// The owner is not subject to reassignment: the response is complete at once (RM-05, K-31).
fn of_an_owner_who_keeps(group: &mut Group<'_>) {
    let owner = group.cast.seller(&mut group.draws);
    let domain = format!("kept-{}.example", group.number);
    let lead = Lead { domain: &domain, owner: owner.clone(), ..Lead::qualified() };
    let (key, member) = responds(group, &lead);
    completed(group, (&key, &member), &owner);
    explained(group, &key, Action::Response, &["response.owner_not_subject"]);
}

/// The person is not qualified: the response is not active, and nobody gets the lead (RM-04).
fn not_qualified(group: &mut Group<'_>) {
    let domain = format!("early-{}.example", group.number);
    let lead = Lead { domain: &domain, score: "20", ..Lead::qualified() };
    let (key, _) = responds(group, &lead);
    let owner = ("Owner", Matcher::Is(LEAD_QUEUE.into()));
    group.expect_records("Lead", &[("key", &key)], 1, &[owner]);
    explained(group, &key, Action::Response, &["response.not_qualified"]);
}

/// The member changes after its response is complete: nothing moves again (RM-10d).
fn touched_later(group: &mut Group<'_>) {
    let domain = format!("again-{}.example", group.number);
    let company = format!("Again {}", group.number);
    let owner = for_the_rest(group.cast);
    let lead = Lead { domain: &domain, company: &company, ..Lead::qualified() };
    let (key, member) = responds(group, &lead);
    let by = Verb::Update {
        record: member.as_str().into(),
        fields: vec![("Status".into(), "Sent".into())],
        by: None,
    };
    group.line(group.starts + 60_000, by);
    completed(group, (&key, &member), &owner);
}

/// Both leads are the account owner's (MM-02).
fn two_of_one_company(group: &mut Group<'_>) {
    let domain = format!("company-{}.example", group.number);
    let owner = account(group, &own_company(group), Some(&domain));
    for place in [0, 1] {
        let lead = Lead { place, domain: &domain, ..Lead::qualified() };
        handed_over(group, &lead, (&owner, "matchmaker.email_domain", "matchmaker.account_owner"));
    }
}

/// A lead that somebody's response is about.
struct Lead<'a> {
    /// Which of the group's people it is.
    place: u64,
    domain: &'a str,
    company: &'a str,
    score: &'a str,
    owner: Text,
}

impl Lead<'_> {
    fn qualified() -> Self {
        Self { place: 0, domain: "", company: "Unknown", score: "120", owner: LEAD_QUEUE.into() }
    }
}

/// A company that only this group's account has.
fn own_company(group: &Group<'_>) -> String {
    let Person { company, .. } = group.person(0);
    format!("{company} Works {}", group.number)
}

/// A target account, and its owner.
fn account(group: &mut Group<'_>, name: &str, domain: Option<&str>) -> Text {
    let owner = group.cast.seller(&mut group.draws);
    let mut fields: Fields = vec![
        ("Name".into(), name.into()),
        ("Owner".into(), owner.clone()),
        (TARGET.into(), "true".into()),
    ];
    fields.extend(domain.map(|it| ("Website".into(), format!("https://www.{it}").into())));
    let key = Text::from(format!("target_{}", group.number));
    group.gathered.records.push(RecordSetup::new(Some(key), "Account", fields));
    owner
}

/// The lead is there, and its person responds. The names of both.
fn responds(group: &mut Group<'_>, lead: &Lead<'_>) -> (String, String) {
    let person = group.person(lead.place);
    let number = group.number + lead.place;
    let key = format!("lead_{number}");
    let local = person.email.split('@').next().unwrap_or_default();
    let fields: Fields = vec![
        ("Email".into(), format!("{local}@{}", lead.domain).into()),
        ("LastName".into(), person.last.as_str().into()),
        ("Company".into(), lead.company.into()),
        (SCORE.into(), lead.score.into()),
        ("Owner".into(), lead.owner.clone()),
    ];
    let record = RecordSetup::new(Some(key.as_str().into()), "Lead", fields);
    group.gathered.records.push(record);
    let member = format!("response_{number}");
    let of = [("Campaign", CAMPAIGN), ("Lead", key.as_str()), ("Status", RESPONDED)];
    let fields = of.map(|(name, value)| (Text::from(name), Text::from(value))).into();
    let create = Verb::Create {
        object: "CampaignMember".into(),
        key: Some(member.as_str().into()),
        fields,
        by: None,
    };
    group.line(group.starts, create);
    let visit = group.visitor(lead.place, 0);
    group.truth_open(&visit, TrueMatch::Open, None);
    (key, member)
}

/// The lead went through the queue to this owner, in the save that made the response.
fn handed_over(group: &mut Group<'_>, lead: &Lead<'_>, (owner, by, chose): (&Text, &str, &str)) {
    let (key, member) = responds(group, lead);
    completed(group, (&key, &member), owner);
    explained(group, &key, Action::Assignment, &["matchmaker.triggered", by, chose]);
}

fn completed(group: &mut Group<'_>, (lead, member): (&str, &str), owner: &Text) {
    let is_owner = Matcher::Is(owner.clone());
    group.expect_records("Lead", &[("key", lead)], 1, &[("Owner", is_owner.clone())]);
    let wanted = [("Response_State__c", "completed".into()), ("First_Owner__c", is_owner)];
    group.expect_records("CampaignMember", &[("key", member)], 1, &wanted);
}

fn explained(group: &mut Group<'_>, lead: &str, action: Action, reasons: &[&str]) {
    let mut check = ExplainCheck::new(Subject::Record(lead.into()));
    check.action = Some(action);
    check.reasons = reasons.iter().map(|it| Text::from(*it)).collect();
    group.expect(Check::Explain(check));
}
