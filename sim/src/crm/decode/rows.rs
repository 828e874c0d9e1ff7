//! A page of a query's rows (wire reference §4.1).
//!
//! A dotted field such as `Owner.IsActive` is found in the nested object; a parent that is null makes it null. Text
//! stays text; what Salesforce spells as a datetime becomes an instant in the standard datetime fields only, so that
//! no visitor's text is ever read as one.

use engine::{Done, FieldName, FieldValues, Find, RecordId, Row, Timestamp, Value};
use serde_json::{Map, Value as Json};

/// Deepest path through parents (§4.2).
const PATH_LIMIT: usize = 6;

/// The rows of a page. With a find the fields come as asked for; a further page has no find, and its fields come as
/// they were sent, parents' fields under dotted names.
pub(super) fn page(json: &Json, find: Option<&Find>) -> Option<Done> {
    let records = json.get("records")?.as_array()?;
    let rows = records.iter().map(|record| row(record, find)).collect::<Option<Vec<_>>>()?;
    let is_done = json.get("done")?.as_bool()?;
    let more = json.get("nextRecordsUrl").and_then(Json::as_str).map(str::to_owned);
    // A page that is not the last one must say where the next one is.
    if !is_done && more.is_none() {
        return None;
    }
    Some(Done::Rows { rows, more: more.filter(|_| !is_done) })
}

fn row(record: &Json, find: Option<&Find>) -> Option<Row> {
    let record = record.as_object()?;
    let id = get(record, "Id")?.as_str()?;
    let fields = if let Some(find) = find {
        find.fields.iter().map(|field| (field.clone(), at_path(record, field))).collect()
    } else {
        let mut fields = Vec::with_capacity(record.len());
        flatten(&mut fields, record, "", 0);
        fields
    };
    Some(Row { id: RecordId::from(id), fields })
}

/// Names in any case: Salesforce answers in its own.
fn get<'r>(record: &'r Map<String, Json>, name: &str) -> Option<&'r Json> {
    record.get(name).or_else(|| {
        record.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    })
}

fn at_path(record: &Map<String, Json>, path: &FieldName) -> Value {
    let mut names = path.as_str().split('.').peekable();
    let mut record = record;
    while let Some(name) = names.next() {
        let found = get(record, name);
        match (found, names.peek()) {
            (Some(found), None) => return value(name, found),
            (Some(Json::Object(parent)), Some(_)) => record = parent,
            _ => return Value::Null,
        }
    }
    Value::Null
}

fn flatten(fields: &mut FieldValues, record: &Map<String, Json>, prefix: &str, depth: usize) {
    for (name, json) in record {
        match json {
            _ if name == "attributes" => {}
            Json::Object(parent) if depth < PATH_LIMIT => {
                flatten(fields, parent, &format!("{prefix}{name}."), depth + 1);
            }
            json => fields.push((FieldName::from(format!("{prefix}{name}")), value(name, json))),
        }
    }
}

fn value(name: &str, json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(it) => Value::Bool(*it),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(it), _) => Value::Int(it),
            (None, it) => it.map_or(Value::Null, Value::Double),
        },
        Json::String(text) => {
            instant(name, text).map_or_else(|| Value::from(text.as_str()), Value::Instant)
        }
        json @ (Json::Array(_) | Json::Object(_)) => Value::from(json.to_string().as_str()),
    }
}

/// `2021-12-03T17:59:15.000+0000` in a standard field that holds datetimes.
fn instant(name: &str, text: &str) -> Option<Timestamp> {
    let is_standard = !name.ends_with("__c");
    if !is_standard
        || ![".", "+0000"].iter().all(|mark| text.contains(mark))
        || !holds_datetimes(name)
    {
        return None;
    }
    let utc = format!("{}Z", text.strip_suffix("+0000")?);
    utc.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()))
}

fn holds_datetimes(name: &str) -> bool {
    ["Date", "DateTime", "Modstamp"].iter().any(|end| name.ends_with(end))
}
