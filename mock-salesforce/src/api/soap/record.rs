//! Records that a call brings along.
//!
//! A partner record names its object in the element `type`, an enterprise record in `xsi:type`. Its other elements
//! are fields, those named in `fieldsToNull` are cleared, and a nil one says nothing. A parent may be given by a
//! key of its own: `<Account><type>Account</type><Key__c>a</Key__c></Account>`. An object or field that there is
//! not, and a text that is no value of its field, refuses the whole call, before anything is saved.

use serde_json::{Map, Value as Json};

use super::{Call, fault::Fault, row::zoned};
use crate::{
    FieldInput, FieldKind, ObjectSchema, Org, SfId, api::unsupported, org::misfit, xml::Element,
};

/// A record as it was sent.
#[derive(Debug)]
pub(super) struct Sent {
    /// The object, in the schema's own spelling.
    pub(super) object: String,
    /// `Id`, where it was sent.
    pub(super) id: Option<String>,
    /// Everything else.
    pub(super) fields: FieldInput,
}

/// Reads every record of a call.
pub(super) fn records(call: &Call<'_>, org: &Org, name: &str) -> Result<Vec<Sent>, Fault> {
    call.sent.all(name).map(|element| record(call, org, element, None)).collect()
}

/// Reads one record; `expected` is its object where it need not say so.
pub(super) fn record(
    call: &Call<'_>,
    org: &Org,
    element: &Element,
    expected: Option<&str>,
) -> Result<Sent, Fault> {
    let named = object_of(element).or(expected);
    let name =
        named.ok_or_else(|| Fault::of("INVALID_TYPE", "Must send a concrete entity type."))?;
    let object = visible(call, org, name)?;
    let mut sent = Sent { object: object.name.to_string(), id: None, fields: FieldInput::new() };
    let mut cleared = Vec::new();
    for (at, child) in element.children.iter().enumerate() {
        let text = child.text.trim();
        match &*child.name {
            "type" if at == type_at(element) => {}
            "fieldsToNull" => cleared.push(text),
            _ if child.is_nil() => {}
            name if name.eq_ignore_ascii_case("Id") => {
                sent.id.get_or_insert_with(|| text.to_owned());
            }
            name => {
                check(call, org, object, name, child)?;
                sent.fields.insert(name.to_owned(), value(object, child)?);
            }
        }
    }
    for field in cleared.into_iter().filter(|field| !field.is_empty()) {
        if field_of(call, org, object, field).is_none() {
            return Err(Fault::no_such_field(field, &object.name));
        }
        sent.fields.insert(field.to_owned(), Json::Null);
    }
    if call.headers.truncate {
        truncate(object, &mut sent.fields);
    }
    Ok(sent)
}

/// An object of this name that the user may read.
pub(super) fn visible<'o>(
    call: &Call<'_>,
    org: &'o Org,
    name: &str,
) -> Result<&'o ObjectSchema, Fault> {
    let object = org.schema().object(name);
    object.filter(|object| org.permitted(call.visit.user, object.index).read).ok_or_else(|| {
        match unsupported::object(org, &call.visit.mock, "SOAP: ", name) {
            Some(what) => Fault::not_emulated(what),
            None => Fault::no_such_object(name),
        }
    })
}

/// Where the element stands that names the object: the first `type`.
fn type_at(element: &Element) -> usize {
    element.children.iter().position(|child| &*child.name == "type").unwrap_or(usize::MAX)
}

/// The object that a record names.
fn object_of(element: &Element) -> Option<&str> {
    let by_type = || {
        let typed = element.attributes.iter().find(|attribute| {
            &*attribute.name == "type" && &*attribute.namespace == crate::xml::XSI
        })?;
        let name = typed.value.rsplit(':').next().unwrap_or_default().trim();
        (name != "sObject").then_some(name)
    };
    element.text_of("type").or_else(by_type)
}

fn field_of<'o>(
    call: &Call<'_>,
    org: &Org,
    object: &'o ObjectSchema,
    name: &str,
) -> Option<&'o crate::FieldSchema> {
    let readable =
        |field: &&crate::FieldSchema| org.readable(call.visit.user, object.index, field.index);
    object.field(name).filter(readable)
}

fn check(
    call: &Call<'_>,
    org: &Org,
    object: &ObjectSchema,
    name: &str,
    child: &Element,
) -> Result<(), Fault> {
    let parent = !child.children.is_empty() && object.relationship(name).is_some();
    if parent || field_of(call, org, object, name).is_some() {
        return Ok(());
    }
    Err(Fault::no_such_field(name, &object.name))
}

/// A text, or a parent given by its key.
fn value(object: &ObjectSchema, element: &Element) -> Result<Json, Fault> {
    if element.children.is_empty() {
        let field = object.field(&element.name);
        let moment = field.is_some_and(|field| field.kind == FieldKind::DateTime);
        let text = if moment { zoned(element.text.trim()) } else { element.text.clone() };
        return match field.and_then(|field| misfit(field, &text)) {
            Some(message) => Err(Fault::client(message)),
            None => Ok(Json::String(text)),
        };
    }
    let mut parent = Map::new();
    if let Some(object) = object_of(element) {
        parent.insert("type".to_owned(), Json::from(object));
    }
    let given = element.children.iter().filter(|child| &*child.name != "type" && !child.is_nil());
    parent.extend(given.map(|child| (child.name.to_string(), Json::from(child.text.trim()))));
    Ok(Json::Object(parent))
}

/// Cuts texts off at the length of their fields, as `AllowFieldTruncationHeader` asks.
fn truncate(object: &ObjectSchema, fields: &mut FieldInput) {
    for (name, value) in fields {
        let Some(field) = object.field(name).filter(|field| field.kind.is_text()) else { continue };
        let length = usize::try_from(field.length).unwrap_or(usize::MAX);
        if let (Json::String(text), true) = (value, length > 0)
            && let Some((end, _)) = text.char_indices().nth(length)
        {
            text.truncate(end);
        }
    }
}

/// Reads an id, in the words of a row's error.
pub(super) fn id_of(text: &str) -> Result<SfId, crate::OrgError> {
    text.trim().parse().map_err(|error: crate::id::MalformedId| {
        crate::OrgError::new("MALFORMED_ID", error.to_string())
    })
}
