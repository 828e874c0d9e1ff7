//! Signals, as a customer configures it: the companies that visited the site, and the account lists that admins keep of
//! them (AC-02, AC-07, AC-08).
//!
//! What a company is worth is the product's own judgement: whether it fits the Ideal Customer Profile, and how strongly it
//! engages. Whether it is in Salesforce is not kept here: that is looked up.

use std::collections::{BTreeMap, BTreeSet};

use crate::{CompanyId, ListId, ProfileField, RepId};

/// Account creation, as a customer has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signals {
    /// Whether the capability is enabled (AC-02).
    pub is_enabled: bool,
    /// Who may write accounts (AC-09).
    pub admins: BTreeSet<RepId>,
    /// The companies that visited.
    pub companies: BTreeMap<CompanyId, Company>,
    /// The account lists.
    pub lists: BTreeMap<ListId, ListFilter>,
}

/// A company that visited the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// What is known of it: `name`, `domain`, and whatever else the mapping reads.
    pub fields: BTreeMap<ProfileField, String>,
    /// Whether it fits the Ideal Customer Profile.
    pub is_icp: bool,
    /// How strongly it engages.
    pub intent: EngagementIntent,
}

impl Company {
    /// A field's value, unless it is blank.
    pub fn get(&self, field: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(name, _)| name.as_str() == field);
        found.map(|(_, value)| value.trim()).filter(|it| !it.is_empty())
    }
}

/// How strongly a company engages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EngagementIntent {
    /// Hardly.
    Cold,
    /// Somewhat.
    Warm,
    /// Strongly.
    Hot,
    /// As strongly as can be.
    OnFire,
}

impl EngagementIntent {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::Warm => "warm",
            Self::Hot => "hot",
            Self::OnFire => "on_fire",
        }
    }
}

/// Which companies an account list shows; filters combine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// Only companies without an account in the CRM.
    pub not_in_salesforce: bool,
    /// Only companies that fit the Ideal Customer Profile, or only those that do not.
    pub icp: Option<bool>,
    /// Only these engagement intents; all if empty.
    pub intents: BTreeSet<EngagementIntent>,
}
