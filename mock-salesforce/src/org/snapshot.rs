//! Two states of an org beside each other: which rows are new, changed, gone or back, and what changed in them.
//!
//! An org is a value: a snapshot is a clone of it. Objects come by name, rows by id, fields in their order, so that
//! the same two states always give the same text.

use std::{cmp::Ordering, collections::BTreeSet, iter::Peekable};

use serde::Serialize;
use serde_json::Value as Json;

use crate::id::SfId;
use crate::record::Record;
use crate::schema::ObjectSchema;

use super::Org;

/// What became of a row between two states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowFate {
    /// It was not there.
    Created,
    /// Fields differ.
    Updated,
    /// It is in the recycle bin, or gone.
    Deleted,
    /// It came back from the recycle bin.
    Undeleted,
}

/// One field of a row that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldDifference {
    /// Its API name.
    pub field: String,
    /// What it held; null when there was no row.
    pub before: Json,
    /// What it holds; null when there is no row.
    pub after: Json,
}

/// One row that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowDifference {
    /// The object.
    pub object: String,
    /// The row, 18 characters.
    pub id: String,
    /// What became of it.
    pub change: RowFate,
    /// The fields that differ, in field order.
    pub fields: Vec<FieldDifference>,
}

/// Which differences are wanted.
#[derive(Clone, Debug, Default)]
pub struct DifferenceFilter {
    /// Rows of this object only, in any case.
    pub object: Option<String>,
    /// Fields that do not count, in any case, such as `LastModifiedDate`.
    pub ignore: Vec<String>,
    /// Rows after this one: its object and id.
    pub after: Option<(String, SfId)>,
    /// Most rows given.
    pub limit: usize,
}

/// How two states differ.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Difference {
    /// New rows, given or not.
    pub created: usize,
    /// Changed rows.
    pub updated: usize,
    /// Deleted rows.
    pub deleted: usize,
    /// Rows that came back.
    pub undeleted: usize,
    /// The rows of this page.
    pub rows: Vec<RowDifference>,
    /// The row to go on after, when there are more.
    pub next: Option<String>,
}

impl Org {
    /// About how many bytes the rows and what is remembered of them take.
    pub fn weight(&self) -> usize {
        let rows = self.schema.objects().flat_map(|object| self.rows(object.index));
        let weight: usize = rows.map(|row| size_of::<Record>() + row.weight()).sum();
        weight + self.changes().len() * size_of::<super::Change>()
    }

    /// How many rows there are, deleted ones too.
    pub fn row_count(&self) -> usize {
        self.schema.objects().map(|object| self.rows(object.index).count()).sum()
    }

    /// How this org differs from an earlier state of it, or from any other org.
    pub fn difference_from(&self, before: &Self, filter: &DifferenceFilter) -> Difference {
        let mut names: BTreeSet<&str> = self.schema.objects().map(|object| &*object.name).collect();
        names.extend(before.schema.objects().map(|object| &*object.name));
        let wanted = |name: &&str| {
            filter.object.as_ref().is_none_or(|object| object.eq_ignore_ascii_case(name))
        };
        let mut difference = Difference::default();
        for name in names.into_iter().filter(wanted) {
            Comparison {
                name,
                before: Side::of(before, name),
                after: Side::of(self, name),
                filter,
            }
            .add_to(&mut difference);
        }
        difference
    }
}

/// One object in one of the states.
#[derive(Clone, Copy)]
struct Side<'o> {
    org: &'o Org,
    object: Option<&'o ObjectSchema>,
}

impl<'o> Side<'o> {
    fn of(org: &'o Org, name: &str) -> Self {
        Self { org, object: org.schema.object(name) }
    }

    fn fields(self) -> impl Iterator<Item = &'o str> {
        self.object.into_iter().flat_map(ObjectSchema::fields).map(|field| &*field.name)
    }

    fn rows(self) -> impl Iterator<Item = &'o Record> {
        self.object.into_iter().flat_map(move |object| self.org.rows(object.index))
    }

    /// What a row holds in a field.
    fn held(self, row: Option<&Record>, field: &str) -> Json {
        let index = self.object.and_then(|object| object.field_index(field));
        row.zip(index).map_or(Json::Null, |(row, index)| row.get(index).to_json())
    }
}

