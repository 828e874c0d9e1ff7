//! What does Salesforce's no mean?
//!
//! Some refusals pass by themselves and are tried again; some say that the world changed and the search must start anew;
//! some concern one field that may be left out, or the owner, who gives way to the org user; the rest are final, with
//! Salesforce's words in the journal (FM-13 to FM-20, FM-25 to FM-41, FM-49 to FM-61).
//!
//! The code decides. Its text is read where one code stands for several things: a lock or a limit inside an Apex trigger
//! (FM-14, FM-39b), a limit on concurrent requests rather than on the day's (FM-16), an expired session reported under
//! another code (FM-20), the length that a text may have (FM-33).

use crate::{
    Config, DuplicateAlert, FieldName, ObjectName, RecordId, Refusal, Rule, SaveOperation,
};

/// The write that was refused, or something else when `operation` is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedWrite<'a> {
    /// The object.
    pub object: &'a str,
    /// Insert or update; `None` for queries, logins and bulk job requests.
    pub operation: Option<SaveOperation>,
}

/// What a refusal means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It passes: try again after a pause.
    Transient,
    /// Too many calls at once: fewer, and soon again.
    Crowded,
    /// Too much at once: less, and again.
    TooMuch,
    /// Another row of the same call failed: again without it.
    RolledBack,
    /// The version of the API is gone: everything waits.
    ApiRetired,
    /// The session is over: log in, then send it again.
    SessionExpired,
    /// The API allowance is used up: everything waits.
    LimitReached,
    /// The owner is not possible: the org user takes their place.
    OwnerRefused,
    /// The target is a converted lead: its contact takes its place.
    TargetConverted,
    /// The target is gone: follow its merge, or search anew.
    TargetDeleted,
    /// The person is a member of the campaign already: a success.
    AlreadyMember,
    /// A unique value exists already, or the cursor of a search has died: search anew.
    SearchAnew,
    /// A duplicate rule names these leads and contacts, or accounts for an account: one of them is the match.
    AdoptDuplicate(Vec<(ObjectName, RecordId)>),
    /// An external id has these records: one of them is the match.
    SeveralMatches(Vec<(ObjectName, RecordId)>),
    /// A duplicate rule only alerts, and the setting overrules it: send it again with `allowSave`.
    SaveAnyway,
    /// Send it again without these fields.
    DropFields(Vec<FieldName>),
    /// Send it again with this field cut to so many characters.
    Shorten(FieldName, usize),
    /// It is final.
    Permanent(Rule),
}

/// Says what a refusal means.
pub fn classify_refusal(write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
    if refusal.code == "INVALID_SESSION_ID" || refusal.message.contains("INVALID_SESSION_ID") {
        return Verdict::SessionExpired;
    }
    // The instance has moved: the token's answer names the new one (FM-24).
    if refusal.code == "REDIRECTED" {
        return Verdict::SessionExpired;
    }
    if let Some(verdict) = of_the_service(refusal) {
        return verdict;
    }
    if let Some(verdict) = of_the_target(write, refusal) {
        return verdict;
    }
    match refusal.code.as_str() {
        "DUPLICATES_DETECTED" => duplicates(write, refusal, config),
        "MULTIPLE_CHOICES" => match named(refusal, write.object) {
            people if people.is_empty() => Verdict::Permanent(Rule::RefusedByDuplicateRule),
            people => Verdict::SeveralMatches(people),
        },
        "INACTIVE_OWNER_OR_USER"
        | "INVALID_CROSS_REFERENCE_KEY"
        | "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
        | "TRANSFER_REQUIRES_READ"
        | "OP_WITH_INVALID_USER_TYPE_EXCEPTION"
        | "INVALID_OPERATION" => reference(write, refusal, config),
        "INVALID_FIELD" | "INVALID_FIELD_FOR_INSERT_UPDATE" => {
            drop_or(Rule::RefusedNoPermission, write, refusal, config)
        }
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
        | "FIELD_INTEGRITY_EXCEPTION"
        | "INVALID_TYPE_ON_FIELD_IN_RECORD"
        | "JSON_PARSER_ERROR"
        | "MALFORMED_ID"
        | "NUMBER_OUTSIDE_VALID_RANGE" => value(write, refusal, config),
        "STRING_TOO_LONG" => too_long(write, refusal, config),
        _ => Verdict::Permanent(final_rule(&refusal.code)),
    }
}

