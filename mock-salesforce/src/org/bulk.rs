//! Bulk API 2.0 ingest: jobs that are created, filled with one CSV file, closed, and worked off in
//! chunks on the org's clock (wire reference §6.1).
//!
//! `Open → UploadComplete → InProgress → JobComplete`, or `Failed` for what concerns the whole file,
//! or `Aborted`. A job whose rows all failed is complete. By default a closed job is final at the
//! next [`Org::run_due`]; `bulk_job_ms` of the settings makes it take its time.

mod csv_file;
mod results;
mod work;

use std::collections::BTreeMap;

use crate::id::SfId;
use crate::schema::ObjectIndex;
use crate::timestamp::Timestamp;

use super::Org;
use super::agenda::Due;
use super::context::SaveContext;
use super::error::OrgError;

pub use csv_file::Delimiter;

/// Rows in one chunk, as triggers see them.
pub const CHUNK_ROWS: usize = 200;
/// The largest file, in bytes (§13: 100 MB before base64).
pub const UPLOAD_BYTES_MAX: usize = 100 * 1024 * 1024;
/// Jobs that the org remembers.
pub const JOBS_MAX: usize = 10_000;

/// What a job does with its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Creates them.
    Insert,
    /// Updates them by `Id`.
    Update,
    /// Updates or creates them by a key.
    Upsert,
    /// Deletes them by `Id`.
    Delete,
    /// Deletes them for good.
    HardDelete,
}

impl Operation {
    /// The operation of a name, in any case.
    pub fn of(name: &str) -> Option<Self> {
        let all = [Self::Insert, Self::Update, Self::Upsert, Self::Delete, Self::HardDelete];
        all.into_iter().find(|operation| operation.name().eq_ignore_ascii_case(name))
    }

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Upsert => "upsert",
            Self::Delete => "delete",
            Self::HardDelete => "hardDelete",
        }
    }
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Waits for its file.
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
        }
    }

    fn is_final(self) -> bool {
        matches!(self, Self::JobComplete | Self::Failed | Self::Aborted)
    }
}

/// What a new job is asked to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRequest {
    /// The object's name.
    pub object: String,
    /// What to do with the rows.
    pub operation: Operation,
    /// The key of an upsert.
    pub external_id_field: Option<String>,
    /// The assignment rule that runs; none when absent.
    pub assignment_rule: Option<SfId>,
    /// What separates the columns.
    pub delimiter: Delimiter,
    /// Do lines end in carriage return and line feed?
    pub crlf: bool,
}

/// What became of one row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RowResult {
    id: Option<SfId>,
    created: bool,
    errors: Vec<OrgError>,
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
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    results: Vec<RowResult>,
    upload: Option<Vec<u8>>,
}

impl Job {
    /// Rows that are done, well or not.
    pub fn processed(&self) -> usize {
        self.results.len()
    }

    /// Rows that failed.
    pub fn failed(&self) -> usize {
        self.results.iter().filter(|result| !result.errors.is_empty()).count()
    }

    /// Has it got its file?
    pub fn has_upload(&self) -> bool {
        self.upload.is_some() || !self.header.is_empty()
    }
}

/// Jobs by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct BulkJobs {
    jobs: BTreeMap<SfId, Job>,
    created: u64,
}

impl Org {
    /// Creates an open job.
    pub fn create_job(&mut self, cx: &SaveContext, request: JobRequest) -> Result<SfId, OrgError> {
        let unknown = || {
            bulk_error("INVALIDENTITY", format!("Entity '{}' is not supported.", request.object))
        };
        let object = self.schema.object(&request.object).ok_or_else(unknown)?;
        if request.operation == Operation::Upsert {
            let key = request.external_id_field.as_deref().unwrap_or_default();
            if !object.field(key).is_some_and(crate::FieldSchema::is_key) {
                let text = format!("Field name not found or not an external ID : {key}");
                return Err(bulk_error("INVALIDJOB", text));
            }
        }
        if self.bulk.jobs.len() >= JOBS_MAX {
            let text = format!("more than {JOBS_MAX} jobs: delete some");
            return Err(bulk_error("EXCEEDEDQUOTA", text));
        }
        let object = object.index;
        self.bulk.created += 1;
        let id = SfId::numbered(*b"750", self.bulk.created);
        let job = Job {
            id,
            request,
            object,
            state: JobState::Open,
            context: *cx,
            modified: cx.now,
            error_message: None,
            header: Vec::new(),
            rows: Vec::new(),
            results: Vec::new(),
            upload: None,
        };
        self.bulk.jobs.insert(id, job);
        Ok(id)
    }

    /// A job.
    pub fn job(&self, id: SfId) -> Option<&Job> {
        self.bulk.jobs.get(&id)
    }

    /// All jobs, oldest first.
    pub fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.bulk.jobs.values()
    }

    /// Gives an open job its file. There is one file to a job.
    pub fn upload_job(&mut self, id: SfId, now: Timestamp, file: Vec<u8>) -> Result<(), OrgError> {
        let job = self.job_mut(id)?;
        if job.state != JobState::Open || job.has_upload() {
            let text = "Found multiple contents for job, or the job is not open";
            return Err(bulk_error("INVALIDJOBSTATE", text));
        }
        if file.len() > UPLOAD_BYTES_MAX {
            let text = format!("the file is larger than {UPLOAD_BYTES_MAX} bytes");
            return Err(bulk_error("EXCEEDEDQUOTA", text));
        }
        job.upload = Some(file);
        job.modified = now;
        Ok(())
    }

    /// Says that the file is there; the job's turn comes on the org's clock.
    pub fn close_job(&mut self, id: SfId, now: Timestamp) -> Result<(), OrgError> {
        let job = self.job_mut(id)?;
        if job.state != JobState::Open {
            return Err(wrong_state(job.state));
        }
        job.state = JobState::UploadComplete;
        job.modified = now;
        let wait = i64::try_from(self.settings.bulk_job_ms).unwrap_or(i64::MAX);
        self.agenda.push(now.plus_ms(wait.min(1)), Due::Bulk { job: id });
        Ok(())
    }

    /// Stops a job. Rows that are done stay done.
    pub fn abort_job(&mut self, id: SfId, now: Timestamp) -> Result<(), OrgError> {
        let job = self.job_mut(id)?;
        if job.state.is_final() {
            return Err(wrong_state(job.state));
        }
        job.state = JobState::Aborted;
        job.modified = now;
        job.read();
        Ok(())
    }

    /// Forgets a job that is closed or final.
    pub fn delete_job(&mut self, id: SfId) -> Result<(), OrgError> {
        let job = self.job_mut(id)?;
        if matches!(job.state, JobState::Open | JobState::InProgress) {
            return Err(wrong_state(job.state));
        }
        self.bulk.jobs.remove(&id);
        Ok(())
    }

    fn job_mut(&mut self, id: SfId) -> Result<&mut Job, OrgError> {
        self.bulk.jobs.get_mut(&id).ok_or_else(OrgError::not_found)
    }
}

fn wrong_state(state: JobState) -> OrgError {
    let text = format!("The job is {}: this is not possible now.", state.name());
    bulk_error("INVALIDJOBSTATE", text)
}

fn bulk_error(code: &'static str, text: impl Into<String>) -> OrgError {
    OrgError::new(code, text).without_fields()
}
