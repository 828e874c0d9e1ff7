//! Record types of an object, and the master that stands for having none.

use serde_json::{Value as Json, json};

use crate::{ObjectSchema, Org, Record, Value, api::visit::Visit};

/// The id of the master record type of every object.
const MASTER: &str = "012000000000000AAA";

/// One record type of an object.
#[derive(Debug, Clone)]
pub(super) struct RecordType {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) developer_name: String,
    pub(super) active: bool,
    pub(super) master: bool,
}

/// Record types by name, the master last. Objects without page layouts of their own kind have none.
pub(super) fn all(org: &Org, object: &ObjectSchema) -> Vec<RecordType> {
    if !has_pages(object) {
        return Vec::new();
    }
    let mut types = own(org, object);
    types.sort_by(|a, b| a.name.cmp(&b.name));
    let (id, name) = (MASTER.to_owned(), "Master".to_owned());
    types.push(RecordType { id, developer_name: name.clone(), name, active: true, master: true });
    types
}

/// Does the object have pages that record types could tell apart?
pub(super) fn has_pages(object: &ObjectSchema) -> bool {
    object.layoutable && object.mru_enabled && &*object.name != "Topic"
}

/// `recordTypeInfos`.
pub(super) fn infos(org: &Org, visit: &Visit, object: &ObjectSchema) -> Vec<Json> {
    let info = |of: RecordType| {
        let layout =
            format!("{}/sobjects/{}/describe/layouts/{}", visit.base(), object.name, of.id);
        let mut info = json!({"active": of.active, "available": of.active, "defaultRecordTypeMapping": of.master,
            "developerName": of.developer_name, "master": of.master, "name": of.name, "recordTypeId": of.id,
            "urls": {"layout": layout}});
        if let (true, Json::Object(info)) = (visit.version < 43, &mut info) {
            info.shift_remove("active");
            info.shift_remove("developerName");
        }
        info
    };
    all(org, object).into_iter().map(info).collect()
}

fn own(org: &Org, object: &ObjectSchema) -> Vec<RecordType> {
    let Some(types) = org.schema().object("RecordType") else { return Vec::new() };
    let value = |record: &Record, name: &str| {
        types.field_index(name).map_or(Value::Null, |field| org.value(record, field).into_owned())
    };
    let rows = org.rows(types.index).filter(|record| !record.is_deleted());
    rows.filter(|record| value(record, "SobjectType").as_text() == Some(&*object.name))
        .map(|record| RecordType {
            id: record.id().to_string(),
            name: value(record, "Name").to_string(),
            developer_name: value(record, "DeveloperName").to_string(),
            active: value(record, "IsActive").is_true(),
            master: false,
        })
        .collect()
}
