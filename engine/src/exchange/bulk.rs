//! Bulk 2.0 jobs: create, upload, close, poll, then all three result lists (FM-28).
//!
//! Nothing is processed before the job is closed, so a lost exchange before that abandons the job and starts another;
//! after that it is asked again. Rows that were never attempted are queued anew.

use std::collections::BTreeMap;

use super::{Ask, Flight, Got, Request, failed};
use crate::{
    BulkCall, BulkList, BulkResult, Engine, FieldValues, Lost, Reply, Rule, Rules, SaveOperation,
    SaveRow, Value, call::Done, limits, timers::Wake,
};

/// Names a bulk job before Salesforce does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct JobId(u64);

/// The jobs under way.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    last: u64,
    open: BTreeMap<JobId, Job>,
}

/// A job under way.
#[derive(Debug)]
pub(crate) struct Job {
    object: &'static str,
    operation: SaveOperation,
    rows: Vec<Request>,
    failures: u32,
    stage: Stage,
}

#[derive(Debug, Clone)]
enum Stage {
    Create,
    Upload(String),
    Close(String),
    Poll(String),
    Results(String, BulkList),
}

impl Stage {
    fn is_closed(&self) -> bool {
        matches!(self, Self::Poll(_) | Self::Results(..))
    }
}

impl Jobs {
    pub(super) fn open(
        &mut self,
        object: &'static str,
        operation: SaveOperation,
        rows: Vec<Request>,
    ) -> JobId {
        self.last += 1;
        let id = JobId(self.last);
        self.open.insert(id, Job { object, operation, rows, failures: 0, stage: Stage::Create });
        id
    }
}

impl<R: Rules> Engine<R> {
    pub(super) fn spell_job(&self, id: JobId) -> Option<BulkCall> {
        let job = self.exchange.jobs.open.get(&id)?;
        Some(match job.stage.clone() {
            Stage::Create => {
                BulkCall::Create { object: job.object.into(), operation: job.operation }
            }
            Stage::Upload(name) => BulkCall::Upload { job: name, rows: rows(&job.rows) },
            Stage::Close(name) => BulkCall::Close { job: name },
            Stage::Poll(name) => BulkCall::Poll { job: name },
            Stage::Results(name, list) => BulkCall::Results { job: name, list },
        })
    }

    /// The next exchange about a job is due.
    pub(crate) fn on_job_due(&mut self, id: JobId) {
        self.exchange.next.push_back(Flight::Job(id));
    }

    pub(super) fn on_job(&mut self, id: JobId, reply: &Reply) {
        let Some(mut job) = self.exchange.jobs.open.remove(&id) else { return };
        let Reply::Done(done) = reply else { return self.on_job_failed(id, job, reply) };
        job.failures = 0;
        self.on_session_good();
        let next = match (job.stage.clone(), done) {
            (Stage::Create, Done::JobOpened { job: name }) => Stage::Upload(name.clone()),
            (Stage::Upload(name), Done::JobTaken) => Stage::Close(name),
            (Stage::Close(name), Done::JobTaken) => Stage::Poll(name),
            (Stage::Poll(name), Done::JobState { is_final: true, .. }) => {
                Stage::Results(name, BulkList::Successful)
            }
            // A close that was lost never arrived.
            (Stage::Poll(name), Done::JobState { is_final: false, state }) if state == "Open" => {
                Stage::Close(name)
            }
            (Stage::Poll(name), Done::JobState { is_final: false, .. }) => {
                job.stage = Stage::Poll(name);
                return self.job_later(id, job, limits::BULK_POLL_MS);
            }
            (Stage::Results(name, list), Done::JobResults(results)) => {
                self.on_results(&mut job, list, results);
                match self.rules.list_after(list) {
                    Some(next) => Stage::Results(name, next),
                    None => return self.on_job_over(job),
                }
            }
            _ => return self.on_job_failed(id, job, &Reply::Lost(Lost::Unknown)),
        };
        let is_first_poll = matches!((&job.stage, &next), (Stage::Close(_), Stage::Poll(_)));
        job.stage = next;
        if is_first_poll {
            return self.job_later(id, job, limits::BULK_POLL_MS);
        }
        self.exchange.jobs.open.insert(id, job);
        self.exchange.next.push_back(Flight::Job(id));
    }

