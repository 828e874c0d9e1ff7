//! The connector of a marketing platform: what it would write to Salesforce, and when (requirements K-18, TS-03, FM-83).
//!
//! A changed record is due after the lag. What is due is handed out as data, unless the link is down: then the record
//! gets a sync error, and is due again when the link is back. Several changes of a record before it is due are one.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Record, System};

/// The lag that the platforms name, in ms: a connector looks about every two minutes.
const LAG_MS: i64 = 120_000;
/// What a platform says of a record that could not be synced, where nothing else is known.
const DOWN: &str = "the connector cannot log in to Salesforce";

/// How a platform is linked to Salesforce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSetup {
    /// From a change to its sync, in ms.
    pub lag_ms: i64,
    /// Field of the platform to field of Salesforce.
    pub mapping: Vec<(String, String)>,
    /// Why nothing is synced from the start, if it is so.
    pub down: Option<String>,
}

impl LinkSetup {
    /// The link with the fields that every platform syncs.
    pub fn new(system: System) -> Self {
        let title = if system == System::Marketo { "title" } else { "jobTitle" };
        let pairs = [
            ("email", "Email"),
            ("firstName", "FirstName"),
            ("lastName", "LastName"),
            ("company", "Company"),
            (title, "Title"),
            ("phone", "Phone"),
            ("country", "Country"),
        ];
        let mapping = pairs.map(|(from, to)| (from.to_owned(), to.to_owned())).to_vec();
        Self { lag_ms: LAG_MS, mapping, down: None }
    }
}

/// Whether a link works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkStatus {
    /// It works.
    Up,
    /// It does not, for this reason; until then, or until somebody mends it.
    Down {
        /// The platform's words.
        reason: String,
        /// Until when, in ms since the epoch.
        until: Option<i64>,
    },
}

/// What the connector would write to Salesforce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The platform's record.
    pub record: String,
    /// What the platform calls it.
    pub kind: String,
    /// Its e-mail address.
    pub email: Option<String>,
    /// The record of Salesforce that it is linked to.
    pub crm_id: Option<String>,
    /// Salesforce's fields with their values; nothing for a value that was emptied.
    pub fields: Vec<(String, Option<String>)>,
}

/// The state of a link.
#[derive(Debug)]
pub(crate) struct Link {
    setup: LinkSetup,
    status: LinkStatus,
    /// Extra lag until a moment, in ms.
    slow: Option<(i64, Option<i64>)>,
    due: BTreeSet<(i64, String)>,
    due_at: BTreeMap<String, i64>,
    /// Records that wait for somebody to mend the link.
    parked: BTreeSet<String>,
}

/// What became of a record that was due.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It goes to Salesforce now.
    Goes(String),
    /// It could not; why.
    Failed(String, String),
}

impl Link {
    pub(crate) fn new(setup: LinkSetup) -> Self {
        let status = match &setup.down {
            None => LinkStatus::Up,
            Some(reason) if reason.is_empty() => {
                LinkStatus::Down { reason: DOWN.to_owned(), until: None }
            }
            Some(reason) => LinkStatus::Down { reason: reason.clone(), until: None },
        };
        Self {
            setup,
            status,
            slow: None,
            due: BTreeSet::new(),
            due_at: BTreeMap::new(),
            parked: BTreeSet::new(),
        }
    }

    /// A record was changed.
    pub(crate) fn changed(&mut self, record: &str, now: i64) {
        if self.due_at.contains_key(record) || self.parked.contains(record) {
            return;
        }
        let extra = match self.slow {
            Some((extra, until)) if until.is_none_or(|until| now < until) => extra,
            _ => 0,
        };
        self.put(record, now + self.setup.lag_ms + extra);
    }

    fn put(&mut self, record: &str, at: i64) {
        self.due.insert((at, record.to_owned()));
        self.due_at.insert(record.to_owned(), at);
    }

