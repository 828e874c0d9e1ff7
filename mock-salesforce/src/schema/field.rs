//! One field: its type, its limits and who may write it.

use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{FieldIndex, ObjectIndex};
use crate::formula::Formula;
use crate::value::Value;

/// The type of a field, as describe names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are Salesforce's own and say it")]
pub enum FieldKind {
    Id,
    String,
    Picklist,
    MultiPicklist,
    Combobox,
    Reference,
    Boolean,
    Currency,
    TextArea,
    Int,
    Double,
    Percent,
    Phone,
    Date,
    DateTime,
    Time,
    Url,
    Email,
    Address,
    Location,
    Base64,
}

impl FieldKind {
    /// The type as describe writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::String => "string",
            Self::Picklist => "picklist",
            Self::MultiPicklist => "multipicklist",
            Self::Combobox => "combobox",
            Self::Reference => "reference",
            Self::Boolean => "boolean",
            Self::Currency => "currency",
            Self::TextArea => "textarea",
            Self::Int => "int",
            Self::Double => "double",
            Self::Percent => "percent",
            Self::Phone => "phone",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Time => "time",
            Self::Url => "url",
            Self::Email => "email",
            Self::Address => "address",
            Self::Location => "location",
            Self::Base64 => "base64",
        }
    }

    /// The SOAP type as describe writes it.
    pub fn soap_type(self) -> &'static str {
        match self {
            Self::Id | Self::Reference => "tns:ID",
            Self::Boolean => "xsd:boolean",
            Self::Int => "xsd:int",
            Self::Double | Self::Currency | Self::Percent => "xsd:double",
            Self::Date => "xsd:date",
            Self::DateTime => "xsd:dateTime",
            Self::Time => "xsd:time",
            Self::Address => "urn:address",
            Self::Location => "urn:location",
            Self::Base64 => "xsd:base64Binary",
            _ => "xsd:string",
        }
    }

    /// Is its value text?
    pub fn is_text(self) -> bool {
        matches!(
            self,
            Self::String
                | Self::Picklist
                | Self::MultiPicklist
                | Self::Combobox
                | Self::TextArea
                | Self::Phone
                | Self::Url
                | Self::Email
        )
    }

    /// Does its value follow from the fields that are its parts?
    pub fn is_compound(self) -> bool {
        matches!(self, Self::Address | Self::Location)
    }

    /// Is its value a number?
    pub fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Double | Self::Currency | Self::Percent)
    }
}

/// Who may write a field and when: `C`reate, `U`pdate, `N`illable, `D`efaulted on create.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the four letters of the object reference")]
pub struct Access {
    /// May be given on create.
    pub createable: bool,
    /// May be given on update.
    pub updateable: bool,
    /// May be null.
    pub nillable: bool,
    /// Gets a value when none is given on create.
    pub defaulted_on_create: bool,
}

impl Access {
    /// Reads letters such as `CUN`.
    pub fn of(letters: &str) -> Self {
        Self {
            createable: letters.contains('C'),
            updateable: letters.contains('U'),
            nillable: letters.contains('N'),
            defaulted_on_create: letters.contains('D'),
        }
    }
}

/// One entry of a picklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PicklistValue {
    /// API value, which is also the label.
    pub value: Arc<str>,
    /// Is it offered? Inactive values stay valid in stored rows.
    pub active: bool,
    /// Is it the default?
    pub default: bool,
}

/// The values of a picklist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picklist {
    /// Are other values refused?
    pub restricted: bool,
    /// The values in order.
    pub values: Vec<PicklistValue>,
    /// The field whose value decides which of them are offered.
    pub controller: Option<Arc<str>>,
    /// By value: the controlling values with which it is offered.
    pub offered_with: IndexMap<String, Vec<String>>,
}

impl Picklist {
    /// An unrestricted, independent list.
    pub fn of(values: Vec<PicklistValue>) -> Self {
        Self { values, ..Self::default() }
    }
}

/// A field whose value is computed on reading.
#[derive(Clone, Debug)]
pub struct FormulaField {
    /// The formula, compiled against the schema as it was when the field was defined.
    pub formula: Formula,
    /// Are blank numbers zero in it?
    pub blanks_as_zero: bool,
    /// Characters of the formula with those of every formula that it uses.
    pub size: usize,
}

