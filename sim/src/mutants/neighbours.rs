//! Systems beside Salesforce, the marketing platform in between, and enrichment, answered wrongly.

use engine::{
    Confidence, Destination, EmailKey, EnrichmentDecision, EnrichmentKey, FieldValues,
    MapDiagnosis, MapFacts, MarketingPlatform, NeighbourMatch, NeighbourVerdict, Profile, Refusal,
    Route, Row, Rule, Standard, System, SystemMapping, Topology, Value,
};

use super::mutants;

/// When the system last updated a record.
fn updated(row: &Row, system: System) -> i64 {
    match row.get(system.updated_field()) {
        Some(Value::Instant(at)) => at.0,
        _ => i64::MIN,
    }
}

/// The records that fit, with the newest's reason.
fn instead<'a>(chosen: NeighbourMatch<'a>, target: Option<&'a Row>) -> NeighbourMatch<'a> {
    NeighbourMatch { target: target.or(chosen.target), ..chosen }
}

/// Whether a record was passed over for another reason than its address.
fn fits(chosen: &NeighbourMatch<'_>, row: &Row) -> bool {
    !chosen.rejected.contains(&(row.id.clone(), Rule::DifferentEmail))
}

/// The verdict, unless it is the one that is misunderstood.
fn mistaking(
    verdict: NeighbourVerdict,
    is_meant: fn(&NeighbourVerdict) -> bool,
    other: NeighbourVerdict,
) -> NeighbourVerdict {
    if is_meant(&verdict) { other } else { verdict }
}

const FINAL: NeighbourVerdict = NeighbourVerdict::Permanent(Rule::NeighbourRefused);

