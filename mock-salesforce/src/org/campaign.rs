//! Campaign members (wire reference §10): one person in one campaign once, with a status of that
//! campaign; new campaigns get their two statuses.

use crate::id::SfId;
use crate::record::Record;
use crate::value::{Value, ValueRef};

use super::Org;
use super::context::SaveContext;
use super::error::OrgError;
use super::found::standard_member_statuses;
use super::save::Draft;

/// Contact over lead, no pair twice, a status of the campaign, the response it means.
pub(crate) fn derive_member(
    org: &Org,
    cx: &SaveContext,
    draft: &mut Draft,
) -> Result<(), OrgError> {
    if draft.is_new() {
        if !draft.named("ContactId").is_null() {
            draft.set_named("LeadId", Value::Null);
        }
        refuse_second(org, draft)?;
    }
    let Some(campaign) = draft.named("CampaignId").as_id() else { return Ok(()) };
    let asked = draft.named("Status").as_text().unwrap_or_default().to_owned();
    let statuses = org.member_statuses(campaign);
    let label = |row: &&Record| org.stored(row, "Label").as_text().unwrap_or_default().to_owned();
    let given = draft
        .object
        .field_index("Status")
        .is_some_and(|field| draft.is_given(field) || !draft.is_new());
    let fits = |row: &&&Record| given && label(row).eq_ignore_ascii_case(&asked);
    let default = |row: &&&Record| org.stored(row, "IsDefault").is_true();
    let chosen =
        statuses.iter().find(fits).or_else(|| statuses.iter().find(default)).or(statuses.first());
    let Some(status) = chosen else { return Ok(()) };
    let responded = org.stored(status, "HasResponded").is_true();
    draft.set_named("Status", Value::text(&label(status)));
    draft.set_named("HasResponded", responded.into());
    if responded && draft.named("FirstRespondedDate").is_null() {
        draft.set_named("FirstRespondedDate", Value::Date(org.today(cx)));
    }
    Ok(())
}

fn refuse_second(org: &Org, draft: &Draft) -> Result<(), OrgError> {
    let campaign = draft.named("CampaignId");
    let person = ["ContactId", "LeadId"].into_iter().find(|field| !draft.named(field).is_null());
    let Some((field, id)) = person.and_then(|field| Some((field, draft.named(field).as_id()?)))
    else {
        return Ok(());
    };
    let mut others = org.referring(&draft.object, field, id).into_iter();
    let same =
        |other: SfId| org.get(other).is_some_and(|row| org.stored(row, "CampaignId") == campaign);
    if others.any(same) {
        return Err(OrgError::new("DUPLICATE_VALUE", "Already a campaign member."));
    }
    Ok(())
}

/// A member is a lead or a contact.
pub(crate) fn required(draft: &Draft) -> Option<OrgError> {
    let nobody = draft.named("LeadId").is_null() && draft.named("ContactId").is_null();
    (draft.is_new() && nobody).then(|| OrgError::required(&["LeadId", "ContactId"]))
}

/// A new campaign starts with `Sent` and `Responded`.
pub(crate) fn add_statuses(
    org: &mut Org,
    cx: &SaveContext,
    campaign: SfId,
) -> Result<(), Vec<OrgError>> {
    let statuses = org.standard("CampaignMemberStatus");
    let named = |name: &str, value: Value| Some((statuses.field_index(name)?, value));
    for (order, status) in (1..).zip(standard_member_statuses()) {
        let values = [
            named("CampaignId", Value::Id(campaign)),
            named("Label", Value::text(&status.label)),
            named("SortOrder", Value::Int(order)),
            named("IsDefault", status.default.into()),
            named("HasResponded", status.responded.into()),
        ];
        org.save_new(&cx.automation(), &statuses, values.into_iter().flatten().collect())?;
    }
    Ok(())
}

/// When a status becomes the default, the others no longer are.
pub(crate) fn keep_one_default(
    org: &mut Org,
    cx: &SaveContext,
    draft: &Draft,
) -> Result<(), Vec<OrgError>> {
    let Some(field) = draft.object.field_index("IsDefault") else { return Ok(()) };
    let Some(campaign) = draft.named("CampaignId").as_id() else { return Ok(()) };
    if !draft.after.get(field).is_true() || !draft.changed(field) {
        return Ok(());
    }
    let is_other = |row: &&Record| row.id() != draft.after.id() && row.get(field).is_true();
    let others: Vec<SfId> =
        org.member_statuses(campaign).into_iter().filter(is_other).map(Record::id).collect();
    for other in others {
        org.save_existing(&cx.automation(), other, vec![(field, Value::Bool(false))])?;
    }
    Ok(())
}

impl Org {
    /// The member statuses of a campaign, in their order.
    pub fn member_statuses(&self, campaign: SfId) -> Vec<&Record> {
        let object = self.standard("CampaignMemberStatus");
        let ids = self.referring(&object, "CampaignId", campaign);
        let mut rows: Vec<&Record> = ids.into_iter().filter_map(|id| self.live(id)).collect();
        rows.sort_by_key(|row| match self.stored(row, "SortOrder") {
            ValueRef::Int(order) => order,
            _ => i64::MAX,
        });
        rows
    }

    /// Today in the running user's time zone, else in the organization's, else in UTC.
    pub(crate) fn today(&self, cx: &SaveContext) -> i32 {
        crate::timestamp::Timestamp(cx.now.0 + self.offset_ms(cx)).days()
    }

    /// What to add to UTC for the running user's clock.
    pub(crate) fn offset_ms(&self, cx: &SaveContext) -> i64 {
        let zone_of = |id: SfId| self.get(id).map(|row| self.stored(row, "TimeZoneSidKey"));
        let named = |value: ValueRef<'_>| jiff::tz::TimeZone::get(value.as_text()?).ok();
        let zone =
            zone_of(cx.user).and_then(named).or_else(|| zone_of(self.organization).and_then(named));
        let at = jiff::Timestamp::from_millisecond(cx.now.0).ok();
        zone.zip(at).map_or(0, |(zone, at)| i64::from(zone.to_offset(at).seconds()) * 1_000)
    }
}
