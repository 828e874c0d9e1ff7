//! Named snapshots of the whole org, coming back to them, and how two states differ.
//!
//! A snapshot holds everything that the org is: rows, schema, rules, settings, jobs, usage, the change feed. It does
//! not hold who is logged in (sessions go on unless their user is gone), the clock, the faults or the journal.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{Control, ControlError, page_of, rows::id_of};
use crate::{
    Org, Timestamp,
    org::{Difference, DifferenceFilter},
};

/// Most snapshots at once.
pub const SNAPSHOT_LIMIT: usize = 64;
/// Most bytes that all snapshots may take, about.
pub const SNAPSHOT_BYTES: usize = 1_024 * 1_024 * 1_024;
/// Longest name of a snapshot, in bytes.
pub const SNAPSHOT_NAME_LIMIT: usize = 100;
/// An org with more rows at its start is not kept for [`Control::reset`]: take a snapshot instead.
pub const START_ROWS: usize = 50_000;

/// The state that is there now, in comparisons.
const NOW: &str = "now";
/// The state at the start, in comparisons.
const START: &str = "start";

/// The snapshots of a mock.
#[derive(Debug)]
pub(crate) struct Snapshots {
    start: Option<Arc<Org>>,
    named: BTreeMap<String, Snapshot>,
}

#[derive(Debug)]
struct Snapshot {
    org: Arc<Org>,
    taken_at: Timestamp,
    rows: usize,
    bytes: usize,
}

impl Snapshots {
    /// None yet, of an org that is what a reset comes back to.
    pub(crate) fn starting_with(org: &Org) -> Self {
        let start = (org.row_count() <= START_ROWS).then(|| Arc::new(org.clone()));
        Self { start, named: BTreeMap::new() }
    }

    fn bytes(&self) -> usize {
        self.named.values().map(|snapshot| snapshot.bytes).sum()
    }

    fn outlines(&self) -> Vec<SnapshotOutline> {
        self.named.iter().map(|(name, snapshot)| snapshot.outline(name)).collect()
    }
}

impl Snapshot {
    fn outline(&self, name: &str) -> SnapshotOutline {
        SnapshotOutline {
            name: name.to_owned(),
            taken_at: self.taken_at.to_string(),
            rows: self.rows,
            bytes: self.bytes,
        }
    }
}

/// A snapshot, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnapshotOutline {
    /// Its name.
    pub name: String,
    /// When it was taken, on the mock's clock.
    pub taken_at: String,
    /// Its rows, deleted ones too.
    pub rows: usize,
    /// About how many bytes it takes.
    pub bytes: usize,
}

/// What a reset takes back beside the org, the faults and the journal of requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "four things that a caller says yes or no to")]
pub struct ResetOptions {
    /// Does the clock go back to the machine's time?
    pub clock: bool,
    /// Do all sessions end?
    pub sessions: bool,
    /// Are all snapshots dropped?
    pub snapshots: bool,
    /// Is what was asked for in vain forgotten?
    pub unsupported: bool,
}

/// Which differences are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DifferenceQuery {
    /// The earlier state: a snapshot's name, or `start`.
    pub from: String,
    /// The later state: a snapshot's name, `start`, or `now`, which is meant when it is absent.
    pub to: Option<String>,
    /// Rows of this object only.
    pub object: Option<String>,
    /// Fields that do not count, parted by commas.
    pub ignore: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Rows of a page.
    pub limit: Option<usize>,
}

/// A page of differences.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DifferencePage {
    /// The earlier state.
    pub from: String,
    /// The later one.
    pub to: String,
    /// The differences.
    #[serde(flatten)]
    pub difference: Difference,
}

impl Control {
    /// Keeps the org as it is, under a name. One of that name is replaced.
    pub fn snapshot(&self, name: &str) -> Result<SnapshotOutline, ControlError> {
        check_name(name)?;
        let taken_at = self.mock.now();
        let org = Arc::new(self.mock.org().clone());
        let snapshot = Snapshot { taken_at, rows: org.row_count(), bytes: org.weight(), org };
        let mut snapshots = self.mock.snapshots();
        let replaced = snapshots.named.get(name).map_or(0, |old| old.bytes);
        let hint = "drop some first";
        if !snapshots.named.contains_key(name) && snapshots.named.len() >= SNAPSHOT_LIMIT {
            let message = format!("there are {SNAPSHOT_LIMIT} snapshots");
            return Err(ControlError::too_large(message, hint));
        }
        if snapshots.bytes() - replaced + snapshot.bytes > SNAPSHOT_BYTES {
            let message = format!("snapshots would take more than {SNAPSHOT_BYTES} bytes");
            return Err(ControlError::too_large(message, hint));
        }
        let outline = snapshot.outline(name);
        snapshots.named.insert(name.to_owned(), snapshot);
        Ok(outline)
    }

    /// The snapshots, by name.
    pub fn snapshots(&self) -> Vec<SnapshotOutline> {
        self.mock.snapshots().outlines()
    }

    /// Drops a snapshot.
    pub fn drop_snapshot(&self, name: &str) -> Result<Vec<SnapshotOutline>, ControlError> {
        let mut snapshots = self.mock.snapshots();
        let dropped = snapshots.named.remove(name);
        dropped.map(|_| snapshots.outlines()).ok_or_else(|| unknown(name, &snapshots))
    }

