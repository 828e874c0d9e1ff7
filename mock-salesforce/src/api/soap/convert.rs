//! `convertLead`: up to 100 leads, each with its own options and its own result (wire reference §9).

use super::{
    Call, Outcome,
    fault::Fault,
    headers::truth,
    record::{self, id_of},
    result,
};
use crate::{
    FieldInput, Org, OrgError, SfId,
    org::{Conversion, Converted},
    xml::{self, Element},
};

/// Most leads of one call (wire reference §13).
const LEAD_LIMIT: usize = 100;

/// `convertLead(leadConverts)`
pub(super) fn convert_lead(call: &Call<'_>) -> Outcome {
    let sent: Vec<&Element> = call.sent.all("leadConverts").collect();
    if sent.len() > LEAD_LIMIT {
        let message = format!(
            "record limit reached. cannot convert more than {LEAD_LIMIT} leads in one call"
        );
        return Err(Fault::of("EXCEEDED_LEAD_CONVERT_LIMIT", message));
    }
    let done = {
        let mut org = call.visit.mock.org();
        let wanted = sent
            .into_iter()
            .map(|element| conversion(call, &org, element))
            .collect::<Result<Vec<_>, _>>()?;
        result::each(&mut org, call.headers.all_or_none, wanted, |org, wanted| {
            org.convert(&call.visit.saving, &wanted?)
        })
    };
    let mut out = Vec::new();
    for done in &done {
        write(&mut out, call, done);
    }
    Ok(out)
}

/// What is wanted of a lead: an option that this mock does not emulate refuses the call, a malformed id the lead.
fn conversion(
    call: &Call<'_>,
    org: &Org,
    sent: &Element,
) -> Result<Result<Conversion, Vec<OrgError>>, Fault> {
    for name in ["relatedPersonAccountId", "relatedPersonAccountRecord"] {
        if sent.child(name).is_some_and(|child| !child.is_nil()) {
            return Err(unsupported(call, name));
        }
    }
    let given = |name: &str, object| record_of(call, org, sent, (name, object));
    let with_records = Conversion {
        account_record: given("accountRecord", "Account")?,
        contact_record: given("contactRecord", "Contact")?,
        opportunity_record: given("opportunityRecord", "Opportunity")?,
        do_not_create_opportunity: truth(sent, "doNotCreateOpportunity")?,
        overwrite_lead_source: truth(sent, "overwriteLeadSource")?,
        send_notification_email: truth(sent, "sendNotificationEmail")?,
        bypass_account_dedupe: truth(sent, "bypassAccountDedupeCheck")?,
        bypass_contact_dedupe: truth(sent, "bypassContactDedupeCheck")?,
        converted_status: sent.text_of("convertedStatus").unwrap_or_default().to_owned(),
        opportunity_name: sent.text_of("opportunityName").map(str::to_owned),
        ..Conversion::default()
    };
    Ok(with_ids(sent, with_records))
}

fn with_ids(sent: &Element, options: Conversion) -> Result<Conversion, Vec<OrgError>> {
    let id = |name: &str| -> Result<Option<SfId>, Vec<OrgError>> {
        sent.text_of(name).map(id_of).transpose().map_err(|error| vec![error])
    };
    Ok(Conversion {
        lead: id("leadId")?,
        account: id("accountId")?,
        contact: id("contactId")?,
        opportunity: id("opportunityId")?,
        owner: id("ownerId")?,
        ..options
    })
}

/// Values for a new row, such as `accountRecord`.
fn record_of(
    call: &Call<'_>,
    org: &Org,
    sent: &Element,
    (name, object): (&str, &str),
) -> Result<Option<FieldInput>, Fault> {
    let Some(element) = sent.child(name).filter(|element| !element.is_nil()) else {
        return Ok(None);
    };
    let id = name.replace("Record", "Id");
    if sent.text_of(&id).is_some() {
        return Err(unsupported(call, &format!("{name} together with {id}")));
    }
    let record = record::record(call, org, element, Some(object))?;
    if record.object != object || record.id.is_some() {
        let message = format!("{name} must be a new record of {object}");
        return Err(Fault::of("INVALID_TYPE_FOR_OPERATION", message));
    }
    Ok(Some(record.fields))
}

fn unsupported(call: &Call<'_>, what: &str) -> Fault {
    Fault::unsupported(&call.visit.mock, &format!("convertLead with {what}"))
}

/// Writes a `LeadConvertResult`.
fn write(out: &mut Vec<u8>, call: &Call<'_>, done: &Result<Converted, Vec<OrgError>>) {
    let put = |out: &mut Vec<u8>, name: &str, id: Option<SfId>| match id {
        Some(id) => xml::element(out, name, id),
        None => xml::nil(out, name),
    };
    let converted = done.as_ref().ok();
    xml::open(out, "result");
    put(out, "accountId", converted.map(|done| done.account));
    put(out, "contactId", converted.map(|done| done.contact));
    if let Err(errors) = done {
        result::write_errors(out, call, errors);
    }
    put(out, "leadId", converted.map(|done| done.lead));
    put(out, "opportunityId", converted.and_then(|done| done.opportunity));
    xml::element(out, "success", done.is_ok());
    xml::close(out, "result");
}
