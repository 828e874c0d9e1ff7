//! Lead conversion (wire reference §9).
use super::{Org, OrgError, SaveContext};
use crate::id::SfId;

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
    /// Is the owner told by e-mail? Noted, nothing is sent.
    pub send_notification_email: bool,
    /// Do account duplicate rules stay out of it?
    pub bypass_account_dedupe: bool,
    /// Do contact duplicate rules stay out of it?
    pub bypass_contact_dedupe: bool,
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
    /// Converts a lead.
    pub fn convert(
        &mut self,
        _cx: &SaveContext,
        _conversion: &Conversion,
    ) -> Result<Converted, Vec<OrgError>> {
        Err(vec![OrgError::not_found()])
    }
}
