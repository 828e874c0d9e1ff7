//! `engine.liaison` of a scenario → workflows with ids for names.

use std::collections::BTreeMap;

use engine::{
    AssignTo, ConvertOptions, DistributionRule, Enrichment, FieldName, Fits, Liaison, MemberTarget,
    ProductUserId, ProfileField, RecordId, TaskTemplate, UserId, WorkflowAction,
};
use mock_salesforce::Org;
use scenarios::{
    Text,
    ast::{
        ActionKind, AssignMode, Condition, ConvertLead, DistributionSetup, EngineSetup,
        LiaisonSetup, Pair, Scenario, SyncLead,
    },
};

use super::{
    Names,
    names::NameKind::{Campaign, User},
};

/// Fields of a lead that Salesforce demands, and that get a filler.
const FILLED: [&str; 2] = ["LastName", "Company"];
/// The filler when none is named.
const FILLER: &str = "Anonymous";

/// What required fields of a new lead get when nothing else fills them.
pub(super) fn fillers(setup: &EngineSetup) -> Vec<(FieldName, String)> {
    let Some(liaison) = &setup.liaison else { return Vec::new() };
    let filler = liaison.filler.as_ref().map_or(FILLER, |it| it);
    FILLED.iter().map(|field| (FieldName::from(*field), filler.to_owned())).collect()
}

/// The workflows, if the scenario has some; `api_user` is the user of the connection.
pub(super) fn liaison(
    scenario: &Scenario,
    org: &Org,
    names: &Names,
    api_user: &UserId,
) -> Option<Liaison> {
    let setup = scenario.engine.liaison.as_ref()?;
    let lowering = Lowering { names, rule: active_rule(org) };
    let setting = |name: &str| {
        let mut settings = scenario.engine.settings.iter();
        let (_, user) = settings.find(|(setting, _)| *setting == name)?;
        lowering.user(user)
    };
    Some(Liaison {
        sync_user: setting("sync_user").unwrap_or_else(|| api_user.clone()),
        fallback_user: setting("fallback_user"),
        users: lowering.users(scenario, setup),
        enrichment: enrichment(setup),
        distribution: setup.distribution.iter().map(distribution).collect(),
        tasks: setup.tasks.iter().map(|it| ((&*it.name.text).into(), task(&it.fields))).collect(),
        workflows: setup
            .workflows
            .iter()
            .map(|it| {
                let actions = it.actions.iter().map(|action| lowering.action(&action.kind));
                ((&*it.name.text).into(), actions.collect())
            })
            .collect(),
    })
}

/// The fields that every task of a template has.
pub(super) fn task(fields: &[Pair]) -> TaskTemplate {
    let fields = fields.iter().map(|(field, value)| ((&*field.text).into(), value.to_string()));
    TaskTemplate { fields: fields.collect() }
}

/// The id of the org's active rule for leads.
fn active_rule(org: &Org) -> Option<String> {
    let rules = org.schema().object("AssignmentRule")?;
    let (object, active) = (rules.field_index("SobjectType")?, rules.field_index("Active")?);
    let is_for_leads = |row: &&mock_salesforce::Record| {
        row.get(active).is_true() && row.get(object).as_text() == Some("Lead")
    };
    org.rows(rules.index).find(is_for_leads).map(|row| row.id().to_string())
}

fn enrichment(setup: &LiaisonSetup) -> Enrichment {
    let mut enrichment = Enrichment::default();
    for object in &setup.enrichment {
        let pairs = object.fields.iter().map(|(visitor, field)| {
            let visitor = visitor.strip_prefix("visitor.").unwrap_or(visitor);
            (ProfileField::from(visitor), FieldName::from(&*field.text))
        });
        match &*object.object.text {
            "contact" => enrichment.contact = pairs.collect(),
            _ => enrichment.lead = pairs.collect(),
        }
    }
    enrichment
}

