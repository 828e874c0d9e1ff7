//! Record types: which a user may choose, which new rows get, and which values they allow
//! (wire reference §7.1).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::id::SfId;
use crate::schema::{FieldIndex, FieldKind, ObjectIndex, ObjectSchema};
use crate::seed::{RecordTypeSeed, SeedError};

use super::Org;
use super::context::SaveContext;
use super::error::OrgError;
use super::found::unknown;
use super::index::same_text;
use super::save::Draft;

/// One record type, compiled.
#[derive(Clone, Debug)]
pub(crate) struct RecordTypeRule {
    id: SfId,
    object: ObjectIndex,
    profiles: BTreeSet<SfId>,
    default: bool,
    values: BTreeMap<FieldIndex, Vec<Arc<str>>>,
}

/// A record type as describe shows it to a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordTypeOffer {
    /// Its id.
    pub id: SfId,
    /// Can the user choose it?
    pub available: bool,
    /// Do the user's new rows have it?
    pub default: bool,
}

impl Org {
    pub(super) fn add_record_type(
        &mut self,
        seed: &RecordTypeSeed,
        (id, profiles): (SfId, BTreeSet<SfId>),
    ) -> Result<(), SeedError> {
        let place = format!("record type {}", seed.name);
        let object = self.schema.object(&seed.object);
        let object = object.ok_or_else(|| unknown(&place, "object", &seed.object))?;
        let mut values = BTreeMap::new();
        for (name, allowed) in &seed.values {
            let field = object.field_index(name).ok_or_else(|| unknown(&place, "field", name))?;
            values.insert(field, allowed.iter().map(|value| value.as_str().into()).collect());
        }
        let (object, default) = (object.index, seed.default);
        let rule = RecordTypeRule { id, object, profiles, default, values };
        self.rules.record_types.push(rule);
        Ok(())
    }

    /// The record types of an object, in their order, as a user meets them.
    pub fn record_types_of(&self, user: SfId, object: ObjectIndex) -> Vec<RecordTypeOffer> {
        let default = self.default_record_type(user, object);
        let own = self.rules.record_types.iter().filter(|rule| rule.object == object);
        let offer = |rule: &RecordTypeRule| RecordTypeOffer {
            id: rule.id,
            available: self.may_choose(user, rule),
            default: default == Some(rule.id),
        };
        own.map(offer).collect()
    }

    /// What a user's new row has when it does not say.
    pub(crate) fn default_record_type(&self, user: SfId, object: ObjectIndex) -> Option<SfId> {
        let mut own = self.rules.record_types.iter().filter(|rule| rule.object == object);
        own.find(|rule| rule.default && self.may_choose(user, rule)).map(|rule| rule.id)
    }

    fn may_choose(&self, user: SfId, rule: &RecordTypeRule) -> bool {
        let active = self.live(rule.id).is_some_and(|row| self.stored(row, "IsActive").is_true());
        let offered = rule.profiles.is_empty()
            || self.profile_of(user).is_some_and(|profile| rule.profiles.contains(&profile));
        active && offered
    }

    /// The record type must be one that the user may choose, and the values must be its own.
    pub(crate) fn check_record_type(&self, cx: &SaveContext, draft: &Draft) -> Vec<OrgError> {
        if self.rules.record_types.is_empty() {
            return Vec::new();
        }
        let object = &draft.object;
        let Some(field) = object.field_index("RecordTypeId") else { return Vec::new() };
        let Some(id) = draft.after.get(field).as_id() else { return Vec::new() };
        let own = |rule: &&RecordTypeRule| rule.id == id && rule.object == object.index;
        let rule = self.rules.record_types.iter().find(own);
        if draft.changed(field) && !rule.is_some_and(|rule| self.may_choose(cx.user, rule)) {
            let message = format!("Record Type ID: this ID value isn't valid for the user: {id}");
            let error = OrgError::new("INVALID_CROSS_REFERENCE_KEY", message);
            return vec![error.about(["RecordTypeId"])];
        }
        rule.map_or_else(Vec::new, |rule| bad_values(object, rule, draft))
    }
}

/// Given values of restricted picklists that the record type does not have.
fn bad_values(object: &ObjectSchema, rule: &RecordTypeRule, draft: &Draft) -> Vec<OrgError> {
    let mut errors = Vec::new();
    for (field, allowed) in &rule.values {
        let schema = object.field_at(*field);
        let restricted = schema.kind == FieldKind::Picklist && schema.picklist.restricted;
        if !restricted || !draft.changed(*field) {
            continue;
        }
        let Some(text) = draft.after.get(*field).as_text() else { continue };
        if !allowed.iter().any(|value| same_text(value, text)) {
            let message =
                format!("{}: bad value for restricted picklist field: {text}", schema.label);
            let error = OrgError::new("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message);
            errors.push(error.about([&*schema.name]));
        }
    }
    errors
}
