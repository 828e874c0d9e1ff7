//! What an action does, what a rep is offered, what is missing, answered wrongly.

use engine::{
    ActionDecision, ActionFacts, Config, Deed, Missing, Offer, PersonAction, PersonKind, Profile,
    PushAction, Rule, Rules, Settings, Standard, UpdateScope,
};

use super::{mutants, with_settings};

/// The answer under the other policy, where the action has one.
fn under(facts: ActionFacts, scope: UpdateScope, settings: &Settings) -> ActionDecision {
    let action = match facts.action {
        PersonAction::Push(PushAction::Update(_)) => PersonAction::Push(PushAction::Update(scope)),
        PersonAction::Push(PushAction::CreateOrUpdate(_)) => {
            PersonAction::Push(PushAction::CreateOrUpdate(scope))
        }
        other => other,
    };
    Standard.person_action(&ActionFacts { action, ..facts }, settings)
}

/// Another deed for whatever was decided by this rule.
fn rather(decision: ActionDecision, rule: Rule, deed: Deed) -> ActionDecision {
    if decision.because == rule { ActionDecision { deed, ..decision } } else { decision }
}

mutants! {
    #[doc = "a create inserts a second lead beside the match"]
    CreateInsertsBesideTheMatch violates [MatchedExisting] breaks ["EX-26d", "AS-05", "TS-04"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            rather(Standard.person_action(facts, settings), Rule::MatchedExisting, Deed::Insert)
        }
    }

    #[doc = "a create writes on the match, whatever the setting"]
    CreateUpdatesTheMatchAlways violates [MatchedExisting] breaks ["EX-26d"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            Standard.person_action(facts, &Settings { create_updates_match: true, ..settings.clone() })
        }
    }

    #[doc = "a create never writes on the match, whatever the setting"]
    CreateUpdatesTheMatchNever breaks ["EX-26d"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            Standard.person_action(facts, &Settings { create_updates_match: false, ..settings.clone() })
        }
    }

    #[doc = "an update inserts a lead where nothing matches"]
    UpdateInserts violates [UpdateNeverCreates] breaks ["EX-17", "EX-25"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            rather(Standard.person_action(facts, settings), Rule::UpdateNeverCreates, Deed::Insert)
        }
    }

    #[doc = "an update writes nothing"]
    UpdateWritesNothing violates [RecordsAnyMatch, Updated] breaks ["EX-17", "EX-19", "EX-20", "EX-21", "EX-22", "EX-23", "EX-24", "TS-04", "UP-04"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            let decision = Standard.person_action(facts, settings);
            match facts.action {
                PersonAction::Push(PushAction::Update(_)) => {
                    ActionDecision { deed: Deed::Nothing, ..decision }
                }
                _ => decision,
            }
        }
    }

    #[doc = "create or update never creates"]
    CreateOrUpdateNeverCreates violates [CreateOrUpdateStep] breaks ["EX-09"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            let decision = Standard.person_action(facts, settings);
            match (facts.action, facts.matched) {
                (PersonAction::Push(PushAction::CreateOrUpdate(_)), false) => {
                    ActionDecision { deed: Deed::Nothing, because: Rule::UpdateNeverCreates }
                }
                _ => decision,
            }
        }
    }

    #[doc = "create or update only links the match"]
    CreateOrUpdateNeverUpdates violates [Updated] breaks ["EX-09", "EX-26d"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            match facts.action {
                PersonAction::Push(PushAction::CreateOrUpdate(_)) => {
                    let action = PersonAction::Push(PushAction::Create);
                    Standard.person_action(&ActionFacts { action, ..*facts }, settings)
                }
                _ => Standard.person_action(facts, settings),
            }
        }
    }

    #[doc = "policy A is treated as policy B"]
    PreviouslySyncedMeansAnyMatch violates [NotPreviouslySynced] breaks ["UP-01"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            under(*facts, UpdateScope::AnyMatch, settings)
        }
    }

    #[doc = "policy B is treated as policy A"]
    AnyMatchMeansPreviouslySynced violates [RecordsAnyMatch] breaks ["UP-04"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            under(*facts, UpdateScope::PreviouslySynced, settings)
        }
    }

    #[doc = "being linked counts as synced"]
    LinkedCountsAsSynced violates [NotPreviouslySynced] breaks ["UP-01"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            let synced_before = facts.synced_before || facts.matched;
            Standard.person_action(&ActionFacts { synced_before, ..*facts }, settings)
        }
    }

    #[doc = "nothing ever counts as synced before"]
    NothingWasSyncedBefore violates [PreviouslySynced] breaks ["UP-02", "UP-10d"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            Standard.person_action(&ActionFacts { synced_before: false, ..*facts }, settings)
        }
    }

    #[doc = "policy A does without recognising the visitor"]
    NobodyNeedsToBeRecognised violates [NotRecognised] breaks ["UP-02"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            let decision = Standard.person_action(facts, settings);
            if decision.because == Rule::NotRecognised {
                ActionDecision { deed: Deed::Write, because: Rule::PreviouslySynced }
            } else {
                decision
            }
        }
    }

    #[doc = "that the visitor was not recognised is not the reason"]
    NotRecognisedIsNotSaid violates [NotRecognised] breaks ["UP-02"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            Standard.person_action(&ActionFacts { synced_before: facts.synced_before && facts.has_email, ..*facts }, settings)
        }
    }

    #[doc = "whoever was named by a duplicate rule is written on, though the address is another"]
    AnotherAddressIsWrittenOn breaks ["UP-04"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            Standard.person_action(&ActionFacts { same_email: true, ..*facts }, settings)
        }
    }

    #[doc = "a rep's sync writes nothing"]
    SyncWritesNothing violates [ManualSync] breaks ["MS-01", "MS-05"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            rather(Standard.person_action(facts, settings), Rule::ManualSync, Deed::Link)
        }
    }

    #[doc = "a rep's sync creates a lead where nothing matches"]
    SyncCreates violates [NotOffered] breaks ["MS-05"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            rather(Standard.person_action(facts, settings), Rule::NotOffered, Deed::Insert)
        }
        fn offer(&self, matched: Option<bool>) -> Option<Offer> {
            matched.map(|_| Offer::SyncFields)
        }
    }

    #[doc = "the second of two creates makes a second lead"]
    LostRaceInserts violates [LostRace] breaks ["MS-07d"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            rather(Standard.person_action(facts, settings), Rule::LostRace, Deed::Insert)
        }
    }

    #[doc = "the second of two creates writes nothing, though the rep knew more"]
    LostRaceWritesNothing violates [LostRace] breaks ["MS-07d"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            rather(Standard.person_action(facts, settings), Rule::LostRace, Deed::Link)
        }
    }

    #[doc = "an automatic push does without an e-mail address, whatever the setting"]
    AutomaticPushWithoutAddress violates [NoEmail] breaks ["EX-07", "MP-05d"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            Standard.person_action(facts, &Settings { require_email_automatic: false, ..settings.clone() })
        }
        fn missing(&self, profile: &Profile, by_rep: bool, config: &Config) -> Missing {
            let settings = Settings { require_email_automatic: false, ..config.settings.clone() };
            Standard.missing(profile, by_rep, &with_settings(config, settings))
        }
    }

    #[doc = "an automatic push always needs an e-mail address, whatever the setting"]
    AutomaticPushAlwaysNeedsAnAddress breaks ["EX-07"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            Standard.person_action(facts, &Settings { require_email_automatic: true, ..settings.clone() })
        }
    }

    #[doc = "a rep's create always needs an e-mail address, whatever the setting"]
    RepAlwaysNeedsAnAddress breaks ["MS-04"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            Standard.person_action(facts, &Settings { require_email: true, ..settings.clone() })
        }
    }

    #[doc = "a rep's create never needs an e-mail address, whatever the setting"]
    RepNeverNeedsAnAddress violates [NoEmail] breaks ["MS-04"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            Standard.person_action(facts, &Settings { require_email: false, ..settings.clone() })
        }
        fn missing(&self, profile: &Profile, by_rep: bool, config: &Config) -> Missing {
            let settings = Settings { require_email: false, ..config.settings.clone() };
            Standard.missing(profile, by_rep, &with_settings(config, settings))
        }
    }

    #[doc = "a lead that is deleted in the CRM is never made again, whatever the setting"]
    DeletedIsNeverMadeAgain violates [TargetDeleted] breaks ["DD-11d"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            Standard.person_action(facts, &Settings { recreate_deleted: false, ..settings.clone() })
        }
    }

    #[doc = "a lead that was deleted in the CRM is always made again, whatever the setting"]
    DeletedIsAlwaysMadeAgain breaks ["DD-11d"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            Standard.person_action(facts, &Settings { recreate_deleted: true, ..settings.clone() })
        }
    }

    #[doc = "creating is offered for a visitor who matches"]
    CreateIsAlwaysOffered breaks ["MS-04", "MS-05", "MS-06d"] {
        fn offer(&self, matched: Option<bool>) -> Option<Offer> {
            matched.map(|_| Offer::CreateLead)
        }
    }

    #[doc = "syncing is offered for a visitor who matches nothing"]
    SyncIsAlwaysOffered violates [ManualCreate] breaks ["MS-04", "MS-06d"] {
        fn offer(&self, matched: Option<bool>) -> Option<Offer> {
            matched.map(|_| Offer::SyncFields)
        }
    }

    #[doc = "a rep may create before the search has an answer"]
    CreateIsOfferedBeforeTheAnswer breaks ["MS-04"] {
        fn offer(&self, matched: Option<bool>) -> Option<Offer> {
            Standard.offer(matched.or(Some(false)))
        }
    }

    #[doc = "a lead is sent without the fields that Salesforce demands"]
    RequiredFieldsAreNotAwaited violates [RequiredMissing, Latched] breaks ["MP-05d", "EX-06", "EX-07"] {
        fn missing(&self, profile: &Profile, by_rep: bool, config: &Config) -> Missing {
            Missing { fields: Vec::new(), ..Standard.missing(profile, by_rep, config) }
        }
    }

    #[doc = "a required field counts as unknown, though a constant fills it"]
    ConstantsFillNothing breaks ["MP-05d"] {
        fn missing(&self, profile: &Profile, by_rep: bool, config: &Config) -> Missing {
            let mut mapping = config.mapping.clone();
            mapping.lead_constants.clear();
            Standard.missing(profile, by_rep, &Config { mapping, ..config.clone() })
        }
    }

    #[doc = "only the fields that every org requires are awaited"]
    OnlyStandardFieldsAreRequired breaks ["MP-05d"] {
        fn missing(&self, profile: &Profile, by_rep: bool, config: &Config) -> Missing {
            let mut missing = Standard.missing(profile, by_rep, config);
            missing.fields.retain(|(field, _)| matches!(field.as_str(), "LastName" | "Company"));
            missing
        }
    }

    #[doc = "somebody unknown becomes a contact"]
    NewcomersAreContacts breaks ["LC-02"] {
        fn newcomer(&self) -> PersonKind {
            PersonKind::Contact
        }
    }
}
