//! Duplicates of rows that nobody saves: `findDuplicates` and `findDuplicatesByIds`.
//!
//! Every active rule of the object is asked, whatever it does on a save; rules that find nothing are left out.
//! Documentation: SOAP API `findDuplicates()`, `findDuplicatesByIds()`.

use super::super::{Org, OrgError, SaveContext, save::Draft};
use super::DuplicateResult;
use crate::{FieldInput, ObjectSchema, Record, SfId, seed::DuplicateAction};

impl Org {
    /// Stored rows that match these fields. With an id they are those of a stored row, which is no duplicate of itself.
    pub fn find_duplicates(
        &self,
        cx: &SaveContext,
        (object, id): (&str, Option<SfId>),
        fields: &FieldInput,
    ) -> Result<Vec<DuplicateResult>, Vec<OrgError>> {
        let object = self.object(object).map_err(|error| vec![error])?;
        let values = self.read_fields(cx, &object, fields, id.is_none())?;
        let mut row = Record::new(object.index, id.unwrap_or_else(|| unsaved_id(&object)));
        for (field, value) in &values {
            row.put(*field, value.into());
        }
        Ok(self.found_by_rules(cx, &Draft::unsaved(object, row)))
    }

    /// Stored rows that match another stored row.
    pub fn find_duplicates_of(
        &self,
        cx: &SaveContext,
        id: SfId,
    ) -> Result<Vec<DuplicateResult>, OrgError> {
        let row = self.live(id).filter(|row| self.visible(cx.user, row));
        let row = row.ok_or_else(OrgError::invalid_cross_reference)?;
        let object = self.schema.shared(row.object());
        Ok(self.found_by_rules(cx, &Draft::unsaved(object, row.clone())))
    }

    /// Has the object an active duplicate rule?
    pub fn has_duplicate_rule(&self, object: &ObjectSchema) -> bool {
        self.rules.duplicates.iter().any(|rule| rule.active && rule.object == object.index)
    }

    fn found_by_rules(&self, cx: &SaveContext, draft: &Draft) -> Vec<DuplicateResult> {
        let active = self
            .rules
            .duplicates
            .iter()
            .filter(|rule| rule.active && rule.object == draft.object.index);
        let asked = active.filter(|rule| self.concerns(cx, rule, draft));
        let found = asked.map(|rule| DuplicateResult {
            allow_save: rule.on_create != DuplicateAction::Block,
            rule: rule.name.clone(),
            entity_type: draft.object.name.to_string(),
            error_message: rule.alert_text.clone(),
            matches: rule
                .matching
                .iter()
                .filter_map(|matching| self.match_result(cx, rule, matching, draft))
                .collect(),
        });
        found.filter(|result| !result.matches.is_empty()).collect()
    }
}

/// An id of the object that no row has.
fn unsaved_id(object: &ObjectSchema) -> SfId {
    let prefix = object.prefix().and_then(|prefix| prefix.as_bytes().try_into().ok());
    SfId::numbered(prefix.unwrap_or(*b"000"), 0)
}