/// Fields that a record of ours is nothing without.
fn is_essential(object: &str, field: &FieldName, config: &Config) -> bool {
    match object {
        "Lead" => {
            matches!(field.as_str(), "Email" | "LastName" | "Company" | "OwnerId")
                || config.org.required_lead_fields.contains(field)
        }
        "Contact" => matches!(field.as_str(), "Email" | "LastName"),
        "CampaignMember" => matches!(field.as_str(), "CampaignId" | "LeadId" | "ContactId"),
        _ => true,
    }
}

/// Refusals that say something of the service, not of the record.
fn of_the_service(refusal: &Refusal) -> Option<Verdict> {
    let says = |text: &str| refusal.message.to_lowercase().contains(text);
    match refusal.code.as_str() {
        "REQUEST_LIMIT_EXCEEDED" if says("concurrent") => Some(Verdict::Crowded),
        "REQUEST_LIMIT_EXCEEDED" => Some(Verdict::LimitReached),
        "UNABLE_TO_LOCK_ROW"
        | "SERVER_UNAVAILABLE"
        | "REQUEST_RUNNING_TOO_LONG"
        | "UNKNOWN_EXCEPTION"
        | "TOO_MANY_APEX_REQUESTS"
        | "LIMIT_EXCEEDED"
        | "API_CURRENTLY_DISABLED"
        | "FUNCTIONALITY_TEMPORARILY_UNAVAILABLE"
        | "REQUEST_TIMEOUT_OR_CONFLICT"
        | "SERVICE_UNAVAILABLE"
        | "UNABLE_TO_LOCK_RECORD"
        | "rate_limit_exceeded" => Some(Verdict::Transient),
        "QUERY_TIMEOUT" => Some(Verdict::TooMuch),
        "ALL_OR_NONE_OPERATION_ROLLED_BACK" | "PROCESSING_HALTED" => Some(Verdict::RolledBack),
        "UNSUPPORTED_API_VERSION" => Some(Verdict::ApiRetired),
        "invalid_grant" if says("login rate exceeded") => Some(Verdict::Transient),
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
        | "CANNOT_EXECUTE_FLOW_TRIGGER"
        | "APEX_FAILED"
        | "CUSTOM_APEX_ERROR"
            if LIMIT.iter().any(|text| says(text)) =>
        {
            Some(Verdict::TooMuch)
        }
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
        | "CANNOT_EXECUTE_FLOW_TRIGGER"
        | "APEX_FAILED"
        | "CUSTOM_APEX_ERROR"
            if LOCK.iter().any(|text| says(text)) =>
        {
            Some(Verdict::Transient)
        }
        _ => None,
    }
}

/// What the text of a failed trigger says when it waited for a lock in vain, in lower case.
const LOCK: &[&str] = &["unable_to_lock_row", "unable to obtain exclusive access"];
/// What it says when the trigger had too much to do.
const LIMIT: &[&str] = &["limitexception", "too many soql queries"];

/// Refusals that say that the record written to, or referred to, is not what it was.
fn of_the_target(write: &RefusedWrite<'_>, refusal: &Refusal) -> Option<Verdict> {
    let updates = write.operation == Some(SaveOperation::Update);
    match refusal.code.as_str() {
        "CANNOT_UPDATE_CONVERTED_LEAD" => Some(Verdict::TargetConverted),
        "ENTITY_IS_DELETED" => Some(Verdict::TargetDeleted),
        "NOT_FOUND" | "INVALID_CROSS_REFERENCE_KEY" if updates => Some(Verdict::TargetDeleted),
        "DUPLICATE_VALUE" if write.object == "CampaignMember" => Some(Verdict::AlreadyMember),
        "DUPLICATE_VALUE" | "INVALID_QUERY_LOCATOR" => Some(Verdict::SearchAnew),
        _ => None,
    }
}

fn duplicates(write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
    let only_alerts = refusal.duplicate_rule.as_ref().is_some_and(|(_, allows_save)| *allows_save);
    if only_alerts && config.settings.duplicate_alert == DuplicateAlert::SaveAnyway {
        return Verdict::SaveAnyway;
    }
    let named = named(refusal, write.object);
    if write.operation == Some(SaveOperation::Create) && !named.is_empty() {
        Verdict::AdoptDuplicate(named)
    } else {
        Verdict::Permanent(Rule::RefusedByDuplicateRule)
    }
}

