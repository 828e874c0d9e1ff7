//! A scenario as data: what a file says, one value per row of its `cases:` table, before any name is looked up.
//!
//! Everything is public and plain, so that a generator builds the same values in Rust that a person writes in YAML (`FORMAT.md` beside this crate is
//! the format). Times of `timeline`, `expect` and `clock.until` are offsets from `clock.starts` in milliseconds; names stay names.
//! Equality ignores places: `parse(unparse(x)) == x`.

mod engine;
mod expect;
mod faults;
mod liaison;
mod messenger;
mod neighbours;
mod packages;
mod signals;
mod timeline;
mod world;

pub use self::engine::*;
pub use self::expect::*;
pub use self::faults::*;
pub use self::liaison::*;
pub use self::messenger::*;
pub use self::neighbours::*;
pub use self::packages::*;
pub use self::signals::*;
pub use self::timeline::*;
pub use self::world::*;

use crate::source::{Place, Text};

/// The value of `format:` that this crate reads and writes.
pub const FORMAT: u32 = 1;

/// The latency of a call when neither `clock.latency` nor a schedule seed says otherwise, in milliseconds.
pub const DEFAULT_LATENCY_MS: i64 = 20;

/// How long after its last line a scenario may run when `clock.until` is absent, in milliseconds: 24 hours.
pub const DEFAULT_TAIL_MS: i64 = 24 * 60 * 60 * 1000;

/// One scenario; for a file with `cases:`, one row of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scenario {
    /// `scenario:`, `folder/name`, without the case.
    pub id: Text,
    /// The row's `case:`; the full id is then `id[case]`, see [`Scenario::full_id`].
    pub case: Option<Text>,
    /// One sentence.
    pub title: Text,
    /// Longer text.
    pub about: Option<Text>,
    /// Ids of the requirements that it proves.
    pub requirements: Vec<Text>,
    /// Words to select by.
    pub tags: Vec<Text>,
    /// `seed:`; 0 if absent.
    pub seed: u64,
    /// `schedule_seed:`; latencies are constant without it.
    pub schedule_seed: Option<u64>,
    /// When it starts and how long it may last.
    pub clock: ClockSetup,
    /// The org before the first line.
    pub world: WorldSetup,
    /// The engine under test.
    pub engine: EngineSetup,
    /// What happens, in time order.
    pub timeline: Vec<Line>,
    /// What must be true.
    pub expect: Vec<Expectation>,
    /// Figures to hold.
    pub hold: Vec<Hold>,
    /// The whole document.
    pub place: Place,
    /// The path of the file; empty if built in Rust. No part of the language, and kept for relative CSV paths and for reports.
    pub path: SourcePath,
}

/// The path of a scenario's file. It is no part of equality.
#[derive(Clone, Debug, Default)]
pub struct SourcePath(pub String);

impl PartialEq for SourcePath {
    fn eq(&self, _other: &SourcePath) -> bool {
        true
    }
}

impl Scenario {
    /// `id`, or `id[case]` for a row of a table.
    pub fn full_id(&self) -> String {
        match &self.case {
            Some(case) => format!("{}[{case}]", self.id),
            None => self.id.text.to_string(),
        }
    }

    /// The latest offset that the run may reach, in milliseconds: `clock.until`, else the last line plus [`DEFAULT_TAIL_MS`].
    pub fn until(&self) -> i64 {
        let last = self.timeline.iter().map(|line| line.at).max().unwrap_or(0);
        self.clock.until.unwrap_or(last.saturating_add(DEFAULT_TAIL_MS))
    }
}

/// `clock:`.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockSetup {
    /// `starts`: milliseconds since the Unix epoch.
    pub starts: i64,
    /// `starts` as written; its UTC offset matters to nobody but the reader.
    pub starts_text: Text,
    /// `until`: an offset in milliseconds.
    pub until: Option<i64>,
    /// `latency` in milliseconds; [`DEFAULT_LATENCY_MS`] if absent.
    pub latency: i64,
    /// Where it stands.
    pub place: Place,
}

impl Default for ClockSetup {
    fn default() -> ClockSetup {
        ClockSetup {
            starts: 0,
            starts_text: Text::from("1970-01-01T00:00:00Z"),
            until: None,
            latency: DEFAULT_LATENCY_MS,
            place: Place::default(),
        }
    }
}

/// A named text: a field and its value, a setting and its value, a candidate and its rule.
pub type Pair = (Text, Text);

/// Field API names (or the reference names without `Id`) with their values as texts. A blank value is the empty text.
pub type Fields = Vec<Pair>;

/// A point in time as written where it may be an offset (also negative) or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Milliseconds from `clock.starts`.
    Offset(i64),
    /// Milliseconds since the Unix epoch.
    Instant(i64),
}

impl Moment {
    /// Milliseconds since the Unix epoch, for a clock that started at `starts`.
    pub fn since_epoch(self, starts: i64) -> i64 {
        match self {
            Moment::Offset(offset) => starts.saturating_add(offset),
            Moment::Instant(instant) => instant,
        }
    }
}
