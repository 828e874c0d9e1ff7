//! May this job be, and what does it begin as? Its object, its operation, its key and its rule are looked at before anything
//! is remembered (wire reference §6).

use bytes::Bytes;

use crate::id::SfId;
use crate::schema::{FieldSchema, ObjectIndex};

use super::super::context::SaveContext;
use super::super::error::OrgError;
use super::request::{JobKind, JobRequest, Operation};
use super::{Job, JobState, Org, bulk_error, query};

impl Org {
    /// Creates an open job; one of Bulk 2.0 with a query waits for its turn at once.
    pub fn create_job(&mut self, cx: &SaveContext, request: JobRequest) -> Result<SfId, OrgError> {
        let object = self.job_object(cx, &request)?;
        self.check_job(cx, object, &request)?;
        self.make_room(cx.now)?;
        let query = request.query.clone().filter(|_| request.kind == JobKind::Query);
        match request.kind {
            JobKind::Query => self.count_query_job(cx.now)?,
            // A file counts once it is cut into batches.
            JobKind::Ingest => self.count_batches(cx.now, 0)?,
            JobKind::Classic => {}
        }
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
            batches: Vec::new(),
            done: 0,
        };
        self.bulk.jobs.insert(id, job);
        if let Some(query) = query {
            self.push_batch(id, cx.now, Bytes::from(query));
            self.close_job(id, cx.now)?;
        }
        Ok(id)
    }

    fn job_object(
        &mut self,
        cx: &SaveContext,
        request: &JobRequest,
    ) -> Result<ObjectIndex, OrgError> {
        if let (JobKind::Query, Some(text)) = (request.kind, &request.query) {
            return query::object_of(self, cx, request, text).map_err(|refusal| {
                self.bulk.unsupported.extend(refusal.unsupported);
                bulk_error(refusal.code, refusal.message)
            });
        }
        let found = self.schema.object(&request.object).map(|object| object.index);
        found.filter(|object| self.permitted(cx.user, *object).read).ok_or_else(|| {
            bulk_error("INVALIDJOB", format!("Unable to find object: {}", request.object))
        })
    }

    fn check_job(
        &self,
        cx: &SaveContext,
        object: ObjectIndex,
        request: &JobRequest,
    ) -> Result<(), OrgError> {
        let object = self.schema.at(object);
        if request.operation == Operation::HardDelete && !self.may_hard_delete(cx.user) {
            let text = "hardDelete operation requires special user profile permission, please contact your system administrator";
            return Err(bulk_error("FEATURENOTENABLED", text));
        }
        if let Some(rule) = request.assignment_rule
            && !self.rules.assignment.iter().any(|known| known.id == rule)
        {
            return Err(bulk_error("INVALIDJOB", format!("Invalid assignment rule id: {rule}")));
        }
        if request.operation != Operation::Upsert {
            return Ok(());
        }
        let Some(key) = request.external_id_field.as_deref() else {
            let text = format!(
                "External ID was blank for {}. An External ID must be specified for upsert.",
                object.name
            );
            return Err(bulk_error("INVALIDJOB", text));
        };
        let visible = |field: &&FieldSchema| self.readable(cx.user, object.index, field.index);
        match object.field(key).filter(visible) {
            Some(field) if field.is_key() || &*field.name == "Id" => Ok(()),
            Some(field) => {
                let text = format!("Field is not an external ID or indexed field : {}", field.name);
                Err(bulk_error("INVALIDJOB", text))
            }
            None => Err(bulk_error("INVALIDJOB", format!("Field name not found : {key}"))),
        }
    }
}
