//! What the org's admin has set up, and how it answers where documents leave a choice.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::SharingModel;

/// What the org's admin has set up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct OrgSettings {
    /// API calls allowed in 24 hours.
    pub api_allocation: u64,
    /// Are more refused?
    pub enforce_api_allocation: bool,
    /// The newest API version that is served.
    pub newest_api_version: u16,
    /// First API version whose duplicate payload is spelt `duplicateResult`; older ones say
    /// `duplicateResut`.
    pub duplicate_result_since: u16,
    /// Does a duplicate payload say how the compared fields differ (`fieldDiffs`)?
    pub duplicate_field_diffs: bool,
    /// Do validation and duplicate rules apply to records made by lead conversion?
    pub conversion_enforces_rules: bool,
    /// Who owns leads that no assignment entry takes: a user or a queue. The first active
    /// administrator when absent.
    pub default_lead_owner: Option<String>,
    /// Who owns cases that no assignment entry takes: a user or a queue. The first active
    /// administrator when absent.
    pub default_case_owner: Option<String>,
    /// What everybody may do with the rows of others, by object; `full_access` for those not named.
    pub sharing: IndexMap<String, SharingModel>,
    /// Where custom lead fields go on conversion: `Score__c: Contact.Score__c`.
    pub lead_field_mapping: IndexMap<String, String>,
    /// How long a bulk job takes, in milliseconds; 0 is final at the first poll.
    pub bulk_job_ms: u64,
    /// Days that deleted rows stay in the recycle bin.
    pub recycle_bin_days: u32,
    /// How old the search index is, in milliseconds.
    pub search_delay_ms: u64,
}

impl Default for OrgSettings {
    fn default() -> Self {
        Self {
            api_allocation: 15_000,
            enforce_api_allocation: false,
            newest_api_version: crate::api::NEWEST_VERSION,
            duplicate_result_since: 60,
            duplicate_field_diffs: false,
            conversion_enforces_rules: false,
            default_lead_owner: None,
            default_case_owner: None,
            sharing: IndexMap::new(),
            lead_field_mapping: IndexMap::new(),
            bulk_job_ms: 0,
            recycle_bin_days: 15,
            search_delay_ms: 0,
        }
    }
}
