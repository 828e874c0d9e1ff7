//! Objects that carry files: Salesforce has them, this mock has not.

/// How they are counted: by their names, in the order of the alphabet.
const OBJECTS: &[&str] = &[
    "files: AttachedContentDocument",
    "files: AttachedContentNote",
    "files: CombinedAttachment",
    "files: ContentAsset",
    "files: ContentDistribution",
    "files: ContentDocument",
    "files: ContentDocumentHistory",
    "files: ContentDocumentLink",
    "files: ContentFolder",
    "files: ContentFolderItem",
    "files: ContentFolderLink",
    "files: ContentNote",
    "files: ContentVersion",
    "files: ContentVersionHistory",
    "files: ContentWorkspace",
    "files: Document",
    "files: FeedAttachment",
    "files: NoteAndAttachment",
    "files: StaticResource",
];

/// What is counted when the object of this name is asked for, if it is one of them.
pub(crate) fn counted_as(object: &str) -> Option<&'static str> {
    let is = |known: &&&str| {
        known.strip_prefix("files: ").is_some_and(|name| name.eq_ignore_ascii_case(object))
    };
    OBJECTS.iter().find(is).copied()
}

#[cfg(test)]
mod tests {
    use super::counted_as;

    #[test]
    fn names_are_known_in_any_case() {
        assert_eq!(counted_as("contentversion"), Some("files: ContentVersion"));
        assert_eq!(counted_as("ContentVersion__c"), None);
    }
}
