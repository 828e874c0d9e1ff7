//! Workflows of CRM actions, answered wrongly.

use engine::{
    ActionDecision, ActionFacts, AssignTo, Assignment, AutoAssign, Config, CrmUsers, Deed,
    FieldValues, MemberPerson, MemberPlan, MemberTarget, OwnerDecision, Person, PersonAction,
    ProductUserId, Profile, RecordId, Row, Rule, Settings, Standard, TaskTemplate, UserId, Value,
};

use super::mutants;

/// The org user instead, where this rule decided.
fn org_user_instead(assignment: Assignment, because: Rule, config: &Config) -> Assignment {
    if assignment.owner.because != because {
        return assignment;
    }
    let owner = OwnerDecision { owner: config.org_user.clone(), ..assignment.owner };
    Assignment { owner, ..assignment }
}

/// Somebody else than the Sync User, where this rule decided.
fn somebody_else(assignment: Assignment, because: Rule, users: &CrmUsers) -> Assignment {
    let other = users.values().flatten().find(|it| **it != assignment.owner.owner);
    match other {
        Some(other) if assignment.owner.because == because => {
            let owner = OwnerDecision { owner: other.clone(), ..assignment.owner };
            Assignment { owner, ..assignment }
        }
        _ => assignment,
    }
}

/// The same, with another rule given as the reason for a different owner.
pub(super) fn owner_instead(
    decision: Result<OwnerDecision, Rule>,
    because: Rule,
    config: &Config,
) -> Result<OwnerDecision, Rule> {
    let decision = decision?;
    if decision.because != because {
        return Ok(decision);
    }
    Ok(OwnerDecision { owner: config.org_user.clone(), ..decision })
}

pub(super) fn set(mut fields: FieldValues, name: &str, value: &Value) -> FieldValues {
    for (field, held) in &mut fields {
        if field.as_str() == name {
            *held = value.clone();
        }
    }
    fields
}

/// Fields of a lead without which there is none.
const BARE: [&str; 4] = ["Email", "LastName", "Company", "OwnerId"];

