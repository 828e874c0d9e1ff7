//! How does a job go on? Its batches are read when they are due and worked off, at once or a step at a time; the work of a
//! query may be parted among batches. What becomes of each row is answered by `outcomes`.

use std::sync::Arc;

use crate::id::SfId;
use crate::schema::{FieldIndex, ObjectSchema};
use crate::timestamp::Timestamp;

use super::super::context::{AssignmentHeader, Origin, SaveContext};
use super::batch::Rows;
use super::csv_file::CsvFile;
use super::query::QueryRefusal;
use super::request::{Content, JobKind, JobRequest};
use super::{BATCH_ROWS_MAX, Batch, BatchState, CHUNK_ROWS, Job, JobState, Org, query, records};

/// Steps that a batch takes when batches take their time.
const STEPS: usize = 50;

/// What every row of a job is saved with.
pub(super) struct Order<'j> {
    pub(super) request: &'j JobRequest,
    pub(super) object: Arc<ObjectSchema>,
    pub(super) cx: SaveContext,
    /// The field that an upsert goes by.
    pub(super) key: Option<FieldIndex>,
}

impl Org {
    /// Carries a job on: all of it at once, or a step when batches take their time.
    pub(crate) fn run_bulk_job(&mut self, id: SfId, now: Timestamp) {
        let Some(mut job) = self.bulk.jobs.remove(&id) else { return };
        let stopped = matches!(job.state, JobState::Aborted | JobState::Failed);
        let mut at = job.done;
        while at < job.batches.len() && !stopped {
            let due = |batch: &&mut Batch| !batch.state.is_final() && batch.due <= now;
            if job.batches.get_mut(at).as_ref().is_some_and(due) {
                self.carry_on(&mut job, at, now);
            }
            at += 1;
        }
        let is_final = |batch: &&Batch| batch.state.is_final();
        job.done += job.batches.iter().skip(job.done).take_while(is_final).count();
        job.settle(now);
        self.bulk.jobs.insert(id, job);
        self.schedule(id);
    }

    fn carry_on(&mut self, job: &mut Job, at: usize, now: Timestamp) {
        if job.request.chunk_rows.is_some() && self.cut(job, at, now) {
            return;
        }
        let takes = self.bulk_ms();
        let object = self.schema.shared(job.object);
        let cx = SaveContext {
            now,
            origin: Origin::Bulk,
            assignment: job
                .request
                .assignment_rule
                .map_or(AssignmentHeader::False, AssignmentHeader::Rule),
            ..job.context
        };
        let key = job.request.external_id_field.as_deref().and_then(|key| object.field_index(key));
        let order = Order { request: &job.request, object, cx, key };
        let Some(batch) = job.batches.get_mut(at) else { return };
        batch.modified = now;
        if batch.state == BatchState::Queued {
            batch.state = BatchState::InProgress;
            batch.began = now;
            if let Err(message) = begin(&order, batch) {
                batch.fail(message, now);
                return;
            }
            if order.request.kind == JobKind::Ingest {
                // The platform cuts a file into batches as a client of Bulk 1.0 would.
                let batches = batch.total().div_ceil(BATCH_ROWS_MAX).max(1) as u64;
                self.bulk.batch_usage.add(now, batches);
            }
            if takes > 0 {
                batch.due = next_due(takes, batch);
                return;
            }
        }
        let rows = if takes > 0 { stride(batch) } else { usize::MAX };
        self.step(&order, batch, rows);
        if batch.state == BatchState::InProgress {
            batch.due = next_due(takes, batch);
        }
    }

    /// Does the next rows of a batch.
    fn step(&mut self, order: &Order<'_>, batch: &mut Batch, rows: usize) {
        let now = order.cx.now;
        if order.request.operation.is_query() {
            self.answer(order, batch);
            return;
        }
        let total = batch.total();
        let until = batch.outcomes.len().saturating_add(rows).min(total);
        let taken = std::mem::replace(&mut batch.rows, Rows::Text);
        let done = match &taken {
            Rows::Csv(file) => self.save_csv(order, batch, (file, until)),
            Rows::Records(records) => {
                self.save_records(order, batch, records, until);
                Ok(())
            }
            Rows::Text => Ok(()),
        };
        // Results of Bulk 2.0 show the rows again.
        if until < total || order.request.kind == JobKind::Ingest {
            batch.rows = taken;
        }
        match done {
            Err(message) => batch.fail(format!("InvalidBatch : {message}"), now),
            Ok(()) if until == total => batch.state = BatchState::Completed,
            Ok(()) => {}
        }
    }