    /// When something is due next.
    pub(crate) fn next_due(&self) -> Option<i64> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Takes what is due.
    pub(crate) fn take_due(&mut self, now: i64) -> Vec<Turn> {
        self.mend_if_over(now);
        let mut turns = Vec::new();
        while let Some((at, record)) = self.due.first().filter(|(at, _)| *at <= now).cloned() {
            self.due.remove(&(at, record.clone()));
            self.due_at.remove(&record);
            let LinkStatus::Down { reason, until } = self.status.clone() else {
                turns.push(Turn::Goes(record));
                continue;
            };
            match until {
                Some(until) => self.put(&record, until + self.setup.lag_ms),
                None => {
                    self.parked.insert(record.clone());
                }
            }
            turns.push(Turn::Failed(record, reason));
        }
        turns
    }

    fn mend_if_over(&mut self, now: i64) {
        if matches!(self.status, LinkStatus::Down { until: Some(until), .. } if until <= now) {
            self.status = LinkStatus::Up;
        }
    }

    /// The link breaks, or is mended: what waited for that is due after the lag.
    pub(crate) fn set(&mut self, status: LinkStatus, now: i64) {
        self.status = match status {
            LinkStatus::Down { reason, until } if reason.is_empty() => {
                LinkStatus::Down { reason: DOWN.to_owned(), until }
            }
            other => other,
        };
        if self.status == LinkStatus::Up {
            for record in std::mem::take(&mut self.parked) {
                self.put(&record, now + self.setup.lag_ms);
            }
        }
    }

    /// Changes from now on take longer by so many ms, until then.
    pub(crate) fn slow_down(&mut self, extra_ms: i64, until: Option<i64>) {
        self.slow = Some((extra_ms, until));
    }

    pub(crate) fn status(&self, now: i64) -> LinkStatus {
        match &self.status {
            LinkStatus::Down { until: Some(until), .. } if *until <= now => LinkStatus::Up,
            other => other.clone(),
        }
    }

    /// What goes to Salesforce of a record.
    pub(crate) fn outgoing(&self, record: &Record) -> Outgoing {
        let known = self.setup.mapping.iter().filter(|(from, _)| record.fields.contains_key(from));
        Outgoing {
            record: record.id.clone(),
            kind: record.kind.clone(),
            email: record.text("email"),
            crm_id: record.crm_id.clone(),
            fields: known.map(|(from, to)| (to.clone(), record.text(from))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(down: Option<&str>) -> Link {
        let down = down.map(str::to_owned);
        Link::new(LinkSetup { lag_ms: 100, down, ..LinkSetup::new(System::Marketo) })
    }

    #[test]
    fn several_changes_before_the_lag_is_over_are_one() {
        let mut link = link(None);
        link.changed("1", 0);
        link.changed("1", 50);
        assert_eq!(link.next_due(), Some(100));
        assert_eq!(link.take_due(99), []);
        assert_eq!(link.take_due(100), [Turn::Goes("1".to_owned())]);
        assert_eq!(link.next_due(), None);
    }

    #[test]
    fn what_fails_while_the_link_is_down_is_due_again_when_it_is_back() {
        let mut link = link(None);
        link.changed("1", 0);
        link.set(LinkStatus::Down { reason: String::new(), until: Some(500) }, 10);
        assert_eq!(link.take_due(100), [Turn::Failed("1".to_owned(), DOWN.to_owned())]);
        assert_eq!(link.next_due(), Some(600));
        assert_eq!(link.take_due(600), [Turn::Goes("1".to_owned())]);
        assert_eq!(link.status(600), LinkStatus::Up);
    }

    #[test]
    fn what_is_down_for_good_waits_for_somebody_to_mend_it() {
        let mut link = link(Some("licence expired"));
        link.changed("1", 0);
        assert_eq!(
            link.take_due(100),
            [Turn::Failed("1".to_owned(), "licence expired".to_owned())]
        );
        link.changed("1", 120);
        assert_eq!(link.next_due(), None);
        link.set(LinkStatus::Up, 1_000);
        assert_eq!(link.next_due(), Some(1_100));
    }

    #[test]
    fn a_slow_link_takes_longer_for_a_while() {
        let mut link = link(None);
        link.slow_down(1_000, Some(50));
        link.changed("1", 0);
        link.changed("2", 60);
        assert_eq!(link.next_due(), Some(160));
        assert_eq!(link.take_due(2_000).len(), 2);
    }
}
