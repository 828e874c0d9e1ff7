//! Rows of a batch in JSON or XML.
//!
//! JSON: an array of objects, null clears. XML: `<sObjects><sObject>…`, `xsi:nil="true"` clears, an empty element is
//! left out, a parent is an `<sObject>` inside the relationship's element (wire reference §6.3).

use serde_json::{Map, Value as Json};

use super::super::context::FieldInput;
use crate::json::unreadable;
use crate::xml::{self, Element, Limits};

/// Reads the rows of a JSON batch.
pub(super) fn of_json(text: &[u8]) -> Result<Vec<FieldInput>, String> {
    let rows: Result<Vec<FieldInput>, _> = serde_json::from_slice(text);
    let rows = rows.map_err(|error| {
        format!("InvalidBatch : Failed to parse JSON. {}", unreadable(text, &error))
    })?;
    some(rows)
}

/// A batch without rows fails.
fn some(rows: Vec<FieldInput>) -> Result<Vec<FieldInput>, String> {
    if rows.is_empty() { Err("InvalidBatch : Records not found".to_owned()) } else { Ok(rows) }
}

/// Reads the rows of an XML batch.
pub(super) fn of_xml(text: &[u8]) -> Result<Vec<FieldInput>, String> {
    let wrong = |what: &str| format!("InvalidBatch : Failed to parse XML. {what}");
    let root = xml::read(text.trim_ascii_start(), Limits::default())
        .map_err(|error| wrong(&error.to_string()))?;
    if &*root.name != "sObjects" {
        return Err(wrong(&format!("expected sObjects, found {}", root.name)));
    }
    let row = |element: Element| match &*element.name {
        "sObject" => Ok(fields(element).into_iter().collect()),
        other => Err(wrong(&format!("expected sObject, found {other}"))),
    };
    some(root.children.into_iter().map(row).collect::<Result<_, _>>()?)
}

fn fields(element: Element) -> Map<String, Json> {
    let mut all = Map::new();
    for mut field in element.children {
        let parent = field.children.iter().position(|child| &*child.name == "sObject");
        let value = match parent {
            Some(at) => Json::Object(fields(field.children.swap_remove(at))),
            None if field.is_nil() => Json::Null,
            None if field.text.is_empty() => continue,
            None => Json::String(field.text),
        };
        all.insert(field.name.into(), value);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn xml_rows_hold_text_nil_and_parents() {
        let text = br#"<sObjects xmlns="n" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><sObject><Name>A &amp; B</Name><Phone xsi:nil="true"/><City/>
            <Account><sObject><type>Account</type><Ext__c>1</Ext__c></sObject></Account></sObject></sObjects>"#;
        let rows = of_xml(text).unwrap();
        assert_eq!(
            serde_json::to_value(&rows).unwrap(),
            json!([{"Name": "A & B", "Phone": null, "Account": {"type": "Account", "Ext__c": "1"}}])
        );
    }

    #[test]
    fn what_is_no_list_of_rows_is_told() {
        assert_eq!(
            of_json(b"{}").unwrap_err(),
            "InvalidBatch : Failed to parse JSON. Cannot deserialize instance of list from START_OBJECT value { or \
             request may be missing a required field at [line:1, column:1]"
        );
        assert_eq!(
            of_json(b"[{\"a\":1},]").unwrap_err(),
            "InvalidBatch : Failed to parse JSON. Unexpected character (']' (code 93)): was expecting double-quote to \
             start field name at [line:1, column:11]"
        );
        for none in [of_json(b"[]"), of_xml(b"<sObjects/>")] {
            assert_eq!(none.unwrap_err(), "InvalidBatch : Records not found");
        }
        assert!(of_xml(b"<a/>").unwrap_err().ends_with("expected sObjects, found a"));
    }
}