mutants! {
    #[doc = "a workflow does nothing"]
    WorkflowsDoNothing violates [WorkflowEntered] breaks ["LL-01"] {
        fn next_action(&self, _begun: usize, _actions: usize) -> Option<usize> {
            None
        }
    }

    #[doc = "a workflow that was removed is entered all the same"]
    RemovedWorkflowsGoOn violates [UnknownWorkflow, SettingsChanged] breaks ["LL-01"] {
        fn may_enter_workflow(&self, is_configured: bool, _was_removed: bool) -> Result<Rule, Rule> {
            Standard.may_enter_workflow(is_configured, false)
        }
    }

    #[doc = "the last action of a workflow is the first"]
    ActionsRunBackwards violates [NextAction] breaks ["LL-01"] {
        fn next_action(&self, begun: usize, actions: usize) -> Option<usize> {
            Standard.next_action(begun, actions).map(|place| actions - 1 - place)
        }
    }

    #[doc = "a prospect without a match is left alone"]
    UnmatchedProspectsAreLeftAlone breaks ["LL-02"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            let decision = Standard.person_action(facts, settings);
            match (facts.action, decision.deed) {
                (PersonAction::SyncLead, Deed::Insert) => ActionDecision { deed: Deed::Nothing, ..decision },
                _ => decision,
            }
        }
    }

    #[doc = "a new lead has nothing but what it has to have"]
    LeadsAreBare breaks ["LL-02"] {
        fn insert_fields(&self, profile: &Profile, owner: &UserId, config: &Config) -> engine::FieldPlan {
            let mut plan = Standard.insert_fields(profile, owner, config);
            plan.fields.retain(|(field, _)| BARE.contains(&field.as_str()));
            plan
        }
    }

    #[doc = "a linked prospect gets a second lead"]
    LinkedProspectsGetALead violates [LinkedRecord] breaks ["LL-03"] {
        fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
            let decision = Standard.person_action(facts, settings);
            match decision.because {
                Rule::LinkedRecord => ActionDecision { deed: Deed::Insert, ..decision },
                _ => decision,
            }
        }
    }

    #[doc = "a linked record is assigned anew"]
    LinkedRecordsAreAssigned violates [LinkedRecord] breaks ["LL-13d"] {
        fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> engine::FieldPlan {
            let mut plan = Standard.update_fields(profile, target, is_own, config);
            plan.fields.push(("OwnerId".into(), config.org_user.as_str().into()));
            plan
        }
    }

    #[doc = "a member keeps the status, whatever is asked for"]
    StatusIsNotChanged violates [ChangeStatus] breaks ["LL-38"] {
        fn member_plan(&self, existing: &[Row], wanted: &MemberTarget, person: &MemberPerson<'_>) -> MemberPlan {
            match Standard.member_plan(existing, wanted, person) {
                MemberPlan::Update(member, _) => MemberPlan::Nothing(member),
                other => other,
            }
        }
    }

    #[doc = "the chosen user does not get the lead"]
    ChosenUserIsIgnored violates [AssignUser] breaks ["LL-05", "LL-06"] {
        fn assign_to(&self, to: &AssignTo, profile: &Profile, users: &CrmUsers, config: &Config) -> Assignment {
            org_user_instead(Standard.assign_to(to, profile, users, config), Rule::AssignUser, config)
        }
    }

    #[doc = "the org's rules are not asked"]
    OrgsRulesStayAsleep violates [AssignSalesforceRules] breaks ["LL-05", "LL-07"] {
        fn assign_to(&self, to: &AssignTo, profile: &Profile, users: &CrmUsers, config: &Config) -> Assignment {
            let assignment = Standard.assign_to(to, profile, users, config);
            Assignment { auto_assign: AutoAssign::Off, ..assignment }
        }
    }

    #[doc = "the distribution rules' user does not get the lead"]
    DistributionIsIgnored violates [DistributionRule] breaks ["LL-09"] {
        fn assign_to(&self, to: &AssignTo, profile: &Profile, users: &CrmUsers, config: &Config) -> Assignment {
            org_user_instead(Standard.assign_to(to, profile, users, config), Rule::DistributionRule, config)
        }
    }

    #[doc = "where no distribution rule fits somebody gets the lead"]
    SomebodyGetsWhatNoRuleFits violates [NoDistributionRule] breaks ["LL-09"] {
        fn assign_to(&self, to: &AssignTo, profile: &Profile, users: &CrmUsers, config: &Config) -> Assignment {
            somebody_else(Standard.assign_to(to, profile, users, config), Rule::NoDistributionRule, users)
        }
    }

    #[doc = "left empty, somebody gets the lead"]
    SomebodyGetsWhatIsLeftEmpty violates [AssignEmpty] breaks ["LL-05", "LL-10"] {
        fn assign_to(&self, to: &AssignTo, profile: &Profile, users: &CrmUsers, config: &Config) -> Assignment {
            somebody_else(Standard.assign_to(to, profile, users, config), Rule::AssignEmpty, users)
        }
    }

    #[doc = "a user who is not linked gets leads and tasks of another"]
    UnlinkedUsersAreOthers violates [UserNotLinked] breaks ["LL-19", "LL-20"] {
        fn assign_to(&self, to: &AssignTo, profile: &Profile, users: &CrmUsers, config: &Config) -> Assignment {
            somebody_else(Standard.assign_to(to, profile, users, config), Rule::UserNotLinked, users)
        }
        fn task_assignee(&self, assignee: Option<&ProductUserId>, record_owner: Option<&UserId>, users: &CrmUsers, config: &Config) -> Result<OwnerDecision, Rule> {
            Standard
                .task_assignee(assignee, record_owner, users, config)
                .or_else(|_| Standard.task_assignee(None, record_owner, users, config))
        }
    }

    #[doc = "nothing is filled"]
    NothingIsFilled violates [Filler] breaks ["LL-11", "MP-05d"] {
        fn fillers(&self, _fields: &FieldValues, _config: &Config) -> FieldValues {
            FieldValues::new()
        }
    }

    #[doc = "the filler takes the place of what is known"]
    FillerOverwrites violates [Filler] breaks ["LL-11", "LL-12d"] {
        fn insert_fields(&self, profile: &Profile, owner: &UserId, config: &Config) -> engine::FieldPlan {
            let mut plan = Standard.insert_fields(profile, owner, config);
            for (field, filler) in &config.fillers {
                plan.fields = set(plan.fields, field.as_str(), &Value::from(filler.as_str()));
            }
            plan
        }
    }

    #[doc = "scores and grades are not written"]
    NothingIsEnriched violates [Enriched] breaks ["LL-04"] {
        fn enrichment(&self, _profile: &Profile, _target: Option<&Person>, _config: &Config) -> FieldValues {
            FieldValues::new()
        }
    }

    #[doc = "Change Status makes members of everybody"]
    ChangeStatusAddsEverybody violates [NotAMember] breaks ["LL-38"] {
        fn missing_member(&self, _settings: &Settings) -> Result<Rule, Rule> {
            Ok(Rule::AddedIfMissing)
        }
    }

    #[doc = "Change Status adds nobody, whatever the setting says"]
    ChangeStatusAddsNobody violates [AddedIfMissing] breaks ["LL-38"] {
        fn missing_member(&self, _settings: &Settings) -> Result<Rule, Rule> {
            Err(Rule::NotAMember)
        }
    }

    #[doc = "the chosen assignee does not get the task"]
    AssigneeIsIgnored violates [TaskAssignee] breaks ["LL-16"] {
        fn task_assignee(&self, assignee: Option<&ProductUserId>, record_owner: Option<&UserId>, users: &CrmUsers, config: &Config) -> Result<OwnerDecision, Rule> {
            owner_instead(Standard.task_assignee(assignee, record_owner, users, config), Rule::TaskAssignee, config)
        }
    }

    #[doc = "the record's owner does not get the task"]
    RecordOwnerIsIgnored violates [TaskRecordOwner] breaks ["LL-21"] {
        fn task_assignee(&self, assignee: Option<&ProductUserId>, record_owner: Option<&UserId>, users: &CrmUsers, config: &Config) -> Result<OwnerDecision, Rule> {
            owner_instead(Standard.task_assignee(assignee, record_owner, users, config), Rule::TaskRecordOwner, config)
        }
    }

    #[doc = "a queue's task goes to the org user"]
    FallbackUserIsIgnored violates [TaskFallbackUser] breaks ["LL-21"] {
        fn task_assignee(&self, assignee: Option<&ProductUserId>, record_owner: Option<&UserId>, users: &CrmUsers, config: &Config) -> Result<OwnerDecision, Rule> {
            owner_instead(Standard.task_assignee(assignee, record_owner, users, config), Rule::TaskFallbackUser, config)
        }
    }

    #[doc = "the template is not taken over"]
    TemplateIsLeftOut violates [TaskWritten] breaks ["LL-16", "LL-17"] {
        fn task_fields(&self, _template: &TaskTemplate, who: &RecordId, owner: &UserId) -> FieldValues {
            Standard.task_fields(&TaskTemplate::default(), who, owner)
        }
    }
}
