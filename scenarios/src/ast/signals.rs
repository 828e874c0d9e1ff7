//! Signals: companies that visited, account lists, and what admins do with them.

use crate::ast::Fields;
use crate::source::Text;

/// A company that visited the site: one of `world.companies`.
#[derive(Clone, Debug, PartialEq)]
pub struct CompanySetup {
    /// The name that the file uses.
    pub key: Text,
    /// Its name.
    pub name: Option<Text>,
    /// Its domain.
    pub domain: Option<Text>,
    /// `icp`: whether it fits the Ideal Customer Profile.
    pub icp: bool,
    /// `intent`: how strongly it engages; cold if absent.
    pub intent: EngagementIntent,
    /// Further fields that a mapping may read.
    pub fields: Fields,
}

/// `engine.signals`: account creation as the customer has it.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalsSetup {
    /// `enabled`; true if absent.
    pub enabled: bool,
    /// `admins`: reps who may write accounts.
    pub admins: Vec<Text>,
    /// `lists`: the account lists in file order.
    pub lists: Vec<AccountListSetup>,
}

/// One of `engine.signals.lists`.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountListSetup {
    /// The name that the file uses.
    pub list: Text,
    /// `not_in_salesforce`
    pub not_in_salesforce: bool,
    /// `icp`; either if absent.
    pub icp: Option<bool>,
    /// `intent`; all if empty.
    pub intents: Vec<EngagementIntent>,
}

/// How strongly a company engages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum EngagementIntent {
    /// `cold`
    #[default]
    Cold,
    /// `warm`
    Warm,
    /// `hot`
    Hot,
    /// `on_fire`
    OnFire,
}

/// What somebody does on a list or in an Account 360.
#[derive(Clone, Debug, PartialEq)]
pub enum SignalsVerb {
    /// `open_list`: the list is shown.
    OpenList {
        /// List.
        list: Text,
        /// Rep.
        by: Text,
    },
    /// `push_accounts`: "Push to Salesforce".
    PushAccounts {
        /// List.
        list: Text,
        /// Rep.
        by: Text,
        /// `confirm`: whether "Yes" follows.
        confirmed: bool,
    },
    /// `open_account`: the Account 360 is shown.
    OpenAccount {
        /// Company.
        account: Text,
        /// Rep.
        by: Text,
    },
    /// `create_account`: "Create in Salesforce".
    CreateAccount {
        /// Company.
        account: Text,
        /// Rep.
        by: Text,
    },
    /// `retry_account`: "Retry".
    RetryAccount {
        /// Company.
        account: Text,
        /// Rep.
        by: Text,
    },
    /// `edit_account`: fields of the company change.
    EditAccount {
        /// Company.
        account: Text,
        /// Rep.
        by: Text,
        /// The fields.
        fields: Fields,
    },
}

impl SignalsVerb {
    /// Who does it.
    pub fn by(&self) -> &Text {
        match self {
            SignalsVerb::OpenList { by, .. }
            | SignalsVerb::PushAccounts { by, .. }
            | SignalsVerb::OpenAccount { by, .. }
            | SignalsVerb::CreateAccount { by, .. }
            | SignalsVerb::RetryAccount { by, .. }
            | SignalsVerb::EditAccount { by, .. } => by,
        }
    }

    /// The company that it is about, if it is about one.
    pub fn account(&self) -> Option<&Text> {
        match self {
            SignalsVerb::OpenList { .. } | SignalsVerb::PushAccounts { .. } => None,
            SignalsVerb::OpenAccount { account, .. }
            | SignalsVerb::CreateAccount { account, .. }
            | SignalsVerb::RetryAccount { account, .. }
            | SignalsVerb::EditAccount { account, .. } => Some(account),
        }
    }

    /// The list that it is about, if it is about one.
    pub fn list(&self) -> Option<&Text> {
        match self {
            SignalsVerb::OpenList { list, .. } | SignalsVerb::PushAccounts { list, .. } => {
                Some(list)
            }
            _ => None,
        }
    }
}
