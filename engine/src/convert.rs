//! When does a conversion job run, whose is the result, and what does it become?
//!
//! A job runs with the next tick after its prospect was linked with a lead (LL-31, LL-33): 100 in a run, the one that was
//! linked first first (LL-32). Only jobs that can run count (LL-36d, K-27). A job that is not linked at exactly 14 × 24
//! hours after it was scheduled is dismissed; a linked one never is (LL-34, LL-35, K-28).
//!
//! The contact's owner is the chosen user, or the lead's owner (LL-23); a queue cannot own it, so the fallback user does,
//! or the job fails (K-24). The contact joins the account of the company's name, if that is wished and there is one, and
//! else gets a new account (LL-26, LL-27); of several the one of DD-05 to DD-07. An opportunity is named after the company
//! (LL-28, K-25).

use std::collections::BTreeSet;

use crate::{
    Account, AccountKey, AccountMatch, Config, ConvertOptions, CrmUsers, FieldValues, KnownOrg,
    OwnerDecision, Person, Rule, Settings, Timestamp, UserId, Value, account::select_account,
    assign::crm_user, company_name::company_key,
};

/// Leads of one run: Salesforce's limit for one call, too.
pub const LEADS_PER_RUN: usize = 100;
/// How long a job may wait for its lead, in ms: 14 days of 24 hours.
const PATIENCE_MS: i64 = 14 * 24 * 3_600_000;
/// The hour of the nightly pull, by the org's clock.
const PULL_HOUR: i8 = 2;

/// A job that waits for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingJob {
    /// Since when its prospect is linked with a lead; nothing while not.
    pub linked: Option<Timestamp>,
    /// Not before then: an attempt failed.
    pub not_before: Timestamp,
    /// Whether something else is being done with the same person.
    pub is_busy: bool,
}

/// When is the first run after this instant?
pub fn next_run(now: Timestamp, settings: &Settings) -> Timestamp {
    let interval = settings.conversion_interval_ms.max(1);
    Timestamp(now.0.saturating_add(interval - now.0.rem_euclid(interval)))
}

/// When is a job dismissed that was scheduled then?
pub fn dismiss_at(scheduled: Timestamp) -> Timestamp {
    scheduled.plus_ms(PATIENCE_MS)
}

/// Which of these jobs run now, by their places?
pub fn jobs_of_run(jobs: &[WaitingJob], now: Timestamp) -> Vec<usize> {
    let runs = |job: &WaitingJob| {
        let linked = job.linked.filter(|since| *since < now)?;
        (job.not_before <= now && !job.is_busy).then_some(linked)
    };
    let mut places: Vec<(Timestamp, usize)> =
        jobs.iter().enumerate().filter_map(|(at, job)| Some((runs(job)?, at))).collect();
    places.sort_unstable();
    places.into_iter().map(|(_, at)| at).take(LEADS_PER_RUN).collect()
}

/// Whose are the contact and what comes with it? An error when nobody can own them.
pub fn convert_owner(
    options: &ConvertOptions,
    lead_owner: Option<&UserId>,
    users: &CrmUsers,
    config: &Config,
) -> Result<OwnerDecision, Rule> {
    let given =
        |owner: UserId, because: Rule| OwnerDecision { owner, because, rejected: Vec::new() };
    if let Some(user) = &options.user {
        let owner = crm_user(users, user).ok_or(Rule::UserNotLinked)?;
        return Ok(given(owner, Rule::ConvertUser));
    }
    match lead_owner {
        Some(owner) if !is_queue(owner, &config.org) => {
            Ok(given(owner.clone(), Rule::ConvertLeadOwner))
        }
        _ => {
            let fallback = config.liaison.as_ref().and_then(|it| it.fallback_user.clone());
            let owner = fallback.ok_or(Rule::ConvertQueueOwned)?;
            Ok(given(owner, Rule::ConvertFallbackUser))
        }
    }
}

/// Whether an owner is a queue.
pub(crate) fn is_queue(owner: &UserId, org: &KnownOrg) -> bool {
    const QUEUE: &str = "00G";
    org.lead_queues.contains(owner) || owner.as_str().starts_with(QUEUE)
}

/// Are accounts of the company's name looked for? (LL-26, LL-27)
pub fn looks_for_account(options: &ConvertOptions) -> bool {
    options.attach_to_account
}

