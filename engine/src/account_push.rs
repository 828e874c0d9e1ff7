//! What may an admin do with the companies of Signals, which of them does a list show, and what does a new account contain?
//!
//! Accounts come to the CRM in two ways only: a whole list, which has to be confirmed, or one account (AC-10, AC-11, AC-17).
//! Both need the capability (AC-02) and an admin (AC-09), and both write the account mapping and nothing else (AC-05), so
//! that one company gives one payload. A company that has an account already, by name or domain, gets no second one
//! (AC-22d); DD-05 to DD-07 choose among several. The visitor sync never gets here (K-05).

use crate::{
    AccountKey, Company, Config, EngagementIntent, FieldName, FieldValues, ListFilter, RecordId,
    Rule, account::account_domain, mapping,
};

/// What somebody clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountClick {
    /// "Push to Salesforce" on a list, and whether "Yes" confirmed it.
    PushList {
        /// Whether it was confirmed.
        is_confirmed: bool,
    },
    /// "Create in Salesforce" on an Account 360.
    Create,
    /// "Retry" on an Account 360.
    Retry {
        /// Whether a creation had failed.
        has_failed: bool,
    },
}

/// Is the click taken? `Err` says why not.
pub fn take_account_click(
    click: AccountClick,
    is_enabled: bool,
    is_admin: bool,
) -> Result<Rule, Rule> {
    if !is_enabled {
        return Err(Rule::AccountsNotEnabled);
    }
    if !is_admin {
        return Err(Rule::AccountsNeedAdmin);
    }
    match click {
        AccountClick::PushList { is_confirmed: true } => Ok(Rule::AccountListPushed),
        AccountClick::PushList { is_confirmed: false } => Err(Rule::AccountPushNotConfirmed),
        AccountClick::Create => Ok(Rule::AccountClicked),
        AccountClick::Retry { has_failed: true } => Ok(Rule::AccountRetried),
        AccountClick::Retry { has_failed: false } => Err(Rule::NothingToRetry),
    }
}

/// What a company's account is looked for by.
pub fn key_of_company(company: &Company) -> AccountKey {
    AccountKey {
        company: company.get(NAME).map(str::to_owned),
        domain: company.get(DOMAIN).and_then(account_domain),
    }
}

/// Why a list does not show a company, whatever the CRM holds.
pub fn filtered_out(company: &Company, filter: &ListFilter) -> Option<Rule> {
    if filter.icp.is_some_and(|wanted| wanted != company.is_icp) {
        return Some(Rule::ListedByProfile);
    }
    let fits = filter.intents.is_empty() || filter.intents.contains(&company.intent);
    (!fits).then_some(Rule::ListedByIntent)
}

/// Why a list does not show a company that has, or has not, an account in the CRM.
pub fn unlisted(account: Option<&RecordId>, filter: &ListFilter) -> Option<Rule> {
    (filter.not_in_salesforce && account.is_some()).then_some(Rule::AccountInSalesforce)
}

/// Hints for whoever keeps a list: which of the advised filters it lacks (AC-08).
pub fn list_hints(filter: &ListFilter) -> Vec<&'static str> {
    let strong = [EngagementIntent::Hot, EngagementIntent::OnFire];
    let is_strong =
        !filter.intents.is_empty() && filter.intents.iter().all(|it| strong.contains(it));
    let hints = [
        ("filter_not_in_salesforce", filter.not_in_salesforce),
        ("filter_ideal_customer_profile", filter.icp == Some(true)),
        ("filter_hot_and_on_fire", is_strong),
    ];
    hints.into_iter().filter(|(_, has)| !has).map(|(hint, _)| hint).collect()
}

/// What is done for a company, now that its account was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountDeed {
    /// It gets an account.
    Create,
    /// It has one.
    Leave,
}

