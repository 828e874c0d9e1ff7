//! An org that outlives its process: what it was asked is kept in an embedded store, and asked again at the start.
//!
//! The org is a state machine without clock, randomness or I/O: the same calls at the same times make the same org, with the
//! same ids, tokens, jobs and feed. So its durable form is the log of calls. A call that may change something is carried
//! out, appended, and only then answered: what was answered with success is there after `kill -9`. Calls of this kind pass one at a
//! time, each at one moment of the clock; reads pass beside them.
//!
//! The start takes as long as the calls take to be carried out again. A store that does not lead to what it led to before
//! (another version of the program, or a damaged file) is refused, never served.

mod entry;
mod log;
mod moment;

use std::{
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::http::{Method, StatusCode, request::Parts};

use crate::{Mock, Org, OrgSeed, SeedError, Timestamp, api, clock::Clock};

pub use log::Durability;

pub(crate) use entry::{Asked, Call};
use entry::{Entry, Outcome};
use log::Log;
use moment::Moments;

/// Why a store is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store refuses to be read or written.
    #[error("the store in `{}` could not be {doing}", path.display())]
    Store {
        /// Where it is.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// What the store says.
        #[source]
        cause: fjall::Error,
    },
    /// Something in it is not what this program writes.
    #[error("the store in `{}` cannot be read at {place}: {reason}; serve another directory, or the program that wrote it", path.display())]
    Unreadable {
        /// Where it is.
        path: PathBuf,
        /// Which part.
        place: String,
        /// Why.
        reason: String,
    },
    /// It was made for another org.
    #[error("the store in `{}` was made with another org: name the same org file, none, or an empty directory", path.display())]
    OtherOrg {
        /// Where it is.
        path: PathBuf,
    },
    /// Calls do not lead to what they led to.
    #[error("the store in `{}` leads elsewhere at call {at}: it was answered with {was} and now with {is}; serve it with the program that wrote it", path.display())]
    Diverged {
        /// Where it is.
        path: PathBuf,
        /// Number of the call.
        at: u64,
        /// What became of it then.
        was: String,
        /// What becomes of it now.
        is: String,
    },
    /// The org that it starts with is not valid.
    #[error("the org of the store is not valid")]
    Seed(#[from] SeedError),
}

/// The log of an org, and the gate that calls pass one at a time.
#[derive(Debug)]
pub(crate) struct Store {
    log: Mutex<Log>,
    moments: Moments,
    /// Up once an append failed: the org is ahead of its log, and nothing more may change it.
    broken: AtomicBool,
}

/// Locators that are left out at a start: more than reads between two kept calls open.
const LOCATORS_APART: u64 = 1_000_000_000;

/// An org from the store in `dir`, or a new one in an empty directory.
///
/// `seed` is the org to begin with; without one a new store begins with the standard org, and one that is there with its own.
pub fn open(
    dir: &Path,
    seed: Option<&OrgSeed>,
    durability: Durability,
    clock: impl Clock + 'static,
) -> Result<Mock, StoreError> {
    let moments = Moments::over(clock);
    let (log, beginning) = Log::open(dir, seed, moments.now(), durability)?;
    let org = moments.at(beginning.founded, || Org::new(&beginning.seed, beginning.founded))?;
    let mock = Mock::salted(org, moments.clone(), beginning.salt);
    mock.sessions().keep_alive(true);
    for (at, entry) in log.entries().enumerate() {
        replay(&mock, &moments, dir, (at as u64 + 1, entry?))?;
    }
    mock.sessions().keep_alive(false);
    // Reads after the last call opened queries that nobody knows of any more: their locators are not given again.
    let mut cursors = mock.cursors();
    cursors.forget_all();
    let opened = cursors.opened().saturating_add(LOCATORS_APART);
    cursors.go_on_after(opened);
    drop(cursors);
    mock.keep_in(Store { log: Mutex::new(log), moments, broken: AtomicBool::new(false) });
    Ok(mock)
}

fn replay(
    mock: &Mock,
    moments: &Moments,
    dir: &Path,
    (at, (entry, was)): (u64, (Entry, Outcome)),
) -> Result<(), StoreError> {
    let is = moments.at(entry.now, || {
        mock.org().assume_usage(entry.now, entry.used);
        mock.cursors().go_on_after(entry.cursors);
        carried_out(mock, entry.asked)
    });
    if is == was {
        return Ok(());
    }
    let path = dir.to_path_buf();
    Err(StoreError::Diverged { path, at, was: was.to_string(), is: is.to_string() })
}

fn carried_out(mock: &Mock, asked: Asked) -> Outcome {
    let status = match asked {
        Asked::Call(call) => {
            let Some(request) = call.request() else { return Outcome::of(mock, 0) };
            api::answered(mock, request).status().as_u16()
        }
        Asked::Due => {
            let now = mock.now();
            mock.org().run_due(now);
            0
        }
        Asked::Expire => {
            mock.sessions().expire_all();
            0
        }
        Asked::Ended { tokens } => {
            let mut sessions = mock.sessions();
            for token in &tokens {
                sessions.expire(token);
            }
            0
        }
        Asked::Tokens { user } => {
            mock.tokens_of(user);
            0
        }
    };
    Outcome::of(mock, status)
}

/// May a call change something that must be there after a restart?
pub(crate) fn is_kept(parts: &Parts) -> bool {
    let path = parts.uri.path();
    if parts.method != Method::GET && parts.method != Method::HEAD {
        return true;
    }
    // Tokens are given out by reads; looking at a job carries out what is due of it; some queries mark rows as seen.
    let query = parts.uri.query().unwrap_or_default();
    let marks = query.to_ascii_uppercase();
    path.starts_with("/services/oauth2")
        || path.starts_with("/services/async")
        || path.contains("/jobs/")
        || path.contains("/query") && ["VIEW", "REFERENCE"].iter().any(|word| marks.contains(word))
}

impl Store {
    /// Carries something out at one moment, and keeps it if it arrived at the org and has a status. `Err` when it cannot be kept: then it
    /// has happened, will be forgotten at the next start, and must not be answered with success.
    pub(crate) fn keep<T>(
        &self,
        mock: &Mock,
        asked: Asked,
        carry_out: impl FnOnce() -> (T, Option<u16>),
    ) -> Result<T, NotKept> {
        let mut log = self.log();
        if self.broken.load(Ordering::Acquire) {
            return Err(NotKept);
        }
        let now = self.moments.now();
        self.end_overdue(mock, now, &mut log)?;
        let entry = Self::entry(mock, now, asked);
        let (outcome, status) = self.moments.at(now, carry_out);
        let Some(status) = status else { return Ok(outcome) };
        // A call without a session does nothing, and would find one at the next start if it had just expired.
        if status == StatusCode::UNAUTHORIZED.as_u16() {
            return Ok(outcome);
        }
        self.append(&mut log, &entry, Outcome::of(mock, status))?;
        Ok(outcome)
    }

    /// Ends a session, and keeps that it ended.
    pub(crate) fn end_session(&self, mock: &Mock, token: &str) {
        // What cannot be kept has happened all the same; the calls that follow are refused.
        let _ = self.keep(mock, Asked::Ended { tokens: vec![token.to_owned()] }, || {
            mock.sessions().expire(token);
            ((), Some(0))
        });
    }

    /// Ends what nobody used for too long. Reads keep sessions alive and are not kept, so it cannot be found out at a start.
    fn end_overdue(&self, mock: &Mock, now: Timestamp, log: &mut Log) -> Result<(), NotKept> {
        let tokens = self.moments.at(now, || {
            let now = mock.now();
            mock.sessions().end_overdue(now)
        });
        if tokens.is_empty() {
            return Ok(());
        }
        let entry = Self::entry(mock, now, Asked::Ended { tokens });
        self.append(log, &entry, Outcome::of(mock, 0))
    }

    fn entry(mock: &Mock, now: Timestamp, asked: Asked) -> Entry {
        let used = mock.org().usage(mock.now()).used;
        Entry { now, used, cursors: mock.cursors().opened(), asked }
    }

    fn append(&self, log: &mut Log, entry: &Entry, outcome: Outcome) -> Result<(), NotKept> {
        log.append(entry, outcome).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "a call could not be kept");
            self.broken.store(true, Ordering::Release);
            NotKept
        })
    }

    /// Lets the org do what is due, and keeps that it did.
    pub(crate) fn run_due(&self, mock: &Mock) {
        let is_due = |mock: &Mock| mock.org().next_due().is_some_and(|due| due <= mock.now());
        if !is_due(mock) {
            return;
        }
        // What is due stays in memory when it cannot be kept; the calls that follow are refused.
        let _ = self.keep(mock, Asked::Due, || {
            let now = mock.now();
            mock.org().run_due(now);
            ((), Some(0))
        });
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Goes with the answer of a call that is written like one that changes something, and changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChangedNothing;

/// The log could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotKept;

/// What a store begins with.
#[derive(Debug)]
struct Beginning {
    seed: OrgSeed,
    founded: Timestamp,
    salt: u64,
}
