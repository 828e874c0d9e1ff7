//! Fields that no row stores because they follow from others: fields of a campaign member's person,
//! roll-ups of a campaign, photo addresses.

use crate::formula::{Formula, Scope};
use crate::id::SfId;
use crate::record::Record;
use crate::schema::{FieldIndex, FieldKind, FieldSchema, ObjectIndex};
use crate::value::{FieldValue, Value, ValueRef};

use super::Org;

impl Org {
    /// What a field of a row says, stored or computed. Compound fields are null: their parts say it.
    pub fn value<'a>(&'a self, row: &'a Record, field: FieldIndex) -> FieldValue<'a> {
        let object = self.schema.at(row.object());
        let system = object.system;
        if Some(field) == system.id {
            return FieldValue::Computed(Value::Id(row.id()));
        }
        if Some(field) == system.is_deleted {
            return FieldValue::Computed(Value::Bool(row.is_deleted()));
        }
        if Some(field) == system.photo {
            return FieldValue::Computed(Value::text(&format!(
                "/services/images/photo/{}",
                row.id()
            )));
        }
        if Some(field) == system.last_activity {
            return FieldValue::Computed(self.last_activity(row));
        }
        let schema = object.field_at(field);
        if let Some(formula) = &schema.formula {
            return FieldValue::Computed(self.formula_value(row, schema, &formula.formula));
        }
        let name = &*schema.name;
        match &*object.name {
            "CampaignMember" => self.member_value(row, field, name),
            "Campaign" if name.starts_with("Number") || name.starts_with("Amount") => {
                self.campaign_value(row, field, name)
            }
            _ => FieldValue::Stored(row.get(field)),
        }
    }

    /// Does every row of the object store the field, so that [`Record::get`] is what it says?
    pub(crate) fn is_stored(&self, object: ObjectIndex, field: FieldIndex) -> bool {
        let object = self.schema.at(object);
        let system = object.system;
        let worked_out = [system.id, system.is_deleted, system.photo, system.last_activity];
        !worked_out.contains(&Some(field))
            && object.field_at(field).formula.is_none()
            && !matches!(&*object.name, "CampaignMember" | "Campaign")
    }

    /// What a formula field says now, to whoever reads.
    fn formula_value(&self, row: &Record, field: &FieldSchema, formula: &Formula) -> Value {
        let scope = Scope { org: self, cx: &self.reader, before: None, after: row, is_new: false };
        match formula.evaluate(&scope) {
            Value::Double(number) => round(number, field.scale),
            Value::Null if field.kind == FieldKind::Boolean => Value::Bool(false),
            value => value,
        }
    }

    /// The latest day of an event, or of a task that is closed, with or about the row; of an
    /// account also those of its contacts and opportunities.
    fn last_activity(&self, row: &Record) -> Value {
        let ways: &[&str] = match &*self.schema.at(row.object()).name {
            "Lead" => &["WhoId"],
            "Contact" => &["WhoId", "WhatId"],
            "Account" => &["AccountId", "WhatId"],
            _ => &["WhatId"],
        };
        let mut days = ["Event", "Task"].into_iter().flat_map(|object| {
            let object = self.standard(object);
            let ids: Vec<SfId> =
                ways.iter().flat_map(|way| self.referring(&object, way, row.id())).collect();
            ids.into_iter().filter_map(move |id| self.day_of_activity(id))
        });
        let first = days.next();
        first.map_or(Value::Null, |first| Value::Date(days.fold(first, i32::max)))
    }

    /// The day of an event, or of a task that is closed.
    fn day_of_activity(&self, id: SfId) -> Option<i32> {
        let activity = self.get(id)?;
        let done = &*self.schema.at(activity.object()).name == "Event"
            || self.stored(activity, "IsClosed").is_true();
        match self.stored(activity, "ActivityDate") {
            ValueRef::Date(day) if done => Some(day),
            _ => None,
        }
    }