/// Rows of one object in both states.
struct Comparison<'o> {
    name: &'o str,
    before: Side<'o>,
    after: Side<'o>,
    filter: &'o DifferenceFilter,
}

impl Comparison<'_> {
    fn add_to(&self, difference: &mut Difference) {
        let same_fields = match (self.before.object, self.after.object) {
            (Some(before), Some(after)) => {
                before.fields().map(|field| &field.name).eq(after.fields().map(|field| &field.name))
            }
            _ => false,
        };
        for (before, after) in both(self.before.rows(), self.after.rows()) {
            let untouched = same_fields && before.zip(after).is_some_and(|(a, b)| a == b);
            if !untouched {
                self.compare(before, after, difference);
            }
        }
    }

    fn compare(
        &self,
        before: Option<&Record>,
        after: Option<&Record>,
        difference: &mut Difference,
    ) {
        let live = |row: Option<&Record>| row.is_some_and(|row| !row.is_deleted());
        let fate = match (live(before), live(after)) {
            (false, false) => return,
            (false, true) if before.is_some() => RowFate::Undeleted,
            (false, true) => RowFate::Created,
            (true, false) => RowFate::Deleted,
            (true, true) => RowFate::Updated,
        };
        let Some(id) = after.or(before).map(Record::id) else { return };
        let fields = self.fields(before, after.filter(|_| live(after)));
        if fate == RowFate::Updated && fields.is_empty() {
            return;
        }
        *match fate {
            RowFate::Created => &mut difference.created,
            RowFate::Updated => &mut difference.updated,
            RowFate::Deleted => &mut difference.deleted,
            RowFate::Undeleted => &mut difference.undeleted,
        } += 1;
        let past = self.filter.after.as_ref();
        if past.is_some_and(|(object, last)| (self.name, id) <= (object.as_str(), *last)) {
            return;
        }
        if difference.rows.len() < self.filter.limit {
            let (object, id) = (self.name.to_owned(), id.to_string());
            difference.rows.push(RowDifference { object, id, change: fate, fields });
        } else if difference.next.is_none() {
            difference.next =
                difference.rows.last().map(|row| format!("{}:{}", row.object, row.id));
        }
    }

    fn fields(&self, before: Option<&Record>, after: Option<&Record>) -> Vec<FieldDifference> {
        let gone = |name: &str| self.after.object.is_none_or(|object| object.field(name).is_none());
        let names = self.after.fields().chain(self.before.fields().filter(|name| gone(name)));
        let ignored = |name: &str| {
            self.filter.ignore.iter().any(|ignored| ignored.eq_ignore_ascii_case(name))
        };
        let differing = names.filter(|name| !ignored(name)).map(|name| {
            let (before, after) = (self.before.held(before, name), self.after.held(after, name));
            FieldDifference { field: name.to_owned(), before, after }
        });
        differing.filter(|field| field.before != field.after).collect()
    }
}

/// Rows of two sources in id order, those of the same id together.
fn both<'r>(
    before: impl Iterator<Item = &'r Record>,
    after: impl Iterator<Item = &'r Record>,
) -> impl Iterator<Item = (Option<&'r Record>, Option<&'r Record>)> {
    Both { before: before.peekable(), after: after.peekable() }
}

struct Both<A: Iterator, B: Iterator> {
    before: Peekable<A>,
    after: Peekable<B>,
}

impl<'r, A, B> Iterator for Both<A, B>
where
    A: Iterator<Item = &'r Record>,
    B: Iterator<Item = &'r Record>,
{
    type Item = (Option<&'r Record>, Option<&'r Record>);

    fn next(&mut self) -> Option<Self::Item> {
        let order = match (self.before.peek(), self.after.peek()) {
            (None, None) => return None,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(before), Some(after)) => before.id().cmp(&after.id()),
        };
        Some(match order {
            Ordering::Less => (self.before.next(), None),
            Ordering::Greater => (None, self.after.next()),
            Ordering::Equal => (self.before.next(), self.after.next()),
        })
    }
}
