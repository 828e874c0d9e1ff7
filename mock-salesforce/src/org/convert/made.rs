//! Which rows does a conversion make, and what do rows get that it merges into?
//!
//! Wire reference §9: an account, a contact of it and, if wanted, an opportunity with the contact
//! in a role. A row that the caller names is not made: it takes only what it does not have, the
//! contact's lead source too if that is to be replaced. Duplicate rules run unless the caller
//! bypasses them; a validation rule's refusal says which row it is about.

use crate::id::SfId;
use crate::org::context::SaveContext;
use crate::org::error::OrgError;
use crate::org::save::{Values, one};
use crate::org::{Org, opportunity};
use crate::record::Record;
use crate::value::Value;

use super::Conversion;
use super::values::{TO_ACCOUNT, TO_CONTACT, push};

impl Org {
    pub(super) fn converted_account(
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

    pub(super) fn converted_contact(
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

    pub(super) fn converted_opportunity(
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