/// Which account does the contact join?
pub fn convert_account(
    company: &str,
    found: &[Account],
    options: &ConvertOptions,
    settings: &Settings,
) -> AccountMatch {
    let none = |because| AccountMatch { account: None, because, rejected: Vec::new() };
    if !options.attach_to_account {
        return none(Rule::ConvertAlwaysNewAccount);
    }
    let key = AccountKey { company: Some(company.trim().to_owned()), domain: None };
    let alike = company_key(company).filter(|_| settings.fuzzy_name);
    let same: Vec<Account> = found
        .iter()
        .map(|it| {
            let is_alike = alike.is_some() && company_key(&it.name) == alike;
            let name = if is_alike { company } else { &it.name };
            Account { name: name.to_owned(), ..it.clone() }
        })
        .collect();
    let chosen = select_account(&key, &same);
    if chosen.account.is_none() { none(Rule::ConvertNewAccount) } else { chosen }
}

/// What the conversion asks for.
pub fn convert_fields(
    lead: &Person,
    account: Option<&crate::RecordId>,
    owner: &UserId,
    options: &ConvertOptions,
) -> FieldValues {
    let company = lead.get("Company").and_then(Value::text).unwrap_or_default().into_owned();
    let mut fields = FieldValues::new();
    if let Some(account) = account {
        fields.push(("accountId".into(), account.as_str().into()));
    }
    fields.push(("convertedStatus".into(), options.status.as_str().into()));
    fields.push(("doNotCreateOpportunity".into(), Value::Bool(!options.opportunity)));
    if options.opportunity {
        let name = options.opportunity_name.as_deref().unwrap_or(&company);
        fields.push(("opportunityName".into(), name.into()));
    }
    fields.push(("ownerId".into(), owner.as_str().into()));
    fields.push(("sendNotificationEmail".into(), Value::Bool(options.notify)));
    fields
}

/// Whether the org offers this status, as far as the last pull knows.
pub fn is_offered(status: &str, offered: &BTreeSet<String>) -> bool {
    offered.iter().any(|it| it.eq_ignore_ascii_case(status))
}

/// When are the statuses pulled next?
pub fn next_pull(now: Timestamp, zone: &str) -> Timestamp {
    let day_later = now.plus_ms(24 * 3_600_000);
    let next = || {
        let zoned = jiff::Timestamp::from_millisecond(now.0).ok()?.in_tz(zone).ok()?;
        let today = zoned.date().at(PULL_HOUR, 0, 0, 0).to_zoned(zoned.time_zone().clone()).ok()?;
        let pull = if today > zoned {
            today
        } else {
            let tomorrow = zoned.date().tomorrow().ok()?;
            tomorrow.at(PULL_HOUR, 0, 0, 0).to_zoned(zoned.time_zone().clone()).ok()?
        };
        Some(Timestamp(pull.timestamp().as_millisecond()))
    };
    next().unwrap_or(day_later)
}