mutants! {
    #[doc = "leads are written to Salesforce directly, although they go by way of the platform"]
    DirectDespiteThePlatform violates [ViaMap] breaks ["TS-03", "FM-83"] {
        fn route(&self, wanted: Destination, _topology: Topology, _map: Option<MarketingPlatform>) -> Route {
            Route { to: wanted, because: None }
        }
    }

    #[doc = "of several records in another system the one that was updated first is the visitor"]
    OldestRecordThereWins violates [NeighbourNewest] breaks ["DD-08"] {
        fn newest_record<'a>(&self, key: &EmailKey, found: &'a [Row], system: System) -> NeighbourMatch<'a> {
            let chosen = Standard.newest_record(key, found, system);
            let fitting = found.iter().filter(|it| fits(&chosen, it));
            let oldest = fitting.min_by_key(|it| updated(it, system));
            instead(chosen, oldest)
        }
    }

    #[doc = "records there that tie go to the highest id"]
    HighestIdThereWins violates [NeighbourLowestId] breaks ["DD-08"] {
        fn newest_record<'a>(&self, key: &EmailKey, found: &'a [Row], system: System) -> NeighbourMatch<'a> {
            let chosen = Standard.newest_record(key, found, system);
            let fitting = found.iter().filter(|it| fits(&chosen, it));
            let highest = fitting.max_by_key(|it| (updated(it, system), it.id.clone()));
            instead(chosen, highest)
        }
    }

    #[doc = "nobody is ever known to another system"]
    NobodyIsKnownThere violates [NeighbourOnlyRecord] breaks ["LL-14", "LL-15"] {
        fn newest_record<'a>(&self, key: &EmailKey, found: &'a [Row], system: System) -> NeighbourMatch<'a> {
            NeighbourMatch { target: None, ..Standard.newest_record(key, found, system) }
        }
    }

    #[doc = "that a system has no record is not said"]
    NoRecordIsNotSaid violates [NeighbourNoRecord] breaks ["LL-14", "LL-15"] {
        fn newest_record<'a>(&self, key: &EmailKey, found: &'a [Row], system: System) -> NeighbourMatch<'a> {
            let chosen = Standard.newest_record(key, found, system);
            match chosen.because {
                Rule::NeighbourNoRecord => NeighbourMatch { because: Rule::NeighbourOnlyRecord, ..chosen },
                _ => chosen,
            }
        }
    }

    #[doc = "only the address is written in another system"]
    OnlyTheAddressGoesThere violates [NeighbourCreated, NeighbourUpdated] breaks ["LL-14", "LL-15"] {
        fn neighbour_fields(&self, profile: &Profile, target: Option<&Row>, mapping: &SystemMapping) -> FieldValues {
            let mut fields = Standard.neighbour_fields(profile, target, mapping);
            fields.retain(|(name, _)| name.as_str().starts_with("email"));
            fields
        }
    }

    #[doc = "a key that several records have there is a final refusal"]
    SeveralMatchIsFinal violates [NeighbourSeveralMatch] breaks ["DD-08"] {
        fn classify_neighbour_refusal(&self, system: System, refusal: &Refusal) -> NeighbourVerdict {
            let verdict = Standard.classify_neighbour_refusal(system, refusal);
            mistaking(verdict, |it| *it == NeighbourVerdict::SearchAnew(Rule::NeighbourSeveralMatch), FINAL)
        }
    }

    #[doc = "a record that somebody else made there meanwhile is a final refusal"]
    MadeMeanwhileIsFinal violates [NeighbourChanged] breaks ["LL-14", "LL-15"] {
        fn classify_neighbour_refusal(&self, system: System, refusal: &Refusal) -> NeighbourVerdict {
            let verdict = Standard.classify_neighbour_refusal(system, refusal);
            mistaking(verdict, |it| *it == NeighbourVerdict::SearchAnew(Rule::NeighbourChanged), FINAL)
        }
    }

    #[doc = "too many calls to another system are a final refusal"]
    FullWindowIsFinal violates [NeighbourLimit] breaks ["LL-14", "LL-15"] {
        fn classify_neighbour_refusal(&self, system: System, refusal: &Refusal) -> NeighbourVerdict {
            let verdict = Standard.classify_neighbour_refusal(system, refusal);
            mistaking(verdict, |it| *it == NeighbourVerdict::Wait, FINAL)
        }
    }

    #[doc = "what another system refuses for good is tried again"]
    FinalThereIsTriedAgain violates [NeighbourRefused] breaks ["LL-14", "LL-15"] {
        fn classify_neighbour_refusal(&self, system: System, refusal: &Refusal) -> NeighbourVerdict {
            let verdict = Standard.classify_neighbour_refusal(system, refusal);
            let other = NeighbourVerdict::SearchAnew(Rule::NeighbourChanged);
            mistaking(verdict, |it| matches!(it, NeighbourVerdict::Permanent(_)), other)
        }
    }

    #[doc = "a platform that cannot sync is taken for a slow one"]
    BrokenLinkIsSlow violates [MapLinkBroken] breaks ["TS-03", "FM-83"] {
        fn diagnose_map(&self, facts: &MapFacts<'_>) -> MapDiagnosis {
            Standard.diagnose_map(&MapFacts { sync_error: None, ..*facts })
        }
    }

    #[doc = "a platform that is slow is taken for one that cannot sync"]
    SlowLinkIsBroken violates [MapLate] breaks ["TS-03", "FM-83"] {
        fn diagnose_map(&self, facts: &MapFacts<'_>) -> MapDiagnosis {
            Standard.diagnose_map(&MapFacts { sync_error: Some("late"), ..*facts })
        }
    }

    #[doc = "a lead that arrived by way of the platform is not seen"]
    ArrivalIsNotSeen violates [MapArrived] breaks ["TS-03"] {
        fn diagnose_map(&self, facts: &MapFacts<'_>) -> MapDiagnosis {
            let diagnosis = Standard.diagnose_map(facts);
            match diagnosis.because {
                Rule::MapArrived => MapDiagnosis { because: Rule::MapLate, looks_again: false },
                _ => diagnosis,
            }
        }
    }

    #[doc = "an address that a vendor guessed is the visitor's"]
    GuessIsAKey violates [EnrichmentOnly] breaks ["VI-09d"] {
        fn enrichment_key(&self, _confidence: Confidence, _from: EnrichmentKey) -> EnrichmentDecision {
            EnrichmentDecision { is_key: true, because: Rule::EnrichmentKey }
        }
    }

    #[doc = "a Very High guess is no identity, although the setting takes it for one"]
    SureGuessIsNoKey violates [EnrichmentKey] breaks ["VI-09d"] {
        fn enrichment_key(&self, _confidence: Confidence, _from: EnrichmentKey) -> EnrichmentDecision {
            EnrichmentDecision { is_key: false, because: Rule::EnrichmentOnly }
        }
    }
}
