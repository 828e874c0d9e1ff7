//! Working a job off: chunks of 200 rows, each row saved or refused by itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::id::SfId;
use crate::schema::{FieldIndex, FieldSchema, ObjectSchema};
use crate::timestamp::Timestamp;

use super::super::coerce::{Misfit, coerce_text};
use super::super::context::{
    AssignmentHeader, FieldInput, Origin, SaveContext, Saved, UpsertRefusal,
};
use super::super::error::OrgError;
use super::super::save::{Draft, SentValues, Takes as _, one};
use super::batch::{Outcome, Refused, Rows};
use super::columns::{Columns, Row};
use super::csv_file::{CsvFile, CsvRow, RowReader};
use super::query::QueryRefusal;
use super::request::{Content, JobKind, JobRequest, Operation};
use super::{BATCH_ROWS_MAX, Batch, BatchState, CHUNK_ROWS, Job, JobState, Org, query, records};

/// Steps that a batch takes when batches take their time.
const STEPS: usize = 50;

/// What every row of a job is saved with.
struct Order<'j> {
    request: &'j JobRequest,
    object: Arc<ObjectSchema>,
    cx: SaveContext,
    key: Option<FieldIndex>,
}

/// A row that was refused, with the id that it gave.
type Refusal = (Option<SfId>, Vec<OrgError>);

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

    fn save_csv(
        &mut self,
        order: &Order<'_>,
        batch: &mut Batch,
        (file, until): (&CsvFile, usize),
    ) -> Result<(), String> {
        let wanted = (file.header(), order.request.operation, order.key);
        let columns = Columns::of(self, &order.cx, &order.object, wanted)?;
        let mut rows = file.rows_from(batch.outcomes.len());
        batch.outcomes.reserve(until - batch.outcomes.len());
        while batch.outcomes.len() < until {
            let from = batch.outcomes.len();
            let chunk = CHUNK_ROWS.min(until - from);
            let twice = if order.request.operation == Operation::Upsert {
                let mut ahead = file.rows_from(from);
                twice((0..chunk).filter_map(|_| columns.key_of(ahead.next()?)))
            } else {
                BTreeSet::new()
            };
            let reading = Reading { order, columns: &columns, twice: &twice };
            self.batch(|org| reading.save(org, batch, (&mut rows, chunk)));
        }
        Ok(())
    }

    fn save_row(
        &mut self,
        order: &Order<'_>,
        (row, values): (&Row<'_>, SentValues<'_>),
        twice: &BTreeSet<String>,
    ) -> Result<Saved, Vec<OrgError>> {
        match order.request.operation {
            Operation::Update => {
                id_given(row.id).and_then(|id| self.save_updated(order, id, values))
            }
            Operation::Upsert => self.upsert_row(order, (row, values), twice),
            _ => id_given(row.id).and_then(|id| self.delete_row(order, id)),
        }
    }

    fn save_created(&mut self, order: &Order<'_>, draft: Draft) -> Result<Saved, Vec<OrgError>> {
        self.transaction(|org| {
            org.allowed(&order.cx, &order.object, true)?;
            let id = org.save(&order.cx, draft)?;
            Ok(Saved { id, created: true })
        })
    }

    fn create_row(
        &mut self,
        order: &Order<'_>,
        values: SentValues<'_>,
    ) -> Result<Saved, Vec<OrgError>> {
        let mut draft = self.draft(&order.cx, &order.object, values.len());
        for (field, value) in values {
            draft.take(field, value);
        }
        self.save_created(order, draft)
    }

    fn save_updated(
        &mut self,
        order: &Order<'_>,
        id: SfId,
        values: SentValues<'_>,
    ) -> Result<Saved, Vec<OrgError>> {
        self.transaction(|org| {
            org.target(&order.object, id).map_err(one)?;
            org.allowed(&order.cx, &order.object, false)?;
            org.save_existing(&order.cx, id, values)?;
            Ok(Saved { id, created: false })
        })
    }

    fn upsert_row(
        &mut self,
        order: &Order<'_>,
        (row, mut values): (&Row<'_>, SentValues<'_>),
        twice: &BTreeSet<String>,
    ) -> Result<Saved, Vec<OrgError>> {
        let Some(field) = order.key.map(|key| order.object.field_at(key)) else {
            return Err(one(OrgError::not_found()));
        };
        if &*field.name == "Id" {
            return match row.id {
                None => self.create_row(order, values),
                given => id_given(given).and_then(|id| self.save_updated(order, id, values)),
            };
        }
        if row.id.is_some() {
            let text = "The Id field should not be specified in the sobject data.";
            return Err(one(OrgError::new("INVALID_FIELD", text).about(["Id"])));
        }
        let Some(text) = row.key.map(str::trim).filter(|key| !key.is_empty()) else {
            return Err(one(key_missing(field)));
        };
        if twice.contains(&folded(text)) {
            return Err(one(key_twice(text)));
        }
        let key = coerce_text(field, text, Origin::Bulk)
            .map_err(|(Misfit::Type(error) | Misfit::Id(error))| one(error))?;
        match self.matches(&order.object, field.index, &key).as_slice() {
            [] => {
                values.push((field.index, key));
                self.create_row(order, values)
            }
            [only] => self.save_updated(order, *only, values),
            several => Err(one(several_match(several))),
        }
    }

    fn delete_row(&mut self, order: &Order<'_>, id: SfId) -> Result<Saved, Vec<OrgError>> {
        self.delete(&order.cx, &order.object.name, id)?;
        if order.request.operation == Operation::HardDelete {
            self.remove_row(order.object.index, id);
        }
        Ok(Saved { id, created: false })
    }

    fn save_records(
        &mut self,
        order: &Order<'_>,
        batch: &mut Batch,
        records: &[FieldInput],
        until: usize,
    ) {
        while batch.outcomes.len() < until {
            let from = batch.outcomes.len();
            let chunk = records.get(from..until.min(from + CHUNK_ROWS)).unwrap_or_default();
            let name = order.request.external_id_field.as_deref();
            let twice = twice(chunk.iter().filter_map(|record| text_of(record, name?)));
            let outcomes: Vec<_> = self.batch(|org| {
                chunk.iter().map(|record| org.save_record(order, record, &twice)).collect()
            });
            for outcome in outcomes {
                batch.note(outcome);
            }
        }
    }

    fn save_record(
        &mut self,
        order: &Order<'_>,
        record: &FieldInput,
        twice: &BTreeSet<String>,
    ) -> Result<Saved, Refusal> {
        let (cx, object) = (&order.cx, &*order.object.name);
        let mut input = record.clone();
        let given = take(&mut input, "Id");
        let told = given.as_deref().and_then(|id| id.parse().ok());
        let given = given.as_deref().filter(|id| !id.is_empty());
        let outcome = match order.request.operation {
            Operation::Insert if given.is_some() => Err(one(id_on_insert())),
            Operation::Insert => self.create(cx, object, &input),
            Operation::Update => id_given(given).and_then(|id| self.update(cx, object, id, &input)),
            Operation::Upsert => self.upsert_record(order, given, input, twice),
            _ => id_given(given).and_then(|id| self.delete_row(order, id)),
        };
        outcome.map_err(|errors| (told, errors))
    }

    fn upsert_record(
        &mut self,
        order: &Order<'_>,
        given: Option<&str>,
        mut input: FieldInput,
        twice: &BTreeSet<String>,
    ) -> Result<Saved, Vec<OrgError>> {
        let Some(field) = order.key.map(|key| order.object.field_at(key)) else {
            return Err(one(OrgError::not_found()));
        };
        let key = if &*field.name == "Id" {
            given.unwrap_or_default().to_owned()
        } else {
            let key = take(&mut input, &field.name).filter(|key| !key.is_empty());
            key.ok_or_else(|| one(key_missing(field)))?
        };
        if twice.contains(&folded(&key)) {
            return Err(one(key_twice(&key)));
        }
        self.upsert(&order.cx, &order.object.name, (&field.name, &key), &input).map_err(|refusal| {
            match refusal {
                UpsertRefusal::Errors(errors) => errors,
                UpsertRefusal::SeveralMatches(ids) => one(several_match(&ids)),
            }
        })
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

/// What the rows of a file are read and saved with.
struct Reading<'r> {
    order: &'r Order<'r>,
    columns: &'r Columns,
    twice: &'r BTreeSet<String>,
}

