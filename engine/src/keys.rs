//! One intent at a time for one person: whoever comes later waits, then looks up anew (FM-01, MS-07d).

use std::collections::{BTreeMap, VecDeque};

use crate::{EmailKey, IntentId, visitor::Who};

/// Whom an intent is about: two intents with one key never run side by side.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// A person, by e-mail address.
    Email(EmailKey),
    /// Somebody without one.
    Visitor(Who),
    /// A company, by domain or name.
    Company(String),
}

/// Who holds a key, and who waits for it behind them.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    queues: BTreeMap<Key, VecDeque<IntentId>>,
}

impl Keys {
    /// Queues up; whether the key is free.
    pub(crate) fn acquire(&mut self, key: &Key, intent: IntentId) -> bool {
        let queue = self.queues.entry(key.clone()).or_default();
        queue.push_back(intent);
        queue.len() == 1
    }

    /// Leaves the queue; whoever holds the key now, if that is news.
    pub(crate) fn release(&mut self, key: &Key, intent: IntentId) -> Option<IntentId> {
        let queue = self.queues.get_mut(key)?;
        let held = queue.front() == Some(&intent);
        queue.retain(|it| *it != intent);
        let next = queue.front().copied();
        if next.is_none() {
            self.queues.remove(key);
        }
        next.filter(|_| held)
    }

    /// Whether somebody holds the key.
    pub(crate) fn is_taken(&self, key: &Key) -> bool {
        self.queues.contains_key(key)
    }

    /// Who waits behind the holder.
    pub(crate) fn waiting(&self, key: &Key) -> Vec<IntentId> {
        self.queues.get(key).map_or_else(Vec::new, |queue| queue.iter().skip(1).copied().collect())
    }
}