/// What is done for a company, now that its account was looked for?
pub fn account_deed(account: Option<&RecordId>) -> AccountDeed {
    if account.is_some() { AccountDeed::Leave } else { AccountDeed::Create }
}

/// What a new account contains, and which mapped values do not fit their field.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountPlan {
    /// The fields to send, in the mapping's order.
    pub fields: FieldValues,
    /// Fields whose value does not fit their type and is left out.
    pub dropped: Vec<FieldName>,
}

/// What a new account contains: what is mapped and known, and the constants.
pub fn account_fields(company: &Company, config: &Config) -> AccountPlan {
    let mut plan = AccountPlan { fields: FieldValues::new(), dropped: Vec::new() };
    let mapping = &config.mapping;
    let mapped = mapping.account.iter().map(|(from, to)| (to, company.get(from.as_str())));
    let constants = mapping.account_constants.iter().map(|(to, value)| (to, Some(value.as_str())));
    for (to, text) in mapped.chain(constants) {
        let Some(text) = text else { continue };
        if plan.fields.iter().any(|(name, _)| name == to) {
            continue;
        }
        match mapping::write_field(("Account", to), text, config) {
            Some(value) => plan.fields.push((to.clone(), value)),
            None => plan.dropped.push(to.clone()),
        }
    }
    plan
}

/// What an Account 360 offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountOffer {
    /// "Create in Salesforce".
    Create,
    /// "Retry".
    Retry,
}

impl AccountOffer {
    /// The word for it in the view.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create_account",
            Self::Retry => "retry_account",
        }
    }
}

/// How a company stands, as its Account 360 shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct AccountStanding {
    /// Whether account creation is enabled.
    pub is_enabled: bool,
    /// Whether it is known to have no account.
    pub is_missing: bool,
    /// Whether a creation failed.
    pub has_failed: bool,
    /// Whether a creation is under way.
    pub is_under_way: bool,
}

/// What does an Account 360 offer? Nothing before the search has an answer, and nothing once there is an account (AC-18).
pub fn account_offer(standing: AccountStanding) -> Option<AccountOffer> {
    let AccountStanding { is_enabled, is_missing, has_failed, is_under_way } = standing;
    if !is_enabled || !is_missing || is_under_way {
        return None;
    }
    Some(if has_failed { AccountOffer::Retry } else { AccountOffer::Create })
}