/// What does it mean that the lead is converted already? `sent` says that a conversion of ours may have arrived, `by_us`
/// that another job of ours converted it.
pub fn found_converted(sent: bool, by_us: bool) -> Rule {
    match (sent, by_us) {
        (true, _) => Rule::ConfirmedByReadBack,
        (false, true) => Rule::ConvertedBefore,
        (false, false) => Rule::ConvertedElsewhere,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{Liaison, acme};

    #[test]
    fn the_next_run_is_at_most_an_interval_away_and_never_at_once() {
        let settings = Settings::default();
        assert_eq!(next_run(Timestamp(0), &settings), Timestamp(300_000));
        assert_eq!(next_run(Timestamp(299_999), &settings), Timestamp(300_000));
        assert_eq!(next_run(Timestamp(300_000), &settings), Timestamp(600_000));
    }

    #[test]
    fn dismissal_is_counted_in_hours_across_the_change_of_clocks() {
        assert_eq!(dismiss_at(Timestamp(1)), Timestamp(1 + 14 * 24 * 3_600_000));
    }

    #[test]
    fn only_jobs_that_can_run_count_and_who_was_linked_first_comes_first() {
        let now = Timestamp(1_000);
        let job = |linked: Option<i64>, not_before: i64, is_busy: bool| WaitingJob {
            linked: linked.map(Timestamp),
            not_before: Timestamp(not_before),
            is_busy,
        };
        let jobs = [
            job(None, 0, false),
            job(Some(500), 0, false),
            job(Some(100), 0, false),
            job(Some(1_000), 0, false),
            job(Some(1), 2_000, false),
            job(Some(1), 0, true),
        ];
        assert_eq!(jobs_of_run(&jobs, now), vec![2, 1]);
        let many = vec![job(Some(1), 0, false); 250];
        assert_eq!(jobs_of_run(&many, now).len(), LEADS_PER_RUN);
    }

    #[test]
    fn the_contacts_owner_is_a_user() {
        let check = |user: Option<&str>, owner: &str, fallback: Option<&str>, expect: Expect| {
            let mut config = acme::config();
            config.liaison =
                Some(Liaison { fallback_user: fallback.map(UserId::from), ..acme::liaison() });
            let users = [("maria".into(), Some("dana".into())), ("tom".into(), None)].into();
            let options = ConvertOptions { user: user.map(Into::into), ..options() };
            let found = convert_owner(&options, Some(&owner.into()), &users, &config);
            expect.assert_eq(&match found {
                Ok(it) => format!("{} ({})", it.owner, it.because),
                Err(because) => because.to_string(),
            });
        };
        check(Some("maria"), "bo", None, expect!["dana (convert.user)"]);
        check(Some("tom"), "bo", None, expect!["liaison.user_not_linked"]);
        check(None, "bo", None, expect!["bo (convert.lead_owner)"]);
        check(None, "q-web", None, expect!["convert.queue_owned"]);
        check(None, "00G5", Some("sync"), expect!["sync (convert.fallback_user)"]);
    }

    #[test]
    fn the_contact_joins_the_account_of_the_companys_name() {
        let check = |attach: bool, fuzzy: bool, names: &[&str], expect: Expect| {
            let account = |(at, name): (usize, &&str)| Account {
                id: format!("A{at}").into(),
                name: (*name).to_owned(),
                website: None,
                opportunities: at,
                contacts: 0,
                modified: Timestamp(0),
                stamped: Timestamp(0),
            };
            let found: Vec<Account> = names.iter().enumerate().map(account).collect();
            let options = ConvertOptions { attach_to_account: attach, ..options() };
            let settings = Settings { fuzzy_name: fuzzy, ..Settings::default() };
            let chosen = convert_account(" globex", &found, &options, &settings);
            let id = chosen.account.map_or("new".to_owned(), |it| it.to_string());
            expect.assert_eq(&format!("{id} ({})", chosen.because));
        };
        check(true, false, &["Globex", "Initech"], expect!["A0 (account.only_record)"]);
        check(true, false, &["Globex", "GLOBEX"], expect!["A1 (account.most_opportunities)"]);
        check(true, false, &["Globex Inc."], expect!["new (convert.new_account)"]);
        check(true, true, &["Globex Inc."], expect!["A0 (account.only_record)"]);
        check(false, false, &["Globex"], expect!["new (convert.always_new_account)"]);
    }

    #[test]
    fn the_options_say_what_is_asked_for() {
        let lead = acme::person("lead Company=Globex");
        let plain = convert_fields(&lead, None, &"dana".into(), &options());
        expect!["convertedStatus=Won doNotCreateOpportunity=true ownerId=dana sendNotificationEmail=false"]
            .assert_eq(&acme::describe(&plain));
        let all = ConvertOptions { opportunity: true, notify: true, ..options() };
        let all = convert_fields(&lead, Some(&"A1".into()), &"dana".into(), &all);
        expect!["accountId=A1 convertedStatus=Won doNotCreateOpportunity=false opportunityName=Globex ownerId=dana sendNotificationEmail=true"]
            .assert_eq(&acme::describe(&all));
    }

    #[test]
    fn statuses_are_pulled_at_two_in_the_morning_of_the_org() {
        let pull = |now: &str| {
            let now: jiff::Timestamp = now.parse().unwrap();
            let next = next_pull(Timestamp(now.as_millisecond()), "America/Los_Angeles");
            jiff::Timestamp::from_millisecond(next.0).unwrap().to_string()
        };
        assert_eq!(pull("2026-03-02T12:00:00-08:00"), "2026-03-03T10:00:00Z");
        assert_eq!(pull("2026-03-02T01:59:00-08:00"), "2026-03-02T10:00:00Z");
        assert_eq!(pull("2026-03-08T12:00:00-07:00"), "2026-03-09T09:00:00Z");
    }

    fn options() -> ConvertOptions {
        ConvertOptions {
            status: "Won".to_owned(),
            user: None,
            attach_to_account: false,
            opportunity: false,
            opportunity_name: None,
            notify: false,
        }
    }
}
