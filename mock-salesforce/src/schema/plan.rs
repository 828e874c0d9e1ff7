//! What a save asks of the fields of an object, found once: most fields have nothing to be asked.

use super::{FieldIndex, FieldKind, FieldSchema, ObjectSchema};
use crate::record::Record;

/// The fields that the stages of a save look at.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// What a new row begins with: the defaults of its fields.
    pub(crate) beginning: Record,
    /// What the texts of each field are looked at for.
    texts: Vec<TextCheck>,
    /// Fields that must have a value.
    pub(crate) demanded: Vec<FieldIndex>,
    /// Fields in which no two rows may agree.
    pub(crate) unique: Vec<FieldIndex>,
    /// References.
    pub(crate) referring: Vec<FieldIndex>,
    /// References that callers give.
    pub(crate) references: Vec<FieldIndex>,
    /// Fields that hold files.
    pub(crate) files: Vec<FieldIndex>,
    /// `IsUnreadByOwner`
    pub(crate) unread: Option<FieldIndex>,
    /// `CleanStatus`
    pub(crate) clean: Option<FieldIndex>,
    /// `IsActive` and `UserType` of users.
    pub(crate) user: Option<[FieldIndex; 2]>,
    /// First, last and full name, where the full one follows from the others.
    pub(crate) person: Option<[FieldIndex; 3]>,
}

/// What a text has to be, at the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TextCheck {
    /// Anything of so many bytes; longer ones may be too long.
    Short(u32),
    /// Something that takes a closer look.
    Close,
}

impl TextCheck {
    fn of(field: &FieldSchema) -> Self {
        let choice = field.kind == FieldKind::Picklist && field.picklist.restricted;
        match field.kind {
            FieldKind::Email | FieldKind::MultiPicklist => Self::Close,
            _ if choice => Self::Close,
            _ if field.length == 0 => Self::Short(u32::MAX),
            _ => Self::Short(field.length),
        }
    }
}

/// Objects whose `Name` follows from its parts.
const PEOPLE: [&str; 3] = ["Lead", "Contact", "User"];

impl Plan {
    /// Is a text right for a field, whatever it says? Others take a closer look.
    #[inline]
    pub(crate) fn takes_as_it_is(&self, field: FieldIndex, text: &str) -> bool {
        match self.texts.get(usize::from(field.0)) {
            Some(TextCheck::Short(most)) => text.len() <= *most as usize,
            _ => false,
        }
    }

    pub(super) fn of(object: &ObjectSchema) -> Self {
        let fields = |fits: fn(&FieldSchema) -> bool| {
            object.fields().filter(|field| fits(field)).map(|field| field.index).collect()
        };
        let person = || {
            let of = |name| object.field_index(name);
            Some([of("FirstName")?, of("LastName")?, of("Name")?])
        };
        let mut beginning = Record::blank(object.index, object.fields.len());
        for field in object.fields().filter(|field| !field.default.is_null()) {
            beginning.put(field.index, field.default.view());
        }
        Self {
            beginning,
            texts: object.slots().map(TextCheck::of).collect(),
            demanded: fields(|field| {
                !field.access.nillable
                    && field.access.createable
                    && field.kind != FieldKind::Boolean
            }),
            unique: fields(|field| field.unique),
            referring: fields(|field| !field.reference_to.is_empty()),
            references: fields(|field| !field.reference_to.is_empty() && field.access.createable),
            files: fields(|field| field.kind == FieldKind::Base64),
            unread: object.field_index("IsUnreadByOwner"),
            clean: object.field_index("CleanStatus"),
            user: object
                .field_index("IsActive")
                .zip(object.field_index("UserType"))
                .map(Into::into),
            person: if PEOPLE.contains(&&*object.name) { person() } else { None },
        }
    }
}
