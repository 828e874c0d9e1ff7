//! Records of systems beside Salesforce as changes: the object is the system.

use std::{collections::BTreeMap, sync::Arc};

use engine::System;
use scenarios::{Change, ChangeKind, Origin};
use serde_json::Value as Json;

use crate::{
    journal::{BesideChange, What},
    world::Played,
};

/// Adds what the other systems held from the start, and how it changed; by journal number.
pub(super) fn add(played: &Played, starts: i64, changes: &mut Vec<Change>) {
    let seeded = played.beside.seeded().iter();
    let mut all: Vec<Change> =
        seeded.map(|(system, it)| change((0, starts), *system, it, Origin::World)).collect();
    for (seq, entry) in played.journal.entries() {
        let What::Beside(beside) = &entry.what else { continue };
        if let BesideChange::Changed { system, change: it } = &**beside {
            all.push(change((seq, entry.at), *system, it, Origin::Engine));
        }
    }
    if !all.is_empty() {
        changes.append(&mut all);
        changes.sort_by_key(|it| it.seq);
    }
}

/// Every name with its record, those of the other systems too.
pub(super) fn names(played: &Played) -> BTreeMap<String, String> {
    let mut names = played.names.observed();
    let beside = played.beside.keys().iter();
    names.extend(beside.map(|(key, id)| (key.clone(), id.clone())));
    names
}

fn change(
    (seq, at): (u64, i64),
    system: System,
    change: &neighbours::Change,
    origin: Origin,
) -> Change {
    let text = |value: &Json| match value {
        Json::Null => None,
        Json::String(text) => Some(Arc::from(text.as_str())).filter(|it: &Arc<str>| !it.is_empty()),
        other => Some(Arc::from(other.to_string())),
    };
    let fields = change.fields.iter();
    Change {
        seq,
        at,
        kind: match change.kind {
            neighbours::ChangeKind::Created => ChangeKind::Created,
            neighbours::ChangeKind::Updated => ChangeKind::Updated,
            neighbours::ChangeKind::Deleted => ChangeKind::Deleted,
        },
        object: Arc::from(system.word()),
        id: Arc::from(change.id.as_str()),
        by: Arc::from(""),
        origin,
        cause: None,
        fields: fields.map(|(name, value)| (Arc::from(name.as_str()), text(value))).collect(),
    }
}