    fn answer(&mut self, order: &Order<'_>, batch: &mut Batch) {
        let text = std::str::from_utf8(&batch.text).unwrap_or_default();
        match query::find(self, &order.cx, (order.request, order.object.index), text.trim()) {
            Ok(found) => {
                batch.found = Some(found);
                batch.state = BatchState::Completed;
            }
            Err(refusal) => {
                batch.fail(self.query_failed(refusal), order.cx.now);
            }
        }
    }

    fn query_failed(&mut self, refusal: QueryRefusal) -> String {
        self.bulk.unsupported.extend(refusal.unsupported);
        format!("InvalidBatch : Failed to process query: {}: {}", refusal.code, refusal.message)
    }

    /// Gives the work of a query to batches over a part of the table each. False: the batch is such a part.
    fn cut(&mut self, job: &mut Job, at: usize, now: Timestamp) -> bool {
        let Some(rows) = job.request.chunk_rows else { return false };
        let whole = |batch: &&mut Batch| !batch.part;
        let Some(batch) = job.batches.get_mut(at).filter(whole) else { return false };
        batch.modified = now;
        let text = std::str::from_utf8(&batch.text).unwrap_or_default().trim();
        let order = (&job.request, job.object);
        let cx = SaveContext { now, ..job.context };
        let parts = query::find(self, &cx, order, text)
            .and_then(|_| query::chunks(self, (job.object, rows), text));
        let parts = match parts {
            Ok(parts) => parts,
            Err(refusal) => {
                batch.fail(self.query_failed(refusal), now);
                return true;
            }
        };
        batch.state = BatchState::NotProcessed;
        for part in parts {
            self.bulk.batches += 1;
            let id = SfId::numbered(*b"751", self.bulk.batches);
            self.bulk.batch_usage.add(now, 1);
            let part = Batch { part: true, ..Batch::new(id, part.into(), now, now) };
            job.batches.push(part);
        }
        true
    }
}

impl Job {
    /// The state of a job of Bulk 2.0 follows its only batch.
    pub(super) fn settle(&mut self, now: Timestamp) {
        let Some(batch) = self.batches.first().filter(|_| self.request.kind != JobKind::Classic)
        else {
            return;
        };
        if !matches!(self.state, JobState::UploadComplete | JobState::InProgress) {
            return;
        }
        self.modified = now;
        self.state = match batch.state {
            BatchState::Queued => JobState::UploadComplete,
            BatchState::InProgress => JobState::InProgress,
            BatchState::Completed => JobState::JobComplete,
            BatchState::Failed | BatchState::NotProcessed => JobState::Failed,
        };
        self.error_message.clone_from(&batch.message);
        if self.state == JobState::Failed {
            self.read_unprocessed();
        }
    }
}

/// Reads the rows of a batch.
fn begin(order: &Order<'_>, batch: &mut Batch) -> Result<(), String> {
    if order.request.operation.is_query() || batch.text.is_empty() {
        return Ok(());
    }
    batch.rows = match order.request.content {
        Content::Csv => {
            let file = CsvFile::read(&batch.text, order.request.dialect)?;
            if order.request.kind == JobKind::Ingest {
                file.check_ending()?;
            }
            Rows::Csv(Box::new(file))
        }
        Content::Json => Rows::Records(records::of_json(&batch.text)?),
        Content::Xml => Rows::Records(records::of_xml(&batch.text)?),
    };
    if order.request.kind == JobKind::Classic && batch.total() > BATCH_ROWS_MAX {
        let total = batch.total();
        batch.rows = Rows::Text;
        return Err(format!(
            "InvalidBatch : Exceeded number of records : {total}. Number of records should be less than or equal to \
             {BATCH_ROWS_MAX}"
        ));
    }
    Ok(())
}

/// Rows of one step, whole chunks.
fn stride(batch: &Batch) -> usize {
    batch.total().div_ceil(STEPS).div_ceil(CHUNK_ROWS).max(1) * CHUNK_ROWS
}

/// When the next step ends; the last one ends when the whole time is over.
fn next_due(takes: i64, batch: &Batch) -> Timestamp {
    let steps = batch.total().div_ceil(stride(batch)).max(1);
    let done = batch.outcomes.len().div_ceil(stride(batch)) + 1;
    let whole = i128::from(takes.saturating_sub(1));
    let part = whole * done as i128 / steps as i128;
    batch.began.plus_ms(i64::try_from(part).unwrap_or(i64::MAX).max(1))
}
