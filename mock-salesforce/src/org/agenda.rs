//! What the org will do later: flows with a delay, bulk jobs, and what packages put down.

use std::collections::BTreeMap;

use crate::id::SfId;
use crate::timestamp::Timestamp;

use super::{Org, SaveContext};

/// Entries that one `run_due` carries out; the rest is due again at once.
const RUN_MAX: usize = 100_000;

#[derive(Clone, Debug, Default)]
pub(crate) struct Agenda {
    entries: BTreeMap<(Timestamp, u64), Due>,
    seq: u64,
}

/// One thing to do.
#[derive(Clone, Debug)]
pub(crate) enum Due {
    /// A flow acts on a row.
    Flow { flow: usize, id: SfId, cx: SaveContext },
    /// A bulk job goes on.
    Bulk { job: SfId },
    /// An installed package looks at a row again.
    Package { name: &'static str, about: SfId, cx: SaveContext },
}

impl Agenda {
    pub(super) fn mark(&self) -> u64 {
        self.seq
    }

    /// Forgets what was put down since the mark.
    pub(super) fn roll_back(&mut self, mark: u64) {
        self.entries.retain(|(_, seq), _| *seq <= mark);
        self.seq = mark;
    }

    pub(crate) fn push(&mut self, at: Timestamp, due: Due) {
        self.seq += 1;
        self.entries.insert((at, self.seq), due);
    }

    fn pop(&mut self, now: Timestamp) -> Option<(Timestamp, Due)> {
        let entry = self.entries.first_entry().filter(|entry| entry.key().0 <= now)?;
        let at = entry.key().0;
        Some((at, entry.remove()))
    }
}

impl Org {
    /// When the org next has something to do by itself.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.agenda.entries.first_key_value().map(|((at, _), _)| *at)
    }

    /// Does everything that is due by now, in order. Each entry is a transaction of its own.
    pub fn run_due(&mut self, now: Timestamp) {
        for _ in 0..RUN_MAX {
            let Some((at, due)) = self.agenda.pop(now) else { return };
            match due {
                Due::Flow { flow, id, cx } => {
                    self.run_delayed_flow(flow, id, &SaveContext { now: at, ..cx });
                }
                Due::Bulk { job } => self.run_bulk_job(job, at),
                Due::Package { name, about, cx } => {
                    self.run_package(name, about, &SaveContext { now: at, ..cx });
                }
            }
        }
    }
}
