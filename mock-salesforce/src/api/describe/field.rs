//! One field: 57 keys, alphabetical; versions before 43 have two less.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value as Json, json};

use super::without;
use crate::{FieldKind, FieldSchema, ObjectSchema, schema::PicklistValue};

/// Keys that came with version 43.
const SINCE_43: [&str; 2] = ["aiPredictionField", "formulaTreatNullNumberAsZero"];

/// Describes a field.
pub(super) fn describe(object: &ObjectSchema, field: &FieldSchema, version: u16) -> Json {
    let mut keys = Map::with_capacity(57);
    keys.extend(first(field));
    keys.extend(second(field));
    keys.extend(third(object, field));
    keys.extend(last(object, field));
    if version < 43 {
        without(&mut keys, &SINCE_43);
    }
    Json::Object(keys)
}

fn first(field: &FieldSchema) -> Map<String, Json> {
    let kind = field.kind;
    map(json!({
        "aggregatable": is_aggregatable(field), "aiPredictionField": false, "autoNumber": field.auto_number.is_some(),
        "byteLength": byte_length(field), "calculated": field.formula.is_some(),
        "calculatedFormula": field.formula.as_ref().map(|formula| formula.formula.source()),
        "cascadeDelete": field.detail,
        "caseSensitive": field.case_sensitive, "compoundFieldName": field.compound.as_deref(),
        "controllerName": field.picklist.controller.as_deref(), "createable": field.access.createable,
        "custom": field.custom, "defaultValue": default_value(field), "defaultValueFormula": null,
        "defaultedOnCreate": field.access.defaulted_on_create,
        "dependentPicklist": field.picklist.controller.is_some(), "deprecatedAndHidden": false,
        "digits": field.digits, "displayLocationInDecimal": kind == FieldKind::Location && field.scale > 0,
        "encrypted": false}))
}

fn second(field: &FieldSchema) -> Map<String, Json> {
    map(json!({
        "externalId": field.external_id, "extraTypeInfo": extra_type(field),
        "filterable": field.filterable || field.kind.is_compound(), "filteredLookupInfo": null,
        "formulaTreatNullNumberAsZero": field.formula.as_ref().is_some_and(|formula| formula.blanks_as_zero),
        "groupable": is_groupable(field), "highScaleNumber": false, "htmlFormatted": is_html(field),
        "idLookup": field.id_lookup || field.external_id || field.kind == FieldKind::Id,
        "inlineHelpText": field.help.as_deref(), "label": field.label, "length": length(field), "mask": null,
        "maskType": null, "name": &*field.name, "nameField": field.name_field}))
}

fn third(object: &ObjectSchema, field: &FieldSchema) -> Map<String, Json> {
    let named = [
        "Who",
        "What",
        "Owner",
        "LeadOrContact",
        "UserOrGroup",
        "Entity",
        "Record",
        "Relation",
        "Parent",
    ];
    let pointing = field.polymorphic()
        && field.relationship_name.as_deref().is_none_or(|name| named.contains(&name));
    map(json!({
        "namePointing": pointing, "nillable": field.access.nillable, "permissionable": is_permissionable(object, field),
        "picklistValues": picklist(object, field), "polymorphicForeignKey": field.polymorphic(),
        "precision": field.precision, "queryByDistance": field.kind.is_compound(), "referenceTargetField": null,
        "referenceTo": references(field), "relationshipName": field.relationship_name.as_deref(),
        "relationshipOrder": field.detail.then_some(0)}))
}

fn last(object: &ObjectSchema, field: &FieldSchema) -> Map<String, Json> {
    map(json!({
        "restrictedDelete": false, "restrictedPicklist": field.picklist.restricted, "scale": field.scale,
        "searchPrefilterable": is_prefilterable(object, field), "soapType": field.kind.soap_type(),
        "sortable": is_sortable(field), "type": field.kind.name(), "unique": field.unique,
        "updateable": field.access.updateable, "writeRequiresMasterRead": false}))
}

fn map(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}

/// Long text neither sorts nor groups.
fn is_long(field: &FieldSchema) -> bool {
    field.kind == FieldKind::TextArea && field.length > 255
}

fn is_measured(kind: FieldKind) -> bool {
    kind.is_number() && kind != FieldKind::Int
}

fn is_aggregatable(field: &FieldSchema) -> bool {
    let kind = field.kind;
    let whole = kind.is_compound()
        || matches!(kind, FieldKind::Boolean | FieldKind::Base64 | FieldKind::MultiPicklist);
    !whole && !is_long(field)
}

fn is_groupable(field: &FieldSchema) -> bool {
    let kind = field.kind;
    let single = kind.is_compound()
        || matches!(
            kind,
            FieldKind::MultiPicklist
                | FieldKind::DateTime
                | FieldKind::Time
                | FieldKind::Combobox
                | FieldKind::Base64
        );
    !is_measured(kind)
        && !single
        && field.auto_number.is_none()
        && (field.length <= 255 || !kind.is_text())
}