/// The leads and contacts that a refusal names, or the accounts where an account was refused.
fn named(refusal: &Refusal, object: &str) -> Vec<(ObjectName, RecordId)> {
    let can_be_it = |named: &ObjectName| match object {
        "Account" => named.as_str() == "Account",
        _ => matches!(named.as_str(), "Lead" | "Contact"),
    };
    refusal.duplicates.iter().filter(|(named, _)| can_be_it(named)).cloned().collect()
}

/// The owner is the one reference that a new lead of ours has, and of a new Event the one that may give way.
fn reference(write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
    let creates = write.operation == Some(SaveOperation::Create);
    let is_about_queue = refusal.message.contains("Queue not associated");
    let is_vague =
        refusal.fields.is_empty() && (refusal.code != "INVALID_OPERATION" || is_about_queue);
    let names_owner = is_vague || refusal.fields.iter().any(|it| it.as_str() == "OwnerId");
    if creates && matches!(write.object, "Lead" | "Event") && names_owner {
        return Verdict::OwnerRefused;
    }
    match refusal.code.as_str() {
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY" => {
            Verdict::Permanent(Rule::RefusedNoPermission)
        }
        "INVALID_CROSS_REFERENCE_KEY" => drop_or(Rule::RefusedValue, write, refusal, config),
        _ => Verdict::Permanent(Rule::RefusedOther),
    }
}

fn value(write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
    let names_owner = refusal.fields.iter().any(|it| it.as_str() == "OwnerId");
    if names_owner && write.operation == Some(SaveOperation::Create) {
        return Verdict::OwnerRefused;
    }
    drop_or(Rule::RefusedValue, write, refusal, config)
}

fn too_long(write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
    let limit =
        refusal.message.rsplit_once("max length=").map(|(_, rest)| rest.trim_end_matches(')'));
    let limit = limit.and_then(|it| it.parse().ok());
    match (refusal.fields.as_slice(), limit) {
        ([field], Some(limit)) if field.as_str() != "Email" => {
            Verdict::Shorten(field.clone(), limit)
        }
        _ => drop_or(Rule::RefusedValue, write, refusal, config),
    }
}

/// Leaves out the fields that the refusal names, if the record can do without them.
fn drop_or(because: Rule, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
    let named = if refusal.fields.is_empty() {
        quoted_column(&refusal.message).into_iter().collect()
    } else {
        refusal.fields.clone()
    };
    let droppable = |it: &FieldName| !is_essential(write.object, it, config);
    if write.operation.is_some() && !named.is_empty() && named.iter().all(droppable) {
        Verdict::DropFields(named)
    } else {
        Verdict::Permanent(because)
    }
}

/// The field that a query was refused for: the org user cannot see it, or it is gone (FM-35, FM-39).
pub fn unreadable_field(refusal: &Refusal) -> Option<FieldName> {
    if refusal.code != "INVALID_FIELD" {
        return None;
    }
    refusal.fields.first().cloned().or_else(|| quoted_column(&refusal.message))
}

/// The name in `No such column 'Rating' on sobject of type Lead`.
fn quoted_column(message: &str) -> Option<FieldName> {
    let (_, rest) = message.split_once("No such column '")?;
    rest.split_once('\'').map(|(name, _)| name.into())
}

fn final_rule(code: &str) -> Rule {
    match code {
        "FIELD_CUSTOM_VALIDATION_EXCEPTION" => Rule::RefusedByValidationRule,
        "REQUIRED_FIELD_MISSING" => Rule::RefusedRequiredField,
        "INSUFFICIENT_ACCESS_OR_READONLY"
        | "INSUFFICIENT_ACCESS"
        | "INVALID_LOGIN"
        | "inactive_org"
        | "inactive_user"
        | "invalid_client"
        | "invalid_client_id"
        | "invalid_grant"
        | "ENTITY_IS_LOCKED"
        | "INVALID_TYPE"
        | "TXN_SECURITY_METERING_ERROR"
        | "API_DISABLED_FOR_ORG" => Rule::RefusedNoPermission,
        "INVALID_EMAIL_ADDRESS" | "FIELD_FILTER_VALIDATION_EXCEPTION" => Rule::RefusedValue,
        _ => Rule::RefusedOther,
    }
}