const NAME: &str = "name";
const DOMAIN: &str = "domain";

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{Value, acme};

    #[test]
    fn a_list_is_pushed_when_confirmed() {
        let push = |is_confirmed| AccountClick::PushList { is_confirmed };
        clicked(push(true), "enabled admin", expect!["account_push.list"]);
        clicked(push(false), "enabled admin", expect!["not: account_push.not_confirmed"]);
    }

    #[test]
    fn only_admins_write_and_only_where_it_is_enabled() {
        clicked(AccountClick::Create, "enabled admin", expect!["account_push.single"]);
        clicked(AccountClick::Create, "enabled", expect!["not: account_push.not_admin"]);
        clicked(AccountClick::Create, "admin", expect!["not: account_push.not_enabled"]);
    }

    #[test]
    fn what_failed_is_retried() {
        let retry = |has_failed| AccountClick::Retry { has_failed };
        clicked(retry(true), "enabled admin", expect!["account_push.retry"]);
        clicked(retry(false), "enabled admin", expect!["not: account_push.nothing_to_retry"]);
    }

    #[test]
    fn filters_combine() {
        let filter = filter("icp hot on_fire");
        let shown = |it: &str| filtered_out(&company(it), &filter).map(Rule::id);
        assert_eq!(shown("icp hot"), None);
        assert_eq!(shown("icp on_fire"), None);
        assert_eq!(shown("icp warm"), Some("account_push.other_intent"));
        assert_eq!(shown("hot"), Some("account_push.other_profile"));
        assert_eq!(filtered_out(&company("cold"), &ListFilter::default()), None);
    }

    #[test]
    fn a_working_list_leaves_out_what_is_in_salesforce() {
        let id = RecordId::from("001");
        let filter = filter("new");
        assert_eq!(unlisted(Some(&id), &filter), Some(Rule::AccountInSalesforce));
        assert_eq!(unlisted(None, &filter), None);
        assert_eq!(unlisted(Some(&id), &ListFilter::default()), None);
        assert_eq!(account_deed(Some(&id)), AccountDeed::Leave);
        assert_eq!(account_deed(None), AccountDeed::Create);
    }

    #[test]
    fn the_advised_filters_are_hinted_at() {
        assert_eq!(list_hints(&filter("new icp hot on_fire")), Vec::<&str>::new());
        assert_eq!(list_hints(&filter("new icp warm hot")), ["filter_hot_and_on_fire"]);
        assert_eq!(list_hints(&ListFilter::default()).len(), 3);
    }

    #[test]
    fn a_company_is_looked_for_by_name_and_domain() {
        let key = key_of_company(&company("hot"));
        assert_eq!(key.company.as_deref(), Some("Globex"));
        assert_eq!(key.domain.as_deref(), Some("globex.example"));
        let mut free = company("hot");
        free.fields.insert("domain".into(), "gmail.com".to_owned());
        assert_eq!(key_of_company(&free).domain, None);
    }

    #[test]
    fn the_payload_is_the_mapping() {
        let mut config = acme::config();
        config.mapping.account = vec![
            ("name".into(), "Name".into()),
            ("domain".into(), "Website".into()),
            ("industry".into(), "Industry".into()),
        ];
        config.mapping.account_constants = vec![("AccountSource".into(), "Web".to_owned())];
        let plan = account_fields(&company("hot"), &config);
        let sent: Vec<String> = plan
            .fields
            .iter()
            .map(|(name, value)| format!("{name}={}", Value::text(value).unwrap()))
            .collect();
        assert_eq!(sent.join(" "), "Name=Globex Website=www.Globex.example AccountSource=Web");
    }

    #[test]
    fn an_account_360_offers_one_thing_at_most() {
        let standing = |words: &str| AccountStanding {
            is_enabled: words.contains("enabled"),
            is_missing: words.contains("missing"),
            has_failed: words.contains("failed"),
            is_under_way: words.contains("busy"),
        };
        let offered = |words: &str| account_offer(standing(words)).map(AccountOffer::word);
        assert_eq!(offered("enabled missing"), Some("create_account"));
        assert_eq!(offered("enabled missing failed"), Some("retry_account"));
        assert_eq!(offered("enabled missing busy"), None);
        assert_eq!(offered("enabled"), None);
        assert_eq!(offered("missing"), None);
    }

    #[track_caller]
    fn clicked(click: AccountClick, who: &str, expected: Expect) {
        let taken = take_account_click(click, who.contains("enabled"), who.contains("admin"));
        expected.assert_eq(&match taken {
            Ok(rule) => rule.to_string(),
            Err(rule) => format!("not: {rule}"),
        });
    }

    fn filter(words: &str) -> ListFilter {
        let has = |word: &str| words.split(' ').any(|it| it == word);
        let intents = [
            EngagementIntent::Cold,
            EngagementIntent::Warm,
            EngagementIntent::Hot,
            EngagementIntent::OnFire,
        ];
        ListFilter {
            not_in_salesforce: has("new"),
            icp: has("icp").then_some(true),
            intents: intents.into_iter().filter(|it| has(it.word())).collect(),
        }
    }

    fn company(words: &str) -> Company {
        let intent = filter(words).intents.first().copied().unwrap_or(EngagementIntent::Cold);
        Company {
            fields: [("name", " Globex"), ("domain", "www.Globex.example"), ("industry", " ")]
                .map(|(field, value)| (field.into(), value.to_owned()))
                .into(),
            is_icp: words.contains("icp"),
            intent,
        }
    }
}
