//! The records of one system: a table with an index over e-mail addresses, and a feed of what changed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use crate::System;

/// Records that one system holds at most.
pub(crate) const RECORDS_MAX: usize = 1_000_000;

/// A record.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its id, as the system spells it.
    pub id: String,
    /// What the system calls it: `lead`, `contact`, `prospect`, or whatever it was set up as.
    pub kind: String,
    /// Its fields.
    pub fields: Map<String, Json>,
    /// When it was made, in ms since the epoch.
    pub created: i64,
    /// When it was last changed, in ms since the epoch.
    pub updated: i64,
    /// How often it was written.
    pub version: u64,
    /// The record of Salesforce that it is linked to.
    pub crm_id: Option<String>,
    /// Why the last sync to Salesforce failed.
    pub sync_error: Option<String>,
}

impl Record {
    /// A field's text, unless it is absent or null.
    pub fn text(&self, field: &str) -> Option<String> {
        match self.fields.get(field)? {
            Json::Null => None,
            Json::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was made.
    Created,
    /// It was changed.
    Updated,
    /// It was deleted.
    Deleted,
}

/// A change, as the feed keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its number, from 1.
    pub seq: u64,
    /// When, in ms since the epoch.
    pub at: i64,
    /// What happened.
    pub kind: ChangeKind,
    /// The record's id.
    pub id: String,
    /// What the system calls it.
    pub record_kind: String,
    /// The fields that were written.
    pub fields: Map<String, Json>,
}

/// The records.
#[derive(Debug)]
pub(crate) struct Records {
    system: System,
    last: u64,
    rows: BTreeMap<u64, Record>,
    numbers: BTreeMap<String, u64>,
    by_email: BTreeMap<String, BTreeSet<u64>>,
    feed: Vec<Change>,
}

impl Records {
    pub(crate) fn new(system: System) -> Self {
        Self {
            system,
            last: 0,
            rows: BTreeMap::new(),
            numbers: BTreeMap::new(),
            by_email: BTreeMap::new(),
            feed: Vec::new(),
        }
    }

    /// A new record under the next id, or under this one; nothing when the table is full.
    pub(crate) fn create(
        &mut self,
        id: Option<String>,
        kind: &str,
        fields: Map<String, Json>,
        now: i64,
    ) -> Option<&Record> {
        if self.rows.len() >= RECORDS_MAX {
            return None;
        }
        self.last += 1;
        let number = self.last;
        let id = id.unwrap_or_else(|| self.shape(number));
        let record = Record {
            id: id.clone(),
            kind: kind.to_owned(),
            fields: fields.clone(),
            created: now,
            updated: now,
            version: number,
            crm_id: None,
            sync_error: None,
        };
        self.numbers.insert(id.clone(), number);
        self.index(number, &record);
        self.rows.insert(number, record);
        self.tell((now, ChangeKind::Created), id, kind.to_owned(), fields);
        self.rows.get(&number)
    }

    /// Writes fields of a record.
    pub(crate) fn update(
        &mut self,
        id: &str,
        fields: Map<String, Json>,
        now: i64,
    ) -> Option<&Record> {
        let number = *self.numbers.get(id)?;
        let before = self.rows.get(&number)?.clone();
        self.unindex(number, &before);
        self.last += 1;
        let version = self.last;
        let record = self.rows.get_mut(&number)?;
        for (name, value) in &fields {
            record.fields.insert(name.clone(), value.clone());
        }
        record.updated = now;
        record.version = version;
        let after = record.clone();
        self.index(number, &after);
        self.tell((now, ChangeKind::Updated), after.id, after.kind, fields);
        self.rows.get(&number)
    }

    /// Deletes a record.
    pub(crate) fn delete(&mut self, id: &str, now: i64) -> bool {
        let Some(number) = self.numbers.remove(id) else { return false };
        let Some(record) = self.rows.remove(&number) else { return false };
        self.unindex(number, &record);
        self.tell((now, ChangeKind::Deleted), record.id, record.kind, Map::new());
        true
    }

