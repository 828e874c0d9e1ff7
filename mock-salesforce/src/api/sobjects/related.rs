//! `sobjects/{object}/{id}/{relationship}`: from a row to its parent or its children, by name (wire reference §4.1).
//!
//! A parent is read, changed and deleted as a row of its own; children are the answer of a query.

use crate::{
    ObjectSchema, Org, Record, SfId,
    api::{
        error::{Answer, Refusal},
        query,
        visit::Visit,
    },
    soql::Visible,
};

/// What a relationship leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Related {
    /// One row: its object and its id.
    Parent(String, SfId),
    /// Rows of an object whose field refers to the start.
    Children {
        /// The object of the rows.
        object: String,
        /// Its field.
        field: String,
        /// The row they refer to.
        parent: SfId,
    },
}

/// What `name` leads to from the row `id`; `None` when that is no row's id, and the address is a key's.
pub(super) fn related(
    org: &Org,
    object: &ObjectSchema,
    (id, name): (&str, &str),
) -> Option<Result<Related, Refusal>> {
    let id: SfId = id.parse().ok().filter(|id: &SfId| id.prefix_bytes() == object.key_prefix)?;
    let Some(record) = org.live(id).filter(|record| record.object() == object.index) else {
        return Some(Err(Refusal::not_found()));
    };
    Some(
        parent(org, object, record, name)
            .or_else(|| children(org, object, id, name))
            .ok_or_else(Refusal::not_found),
    )
}

fn parent(org: &Org, object: &ObjectSchema, record: &Record, name: &str) -> Option<Related> {
    let field = object.relationship(name)?;
    let id = org.value(record, field.index).as_id()?;
    let parent = org.live(id)?;
    Some(Related::Parent(org.schema().at(parent.object()).name.to_string(), id))
}

fn children(org: &Org, object: &ObjectSchema, parent: SfId, name: &str) -> Option<Related> {
    let way = object.child(name)?;
    let child = org.schema().at(way.object);
    let field = child.field_at(way.field).name.to_string();
    Some(Related::Children { object: child.name.to_string(), field, parent })
}

/// The children as a query answers them, with the fields asked for or all that the user may read.
pub(super) fn listed(
    org: &mut Org,
    visit: &Visit,
    (object, field, parent): (&str, &str, SfId),
    wanted: Option<&str>,
) -> Answer {
    let schema = org.schema().object(object).ok_or_else(Refusal::not_found)?;
    let readable = || {
        let fields =
            schema.fields().filter(|field| org.readable(visit.user, schema.index, field.index));
        fields.map(|field| &*field.name).collect::<Vec<_>>().join(",")
    };
    let columns = match wanted.map(str::trim) {
        Some(wanted) if is_list(wanted) => wanted.to_owned(),
        None | Some("") => readable(),
        Some(_) => return Err(Refusal::not_found()),
    };
    let statement = format!("SELECT {columns} FROM {object} WHERE {field} = '{parent}'");
    query::ask(org, visit, &statement, Visible::Live)
}

/// Names of fields, and nothing that would make another statement of them.
fn is_list(wanted: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_., ".contains(c);
    !wanted.is_empty() && wanted.chars().all(fits)
}