    fn job_later(&mut self, id: JobId, job: Job, pause_ms: i64) {
        self.exchange.jobs.open.insert(id, job);
        self.wake_at(self.now.plus_ms(pause_ms), Wake::Job(id));
    }

    fn on_results(&mut self, job: &mut Job, list: BulkList, results: &[BulkResult]) {
        for result in results {
            let Some(at) = job.rows.iter().position(|it| is_row(it, result)) else { continue };
            let request = job.rows.remove(at);
            match (&result.result, list) {
                (Some(Ok(id)), _) => self.on_got(request.ticket, Got::Saved(id.clone())),
                (Some(Err(refusal)), _) => self.on_row_refused(request, refusal),
                (None, BulkList::Unprocessed) => self.on_unprocessed(request),
                (None, _) => self.on_got(request.ticket, Got::Unknown),
            }
        }
    }

    /// The job ended before it came to the row, so nothing is known against the row: it goes again.
    fn on_unprocessed(&mut self, request: Request) {
        self.tell(std::iter::once(&request), Rule::Unprocessed);
        self.ask(request);
    }

    /// The lists were read: whatever none of them names has an unknown outcome.
    fn on_job_over(&mut self, job: Job) {
        for request in job.rows {
            self.on_got(request.ticket, Got::Unknown);
        }
    }

    fn on_job_failed(&mut self, id: JobId, mut job: Job, reply: &Reply) {
        job.failures += 1;
        let again = self.rules.retry_at(&self.config.retry, job.failures, self.now, 0);
        let is_lost = matches!(reply, Reply::Lost(Lost::Unknown));
        job.stage = match job.stage {
            // The job may be closed already; its state says so.
            Stage::Close(name) if is_lost => Stage::Poll(name),
            Stage::Upload(_) if is_lost => Stage::Create,
            stage => stage,
        };
        if let (Some(at), false) = (again, matches!(reply, Reply::Refused(_))) {
            self.exchange.jobs.open.insert(id, job);
            self.wake_at(at, Wake::Job(id));
            return;
        }
        let got = if job.stage.is_closed() { Got::Unknown } else { before_close(reply) };
        for request in job.rows {
            self.on_got(request.ticket, got.clone());
        }
    }
}

/// Before the job is closed nothing is written, whatever was lost.
fn before_close(reply: &Reply) -> Got {
    match failed(reply) {
        Got::Unknown => {
            Got::Nothing { why: "the bulk job was lost before it was closed".to_owned() }
        }
        got => got,
    }
}

fn rows(requests: &[Request]) -> Vec<SaveRow> {
    requests.iter().filter_map(|it| row(it).cloned()).collect()
}

fn row(request: &Request) -> Option<&SaveRow> {
    match &request.ask {
        Ask::Write(write) => Some(&write.row),
        Ask::Read(..) | Ask::Convert(_) => None,
    }
}

fn is_row(request: &Request, result: &BulkResult) -> bool {
    let Some(row) = row(request) else { return false };
    let id = row.id.as_ref().map(crate::RecordId::as_str);
    let held = |name: &str| {
        result.columns.iter().find(|(it, _)| it.as_str() == name).map(|(_, text)| text.as_str())
    };
    id.is_none_or(|it| held("Id") == Some(it))
        && texts(&row.fields).all(|(name, text)| held(name) == Some(text))
}

fn texts(fields: &FieldValues) -> impl Iterator<Item = (&str, &str)> {
    fields.iter().filter_map(|(name, value)| match value {
        Value::Text(text) if !text.is_empty() => Some((name.as_str(), &**text)),
        _ => None,
    })
}
