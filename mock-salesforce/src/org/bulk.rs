//! Bulk jobs of all three kinds, one state machine: created, filled, closed, and worked off in chunks on the org's
//! clock (wire reference §6).
//!
//! Bulk 2.0: `Open → UploadComplete → InProgress → JobComplete`, or `Failed` for what concerns the whole file, or
//! `Aborted`. Bulk 1.0: a job is `Open`, then `Closed` or `Aborted`; each of its batches goes `Queued → InProgress →
//! Completed`, or `Failed`, or `NotProcessed`. A job whose rows all failed is complete. By default work is final at the
//! next [`Org::run_due`]; `bulk_job_ms` of the settings makes it take its time.
//!
//! Jobs live seven days. Their number and the bytes they keep are bounded: the oldest finished ones go first.

mod batch;
mod columns;
mod create;
mod csv_file;
mod found_rows;
mod info;
mod outcomes;
mod query;
mod records;
mod request;
mod results;
mod work;

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use crate::id::SfId;
use crate::schema::ObjectIndex;
use crate::timestamp::{DAY_MS, Timestamp};

use super::Org;
use super::agenda::Due;
use super::context::SaveContext;
use super::error::OrgError;
use super::usage::Usage;

pub use batch::{Batch, BatchState};
pub use found_rows::{FoundRows, PAGE_ROWS};
pub use info::BulkUsage;
pub use request::{Content, Delimiter, Dialect, JobKind, JobRequest, Operation};

/// Rows in one chunk, as triggers see them.
pub const CHUNK_ROWS: usize = 200;
/// The largest file of Bulk 2.0, in bytes (wire reference §13).
pub const UPLOAD_BYTES_MAX: usize = 150_000_000;
/// The largest batch of Bulk 1.0, in bytes (wire reference §13).
pub const BATCH_BYTES_MAX: usize = 10_000_000;
/// Rows of one batch of Bulk 1.0 (wire reference §13).
pub const BATCH_ROWS_MAX: usize = 10_000;
/// Batches of one job of Bulk 1.0 that the org remembers.
pub const JOB_BATCHES_MAX: usize = 15_000;
/// Jobs that the org remembers.
pub const JOBS_MAX: usize = 10_000;
/// Bytes of files and results that the org remembers.
pub const KEPT_BYTES_MAX: usize = 1 << 30;
/// Bytes of a batch for which room is made at once, and small batches between two looks at what is kept.
const BIG_BATCH_BYTES: usize = 1 << 20;
const SMALL_BATCHES: u64 = 64;
/// How long a job lives, in milliseconds (wire reference §13).
pub const JOB_LIFE_MS: i64 = 7 * DAY_MS;

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Waits for its file, or for more batches.
    Open,
    /// Waits for its turn.
    UploadComplete,
    /// Some rows are done.
    InProgress,
    /// Every row is done, well or not.
    JobComplete,
    /// The file cannot be worked off.
    Failed,
    /// Somebody stopped it.
    Aborted,
    /// Bulk 1.0: takes no more batches.
    Closed,
}

impl JobState {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::UploadComplete => "UploadComplete",
            Self::InProgress => "InProgress",
            Self::JobComplete => "JobComplete",
            Self::Failed => "Failed",
            Self::Aborted => "Aborted",
            Self::Closed => "Closed",
        }
    }

    fn is_final(self) -> bool {
        matches!(self, Self::JobComplete | Self::Failed | Self::Aborted)
    }
}

/// One job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Id (`750…`).
    pub id: SfId,
    /// What it was asked to be.
    pub request: JobRequest,
    /// The object.
    pub object: ObjectIndex,
    /// Where it stands.
    pub state: JobState,
    /// Who created it, when, with which API version.
    pub context: SaveContext,
    /// When it last changed.
    pub modified: Timestamp,
    /// Why it failed.
    pub error_message: Option<String>,
    batches: Vec<Batch>,
    /// How many of the first batches are final.
    done: usize,
}

/// Jobs by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct BulkJobs {
    jobs: BTreeMap<SfId, Job>,
    created: u64,
    batches: u64,
    batch_usage: Usage,
    query_usage: Usage,
    /// What queries asked for and this org has not.
    unsupported: BTreeSet<&'static str>,
}