/// One field of an object.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a describe result is a row of flags")]
pub struct FieldSchema {
    /// Its place in describe order.
    pub index: FieldIndex,
    /// API name in canonical case.
    pub name: Arc<str>,
    /// Label.
    pub label: String,
    /// Type.
    pub kind: FieldKind,
    /// Longest text in characters; 18 for ids, 0 where there is none.
    pub length: u32,
    /// Digits of a number, before and after the point.
    pub precision: u8,
    /// Digits after the point.
    pub scale: u8,
    /// Digits of a whole number.
    pub digits: u8,
    /// Who may write it.
    pub access: Access,
    /// Is it an external id?
    pub external_id: bool,
    /// Must values differ between rows?
    pub unique: bool,
    /// Can it be the key of an upsert though it is no external id?
    pub id_lookup: bool,
    /// Does case count for uniqueness?
    pub case_sensitive: bool,
    /// May a query filter by it?
    pub filterable: bool,
    /// Does it name the row?
    pub name_field: bool,
    /// Does its name end in `__c`?
    pub custom: bool,
    /// Has an admin removed it? Its slot stays.
    pub removed: bool,
    /// Names of the objects it may refer to.
    pub reference_to: Vec<Arc<str>>,
    /// Those of them that this org has.
    pub targets: Vec<ObjectIndex>,
    /// The way up: `Owner` for `OwnerId`.
    pub relationship_name: Option<Arc<str>>,
    /// The compound field it is a part of: `Address`, `Name`.
    pub compound: Option<Arc<str>>,
    /// Picklist values; empty for other types.
    pub picklist: Picklist,
    /// The value of a new row that gives none (checkbox or text default).
    pub default: Value,
    /// The format of an auto-number, such as `A-{0000}`.
    pub auto_number: Option<Arc<str>>,
    /// How it is computed, if it is a formula field.
    pub formula: Option<Arc<FormulaField>>,
    /// The help text beside it.
    pub help: Option<String>,
    /// Does a long text hold HTML?
    pub rich_text: bool,
    /// Is it the reference of a detail to its master?
    pub detail: bool,
    /// Can field permissions be set on it? Follows from its access when absent.
    pub permissionable: Option<bool>,
}

impl FieldSchema {
    /// Is a value demanded on create?
    pub fn required(&self) -> bool {
        self.access.createable && !self.access.nillable && !self.access.defaulted_on_create
    }

    /// Can it be the key of an upsert?
    pub fn is_key(&self) -> bool {
        self.external_id || self.id_lookup
    }

    /// Does it refer to more than one object?
    pub fn polymorphic(&self) -> bool {
        self.reference_to.len() > 1
    }
}

/// A custom field as a seed or an admin defines it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[expect(clippy::struct_excessive_bools, reason = "a field definition is a row of flags")]
pub struct CustomField {
    /// API name, ending in `__c`.
    pub name: String,
    /// Label; the name without `__c` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Type.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Longest text in characters; 255 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    /// Digits of a number, before and after the point; 18 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<u8>,
    /// Digits after the point; 0 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<u8>,
    /// Is a value demanded?
    #[serde(default)]
    pub required: bool,
    /// Is it an external id?
    #[serde(default)]
    pub external_id: bool,
    /// Must values differ between rows?
    #[serde(default)]
    pub unique: bool,
    /// Does case count for uniqueness?
    #[serde(default)]
    pub case_sensitive: bool,
    /// Are other picklist values refused?
    #[serde(default)]
    pub restricted: bool,
    /// Picklist values in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// The value of a new row that gives none: `true`, `false`, a picklist value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<serde_json::Value>,
    /// The objects a reference may point at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reference_to: Vec<String>,
    /// The name by which the referred row lists its children; none when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child_relationship: Option<String>,
    /// Does the row belong to the one that it refers to: demanded, never moved, deleted with it?
    #[serde(default, skip_serializing_if = "is_false")]
    pub master_detail: bool,
    /// The format of an auto-number, such as `A-{0000}`; of string fields only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_number: Option<String>,
    /// The formula of a formula field. It may use what is defined before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
    /// Are blank numbers zero in the formula?
    #[serde(default, skip_serializing_if = "is_false")]
    pub blanks_as_zero: bool,
    /// The picklist or checkbox that decides which values are offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
    /// By value: the controlling values with which it is offered.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub offered_with: IndexMap<String, Vec<String>>,
    /// The help text beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Does a long text hold HTML?
    #[serde(default, skip_serializing_if = "is_false")]
    pub rich_text: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl CustomField {
    /// A field of this name and type, with every other property at its default.
    pub fn new(name: &str, kind: FieldKind) -> Self {
        Self {
            name: name.to_owned(),
            label: None,
            kind,
            length: None,
            precision: None,
            scale: None,
            required: false,
            external_id: false,
            unique: false,
            case_sensitive: false,
            restricted: false,
            values: Vec::new(),
            default: None,
            reference_to: Vec::new(),
            child_relationship: None,
            master_detail: false,
            auto_number: None,
            formula: None,
            blanks_as_zero: false,
            controller: None,
            offered_with: IndexMap::new(),
            help: None,
            rich_text: false,
        }
    }
}
