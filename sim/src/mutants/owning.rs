//! Whose a new lead is, answered wrongly.

use engine::{
    AutoAssign, ChatOwner, Config, NowCreateMeeting, OwnerDecision, OwnerFacts, Profile, Rule,
    Rules, SaveOperation, Settings, Standard, UnconnectedChatRep, UserId,
};

use super::{mutants, with_settings};

/// Some rep who is connected, whether they met the visitor or not.
fn somebody(config: &Config) -> UserId {
    config
        .reps
        .values()
        .find_map(|it| it.connection.clone())
        .unwrap_or_else(|| config.org_user.clone())
}

/// The decision under other settings.
fn decided(facts: &OwnerFacts, config: &Config, settings: Settings) -> OwnerDecision {
    Standard.decide_owner(facts, &with_settings(config, settings))
}

fn without_chat(facts: &OwnerFacts) -> OwnerFacts {
    OwnerFacts { first_chat: None, last_chat: None, ..facts.clone() }
}

mutants! {
    #[doc = "the rep who chats is passed over"]
    ChatRepIsPassedOver violates [ChatRep] breaks ["AS-01", "AS-07", "CN-01", "EX-06", "EX-14"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            Standard.decide_owner(&without_chat(facts), config)
        }
    }

    #[doc = "the rep whose meeting was booked is passed over"]
    MeetingRepIsPassedOver violates [MeetingRep] breaks ["AS-02"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            Standard.decide_owner(&OwnerFacts { meeting: None, ..facts.clone() }, config)
        }
    }

    #[doc = "without chat and meeting some rep gets the lead"]
    SomebodyGetsTheExperiencesLead violates [ExperienceOnly] breaks ["AS-03", "CN-04", "EX-07", "EX-13"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            let decision = Standard.decide_owner(facts, config);
            match decision.because {
                Rule::ExperienceOnly => OwnerDecision { owner: somebody(config), ..decision },
                _ => decision,
            }
        }
    }

    #[doc = "the lead of an unconnected rep goes to a connected colleague"]
    ColleagueGetsTheUnconnectedRepsLead violates [RepNotConnected] breaks ["AS-04", "CN-02"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            let decision = Standard.decide_owner(facts, config);
            match decision.because {
                Rule::RepNotConnected => OwnerDecision { owner: somebody(config), ..decision },
                _ => decision,
            }
        }
    }

    #[doc = "a rep's missing connection is not given as the reason"]
    MissingConnectionIsNotSaid breaks ["AS-04", "CN-02"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            let decision = Standard.decide_owner(facts, config);
            match decision.because {
                Rule::RepNotConnected => OwnerDecision {
                    because: Rule::ExperienceOnly,
                    rejected: Vec::new(),
                    ..decision
                },
                _ => decision,
            }
        }
    }

    #[doc = "a lead that a rep creates by hand goes to whoever chats"]
    CreatorIsPassedOver violates [ManualCreator] breaks ["AS-08", "MS-04", "LC-01"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            Standard.decide_owner(&OwnerFacts { creator: None, ..facts.clone() }, config)
        }
    }

    #[doc = "after an unconnected creator the chat rep is tried"]
    UnconnectedCreatorIsSkipped breaks ["AS-08"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            let creator = facts.creator.clone().filter(|it| it.connection.is_some());
            Standard.decide_owner(&OwnerFacts { creator, ..facts.clone() }, config)
        }
    }

    #[doc = "the creator beats the mapped owner"]
    CreatorBeatsTheMapping breaks ["MP-02"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            let mapped = facts.mapped.clone().filter(|_| facts.creator.is_none());
            Standard.decide_owner(&OwnerFacts { mapped, ..facts.clone() }, config)
        }
    }

    #[doc = "the chat rep beats the mapped owner"]
    ChatRepBeatsTheMapping breaks ["MP-02"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            let mapped = facts.mapped.clone().filter(|_| facts.last_chat.is_none());
            Standard.decide_owner(&OwnerFacts { mapped, ..facts.clone() }, config)
        }
    }

    #[doc = "the mapped owner field is ignored"]
    MappedOwnerIsIgnored violates [OwnerMapped] breaks ["MP-02"] {
        fn mapped_owner(&self, _profile: &Profile, _config: &Config) -> Option<String> {
            None
        }
    }

    #[doc = "a constant for the owner field is ignored"]
    MappedConstantIsIgnored breaks ["MP-02"] {
        fn mapped_owner(&self, profile: &Profile, config: &Config) -> Option<String> {
            let mut mapping = config.mapping.clone();
            mapping.lead_constants.clear();
            Standard.mapped_owner(profile, &Config { mapping, ..config.clone() })
        }
    }

    #[doc = "a mapped owner who cannot own the lead is sent all the same"]
    UnusableMappedOwnerIsSent violates [OwnerRejected] breaks ["MP-02"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            let decision = Standard.decide_owner(facts, config);
            match (decision.because, &facts.mapped) {
                (Rule::OwnerRejected, Some(mapped)) => {
                    OwnerDecision { owner: mapped.trim().into(), because: Rule::OwnerMapped, ..decision }
                }
                _ => decision,
            }
        }
    }

    #[doc = "after an unusable mapped owner the chat rep is tried"]
    UnusableMappedOwnerIsSkipped breaks ["MP-02"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            let decision = Standard.decide_owner(facts, config);
            match decision.because {
                Rule::OwnerRejected => {
                    let facts = OwnerFacts { mapped: None, ..facts.clone() };
                    let next = Standard.decide_owner(&facts, config);
                    OwnerDecision { because: Rule::OwnerRejected, ..next }
                }
                _ => decision,
            }
        }
    }

    #[doc = "a booked meeting beats the chat"]
    MeetingBeatsChat breaks ["AS-01"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            let meeting = Standard.decide_owner(&without_chat(facts), config);
            match meeting.because {
                Rule::MeetingRep => meeting,
                _ => Standard.decide_owner(facts, config),
            }
        }
    }

    #[doc = "after a transfer the first rep owns the lead, whatever the setting"]
    FirstRepAlways breaks ["AS-01", "EX-14"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            let settings = Settings { chat_owner: ChatOwner::First, ..config.settings.clone() };
            decided(facts, config, settings)
        }
    }

    #[doc = "after a transfer the holder owns the lead, whatever the setting"]
    HolderAlways breaks ["AS-01"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            let settings = Settings { chat_owner: ChatOwner::Holder, ..config.settings.clone() };
            decided(facts, config, settings)
        }
    }

    #[doc = "an unconnected chat rep cancels the meeting, whatever the setting"]
    UnconnectedChatEndsItAlways breaks ["AS-02", "AS-04"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            let unconnected_chat_rep = UnconnectedChatRep::OrgUser;
            decided(facts, config, Settings { unconnected_chat_rep, ..config.settings.clone() })
        }
    }

    #[doc = "an unconnected chat rep is skipped, whatever the setting"]
    UnconnectedChatIsSkippedAlways breaks ["AS-04"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            let unconnected_chat_rep = UnconnectedChatRep::Skip;
            decided(facts, config, Settings { unconnected_chat_rep, ..config.settings.clone() })
        }
    }

    #[doc = "a create-now step never counts the meeting"]
    NowStepNeverCountsTheMeeting breaks ["AS-02", "EX-13"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            let now_create_meeting = NowCreateMeeting::Ignored;
            decided(facts, config, Settings { now_create_meeting, ..config.settings.clone() })
        }
    }

    #[doc = "a create-now step always counts the meeting"]
    NowStepAlwaysCountsTheMeeting breaks ["EX-13"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            let now_create_meeting = NowCreateMeeting::Owner;
            decided(facts, config, Settings { now_create_meeting, ..config.settings.clone() })
        }
    }

    #[doc = "a waiting create does not count the meeting where a create-now step would not"]
    MeetingIgnoredAlsoWhenWaiting breaks ["EX-13"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            Standard.decide_owner(&OwnerFacts { now_step: true, ..facts.clone() }, config)
        }
    }

    #[doc = "a create-now step gives the lead to the org user, whoever chatted"]
    NowStepIgnoresTheChat breaks ["EX-14"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            if facts.now_step {
                Standard.decide_owner(&without_chat(facts), config)
            } else {
                Standard.decide_owner(facts, config)
            }
        }
    }

    #[doc = "nobody is told who was passed over"]
    PassedOverRepsAreForgotten violates [Outranked] breaks ["AS-11d"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            OwnerDecision { rejected: Vec::new(), ..Standard.decide_owner(facts, config) }
        }
    }

    #[doc = "the reason for the owner is always the Experience"]
    ReasonIsAlwaysTheExperience breaks ["AS-11d"] {
        fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
            OwnerDecision { because: Rule::ExperienceOnly, ..Standard.decide_owner(facts, config) }
        }
    }

    #[doc = "a lead whose owner Salesforce refuses is lost"]
    RefusedOwnerLosesTheLead violates [OwnerRejected] breaks ["MP-02", "AS-11d"] {
        fn owner_after_refusal(&self, _refused: &OwnerDecision, _config: &Config) -> Option<OwnerDecision> {
            None
        }
    }

    #[doc = "a lead whose owner Salesforce refuses goes to some other rep"]
    RefusedOwnerGivesWayToAColleague breaks ["MP-02"] {
        fn owner_after_refusal(&self, refused: &OwnerDecision, config: &Config) -> Option<OwnerDecision> {
            let others = config.reps.values().filter_map(|it| it.connection.clone());
            let owner = others.into_iter().find(|it| *it != refused.owner)?;
            Some(OwnerDecision { owner, ..Standard.owner_after_refusal(refused, config)? })
        }
    }

    #[doc = "nothing is said about assignment rules"]
    AssignmentHeaderIsLeftOut breaks ["LC-03", "LL-13d", "FM-43"] {
        fn assignment_header(&self, _object: &str, _operation: SaveOperation, _wanted: &AutoAssign) -> AutoAssign {
            AutoAssign::Silent
        }
    }

    #[doc = "new leads go to whom the org's assignment rules choose"]
    RulesRunForNewLeads breaks ["LC-03", "FM-43"] {
        fn assignment_header(&self, object: &str, operation: SaveOperation, wanted: &AutoAssign) -> AutoAssign {
            match Standard.assignment_header(object, operation, wanted) {
                AutoAssign::Off if operation == SaveOperation::Create => AutoAssign::On,
                said => said,
            }
        }
    }

    #[doc = "a change of a lead or a contact lets the org's assignment rules run"]
    RulesRunForChanges breaks ["LL-13d"] {
        fn assignment_header(&self, object: &str, operation: SaveOperation, wanted: &AutoAssign) -> AutoAssign {
            match Standard.assignment_header(object, operation, wanted) {
                AutoAssign::Off if operation == SaveOperation::Update => AutoAssign::On,
                said => said,
            }
        }
    }
}