fn distribution(rule: &DistributionSetup) -> DistributionRule {
    let when = rule.when.iter().map(|(field, condition)| {
        let field = field.strip_prefix("visitor.").unwrap_or(field);
        let fits = match condition {
            Condition::OneOf(words) => Fits::OneOf(words.iter().map(ToString::to_string).collect()),
            Condition::Within { at_least, at_most } => Fits::Within(*at_least, *at_most),
        };
        (ProfileField::from(field), fits)
    });
    DistributionRule {
        when: when.collect(),
        takes_unknown: rule.takes_unknown,
        user: (&*rule.assign_to.text).into(),
    }
}

struct Lowering<'a> {
    names: &'a Names,
    /// The org's active assignment rule for leads.
    rule: Option<String>,
}

impl Lowering<'_> {
    fn user(&self, name: &str) -> Option<UserId> {
        self.names.find(&[User], name).map(|id| UserId::from(id.to_string()))
    }

    /// Without a table of links everybody is a CRM user under the same name.
    fn users(
        &self,
        scenario: &Scenario,
        setup: &LiaisonSetup,
    ) -> BTreeMap<ProductUserId, Option<UserId>> {
        if setup.users.is_empty() {
            let users = scenario.world.users.iter();
            return users.map(|it| ((&*it.key.text).into(), self.user(&it.key))).collect();
        }
        let linked = |user: &Text| self.user(user);
        let users = setup.users.iter();
        users.map(|it| ((&*it.key.text).into(), it.user.as_ref().and_then(linked))).collect()
    }

    fn action(&self, action: &ActionKind) -> WorkflowAction {
        let member = |campaign: &Text, status: Option<&Text>, fields: &[Pair]| MemberTarget {
            campaign: self.campaign(campaign),
            status: status.map(ToString::to_string),
            fields: fields
                .iter()
                .map(|(field, value)| ((&*field.text).into(), value.to_string()))
                .collect(),
        };
        match action {
            ActionKind::SyncLead(sync) => {
                match sync.to.as_ref().and_then(|to| engine::System::from_word(to)) {
                    Some(system) => WorkflowAction::SyncBeside(system),
                    None => WorkflowAction::SyncLead(self.assign_to(sync)),
                }
            }
            ActionKind::CreateTask { task, assignee } => WorkflowAction::CreateTask(
                (&*task.text).into(),
                assignee.as_ref().map(|it| (&*it.text).into()),
            ),
            ActionKind::ConvertLead(convert) => WorkflowAction::ConvertLead(options(convert)),
            ActionKind::AddToCampaign { campaign, status, fields } => {
                WorkflowAction::AddToCampaign(member(campaign, status.as_ref(), fields))
            }
            ActionKind::ChangeCampaignStatus { campaign, status } => {
                WorkflowAction::ChangeCampaignStatus(member(campaign, Some(status), &[]))
            }
        }
    }

    fn assign_to(&self, sync: &SyncLead) -> AssignTo {
        match sync.assign_to {
            None => AssignTo::Empty,
            Some(AssignMode::User) => AssignTo::User(sync.user.as_ref().map_or("", |it| it).into()),
            Some(AssignMode::SalesforceRules) => {
                AssignTo::SalesforceRules(self.rule.clone().filter(|_| sync.by_id))
            }
            Some(AssignMode::DistributionRules) => AssignTo::DistributionRules,
        }
    }

    /// `check` has seen that there is such a campaign.
    fn campaign(&self, name: &Text) -> RecordId {
        let id = self.names.find(&[Campaign], name).map(|id| id.to_string());
        RecordId::from(id.unwrap_or_default())
    }
}

fn options(convert: &ConvertLead) -> ConvertOptions {
    ConvertOptions {
        status: convert.status.to_string(),
        user: convert.assign_to.as_ref().map(|it| (&*it.text).into()),
        attach_to_account: convert.attach_to_account,
        opportunity: convert.opportunity,
        opportunity_name: convert.opportunity_name.as_ref().map(ToString::to_string),
        notify: convert.notify,
    }
}
