//! `describeGlobal`, `describeSObject`, `describeSObjects`: the REST descriptions in XML.
//!
//! The WSDL lists elements in ASCII order and knows some keys of REST not. What is null is left out, except where
//! the WSDL wants an element that is nil. The pages of the user interface are elements of their own.

use serde_json::{Map, Value as Json};

use super::{Call, Outcome, fault::Fault, record};
use crate::{api::describe, xml};

/// Most objects of one `describeSObjects`.
const OBJECT_LIMIT: usize = 100;

/// Keys of the REST answers that no WSDL has.
const REST_ONLY: &[&str] = &[
    "associateEntityType",
    "associateParentEntity",
    "extendedBy",
    "extendsInterfaces",
    "listviewable",
    "lookupLayoutable",
    "sobjectDescribeOption",
    "urls",
];

/// Elements that came with the WSDL of version 47; REST has them from earlier on.
const SINCE_47: &[&str] = &[
    "deepCloneable",
    "defaultImplementation",
    "implementedBy",
    "implementsInterfaces",
    "isInterface",
];

/// Elements that are always there.
const NILLABLE: &[&str] = &[
    "defaultImplementation",
    "implementedBy",
    "implementsInterfaces",
    "keyPrefix",
    "networkScopeFieldName",
    "recordTypeId",
    "urlDetail",
    "urlEdit",
    "urlNew",
];

/// Elements for pages of the user interface, and what REST calls their addresses.
const PAGES: [(&str, &str); 3] =
    [("urlDetail", "uiDetailTemplate"), ("urlEdit", "uiEditTemplate"), ("urlNew", "uiNewRecord")];

/// `describeGlobal()`
pub(super) fn global(call: &Call<'_>) -> Outcome {
    let org = call.visit.mock.org();
    let reply = describe::listed(&org, call.visit)?;
    let mut listed: Json =
        serde_json::from_slice(reply.body.as_deref().unwrap_or_default()).unwrap_or_default();
    if let Some(objects) = listed.get_mut("sobjects").and_then(Json::as_array_mut) {
        for object in objects.iter_mut().filter_map(Json::as_object_mut) {
            of_the_wsdl(object, call.visit.version);
        }
    }
    let mut out = Vec::new();
    write(&mut out, "result", &listed);
    Ok(out)
}

/// `describeSObject(sObjectType)`
pub(super) fn object(call: &Call<'_>) -> Outcome {
    let mut out = Vec::new();
    describe_one(&mut out, call, call.sent.text_of("sObjectType").unwrap_or_default())?;
    Ok(out)
}

/// `describeSObjects(sObjectType…)`
pub(super) fn objects(call: &Call<'_>) -> Outcome {
    let names = call.list("sObjectType");
    if names.len() > OBJECT_LIMIT {
        let message = format!("describeSObjects takes at most {OBJECT_LIMIT} objects");
        return Err(Fault::of("EXCEEDED_MAX_TYPES_LIMIT", message));
    }
    let mut out = Vec::new();
    for name in names {
        describe_one(&mut out, call, name)?;
    }
    Ok(out)
}

fn describe_one(out: &mut Vec<u8>, call: &Call<'_>, name: &str) -> Result<(), Fault> {
    let org = call.visit.mock.org();
    let object = record::visible(call, &org, name)?;
    let reply = describe::full(&org, call.visit, &object.name)?;
    let mut described: Map<String, Json> =
        serde_json::from_slice(reply.body.as_deref().unwrap_or_default()).unwrap_or_default();
    let urls = described.get("urls").cloned().unwrap_or_default();
    let page = |(element, name): (&str, &str)| {
        (element.to_owned(), urls.get(name).cloned().unwrap_or_default())
    };
    described.extend(PAGES.map(page));
    of_the_wsdl(&mut described, call.visit.version);
    write(out, "result", &Json::Object(described));
    Ok(())
}

/// Gives the description of an object the elements that the WSDL of the version has. `idEnabled` was always there.
fn of_the_wsdl(object: &mut Map<String, Json>, version: u16) {
    object.insert("idEnabled".to_owned(), Json::Bool(true));
    if version < 47 {
        object.retain(|key, _| !SINCE_47.contains(&key.as_str()));
    }
}

/// JSON as elements in ASCII order: a list is a repeated element, null is left out.
fn write(out: &mut Vec<u8>, name: &str, json: &Json) {
    match json {
        Json::Null if NILLABLE.contains(&name) => xml::nil(out, name),
        Json::Null => {}
        Json::Array(all) => all.iter().for_each(|one| write(out, name, one)),
        Json::Object(parts) => {
            let mut parts: Vec<(&String, &Json)> =
                parts.iter().filter(|(key, _)| !REST_ONLY.contains(&key.as_str())).collect();
            parts.sort_unstable_by_key(|(key, _)| key.as_str());
            xml::open(out, name);
            for (key, value) in parts {
                write(out, key, value);
            }
            xml::close(out, name);
        }
        Json::Bool(_) | Json::String(_) if name == "defaultValue" => default_value(out, json),
        Json::String(text) => xml::element(out, name, text),
        Json::Bool(_) | Json::Number(_) => xml::element(out, name, json),
    }
}

/// A default value of a field may be of any type, and says of which; that of a picklist entry is a truth.
fn default_value(out: &mut Vec<u8>, json: &Json) {
    let (kind, text) = match json {
        Json::String(text) => ("string", text.clone()),
        other => ("boolean", other.to_string()),
    };
    out.extend_from_slice(format!("<defaultValue xsi:type=\"xsd:{kind}\">").as_bytes());
    xml::text(out, &text);
    xml::close(out, "defaultValue");
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_description_has_the_order_and_the_elements_of_the_wsdl() {
        let mut out = Vec::new();
        write(
            &mut out,
            "result",
            &json!({"urls": {"a": "b"}, "name": "Lead", "keyPrefix": null, "defaultValue": "<", "fields": [{"type": "id", "Zed": 1.5}, {"type": "string", "scope": null}]}),
        );
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "<result><defaultValue xsi:type=\"xsd:string\">&lt;</defaultValue><fields><Zed>1.5</Zed><type>id</type></fields><fields><type>string</type></fields><keyPrefix xsi:nil=\"true\"/><name>Lead</name></result>"
        );
    }
}