/// Whether a conversion was refused because the org does not have its status, or it no longer says converted (FM-57).
pub fn is_status_refused(refusal: &Refusal) -> bool {
    refusal.code == "INVALID_STATUS"
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::acme;

    #[test]
    fn what_passes_by_itself_is_tried_again() {
        for code in ["UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "REQUEST_RUNNING_TOO_LONG"] {
            check(&format!("create Lead {code}"), expect!["Transient"]);
        }
        for code in ["UNKNOWN_EXCEPTION", "LIMIT_EXCEEDED"] {
            check(&format!("update Contact {code}"), expect!["Transient"]);
        }
        for code in ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "PROCESSING_HALTED"] {
            check(&format!("update Contact {code}"), expect!["RolledBack"]);
        }
        check("find Lead QUERY_TIMEOUT", expect!["TooMuch"]);
        check("find Lead UNSUPPORTED_API_VERSION", expect!["ApiRetired"]);
    }

    #[test]
    fn a_lock_or_a_limit_inside_a_trigger_passes_a_bug_does_not() {
        check(
            "create Lead CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY | Router: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access",
            expect!["Transient"],
        );
        check(
            "create Lead CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY | System.LimitException: Too many SOQL queries: 101",
            expect!["TooMuch"],
        );
        check(
            "create Lead CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY | System.NullPointerException",
            expect!["Permanent salesforce.refused"],
        );
    }

    #[test]
    fn concurrent_requests_are_not_the_days_allowance() {
        check(
            "find Lead REQUEST_LIMIT_EXCEEDED | TotalRequests Limit exceeded.",
            expect!["LimitReached"],
        );
        check(
            "find Lead REQUEST_LIMIT_EXCEEDED | ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
            expect!["Crowded"],
        );
    }

    #[test]
    fn an_expired_session_is_seen_under_any_code() {
        check(
            "create Lead INVALID_SESSION_ID | Session expired or invalid",
            expect!["SessionExpired"],
        );
        check(
            "create Lead APEX_FAILED | INVALID_SESSION_ID: Session expired",
            expect!["SessionExpired"],
        );
    }

    #[test]
    fn an_instance_that_moved_is_found_by_logging_in() {
        check("create Lead REDIRECTED | the instance is somewhere else", expect!["SessionExpired"]);
    }

    #[test]
    fn too_many_logins_pass_a_revoked_token_does_not() {
        check("login User invalid_grant | login rate exceeded", expect!["Transient"]);
        check(
            "login User invalid_grant | expired access/refresh token",
            expect!["Permanent salesforce.no_permission"],
        );
    }

    #[test]
    fn a_new_leads_owner_may_be_refused() {
        check("create Lead INACTIVE_OWNER_OR_USER [OwnerId]", expect!["OwnerRefused"]);
        check(
            "create Lead INVALID_CROSS_REFERENCE_KEY | invalid cross reference id",
            expect!["OwnerRefused"],
        );
        check("create Lead MALFORMED_ID [OwnerId]", expect!["OwnerRefused"]);
        check(
            "create Lead INVALID_OPERATION [OwnerId] | Queue not associated with this SObject type",
            expect!["OwnerRefused"],
        );
        check("create Event INACTIVE_OWNER_OR_USER [OwnerId]", expect!["OwnerRefused"]);
        check(
            "create Lead INVALID_OPERATION | not allowed here",
            expect!["Permanent salesforce.refused"],
        );
        check(
            "update Lead INACTIVE_OWNER_OR_USER [OwnerId]",
            expect!["Permanent salesforce.refused"],
        );
    }

    #[test]
    fn another_references_refusal_is_not_the_owners() {
        check(
            "create Lead INVALID_CROSS_REFERENCE_KEY [RecordTypeId]",
            expect!["DropFields RecordTypeId"],
        );
        check(
            "create CampaignMember INVALID_CROSS_REFERENCE_KEY",
            expect!["Permanent salesforce.bad_value"],
        );
        check(
            "create CampaignMember INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
            expect!["Permanent salesforce.no_permission"],
        );
    }

    #[test]
    fn the_target_may_have_changed() {
        check(
            "update Lead CANNOT_UPDATE_CONVERTED_LEAD | cannot reference converted lead",
            expect!["TargetConverted"],
        );
        check("update Lead ENTITY_IS_DELETED | entity is deleted", expect!["TargetDeleted"]);
        check("update Lead NOT_FOUND", expect!["TargetDeleted"]);
        check(
            "update Contact INVALID_CROSS_REFERENCE_KEY | invalid cross reference id",
            expect!["TargetDeleted"],
        );
        check("create Lead NOT_FOUND", expect!["Permanent salesforce.refused"]);
    }

    #[test]
    fn being_a_member_already_is_a_success() {
        check(
            "create CampaignMember DUPLICATE_VALUE | Already a campaign member.",
            expect!["AlreadyMember"],
        );
        check("create Lead DUPLICATE_VALUE | duplicate value found", expect!["SearchAnew"]);
    }

    #[test]
    fn a_named_duplicate_is_adopted() {
        check(
            "create Lead DUPLICATES_DETECTED <Lead:L1 Contact:C1> block",
            expect!["AdoptDuplicate Lead:L1 Contact:C1"],
        );
        check("create Lead DUPLICATES_DETECTED <Lead:L1> alert", expect!["AdoptDuplicate Lead:L1"]);
    }

    #[test]
    fn an_external_id_of_several_records_is_a_choice() {
        check(
            "create Lead MULTIPLE_CHOICES <Lead:L1 Lead:L2>",
            expect!["SeveralMatches Lead:L1 Lead:L2"],
        );
        check("create Lead MULTIPLE_CHOICES", expect!["Permanent salesforce.duplicate_rule"]);
    }

    #[test]
    fn a_duplicate_rule_that_names_nobody_is_final() {
        check(
            "create Lead DUPLICATES_DETECTED block",
            expect!["Permanent salesforce.duplicate_rule"],
        );
        check(
            "create Lead DUPLICATES_DETECTED <Account:A1> block",
            expect!["Permanent salesforce.duplicate_rule"],
        );
        check(
            "update Lead DUPLICATES_DETECTED <Lead:L1> block",
            expect!["Permanent salesforce.duplicate_rule"],
        );
    }

    #[test]
    fn an_alert_may_be_overruled_a_block_may_not() {
        let config = acme::config_with("duplicate_alert: save_anyway");
        let (write, refusal) = read("create Lead DUPLICATES_DETECTED <Lead:L1> alert");
        assert_eq!(classify_refusal(&write, &refusal, &config), Verdict::SaveAnyway);
        let (write, refusal) = read("create Lead DUPLICATES_DETECTED <Lead:L1> block");
        assert!(matches!(classify_refusal(&write, &refusal, &config), Verdict::AdoptDuplicate(_)));
    }

    #[test]
    fn a_field_that_may_be_left_out_is_left_out() {
        check(
            "create Lead INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST [Industry]",
            expect!["DropFields Industry"],
        );
        check(
            "create Lead INVALID_FIELD | No such column 'Budget__c' on sobject of type Lead",
            expect!["DropFields Budget__c"],
        );
        check(
            "update Contact INVALID_FIELD_FOR_INSERT_UPDATE [Phone Title]",
            expect!["DropFields Phone Title"],
        );
        check(
            "create CampaignMember INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST [Status]",
            expect!["DropFields Status"],
        );
        check("create Lead NUMBER_OUTSIDE_VALID_RANGE [Seats__c]", expect!["DropFields Seats__c"]);
    }

    #[test]
    fn a_field_that_may_not_be_left_out_is_final() {
        check(
            "create Lead INVALID_FIELD_FOR_INSERT_UPDATE [LastName Phone]",
            expect!["Permanent salesforce.no_permission"],
        );
        check(
            "create Event INVALID_FIELD_FOR_INSERT_UPDATE [Description]",
            expect!["Permanent salesforce.no_permission"],
        );
        check(
            "find Lead INVALID_FIELD | No such column 'Budget__c'",
            expect!["Permanent salesforce.no_permission"],
        );
        check("create Lead JSON_PARSER_ERROR", expect!["Permanent salesforce.bad_value"]);
    }

    #[test]
    fn a_text_that_is_too_long_is_cut_an_address_is_not() {
        check(
            "create Lead STRING_TOO_LONG [City] | City: data value too large: Llanfair (max length=40)",
            expect!["Shorten City 40"],
        );
        check(
            "create Lead STRING_TOO_LONG [Email] | Email: data value too large: x (max length=80)",
            expect!["Permanent salesforce.bad_value"],
        );
        check("create Lead STRING_TOO_LONG [City]", expect!["DropFields City"]);
    }

    #[test]
    fn the_rest_is_final_with_its_rule() {
        check(
            "create Lead FIELD_CUSTOM_VALIDATION_EXCEPTION | Give the country.",
            expect!["Permanent salesforce.validation_rule"],
        );
        check(
            "create Lead REQUIRED_FIELD_MISSING [Phone]",
            expect!["Permanent salesforce.required_field_missing"],
        );
        check(
            "create Lead INSUFFICIENT_ACCESS_OR_READONLY",
            expect!["Permanent salesforce.no_permission"],
        );
        check(
            "create Lead INVALID_EMAIL_ADDRESS [Email]",
            expect!["Permanent salesforce.bad_value"],
        );
        check("create Lead SOMETHING_NEW", expect!["Permanent salesforce.refused"]);
        check("create Lead STORAGE_LIMIT_EXCEEDED", expect!["Permanent salesforce.refused"]);
    }

    /// The codes as they come without text or fields: what a create of a lead makes of them, and what an update does.
    #[test]
    fn every_code_that_a_lead_can_meet_has_its_class() {
        for (code, class) in CLASSES.lines().filter_map(|it| it.trim().split_once(": ")) {
            let class_of = |operation: &str| {
                let text = format!("{operation} Lead {code}");
                let (write, refusal) = read(&text);
                describe(classify_refusal(&write, &refusal, &acme::config()))
            };
            assert_eq!(format!("{}; {}", class_of("create"), class_of("update")), class, "{code}");
        }
    }

    const CLASSES: &str = "
        UNABLE_TO_LOCK_ROW: Transient; Transient
        SERVER_UNAVAILABLE: Transient; Transient
        REQUEST_RUNNING_TOO_LONG: Transient; Transient
        QUERY_TIMEOUT: TooMuch; TooMuch
        REQUEST_LIMIT_EXCEEDED: LimitReached; LimitReached
        INVALID_SESSION_ID: SessionExpired; SessionExpired
        DUPLICATE_VALUE: SearchAnew; SearchAnew
        DUPLICATES_DETECTED: Permanent salesforce.duplicate_rule; Permanent salesforce.duplicate_rule
        CANNOT_UPDATE_CONVERTED_LEAD: TargetConverted; TargetConverted
        ENTITY_IS_DELETED: TargetDeleted; TargetDeleted
        INVALID_CROSS_REFERENCE_KEY: OwnerRefused; TargetDeleted
        INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: OwnerRefused; Permanent salesforce.no_permission
        INACTIVE_OWNER_OR_USER: OwnerRefused; Permanent salesforce.refused
        TRANSFER_REQUIRES_READ: OwnerRefused; Permanent salesforce.refused
        OP_WITH_INVALID_USER_TYPE_EXCEPTION: OwnerRefused; Permanent salesforce.refused
        INVALID_OPERATION: Permanent salesforce.refused; Permanent salesforce.refused
        REQUIRED_FIELD_MISSING: Permanent salesforce.required_field_missing; Permanent salesforce.required_field_missing
        STRING_TOO_LONG: Permanent salesforce.bad_value; Permanent salesforce.bad_value
        INVALID_EMAIL_ADDRESS: Permanent salesforce.bad_value; Permanent salesforce.bad_value
        INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Permanent salesforce.bad_value; Permanent salesforce.bad_value
        FIELD_CUSTOM_VALIDATION_EXCEPTION: Permanent salesforce.validation_rule; Permanent salesforce.validation_rule
        INVALID_FIELD: Permanent salesforce.no_permission; Permanent salesforce.no_permission
        INVALID_FIELD_FOR_INSERT_UPDATE: Permanent salesforce.no_permission; Permanent salesforce.no_permission
        INSUFFICIENT_ACCESS_OR_READONLY: Permanent salesforce.no_permission; Permanent salesforce.no_permission
        INSUFFICIENT_ACCESS: Permanent salesforce.no_permission; Permanent salesforce.no_permission
        CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: Permanent salesforce.refused; Permanent salesforce.refused
        CANNOT_EXECUTE_FLOW_TRIGGER: Permanent salesforce.refused; Permanent salesforce.refused
        MALFORMED_ID: Permanent salesforce.bad_value; Permanent salesforce.bad_value
        FIELD_INTEGRITY_EXCEPTION: Permanent salesforce.bad_value; Permanent salesforce.bad_value
        OPERATION_TOO_LARGE: Permanent salesforce.refused; Permanent salesforce.refused
        STORAGE_LIMIT_EXCEEDED: Permanent salesforce.refused; Permanent salesforce.refused
        LIMIT_EXCEEDED: Transient; Transient
        TOO_MANY_APEX_REQUESTS: Transient; Transient
        APEX_FAILED: Permanent salesforce.refused; Permanent salesforce.refused
        CUSTOM_APEX_ERROR: Permanent salesforce.refused; Permanent salesforce.refused
        ENTITY_IS_LOCKED: Permanent salesforce.no_permission; Permanent salesforce.no_permission
        MIXED_DML_OPERATION: Permanent salesforce.refused; Permanent salesforce.refused
        NUMBER_OUTSIDE_VALID_RANGE: Permanent salesforce.bad_value; Permanent salesforce.bad_value
        INVALID_TYPE_ON_FIELD_IN_RECORD: Permanent salesforce.bad_value; Permanent salesforce.bad_value
        PRIVATE_CONTACT_ON_ASSET: Permanent salesforce.refused; Permanent salesforce.refused
        INVALID_QUERY_LOCATOR: SearchAnew; SearchAnew
    ";

    /// `operation Object CODE [fields] <duplicates> alert or block | message`, all but the first three optional.
    #[track_caller]
    fn check(text: &str, expect: Expect) {
        let (write, refusal) = read(text);
        expect.assert_eq(&describe(classify_refusal(&write, &refusal, &acme::config())));
    }

    fn describe(verdict: Verdict) -> String {
        match verdict {
            Verdict::Permanent(rule) => format!("Permanent {rule}"),
            Verdict::DropFields(fields) => {
                format!(
                    "DropFields {}",
                    fields.iter().map(FieldName::as_str).collect::<Vec<_>>().join(" ")
                )
            }
            Verdict::Shorten(field, length) => format!("Shorten {field} {length}"),
            Verdict::AdoptDuplicate(people) => format!("AdoptDuplicate {}", listed(&people)),
            Verdict::SeveralMatches(people) => format!("SeveralMatches {}", listed(&people)),
            other => format!("{other:?}"),
        }
    }

    fn listed(people: &[(ObjectName, RecordId)]) -> String {
        let people = people.iter().map(|(object, id)| format!("{object}:{id}"));
        people.collect::<Vec<_>>().join(" ")
    }

    fn read(text: &str) -> (RefusedWrite<'_>, Refusal) {
        let (head, message) = text.split_once(" | ").unwrap_or((text, ""));
        let within = |open: char, close: char| {
            let (_, rest) = head.split_once(open)?;
            rest.split_once(close).map(|(inner, _)| inner)
        };
        let words: Vec<&str> = head.split(' ').collect();
        let operation = match words[0] {
            "create" => Some(SaveOperation::Create),
            "update" => Some(SaveOperation::Update),
            _ => None,
        };
        let fields =
            within('[', ']').unwrap_or_default().split_whitespace().map(FieldName::from).collect();
        let duplicates = within('<', '>').unwrap_or_default().split_whitespace().map(|it| {
            let (object, id) = it.split_once(':').unwrap();
            (object.into(), id.into())
        });
        let duplicate_rule = (words[2] == "DUPLICATES_DETECTED")
            .then(|| ("Same".to_owned(), head.ends_with("alert")));
        let refusal = Refusal {
            code: words[2].to_owned(),
            message: message.to_owned(),
            fields,
            duplicates: duplicates.collect(),
            duplicate_rule,
        };
        (RefusedWrite { object: words[1], operation }, refusal)
    }
}