impl Org {
    /// What queries asked for since the last time and this org has not.
    pub fn take_unsupported_queries(&mut self) -> BTreeSet<&'static str> {
        std::mem::take(&mut self.bulk.unsupported)
    }

    /// Lets jobs go that are too old, and the oldest finished ones when there are too many.
    fn make_room(&mut self, now: Timestamp) -> Result<(), OrgError> {
        self.forget_old_jobs(now);
        let mut bytes: usize = self.bulk.jobs.values().map(Job::bytes).sum();
        while self.bulk.jobs.len() >= JOBS_MAX || bytes > KEPT_BYTES_MAX {
            let done = |job: &&Job| !job.has_work() && job.state != JobState::Open;
            let Some(oldest) = self.bulk.jobs.values().find(done).map(|job| job.id) else {
                let text =
                    format!("more than {JOBS_MAX} jobs or {KEPT_BYTES_MAX} bytes: delete some");
                return Err(bulk_error("EXCEEDEDQUOTA", text));
            };
            bytes -= self.bulk.jobs.remove(&oldest).map_or(0, |job| job.bytes());
        }
        Ok(())
    }

    /// Forgets jobs that are seven days old.
    pub fn forget_old_jobs(&mut self, now: Timestamp) {
        // Ids go by age: what is behind the first young job is younger.
        while let Some(oldest) = self.bulk.jobs.first_entry() {
            if now.0 - oldest.get().context.now.0 < JOB_LIFE_MS {
                return;
            }
            oldest.remove();
        }
    }

    /// A job.
    pub fn job(&self, id: SfId) -> Option<&Job> {
        self.bulk.jobs.get(&id)
    }

    /// All jobs, oldest first.
    pub fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.bulk.jobs.values()
    }

    /// Gives an open job of Bulk 2.0 its file. There is one file to a job.
    pub fn upload_job(&mut self, id: SfId, now: Timestamp, file: Bytes) -> Result<(), OrgError> {
        let job = self.job_mut(id, JobKind::Ingest)?;
        if !job.batches.is_empty() {
            let text = format!(
                "Found multiple contents for job: <{id}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job."
            );
            return Err(bulk_error("INVALIDJOB", text));
        }
        if job.state != JobState::Open {
            return Err(wrong_state(job.state));
        }
        if file.len() > UPLOAD_BYTES_MAX {
            let text = format!("the file is larger than {UPLOAD_BYTES_MAX} bytes");
            return Err(bulk_error("EXCEEDEDQUOTA", text));
        }
        self.make_room(now)?;
        self.push_batch(id, now, file);
        Ok(())
    }

    /// Adds a batch to an open job of Bulk 1.0; its turn comes on the org's clock.
    pub fn add_batch(&mut self, id: SfId, now: Timestamp, text: Bytes) -> Result<SfId, OrgError> {
        let job = self.job_mut(id, JobKind::Classic)?;
        if job.state != JobState::Open {
            return Err(wrong_state(job.state));
        }
        if text.len() > BATCH_BYTES_MAX {
            let text = format!(
                "Maximum size of request reached. Maximum size of request is {BATCH_BYTES_MAX} bytes"
            );
            return Err(bulk_error("EXCEEDEDQUOTA", text));
        }
        if job.batches.len() >= JOB_BATCHES_MAX {
            let text = format!("more than {JOB_BATCHES_MAX} batches in a job");
            return Err(bulk_error("EXCEEDEDQUOTA", text));
        }
        let big = text.len() >= BIG_BATCH_BYTES;
        self.count_batches(now, 1)?;
        if big || self.bulk.batches.is_multiple_of(SMALL_BATCHES) {
            self.make_room(now)?;
        }
        let batch = self.push_batch(id, now, text);
        let added = self.bulk.jobs.get(&id).and_then(|job| job.batches.last());
        if let Some(due) = added.map(|batch| batch.due) {
            self.agenda.push(due, Due::Bulk { job: id });
        }
        Ok(batch)
    }

    /// Puts a batch at the end of a job and says its id.
    fn push_batch(&mut self, job: SfId, now: Timestamp, text: Bytes) -> SfId {
        self.bulk.batches += 1;
        let id = SfId::numbered(*b"751", self.bulk.batches);
        let takes = self.bulk_ms();
        if let Some(job) = self.bulk.jobs.get_mut(&job) {
            let busy = job.batches.last().filter(|_| job.request.serial);
            let free = busy.map_or(now, |last| now.max(last.due.plus_ms(takes)));
            job.batches.push(Batch::new(id, text, now, free.plus_ms(takes.min(1))));
            job.modified = now;
        }
        id
    }

    /// How long a batch takes, in milliseconds.
    fn bulk_ms(&self) -> i64 {
        i64::try_from(self.settings.bulk_job_ms).unwrap_or(i64::MAX)
    }

    /// Puts the job's next step down in the agenda.
    fn schedule(&mut self, id: SfId) {
        let waiting = |batch: &&Batch| !batch.state.is_final();
        let next = self.bulk.jobs.get(&id).and_then(|job| {
            job.batches.iter().skip(job.done).filter(waiting).map(|batch| batch.due).min()
        });
        if let Some(next) = next {
            self.agenda.push(next, Due::Bulk { job: id });
        }
    }

    /// Says that everything is there. The turn of a job of Bulk 2.0 comes on the org's clock.
    pub fn close_job(&mut self, id: SfId, now: Timestamp) -> Result<(), OrgError> {
        let takes = self.bulk_ms();
        let job = self.bulk.jobs.get_mut(&id).ok_or_else(OrgError::not_found)?;
        if job.state != JobState::Open {
            return Err(wrong_state(job.state));
        }
        job.modified = now;
        if job.request.kind == JobKind::Classic {
            job.state = JobState::Closed;
            return Ok(());
        }
        job.state = JobState::UploadComplete;
        if job.batches.is_empty() {
            self.push_batch(id, now, Bytes::new());
        } else if let Some(batch) = job.batches.first_mut() {
            batch.due = now.plus_ms(takes.min(1));
        }
        self.schedule(id);
        Ok(())
    }

    /// Stops a job. Rows that are done stay done.
    pub fn abort_job(&mut self, id: SfId, now: Timestamp) -> Result<(), OrgError> {
        let job = self.bulk.jobs.get_mut(&id).ok_or_else(OrgError::not_found)?;
        if job.state.is_final() {
            return Err(wrong_state(job.state));
        }
        job.state = JobState::Aborted;
        job.modified = now;
        for batch in job.batches.iter_mut().filter(|batch| !batch.state.is_final()) {
            batch.state = BatchState::NotProcessed;
            batch.modified = now;
        }
        job.read_unprocessed();
        Ok(())
    }

    /// Gives a job up that has work left, as the platform does after too many attempts. Rows that are done stay done.
    pub fn fail_job(&mut self, id: SfId, now: Timestamp, message: &str) -> Result<(), OrgError> {
        let job = self.bulk.jobs.get_mut(&id).ok_or_else(OrgError::not_found)?;
        if job.state.is_final() || !job.has_work() {
            return Err(wrong_state(job.state));
        }
        for batch in job.batches.iter_mut().filter(|batch| !batch.state.is_final()) {
            batch.fail(message.to_owned(), now);
        }
        job.settle(now);
        Ok(())
    }

    /// Forgets a job that is closed or final.
    pub fn delete_job(&mut self, id: SfId) -> Result<(), OrgError> {
        let job = self.bulk.jobs.get(&id).ok_or_else(OrgError::not_found)?;
        if matches!(job.state, JobState::Open | JobState::InProgress) {
            return Err(wrong_state(job.state));
        }
        self.bulk.jobs.remove(&id);
        Ok(())
    }

    fn job_mut(&mut self, id: SfId, kind: JobKind) -> Result<&mut Job, OrgError> {
        let job = self.bulk.jobs.get_mut(&id).filter(|job| job.request.kind == kind);
        job.ok_or_else(OrgError::not_found)
    }
}

fn wrong_state(state: JobState) -> OrgError {
    let text = format!("The job is {}: this is not possible now.", state.name());
    bulk_error("INVALIDJOBSTATE", text)
}

fn bulk_error(code: &'static str, text: impl Into<String>) -> OrgError {
    OrgError::new(code, text).without_fields()
}
