//! Objects that carry files: Salesforce has them, this mock has not.

/// Their names, by the alphabet.
const OBJECTS: &[&str] = &[
    "AttachedContentDocument",
    "AttachedContentNote",
    "CombinedAttachment",
    "ContentAsset",
    "ContentDistribution",
    "ContentDocument",
    "ContentDocumentHistory",
    "ContentDocumentLink",
    "ContentFolder",
    "ContentFolderItem",
    "ContentFolderLink",
    "ContentNote",
    "ContentVersion",
    "ContentVersionHistory",
    "ContentWorkspace",
    "Document",
    "FeedAttachment",
    "NoteAndAttachment",
    "StaticResource",
];

/// What is counted when the object of this name is asked for, if it is one of them.
pub(crate) fn counted_as(object: &str) -> Option<&'static str> {
    OBJECTS.iter().find(|known| known.eq_ignore_ascii_case(object)).copied()
}

#[cfg(test)]
mod tests {
    use super::counted_as;

    #[test]
    fn names_are_known_in_any_case() {
        assert_eq!(counted_as("contentversion"), Some("ContentVersion"));
        assert_eq!(counted_as("ContentVersion__c"), None);
    }
}
