//! One row of one object: values by field, nulls not stored.
//!
//! A stored row is one packed run of bytes that its clones share; a row that is being made or changed
//! is a list of values. Readers cannot tell them apart.

mod loose;
mod packed;
mod words;

use crate::id::SfId;
use crate::schema::{FieldIndex, ObjectIndex};
use crate::value::{Value, ValueRef};

use loose::Loose;
use packed::Packed;

/// One row. A field without a value is null.
#[derive(Clone, Debug)]
pub struct Record(Form);

#[derive(Clone, Debug)]
enum Form {
    /// As it is stored.
    Packed(Packed),
    /// On its way into the org.
    Loose(Box<Loose>),
}

impl Record {
    /// A row without values.
    pub(crate) fn new(object: ObjectIndex, id: SfId) -> Self {
        Self(Form::Loose(Box::new(Loose::new(object, id))))
    }

    /// A row with these values.
    pub(crate) fn with_values(
        object: ObjectIndex,
        id: SfId,
        values: Vec<(FieldIndex, Value)>,
    ) -> Self {
        let mut record = Self::new(object, id);
        for (field, value) in values {
            record.set(field, value);
        }
        record
    }

    /// A row without values that has places for so many fields: what rows are begun with.
    pub(crate) fn blank(object: ObjectIndex, fields: usize) -> Self {
        let mut loose = Loose::new(object, SfId::EMPTY);
        loose.widen(fields);
        Self(Form::Loose(Box::new(loose)))
    }

    /// Another row that begins with the same values.
    pub(crate) fn like(&self, id: SfId) -> Self {
        match &self.0 {
            Form::Loose(loose) => Self(Form::Loose(Box::new(loose.like(id)))),
            Form::Packed(packed) => Self(Form::Loose(Box::new(Self::unpacked(packed).like(id)))),
        }
    }

    /// A place where no row is.
    pub(crate) fn vacant() -> Self {
        Self(Form::Packed(Packed::vacant()))
    }

    /// Is it a place where no row is?
    pub(crate) fn is_vacant(&self) -> bool {
        matches!(&self.0, Form::Packed(packed) if packed.is_vacant())
    }

    /// Its id.
    pub fn id(&self) -> SfId {
        match &self.0 {
            Form::Packed(packed) => packed.id(),
            Form::Loose(loose) => loose.id,
        }
    }

    /// The object it is a row of.
    pub fn object(&self) -> ObjectIndex {
        match &self.0 {
            Form::Packed(packed) => packed.object(),
            Form::Loose(loose) => loose.object,
        }
    }

    /// Is it in the recycle bin?
    pub fn is_deleted(&self) -> bool {
        match &self.0 {
            Form::Packed(packed) => packed.is_deleted(),
            Form::Loose(loose) => loose.deleted,
        }
    }

