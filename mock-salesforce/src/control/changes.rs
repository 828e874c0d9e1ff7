//! The change feed: what became of which row, by whom, when, from where, because of what, with the fields.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Control, ControlError, page_of, rows::id_of};
use crate::{Change, Org, Origin, SfId, org::ChangeKind};

/// Which changes are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChangeFilter {
    /// Changes after this position; from the start when absent.
    pub since: Option<u64>,
    /// Of rows of this object, in any case.
    pub object: Option<String>,
    /// Of this row.
    pub id: Option<String>,
    /// Of this kind.
    pub kind: Option<ChangeKind>,
    /// By this user: id, username or name.
    pub user: Option<String>,
    /// From there.
    pub origin: Option<Origin>,
    /// Because of a rule or flow whose name holds this text.
    pub cause: Option<String>,
    /// Of this field.
    pub field: Option<String>,
    /// Changes of a page.
    pub limit: Option<usize>,
}

/// A page of the change feed, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangePage {
    /// The changes.
    pub changes: Vec<SeenChange>,
    /// The position to go on after, when there are more.
    pub next: Option<u64>,
    /// The position of the newest change of all.
    pub newest: u64,
}

/// One change of one row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeenChange {
    /// Position in the feed.
    pub seq: u64,
    /// The org's time.
    pub at: String,
    /// What became of the row.
    pub kind: ChangeKind,
    /// The object.
    pub object: String,
    /// The row.
    pub id: String,
    /// The running user.
    pub by: String,
    /// The user's name.
    pub by_name: String,
    /// Where the save came from.
    pub origin: Origin,
    /// The rule, flow or automation that did it, if one did.
    pub cause: Option<String>,
    /// The fields that changed.
    pub fields: Vec<SeenField>,
}

/// One changed field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeenField {
    /// Its API name.
    pub field: String,
    /// What it held.
    pub before: Json,
    /// What it held then.
    pub after: Json,
}

impl Control {
    /// Changes of rows, oldest first.
    pub fn changes(&self, filter: &ChangeFilter) -> Result<ChangePage, ControlError> {
        let limit = page_of(filter.limit)?;
        let org = self.mock.org();
        let wanted = Wanted::of(&org, filter)?;
        let since = filter.since.unwrap_or(0);
        let mut fitting =
            org.changes_since(since).iter().filter(|change| wanted.fits(&org, change));
        let changes: Vec<SeenChange> =
            fitting.by_ref().take(limit).map(|change| seen(&org, change)).collect();
        let more = fitting.next().is_some();
        let next = changes.last().map(|change| change.seq).filter(|_| more);
        Ok(ChangePage { changes, next, newest: org.changes_seen() })
    }
}

/// A filter with its names resolved.
struct Wanted<'f> {
    filter: &'f ChangeFilter,
    id: Option<SfId>,
    user: Option<SfId>,
}

impl<'f> Wanted<'f> {
    fn of(org: &Org, filter: &'f ChangeFilter) -> Result<Self, ControlError> {
        if let Some(object) = &filter.object
            && org.schema().object(object).is_none()
        {
            let message = format!("there is no object {object}");
            return Err(ControlError::invalid(message, "name one of the org's objects"));
        }
        let id = filter.id.as_deref().map(|id| id_of(id, "id")).transpose()?;
        let named = |name: &str| {
            org.owner_named(name).ok_or_else(|| {
                let message = format!("there is no user {name:?}");
                ControlError::invalid(message, "name an id, a username or a name")
            })
        };
        let user = filter.user.as_deref().map(named).transpose()?;
        Ok(Self { filter, id, user })
    }

    fn fits(&self, org: &Org, change: &Change) -> bool {
        let filter = self.filter;
        let object = org.schema().at(change.object);
        self.id.is_none_or(|id| id == change.id)
            && self.user.is_none_or(|user| user == change.by)
            && filter.kind.is_none_or(|kind| kind == change.kind)
            && filter.origin.is_none_or(|origin| origin == change.origin)
            && filter.object.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(&object.name))
            && filter.cause.as_ref().is_none_or(|part| {
                change.cause.as_ref().is_some_and(|cause| cause.contains(part.as_str()))
            })
            && filter.field.as_ref().is_none_or(|name| {
                object.field_index(name).is_some_and(|field| change.fields.contains(field))
            })
    }
}

fn seen(org: &Org, change: &Change) -> SeenChange {
    let object = org.schema().at(change.object);
    let by = org.get(change.by).map(|user| org.stored(user, "Name").to_string());
    let held = |field| change.before.as_ref().map_or(Json::Null, |row| row.get(field).to_json());
    let fields = change.fields.iter().map(|(field, value)| SeenField {
        field: object.field_at(field).name.to_string(),
        before: held(field),
        after: value.to_json(),
    });
    SeenChange {
        seq: change.seq,
        at: change.at.to_string(),
        kind: change.kind,
        object: object.name.to_string(),
        id: change.id.to_string(),
        by: change.by.to_string(),
        by_name: by.unwrap_or_default(),
        origin: change.origin,
        cause: change.cause.as_ref().map(ToString::to_string),
        fields: fields.collect(),
    }
}
