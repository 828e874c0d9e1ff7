//! One field: 57 keys, alphabetical, all always present.

use serde_json::{Value as Json, json};

use crate::{FieldKind, FieldSchema};

/// Describes a field.
pub(super) fn describe(field: &FieldSchema) -> Json {
    let kind = field.kind;
    let access = field.access;
    let first = json!({"aggregatable": kind != FieldKind::Address && !is_long(field), "aiPredictionField": false, "autoNumber": false,
        "byteLength": byte_length(field), "calculated": false, "calculatedFormula": null, "cascadeDelete": false,
        "caseSensitive": field.case_sensitive, "compoundFieldName": field.compound.as_deref(), "controllerName": null,
        "createable": access.createable, "custom": field.custom, "defaultValue": default_value(field),
        "defaultValueFormula": null, "defaultedOnCreate": access.defaulted_on_create, "dependentPicklist": false,
        "deprecatedAndHidden": false, "digits": field.digits, "displayLocationInDecimal": false, "encrypted": false,
        "externalId": field.external_id, "extraTypeInfo": extra_type(field), "filterable": field.filterable,
        "filteredLookupInfo": null, "formulaTreatNullNumberAsZero": false, "groupable": is_groupable(field),
        "highScaleNumber": false});
    let last = json!({"htmlFormatted": false, "idLookup": field.id_lookup || field.external_id || kind == FieldKind::Id,
        "inlineHelpText": null, "label": field.label, "length": field.length, "mask": null, "maskType": null,
        "name": &*field.name, "nameField": field.name_field, "namePointing": field.polymorphic(), "nillable": access.nillable,
        "permissionable": access.nillable && kind != FieldKind::Id, "picklistValues": picklist(field),
        "polymorphicForeignKey": field.polymorphic(), "precision": field.precision, "queryByDistance": kind == FieldKind::Address,
        "referenceTargetField": null, "referenceTo": references(field), "relationshipName": field.relationship_name.as_deref(),
        "relationshipOrder": null, "restrictedDelete": false, "restrictedPicklist": field.picklist.restricted,
        "scale": field.scale, "searchPrefilterable": false, "soapType": kind.soap_type(),
        "sortable": !matches!(kind, FieldKind::Address | FieldKind::MultiPicklist) && !is_long(field), "type": kind.name(),
        "unique": field.unique, "updateable": access.updateable, "writeRequiresMasterRead": false});
    joined(first, last)
}

/// The keys of both objects, in order.
pub(super) fn joined(first: Json, last: Json) -> Json {
    match (first, last) {
        (Json::Object(first), Json::Object(last)) => {
            Json::Object(first.into_iter().chain(last).collect())
        }
        (first, _) => first,
    }
}

/// Long text neither sorts nor groups.
fn is_long(field: &FieldSchema) -> bool {
    field.kind == FieldKind::TextArea && field.length > 255
}

fn is_groupable(field: &FieldSchema) -> bool {
    let measured = field.kind.is_number() && field.kind != FieldKind::Int;
    let compound = matches!(
        field.kind,
        FieldKind::Address | FieldKind::MultiPicklist | FieldKind::DateTime | FieldKind::Time
    );
    !measured && !compound && !is_long(field)
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
    match (field.kind, field.name_field) {
        (FieldKind::TextArea, _) => Some("plaintextarea"),
        (_, true) if field.length == 121 => Some("personname"),
        _ => None,
    }
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

fn picklist(field: &FieldSchema) -> Vec<Json> {
    let entry = |entry: &crate::schema::PicklistValue| json!({"active": entry.active, "defaultValue": entry.default, "label": &*entry.value, "validFor": null, "value": &*entry.value});
    field.picklist.values.iter().map(entry).collect()
}