    /// What a field holds as stored. Fields that are computed on reading (roll-ups, fields of a
    /// campaign member's person, formulas) need [`crate::Org::value`].
    #[inline]
    pub fn get(&self, field: FieldIndex) -> ValueRef<'_> {
        match &self.0 {
            Form::Packed(packed) => packed.get(field),
            Form::Loose(loose) => loose.get(field),
        }
    }

    /// Asks for all memory that the row takes: on the way to a value one place leads to the next.
    #[inline]
    pub(crate) fn ask_for(&self) {
        if let Form::Packed(packed) = &self.0 {
            packed.ask_for();
        }
    }

    /// Is a value stored in a field?
    #[inline]
    pub(crate) fn holds(&self, field: FieldIndex) -> bool {
        match &self.0 {
            Form::Packed(packed) => !packed.get(field).is_null(),
            Form::Loose(loose) => loose.holds(field),
        }
    }

    /// Every stored value, in field order.
    pub fn stored(&self) -> impl Iterator<Item = (FieldIndex, ValueRef<'_>)> {
        let (packed, loose) = match &self.0 {
            Form::Packed(packed) => (Some(packed.stored()), None),
            Form::Loose(loose) => (None, Some(loose.stored())),
        };
        packed.into_iter().flatten().chain(loose.into_iter().flatten())
    }

    pub(crate) fn set(&mut self, field: FieldIndex, value: Value) {
        self.put(field, value.view());
    }

    /// The same with a value of somebody else's.
    #[inline]
    pub(crate) fn put(&mut self, field: FieldIndex, value: ValueRef<'_>) {
        self.loosen().set(field, value);
    }

    /// The same with text, which is not empty.
    #[inline]
    pub(crate) fn put_text(&mut self, field: FieldIndex, text: &str) {
        self.loosen().set_text(field, text);
    }

    pub(crate) fn set_deleted(&mut self, deleted: bool) {
        self.loosen().deleted = deleted;
    }

    /// Bytes that it takes on the heap.
    pub(crate) fn weight(&self) -> usize {
        match &self.0 {
            Form::Packed(packed) => packed.bytes(),
            Form::Loose(loose) => loose.bytes(),
        }
    }

    /// The row as it is stored; clones of it share their memory.
    pub(crate) fn pack(mut self) -> Self {
        self.settle();
        self
    }

    /// The same row as it is stored, when it is new.
    pub(crate) fn packed(&self) -> Self {
        match &self.0 {
            Form::Loose(loose) => Self(Form::Packed(Packed::of_new(loose))),
            Form::Packed(packed) => Self(Form::Packed(packed.clone())),
        }
    }

    /// Becomes a row as it is stored.
    pub(crate) fn settle(&mut self) {
        if let Form::Loose(loose) = &self.0 {
            self.0 = Form::Packed(Packed::of(loose));
        }
    }

    #[inline]
    fn loosen(&mut self) -> &mut Loose {
        if matches!(self.0, Form::Packed(_)) {
            self.unpack();
        }
        match &mut self.0 {
            Form::Loose(loose) => loose,
            Form::Packed(_) => unreachable!("it was just made loose"),
        }
    }

    #[cold]
    fn unpack(&mut self) {
        if let Form::Packed(packed) = &self.0 {
            self.0 = Form::Loose(Box::new(Self::unpacked(packed)));
        }
    }

    fn unpacked(packed: &Packed) -> Loose {
        let mut loose = Loose::new(packed.object(), packed.id());
        loose.deleted = packed.is_deleted();
        for (field, value) in packed.stored() {
            loose.set(field, value);
        }
        loose
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Form::Packed(a), Form::Packed(b)) => a == b,
            _ => {
                self.id() == other.id()
                    && self.object() == other.object()
                    && self.is_deleted() == other.is_deleted()
                    && self.stored().eq(other.stored())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::Timestamp;

    fn field(n: u16) -> FieldIndex {
        FieldIndex(n)
    }

    fn row(values: Vec<(FieldIndex, Value)>) -> Record {
        Record::with_values(ObjectIndex(3), SfId::numbered(*b"00Q", 1_000), values)
    }

    #[test]
    fn a_packed_row_reads_as_the_loose_one() {
        let moment = Value::DateTime(Timestamp(1_778_666_400_000));
        let user = Value::Id(SfId::numbered(*b"005", 1));
        let foreign = Value::Id("005XYZ00000abcD".parse().unwrap());
        let long = Value::text(&"é".repeat(40_000));
        let values = vec![
            (field(0), user.clone()),
            (field(1), Value::text("Lee")),
            (field(2), moment.clone()),
            (field(5), Value::Bool(true)),
            (field(6), Value::Bool(false)),
            (field(9), moment),
            (field(11), user),
            (field(12), foreign.clone()),
            (field(13), foreign),
            (field(14), Value::Int(-7)),
            (field(15), Value::Int(i64::MIN)),
            (field(16), Value::Double(60.0)),
            (field(17), Value::Double(-0.0)),
            (field(18), Value::Double(0.1)),
            (field(19), Value::Date(-1)),
            (field(20), Value::Time(86_399_999)),
            (field(21), Value::DateTime(Timestamp(-1))),
            (field(700), long),
            (field(701), Value::text("last")),
        ];
        let mut loose = row(values.clone());
        loose.set_deleted(true);
        let packed = loose.clone().pack();
        assert_eq!(packed, loose);
        assert!(packed.is_deleted());
        for (at, value) in values {
            assert_eq!(packed.get(at), value);
        }
        assert!(packed.get(field(3)).is_null() && packed.get(field(2_000)).is_null());
        assert!(packed.get(field(17)).as_number().unwrap().is_sign_negative());
    }

    #[test]
    fn a_stored_row_is_changed_as_a_copy() {
        let stored = row(vec![(field(1), Value::text("Lee"))]).pack();
        let mut changed = stored.clone();
        changed.set(field(1), Value::Null);
        changed.set(field(4), Value::text("Kim"));
        assert_eq!(stored.get(field(1)).as_text(), Some("Lee"));
        let changed = changed.pack();
        assert!(changed.get(field(1)).is_null());
        assert_eq!(changed.get(field(4)).as_text(), Some("Kim"));
    }
}
