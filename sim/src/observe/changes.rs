//! Every committed change of the org, the records of the world first.

use std::sync::Arc;

use mock_salesforce::{self as mock, Org, Schema};
use scenarios::{Change, ChangeKind, Origin};

use super::words::value_text;
use crate::journal::{Journal, What};

/// The rows of a world before anything happens, as changes that made them.
pub(crate) fn initial(org: &Org, starts: i64) -> Vec<Change> {
    let mut changes = Vec::new();
    for object in org.schema().objects() {
        for row in org.rows(object.index) {
            let stored = row.stored().filter(|(_, value)| !value.is_null());
            let fields = stored.map(|(field, value)| {
                (Arc::clone(&object.field_at(field).name), value_text(value))
            });
            changes.push(Change {
                seq: 0,
                at: starts,
                kind: ChangeKind::Created,
                object: Arc::clone(&object.name),
                id: row.id().to_string().into(),
                by: Arc::from(""),
                origin: Origin::World,
                cause: None,
                fields: fields.collect(),
            });
            if row.is_deleted() {
                changes.push(Change {
                    kind: ChangeKind::Deleted,
                    fields: Vec::new(),
                    ..changes.last().expect("the row was pushed above").clone()
                });
            }
        }
    }
    changes
}

/// Adds the changes that the journal holds.
pub(super) fn committed(journal: &Journal, schema: &Schema, changes: &mut Vec<Change>) {
    for (seq, entry) in journal.entries() {
        let What::Changed(change) = &entry.what else { continue };
        changes.push(one(seq, entry.at, change, schema));
        if change.kind == mock::ChangeKind::Merged {
            mark_losers(changes);
        }
    }
}

/// The org tells of a merge in one breath: the losers are deleted, then the survivor takes them in.
fn mark_losers(changes: &mut [Change]) {
    let Some((survivor, before)) = changes.split_last_mut() else { return };
    let master = (Arc::from("MasterRecordId"), Some(Arc::clone(&survivor.id)));
    let together = before.iter_mut().rev().take_while(|it| {
        it.at == survivor.at && it.by == survivor.by && it.origin == survivor.origin
    });
    for loser in together {
        if loser.kind == ChangeKind::Deleted && loser.object == survivor.object {
            loser.kind = ChangeKind::Merged;
            loser.fields.push(master.clone());
        }
    }
}

fn one(seq: u64, at: i64, change: &mock::Change, schema: &Schema) -> Change {
    let object = schema.at(change.object);
    let fields = change
        .fields
        .iter()
        .map(|(field, value)| (Arc::clone(&object.field_at(field).name), value_text(value)));
    Change {
        seq,
        at,
        kind: match change.kind {
            mock::ChangeKind::Created => ChangeKind::Created,
            mock::ChangeKind::Deleted => ChangeKind::Deleted,
            mock::ChangeKind::Undeleted => ChangeKind::Undeleted,
            mock::ChangeKind::Converted => ChangeKind::Converted,
            // A merge is told of its losers; the survivor is a record that changed.
            mock::ChangeKind::Updated | mock::ChangeKind::Merged => ChangeKind::Updated,
        },
        object: Arc::clone(&object.name),
        id: change.id.to_string().into(),
        by: change.by.to_string().into(),
        origin: match change.origin {
            mock::Origin::Rest | mock::Origin::Soap | mock::Origin::Bulk => Origin::Engine,
            mock::Origin::Admin => Origin::Admin,
            mock::Origin::Automation => Origin::Automation,
            mock::Origin::Import => Origin::World,
        },
        cause: change.cause.clone(),
        fields: fields.collect(),
    }
}
