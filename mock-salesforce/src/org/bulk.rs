//! Bulk jobs.
use super::Org;
use crate::{id::SfId, timestamp::Timestamp};
/// Jobs.
#[derive(Clone, Debug, Default)]
pub(crate) struct BulkJobs {}
impl Org {
    pub(crate) fn run_bulk_job(&mut self, _job: SfId, _now: Timestamp) {}
}