    /// Sets when a record was made and last changed, as a world lists it.
    pub(crate) fn date(&mut self, id: &str, created: i64, updated: i64) {
        if let Some(record) = self.find_mut(id) {
            record.created = created;
            record.updated = updated;
        }
    }

    /// A record by id.
    pub(crate) fn find(&self, id: &str) -> Option<&Record> {
        self.rows.get(self.numbers.get(id)?)
    }

    /// A record by id, for what is no field: links and errors.
    pub(crate) fn find_mut(&mut self, id: &str) -> Option<&mut Record> {
        self.rows.get_mut(self.numbers.get(id)?)
    }

    /// A record could not be synced to Salesforce.
    pub(crate) fn fail(&mut self, id: &str, reason: String) {
        if let Some(record) = self.find_mut(id) {
            record.sync_error = Some(reason);
        }
    }

    /// The records with this e-mail address, in the order of their ids.
    pub(crate) fn with_email(&self, email: &str) -> impl Iterator<Item = &Record> {
        let numbers = self.by_email.get(&key(email)).into_iter().flatten();
        numbers.filter_map(|number| self.rows.get(number))
    }

    /// Every record, in the order in which they were made.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Record> {
        self.rows.values()
    }

    /// What changed after the change with this number.
    pub(crate) fn since(&self, seq: u64) -> &[Change] {
        let from = usize::try_from(seq).unwrap_or(usize::MAX).min(self.feed.len());
        self.feed.get(from..).unwrap_or_default()
    }

    fn tell(
        &mut self,
        (at, kind): (i64, ChangeKind),
        id: String,
        record_kind: String,
        fields: Map<String, Json>,
    ) {
        let seq = self.feed.len() as u64 + 1;
        self.feed.push(Change { seq, at, kind, id, record_kind, fields });
    }

    fn index(&mut self, number: u64, record: &Record) {
        if let Some(email) = record.text(self.system.email_field()) {
            self.by_email.entry(key(&email)).or_default().insert(number);
        }
    }

    fn unindex(&mut self, number: u64, record: &Record) {
        let Some(email) = record.text(self.system.email_field()) else { return };
        let key = key(&email);
        if let Some(numbers) = self.by_email.get_mut(&key) {
            numbers.remove(&number);
            if numbers.is_empty() {
                self.by_email.remove(&key);
            }
        }
    }

    /// Ids are counters in the shape that the system gives them.
    fn shape(&self, number: u64) -> String {
        match self.system {
            System::Dynamics => format!("00000000-0000-4000-8000-{number:012x}"),
            System::Marketo => format!("{}", 1_000 + number),
            System::AccountEngagement => format!("{}", 50_000_000 + number),
            System::Administrate => format!("TGVnYWN5Q29udGFjdDo{number:06}"),
        }
    }
}

fn key(email: &str) -> String {
    email.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: Json) -> Map<String, Json> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn addresses_are_found_without_regard_to_case_and_follow_their_changes() {
        let mut records = Records::new(System::Marketo);
        let id = records
            .create(None, "lead", fields(json!({"email": "Pat@X.example"})), 5)
            .unwrap()
            .id
            .clone();
        assert_eq!(id, "1001");
        assert_eq!(records.with_email("pat@x.EXAMPLE").count(), 1);
        records.update(&id, fields(json!({"email": "bo@x.example", "city": "Bern"})), 9).unwrap();
        assert_eq!(records.with_email("pat@x.example").count(), 0);
        let found = records.with_email("bo@x.example").next().unwrap();
        assert_eq!((found.updated, found.text("city")), (9, Some("Bern".to_owned())));
        assert!(records.delete(&id, 10));
        assert!(!records.delete(&id, 11));
        assert_eq!(records.with_email("bo@x.example").count(), 0);
        let feed: Vec<_> = records.since(1).iter().map(|it| (it.seq, it.kind)).collect();
        assert_eq!(feed, [(2, ChangeKind::Updated), (3, ChangeKind::Deleted)]);
    }
}
