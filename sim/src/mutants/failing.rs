//! What is done when things go wrong, answered wrongly (requirements §8).

use engine::{
    ApiUsage, BulkList, Config, Cursor, EmailKey, ExternalId, FieldName, FieldPlan, IntentId, Lost,
    MatchResult, News, Person, PersonKind, Profile, RecordId, Refusal, RefusedWrite, RetryPolicy,
    Row, Rule, Rules as _, SaveOperation, SessionState, Settings, Standard, Timestamp, UserId,
    Verdict, VisitorId,
};

use super::mutants;

/// The verdict of a code, replaced.
fn taking(
    write: &RefusedWrite<'_>,
    refusal: &Refusal,
    config: &Config,
    (code, other): (&str, Verdict),
) -> Verdict {
    if refusal.code == code { other } else { Standard.classify_refusal(write, refusal, config) }
}

/// The config without its value map.
fn without_values(config: &Config) -> Config {
    let mut config = config.clone();
    config.mapping.values.clear();
    config
}

mutants! {
    #[doc = "syncs of one person run side by side"]
    SideBySide violates [LostRace] breaks ["FM-01", "MS-07d"] {
        fn one_at_a_time(&self) -> bool { false }
    }

    #[doc = "after an outage nobody is brought forward"]
    NobodyIsBroughtForward violates [BackInOrder] breaks ["FM-82"] {
        fn order_after_outage(&self, _waiting: Vec<IntentId>) -> Vec<IntentId> { Vec::new() }
    }

    #[doc = "an event that is told twice is taken twice"]
    ToldTwiceTakenTwice breaks ["FM-11"] {
        fn is_redelivery(&self, _was_seen: bool) -> bool { false }
    }

    #[doc = "a value that arrives late replaces a later one"]
    LastHeardWins breaks ["FM-12"] {
        fn is_stale(&self, _said: Timestamp, _held: Timestamp) -> bool { false }
    }

    #[doc = "a lookup that failed found nobody"]
    FailedLookupFindsNobody breaks ["FM-06"] {
        fn rows_of_failed_lookup(&self) -> Option<Vec<Row>> { Some(Vec::new()) }
    }

    #[doc = "a lead whose answer was lost is sent again without looking"]
    LostAnswerIsSentAgain violates [ConfirmedByReadBack, EventOnce] breaks ["FM-08", "FM-09", "FM-78", "EV-27d"] {
        fn reads_back(&self, _operation: SaveOperation) -> bool { false }
    }

    #[doc = "a call that was in flight when the process died never went out"]
    CrashMeansNotSent breaks ["FM-10", "FM-79"] {
        fn after_restart(&self) -> Lost { Lost::NotSent }
    }

    #[doc = "calls leave before what led to them is stored"]
    CallsDoNotWaitForTheStore breaks ["FM-84"] {
        fn waits_for_store(&self) -> bool { false }
    }

    #[doc = "what we made is looked for by our own clock"]
    OwnClock breaks ["FM-66"] {
        fn org_time(&self, now: Timestamp, _ahead_ms: i64) -> Timestamp { now }
    }

    #[doc = "nobody looks a second time"]
    NoSecondLook violates [SecondLook] breaks ["FM-04"] {
        fn second_look(&self, _now: Timestamp, _settings: &Settings) -> Option<Timestamp> { None }
    }

    #[doc = "everybody looks a second time, wanted or not"]
    AlwaysASecondLook breaks ["FM-04"] {
        fn second_look(&self, now: Timestamp, _settings: &Settings) -> Option<Timestamp> {
            Some(Timestamp(now.0 + 10_000))
        }
    }

    #[doc = "another owner is not noticed"]
    OverrideIsNotNoticed violates [OwnerOverridden] breaks ["FM-44", "AS-10d"] {
        fn is_overridden(&self, _given: &UserId, _held: &UserId) -> bool { false }
    }

    #[doc = "every owner is reported as taken"]
    EveryOwnerIsOverridden breaks ["FM-43", "FM-44"] {
        fn is_overridden(&self, _given: &UserId, _held: &UserId) -> bool { true }
    }

    #[doc = "an owner is never read back"]
    OwnerIsNotReadBack breaks ["FM-44"] {
        fn owner_read_back(&self, _now: Timestamp, _settings: &Settings) -> Option<Timestamp> { None }
    }

    #[doc = "whoever finds the session gone logs in"]
    EverybodyLogsIn breaks ["FM-21", "FM-20"] {
        fn needs_login(&self, state: SessionState) -> bool {
            matches!(state, SessionState::None | SessionState::LoggingIn)
        }
    }

    #[doc = "a login is tried again at once after it was refused"]
    LoginWithoutPause breaks ["FM-19", "FM-22"] {
        fn needs_login(&self, state: SessionState) -> bool {
            matches!(state, SessionState::None | SessionState::Pausing)
        }
    }

    #[doc = "everybody may spend the last calls"]
    NothingIsKeptForPeople violates [BudgetReserved] breaks ["FM-15"] {
        fn may_spend(&self, _usage: ApiUsage, _for_a_person: bool, _settings: &Settings) -> bool { true }
    }

    #[doc = "not even a rep's work may spend the last calls"]
    PeopleWaitToo breaks ["FM-15"] {
        fn may_spend(&self, usage: ApiUsage, _for_a_person: bool, settings: &Settings) -> bool {
            Standard.may_spend(usage, false, settings)
        }
    }

    #[doc = "a crowd changes nothing"]
    CrowdChangesNothing violates [FewerAtOnce] breaks ["FM-16"] {
        fn calls_at_once(&self, now: usize, _was_crowded: bool) -> usize { now }
    }

    #[doc = "a batch that was too much goes again as large"]
    BatchesStayAsLarge violates [SmallerBatches] breaks ["FM-18"] {
        fn batch_after_trouble(&self, size: usize) -> usize { size }
    }

    #[doc = "whoever loses the lease falls silent without a word"]
    LeaseIsLostSilently violates [LeaseLost] breaks ["FM-84"] {
        fn shut_out(&self) -> Option<Rule> { None }
    }

    #[doc = "rows go in the order in which they came, whatever they hang off"]
    ParentsAreMixed breaks ["FM-13"] {
        fn together(&self, parents: &[Option<&str>], most: usize) -> Vec<Vec<usize>> {
            let places: Vec<usize> = (0..parents.len()).collect();
            places.chunks(most.max(1)).map(<[usize]>::to_vec).collect()
        }
    }

    #[doc = "whoever met one lock comes back at one moment"]
    EverybodyComesBackTogether breaks ["FM-13"] {
        fn retry_at(&self, policy: &RetryPolicy, attempt: u32, now: Timestamp, _whose: u64) -> Option<Timestamp> {
            Standard.retry_at(policy, attempt, now, 0)
        }
    }

    #[doc = "what the visitor says is written as it was said"]
    ValuesAreNotMapped violates [ValueMapped] breaks ["FM-32"] {
        fn insert_fields(&self, profile: &Profile, owner: &UserId, config: &Config) -> FieldPlan {
            Standard.insert_fields(profile, owner, &without_values(config))
        }
        fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan {
            Standard.update_fields(profile, target, is_own, &without_values(config))
        }
    }

    #[doc = "that a field is gone is learned anew with each lead"]
    DescribeIsNotRead violates [DescribeRead, MappingPaused] breaks ["FM-39"] {
        fn is_drift(&self, _refusal: &Refusal) -> bool { false }
    }

    #[doc = "what the describe no longer lists is mapped all the same"]
    NothingIsPaused violates [MappingPaused] breaks ["FM-39"] {
        fn missing_fields(&self, _used: &[FieldName], _described: &[FieldName]) -> Vec<FieldName> { Vec::new() }
    }

    #[doc = "what the describe lists is no longer mapped either"]
    EverythingIsPaused breaks ["FM-39"] {
        fn missing_fields(&self, used: &[FieldName], _described: &[FieldName]) -> Vec<FieldName> { used.to_vec() }
    }

    #[doc = "new leads are created, whatever the external id"]
    NoExternalId violates [ExternalId, ExternalIdMet, SeveralExternalIds] breaks ["FM-01", "FM-07", "FM-08"] {
        fn external_id(&self, _key: Option<&EmailKey>, _visitor: &VisitorId, _settings: &Settings) -> Option<ExternalId> {
            None
        }
    }

    #[doc = "the external id of a person is the visitor's, whoever uses the device"]
    ExternalIdOfTheDevice breaks ["FM-01"] {
        fn external_id(&self, _key: Option<&EmailKey>, visitor: &VisitorId, settings: &Settings) -> Option<ExternalId> {
            Standard.external_id(None, visitor, settings)
        }
    }

    #[doc = "only an address finds anybody"]
    ExternalIdFindsNobody violates [ExternalId] breaks ["FM-01"] {
        fn select_by_external_id<'a>(&self, _external: &ExternalId, _key: Option<&EmailKey>, _found: &'a [Person]) -> MatchResult<'a> {
            MatchResult { target: None, because: Rule::NoMatch, rejected: Vec::new() }
        }
    }

    #[doc = "an external id of several records is final"]
    SeveralMatchesAreFinal violates [SeveralExternalIds] breaks ["FM-07"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            taking(write, refusal, config, ("MULTIPLE_CHOICES", Verdict::Permanent(Rule::RefusedOther)))
        }
    }

    #[doc = "what changed behind our back is never asked for"]
    NobodyReconciles breaks ["FM-61e", "FM-67"] {
        fn next_reconciliation(&self, _now: Timestamp, _settings: &Settings) -> Option<Timestamp> { None }
    }

    #[doc = "the org is asked for what changed although that is not wanted"]
    ReconcilesUnasked breaks ["FM-61e"] {
        fn next_reconciliation(&self, now: Timestamp, _settings: &Settings) -> Option<Timestamp> {
            Some(now.plus_ms(5 * 60_000))
        }
    }

    #[doc = "changes are read up to this very moment"]
    ReconciledUpToNow breaks ["FM-67"] {
        fn reconciled_until(&self, org_now: Timestamp) -> Timestamp { org_now }
    }

    #[doc = "the cursor is a time: what shares the time of a page's end is skipped"]
    CursorIsATime breaks ["FM-67"] {
        fn cursor_after(&self, cursor: &Cursor, rows: &[Row]) -> Cursor {
            let after = Standard.cursor_after(cursor, rows);
            Cursor { at: after.at.plus_ms(1), id: None }
        }
    }

    #[doc = "the cursor is a time: what shares the time of a page's end is read for ever"]
    CursorStandsStill breaks ["FM-67"] {
        fn cursor_after(&self, cursor: &Cursor, rows: &[Row]) -> Cursor {
            Cursor { id: None, ..Standard.cursor_after(cursor, rows) }
        }
    }

    #[doc = "duplicates are nobody's business"]
    DuplicatesAreNotReported violates [ReconcileDuplicate] breaks ["FM-61e"] {
        fn look_alikes(&self, _key: &EmailKey, _found: &[Person]) -> Vec<(PersonKind, RecordId)> { Vec::new() }
    }

    #[doc = "duplicates of people whom we do not know are reported, too"]
    EverybodyIsKnown breaks ["FM-61e"] {
        fn news_of(&self, person: &Person, is_ours: bool, _is_known: bool) -> News {
            Standard.news_of(person, is_ours, true)
        }
    }

    #[doc = "what became of our records is not noticed"]
    FatesAreNotNoticed violates [ReconcileConverted, ReconcileMerged, ReconcileDeleted] breaks ["FM-61e"] {
        fn news_of(&self, person: &Person, _is_ours: bool, is_known: bool) -> News {
            Standard.news_of(person, false, is_known)
        }
    }

    #[doc = "an instance that moved is an outage"]
    RedirectIsTransient breaks ["FM-24"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            taking(write, refusal, config, ("REDIRECTED", Verdict::Transient))
        }
    }

    #[doc = "rows that a job did not come to are not asked for"]
    UnprocessedIsNotRead violates [Unprocessed] breaks ["FM-28"] {
        fn list_after(&self, read: BulkList) -> Option<BulkList> {
            Standard.list_after(read).filter(|it| *it != BulkList::Unprocessed)
        }
    }

    #[doc = "rows that a job refused are not asked for"]
    FailedRowsAreNotRead breaks ["FM-28"] {
        fn list_after(&self, read: BulkList) -> Option<BulkList> {
            (read == BulkList::Successful).then_some(BulkList::Unprocessed)
        }
    }

    #[doc = "a row that was rolled back with others waits as if the service were gone"]
    RolledBackIsUnavailable violates [RolledBack] breaks ["FM-26", "FM-27"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            let verdict = Standard.classify_refusal(write, refusal, config);
            if verdict == Verdict::RolledBack { Verdict::Transient } else { verdict }
        }
    }

    #[doc = "a retired version is a record that was deleted"]
    RetiredIsDeleted violates [ApiRetired] breaks ["FM-85"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            taking(write, refusal, config, ("UNSUPPORTED_API_VERSION", Verdict::TargetDeleted))
        }
    }

    #[doc = "a security policy that times out passes by itself"]
    PolicyIsTransient breaks ["FM-39c"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            taking(write, refusal, config, ("TXN_SECURITY_METERING_ERROR", Verdict::Transient))
        }
    }

    #[doc = "whatever a trigger says is final"]
    TriggersAreFinal breaks ["FM-14"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            let refused = Verdict::Permanent(Rule::RefusedOther);
            taking(write, refusal, config, ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", refused))
        }
    }

    #[doc = "whatever a trigger says passes by itself"]
    TriggersAreTransient breaks ["FM-39b"] {
        fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
            taking(write, refusal, config, ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", Verdict::Transient))
        }
    }
}