fn is_sortable(field: &FieldSchema) -> bool {
    let kind = field.kind;
    field.filterable
        && !kind.is_compound()
        && !matches!(kind, FieldKind::MultiPicklist | FieldKind::Base64)
}

/// Can a search be narrowed by what it refers to? People and queues do not count.
fn is_prefilterable(object: &ObjectSchema, field: &FieldSchema) -> bool {
    let beyond =
        field.reference_to.iter().any(|name| !matches!(&**name, "User" | "Group" | "Calendar"));
    let named = field.relationship_name.as_deref().is_some_and(|name| name != "MasterRecord");
    object.searchable && beyond && named
}

/// May an admin hide it? What the platform itself writes and what a row cannot be without, no.
fn is_permissionable(object: &ObjectSchema, field: &FieldSchema) -> bool {
    if let Some(said) = field.permissionable {
        return said;
    }
    if field.formula.is_some() || field.auto_number.is_some() && field.custom {
        return true;
    }
    let access = field.access;
    let of_name = field.compound.as_deref() == Some("Name") || field.name_field;
    let written = access.createable || access.updateable;
    let plain = access.nillable || field.kind == FieldKind::Boolean && access.updateable;
    (written && plain && !of_name || field.kind.is_compound()) && object.layoutable
}

fn is_html(field: &FieldSchema) -> bool {
    let linked = |source: &str| {
        ["HYPERLINK(", "IMAGE("].iter().any(|call| source.to_ascii_uppercase().contains(call))
    };
    field.rich_text
        || field.formula.as_ref().is_some_and(|formula| linked(formula.formula.source()))
}

fn length(field: &FieldSchema) -> u32 {
    if field.kind.is_text() || matches!(field.kind, FieldKind::Id | FieldKind::Reference) {
        field.length
    } else {
        0
    }
}

/// Three bytes a character, except for ids.
fn byte_length(field: &FieldSchema) -> u32 {
    match field.kind {
        FieldKind::Id | FieldKind::Reference => 18,
        kind if kind.is_text() => field.length * 3,
        _ => 0,
    }
}

fn extra_type(field: &FieldSchema) -> Option<&'static str> {
    match field.kind {
        FieldKind::TextArea if field.rich_text => Some("richtextarea"),
        FieldKind::TextArea => Some("plaintextarea"),
        FieldKind::Url if &*field.name == "PhotoUrl" => Some("imageurl"),
        FieldKind::String | FieldKind::Picklist if is_of_name(field) => Some("personname"),
        _ => None,
    }
}

/// Is it a person's name, or a part of one?
fn is_of_name(field: &FieldSchema) -> bool {
    field.name_field && field.length == 121 || field.compound.as_deref() == Some("Name")
}

fn default_value(field: &FieldSchema) -> Json {
    let chosen = field.picklist.values.iter().find(|entry| entry.default);
    match chosen {
        Some(entry) => Json::from(&*entry.value),
        None if field.kind == FieldKind::Boolean => Json::Bool(field.default.is_true()),
        None => field.default.to_json(),
    }
}

fn references(field: &FieldSchema) -> Vec<&str> {
    field.reference_to.iter().map(|name| &**name).collect()
}

fn picklist(object: &ObjectSchema, field: &FieldSchema) -> Vec<Json> {
    let controlling = field.picklist.controller.as_deref().map(|name| controlling(object, name));
    let entry = |entry: &PicklistValue| {
        let valid = controlling.as_ref().map(|values| valid_for(field, entry, values));
        json!({"active": entry.active, "defaultValue": entry.default, "label": &*entry.value, "validFor": valid,
            "value": &*entry.value})
    };
    field.picklist.values.iter().map(entry).collect()
}

/// The values of a controlling field in the order that bits count them.
fn controlling(object: &ObjectSchema, name: &str) -> Vec<String> {
    match object.field(name) {
        Some(field) if field.kind == FieldKind::Boolean => {
            vec!["false".to_owned(), "true".to_owned()]
        }
        Some(field) => field.picklist.values.iter().map(|entry| entry.value.to_string()).collect(),
        None => Vec::new(),
    }
}

/// One bit a controlling value, the first one highest, in base64.
fn valid_for(field: &FieldSchema, entry: &PicklistValue, controlling: &[String]) -> String {
    let offered = field.picklist.offered_with.get(&*entry.value);
    let bit = |at: usize| {
        let value = controlling.get(at);
        let with = |value: &String| {
            offered.is_some_and(|values| values.iter().any(|one| one.eq_ignore_ascii_case(value)))
        };
        if value.is_some_and(with) { 0x80_u8 >> (at % 8) } else { 0 }
    };
    let bytes: Vec<u8> = (0..controlling.len().div_ceil(8))
        .map(|byte| (0..8).map(|at| bit(byte * 8 + at)).fold(0, |a, b| a | b))
        .collect();
    STANDARD.encode(bytes)
}
