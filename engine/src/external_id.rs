//! By what is a new lead the same lead when it is sent twice?
//!
//! Where the setting names an external id of the lead, a new one is sent as an upsert by it: whoever sends it again, for
//! whatever reason, meets the lead that is there instead of making a second one (FM-01, FM-08). The value is the person:
//! the normalised address, or the visitor where there is none, never the device, which two people may share.
//!
//! A search looks for the external id beside the address. An upsert writes what it meets, so it must not be what finds
//! somebody's record; it only meets one that came to be after the search.

use std::sync::Arc;

use crate::{
    EmailKey, FieldName, MatchResult, Person, Rule, Settings, VisitorId, select_duplicate,
};

/// A field that tells records apart, and its value for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalId {
    /// The field.
    pub field: FieldName,
    /// The person's value.
    pub value: Arc<str>,
}

/// The external id of a person's lead; nothing where leads are created without one.
pub fn external_id(
    key: Option<&EmailKey>,
    visitor: &VisitorId,
    settings: &Settings,
) -> Option<ExternalId> {
    let field = settings.external_id.clone()?;
    let value = key.map_or(visitor.as_str(), EmailKey::as_str).into();
    Some(ExternalId { field, value })
}

/// The record that has the external id, where no record has the address: it may have another one by now. Several are told
/// apart as duplicates are.
pub fn select_by_external_id<'a>(
    external: &ExternalId,
    key: Option<&EmailKey>,
    found: &'a [Person],
) -> MatchResult<'a> {
    let has_id = |it: &Person| {
        let held = it.get(external.field.as_str()).and_then(crate::Value::text);
        held.is_some_and(|it| it.eq_ignore_ascii_case(&external.value))
    };
    let (theirs, others): (Vec<&Person>, Vec<&Person>) = found
        .iter()
        .filter(|it| key.is_none_or(|key| !it.has_address(key)))
        .partition(|it| has_id(it));
    let mut result = select_duplicate(theirs);
    if result.target.is_some() {
        result.because = Rule::ExternalId;
    }
    let others = others.into_iter().map(|it| (it.id.clone(), Rule::DifferentEmail));
    result.rejected.extend(others);
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PersonKind, normalise_email};

    fn settings() -> Settings {
        Settings { external_id: Some("Person__c".into()), ..Settings::default() }
    }

    #[test]
    fn the_person_is_the_address_or_the_visitor() {
        let key = normalise_email("Pat@X.example").unwrap();
        let value = |key: Option<&EmailKey>| {
            external_id(key, &"v1".into(), &settings()).map(|it| it.value.to_string())
        };
        assert_eq!(value(Some(&key)).as_deref(), Some("pat@x.example"));
        assert_eq!(value(None).as_deref(), Some("v1"));
        assert_eq!(external_id(None, &"v1".into(), &Settings::default()), None);
    }

    #[test]
    fn a_record_with_another_address_is_found_by_its_id() {
        let key = normalise_email("pat@x.example").unwrap();
        let lead = |id: &str, external: &str| Person {
            kind: PersonKind::Lead,
            id: id.into(),
            fields: vec![
                ("Email".into(), "new@x.example".into()),
                ("Person__c".into(), external.into()),
            ],
        };
        let external = external_id(Some(&key), &"v1".into(), &settings()).unwrap();
        let found = [lead("L1", "PAT@x.example"), lead("L2", "")];
        let result = select_by_external_id(&external, Some(&key), &found);
        assert_eq!(result.target.map(|it| it.id.as_str()), Some("L1"));
        assert_eq!(result.because, Rule::ExternalId);
        assert_eq!(result.rejected, [("L2".into(), Rule::DifferentEmail)]);
    }
}
