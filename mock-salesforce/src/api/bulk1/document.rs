//! The document that creates or changes a job: `<jobInfo>` or a JSON object with the same names.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::answer::Form;
use crate::json::unreadable;
use crate::org::bulk::{Content, JobKind, JobRequest, Operation};
use crate::xml::{self, Limits};

/// First version with JSON, and with queries over deleted rows.
const JSON_SINCE: u16 = 36;
const QUERY_ALL_SINCE: u16 = 39;

/// What a document says: texts by name. Numbers are written out.
pub(super) type Document = BTreeMap<String, String>;

/// Why a document is not a job's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Misread {
    /// It cannot be read at all.
    Malformed(String),
    /// It asks for what this mock has not.
    Unsupported(String),
}

/// Reads a document.
pub(super) fn read(form: Form, body: &[u8]) -> Result<Document, Misread> {
    let broken = |error: String| Misread::Malformed(format!("Unable to parse Job: {error}"));
    match form {
        Form::Xml => {
            let root = xml::read(body.trim_ascii_start(), Limits::default())
                .map_err(|error| broken(error.to_string()))?;
            if &*root.name != "jobInfo" {
                return Err(broken(format!("expected jobInfo, found {}", root.name)));
            }
            let all = root.children.into_iter().filter(|child| !child.is_nil());
            Ok(all.map(|child| (child.name.into(), child.text.trim().to_owned())).collect())
        }
        Form::Json => {
            let all: serde_json::Map<String, Json> =
                serde_json::from_slice(body).map_err(|error| broken(unreadable(body, &error)))?;
            let text = |(name, value)| match value {
                Json::Null => None,
                Json::String(text) => Some((name, text)),
                other => Some((name, other.to_string())),
            };
            Ok(all.into_iter().filter_map(text).collect())
        }
    }
}

/// The job that a document asks for.
pub(super) fn request(document: &Document, version: u16) -> Result<JobRequest, Misread> {
    let given = |name: &str| document.get(name).filter(|text| !text.is_empty());
    let bad = |name: &str| {
        let value = given(name).map_or("", String::as_str);
        Misread::Malformed(format!("Unable to parse Job: {name} '{value}'"))
    };
    let operation = given("operation")
        .and_then(|text| Operation::of(text).filter(|operation| operation.name() == text));
    let operation = operation.ok_or_else(|| bad("operation"))?;
    if operation == Operation::QueryAll && version < QUERY_ALL_SINCE {
        return Err(bad("operation"));
    }
    let content = match given("contentType") {
        None => Content::Xml,
        Some(text) if text.starts_with("ZIP_") => {
            return Err(Misread::Unsupported(format!("Bulk 1.0 content type {text}")));
        }
        Some(text) => Content::of(text).ok_or_else(|| bad("contentType"))?,
    };
    if content == Content::Json && version < JSON_SINCE {
        return Err(bad("contentType"));
    }
    let serial = match given("concurrencyMode").map(String::as_str) {
        None | Some("Parallel" | "0") => false,
        Some("Serial" | "1") => true,
        Some(_) => return Err(bad("concurrencyMode")),
    };
    let assignment_rule = match given("assignmentRuleId") {
        Some(text) => Some(text.parse().map_err(|_| bad("assignmentRuleId"))?),
        None => None,
    };
    let object = given("object").ok_or_else(|| bad("object"))?;
    Ok(JobRequest {
        external_id_field: given("externalIdFieldName").cloned(),
        assignment_rule,
        content,
        serial,
        ..JobRequest::new(JobKind::Classic, object, operation)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_and_json_say_the_same() {
        let xml = b"<?xml version='1.0'?><jobInfo xmlns='n'><operation>upsert</operation><object>Lead</object>
            <externalIdFieldName>E__c</externalIdFieldName><concurrencyMode>Serial</concurrencyMode><contentType>JSON</contentType></jobInfo>";
        let json = br#"{"operation":"upsert","object":"Lead","externalIdFieldName":"E__c","concurrencyMode":1,"contentType":"JSON"}"#;
        let of = |form, body: &[u8]| request(&read(form, body).unwrap(), 62).unwrap();
        let asked = of(Form::Xml, xml);
        assert_eq!(asked, of(Form::Json, json));
        assert!(asked.serial && asked.content == Content::Json);
    }

    #[test]
    fn what_is_no_job_is_told() {
        let of = |body: &str| request(&read(Form::Json, body.as_bytes())?, 62);
        assert!(matches!(of("{"), Err(Misread::Malformed(_))));
        assert!(matches!(
            of(r#"{"operation":"harddelete","object":"Lead"}"#),
            Err(Misread::Malformed(_))
        ));
        assert!(matches!(
            of(r#"{"operation":"insert","object":"Lead","contentType":"ZIP_CSV"}"#),
            Err(Misread::Unsupported(_))
        ));
    }
}