    /// Brings the org back to a snapshot, and answers which.
    pub fn restore(&self, name: &str) -> Result<SnapshotOutline, ControlError> {
        let (org, outline) = {
            let snapshots = self.mock.snapshots();
            let found = snapshots.named.get(name).ok_or_else(|| unknown(name, &snapshots))?;
            (Arc::clone(&found.org), found.outline(name))
        };
        self.install(Org::clone(&org));
        Ok(outline)
    }

    /// Brings the org back to its start, forgets the requests, and takes every fault out.
    pub fn reset(&self, options: ResetOptions) -> Result<super::Health, ControlError> {
        let start = self.mock.snapshots().start.clone().ok_or_else(|| {
            ControlError::conflict(
                format!(
                    "the org had more than {START_ROWS} rows at its start, which are not kept twice"
                ),
                "take a snapshot once the rows are in, and restore that",
            )
        })?;
        if options.clock {
            self.resume_clock()?;
        }
        self.install(Org::clone(&start));
        self.clear_faults();
        self.mock.traffic().clear();
        if options.sessions {
            self.mock.sessions().expire_all();
        }
        if options.snapshots {
            self.mock.snapshots().named.clear();
        }
        if options.unsupported {
            self.mock.clear_unsupported();
        }
        Ok(self.health())
    }

    /// Makes the org as it is now what a reset comes back to.
    pub fn start_here(&self) -> Result<(), ControlError> {
        let org = self.mock.org().clone();
        if org.row_count() > START_ROWS {
            let message = format!("the org has more than {START_ROWS} rows");
            return Err(ControlError::too_large(message, "take a snapshot, and restore that"));
        }
        self.mock.snapshots().start = Some(Arc::new(org));
        Ok(())
    }

    /// How two states of the org differ, row by row.
    pub fn difference(&self, query: &DifferenceQuery) -> Result<DifferencePage, ControlError> {
        if query.from.is_empty() {
            return Err(ControlError::invalid("`from` is missing", "name a snapshot, or `start`"));
        }
        let to = query.to.as_deref().unwrap_or(NOW);
        let after = query.after.as_deref().map(after_row).transpose()?;
        let ignored = query.ignore.as_deref().unwrap_or_default().split(',');
        let filter = DifferenceFilter {
            object: query.object.clone(),
            ignore: ignored.map(|name| name.trim().to_owned()).collect(),
            after,
            limit: page_of(query.limit)?,
        };
        let (before, after) = (self.state(&query.from)?, self.state(to)?);
        if let Some(object) = &filter.object
            && before.schema().object(object).is_none()
            && after.schema().object(object).is_none()
        {
            let message = format!("there is no object {object}");
            return Err(ControlError::invalid(message, "name one of the org's objects"));
        }
        let difference = after.difference_from(&before, &filter);
        Ok(DifferencePage { from: query.from.clone(), to: to.to_owned(), difference })
    }

    /// Puts another org in the place of the one that is there. Whatever refers to the old one ends.
    pub(super) fn install(&self, org: Org) {
        let organization = org.organization_id();
        let users = org.schema().object("User").map(|users| users.index);
        let live: std::collections::BTreeSet<_> = users
            .into_iter()
            .flat_map(|users| org.rows(users))
            .filter(|row| !row.is_deleted())
            .map(crate::Record::id)
            .collect();
        // Cursors hold statements that were resolved against the old schema.
        let mut current = self.mock.org();
        self.mock.cursors().forget_all();
        *current = org;
        drop(current);
        self.mock.sessions().settle(organization, |user| live.contains(&user));
    }

    fn state(&self, name: &str) -> Result<Arc<Org>, ControlError> {
        if name == NOW {
            return Ok(Arc::new(self.mock.org().clone()));
        }
        let snapshots = self.mock.snapshots();
        let start = || snapshots.start.as_ref().filter(|_| name == START).cloned();
        let named = snapshots.named.get(name).map(|snapshot| Arc::clone(&snapshot.org));
        named.or_else(start).ok_or_else(|| unknown(name, &snapshots))
    }
}

fn check_name(name: &str) -> Result<(), ControlError> {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let reserved = name == NOW || name == START;
    if name.is_empty() || name.len() > SNAPSHOT_NAME_LIMIT || !name.chars().all(legal) || reserved {
        let shown: String = name.chars().take(40).collect();
        return Err(ControlError::invalid(
            format!("{shown:?} is no name of a snapshot"),
            format!(
                "use up to {SNAPSHOT_NAME_LIMIT} letters, digits, `-`, `_` and `.`; `{NOW}` and `{START}` are taken"
            ),
        ));
    }
    Ok(())
}

fn unknown(name: &str, snapshots: &Snapshots) -> ControlError {
    let names: Vec<&str> = snapshots.named.keys().map(String::as_str).collect();
    let hint = if names.is_empty() {
        "take one first".to_owned()
    } else {
        format!("name one of {}", names.join(", "))
    };
    let shown: String = name.chars().take(40).collect();
    ControlError::not_found(format!("there is no snapshot {shown:?}"), hint)
}

/// `Lead:00Q…`
fn after_row(text: &str) -> Result<(String, crate::SfId), ControlError> {
    let (object, id) = text.split_once(':').unwrap_or_default();
    Ok((object.to_owned(), id_of(id, "after")?))
}
