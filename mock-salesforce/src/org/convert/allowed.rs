//! May this lead be converted, into these rows, by this user, and who will own what is made?
//!
//! The rules of wire reference §9: the lead is not converted yet, nobody's approval locks it and
//! the user may edit it; the status says converted; rows to merge into are there, and a contact
//! comes with its account. Whoever converts has "Convert Leads" and may create what is missing.
//! Queues own leads but neither accounts nor contacts (§8.1): a queue's lead needs an owner.

use crate::id::SfId;
use crate::org::Org;
use crate::org::access::{SystemPermission, is_system};
use crate::org::context::SaveContext;
use crate::org::error::OrgError;
use crate::org::save::one;
use crate::org::sharing::RowRight;
use crate::record::Record;

use super::Conversion;

impl Org {
    pub(super) fn convertible(
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

    pub(super) fn conversion_owner(
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
}
