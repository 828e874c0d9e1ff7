//! Which lead statuses, record types and campaigns does an org have when it is founded?
//!
//! Those of the seed; without them the four lead statuses of a fresh org (wire reference §12) and,
//! for a campaign, the two member statuses of a new one (§10).

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::seed::{CampaignSeed, LeadStatusSeed, MemberStatusSeed, RecordTypeSeed, SeedError};

use super::Founding;

impl Founding<'_> {
    pub(super) fn statuses(&mut self, given: &[LeadStatusSeed]) -> Result<(), SeedError> {
        let statuses = if given.is_empty() { standard_statuses() } else { given.to_vec() };
        for (order, status) in (1..).zip(&statuses) {
            let row = json!({"MasterLabel": status.label, "ApiName": status.label, "SortOrder": order,
                "IsDefault": status.default, "IsConverted": status.converted});
            self.row("LeadStatus", None, row)?;
        }
        Ok(())
    }

    pub(super) fn record_type(&mut self, seed: &RecordTypeSeed) -> Result<(), SeedError> {
        let row = json!({"Name": seed.name, "DeveloperName": seed.developer_name,
            "SobjectType": seed.object, "IsActive": seed.active});
        let id = self.row("RecordType", seed.id.as_deref(), row)?;
        let mut profiles = BTreeSet::new();
        for profile in &seed.profiles {
            profiles.insert(self.profile(profile)?);
        }
        self.org.add_record_type(seed, (id, profiles))
    }

    pub(super) fn campaign(&mut self, campaign: &CampaignSeed) -> Result<(), SeedError> {
        let mut fields = json!({"Name": campaign.name, "IsActive": true});
        if let Json::Object(map) = &mut fields {
            map.extend(campaign.fields.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
        let id = self.row("Campaign", campaign.id.as_deref(), fields)?;
        let own = member_statuses(campaign);
        for (order, status) in (1..).zip(&own) {
            let row = json!({"CampaignId": id.to_string(), "Label": status.label, "SortOrder": order,
                "IsDefault": status.default, "HasResponded": status.responded});
            self.row("CampaignMemberStatus", None, row)?;
        }
        Ok(())
    }
}

/// The four statuses of a fresh org (§12).
fn standard_statuses() -> Vec<LeadStatusSeed> {
    let status = |label: &str, default, converted| LeadStatusSeed {
        label: label.to_owned(),
        default,
        converted,
    };
    vec![
        status("Open - Not Contacted", true, false),
        status("Working - Contacted", false, false),
        status("Closed - Converted", false, true),
        status("Closed - Not Converted", false, false),
    ]
}

fn member_statuses(campaign: &CampaignSeed) -> Vec<MemberStatusSeed> {
    if campaign.statuses.is_empty() {
        standard_member_statuses()
    } else {
        campaign.statuses.clone()
    }
}

/// The statuses of a new campaign (§10).
pub(in crate::org) fn standard_member_statuses() -> Vec<MemberStatusSeed> {
    let status = |label: &str, default, responded| MemberStatusSeed {
        label: label.to_owned(),
        default,
        responded,
    };
    vec![status("Sent", true, false), status("Responded", false, true)]
}
