//! What Salesforce's no means, when a call is tried again, and who shares a batch, answered wrongly.

use engine::{
    Config, DuplicateAlert, EmailKey, FieldName, Refusal, RefusedWrite, RetryPolicy, Rule,
    Settings, Standard, Timestamp, Verdict,
};

use super::{mutants, with_settings};

/// The verdict, unless it is the one that is misunderstood.
fn mistaking(verdict: Verdict, is_meant: fn(&Verdict) -> bool, other: Verdict) -> Verdict {
    if is_meant(&verdict) { other } else { verdict }
}

mutants! {
    #[doc = "what passes by itself is final"]
    TransientIsFinal violates [RetryUnavailable] breaks ["FM-13"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            let verdict = Standard.classify_refusal(write, refusal, config);
            mistaking(verdict, |it| *it == Verdict::Transient, Verdict::Permanent(Rule::RefusedOther))
        }
    }

    #[doc = "what is final is tried again"]
    FinalIsTransient breaks ["FM-30", "FM-31", "FM-36"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            let verdict = Standard.classify_refusal(write, refusal, config);
            mistaking(verdict, |it| matches!(it, Verdict::Permanent(_)), Verdict::Transient)
        }
    }

    #[doc = "the reason of a final refusal is not said"]
    FinalReasonIsNotSaid breaks ["FM-30", "FM-31", "FM-36"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            let verdict = Standard.classify_refusal(write, refusal, config);
            let other = Verdict::Permanent(Rule::RefusedOther);
            mistaking(verdict, |it| matches!(it, Verdict::Permanent(_)), other)
        }
    }

    #[doc = "an expired session is final"]
    ExpiredSessionIsFinal breaks ["FM-20"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            let verdict = Standard.classify_refusal(write, refusal, config);
            let other = Verdict::Permanent(Rule::RefusedNoPermission);
            mistaking(verdict, |it| *it == Verdict::SessionExpired, other)
        }
    }

    #[doc = "a used-up allowance is a reason to try again soon"]
    UsedUpAllowanceIsTransient violates [BudgetHold] breaks ["FM-15"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            let verdict = Standard.classify_refusal(write, refusal, config);
            mistaking(verdict, |it| *it == Verdict::LimitReached, Verdict::Transient)
        }
    }

    #[doc = "too many requests at once hold everything back as if the day's allowance were gone"]
    ConcurrencyIsTheAllowance breaks ["FM-16"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            if refusal.code == "REQUEST_LIMIT_EXCEEDED" {
                Verdict::LimitReached
            } else {
                Standard.classify_refusal(write, refusal, config)
            }
        }
    }

    #[doc = "a refused owner is final"]
    RefusedOwnerIsFinal breaks ["FM-40", "MP-02"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            let verdict = Standard.classify_refusal(write, refusal, config);
            let other = Verdict::Permanent(Rule::RefusedValue);
            mistaking(verdict, |it| *it == Verdict::OwnerRefused, other)
        }
    }

    #[doc = "a lead that is converted meanwhile is final"]
    ConvertedTargetIsFinal violates [FollowedConversion] breaks ["FM-49", "UP-10d"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            let verdict = Standard.classify_refusal(write, refusal, config);
            let other = Verdict::Permanent(Rule::RefusedOther);
            mistaking(verdict, |it| *it == Verdict::TargetConverted, other)
        }
    }

    #[doc = "a record that is deleted meanwhile is final"]
    DeletedTargetIsFinal violates [TargetDeleted] breaks ["DD-11d", "FM-50"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            let verdict = Standard.classify_refusal(write, refusal, config);
            let other = Verdict::Permanent(Rule::RefusedOther);
            mistaking(verdict, |it| *it == Verdict::TargetDeleted, other)
        }
    }

    #[doc = "being a member already is an error"]
    BeingAMemberIsAnError violates [AlreadyMember] breaks ["CP-05d", "FM-54"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            let verdict = Standard.classify_refusal(write, refusal, config);
            let other = Verdict::Permanent(Rule::RefusedOther);
            mistaking(verdict, |it| *it == Verdict::AlreadyMember, other)
        }
    }

    #[doc = "a value that exists already is final"]
    ExistingValueIsFinal breaks ["FM-07"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            let verdict = Standard.classify_refusal(write, refusal, config);
            let other = Verdict::Permanent(Rule::RefusedOther);
            mistaking(verdict, |it| *it == Verdict::SearchAnew, other)
        }
    }

    #[doc = "the record that a duplicate rule names is never adopted"]
    NamedDuplicateIsFinal violates [AdoptedDuplicate] breaks ["DD-01", "FM-61a", "FM-61c"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            let verdict = Standard.classify_refusal(write, refusal, config);
            let other = Verdict::Permanent(Rule::RefusedByDuplicateRule);
            mistaking(verdict, |it| matches!(it, Verdict::AdoptDuplicate(_)), other)
        }
    }

    #[doc = "an alerting duplicate rule is always overruled, whatever the setting"]
    AlertIsAlwaysOverruled breaks ["FM-61b"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            let duplicate_alert = DuplicateAlert::SaveAnyway;
            let settings = Settings { duplicate_alert, ..config.settings.clone() };
            Standard.classify_refusal(write, refusal, &with_settings(config, settings))
        }
    }

    #[doc = "an alerting duplicate rule is never overruled, whatever the setting"]
    AlertIsNeverOverruled breaks ["FM-61b"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            let duplicate_alert = DuplicateAlert::Adopt;
            let settings = Settings { duplicate_alert, ..config.settings.clone() };
            Standard.classify_refusal(write, refusal, &with_settings(config, settings))
        }
    }

    #[doc = "a field that may be left out loses the whole record"]
    NothingIsLeftOut violates [FieldDropped] breaks ["FM-32", "FM-35"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            let verdict = Standard.classify_refusal(write, refusal, config);
            let other = Verdict::Permanent(Rule::RefusedValue);
            mistaking(verdict, |it| matches!(it, Verdict::DropFields(_)), other)
        }
    }

    #[doc = "a search that asks for a field which is not there finds nobody"]
    HiddenFieldBlindsTheSearch breaks ["FM-35"] {
        fn unreadable_field(&self, _refusal: &Refusal) -> Option<FieldName> {
            None
        }
    }

    #[doc = "a failed call is never tried again"]
    NothingIsTriedAgain violates [RetryUnavailable] breaks ["FM-06", "FM-17", "FM-78"] {
        fn retry_at(&self, _policy: &RetryPolicy, _attempt: u32, _now: Timestamp, _whose: u64) -> Option<Timestamp> {
            None
        }
    }

    #[doc = "a failed call is tried again at once"]
    TriedAgainAtOnce breaks ["FM-17"] {
        fn retry_at(&self, policy: &RetryPolicy, attempt: u32, now: Timestamp, whose: u64) -> Option<Timestamp> {
            Standard.retry_at(policy, attempt, now, whose).map(|_| now.plus_ms(1))
        }
    }

    #[doc = "the pause does not grow"]
    PauseDoesNotGrow breaks ["FM-17"] {
        fn retry_at(&self, policy: &RetryPolicy, attempt: u32, now: Timestamp, whose: u64) -> Option<Timestamp> {
            Standard.retry_at(policy, attempt, now, whose).map(|_| now.plus_ms(policy.first_delay_ms))
        }
    }

    #[doc = "a failed call is tried again for ever"]
    TriedAgainForEver violates [RetriesExhausted] breaks ["FM-80"] {
        fn retry_at(&self, policy: &RetryPolicy, attempt: u32, now: Timestamp, whose: u64) -> Option<Timestamp> {
            Standard.retry_at(&RetryPolicy { max_attempts: u32::MAX, ..*policy }, attempt, now, whose)
        }
    }

    #[doc = "two syncs of one person in one batch make two leads"]
    NothingIsMergedInABatch violates [MergedInBatch] breaks ["FM-02", "MS-07d"] {
        fn merge_in_batch(&self, keys: &[Option<&EmailKey>]) -> Vec<Option<usize>> {
            vec![None; keys.len()]
        }
    }

    /// what needs a person does not wait for the lead that is still to come
    NothingWaitsForALead violates [CampaignQueued, MeetingWaits] breaks ["CP-06d", "EV-29d"] {
        fn waits_for_lead(&self, _has_record: bool, _creates: u32) -> bool {
            false
        }
    }

    /// what needs a person waits although no lead can come any more
    EverythingWaitsForALead violates [CampaignDropped, UnknownPerson] breaks ["CP-06d", "EV-29d"] {
        fn waits_for_lead(&self, has_record: bool, _creates: u32) -> bool {
            !has_record
        }
    }
}
