//! Lead conversion (wire reference §9): a lead becomes an account, a contact and, if wanted, an
//! opportunity, wholly or not at all; the lead stays, read-only.
//!
//! The steps, each answered in its file: may it be converted ([`allowed`]), which rows are made
//! or merged into ([`made`]) with which values ([`values`]), what moves along ([`along`]). Then
//! the lead is closed and its owner told.

mod allowed;
mod along;
mod made;
mod values;

use std::sync::Arc;

use crate::automation::Changes;
use crate::id::SfId;
use crate::record::Record;
use crate::value::Value;

use super::Org;
use super::context::{FieldInput, SaveContext};
use super::delete::touch;
use super::error::OrgError;
use super::feed::ChangeKind;
use super::save::{Values, differences};
use values::push;

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
