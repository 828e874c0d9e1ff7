//! Which objects does Salesforce have and this mock not? Those that carry files are refused as such; others that programs
//! ask for answer as in an org without them. Both are counted, whichever API they are asked through.

/// Objects that carry files, as they are counted: by their names, in the order of the alphabet.
const FILES: &[&str] = &[
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

/// What is refused and counted when the object of this name is asked for, if it carries files.
pub(crate) fn counted_as(object: &str) -> Option<&'static str> {
    of(FILES, object)
}

/// Others that programs ask for, counted in the same way.
const OTHERS: &[&str] = &[
    "objects: AccountContactRelation",
    "objects: AccountShare",
    "objects: ApexClass",
    "objects: ApexLog",
    "objects: ApexPage",
    "objects: ApexTrigger",
    "objects: Asset",
    "objects: AsyncApexJob",
    "objects: AuthSession",
    "objects: CampaignShare",
    "objects: CaseHistory",
    "objects: CaseShare",
    "objects: ConnectedApplication",
    "objects: ContactShare",
    "objects: Contract",
    "objects: CronJobDetail",
    "objects: CronTrigger",
    "objects: CurrencyType",
    "objects: Dashboard",
    "objects: DatedConversionRate",
    "objects: EmailTemplate",
    "objects: EntityDefinition",
    "objects: EntityParticle",
    "objects: EventLogFile",
    "objects: FeedComment",
    "objects: FeedItem",
    "objects: FieldDefinition",
    "objects: FiscalYearSettings",
    "objects: FlowDefinitionView",
    "objects: FlowInterview",
    "objects: Folder",
    "objects: Holiday",
    "objects: LeadShare",
    "objects: ListView",
    "objects: LoginHistory",
    "objects: Network",
    "objects: NetworkMember",
    "objects: OauthToken",
    "objects: OperatingHours",
    "objects: OpportunityFieldHistory",
    "objects: OpportunityHistory",
    "objects: OpportunityLineItem",
    "objects: OpportunityShare",
    "objects: OpportunityTeamMember",
    "objects: Order",
    "objects: OrderItem",
    "objects: OrgWideEmailAddress",
    "objects: Period",
    "objects: PermissionSetGroup",
    "objects: PermissionSetLicense",
    "objects: ProcessDefinition",
    "objects: ProcessInstance",
    "objects: ProcessInstanceStep",
    "objects: ProcessInstanceWorkitem",
    "objects: Quote",
    "objects: QuoteLineItem",
    "objects: Report",
    "objects: SetupAuditTrail",
    "objects: SetupEntityAccess",
    "objects: Site",
    "objects: Solution",
    "objects: Territory2",
    "objects: UserLogin",
    "objects: UserTerritory2Association",
];

/// What is counted when the object of this name is asked for, which answers as if there were none.
pub(crate) fn absent(object: &str) -> Option<&'static str> {
    of(OTHERS, object)
}

/// The entry whose last word is this name.
fn of(entries: &[&'static str], object: &str) -> Option<&'static str> {
    let is = |known: &&&str| {
        known.split_once(": ").is_some_and(|(_, name)| name.eq_ignore_ascii_case(object))
    };
    entries.iter().find(is).copied()
}

#[cfg(test)]
mod tests {
    use super::{absent, counted_as};

    #[test]
    fn names_are_known_in_any_case() {
        assert_eq!(counted_as("contentversion"), Some("files: ContentVersion"));
        assert_eq!(counted_as("ContentVersion__c"), None);
        assert_eq!(absent("userlogin"), Some("objects: UserLogin"));
        assert_eq!(absent("Lead"), None);
    }
}
