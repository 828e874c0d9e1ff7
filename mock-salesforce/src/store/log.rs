//! The log on disk: one keyspace for what the store begins with, one for entries by their number.

use std::path::{Path, PathBuf};

use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode};

use super::{Beginning, Entry, Outcome, StoreError, entry};
use crate::{OrgSeed, Timestamp, standard_org};

/// How entries look; another number is another program's store.
const FORMAT: &[u8] = b"1";
/// How many calls there were at the last start.
const CALLS: &str = "calls";
/// Memory for blocks that are read, in bytes: the log is read once.
const CACHE_BYTES: u64 = 4 * 1024 * 1024;

/// What must have happened before a call is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Durability {
    /// The operating system has the entry: it survives the death of the process.
    #[default]
    Process,
    /// The disk has the entry: it survives the death of the machine.
    Machine,
}

/// The log of one org. Holds the directory's lock while it lives.
pub(super) struct Log {
    database: Database,
    entries: Keyspace,
    next: u64,
    durability: Durability,
    path: PathBuf,
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Log")
            .field("path", &self.path)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

impl Log {
    /// Opens the log of a directory, or begins one.
    pub(super) fn open(
        path: &Path,
        seed: Option<&OrgSeed>,
        now: Timestamp,
        durability: Durability,
    ) -> Result<(Self, Beginning), StoreError> {
        let refused =
            |doing| move |cause| StoreError::Store { path: path.to_path_buf(), doing, cause };
        let database =
            Database::builder(path).cache_size(CACHE_BYTES).open().map_err(refused("opened"))?;
        let keyspace = |name| database.keyspace(name, KeyspaceCreateOptions::default);
        let meta = keyspace("meta").map_err(refused("opened"))?;
        let entries = keyspace("entries").map_err(refused("opened"))?;
        let last = entries.last_key_value().map(fjall::Guard::key).transpose();
        let last = last.map_err(refused("read"))?;
        let next = last.and_then(|key| Some(u64::from_be_bytes(key.as_ref().try_into().ok()?) + 1));
        let next = next.unwrap_or_default();
        let log = Self { database, entries, next, durability, path: path.to_path_buf() };
        let is_new = meta.is_empty().map_err(refused("read"))?;
        if is_new {
            log.begin(&meta, seed, now)?;
        }
        let beginning = log.beginning(&meta)?;
        if !is_new && seed.is_some_and(|seed| *seed != beginning.seed) {
            return Err(StoreError::OtherOrg { path: path.to_path_buf() });
        }
        log.compare(&meta)?;
        Ok((log, beginning))
    }

    /// Refuses a log that is shorter than it was at the last start, and notes how long it is now.
    fn compare(&self, meta: &Keyspace) -> Result<(), StoreError> {
        let known = meta.get(CALLS).map_err(|cause| self.refused("read", cause))?;
        let known =
            known.and_then(|known| Some(u64::from_be_bytes(known.as_ref().try_into().ok()?)));
        if let Some(known) = known.filter(|known| *known > self.next) {
            let reason =
                format!("there were {known} at the last start, and {} are left", self.next);
            return Err(self.unreadable("the calls", &reason));
        }
        meta.insert(CALLS, self.next.to_be_bytes())
            .and_then(|()| self.database.persist(PersistMode::Buffer))
            .map_err(|cause| self.refused("written", cause))
    }

    fn begin(
        &self,
        meta: &Keyspace,
        seed: Option<&OrgSeed>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let refused = |cause| self.refused("written", cause);
        let seed = seed.cloned().unwrap_or_else(standard_org);
        let seed = serde_json::to_vec(&seed).map_err(|error| self.unreadable("the org", &error))?;
        let mut batch = self.database.batch();
        batch.insert(meta, "format", FORMAT);
        batch.insert(meta, "seed", seed);
        batch.insert(meta, "founded", now.0.to_be_bytes());
        batch.commit().map_err(refused)?;
        self.database.persist(PersistMode::SyncAll).map_err(refused)
    }

    fn beginning(&self, meta: &Keyspace) -> Result<Beginning, StoreError> {
        let get = |key: &str| {
            let value = meta.get(key).map_err(|cause| self.refused("read", cause))?;
            value.ok_or_else(|| self.unreadable(key, &"it is missing"))
        };
        if get("format")?.as_ref() != FORMAT {
            return Err(self.unreadable("format", &"it is not 1"));
        }
        let seed = serde_json::from_slice(&get("seed")?)
            .map_err(|error| self.unreadable("the org", &error))?;
        let founded = get("founded")?.as_ref().try_into().map(i64::from_be_bytes);
        let founded = founded.map_err(|_| self.unreadable("founded", &"it is no moment"))?;
        Ok(Beginning { seed, founded: Timestamp(founded), salt: founded.unsigned_abs() })
    }

    /// Every entry, oldest first.
    pub(super) fn entries(&self) -> impl Iterator<Item = Result<(Entry, Outcome), StoreError>> {
        self.entries.iter().enumerate().map(|(at, guard)| {
            let (key, value) = guard.into_inner().map_err(|cause| self.refused("read", cause))?;
            let place = format!("call {}", at + 1);
            if *key != (at as u64).to_be_bytes() {
                return Err(self.unreadable(&place, &"it is missing"));
            }
            entry::read(&value).map_err(|reason| self.unreadable(&place, &reason))
        })
    }

    /// Adds an entry; it is there once this returns.
    pub(super) fn append(&mut self, entry: &Entry, outcome: Outcome) -> Result<(), StoreError> {
        let inserted = self.entries.insert(self.next.to_be_bytes(), entry::written(entry, outcome));
        let mode = match self.durability {
            Durability::Process => PersistMode::Buffer,
            Durability::Machine => PersistMode::SyncData,
        };
        inserted
            .and_then(|()| self.database.persist(mode))
            .map_err(|cause| self.refused("written", cause))?;
        self.next += 1;
        Ok(())
    }

    fn refused(&self, doing: &'static str, cause: fjall::Error) -> StoreError {
        StoreError::Store { path: self.path.clone(), doing, cause }
    }

    fn unreadable(&self, place: &str, reason: &dyn std::fmt::Display) -> StoreError {
        let (path, place, reason) = (self.path.clone(), place.to_owned(), reason.to_string());
        StoreError::Unreadable { path, place, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Asked;

    #[test]
    fn a_log_that_lost_calls_is_refused() {
        let name = format!("mock-salesforce-log-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let open = || Log::open(&path, None, Timestamp(0), Durability::Process);
        let (mut log, _) = open().unwrap();
        for _ in 0..3 {
            let entry = Entry { now: Timestamp(0), used: 0, cursors: 0, asked: Asked::Due };
            log.append(&entry, serde_json::from_str(r#"{"status":0,"change":0}"#).unwrap())
                .unwrap();
        }
        drop(log);
        let (log, _) = open().unwrap();
        log.entries.remove(1_u64.to_be_bytes()).unwrap();
        let refused = log.entries().find_map(Result::err).unwrap().to_string();
        assert!(refused.contains("call 2: it is missing"), "{refused}");
        log.entries.remove(2_u64.to_be_bytes()).unwrap();
        drop(log);
        let refused = open().unwrap_err().to_string();
        assert!(refused.contains("there were 3 at the last start, and 1 are left"), "{refused}");
        std::fs::remove_dir_all(path).unwrap();
    }
}
