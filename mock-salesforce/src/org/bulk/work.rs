//! Working a job off: chunks of 200 rows, each row saved or refused by itself.

use serde_json::{Value as Json, json};

use crate::id::SfId;
use crate::timestamp::Timestamp;

use super::super::agenda::Due;
use super::super::context::{
    AssignmentHeader, FieldInput, Origin, SaveContext, Saved, UpsertRefusal,
};
use super::super::error::OrgError;
use super::super::save::one;
use super::{CHUNK_ROWS, Job, JobState, Operation, Org, RowResult};

/// A cell that clears its field.
const CLEAR: &str = "#N/A";

impl Org {
    /// Carries a job on: all of it at once, or a chunk when jobs take their time.
    pub(crate) fn run_bulk_job(&mut self, id: SfId, now: Timestamp) {
        let Some(mut job) = self.bulk.jobs.remove(&id) else { return };
        if !job.state.is_final() {
            job.read();
            self.check_columns(&mut job);
            self.carry_on(&mut job, now);
        }
        self.bulk.jobs.insert(id, job);
    }

    fn carry_on(&mut self, job: &mut Job, now: Timestamp) {
        if job.state == JobState::Failed {
            return;
        }
        job.state = JobState::InProgress;
        job.modified = now;
        let chunks = job.rows.len().div_ceil(CHUNK_ROWS).max(1) as u64;
        let pause = self.settings.bulk_job_ms / chunks;
        while job.results.len() < job.rows.len() {
            self.run_chunk(job, now);
            if pause > 0 && job.results.len() < job.rows.len() {
                let next = now.plus_ms(i64::try_from(pause).unwrap_or(i64::MAX));
                self.agenda.push(next, Due::Bulk { job: job.id });
                return;
            }
        }
        job.state = JobState::JobComplete;
    }

    fn run_chunk(&mut self, job: &mut Job, now: Timestamp) {
        let cx = SaveContext {
            now,
            origin: Origin::Bulk,
            assignment: job
                .request
                .assignment_rule
                .map_or(AssignmentHeader::False, AssignmentHeader::Rule),
            ..job.context
        };
        let from = job.results.len();
        let rows: Vec<Vec<String>> = job.rows.iter().skip(from).take(CHUNK_ROWS).cloned().collect();
        let outcomes =
            self.batch(|org| rows.iter().map(|row| org.run_row(&cx, job, row)).collect::<Vec<_>>());
        job.results.extend(outcomes);
    }

    fn run_row(&mut self, cx: &SaveContext, job: &Job, row: &[String]) -> RowResult {
        let mut input = input_of(job, row);
        let given = take_id(&mut input);
        let id = given.as_deref().and_then(|text| text.parse().ok());
        match self.save_row(cx, job, (given.as_deref(), id), input) {
            Ok(saved) => {
                RowResult { id: Some(saved.id), created: saved.created, errors: Vec::new() }
            }
            Err(errors) => RowResult { id, created: false, errors },
        }
    }

    fn save_row(
        &mut self,
        cx: &SaveContext,
        job: &Job,
        (given, id): (Option<&str>, Option<SfId>),
        mut input: FieldInput,
    ) -> Result<Saved, Vec<OrgError>> {
        let object = job.request.object.as_str();
        let bad_id = || {
            let text = given.filter(|text| !text.is_empty());
            one(match text {
                Some(text) => {
                    OrgError::new("MALFORMED_ID", format!("malformed id {text}")).about(["Id"])
                }
                None => OrgError::new("MISSING_ARGUMENT", "Id not specified in an update call"),
            })
        };
        match job.request.operation {
            Operation::Insert => self.create(cx, object, &input),
            Operation::Update => self.update(cx, object, id.ok_or_else(bad_id)?, &input),
            Operation::Delete | Operation::HardDelete => {
                let id = id.ok_or_else(bad_id)?;
                self.delete(cx, object, id)?;
                if job.request.operation == Operation::HardDelete {
                    self.remove_row(job.object, id);
                }
                Ok(Saved { id, created: false })
            }
            Operation::Upsert => {
                let name = job.request.external_id_field.as_deref().unwrap_or_default();
                let key = if name.eq_ignore_ascii_case("id") {
                    given.unwrap_or_default().to_owned()
                } else {
                    take(&mut input, name).unwrap_or_default()
                };
                if key.is_empty() && !name.eq_ignore_ascii_case("id") {
                    let text = format!("{name} not specified");
                    return Err(one(OrgError::new("MISSING_ARGUMENT", text)));
                }
                self.upsert(cx, object, (name, &key), &input).map_err(upsert_errors)
            }
        }
    }

    /// A column that is no field fails the whole job.
    fn check_columns(&self, job: &mut Job) {
        if job.state == JobState::Failed {
            return;
        }
        let object = self.schema.at(job.object);
        let known = |column: &&String| {
            let base = column.split(['.', ':']).next().unwrap_or_default();
            object.field(column).is_some()
                || column.contains('.') && object.relationship(base).is_some()
        };
        if let Some(column) = job.header.iter().find(|column| !known(column)) {
            job.error_message = Some(format!("InvalidBatch : Field name not found : {column}"));
            job.state = JobState::Failed;
        }
    }
}

/// Cells to fields: empty cells are left out, `#N/A` clears, `Account.Ext__c` is a parent.
fn input_of(job: &Job, row: &[String]) -> FieldInput {
    let mut input = FieldInput::new();
    for (column, cell) in job.header.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
        let json = if cell == CLEAR { Json::Null } else { Json::from(cell.as_str()) };
        match column.split_once('.') {
            None => input.insert(column.clone(), json),
            Some((relationship, key)) => {
                let (relationship, object) = match relationship.split_once(':') {
                    Some((relationship, object)) => (relationship, Some(object)),
                    None => (relationship, None),
                };
                let parent = match object {
                    Some(object) => json!({"type": object, key: json}),
                    None => json!({key: json}),
                };
                input.insert(relationship.to_owned(), parent)
            }
        };
    }
    input
}

fn take_id(input: &mut FieldInput) -> Option<String> {
    take(input, "Id")
}

fn take(input: &mut FieldInput, name: &str) -> Option<String> {
    let key = input.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
    let value = input.shift_remove(&key)?;
    Some(value.as_str().unwrap_or_default().trim().to_owned())
}

fn upsert_errors(refusal: UpsertRefusal) -> Vec<OrgError> {
    match refusal {
        UpsertRefusal::Errors(errors) => errors,
        UpsertRefusal::SeveralMatches(ids) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let text =
                format!("more than one record found for external id field: [{}]", ids.join(", "));
            one(OrgError::new("DUPLICATE_EXTERNAL_ID", text))
        }
    }
}
