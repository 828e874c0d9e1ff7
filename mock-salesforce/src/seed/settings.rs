//! What the org's admin has set up, and how it answers where documents leave a choice.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::SharingModel;

/// Which errors of a refused row are told together (wire reference §7.1; unverified there).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorStaging {
    /// All errors of the first stage that finds one.
    #[default]
    Staged,
    /// The first error alone.
    First,
    /// Formats, required fields and validation rules together.
    Joined,
}

/// Rows are locked for a while by whoever writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct RowLocks {
    /// How long a save holds its locks, in milliseconds of the org's clock. A save at the very
    /// same moment counts as the same call and is not in its own way.
    pub hold_ms: u64,
    /// Reference fields whose target a write locks too: `Contact.AccountId`.
    pub parents: Vec<String>,
}

impl Default for RowLocks {
    fn default() -> Self {
        let parents = [
            "Contact.AccountId",
            "Opportunity.AccountId",
            "Case.AccountId",
            "OpportunityContactRole.OpportunityId",
            "CampaignMember.CampaignId",
        ];
        Self { hold_ms: 10_000, parents: parents.map(str::to_owned).to_vec() }
    }
}

/// How many calls may run at once, when each is taken to last a fixed time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct ConcurrentCalls {
    /// Calls at once; more are refused.
    pub limit: usize,
    /// How long a call is taken to last, in milliseconds.
    pub call_ms: u64,
}

impl Default for ConcurrentCalls {
    fn default() -> Self {
        Self { limit: 25, call_ms: 20_000 }
    }
}

/// What the org's admin has set up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
#[expect(clippy::struct_excessive_bools, reason = "the switches of an org's setup pages")]
pub struct OrgSettings {
    /// API calls allowed in 24 hours.
    pub api_allocation: u64,
    /// Are more refused?
    pub enforce_api_allocation: bool,
    /// How far `Sforce-Limit-Info` may be off, in calls, as if several servers counted.
    pub api_usage_jitter: u64,
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
    /// Do new leads go to the default owner when a call asks for assignment rules and none is active? Else they stay
    /// with whoever makes them.
    pub default_owner_without_rule: bool,
    /// Who owns cases that no assignment entry takes: a user or a queue. The first active
    /// administrator when absent.
    pub default_case_owner: Option<String>,
    /// What everybody may do with the rows of others, by object; `full_access` for those not named.
    pub sharing: IndexMap<String, SharingModel>,
    /// Which errors of a refused row are told together.
    pub error_staging: ErrorStaging,
    /// HTTP status of `INSUFFICIENT_ACCESS_OR_READONLY` on a row: 403 or 400 (unverified).
    pub insufficient_access_status: u16,
    /// Is a row that the user may not see `INSUFFICIENT_ACCESS` to who reads it by id? Else it is
    /// not found.
    pub hidden_rows_are_told: bool,
    /// Is every update of a row refused whose owner has left, unless the user may update records
    /// with inactive owners?
    pub inactive_owners_block_updates: bool,
    /// May tasks and events be given to users who have left?
    pub activities_take_inactive_owners: bool,
    /// Do open activities of a lead, contact or account go with it to a new owner, if they were
    /// the old one's?
    pub transfer_moves_activities: bool,
    /// Do contacts and open opportunities of an account go with it likewise?
    pub transfer_moves_account_rows: bool,
    /// Statuses that close a task.
    pub closed_task_statuses: Vec<String>,
    /// Days after which closed tasks and past events are archived.
    pub activity_archive_days: u32,
    /// Valid countries with their states (state and country picklists are on); free text when
    /// empty. A country without states takes any.
    pub countries: IndexMap<String, Vec<String>>,
    /// Rows are locked by whoever writes them; never when absent.
    pub row_locks: Option<RowLocks>,
    /// Megabytes of data storage, at 2 kB a row; no limit when absent.
    pub data_storage_mb: Option<u64>,
    /// How many calls may run at once; any number when absent.
    pub concurrent_calls: Option<ConcurrentCalls>,
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
            api_usage_jitter: 0,
            newest_api_version: crate::api::NEWEST_VERSION,
            duplicate_result_since: 60,
            duplicate_field_diffs: false,
            conversion_enforces_rules: false,
            default_lead_owner: None,
            default_owner_without_rule: false,
            default_case_owner: None,
            sharing: IndexMap::new(),
            error_staging: ErrorStaging::Staged,
            insufficient_access_status: 403,
            hidden_rows_are_told: false,
            inactive_owners_block_updates: false,
            activities_take_inactive_owners: false,
            transfer_moves_activities: true,
            transfer_moves_account_rows: true,
            closed_task_statuses: vec!["Completed".to_owned()],
            activity_archive_days: 365,
            countries: IndexMap::new(),
            row_locks: None,
            data_storage_mb: None,
            concurrent_calls: None,
            lead_field_mapping: IndexMap::new(),
            bulk_job_ms: 0,
            recycle_bin_days: 15,
            search_delay_ms: 0,
        }
    }
}
