//! What Salesforce refuses, in its own words (wire reference §0.6, §1.1, §5.1, §7).
//!
//! Several errors of one answer become one refusal: the first one's code, all the messages, and the fields that
//! errors of that code name. The payload of a duplicate rule is read under both spellings of its key.

use engine::{FieldName, ObjectName, RecordId, Refusal, SaveResult};
use serde_json::Value as Json;

/// Errors of one answer that are read; Salesforce sends a handful.
const ERROR_LIMIT: usize = 100;

/// A refusal of which nothing but code and message is known.
pub(super) fn plain(code: &str, message: &str) -> Refusal {
    Refusal {
        code: code.into(),
        message: message.into(),
        fields: Vec::new(),
        duplicates: Vec::new(),
        duplicate_rule: None,
    }
}

/// The refusal in an error body: an array of errors, an object with `errors`, one error, or the token endpoint's
/// object. `None` when it holds no code.
pub(super) fn of_json(json: &Json) -> Option<Refusal> {
    match json {
        Json::Array(errors) => of_errors(errors),
        Json::Object(object) => match object.get("errors").and_then(Json::as_array) {
            Some(errors) if !errors.is_empty() => of_errors(errors),
            _ => of_error(json).or_else(|| of_token_endpoint(json)),
        },
        _ => None,
    }
}

/// `{"id":…,"success":true,"errors":[]}`, or the errors; `None` for any other shape.
pub(super) fn row_result(json: &Json) -> Option<SaveResult> {
    if json.get("success")?.as_bool()? {
        Some(Ok(RecordId::from(json.get("id")?.as_str()?)))
    } else {
        of_errors(json.get("errors")?.as_array()?).map(Err)
    }
}

/// A body of record URLs: an external id has several matches.
pub(super) fn of_several_matches(json: &Json) -> Option<Refusal> {
    let urls = json.as_array()?.iter().map(Json::as_str).collect::<Option<Vec<_>>>()?;
    let mut refusal = plain("MULTIPLE_CHOICES", "several records match");
    refusal.duplicates = urls.into_iter().take(ERROR_LIMIT).filter_map(record_of_url).collect();
    Some(refusal)
}

/// `/services/data/v41.0/sobjects/Account/0011I00000aCPEAQA4`
fn record_of_url(url: &str) -> Option<(ObjectName, RecordId)> {
    let (rest, id) = url.rsplit_once('/')?;
    let (_, object) = rest.rsplit_once('/')?;
    (!id.is_empty() && !object.is_empty()).then(|| (ObjectName::from(object), RecordId::from(id)))
}

fn of_errors(errors: &[Json]) -> Option<Refusal> {
    let mut refusals = errors.iter().take(ERROR_LIMIT).filter_map(of_error);
    let mut first = refusals.next()?;
    for next in refusals {
        first.message.push_str("; ");
        first.message.push_str(&next.message);
        if next.code == first.code {
            first.fields.extend(next.fields);
            first.duplicates.extend(next.duplicates);
        }
        first.duplicate_rule = first.duplicate_rule.or(next.duplicate_rule);
    }
    Some(first)
}

fn of_error(error: &Json) -> Option<Refusal> {
    let text = |key: &str| error.get(key).and_then(Json::as_str);
    let code = text("errorCode").or_else(|| text("statusCode"))?;
    let mut refusal = plain(code, text("message").unwrap_or_default());
    refusal.fields = fields(error, &refusal.message);
    if let Some(found) = ["duplicateResult", "duplicateResut"].iter().find_map(|key| error.get(key))
    {
        refusal.duplicates = duplicates(found);
        refusal.duplicate_rule = duplicate_rule(found);
    }
    Some(refusal)
}

fn of_token_endpoint(json: &Json) -> Option<Refusal> {
    let code = json.get("error")?.as_str()?;
    Some(plain(code, json.get("error_description").and_then(Json::as_str).unwrap_or_default()))
}

/// The fields that an error names; an unknown column is named in the message only.
fn fields(error: &Json, message: &str) -> Vec<FieldName> {
    let named = error.get("fields").and_then(Json::as_array);
    let named: Vec<FieldName> =
        named.into_iter().flatten().filter_map(Json::as_str).map(FieldName::from).collect();
    if !named.is_empty() {
        return named;
    }
    let column = message.split_once("No such column '").and_then(|(_, rest)| rest.split_once('\''));
    column.map(|(name, _)| FieldName::from(name)).into_iter().collect()
}

fn duplicate_rule(found: &Json) -> Option<(String, bool)> {
    let rule = found.get("duplicateRule").and_then(Json::as_str)?;
    Some((rule.to_owned(), found.get("allowSave").and_then(Json::as_bool).unwrap_or(false)))
}

fn duplicates(found: &Json) -> Vec<(ObjectName, RecordId)> {
    let results = found.get("matchResults").and_then(Json::as_array).into_iter().flatten();
    let records = results.flat_map(|result| {
        let entity = result.get("entityType").and_then(Json::as_str);
        let records = result.get("matchRecords").and_then(Json::as_array).into_iter().flatten();
        records.filter_map(move |matched| duplicate(matched.get("record")?, entity))
    });
    records.take(ERROR_LIMIT).collect()
}

fn duplicate(record: &Json, entity: Option<&str>) -> Option<(ObjectName, RecordId)> {
    let id = record.get("Id").or_else(|| record.get("id"))?.as_str()?;
    let own_type = record.get("attributes").and_then(|it| it.get("type")).and_then(Json::as_str);
    Some((ObjectName::from(own_type.or(entity)?), RecordId::from(id)))
}
