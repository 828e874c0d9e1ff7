//! The body that creates a job of Bulk 2.0.

use axum::http::StatusCode;
use serde::Deserialize;

use super::wrong;
use crate::{
    api::{body::parse, error::Refusal},
    org::bulk::{Delimiter, Dialect, JobKind, JobRequest, Operation},
};

/// The properties of a job, of ingest and of queries.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewJob {
    #[serde(default)]
    object: Option<String>,
    #[serde(default)]
    operation: Option<String>,
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default)]
    column_delimiter: Option<String>,
    #[serde(default)]
    line_ending: Option<String>,
    #[serde(default)]
    external_id_field_name: Option<String>,
    #[serde(default)]
    assignment_rule_id: Option<String>,
    #[serde(default)]
    concurrency_mode: Option<String>,
    // What a job tells of itself may come back with it.
    #[serde(default, rename = "apiVersion")]
    _api_version: serde::de::IgnoredAny,
    #[serde(default, rename = "jobType")]
    _job_type: serde::de::IgnoredAny,
    #[serde(default, rename = "state")]
    _state: serde::de::IgnoredAny,
}

/// Reads a job of this kind.
pub(super) fn read(kind: JobKind, body: &[u8]) -> Result<JobRequest, Refusal> {
    let asked = typed(body)?;
    let text = asked.operation.unwrap_or_default();
    let fits = |operation: &Operation| operation.is_query() == (kind == JobKind::Query);
    let operation = Operation::of(&text).filter(fits).ok_or_else(|| invalid("operation", &text))?;
    if let Some(content) = asked.content_type.filter(|content| !content.eq_ignore_ascii_case("CSV"))
    {
        return Err(invalid("contentType", &content));
    }
    if let Some(mode) = asked.concurrency_mode.filter(|mode| !mode.eq_ignore_ascii_case("Parallel"))
    {
        return Err(invalid("concurrencyMode", &mode));
    }
    let delimiter = asked.column_delimiter.unwrap_or_else(|| "COMMA".to_owned());
    let ending = asked.line_ending.unwrap_or_else(|| "LF".to_owned());
    if !["LF", "CRLF"].contains(&ending.as_str()) {
        return Err(invalid("lineEnding", &ending));
    }
    let dialect = Dialect {
        delimiter: Delimiter::of(&delimiter)
            .ok_or_else(|| invalid("columnDelimiter", &delimiter))?,
        crlf: ending == "CRLF",
    };
    let rule = asked.assignment_rule_id.filter(|rule| !rule.is_empty());
    let assignment_rule = match rule {
        Some(rule) => Some(rule.parse().map_err(|_| invalid("assignmentRuleId", &rule))?),
        None => None,
    };
    let query = asked.query.map(|query| query.trim().to_owned()).filter(|query| !query.is_empty());
    if kind == JobKind::Query && query.is_none() {
        return Err(wrong("INVALIDJOB", "A query job needs a query"));
    }
    Ok(JobRequest {
        external_id_field: asked.external_id_field_name.filter(|name| !name.is_empty()),
        assignment_rule,
        dialect,
        query: query.filter(|_| kind == JobKind::Query),
        ..JobRequest::new(kind, &asked.object.unwrap_or_default(), operation)
    })
}

fn invalid(what: &str, value: &str) -> Refusal {
    wrong("INVALIDJOB", &format!("Unable to parse Job: {what} '{value}'"))
}

/// A property of the wrong type and one that there is not have words of their own.
fn typed(body: &[u8]) -> Result<NewJob, Refusal> {
    // An array would be taken for the properties in their order.
    if body.trim_ascii_start().starts_with(b"[") {
        return parse(body);
    }
    let error = match serde_json::from_slice(body) {
        Ok(job) => return Ok(job),
        Err(error) if error.is_data() => error,
        Err(_) => return parse(body),
    };
    let text = error.to_string();
    let place = format!("[line:{}, column:{}]", error.line(), error.column());
    let message = match text.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`')) {
        Some((name, _)) => format!("Unrecognized field \"{name}\" at {place}"),
        None => format!("Value does not match expected type at {place}"),
    };
    Err(Refusal::routing(StatusCode::BAD_REQUEST, "API_ERROR", &message))
}
