//! What a save asks of the fields of an object, found once: most fields have nothing to be asked.

use super::{FieldIndex, FieldKind, FieldSchema, ObjectSchema};

/// The fields that the stages of a save look at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// Fields of new rows that give none.
    pub(crate) defaulted: Vec<FieldIndex>,
    /// Fields that must have a value.
    pub(crate) demanded: Vec<FieldIndex>,
    /// Fields in which no two rows may agree.
    pub(crate) unique: Vec<FieldIndex>,
    /// References that callers give.
    pub(crate) references: Vec<FieldIndex>,
    /// Fields that hold files.
    pub(crate) files: Vec<FieldIndex>,
    /// `IsUnreadByOwner`
    pub(crate) unread: Option<FieldIndex>,
    /// `IsActive` and `UserType` of users.
    pub(crate) user: Option<[FieldIndex; 2]>,
    /// First, last and full name, where the full one follows from the others.
    pub(crate) person: Option<[FieldIndex; 3]>,
}

/// Objects whose `Name` follows from its parts.
const PEOPLE: [&str; 3] = ["Lead", "Contact", "User"];

impl Plan {
    pub(super) fn of(object: &ObjectSchema) -> Self {
        let fields = |fits: fn(&FieldSchema) -> bool| {
            object.fields().filter(|field| fits(field)).map(|field| field.index).collect()
        };
        let person = || {
            let of = |name| object.field_index(name);
            Some([of("FirstName")?, of("LastName")?, of("Name")?])
        };
        Self {
            defaulted: fields(|field| !field.default.is_null()),
            demanded: fields(|field| {
                !field.access.nillable
                    && field.access.createable
                    && field.kind != FieldKind::Boolean
            }),
            unique: fields(|field| field.unique),
            references: fields(|field| !field.reference_to.is_empty() && field.access.createable),
            files: fields(|field| field.kind == FieldKind::Base64),
            unread: object.field_index("IsUnreadByOwner"),
            user: object
                .field_index("IsActive")
                .zip(object.field_index("UserType"))
                .map(Into::into),
            person: if PEOPLE.contains(&&*object.name) { person() } else { None },
        }
    }
}