impl Reading<'_> {
    /// Saves the next rows.
    fn save(&self, org: &mut Org, batch: &mut Batch, (rows, count): (&mut RowReader<'_>, usize)) {
        for _ in 0..count {
            let Some(row) = rows.next() else { return };
            batch.note(if self.order.request.operation == Operation::Insert {
                self.insert(org, row)
            } else {
                self.change(org, row)
            });
        }
    }

    /// A new row is read into its place.
    fn insert(&self, org: &mut Org, cells: CsvRow<'_>) -> Result<Saved, Refusal> {
        let order = self.order;
        let mut draft = org.draft(&order.cx, &order.object, self.columns.len());
        let row = self.columns.read(org, &order.object, cells, &mut draft)?;
        let saved = match row.id {
            Some(_) => Err(one(id_on_insert())),
            None => org.save_created(order, draft),
        };
        saved.map_err(|errors| (row.told(), errors))
    }

    /// Of other rows it is not known where they go before they are read.
    fn change(&self, org: &mut Org, cells: CsvRow<'_>) -> Result<Saved, Refusal> {
        let mut values = SentValues::with_capacity(self.columns.len());
        let row = self.columns.read(org, &self.order.object, cells, &mut values)?;
        let saved = org.save_row(self.order, (&row, values), self.twice);
        saved.map_err(|errors| (row.told(), errors))
    }
}

