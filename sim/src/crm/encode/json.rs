//! Field values as JSON (wire reference §0.3).

use engine::{FieldValues, ObjectName, SaveRow, Timestamp, Value};
use serde_json::{Map, Number, Value as Json, json};

/// The fields of one row, in order.
pub fn fields(values: &FieldValues) -> Map<String, Json> {
    values.iter().map(|(name, value)| (name.as_str().to_owned(), json_value(value))).collect()
}

/// One record of a collection.
pub fn record(object: &ObjectName, row: &SaveRow) -> Json {
    let mut record = Map::with_capacity(row.fields.len() + 2);
    record.insert("attributes".into(), json!({ "type": object.as_str() }));
    if let Some(id) = &row.id {
        record.insert("id".into(), id.as_str().into());
    }
    record.extend(fields(&row.fields));
    record.into()
}

fn json_value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => (**text).into(),
        Value::Bool(it) => (*it).into(),
        Value::Int(it) => (*it).into(),
        Value::Double(it) => Number::from_f64(*it).map_or(Json::Null, Json::Number),
        Value::Instant(at) => instant(*at, "+0000").into(),
    }
}

/// An instant as Salesforce spells it in UTC, with the sign for UTC that the place wants: `+0000` or `Z`.
/// Instants beyond the years of the calendar become its ends.
pub fn instant(at: Timestamp, utc: &str) -> String {
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or(if at.0 < 0 {
        jiff::Timestamp::MIN
    } else {
        jiff::Timestamp::MAX
    });
    format!("{}{utc}", at.strftime("%Y-%m-%dT%H:%M:%S%.3f"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_three_digits_and_no_colon_in_the_offset() {
        assert_eq!(instant(Timestamp(0), "+0000"), "1970-01-01T00:00:00.000+0000");
        assert_eq!(instant(Timestamp(1_638_554_355_120), "Z"), "2021-12-03T17:59:15.120Z");
        assert!(instant(Timestamp(i64::MIN), "Z").starts_with("-9999-"));
    }

    #[test]
    fn fractions_without_a_value_are_null() {
        assert_eq!(json_value(&Value::Double(f64::NAN)), Json::Null);
        assert_eq!(json_value(&Value::Double(1.5)), json!(1.5));
    }
}
