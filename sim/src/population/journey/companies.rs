//! Companies that visited, and the accounts that an admin makes of them (AC-01, AC-17, AC-22d).

use scenarios::{
    Text,
    ast::{
        Check, CompanySetup, EngagementIntent, ExplainCheck, RecordSetup, SignalsVerb, Subject,
        Verb,
    },
};

use crate::population::{TrueMatch, visit::Group};

/// No account is the company's: "Create in Salesforce" makes one (AC-17).
pub(super) fn made_an_account(group: &mut Group<'_>) {
    let (key, name, _) = company(group);
    clicked(group, &key, "account_push.created");
    group.expect_records("Account", &[("Name", &name)], 1, &[]);
}

/// An account has the company's domain: there is no second one (AC-22d).
pub(super) fn has_an_account(group: &mut Group<'_>) {
    let (key, name, domain) = company(group);
    let record = Text::from(format!("known_{key}"));
    let fields = vec![
        ("Name".into(), format!("{name} Holding").into()),
        ("Website".into(), format!("https://www.{domain}").into()),
    ];
    group.gathered.records.push(RecordSetup::new(Some(record), "Account", fields));
    clicked(group, &key, "account_push.exists");
    group.expect_records("Account", &[("Name", &name)], 0, &[]);
}

/// A company that only this group has: its key, name and domain.
fn company(group: &mut Group<'_>) -> (Text, String, String) {
    let key = Text::from(format!("firm_{}", group.number));
    let (name, domain) =
        (format!("Visiting Firm {}", group.number), format!("firm-{}.example", group.number));
    let intents = [EngagementIntent::Hot, EngagementIntent::OnFire, EngagementIntent::Warm];
    group.gathered.companies.push(CompanySetup {
        key: key.clone(),
        name: Some(name.as_str().into()),
        domain: Some(domain.as_str().into()),
        icp: group.draws.chance(1, 2),
        intent: group.draws.pick(&intents).copied().unwrap_or_default(),
        fields: Vec::new(),
    });
    (key, name, domain)
}

/// An admin opens the Account 360 and clicks "Create in Salesforce"; somebody of the company is on the site.
fn clicked(group: &mut Group<'_>, account: &Text, because: &str) {
    let by = group.cast.admin();
    let mut visit = group.visitor(0, 0);
    visit.land(group);
    let open = SignalsVerb::OpenAccount { account: account.clone(), by: by.clone() };
    visit.then(group, (5, 20), Verb::Signals(open));
    let create = SignalsVerb::CreateAccount { account: account.clone(), by };
    visit.then(group, (40, 90), Verb::Signals(create));
    visit.leave(group);
    let mut check = ExplainCheck::new(Subject::Account(account.clone()));
    check.reasons = vec![because.into()];
    group.expect(Check::Explain(check));
    group.truth_open(&visit, TrueMatch::Open, None);
}
