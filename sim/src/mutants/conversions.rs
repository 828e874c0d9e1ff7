//! Conversion jobs, answered wrongly.

use std::collections::BTreeSet;

use engine::{
    Account, AccountMatch, Config, ConvertOptions, CrmUsers, FieldValues, OwnerDecision, Person,
    RecordId, Refusal, Rule, Settings, Standard, Timestamp, UserId, Value, WaitingJob,
};

use super::{
    liaison::{owner_instead, set},
    mutants,
};

/// Milliseconds in an hour.
const HOUR_MS: i64 = 3_600_000;

mutants! {
    #[doc = "runs come every hour"]
    RunsAreRare violates [ConvertRun, ConvertLinked] breaks ["LL-31", "LL-32", "LL-35"] {
        fn next_run(&self, now: Timestamp, settings: &Settings) -> Timestamp {
            Timestamp(Standard.next_run(now, settings).0 + HOUR_MS)
        }
    }

    #[doc = "a job is dismissed a day early"]
    DismissedEarly violates [ConvertDismissed] breaks ["LL-34", "LL-35", "FM-70"] {
        fn dismiss_at(&self, scheduled: Timestamp) -> Timestamp {
            Timestamp(Standard.dismiss_at(scheduled).0 - 24 * HOUR_MS)
        }
    }

    #[doc = "a job is dismissed a second late"]
    DismissedLate violates [ConvertDismissed] breaks ["LL-34", "FM-70"] {
        fn dismiss_at(&self, scheduled: Timestamp) -> Timestamp {
            Timestamp(Standard.dismiss_at(scheduled).0 + 1_000)
        }
    }

    #[doc = "a job waits for an hour"]
    JobsWaitForAnHour violates [ConvertNotLinked] breaks ["LL-33"] {
        fn dismiss_at(&self, scheduled: Timestamp) -> Timestamp {
            Timestamp(scheduled.0 + HOUR_MS)
        }
    }

    #[doc = "a run has fifty places"]
    HalfTheRun violates [ConvertRun, ConvertQueued] breaks ["LL-32"] {
        fn jobs_of_run(&self, jobs: &[WaitingJob], now: Timestamp) -> Vec<usize> {
            let mut places = Standard.jobs_of_run(jobs, now);
            places.truncate(50);
            places
        }
    }

    #[doc = "waiting jobs take places of a run"]
    WaitingJobsTakePlaces violates [ConvertRun, ConvertNotLinked] breaks ["LL-36d", "LL-33"] {
        fn jobs_of_run(&self, jobs: &[WaitingJob], now: Timestamp) -> Vec<usize> {
            let waiting = jobs.iter().filter(|it| it.linked.is_none()).count();
            let mut places = Standard.jobs_of_run(jobs, now);
            places.truncate(100_usize.saturating_sub(waiting));
            places
        }
    }

    #[doc = "whoever is linked at the instant of a run is in it"]
    RunsAtTheInstantOfTheLink violates [ConvertLinked] breaks ["LL-31"] {
        fn jobs_of_run(&self, jobs: &[WaitingJob], now: Timestamp) -> Vec<usize> {
            Standard.jobs_of_run(jobs, Timestamp(now.0 - 2_000))
        }
    }

    #[doc = "the chosen user does not own the contact"]
    ConversionIgnoresTheUser violates [ConvertUser] breaks ["LL-23"] {
        fn convert_owner(&self, options: &ConvertOptions, lead_owner: Option<&UserId>, users: &CrmUsers, config: &Config) -> Result<OwnerDecision, Rule> {
            owner_instead(Standard.convert_owner(options, lead_owner, users, config), Rule::ConvertUser, config)
        }
    }

    #[doc = "the lead's owner does not own the contact"]
    ConversionIgnoresTheLeadOwner violates [ConvertLeadOwner] breaks ["LL-23"] {
        fn convert_owner(&self, options: &ConvertOptions, lead_owner: Option<&UserId>, users: &CrmUsers, config: &Config) -> Result<OwnerDecision, Rule> {
            owner_instead(Standard.convert_owner(options, lead_owner, users, config), Rule::ConvertLeadOwner, config)
        }
    }

    #[doc = "the fallback user does not own the contact"]
    ConversionIgnoresTheFallback violates [ConvertFallbackUser] breaks ["LL-23"] {
        fn convert_owner(&self, options: &ConvertOptions, lead_owner: Option<&UserId>, users: &CrmUsers, config: &Config) -> Result<OwnerDecision, Rule> {
            owner_instead(Standard.convert_owner(options, lead_owner, users, config), Rule::ConvertFallbackUser, config)
        }
    }

    #[doc = "the org user owns contacts of a queue's leads"]
    QueueLeadsAreConverted violates [ConvertQueueOwned] breaks ["LL-23"] {
        fn convert_owner(&self, options: &ConvertOptions, lead_owner: Option<&UserId>, users: &CrmUsers, config: &Config) -> Result<OwnerDecision, Rule> {
            Standard.convert_owner(options, lead_owner, users, config).or_else(|because| {
                let owner = config.org_user.clone();
                Ok(OwnerDecision { owner, because, rejected: Vec::new() })
            })
        }
    }

    #[doc = "existing accounts are never joined"]
    AccountsAreNeverJoined violates [ConvertExistingAccount] breaks ["LL-26"] {
        fn convert_account(&self, company: &str, found: &[Account], options: &ConvertOptions, settings: &Settings) -> AccountMatch {
            let chosen = Standard.convert_account(company, found, options, settings);
            AccountMatch { account: None, ..chosen }
        }
    }

    #[doc = "accounts are looked for though nobody wishes it"]
    AccountsAreJoinedUnasked violates [ConvertAlwaysNewAccount] breaks ["LL-27"] {
        fn looks_for_account(&self, _options: &ConvertOptions) -> bool {
            true
        }
        fn convert_account(&self, company: &str, found: &[Account], options: &ConvertOptions, settings: &Settings) -> AccountMatch {
            let options = ConvertOptions { attach_to_account: true, ..options.clone() };
            Standard.convert_account(company, found, &options, settings)
        }
    }

    #[doc = "there is always an opportunity"]
    OpportunityEachTime violates [ConvertNoOpportunity] breaks ["LL-28"] {
        fn convert_fields(&self, lead: &Person, account: Option<&RecordId>, owner: &UserId, options: &ConvertOptions) -> FieldValues {
            set(Standard.convert_fields(lead, account, owner, options), "doNotCreateOpportunity", &Value::Bool(false))
        }
    }

    #[doc = "there is never an opportunity"]
    NeverAnOpportunity violates [ConvertOpportunity] breaks ["LL-28"] {
        fn convert_fields(&self, lead: &Person, account: Option<&RecordId>, owner: &UserId, options: &ConvertOptions) -> FieldValues {
            set(Standard.convert_fields(lead, account, owner, options), "doNotCreateOpportunity", &Value::Bool(true))
        }
    }

    #[doc = "nobody is ever told"]
    NobodyIsTold violates [ConvertNotify] breaks ["LL-29"] {
        fn convert_fields(&self, lead: &Person, account: Option<&RecordId>, owner: &UserId, options: &ConvertOptions) -> FieldValues {
            set(Standard.convert_fields(lead, account, owner, options), "sendNotificationEmail", &Value::Bool(false))
        }
    }

    #[doc = "the owner is always told"]
    TheOwnerIsAlwaysTold violates [ConvertSilent] breaks ["LL-30"] {
        fn convert_fields(&self, lead: &Person, account: Option<&RecordId>, owner: &UserId, options: &ConvertOptions) -> FieldValues {
            set(Standard.convert_fields(lead, account, owner, options), "sendNotificationEmail", &Value::Bool(true))
        }
    }

    #[doc = "every status is offered"]
    EveryStatusIsOffered violates [ConvertStatusNotOffered, ConvertStatusGone] breaks ["LL-24", "LL-25"] {
        fn is_offered(&self, _status: &str, _offered: &BTreeSet<String>) -> bool {
            true
        }
    }

    #[doc = "statuses are pulled every other day"]
    PullsAreRare violates [ConvertStatusNotOffered] breaks ["LL-25"] {
        fn next_pull(&self, now: Timestamp, zone: &str) -> Timestamp {
            Timestamp(Standard.next_pull(now, zone).0 + 24 * HOUR_MS)
        }
    }

    #[doc = "a refused status is a refusal like any other"]
    StatusesAreNotRefreshed violates [ConvertStatusesRefreshed] breaks ["LL-25", "FM-57"] {
        fn is_status_refused(&self, _refusal: &Refusal) -> bool {
            false
        }
    }

    #[doc = "whatever is converted was converted by us"]
    EveryConversionIsOurs violates [ConvertedElsewhere] breaks ["LL-22", "FM-58"] {
        fn found_converted(&self, _sent: bool, _by_us: bool) -> Rule {
            Rule::ConvertedBefore
        }
    }

    #[doc = "whatever is converted was converted by others"]
    NoConversionIsOurs violates [ConvertedBefore] breaks ["LL-22", "FM-58"] {
        fn found_converted(&self, _sent: bool, _by_us: bool) -> Rule {
            Rule::ConvertedElsewhere
        }
    }
}
