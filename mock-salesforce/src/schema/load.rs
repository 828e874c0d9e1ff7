//! The standard objects, from the JSON files under `data/`, and custom fields on top of them.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use super::names::Names;
use super::object::{NO_PREFIX, SystemFields};
use super::{
    Access, ChildRelationship, FieldIndex, FieldKind, FieldSchema, ObjectIndex, ObjectSchema,
    Picklist, PicklistValue, Schema,
};
use crate::value::Value;

const STANDARD: [&str; 49] = [
    include_str!("../../data/Account.json"),
    include_str!("../../data/AccountContactRole.json"),
    include_str!("../../data/AccountHistory.json"),
    include_str!("../../data/AccountTeamMember.json"),
    include_str!("../../data/AggregateResult.json"),
    include_str!("../../data/AssignmentRule.json"),
    include_str!("../../data/Attachment.json"),
    include_str!("../../data/BusinessHours.json"),
    include_str!("../../data/Campaign.json"),
    include_str!("../../data/CampaignMember.json"),
    include_str!("../../data/CampaignMemberStatus.json"),
    include_str!("../../data/Case.json"),
    include_str!("../../data/CaseComment.json"),
    include_str!("../../data/Contact.json"),
    include_str!("../../data/ContactHistory.json"),
    include_str!("../../data/DuplicateRecordItem.json"),
    include_str!("../../data/DuplicateRecordSet.json"),
    include_str!("../../data/DuplicateRule.json"),
    include_str!("../../data/EmailMessage.json"),
    include_str!("../../data/Event.json"),
    include_str!("../../data/FieldPermissions.json"),
    include_str!("../../data/Group.json"),
    include_str!("../../data/GroupMember.json"),
    include_str!("../../data/Individual.json"),
    include_str!("../../data/Lead.json"),
    include_str!("../../data/LeadHistory.json"),
    include_str!("../../data/LeadStatus.json"),
    include_str!("../../data/MatchingRule.json"),
    include_str!("../../data/Note.json"),
    include_str!("../../data/ObjectPermissions.json"),
    include_str!("../../data/Opportunity.json"),
    include_str!("../../data/OpportunityContactRole.json"),
    include_str!("../../data/OpportunityStage.json"),
    include_str!("../../data/Organization.json"),
    include_str!("../../data/PermissionSet.json"),
    include_str!("../../data/PermissionSetAssignment.json"),
    include_str!("../../data/Pricebook2.json"),
    include_str!("../../data/PricebookEntry.json"),
    include_str!("../../data/Product2.json"),
    include_str!("../../data/Profile.json"),
    include_str!("../../data/QueueSobject.json"),
    include_str!("../../data/RecordType.json"),
    include_str!("../../data/Task.json"),
    include_str!("../../data/Topic.json"),
    include_str!("../../data/TopicAssignment.json"),
    include_str!("../../data/User.json"),
    include_str!("../../data/UserLicense.json"),
    include_str!("../../data/UserRecordAccess.json"),
    include_str!("../../data/UserRole.json"),
];

const TOOLING: [&str; 2] = [
    include_str!("../../data/tooling/EntityDefinition.json"),
    include_str!("../../data/tooling/FieldDefinition.json"),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "a describe result is a row of flags")]
struct ObjectFile {
    name: Arc<str>,
    label: String,
    label_plural: String,
    key_prefix: String,
    #[serde(default = "yes")]
    createable: bool,
    #[serde(default = "yes")]
    updateable: bool,
    #[serde(default = "yes")]
    deletable: bool,
    #[serde(default = "yes")]
    undeletable: bool,
    #[serde(default)]
    mergeable: bool,
    #[serde(default = "yes")]
    queryable: bool,
    #[serde(default = "yes")]
    retrieveable: bool,
    #[serde(default = "yes")]
    searchable: bool,
    #[serde(default = "yes")]
    layoutable: bool,
    #[serde(default = "yes")]
    mru_enabled: bool,
    #[serde(default = "yes")]
    triggerable: bool,
    #[serde(default)]
    feed_enabled: bool,
    #[serde(default)]
    deep_cloneable: bool,
    fields: Vec<FieldFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "a describe result is a row of flags")]
