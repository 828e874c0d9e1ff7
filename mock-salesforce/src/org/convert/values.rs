//! Which value of a lead goes into which field of what it becomes?
//!
//! Wire reference §9 says what happens; the pairs are Salesforce's standard lead mapping over the
//! fields of §12, with the org's own pairs after them. What the caller gives goes over what the
//! lead has. A new opportunity has the lead's company for a name unless another is given, the
//! first stage, and closes with the quarter.

use crate::id::SfId;
use crate::org::Org;
use crate::org::context::{FieldInput, SaveContext};
use crate::org::error::OrgError;
use crate::org::save::Values;
use crate::record::Record;
use crate::schema::ObjectSchema;
use crate::timestamp::{civil, days_of, month_length};
use crate::value::Value;

use super::Conversion;

/// Lead field, account field.
pub(super) const TO_ACCOUNT: [(&str, &str); 14] = [
    ("Company", "Name"),
    ("Street", "BillingStreet"),
    ("City", "BillingCity"),
    ("State", "BillingState"),
    ("PostalCode", "BillingPostalCode"),
    ("Country", "BillingCountry"),
    ("Phone", "Phone"),
    ("Fax", "Fax"),
    ("Website", "Website"),
    ("Industry", "Industry"),
    ("AnnualRevenue", "AnnualRevenue"),
    ("NumberOfEmployees", "NumberOfEmployees"),
    ("Rating", "Rating"),
    ("LeadSource", "AccountSource"),
];

/// Lead field, contact field.
pub(super) const TO_CONTACT: [(&str, &str); 18] = [
    ("FirstName", "FirstName"),
    ("LastName", "LastName"),
    ("Salutation", "Salutation"),
    ("Title", "Title"),
    ("Email", "Email"),
    ("Phone", "Phone"),
    ("Fax", "Fax"),
    ("MobilePhone", "MobilePhone"),
    ("LeadSource", "LeadSource"),
    ("Description", "Description"),
    ("Street", "MailingStreet"),
    ("City", "MailingCity"),
    ("State", "MailingState"),
    ("PostalCode", "MailingPostalCode"),
    ("Country", "MailingCountry"),
    ("DoNotCall", "DoNotCall"),
    ("HasOptedOutOfEmail", "HasOptedOutOfEmail"),
    ("HasOptedOutOfFax", "HasOptedOutOfFax"),
];

impl Org {
    /// Puts the values that the caller gave over those of the lead.
    pub(super) fn overlay(
        &self,
        cx: &SaveContext,
        object: &ObjectSchema,
        values: &mut Values,
        record: Option<&FieldInput>,
    ) -> Result<(), Vec<OrgError>> {
        let Some(record) = record else { return Ok(()) };
        for (field, value) in self.read_fields(cx, object, record, true)? {
            let value = value.into_owned();
            values.retain(|(own, _)| *own != field);
            values.push((field, value));
        }
        Ok(())
    }

    pub(super) fn opportunity_values(
        &self,
        cx: &SaveContext,
        conversion: &Conversion,
        (lead, account): (&Record, SfId),
        owner: SfId,
    ) -> Values {
        let opportunities = self.standard("Opportunity");
        let mut values = self.mapped(&opportunities, lead, &[("LeadSource", "LeadSource")]);
        let company = || self.stored(lead, "Company").into_owned();
        let name = conversion.opportunity_name.as_deref().map_or_else(company, Value::text);
        push(&opportunities, &mut values, "Name", name);
        push(&opportunities, &mut values, "AccountId", Value::Id(account));
        push(&opportunities, &mut values, "OwnerId", Value::Id(owner));
        let first_stage = opportunities.field("StageName").and_then(|f| f.picklist.values.first());
        if let Some(stage) = first_stage {
            push(&opportunities, &mut values, "StageName", Value::Text(stage.value.clone()));
        }
        push(&opportunities, &mut values, "CloseDate", Value::Date(quarter_end(self.today(cx))));
        let members = self.referring(&self.standard("CampaignMember"), "LeadId", lead.id());
        let campaign =
            members.last().and_then(|id| self.get(*id)).map(|row| self.stored(row, "CampaignId"));
        if let Some(campaign) = campaign {
            push(&opportunities, &mut values, "CampaignId", campaign.into_owned());
        }
        values
    }

    /// Lead values under the names of another object: the standard mapping and the org's own.
    pub(super) fn mapped(
        &self,
        target: &ObjectSchema,
        lead: &Record,
        mapping: &[(&str, &str)],
    ) -> Values {
        let own = self.settings.lead_field_mapping.iter().filter_map(|(from, to)| {
            let (object, field) = to.split_once('.')?;
            object.eq_ignore_ascii_case(&target.name).then_some((from.as_str(), field))
        });
        let pairs = mapping.iter().copied().chain(own);
        let value = |(from, to): (&str, &str)| {
            let value = self.stored(lead, from);
            (!value.is_null()).then(|| Some((target.field_index(to)?, value.into_owned())))?
        };
        pairs.filter_map(value).collect()
    }
}

pub(super) fn push(object: &ObjectSchema, values: &mut Values, field: &str, value: Value) {
    if let Some(field) = object.field_index(field) {
        values.retain(|(own, _)| *own != field);
        values.push((field, value));
    }
}

/// The last day of the quarter that a day is in.
fn quarter_end(days: i32) -> i32 {
    let (year, month, _) = civil(days);
    let last = (month - 1) / 3 * 3 + 3;
    days_of(year, last, month_length(year, last)).unwrap_or(days)
}
