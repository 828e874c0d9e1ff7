//! Response Management and Matchmaker, answered wrongly.

use engine::{
    AccountCard, Applies, AssignmentDecision, AssignmentFacts, AutoConvert, Config, ContactStatus,
    ConversionDecision, ConversionFacts, Criterion, Handover, HandoverDecision, LeadKeys,
    LeadMatch, LeadWords, Matchmaker, ResponseDecision, ResponseFacts, ResponseManagement,
    ResponseMove, ResponseOwner, ResponseState, Rule, Settings, Standard, Timestamp, UserId,
};

use super::{mutants, with_settings};

/// The decision, unless this rule made it: then nobody gets the lead.
fn unless(decision: AssignmentDecision, rule: Rule) -> AssignmentDecision {
    if decision.because == rule {
        AssignmentDecision { owner: None, took_turn: None, ..decision }
    } else {
        decision
    }
}

/// The decision, unless this rule made it: then the account's owner gets the lead.
fn to_account_owner(
    decision: AssignmentDecision,
    facts: &AssignmentFacts<'_>,
    rule: Rule,
) -> AssignmentDecision {
    let owner = facts.account.map(|it| it.owner.clone());
    if decision.because == rule { AssignmentDecision { owner, ..decision } } else { decision }
}

/// The handover, unless this rule made it.
fn rather(decision: HandoverDecision, rule: Rule, handover: Handover) -> HandoverDecision {
    if decision.because == rule { HandoverDecision { handover, ..decision } } else { decision }
}

/// By everything but this.
fn without(by: &[Criterion], left_out: Criterion) -> Vec<Criterion> {
    by.iter().copied().filter(|it| *it != left_out).collect()
}