struct FieldFile {
    name: Arc<str>,
    label: String,
    #[serde(rename = "type")]
    kind: FieldKind,
    #[serde(default)]
    length: Option<u32>,
    #[serde(default)]
    precision: u8,
    #[serde(default)]
    scale: u8,
    #[serde(default)]
    digits: u8,
    access: String,
    #[serde(default)]
    id_lookup: bool,
    #[serde(default)]
    unique: bool,
    #[serde(default)]
    name_field: bool,
    #[serde(default = "yes")]
    filterable: bool,
    #[serde(default)]
    compound: Option<Arc<str>>,
    #[serde(default)]
    reference_to: Vec<Arc<str>>,
    #[serde(default)]
    relationship: Option<Arc<str>>,
    #[serde(default)]
    child_relationship: Option<String>,
    #[serde(default)]
    cascade_delete: bool,
    #[serde(default)]
    restricted_delete: bool,
    #[serde(default)]
    values: Vec<Arc<str>>,
    #[serde(default)]
    restricted: bool,
    #[serde(default)]
    default: Option<serde_json::Value>,
    #[serde(default)]
    auto_number: Option<Arc<str>>,
    #[serde(default)]
    permissionable: Option<bool>,
}

fn yes() -> bool {
    true
}

impl Schema {
    /// The standard objects of the wire reference, without custom fields.
    pub fn standard() -> Self {
        static STANDARD_SCHEMA: OnceLock<Schema> = OnceLock::new();
        STANDARD_SCHEMA.get_or_init(Self::read_standard).clone()
    }

    /// The objects that the Tooling API has besides: they tell of the others.
    pub(crate) fn tooling() -> Self {
        static TOOLING_SCHEMA: OnceLock<Schema> = OnceLock::new();
        TOOLING_SCHEMA.get_or_init(|| Self::read(&TOOLING)).clone()
    }

    fn read_standard() -> Self {
        Self::read(&STANDARD)
    }

    fn read(texts: &[&str]) -> Self {
        let files = texts.iter().map(|text| {
            serde_json::from_str::<ObjectFile>(text).expect("the shipped schema files are valid")
        });
        let mut schema = Self {
            objects: Vec::new(),
            by_name: Names::default(),
            by_prefix: BTreeMap::new(),
            globals: crate::schema::Globals::default(),
            revision: 0,
        };
        let mut links = Vec::new();
        for file in files {
            schema.add(file, &mut links);
        }
        schema.resolve_targets();
        for link in links {
            schema.link(link);
        }
        schema
    }

    fn add(&mut self, file: ObjectFile, links: &mut Vec<ChildRelationship>) {
        let index = ObjectIndex(u16::try_from(self.objects.len()).unwrap_or(u16::MAX));
        let key_prefix = file.key_prefix.as_bytes().try_into().unwrap_or(NO_PREFIX);
        let mut object = ObjectSchema {
            index,
            name: file.name,
            label: file.label,
            label_plural: file.label_plural,
            key_prefix,
            createable: file.createable,
            updateable: file.updateable,
            deletable: file.deletable,
            undeletable: file.undeletable,
            mergeable: file.mergeable,
            queryable: file.queryable,
            retrieveable: file.retrieveable,
            searchable: file.searchable,
            layoutable: file.layoutable,
            mru_enabled: file.mru_enabled,
            triggerable: file.triggerable,
            feed_enabled: file.feed_enabled,
            deep_cloneable: file.deep_cloneable,
            custom: false,
            children: Vec::new(),
            fields: Vec::new(),
            by_name: Names::default(),
            by_relationship: BTreeMap::new(),
            auto_numbers: Vec::new(),
            system: SystemFields::default(),
            plan: OnceLock::new(),
        };
        for field in file.fields {
            let name = field.child_relationship.clone();
            let (cascade_delete, restricted_delete) =
                (field.cascade_delete, field.restricted_delete);
            let reference = !field.reference_to.is_empty();
            let field = object.push(field_of(field));
            if reference {
                let link = ChildRelationship {
                    object: index,
                    field,
                    name,
                    cascade_delete,
                    restricted_delete,
                };
                links.push(link);
            }
        }
        self.by_name.insert(&object.name, index);
        if key_prefix != NO_PREFIX {
            self.by_prefix.insert(key_prefix, index);
        }
        self.objects.push(Arc::new(object));
    }

