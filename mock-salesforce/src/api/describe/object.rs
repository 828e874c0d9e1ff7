//! One object: the brief form of the global describe, and the full form with fields and relationships.

use serde_json::{Map, Value as Json, json};

use super::{field, record_type, urls, without};
use crate::{FieldSchema, ObjectSchema, Org, api::visit::Visit};

/// Keys by the version that brought them; older versions do not have them.
const SINCE: &[(u16, &[&str])] = &[
    (
        43,
        &[
            "deepCloneable",
            "defaultImplementation",
            "extendedBy",
            "extendsInterfaces",
            "implementedBy",
            "implementsInterfaces",
            "isInterface",
        ],
    ),
    (49, &["associateEntityType", "associateParentEntity"]),
    (60, &["dataTranslationEnabled"]),
    (66, &["idEnabled"]),
];

/// The element of the global describe.
pub(super) fn brief(visit: &Visit, object: &ObjectSchema) -> Json {
    let mut keys = common(object);
    keys.extend(urls::brief(&visit.base(), object));
    keys.sort_keys();
    for_version(keys, visit.version)
}

/// The whole describe, keys in alphabetical order.
pub(super) fn full(org: &Org, visit: &Visit, object: &ObjectSchema) -> Json {
    let readable = |field: &&FieldSchema| org.readable(visit.user, object.index, field.index);
    let described = |field: &FieldSchema| field::describe(object, field, visit.version);
    let fields: Vec<Json> = object.fields().filter(readable).map(described).collect();
    let mut keys = common(object);
    keys.extend(map(json!({
        "actionOverrides": [], "childRelationships": children(org, visit, object),
        "compactLayoutable": object.layoutable, "defaultImplementation": null, "extendedBy": null,
        "extendsInterfaces": null, "fields": fields, "implementedBy": null, "implementsInterfaces": null,
        "listviewable": null, "lookupLayoutable": null, "namedLayoutInfos": [], "networkScopeFieldName": null,
        "recordTypeInfos": record_type::infos(org, visit, object), "searchLayoutable": record_type::has_pages(object),
        "sobjectDescribeOption": "FULL", "supportedScopes": scopes(object, visit.version)})));
    keys.extend(urls::full(visit, object));
    keys.sort_keys();
    for_version(keys, visit.version)
}

/// What both forms say.
fn common(object: &ObjectSchema) -> Map<String, Json> {
    map(json!({
        "activateable": false, "associateEntityType": null, "associateParentEntity": null,
        "createable": object.createable, "custom": object.custom, "customSetting": false,
        "dataTranslationEnabled": false, "deepCloneable": object.deep_cloneable, "deletable": object.deletable,
        "deprecatedAndHidden": false, "feedEnabled": object.feed_enabled, "hasSubtypes": false, "idEnabled": true,
        "isInterface": false, "isSubtype": false, "keyPrefix": object.prefix(), "label": object.label,
        "labelPlural": object.label_plural, "layoutable": object.layoutable, "mergeable": object.mergeable,
        "mruEnabled": object.mru_enabled, "name": &*object.name, "queryable": object.queryable,
        "replicateable": object.retrieveable, "retrieveable": object.retrieveable, "searchable": object.searchable, "triggerable": object.triggerable,
        "undeletable": object.undeletable, "updateable": object.updateable}))
}

fn map(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}

fn for_version(mut keys: Map<String, Json>, version: u16) -> Json {
    for (_, late) in SINCE.iter().filter(|(since, _)| version < *since) {
        without(&mut keys, late);
    }
    Json::Object(keys)
}

fn children(org: &Org, visit: &Visit, object: &ObjectSchema) -> Vec<Json> {
    let mut ways: Vec<(&str, &str, Json)> = Vec::new();
    for way in &object.children {
        let child = org.schema().at(way.object);
        let merged = &*child.field_at(way.field).name == "MasterRecordId";
        if merged || !org.permitted(visit.user, child.index).read {
            continue;
        }
        let field = child.field_at(way.field);
        let described = json!({"cascadeDelete": way.cascade_delete, "childSObject": &*child.name,
            "deprecatedAndHidden": false, "field": &*field.name, "junctionIdListNames": [], "junctionReferenceTo": [],
            "relationshipName": way.name, "restrictedDelete": way.restricted_delete});
        ways.push((&child.name, &field.name, described));
    }
    ways.sort_by_key(|(child, field, _)| (*child, *field));
    ways.into_iter().map(|(_, _, described)| described).collect()
}

/// Which rows a list can be limited to, by name.
fn scopes(object: &ObjectSchema, version: u16) -> Vec<Json> {
    let rows = object.label_plural.to_lowercase();
    let mut scopes = vec![("everything", format!("All {rows}"))];
    let owner = object.field("OwnerId").filter(|_| object.mru_enabled);
    if let Some(owner) = owner {
        scopes.push(("mine", format!("My {rows}")));
        if version >= 52 {
            scopes.push(("scopingRule", "Filter by scope".to_owned()));
        }
        if owner.reference_to.iter().any(|name| &**name == "Group") {
            scopes.push(("queue_owned", format!("Queue owned {rows}")));
            scopes.push(("user_owned", format!("User owned {rows}")));
        }
        scopes.extend(teams(&object.name, &rows));
    }
    scopes.sort_unstable();
    scopes.into_iter().map(|(name, label)| json!({"label": label, "name": name})).collect()
}

/// What an object has beside the scopes of every object with owners.
fn teams(object: &str, rows: &str) -> Vec<(&'static str, String)> {
    match object {
        "Campaign" => vec![
            ("all_active_campaigns", "All active campaigns".to_owned()),
            ("my_active_campaigns", "My active campaigns".to_owned()),
            ("single_entity_scope", "Select a campaign:".to_owned()),
        ],
        "Case" => vec![
            ("genericteam", "My case teams cases".to_owned()),
            ("team_by_role", "My role-based team's cases".to_owned()),
        ],
        "Event" => vec![
            ("delegated", "My delegated events".to_owned()),
            ("team", "My team's events".to_owned()),
        ],
        _ => vec![("team", format!("My team's {rows}"))],
    }
}
