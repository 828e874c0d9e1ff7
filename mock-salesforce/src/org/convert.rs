//! Lead conversion (wire reference §9): a lead becomes an account, a contact and, if wanted, an
//! opportunity; its activities and campaign memberships go along; the lead stays, read-only.

use std::sync::Arc;

use crate::automation::Changes;
use crate::id::SfId;
use crate::record::Record;
use crate::schema::ObjectSchema;
use crate::timestamp::{civil, days_of, month_length};
use crate::value::Value;

use super::access::{SystemPermission, is_system};
use super::context::{FieldInput, SaveContext};
use super::delete::touch;
use super::error::OrgError;
use super::feed::ChangeKind;
use super::save::{Values, differences, one};
use super::sharing::RowRight;
use super::{Org, opportunity};

/// Lead field, account field.
const TO_ACCOUNT: [(&str, &str); 14] = [
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
const TO_CONTACT: [(&str, &str); 18] = [
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

/// What to convert, and into what.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "the options of the call")]
pub struct Conversion {
    /// The lead.
    pub lead: Option<SfId>,
    /// A lead status that says converted.
    pub converted_status: String,
    /// The account to merge into; a new one when absent.
    pub account: Option<SfId>,
    /// The contact to merge into; a new one when absent. Needs its account.
    pub contact: Option<SfId>,
    /// The opportunity to link; a new one when absent, unless none is wanted.
    pub opportunity: Option<SfId>,
    /// Is no opportunity wanted?
    pub do_not_create_opportunity: bool,
    /// The name of a new opportunity; the lead's company when absent.
    pub opportunity_name: Option<String>,
    /// Does the lead's source replace that of the contact?
    pub overwrite_lead_source: bool,
    /// The owner of new rows; the lead's owner when absent.
    pub owner: Option<SfId>,
    /// Is the owner told by e-mail? The mail is a row; nothing leaves the org.
    pub send_notification_email: bool,
    /// Do duplicate rules for accounts stay out of it?
    pub bypass_account_dedupe: bool,
    /// Do duplicate rules for contacts stay out of it?
    pub bypass_contact_dedupe: bool,
    /// Values of a new account, over those of the lead.
    pub account_record: Option<FieldInput>,
    /// Values of a new contact, over those of the lead.
    pub contact_record: Option<FieldInput>,
    /// Values of a new opportunity, over those of the lead.
    pub opportunity_record: Option<FieldInput>,
}

/// What came of a conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Converted {
    /// The lead.
    pub lead: SfId,
    /// The account.
    pub account: SfId,
    /// The contact.
    pub contact: SfId,
    /// The opportunity, if there is one.
    pub opportunity: Option<SfId>,
}

impl Org {
    /// Converts a lead, wholly or not at all.
    pub fn convert(
        &mut self,
        cx: &SaveContext,
        conversion: &Conversion,
    ) -> Result<Converted, Vec<OrgError>> {
        let enforce = self.settings.conversion_enforces_rules;
        self.transaction(|org| {
            let lead = org.convertible(cx, conversion)?;
            let owner = org.conversion_owner(cx, conversion, &lead)?;
            let outer = std::mem::replace(&mut org.lenient, !enforce);
            let outcome = org.convert_lead(cx, conversion, &lead, owner);
            org.lenient = outer;
            outcome
        })
    }

    fn convertible(
        &self,
        cx: &SaveContext,
        conversion: &Conversion,
    ) -> Result<Record, Vec<OrgError>> {
        let leads = self.standard("Lead");
        self.may_convert(cx, conversion)?;
        let id = conversion.lead.ok_or_else(|| one(OrgError::required(&["leadId"])))?;
        let lead = self.target(&leads, id).map_err(one)?;
        self.check_approval_lock(cx, id).map_err(one)?;
        if !is_system(cx) && self.row_right(cx.user, lead) < RowRight::Edit {
            return Err(one(OrgError::no_access()));
        }
        if self.stored(lead, "IsConverted").is_true() {
            return Err(one(OrgError::converted_lead()));
        }
        if !self.is_converted_status(&conversion.converted_status) {
            let message = format!("invalid convertedStatus: {}", conversion.converted_status);
            return Err(one(OrgError::new("INVALID_STATUS", message)));
        }
        self.check_targets(conversion).map_err(one)?;
        Ok(lead.clone())
    }

    /// Converting takes "Convert Leads", and the right to create what is to be created.
    fn may_convert(&self, cx: &SaveContext, conversion: &Conversion) -> Result<(), Vec<OrgError>> {
        self.may_update(cx, &self.standard("Lead"))?;
        if !is_system(cx) && !self.has(cx.user, SystemPermission::ConvertLeads) {
            return Err(one(OrgError::no_access()));
        }
        let no_opportunity = conversion.do_not_create_opportunity;
        for (object, wanted) in [
            ("Account", conversion.account.is_none()),
            ("Contact", conversion.contact.is_none()),
            ("Opportunity", conversion.opportunity.is_none() && !no_opportunity),
        ] {
            if wanted {
                self.may_create(cx, &self.standard(object))?;
            }
        }
        Ok(())
    }

    fn is_converted_status(&self, label: &str) -> bool {
        let statuses = self.standard("LeadStatus");
        self.rows(statuses.index).any(|row| {
            self.stored(row, "IsConverted").is_true()
                && self
                    .stored(row, "MasterLabel")
                    .as_text()
                    .is_some_and(|own| own.eq_ignore_ascii_case(label))
        })
    }

    /// Rows to merge into must be there, and a contact must be the account's.
    fn check_targets(&self, conversion: &Conversion) -> Result<(), OrgError> {
        let given = [
            ("Account", conversion.account),
            ("Contact", conversion.contact),
            ("Opportunity", conversion.opportunity),
        ];
        for (object, id) in given {
            let Some(id) = id else { continue };
            self.target(&self.standard(object), id)?;
        }
        let Some(contact) = conversion.contact.and_then(|id| self.live(id)) else { return Ok(()) };
        let account = conversion.account.ok_or_else(|| OrgError::required(&["accountId"]))?;
        match self.stored(contact, "AccountId").as_id() {
            Some(own) if own != account => Err(OrgError::invalid_cross_reference()),
            _ => Ok(()),
        }
    }

    fn conversion_owner(
        &self,
        cx: &SaveContext,
        conversion: &Conversion,
        lead: &Record,
    ) -> Result<SfId, Vec<OrgError>> {
        let owner = conversion.owner.or_else(|| self.stored(lead, "OwnerId").as_id());
        let owner = owner.ok_or_else(|| one(OrgError::required(&["ownerId"])))?;
        if owner.prefix() != "005" {
            let text = "Converted objects can only be owned by users. If the lead is not owned by a \
                        user, you must specify a user for the Owner field.";
            return Err(one(OrgError::new("INVALID_OPERATION", text).about(["OwnerId"])));
        }
        self.check_owner(cx, &self.standard("Account"), owner).map_err(one)?;
        Ok(owner)
    }

    fn convert_lead(
        &mut self,
        cx: &SaveContext,
        conversion: &Conversion,
        lead: &Record,
        owner: SfId,
    ) -> Result<Converted, Vec<OrgError>> {
        let account = self.converted_account(cx, conversion, lead, owner)?;
        let contact = self.converted_contact(cx, conversion, (lead, account), owner)?;
        let opportunity =
            self.converted_opportunity(cx, conversion, (lead, account, contact), owner)?;
        self.move_activities(cx, lead.id(), contact)?;
        self.join_memberships(cx, lead.id(), contact);
        let outcome = Converted { lead: lead.id(), account, contact, opportunity };
        self.close_lead(cx, conversion, lead, &outcome)?;
        if conversion.send_notification_email {
            self.tell_owner(cx, lead, &outcome, owner)?;
        }
        Ok(outcome)
    }

    /// Tells the owner of what came of the lead. The mail is a row; nothing leaves the org.
    fn tell_owner(
        &mut self,
        cx: &SaveContext,
        lead: &Record,
        outcome: &Converted,
        owner: SfId,
    ) -> Result<(), Vec<OrgError>> {
        let mails = self.standard("EmailMessage");
        let address = self.live(owner).map(|user| self.stored(user, "Email").into_owned());
        let company = self.stored(lead, "Company").as_text().unwrap_or_default().to_owned();
        let mut values = Values::new();
        push(&mails, &mut values, "ToAddress", address.unwrap_or(Value::Null));
        push(&mails, &mut values, "Subject", Value::text(&format!("Lead converted: {company}")));
        push(&mails, &mut values, "RelatedToId", Value::Id(outcome.account));
        push(&mails, &mut values, "MessageDate", Value::DateTime(cx.now));
        self.save_new(&cx.automation(), &mails, values).map(|_| ())
    }

    fn converted_account(
        &mut self,
        cx: &SaveContext,
        conversion: &Conversion,
        lead: &Record,
        owner: SfId,
    ) -> Result<SfId, Vec<OrgError>> {
        let accounts = self.standard("Account");
        let mut values = self.mapped(&accounts, lead, &TO_ACCOUNT);
        if let Some(id) = conversion.account {
            return self.fill_blanks(cx, id, values, false);
        }
        push(&accounts, &mut values, "OwnerId", Value::Id(owner));
        self.overlay(cx, &accounts, &mut values, conversion.account_record.as_ref())?;
        self.save_new(&dedupe(cx, conversion.bypass_account_dedupe), &accounts, values)
            .map_err(|errors| on("Account", errors))
    }

    fn converted_contact(
        &mut self,
        cx: &SaveContext,
        conversion: &Conversion,
        (lead, account): (&Record, SfId),
        owner: SfId,
    ) -> Result<SfId, Vec<OrgError>> {
        let contacts = self.standard("Contact");
        let mut values = self.mapped(&contacts, lead, &TO_CONTACT);
        push(&contacts, &mut values, "AccountId", Value::Id(account));
        if let Some(id) = conversion.contact {
            return self.fill_blanks(cx, id, values, conversion.overwrite_lead_source);
        }
        push(&contacts, &mut values, "OwnerId", Value::Id(owner));
        self.overlay(cx, &contacts, &mut values, conversion.contact_record.as_ref())?;
        self.save_new(&dedupe(cx, conversion.bypass_contact_dedupe), &contacts, values)
            .map_err(|errors| on("Contact", errors))
    }

    fn converted_opportunity(
        &mut self,
        cx: &SaveContext,
        conversion: &Conversion,
        (lead, account, contact): (&Record, SfId, SfId),
        owner: SfId,
    ) -> Result<Option<SfId>, Vec<OrgError>> {
        if conversion.do_not_create_opportunity {
            return Ok(None);
        }
        let id = if let Some(id) = conversion.opportunity {
            id
        } else {
            let opportunities = self.standard("Opportunity");
            let mut values = self.opportunity_values(cx, conversion, (lead, account), owner);
            let record = conversion.opportunity_record.as_ref();
            self.overlay(cx, &opportunities, &mut values, record)?;
            self.save_new(&cx.automation(), &opportunities, values)
                .map_err(|errors| on("Opportunity", errors))?
        };
        opportunity::link_contact(self, cx, id, contact)?;
        Ok(Some(id))
    }

    /// Puts the values that the caller gave over those of the lead.
    fn overlay(
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

    fn opportunity_values(
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
    fn mapped(&self, target: &ObjectSchema, lead: &Record, mapping: &[(&str, &str)]) -> Values {
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

    /// Existing rows take only what they do not have, the lead source too if it is to be replaced.
    fn fill_blanks(
        &mut self,
        cx: &SaveContext,
        id: SfId,
        values: Values,
        overwrite_source: bool,
    ) -> Result<SfId, Vec<OrgError>> {
        let Some(row) = self.live(id) else { return Err(one(OrgError::is_deleted())) };
        let source = self.schema.at(row.object()).field_index("LeadSource");
        let takes = |(field, _): &(crate::FieldIndex, Value)| {
            row.get(*field).is_null() || overwrite_source && Some(*field) == source
        };
        let values: Values = values.into_iter().filter(takes).collect();
        if values.is_empty() {
            return Ok(id);
        }
        self.save_existing(&cx.automation(), id, values)
    }

    fn move_activities(
        &mut self,
        cx: &SaveContext,
        lead: SfId,
        contact: SfId,
    ) -> Result<(), Vec<OrgError>> {
        for object in ["Task", "Event"] {
            let object = self.standard(object);
            let Some(who) = object.field_index("WhoId") else { continue };
            for id in self.referring(&object, "WhoId", lead) {
                self.repoint(cx, id, who, contact)?;
            }
        }
        Ok(())
    }

    /// Memberships keep their lead and gain the contact.
    fn join_memberships(&mut self, cx: &SaveContext, lead: SfId, contact: SfId) {
        let members = self.standard("CampaignMember");
        let Some(field) = members.field_index("ContactId") else { return };
        for id in self.referring(&members, "LeadId", lead) {
            let Some(mut row) = self.live(id).cloned() else { continue };
            row.set(field, Value::Id(contact));
            touch(&members, &mut row, cx);
            self.replace_row(row);
            self.note(
                cx,
                ChangeKind::Updated,
                (members.index, id),
                vec![(field, Value::Id(contact))],
            );
        }
    }

    fn close_lead(
        &mut self,
        cx: &SaveContext,
        conversion: &Conversion,
        before: &Record,
        outcome: &Converted,
    ) -> Result<(), Vec<OrgError>> {
        let leads = self.standard("Lead");
        let mut after = before.clone();
        let opportunity = outcome.opportunity.map_or(Value::Null, Value::Id);
        let values = [
            ("IsConverted", Value::Bool(true)),
            ("ConvertedDate", Value::Date(self.today(cx))),
            ("ConvertedAccountId", Value::Id(outcome.account)),
            ("ConvertedContactId", Value::Id(outcome.contact)),
            ("ConvertedOpportunityId", opportunity),
            ("Status", Value::text(&conversion.converted_status)),
            ("IsUnreadByOwner", Value::Bool(false)),
        ];
        for (name, value) in values {
            if let Some(field) = leads.field_index(name) {
                after.set(field, value);
            }
        }
        touch(&leads, &mut after, cx);
        let fields = differences(before, &after);
        self.replace_row(after.clone());
        self.note(cx, ChangeKind::Converted, (leads.index, before.id()), fields);
        let kind = ChangeKind::Converted;
        let changes =
            Changes { kind, object: Arc::clone(&leads), before: Some(before.clone()), after };
        self.tell_automations(cx, changes)
    }
}

/// A validation rule's message says which of the new rows it is about (§9).
fn on(object: &str, errors: Vec<OrgError>) -> Vec<OrgError> {
    let named = |mut error: OrgError| {
        if error.code == "FIELD_CUSTOM_VALIDATION_EXCEPTION" {
            error.message = format!("Validation error on {object}: {}", error.message);
        }
        error
    };
    errors.into_iter().map(named).collect()
}

/// Who says to bypass the rules passes their alerts.
fn dedupe(cx: &SaveContext, bypass: bool) -> SaveContext {
    let mut cx = cx.automation();
    cx.duplicates.allow_save |= bypass;
    cx
}

fn push(object: &ObjectSchema, values: &mut Values, field: &str, value: Value) {
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
