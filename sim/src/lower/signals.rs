//! `world.companies`, `engine.signals` and their verbs, in the engine's words.

use engine::{
    Company, CompanyId, EngagementIntent, EventKind, FieldName, ListFilter, ListId, ProfileField,
    RepId, Signals, Subject,
};
use scenarios::{
    Text,
    ast::{self, CompanySetup, Fields, Pair, Scenario, SignalsVerb},
};

/// Account creation, if the scenario has anything of it.
pub(crate) fn signals(scenario: &Scenario) -> Option<Signals> {
    let setup = scenario.engine.signals.as_ref()?;
    let lists = setup.lists.iter().map(|list| {
        let filter = ListFilter {
            not_in_salesforce: list.not_in_salesforce,
            icp: list.icp,
            intents: list.intents.iter().copied().map(intent).collect(),
        };
        (ListId::from(&*list.list.text), filter)
    });
    Some(Signals {
        is_enabled: setup.enabled,
        admins: setup.admins.iter().map(rep).collect(),
        companies: scenario.world.companies.iter().map(company).collect(),
        lists: lists.collect(),
    })
}

fn company(setup: &CompanySetup) -> (CompanyId, Company) {
    let own = [("name", &setup.name), ("domain", &setup.domain)];
    let own = own
        .into_iter()
        .filter_map(|(field, value)| Some((field.into(), value.as_ref()?.to_string())));
    let company = Company {
        fields: own.chain(fields(&setup.fields)).collect(),
        is_icp: setup.icp,
        intent: intent(setup.intent),
    };
    (CompanyId::from(&*setup.key.text), company)
}

fn intent(intent: ast::EngagementIntent) -> EngagementIntent {
    match intent {
        ast::EngagementIntent::Cold => EngagementIntent::Cold,
        ast::EngagementIntent::Warm => EngagementIntent::Warm,
        ast::EngagementIntent::Hot => EngagementIntent::Hot,
        ast::EngagementIntent::OnFire => EngagementIntent::OnFire,
    }
}

/// Fields of a company, which may be written with `account.` before their name.
fn fields(fields: &Fields) -> impl Iterator<Item = (ProfileField, String)> + '_ {
    fields.iter().map(|(field, value)| (bare(field).into(), value.to_string()))
}

fn bare(field: &str) -> &str {
    field.strip_prefix("account.").unwrap_or(field)
}

/// The account mapping.
pub(crate) fn account_mapping(pairs: &[Pair]) -> Vec<(ProfileField, FieldName)> {
    pairs.iter().map(|(from, to)| (bare(from).into(), (&*to.text).into())).collect()
}

/// What the engine hears of a line.
pub(crate) fn signals_event(verb: &SignalsVerb) -> (Subject, EventKind) {
    let account = |name: &Text| Subject::Account(CompanyId::from(&*name.text));
    let list_of = |name: &Text| Subject::List(ListId::from(&*name.text));
    match verb {
        SignalsVerb::OpenList { list, .. } => (list_of(list), EventKind::ListOpened),
        SignalsVerb::PushAccounts { list, by, confirmed } => {
            (list_of(list), EventKind::ListPushed { by: rep(by), is_confirmed: *confirmed })
        }
        SignalsVerb::OpenAccount { account: name, .. } => (account(name), EventKind::AccountOpened),
        SignalsVerb::CreateAccount { account: name, by } => {
            (account(name), EventKind::AccountCreateClicked(rep(by)))
        }
        SignalsVerb::RetryAccount { account: name, by } => {
            (account(name), EventKind::AccountRetryClicked(rep(by)))
        }
        SignalsVerb::EditAccount { account: name, by, fields: values } => {
            (account(name), EventKind::AccountEdited(rep(by), fields(values).collect()))
        }
    }
}

fn rep(name: &Text) -> RepId {
    RepId::from(&*name.text)
}