mutants! {
    #[doc = "every qualified response counts, a repeat too"]
    RepeatsCount violates [ResponseRepeat] breaks ["RM-04"] {
        fn is_active_response(&self, facts: &ResponseFacts<'_>, config: &ResponseManagement) -> ResponseDecision {
            let alone = ResponseFacts { open: None, ..facts.clone() };
            Standard.is_active_response(&alone, config)
        }
    }

    #[doc = "everybody is qualified"]
    EverybodyIsQualified violates [ResponseNotQualified] breaks ["RM-04"] {
        fn is_active_response(&self, facts: &ResponseFacts<'_>, config: &ResponseManagement) -> ResponseDecision {
            let open = ResponseManagement { qualified: Vec::new(), response: Vec::new(), ..config.clone() };
            Standard.is_active_response(facts, &open)
        }
    }

    #[doc = "no response is active"]
    NoResponseIsActive violates [ResponseActive] breaks ["RM-01", "RM-02", "RM-04", "RM-07", "MM-06"] {
        fn is_active_response(&self, facts: &ResponseFacts<'_>, config: &ResponseManagement) -> ResponseDecision {
            ResponseDecision { active: false, ..Standard.is_active_response(facts, config) }
        }
    }

    #[doc = "an owner who is not listed loses the lead, too"]
    EveryOwnerIsSubject violates [ResponseOwnerNotSubject] breaks ["RM-05", "RM-07", "MM-06"] {
        fn hand_over(&self, facts: &ResponseOwner, config: &ResponseManagement) -> HandoverDecision {
            rather(Standard.hand_over(facts, config), Rule::ResponseOwnerNotSubject, Handover::HandOver)
        }
    }

    #[doc = "nobody hands a lead over"]
    NobodyHandsOver violates [ResponseHandedOver] breaks ["RM-01", "RM-02", "RM-05", "RM-07", "RM-13d", "MM-06"] {
        fn hand_over(&self, facts: &ResponseOwner, config: &ResponseManagement) -> HandoverDecision {
            rather(Standard.hand_over(facts, config), Rule::ResponseHandedOver, Handover::Complete)
        }
    }

    #[doc = "a lead of the temporary owner is written again"]
    TemporaryIsWrittenAgain violates [ResponseAlreadyTemporary] breaks ["RM-13d"] {
        fn hand_over(&self, facts: &ResponseOwner, config: &ResponseManagement) -> HandoverDecision {
            rather(Standard.hand_over(facts, config), Rule::ResponseAlreadyTemporary, Handover::HandOver)
        }
    }

    #[doc = "a lead that is handed over does not wait, but is complete with the temporary owner"]
    TemporaryCompletes violates [ResponseStillTemporary] breaks ["RM-06", "RM-09d", "RM-11d"] {
        fn owner_changed(&self, state: ResponseState, owner: &UserId, config: &ResponseManagement) -> ResponseMove {
            let moved = Standard.owner_changed(state, owner, config);
            ResponseMove { completes: moved.completes || moved.because == Rule::ResponseStillTemporary, ..moved }
        }
    }

    #[doc = "no owner change completes a response"]
    NothingCompletes violates [ResponseCompleted] breaks ["RM-03", "RM-09d", "RM-11d", "RM-12d", "RM-07", "MM-06"] {
        fn owner_changed(&self, state: ResponseState, owner: &UserId, config: &ResponseManagement) -> ResponseMove {
            ResponseMove { completes: false, ..Standard.owner_changed(state, owner, config) }
        }
    }

    #[doc = "later owners replace the first one"]
    LaterOwnersReplaceTheFirst violates [ResponseCompletedBefore] breaks ["RM-10d", "FM-48b"] {
        fn owner_changed(&self, state: ResponseState, owner: &UserId, config: &ResponseManagement) -> ResponseMove {
            let moved = Standard.owner_changed(state, owner, config);
            ResponseMove { completes: moved.completes || moved.because == Rule::ResponseCompletedBefore, ..moved }
        }
    }

    #[doc = "a wait raises no alarm"]
    WaitRaisesNoAlarm violates [ResponseStuck] breaks ["RM-06", "RM-08", "RM-13d", "FM-46"] {
        fn is_stuck(&self, _state: ResponseState, _now: Timestamp, _settings: &Settings) -> bool {
            false
        }
    }

    #[doc = "no owner triggers a match"]
    NothingTriggers violates [MatchTriggered] breaks ["MM-05", "MM-06", "RM-07"] {
        fn triggers_match(&self, _owner: &UserId, _matchmaker: &Matchmaker) -> bool {
            false
        }
    }

    #[doc = "every owner triggers a match"]
    EveryOwnerTriggers breaks ["MM-05", "MM-06"] {
        fn triggers_match(&self, _owner: &UserId, _matchmaker: &Matchmaker) -> bool {
            true
        }
    }

    #[doc = "domains of mail providers count as a company's"]
    EveryDomainCounts violates [MatchSaysNothing] breaks ["MM-04", "FM-75"] {
        fn lead_keys(&self, words: &LeadWords<'_>, excluded: &[String]) -> LeadKeys {
            let keys = Standard.lead_keys(words, excluded);
            LeadKeys { domain: keys.domain.or(keys.says_nothing), says_nothing: None, ..keys }
        }
    }

    #[doc = "the domain of the address is not looked at"]
    DomainIsNotLookedAt violates [MatchEmailDomain] breaks ["MM-01"] {
        fn match_lead(&self, keys: &LeadKeys, cards: &[AccountCard], by: &[Criterion]) -> LeadMatch {
            Standard.match_lead(keys, cards, &without(by, Criterion::EmailDomain))
        }
    }

    #[doc = "the website is not looked at"]
    WebsiteIsNotLookedAt violates [MatchWebsite] breaks ["MM-01"] {
        fn match_lead(&self, keys: &LeadKeys, cards: &[AccountCard], by: &[Criterion]) -> LeadMatch {
            Standard.match_lead(keys, cards, &without(by, Criterion::Website))
        }
    }

    #[doc = "the company's name is not looked at"]
    NameIsNotLookedAt violates [MatchCompany] breaks ["MM-01", "DD-05", "DD-06", "DD-07"] {
        fn match_lead(&self, keys: &LeadKeys, cards: &[AccountCard], by: &[Criterion]) -> LeadMatch {
            Standard.match_lead(keys, cards, &without(by, Criterion::Company))
        }
    }

    #[doc = "the weakest criterion wins"]
    WeakestCriterionWins violates [MatchWeaker] breaks ["MM-01"] {
        fn match_lead(&self, keys: &LeadKeys, cards: &[AccountCard], by: &[Criterion]) -> LeadMatch {
            let by: Vec<Criterion> = by.iter().rev().copied().collect();
            Standard.match_lead(keys, cards, &by)
        }
    }

    #[doc = "without a match some account is taken"]
    SomeAccountIsTaken violates [MatchNone] breaks ["MM-01", "MM-04"] {
        fn match_lead(&self, keys: &LeadKeys, cards: &[AccountCard], by: &[Criterion]) -> LeadMatch {
            let found = Standard.match_lead(keys, cards, by);
            LeadMatch { account: found.account.or_else(|| Some("001000000000001AAA".into())), ..found }
        }
    }

    #[doc = "the conditions of rules are not looked at"]
    ConditionsAreNotLookedAt violates [AssignmentRuleNotMet] breaks ["MM-01", "MM-02", "MM-03", "MM-04"] {
        fn assign_lead(&self, facts: &AssignmentFacts<'_>, matchmaker: &Matchmaker, config: &Config) -> AssignmentDecision {
            let mut open = matchmaker.clone();
            for rule in &mut open.rules {
                rule.when.clear();
                rule.applies = if facts.account.is_some() { Applies::Matched } else { Applies::Unmatched };
            }
            Standard.assign_lead(facts, &open, config)
        }
    }

    #[doc = "the account's owner does not get the lead"]
    AccountOwnerIsLeftOut violates [AssignedAccountOwner] breaks ["MM-01", "MM-02", "MM-05"] {
        fn assign_lead(&self, facts: &AssignmentFacts<'_>, matchmaker: &Matchmaker, config: &Config) -> AssignmentDecision {
            unless(Standard.assign_lead(facts, matchmaker, config), Rule::AssignedAccountOwner)
        }
    }

    #[doc = "the account's owner gets the lead instead of the member with the role"]
    RoleIsIgnored violates [AssignedTeamRole] breaks ["MM-03"] {
        fn assign_lead(&self, facts: &AssignmentFacts<'_>, matchmaker: &Matchmaker, config: &Config) -> AssignmentDecision {
            to_account_owner(Standard.assign_lead(facts, matchmaker, config), facts, Rule::AssignedTeamRole)
        }
    }

    #[doc = "without a member in the role the lead stays"]
    MissingRoleStays violates [RoleMissing] breaks ["MM-03"] {
        fn assign_lead(&self, facts: &AssignmentFacts<'_>, matchmaker: &Matchmaker, config: &Config) -> AssignmentDecision {
            unless(Standard.assign_lead(facts, matchmaker, config), Rule::RoleMissing)
        }
    }

    #[doc = "of several members the highest id gets the lead"]
    HighestIdGetsIt violates [RoleLowestId] breaks ["MM-03"] {
        fn assign_lead(&self, facts: &AssignmentFacts<'_>, matchmaker: &Matchmaker, config: &Config) -> AssignmentDecision {
            let decision = Standard.assign_lead(facts, matchmaker, config);
            let highest = facts.account.and_then(|it| it.team.iter().map(|(user, _)| user).max());
            match (decision.because, highest) {
                (Rule::RoleLowestId, Some(highest)) => AssignmentDecision { owner: Some(highest.clone()), ..decision },
                _ => decision,
            }
        }
    }

    #[doc = "members with the role take no turns"]
    MembersTakeNoTurns violates [RoleRoundRobin] breaks ["MM-03"] {
        fn assign_lead(&self, facts: &AssignmentFacts<'_>, matchmaker: &Matchmaker, config: &Config) -> AssignmentDecision {
            let plain = with_settings(config, Settings::default());
            Standard.assign_lead(facts, matchmaker, &plain)
        }
    }

    #[doc = "a rule's own owner does not get the lead"]
    FixedOwnerIsLeftOut violates [AssignedFixed] breaks ["MM-01", "MM-02"] {
        fn assign_lead(&self, facts: &AssignmentFacts<'_>, matchmaker: &Matchmaker, config: &Config) -> AssignmentDecision {
            unless(Standard.assign_lead(facts, matchmaker, config), Rule::AssignedFixed)
        }
    }

    #[doc = "the rule for unmatched leads assigns nobody"]
    UnmatchedStay violates [AssignedUnmatched] breaks ["MM-04"] {
        fn assign_lead(&self, facts: &AssignmentFacts<'_>, matchmaker: &Matchmaker, config: &Config) -> AssignmentDecision {
            unless(Standard.assign_lead(facts, matchmaker, config), Rule::AssignedUnmatched)
        }
    }

    #[doc = "the turn of a round robin is read once and never advanced"]
    TurnNeverAdvances violates [AssignedRoundRobin] breaks ["MM-04", "FM-48"] {
        fn assign_lead(&self, facts: &AssignmentFacts<'_>, matchmaker: &Matchmaker, config: &Config) -> AssignmentDecision {
            AssignmentDecision { took_turn: None, ..Standard.assign_lead(facts, matchmaker, config) }
        }
    }

    #[doc = "a lead that no rule is for goes to the org user"]
    OrgUserGetsTheRest violates [NoAssignmentRule] breaks ["MM-02", "MM-04", "MM-08"] {
        fn assign_lead(&self, facts: &AssignmentFacts<'_>, matchmaker: &Matchmaker, config: &Config) -> AssignmentDecision {
            let decision = Standard.assign_lead(facts, matchmaker, config);
            let nobody = decision.because == Rule::NoAssignmentRule;
            let owner = if nobody { Some(config.org_user.clone()) } else { decision.owner };
            AssignmentDecision { owner, ..decision }
        }
    }

    #[doc = "an inactive owner is tried"]
    InactiveOwnerIsTried violates [AssigneeInactive] breaks ["MM-02", "FM-40", "FM-48"] {
        fn assign_lead(&self, facts: &AssignmentFacts<'_>, matchmaker: &Matchmaker, config: &Config) -> AssignmentDecision {
            let everybody = AssignmentFacts { inactive: &[].into(), ..facts.clone() };
            Standard.assign_lead(&everybody, matchmaker, config)
        }
    }

    #[doc = "a rule that returns the trigger is followed"]
    TriggerIsReturned violates [ReturnsTemporary] breaks ["MM-07", "FM-47"] {
        fn assign_lead(&self, facts: &AssignmentFacts<'_>, matchmaker: &Matchmaker, config: &Config) -> AssignmentDecision {
            let decision = Standard.assign_lead(facts, matchmaker, config);
            let circle = decision.because == Rule::ReturnsTemporary;
            let owner = if circle { Some(matchmaker.trigger_owner.clone()) } else { decision.owner };
            AssignmentDecision { owner, ..decision }
        }
    }

    #[doc = "there is no loop guard"]
    NoLoopGuard violates [LoopGuard] breaks ["MM-07", "FM-47"] {
        fn assign_lead(&self, facts: &AssignmentFacts<'_>, matchmaker: &Matchmaker, config: &Config) -> AssignmentDecision {
            let fresh = AssignmentFacts { changes: 0, ..facts.clone() };
            Standard.assign_lead(&fresh, matchmaker, config)
        }
    }

    #[doc = "nothing is converted"]
    NothingIsConverted violates [AutoConverted] breaks ["MM-08", "MM-09", "MM-10d"] {
        fn auto_convert(&self, facts: &ConversionFacts<'_>, criteria: &AutoConvert, config: &Config) -> ConversionDecision {
            ConversionDecision { convert: false, ..Standard.auto_convert(facts, criteria, config) }
        }
    }

    #[doc = "the conversion of a queue's lead carries no owner"]
    ConversionCarriesNoOwner violates [ConversionCarriesOwner] breaks ["MM-08"] {
        fn auto_convert(&self, facts: &ConversionFacts<'_>, criteria: &AutoConvert, config: &Config) -> ConversionDecision {
            ConversionDecision { owner: None, ..Standard.auto_convert(facts, criteria, config) }
        }
    }

    #[doc = "without a match a new account is made"]
    ConversionMakesAccounts violates [ConvertNeedsMatch] breaks ["MM-10d"] {
        fn auto_convert(&self, facts: &ConversionFacts<'_>, criteria: &AutoConvert, config: &Config) -> ConversionDecision {
            let decision = Standard.auto_convert(facts, criteria, config);
            let convert = decision.convert || decision.because == Rule::ConvertNeedsMatch;
            ConversionDecision { convert, ..decision }
        }
    }

    #[doc = "the criteria of conversion are not looked at"]
    EveryMatchIsConverted violates [ConvertCriteriaNotMet] breaks ["MM-08"] {
        fn auto_convert(&self, facts: &ConversionFacts<'_>, criteria: &AutoConvert, config: &Config) -> ConversionDecision {
            let open = AutoConvert { when: Vec::new(), ..criteria.clone() };
            Standard.auto_convert(facts, &open, config)
        }
    }

    #[doc = "no status is mapped"]
    NoStatusIsMapped violates [ContactStatusMapped] breaks ["MM-09"] {
        fn contact_status(&self, lead_status: &str, convert: &AutoConvert) -> ContactStatus {
            ContactStatus { status: None, ..Standard.contact_status(lead_status, convert) }
        }
    }

    #[doc = "a status without mapping is taken over as it is"]
    StatusIsTakenOver violates [ContactStatusUnmapped] breaks ["MM-09"] {
        fn contact_status(&self, lead_status: &str, convert: &AutoConvert) -> ContactStatus {
            let mapped = Standard.contact_status(lead_status, convert);
            ContactStatus { status: mapped.status.or_else(|| Some(lead_status.to_owned())), ..mapped }
        }
    }
}
