//! What happened in a system beside Salesforce, as a line.

use reports::model::{JournalLine, Lane};

use super::{BesideChange, lines::line};

/// The line for it.
pub(super) fn line_of(change: &BesideChange) -> JournalLine {
    match change {
        BesideChange::Changed { system, change } => {
            let verb = match change.kind {
                neighbours::ChangeKind::Created => "created",
                neighbours::ChangeKind::Updated => "updated",
                neighbours::ChangeKind::Deleted => "deleted",
            };
            let (name, kind) = (system.word(), &change.record_kind);
            let text = format!("{name}: {kind} {} is {verb}", change.id);
            let mut told = line(Lane::Salesforce, "change", text);
            told.record = Some(change.id.clone());
            told.detail.insert("system".to_owned(), name.to_owned());
            told.detail.insert("change".to_owned(), verb.to_owned());
            for (field, value) in &change.fields {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                told.detail.insert(format!("field.{field}"), text);
            }
            told
        }
        BesideChange::Synced { system, record, outcome } => {
            let name = system.word();
            let text = match outcome {
                Ok(id) => format!("{name} synced {record} to Salesforce as {id}"),
                Err(why) => format!("{name} could not sync {record} to Salesforce: {why}"),
            };
            let mut told = line(Lane::Admin, "sync", text);
            told.record = Some(record.clone());
            told.detail.insert("system".to_owned(), name.to_owned());
            told
        }
    }
}
