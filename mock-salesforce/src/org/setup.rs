//! What every org has before anybody sets anything up: profiles with their permission sets, a licence, opportunity
//! stages, business hours. Clients of many kinds ask for these rows when they log in (wire reference §12).

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::id::SfId;
use crate::seed::{OrgSeed, SeedError};

use super::found::Founding;
use super::opportunity::STAGES;

/// Profiles of a fresh org beside those that the seed's users have.
const PROFILES: [&str; 6] = [
    "System Administrator",
    "Standard User",
    "Read Only",
    "Marketing User",
    "Standard Platform User",
    "Minimum Access - Salesforce",
];
const LICENCES: u32 = 1_000;
const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

impl Founding<'_> {
    /// Makes the rows that no seed names.
    pub(super) fn setup(&mut self, seed: &OrgSeed) -> Result<(), SeedError> {
        for name in PROFILES {
            self.profile(name)?;
        }
        self.owned_permission_sets()?;
        let row = json!({"Name": "Salesforce", "MasterLabel": "Salesforce", "LicenseDefinitionKey": "SFDC",
            "Status": "Active", "TotalLicenses": LICENCES, "UsedLicenses": seed.users.len().max(1)});
        self.row("UserLicense", None, row)?;
        for (order, (name, probability, category, closed, won)) in (1..).zip(STAGES) {
            let row = json!({"MasterLabel": name, "ApiName": name, "IsActive": true, "SortOrder": order,
                "IsClosed": closed, "IsWon": won, "ForecastCategory": category,
                "ForecastCategoryName": category, "DefaultProbability": probability});
            self.row("OpportunityStage", None, row)?;
        }
        self.business_hours(&seed.organization.time_zone)
    }

    /// Each profile has a permission set of its own, which its users are assigned to.
    fn owned_permission_sets(&mut self) -> Result<(), SeedError> {
        let mut sets = BTreeMap::new();
        for profile in self.ids("Profile") {
            let name = self.org.get(profile).map(|row| self.org.stored(row, "Name").to_string());
            let administrator = name.as_deref() == Some("System Administrator");
            let row = json!({"Name": format!("X{profile}"), "Label": name, "ProfileId": profile.to_string(),
                "IsOwnedByProfile": true, "IsCustom": false, "Type": "Profile", "PermissionsApiEnabled": true,
                "PermissionsViewAllData": administrator, "PermissionsModifyAllData": administrator,
                "PermissionsViewSetup": administrator, "PermissionsManageUsers": administrator});
            sets.insert(profile, self.row("PermissionSet", None, row)?);
        }
        for user in self.ids("User") {
            let Some(set) = self.org.profile_of(user).and_then(|profile| sets.get(&profile)) else {
                continue;
            };
            let row = json!({"PermissionSetId": set.to_string(), "AssigneeId": user.to_string()});
            self.row("PermissionSetAssignment", None, row)?;
        }
        Ok(())
    }

    /// Around the clock.
    fn business_hours(&mut self, zone: &str) -> Result<(), SeedError> {
        let hours =
            DAYS.iter().flat_map(|day| ["StartTime", "EndTime"].map(|end| format!("{day}{end}")));
        let mut row: serde_json::Map<String, Json> =
            hours.map(|name| (name, Json::from("00:00:00.000Z"))).collect();
        let own = [
            ("Name", json!("Default")),
            ("IsActive", json!(true)),
            ("IsDefault", json!(true)),
            ("TimeZoneSidKey", json!(zone)),
        ];
        row.extend(own.map(|(name, value)| (name.to_owned(), value)));
        self.row("BusinessHours", None, Json::Object(row)).map(|_| ())
    }

    fn ids(&self, object: &str) -> Vec<SfId> {
        let object = self.org.standard(object);
        self.org.rows(object.index).map(crate::Record::id).collect()
    }
}