    fn member_value<'a>(
        &'a self,
        row: &'a Record,
        field: FieldIndex,
        name: &str,
    ) -> FieldValue<'a> {
        let stored = row.get(field);
        if !stored.is_null()
            && !matches!(name, "DoNotCall" | "HasOptedOutOfEmail" | "HasOptedOutOfFax")
        {
            return FieldValue::Stored(stored);
        }
        let contact = self.stored(row, "ContactId").as_id();
        let lead = self.stored(row, "LeadId").as_id();
        let Some(person) = contact.or(lead).and_then(|id| self.get(id)) else {
            return FieldValue::Stored(stored);
        };
        match name {
            "Type" => FieldValue::Computed(Value::text(&self.schema.at(person.object()).name)),
            "LeadOrContactId" => FieldValue::Computed(Value::Id(person.id())),
            "LeadOrContactOwnerId" => FieldValue::Stored(self.stored(person, "OwnerId")),
            "CompanyOrAccount" => self.company_of(person),
            "Street" | "City" | "State" | "PostalCode" | "Country" if contact.is_some() => {
                FieldValue::Stored(self.stored(person, &format!("Mailing{name}")))
            }
            "FirstName" | "LastName" | "Name" | "Salutation" | "Title" | "Street" | "City"
            | "State" | "PostalCode" | "Country" | "Email" | "Phone" | "Fax" | "MobilePhone"
            | "Description" | "DoNotCall" | "HasOptedOutOfEmail" | "HasOptedOutOfFax"
            | "LeadSource" => FieldValue::Stored(self.stored(person, name)),
            _ => FieldValue::Stored(stored),
        }
    }

    fn company_of<'a>(&'a self, person: &'a Record) -> FieldValue<'a> {
        let account = self.stored(person, "AccountId").as_id().and_then(|id| self.get(id));
        FieldValue::Stored(
            account.map_or_else(
                || self.stored(person, "Company"),
                |account| self.stored(account, "Name"),
            ),
        )
    }

    fn campaign_value<'a>(
        &'a self,
        row: &'a Record,
        field: FieldIndex,
        name: &str,
    ) -> FieldValue<'a> {
        let members = |wanted: fn(&Self, &Record) -> bool| {
            let object = self.standard("CampaignMember");
            let ids = self.referring(&object, "CampaignId", row.id());
            let rows = ids.into_iter().filter_map(|id| self.live(id));
            count(rows.filter(|member| wanted(self, member)).count())
        };
        let value = match name {
            "NumberOfLeads" => members(|org, m| org.stored(m, "ContactId").is_null()),
            "NumberOfContacts" => members(|org, m| !org.stored(m, "ContactId").is_null()),
            "NumberOfResponses" => members(|org, m| org.stored(m, "HasResponded").is_true()),
            "NumberOfConvertedLeads" => members(|org, m| {
                let lead = org.stored(m, "LeadId").as_id().and_then(|id| org.get(id));
                lead.is_some_and(|lead| org.stored(lead, "IsConverted").is_true())
            }),
            "NumberOfOpportunities" => count(self.opportunities(row.id(), false).len()),
            "NumberOfWonOpportunities" => count(self.opportunities(row.id(), true).len()),
            "AmountAllOpportunities" => self.amount(&self.opportunities(row.id(), false)),
            "AmountWonOpportunities" => self.amount(&self.opportunities(row.id(), true)),
            _ => return FieldValue::Stored(row.get(field)),
        };
        FieldValue::Computed(value)
    }

    fn opportunities(&self, campaign: SfId, won: bool) -> Vec<SfId> {
        let object = self.standard("Opportunity");
        let mut ids = self.referring(&object, "CampaignId", campaign);
        let is_won =
            |id: &SfId| self.get(*id).is_some_and(|row| self.stored(row, "IsWon").is_true());
        ids.retain(|id| !won || is_won(id));
        ids
    }

    fn amount(&self, opportunities: &[SfId]) -> Value {
        let rows = opportunities.iter().filter_map(|id| self.get(*id));
        Value::Double(rows.filter_map(|row| self.stored(row, "Amount").as_number()).sum())
    }
}

/// Does a field of a campaign member follow from its person?
pub(crate) fn is_computed(object: &str, field: &str) -> bool {
    object == "CampaignMember"
        && matches!(field, "Name" | "Email" | "LeadOrContactId" | "LeadOrContactOwnerId")
}

/// A number at the scale of its field, half away from zero.
fn round(number: f64, scale: u8) -> Value {
    let factor = 10_f64.powi(i32::from(scale));
    let rounded = (number * factor).round() / factor;
    Value::Double(if rounded.is_finite() { rounded } else { number })
}

fn count(n: usize) -> Value {
    Value::Int(i64::try_from(n).unwrap_or(i64::MAX))
}
