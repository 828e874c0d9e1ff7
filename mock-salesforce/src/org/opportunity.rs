//! Opportunities: the stage decides, a given contact becomes a role (wire reference §12).

use crate::id::SfId;
use crate::record::Record;
use crate::timestamp::civil;
use crate::value::{Value, ValueRef};

use super::Org;
use super::context::SaveContext;
use super::error::OrgError;
use super::index::same_text;
use super::save::Draft;

/// Stage, probability in percent, forecast category, closed, won: the stages of a fresh org.
pub(super) const STAGES: [(&str, f64, &str, bool, bool); 10] = [
    ("Prospecting", 10.0, "Pipeline", false, false),
    ("Qualification", 10.0, "Pipeline", false, false),
    ("Needs Analysis", 20.0, "Pipeline", false, false),
    ("Value Proposition", 50.0, "Pipeline", false, false),
    ("Id. Decision Makers", 60.0, "Pipeline", false, false),
    ("Perception Analysis", 70.0, "Pipeline", false, false),
    ("Proposal/Price Quote", 75.0, "Pipeline", false, false),
    ("Negotiation/Review", 90.0, "Pipeline", false, false),
    ("Closed Won", 100.0, "Closed", true, true),
    ("Closed Lost", 0.0, "Omitted", true, false),
];

/// What the stage and the close date decide.
pub(crate) fn derive(org: &Org, draft: &mut Draft) {
    let stages = org.standard("OpportunityStage");
    let wanted = draft.named("StageName").as_text().unwrap_or_default().to_owned();
    let named = |row: &&Record| {
        org.stored(row, "MasterLabel").as_text().is_some_and(|name| same_text(name, &wanted))
    };
    let known = org.rows(stages.index).find(named);
    let of = |field: &str| known.map_or(Value::Null, |row| org.stored(row, field).into_owned());
    let category = match of("ForecastCategoryName") {
        Value::Null => Value::text("Pipeline"),
        category => category,
    };
    let given = |draft: &Draft, name| {
        draft
            .object
            .field_index(name)
            .is_some_and(|field| draft.is_given(field) && !draft.named(name).is_null())
    };
    let moved = draft.object.field_index("StageName").is_some_and(|field| draft.changed(field));
    if moved && !given(draft, "Probability") {
        let probability = of("DefaultProbability").view().as_number().unwrap_or_default();
        draft.set_named("Probability", Value::Double(probability));
    }
    if moved && !given(draft, "ForecastCategoryName") {
        draft.set_named("ForecastCategoryName", category.clone());
    }
    draft.set_named("ForecastCategory", category);
    draft.set_named("IsClosed", of("IsClosed").is_true().into());
    draft.set_named("IsWon", of("IsWon").is_true().into());
    let amount = draft.named("Amount").as_number();
    let chance = draft.named("Probability").as_number();
    let expected = amount.zip(chance).map_or(Value::Null, |(a, p)| Value::Double(a * p / 100.0));
    draft.set_named("ExpectedRevenue", expected);
    derive_fiscal(draft);
}

fn derive_fiscal(draft: &mut Draft) {
    let ValueRef::Date(days) = draft.named("CloseDate") else { return };
    let (year, month, _) = civil(days);
    let quarter = (month - 1) / 3 + 1;
    draft.set_named("FiscalYear", Value::Int(i64::from(year)));
    draft.set_named("FiscalQuarter", Value::Int(i64::from(quarter)));
    draft.set_named("Fiscal", Value::text(&format!("{year} {quarter}")));
}

/// A contact given on create becomes the primary role.
pub(crate) fn add_contact_role(
    org: &mut Org,
    cx: &SaveContext,
    draft: &Draft,
) -> Result<(), Vec<OrgError>> {
    match draft.named("ContactId").as_id().filter(|_| draft.is_new()) {
        Some(contact) => link_contact(org, cx, draft.after.id(), contact),
        None => Ok(()),
    }
}

/// Adds the primary contact role of an opportunity.
pub(crate) fn link_contact(
    org: &mut Org,
    cx: &SaveContext,
    opportunity: SfId,
    contact: SfId,
) -> Result<(), Vec<OrgError>> {
    let roles = org.standard("OpportunityContactRole");
    let named = |name: &str, value: Value| Some((roles.field_index(name)?, value));
    let values = [
        named("OpportunityId", Value::Id(opportunity)),
        named("ContactId", Value::Id(contact)),
        named("IsPrimary", Value::Bool(true)),
    ];
    org.save_new(&cx.automation(), &roles, values.into_iter().flatten().collect())?;
    Ok(())
}
