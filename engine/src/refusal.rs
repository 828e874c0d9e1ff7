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
    /// A unique value exists already: search anew.
    SearchAnew,
    /// A duplicate rule names these leads and contacts: one of them is the match.
    AdoptDuplicate(Vec<(ObjectName, RecordId)>),
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
    if let Some(verdict) = of_the_service(refusal) {
        return verdict;
    }
    if let Some(verdict) = of_the_target(write, refusal) {
        return verdict;
    }
    match refusal.code.as_str() {
        "DUPLICATES_DETECTED" => duplicates(write, refusal, config),
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
        "REQUEST_LIMIT_EXCEEDED" if says("concurrent") => Some(Verdict::Transient),
        "REQUEST_LIMIT_EXCEEDED" => Some(Verdict::LimitReached),
        "UNABLE_TO_LOCK_ROW"
        | "SERVER_UNAVAILABLE"
        | "REQUEST_RUNNING_TOO_LONG"
        | "UNKNOWN_EXCEPTION"
        | "QUERY_TIMEOUT"
        | "TOO_MANY_APEX_REQUESTS"
        | "LIMIT_EXCEEDED"
        | "ALL_OR_NONE_OPERATION_ROLLED_BACK"
        | "PROCESSING_HALTED"
        | "API_CURRENTLY_DISABLED" => Some(Verdict::Transient),
        "invalid_grant" if says("login rate exceeded") => Some(Verdict::Transient),
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
        | "CANNOT_EXECUTE_FLOW_TRIGGER"
        | "APEX_FAILED"
        | "CUSTOM_APEX_ERROR"
            if LOCK_OR_LIMIT.iter().any(|text| says(text)) =>
        {
            Some(Verdict::Transient)
        }
        _ => None,
    }
}

/// What the text of a failed trigger says when its cause passes by itself, in lower case.
const LOCK_OR_LIMIT: &[&str] = &[
    "unable_to_lock_row",
    "unable to obtain exclusive access",
    "limitexception",
    "too many soql queries",
];

/// Refusals that say that the record written to, or referred to, is not what it was.
fn of_the_target(write: &RefusedWrite<'_>, refusal: &Refusal) -> Option<Verdict> {
    let updates = write.operation == Some(SaveOperation::Update);
    match refusal.code.as_str() {
        "CANNOT_UPDATE_CONVERTED_LEAD" => Some(Verdict::TargetConverted),
        "ENTITY_IS_DELETED" => Some(Verdict::TargetDeleted),
        "NOT_FOUND" | "INVALID_CROSS_REFERENCE_KEY" if updates => Some(Verdict::TargetDeleted),
        "DUPLICATE_VALUE" if write.object == "CampaignMember" => Some(Verdict::AlreadyMember),
        "DUPLICATE_VALUE" => Some(Verdict::SearchAnew),
        _ => None,
    }
}

fn duplicates(write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
    let only_alerts = refusal.duplicate_rule.as_ref().is_some_and(|(_, allows_save)| *allows_save);
    if only_alerts && config.settings.duplicate_alert == DuplicateAlert::SaveAnyway {
        return Verdict::SaveAnyway;
    }
    let people = refusal
        .duplicates
        .iter()
        .filter(|(object, _)| matches!(object.as_str(), "Lead" | "Contact"));
    let people: Vec<_> = people.cloned().collect();
    if write.operation == Some(SaveOperation::Create) && !people.is_empty() {
        Verdict::AdoptDuplicate(people)
    } else {
        Verdict::Permanent(Rule::RefusedByDuplicateRule)
    }
}

/// The owner is the one reference that a new lead of ours has, and of a new Event the one that may give way.
fn reference(write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict {
    let creates = write.operation == Some(SaveOperation::Create);
    let names_owner =
        refusal.fields.is_empty() || refusal.fields.iter().any(|it| it.as_str() == "OwnerId");
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
        | "CANNOT_INSERT_UPDATE"
        | "ENTITY_IS_LOCKED"
        | "INVALID_TYPE"
        | "API_DISABLED_FOR_ORG" => Rule::RefusedNoPermission,
        "INVALID_EMAIL_ADDRESS" | "FIELD_FILTER_VALIDATION_EXCEPTION" => Rule::RefusedValue,
        _ => Rule::RefusedOther,
    }
}
