//! Which mapped fields does the org no longer have?
//!
//! Fields are deleted, renamed and hidden while the engine runs (FM-35, FM-39). The first refusal that says so is reason
//! enough to read the describe again, once: whatever it no longer lists is neither read nor written from then on, so that
//! one lead pays for the news and not each of them.

use crate::{FieldName, Refusal};

/// Whether a refusal says that the org's fields are not what they were.
pub fn is_drift(refusal: &Refusal) -> bool {
    matches!(refusal.code.as_str(), "INVALID_FIELD" | "INVALID_FIELD_FOR_INSERT_UPDATE")
}

/// The fields, of those that are used, that the describe does not list; a describe without fields says nothing.
pub fn missing_fields(used: &[FieldName], described: &[FieldName]) -> Vec<FieldName> {
    if described.is_empty() {
        return Vec::new();
    }
    let is_listed = |field: &&FieldName| {
        described.iter().any(|it| it.as_str().eq_ignore_ascii_case(field.as_str()))
    };
    used.iter().filter(|it| !is_listed(it)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_describe_does_not_list_is_missing() {
        let names = |text: &str| text.split_whitespace().map(FieldName::from).collect::<Vec<_>>();
        let used = names("Email Budget__c phone");
        assert_eq!(missing_fields(&used, &names("Id Email Phone")), names("Budget__c"));
        assert_eq!(missing_fields(&used, &[]), []);
    }
}
