//! A row that is being saved: as it was, as it will be, and which fields were sent.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::record::Record;
use crate::schema::{FieldIndex, FieldSchema, ObjectSchema};
use crate::value::{FieldValue, Value, ValueRef};

use super::super::coerce::{plain_text, trimmed};
use super::SentValues;

/// A row on its way into the org.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) object: Arc<ObjectSchema>,
    /// The row as it is stored; none on create.
    pub(crate) before: Option<Record>,
    /// The row as it will be.
    pub(crate) after: Record,
    /// The fields that were sent, in their order.
    pub(super) given: Given,
    /// One of 64 bits for each of them, so that most questions for others need no look.
    pub(super) marks: u64,
    /// Those of them whose formats have to be looked at.
    pub(super) unchecked: SmallVec<[FieldIndex; UNCHECKED]>,
}

/// Fields that were sent. Most rows are sent with few.
pub(super) type Given = SmallVec<[FieldIndex; 32]>;

/// Fields that need no memory of their own: most are plain text, which is checked as it is taken.
const UNCHECKED: usize = 16;

impl Draft {
    /// A row that is only looked at.
    pub(crate) fn unsaved(object: Arc<ObjectSchema>, after: Record) -> Self {
        let (given, unchecked) = (Given::new(), SmallVec::new());
        Self { object, before: None, after, given, marks: 0, unchecked }
    }

    /// The fields that were sent, with their values.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&FieldSchema, ValueRef<'_>)> {
        self.given.iter().map(|field| (self.object.field_at(*field), self.after.get(*field)))
    }

    /// The fields that were sent and whose formats have to be looked at, in their order.
    pub(crate) fn unchecked(&self) -> &[FieldIndex] {
        &self.unchecked
    }

    /// Was a field sent that refers to rows?
    pub(crate) fn refers(&self) -> bool {
        self.object.plan().referring.iter().any(|field| self.is_given(*field))
    }

    pub(crate) fn is_given(&self, field: FieldIndex) -> bool {
        self.marks & mark_of(field) != 0 && self.given.contains(&field)
    }

    /// Takes a field that was sent. A new row keeps a default that nothing was sent for.
    pub(crate) fn give(&mut self, field: FieldIndex, value: ValueRef<'_>) {
        self.note(field);
        let as_it_is = match value {
            ValueRef::Text(text) => self.object.plan().takes_as_it_is(field, text),
            ValueRef::Int(_) | ValueRef::Double(_) => false,
            _ => true,
        };
        if !as_it_is {
            self.unchecked.push(field);
        }
        let defaulted = || self.object.field_at(field).access.defaulted_on_create;
        if !(value.is_null() && self.is_new() && defaulted()) {
            self.after.put(field, value);
        }
    }

    #[inline]
    fn note(&mut self, field: FieldIndex) {
        self.given.push(field);
        self.marks |= mark_of(field);
    }

    pub(crate) fn set(&mut self, field: FieldIndex, value: Value) {
        self.after.set(field, value);
    }

    /// Sets a field by name, where the object has it.
    pub(crate) fn set_named(&mut self, field: &str, value: Value) {
        if let Some(index) = self.object.field_index(field) {
            self.after.set(index, value);
        }
    }

    /// A value by name; null when the object has no such field.
    pub(crate) fn named(&self, field: &str) -> ValueRef<'_> {
        self.object.field_index(field).map_or(ValueRef::Null, |index| self.after.get(index))
    }

    pub(crate) fn is_new(&self) -> bool {
        self.before.is_none()
    }

    /// Did the field change (on create: is there a value)?
    pub(crate) fn changed(&self, field: FieldIndex) -> bool {
        match &self.before {
            None => self.after.holds(field),
            Some(before) => before.get(field) != self.after.get(field),
        }
    }
}

impl Draft {
    pub(super) fn set_system(&mut self, field: Option<FieldIndex>, value: ValueRef<'_>) {
        if let Some(field) = field {
            self.after.put(field, value);
        }
    }

    /// Sets an audit field unless the creator was allowed to give it.
    pub(super) fn set_audit(&mut self, field: Option<FieldIndex>, value: ValueRef<'_>) {
        let given = field.is_some_and(|field| self.is_new() && self.is_given(field));
        if !given {
            self.set_system(field, value);
        }
    }
}

fn mark_of(field: FieldIndex) -> u64 {
    1 << (field.0 % 64)
}

/// What takes the values of a body as they are read.
pub(crate) trait Takes<'s> {
    /// Do the values make a new row?
    const CREATES: bool;

    /// One field and what it becomes.
    fn take(&mut self, field: FieldIndex, value: FieldValue<'s>);

    /// One field and text that it stores as it is, but for blanks around it.
    #[inline]
    fn take_plain(&mut self, field: FieldIndex, text: &'s str) {
        self.take(field, plain_text(text));
    }
}

/// A row that is there takes its values all together.
impl<'s> Takes<'s> for SentValues<'s> {
    const CREATES: bool = false;

    fn take(&mut self, field: FieldIndex, value: FieldValue<'s>) {
        self.push((field, value));
    }
}

/// A new row takes its values at once; nobody else has seen it.
impl Takes<'_> for Draft {
    const CREATES: bool = true;

    fn take(&mut self, field: FieldIndex, value: FieldValue<'_>) {
        self.give(field, value.view());
    }

    #[inline]
    fn take_plain(&mut self, field: FieldIndex, text: &str) {
        let text = trimmed(text);
        if text.is_empty() {
            return self.give(field, ValueRef::Null);
        }
        self.note(field);
        if !self.object.plan().takes_as_it_is(field, text) {
            self.unchecked.push(field);
        }
        self.after.put_text(field, text);
    }
}
