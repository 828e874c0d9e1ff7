//! Account creation from Signals, answered wrongly.

use engine::{
    AccountClick, AccountDeed, AccountKey, AccountOffer, AccountPlan, AccountStanding, Company,
    Config, ListFilter, RecordId, Rule, Rules, Standard,
};

use super::mutants;

/// A click, taken whatever the reason against it.
fn taken(
    click: AccountClick,
    is_enabled: bool,
    is_admin: bool,
    against: Rule,
) -> Result<Rule, Rule> {
    match Standard.take_account_click(click, is_enabled, is_admin) {
        Err(rule) if rule == against => Standard.take_account_click(
            match click {
                AccountClick::PushList { .. } => AccountClick::PushList { is_confirmed: true },
                other => other,
            },
            true,
            true,
        ),
        answer => answer,
    }
}

/// A click, not taken although nothing is against it.
fn not_taken(
    click: AccountClick,
    (is_enabled, is_admin): (bool, bool),
    instead_of: Rule,
) -> Result<Rule, Rule> {
    match Standard.take_account_click(click, is_enabled, is_admin) {
        Ok(rule) if rule == instead_of => Err(Rule::AccountPushNotConfirmed),
        answer => answer,
    }
}

mutants! {
    #[doc = "accounts are created although the capability is not enabled"]
    AccountsWithoutTheCapability violates [AccountsNotEnabled] breaks ["AC-02"] {
        fn take_account_click(&self, click: AccountClick, is_enabled: bool, is_admin: bool) -> Result<Rule, Rule> {
            taken(click, is_enabled, is_admin, Rule::AccountsNotEnabled)
        }
        fn account_offer(&self, standing: AccountStanding) -> Option<AccountOffer> {
            Standard.account_offer(AccountStanding { is_enabled: true, ..standing })
        }
    }

    #[doc = "anybody writes accounts"]
    AnybodyWritesAccounts violates [AccountsNeedAdmin] breaks ["AC-09"] {
        fn take_account_click(&self, click: AccountClick, is_enabled: bool, is_admin: bool) -> Result<Rule, Rule> {
            taken(click, is_enabled, is_admin, Rule::AccountsNeedAdmin)
        }
    }

    #[doc = "a push does not wait for Yes"]
    PushDoesNotWaitForYes violates [AccountPushNotConfirmed] breaks ["AC-11"] {
        fn take_account_click(&self, click: AccountClick, is_enabled: bool, is_admin: bool) -> Result<Rule, Rule> {
            taken(click, is_enabled, is_admin, Rule::AccountPushNotConfirmed)
        }
    }

    #[doc = "a confirmed push does nothing"]
    ConfirmedPushDoesNothing violates [AccountListPushed, AccountListBusy, AccountListRefreshed, AccountListEmpty]
        breaks ["AC-01", "AC-10", "AC-11", "AC-12", "AC-13", "AC-14", "AC-21"]
    {
        fn take_account_click(&self, click: AccountClick, is_enabled: bool, is_admin: bool) -> Result<Rule, Rule> {
            not_taken(click, (is_enabled, is_admin), Rule::AccountListPushed)
        }
    }

    #[doc = "Create in Salesforce does nothing"]
    CreateInSalesforceDoesNothing violates [AccountClicked] breaks ["AC-10", "AC-17"] {
        fn take_account_click(&self, click: AccountClick, is_enabled: bool, is_admin: bool) -> Result<Rule, Rule> {
            not_taken(click, (is_enabled, is_admin), Rule::AccountClicked)
        }
    }

    #[doc = "Retry does nothing"]
    RetryDoesNothing violates [AccountRetried] breaks ["AC-20"] {
        fn take_account_click(&self, click: AccountClick, is_enabled: bool, is_admin: bool) -> Result<Rule, Rule> {
            not_taken(click, (is_enabled, is_admin), Rule::AccountRetried)
        }
    }

    #[doc = "Retry creates what never failed"]
    RetryWithoutAFailure violates [NothingToRetry] breaks ["AC-20"] {
        fn take_account_click(&self, click: AccountClick, is_enabled: bool, is_admin: bool) -> Result<Rule, Rule> {
            let click = match click {
                AccountClick::Retry { .. } => AccountClick::Retry { has_failed: true },
                other => other,
            };
            Standard.take_account_click(click, is_enabled, is_admin)
        }
    }

    #[doc = "a company with an account gets another one"]
    SecondAccountIsCreated violates [AccountExists] breaks ["AC-21", "AC-22d"] {
        fn account_deed(&self, _account: Option<&RecordId>) -> AccountDeed {
            AccountDeed::Create
        }
    }

    #[doc = "a company is looked for by name alone"]
    CompanyDomainTellsNothing breaks ["AC-22d"] {
        fn key_of_company(&self, company: &Company) -> AccountKey {
            AccountKey { domain: None, ..Standard.key_of_company(company) }
        }
    }

    #[doc = "the working list shows what is in Salesforce"]
    ListShowsWhatIsInSalesforce violates [AccountInSalesforce] breaks ["AC-07", "AC-13", "AC-14"] {
        fn unlisted(&self, _account: Option<&RecordId>, _filter: &ListFilter) -> Option<Rule> {
            None
        }
    }

    #[doc = "the list hides what is not in Salesforce"]
    ListHidesEverything violates [AccountListed, TryAccountSingly] breaks ["AC-07", "AC-15", "AC-16"] {
        fn unlisted(&self, _account: Option<&RecordId>, _filter: &ListFilter) -> Option<Rule> {
            Some(Rule::AccountInSalesforce)
        }
    }

    #[doc = "the Ideal Customer Profile filters nothing"]
    ProfileFiltersNothing violates [ListedByProfile] breaks ["AC-08"] {
        fn filtered_out(&self, company: &Company, filter: &ListFilter) -> Option<Rule> {
            Standard.filtered_out(company, &ListFilter { icp: None, ..filter.clone() })
        }
    }

    #[doc = "the engagement intent filters nothing"]
    IntentFiltersNothing violates [ListedByIntent] breaks ["AC-08"] {
        fn filtered_out(&self, company: &Company, filter: &ListFilter) -> Option<Rule> {
            let filter = ListFilter { intents: std::collections::BTreeSet::new(), ..filter.clone() };
            Standard.filtered_out(company, &filter)
        }
    }

    #[doc = "no list lacks an advised filter"]
    NothingIsAdvised breaks ["AC-08"] {
        fn list_hints(&self, _filter: &ListFilter) -> Vec<&'static str> {
            Vec::new()
        }
    }

    #[doc = "a new account contains its name alone"]
    AccountsContainTheNameAlone violates [AccountMapped] breaks ["AC-05", "AC-10"] {
        fn account_fields(&self, company: &Company, config: &Config) -> AccountPlan {
            let mut plan = Standard.account_fields(company, config);
            plan.fields.retain(|(field, _)| field.as_str() == "Name");
            plan
        }
    }

    #[doc = "a new account contains nothing that Salesforce takes"]
    AccountsContainNothing violates [AccountCreated] breaks ["AC-01", "AC-17", "AC-18"] {
        fn account_fields(&self, company: &Company, config: &Config) -> AccountPlan {
            let plan = Standard.account_fields(company, config);
            AccountPlan { fields: Vec::new(), dropped: plan.dropped }
        }
    }

    #[doc = "an account that a duplicate rule names is not taken"]
    NamedAccountIsNotTaken violates [AccountAdopted] breaks ["AC-22d", "FM-61a"] {
        fn select_named_account(&self, _named: &[engine::Account]) -> engine::AccountMatch {
            Standard.select_named_account(&[])
        }
    }

    #[doc = "of the accounts that a duplicate rule names, the first is taken"]
    FirstNamedAccountIsTaken breaks ["AC-22d", "DD-05"] {
        fn select_named_account(&self, named: &[engine::Account]) -> engine::AccountMatch {
            Standard.select_named_account(named.get(..1).unwrap_or_default())
        }
    }

    #[doc = "a new account gets the industry that its rule demands, whatever the mapping knows"]
    AccountsPleaseTheRule violates [AccountRefused] breaks ["AC-06", "AC-15", "AC-19", "AC-20"] {
        fn account_fields(&self, company: &Company, config: &Config) -> AccountPlan {
            let mut plan = Standard.account_fields(company, config);
            if plan.fields.iter().all(|(field, _)| field.as_str() != "Industry") {
                plan.fields.push(("Industry".into(), engine::Value::from("Other")));
            }
            plan
        }
    }

    #[doc = "the button stays when there is an account"]
    ButtonStays breaks ["AC-18"] {
        fn account_offer(&self, standing: AccountStanding) -> Option<AccountOffer> {
            Standard.account_offer(AccountStanding { is_missing: true, is_under_way: false, ..standing })
        }
    }

    #[doc = "the button is never there"]
    ButtonIsNeverThere breaks ["AC-17"] {
        fn account_offer(&self, _standing: AccountStanding) -> Option<AccountOffer> {
            None
        }
    }

    #[doc = "a missing permission passes by itself"]
    MissingPermissionPasses breaks ["AC-03"] {
        fn classify_refusal(&self, write: &engine::RefusedWrite<'_>, refusal: &engine::Refusal, config: &Config) -> engine::Verdict {
            match Standard.classify_refusal(write, refusal, config) {
                engine::Verdict::Permanent(Rule::RefusedNoPermission) => engine::Verdict::Transient,
                verdict => verdict,
            }
        }
    }
}