impl Batch {
    fn note(&mut self, saved: Result<Saved, Refusal>) {
        self.outcomes.push(match saved {
            Ok(Saved { id, created }) => Outcome::Saved { id, created },
            Err((id, errors)) => {
                self.refused += 1;
                Outcome::Refused(Box::new(Refused { id, errors }))
            }
        });
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
            "InvalidBatch : {total} records, more than {BATCH_ROWS_MAX} in a batch"
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

/// Keys that come more than once.
fn twice(keys: impl Iterator<Item = String>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    keys.filter_map(|key| {
        let key = folded(&key);
        if seen.contains(&key) {
            Some(key)
        } else {
            seen.insert(key);
            None
        }
    })
    .collect()
}

fn folded(key: &str) -> String {
    key.trim().to_lowercase()
}

fn id_given(text: Option<&str>) -> Result<SfId, Vec<OrgError>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Err(one(OrgError::new("MISSING_ARGUMENT", "Id not specified in an update call")));
    };
    text.parse().map_err(|_| {
        one(OrgError::new("MALFORMED_ID", format!("malformed id {text}")).about(["Id"]))
    })
}

fn id_on_insert() -> OrgError {
    let text = "cannot specify Id in an insert call";
    OrgError::new("INVALID_FIELD_FOR_INSERT_UPDATE", text).about(["Id"])
}

fn key_missing(field: &FieldSchema) -> OrgError {
    let text = format!("{} not specified", field.name);
    OrgError::new("MISSING_ARGUMENT", text).about([&*field.name])
}

fn key_twice(key: &str) -> OrgError {
    OrgError::new("DUPLICATE_VALUE", format!("Duplicate external id specified: {key}"))
}

fn several_match(ids: &[SfId]) -> OrgError {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let text = format!("more than one record found for external id field: [{}]", ids.join(", "));
    OrgError::new("DUPLICATE_EXTERNAL_ID", text)
}

fn text_of(input: &FieldInput, name: &str) -> Option<String> {
    let value = input.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?.1;
    match value {
        Json::String(text) => Some(text.trim().to_owned()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn take(input: &mut FieldInput, name: &str) -> Option<String> {
    let text = text_of(input, name);
    if let Some(key) = input.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned() {
        input.shift_remove(&key);
    }
    text
}
