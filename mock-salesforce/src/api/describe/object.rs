//! One object: the brief form of the global describe, and the full form with fields and relationships.

use serde_json::{Value as Json, json};

use super::field;
use crate::{FieldSchema, ObjectSchema, Org, api::visit::Visit};

/// The element of the global describe.
pub(super) fn brief(visit: &Visit, object: &ObjectSchema) -> Json {
    let base = visit.base();
    let name = &*object.name;
    let layoutable = object.createable;
    json!({"activateable": false, "associateEntityType": null, "associateParentEntity": null, "createable": object.createable,
        "custom": object.custom, "customSetting": false, "deepCloneable": false, "deletable": object.deletable,
        "deprecatedAndHidden": false, "feedEnabled": false, "hasSubtypes": false, "isInterface": false, "isSubtype": false,
        "keyPrefix": object.prefix(), "label": object.label, "labelPlural": object.label_plural, "layoutable": layoutable,
        "mergeable": object.mergeable, "mruEnabled": layoutable, "name": name, "queryable": true, "replicateable": true,
        "retrieveable": true, "searchable": object.searchable, "triggerable": layoutable, "undeletable": object.undeletable,
        "updateable": object.updateable, "urls": urls(&base, name)})
}

fn urls(base: &str, name: &str) -> Json {
    let object = format!("{base}/sobjects/{name}");
    json!({"compactLayouts": format!("{object}/describe/compactLayouts"), "rowTemplate": format!("{object}/{{ID}}"),
        "approvalLayouts": format!("{object}/describe/approvalLayouts"), "listviews": format!("{object}/listviews"),
        "describe": format!("{object}/describe"), "quickActions": format!("{object}/quickActions"),
        "layouts": format!("{object}/describe/layouts"), "sobject": object})
}

/// The whole describe, keys in alphabetical order.
pub(super) fn full(org: &Org, visit: &Visit, object: &ObjectSchema) -> Json {
    let readable = |field: &&FieldSchema| org.readable(visit.user, object.index, field.index);
    let fields: Vec<Json> = object.fields().filter(readable).map(field::describe).collect();
    let layoutable = object.createable;
    let first = json!({"actionOverrides": [], "activateable": false, "associateEntityType": null, "associateParentEntity": null,
        "childRelationships": children(org, object), "compactLayoutable": layoutable, "createable": object.createable,
        "custom": object.custom, "customSetting": false, "deepCloneable": false, "defaultImplementation": null,
        "deletable": object.deletable, "deprecatedAndHidden": false, "extendedBy": null, "extendsInterfaces": null,
        "feedEnabled": false, "fields": fields});
    let last = json!({"hasSubtypes": false, "implementedBy": null, "implementsInterfaces": null,
        "isInterface": false, "isSubtype": false, "keyPrefix": object.prefix(), "label": object.label,
        "labelPlural": object.label_plural, "layoutable": layoutable, "listviewable": null, "lookupLayoutable": null,
        "mergeable": object.mergeable, "mruEnabled": layoutable, "name": &*object.name, "namedLayoutInfos": [],
        "networkScopeFieldName": null, "queryable": true, "recordTypeInfos": record_types(org, visit, object),
        "replicateable": true, "retrieveable": true, "searchLayoutable": layoutable, "searchable": object.searchable,
        "sobjectDescribeOption": "FULL", "supportedScopes": scopes(object), "triggerable": layoutable,
        "undeletable": object.undeletable, "updateable": object.updateable, "urls": urls(&visit.base(), &object.name)});
    field::joined(first, last)
}

fn children(org: &Org, object: &ObjectSchema) -> Vec<Json> {
    let child = |child: &crate::schema::ChildRelationship| {
        let schema = org.schema().at(child.object);
        json!({"cascadeDelete": child.cascade_delete, "childSObject": &*schema.name, "deprecatedAndHidden": false,
            "field": &*schema.field_at(child.field).name, "junctionIdListNames": [], "junctionReferenceTo": [],
            "relationshipName": child.name, "restrictedDelete": false})
    };
    object.children.iter().map(child).collect()
}

/// Record types of the object, and the master that every object has.
fn record_types(org: &Org, visit: &Visit, object: &ObjectSchema) -> Vec<Json> {
    let layout = |id: &str| json!({"layout": format!("{}/sobjects/{}/describe/layouts/{id}", visit.base(), object.name)});
    let mut infos = own_record_types(org, object)
        .into_iter()
        .map(|(id, name, developer_name)| {
            json!({"active": true, "available": true, "defaultRecordTypeMapping": false, "developerName": developer_name,
                "master": false, "name": name, "recordTypeId": id, "urls": layout(&id)})
        })
        .collect::<Vec<_>>();
    let master = crate::SfId::EMPTY.to_string().replacen("000", "012", 1);
    infos.push(json!({"active": true, "available": true, "defaultRecordTypeMapping": true, "developerName": "Master",
        "master": true, "name": "Master", "recordTypeId": master, "urls": layout(&master)}));
    infos
}

fn own_record_types(org: &Org, object: &ObjectSchema) -> Vec<(String, String, String)> {
    let Some(types) = org.schema().object("RecordType") else { return Vec::new() };
    let text = |record: &crate::Record, name: &str| {
        types
            .field_index(name)
            .map_or_else(String::new, |field| org.value(record, field).to_string())
    };
    let own = org
        .rows(types.index)
        .filter(|record| !record.is_deleted() && text(record, "SobjectType") == *object.name);
    own.map(|record| (record.id().to_string(), text(record, "Name"), text(record, "DeveloperName")))
        .collect()
}

fn scopes(object: &ObjectSchema) -> Vec<Json> {
    let scope = |(name, label): (&str, &str)| json!({"label": format!("{label} {}", object.label_plural), "name": name});
    if object.field("OwnerId").is_none() {
        return vec![scope(("everything", "All"))];
    }
    [("everything", "All"), ("mine", "My"), ("team", "My team's"), ("user_owned", "User Owned")]
        .map(scope)
        .to_vec()
}