    /// Notes which of the objects a reference may point at exist here.
    pub(super) fn resolve_targets(&mut self) {
        let by_name = self.by_name.clone();
        let known = |name: &Arc<str>| by_name.get(name);
        for field in self.objects.iter_mut().flat_map(|object| &mut Arc::make_mut(object).fields) {
            let targets: Vec<ObjectIndex> = field.reference_to.iter().filter_map(known).collect();
            if targets != field.targets {
                Arc::make_mut(field).targets = targets;
            }
        }
    }

    /// Makes rows the children of what their field refers to.
    pub(super) fn link(&mut self, way: ChildRelationship) {
        let targets = self.at(way.object).field_at(way.field).targets.clone();
        for target in targets {
            if let Some(parent) = self.objects.get_mut(usize::from(target.0)) {
                Arc::make_mut(parent).children.push(way.clone());
            }
        }
    }

    pub(super) fn object_mut(&mut self, index: ObjectIndex) -> Option<&mut ObjectSchema> {
        self.revision += 1;
        let object = self.objects.get_mut(usize::from(index.0)).map(Arc::make_mut)?;
        object.plan = OnceLock::new();
        Some(object)
    }

    pub(crate) fn shared(&self, index: ObjectIndex) -> Arc<ObjectSchema> {
        Arc::clone(
            self.objects
                .get(usize::from(index.0))
                .expect("an object index comes from its own schema"),
        )
    }
}

fn field_of(file: FieldFile) -> FieldSchema {
    let chosen = file.default.as_ref().and_then(serde_json::Value::as_str).map(str::to_owned);
    let values = file.values.into_iter().map(|value| PicklistValue {
        active: true,
        default: chosen.as_deref() == Some(&*value),
        value,
    });
    let default = match &file.default {
        Some(serde_json::Value::Bool(b)) => Value::Bool(*b),
        Some(serde_json::Value::String(text)) => Value::text(text),
        Some(serde_json::Value::Number(number)) => number.as_i64().map_or(Value::Null, Value::Int),
        _ => Value::Null,
    };
    FieldSchema {
        index: FieldIndex(0),
        length: file.length.unwrap_or(match file.kind {
            FieldKind::Id | FieldKind::Reference => 18,
            FieldKind::Picklist => 255,
            _ => 0,
        }),
        name: file.name,
        label: file.label,
        kind: file.kind,
        precision: file.precision,
        scale: file.scale,
        digits: file.digits,
        access: Access::of(&file.access),
        external_id: false,
        unique: file.unique,
        id_lookup: file.id_lookup,
        case_sensitive: false,
        filterable: file.filterable && !file.kind.is_compound(),
        name_field: file.name_field,
        custom: false,
        removed: false,
        reference_to: file.reference_to,
        targets: Vec::new(),
        relationship_name: file.relationship,
        compound: file.compound,
        picklist: Picklist { restricted: file.restricted, ..Picklist::of(values.collect()) },
        default,
        auto_number: file.auto_number,
        formula: None,
        help: None,
        rich_text: false,
        detail: false,
        permissionable: file.permissionable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_schema_knows_leads_and_their_children() {
        let schema = Schema::standard();
        let lead = schema.object("lEAD").unwrap();
        assert_eq!((lead.name.as_ref(), lead.prefix()), ("Lead", Some("00Q")));
        assert_eq!(lead.field("lastname").unwrap().label, "Last Name");
        assert!(lead.child("campaignmembers").unwrap().cascade_delete);
        assert_eq!(lead.relationship("owner").unwrap().targets.len(), 2);
        let required: Vec<&str> =
            lead.fields().filter(|f| f.required()).map(|f| f.name.as_ref()).collect();
        assert_eq!(required, ["LastName", "Company"]);
    }

    #[test]
    fn every_object_has_an_id_and_its_own_prefix() {
        let schema = Schema::standard();
        for object in schema.objects() {
            assert_eq!(object.field("Id").unwrap().kind, FieldKind::Id, "{}", object.name);
            if object.key_prefix == NO_PREFIX {
                assert!(!object.createable, "{}", object.name);
                continue;
            }
            assert_eq!(schema.of_prefix(object.key_prefix), Some(object.index), "{}", object.name);
        }
    }
}
