//! What a job and the org tell of their bulk work: counts, times, allocations.

use crate::id::SfId;
use crate::timestamp::Timestamp;

use super::super::Org;
use super::super::access::SystemPermission;
use super::super::error::OrgError;
use super::batch::{Batch, BatchState};
use super::{Job, JobState, bulk_error};

/// Batches in 24 hours, both APIs together (wire reference §13).
pub(super) const BATCHES_A_DAY: u64 = 15_000;
/// Query jobs of Bulk 2.0 in 24 hours (wire reference §13).
pub(super) const QUERY_JOBS_A_DAY: u64 = 10_000;

/// What bulk work of the last 24 hours has used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BulkUsage {
    /// Batches used.
    pub batches: u64,
    /// Batches allowed.
    pub batches_max: u64,
    /// Query jobs of Bulk 2.0 used.
    pub query_jobs: u64,
    /// Query jobs of Bulk 2.0 allowed.
    pub query_jobs_max: u64,
}

impl Job {
    /// Its batches, in the order in which they were added.
    pub fn batches(&self) -> &[Batch] {
        &self.batches
    }

    /// One batch.
    pub fn batch(&self, id: SfId) -> Option<&Batch> {
        self.batches.iter().find(|batch| batch.id == id)
    }

    /// Rows that are done, well or not.
    pub fn processed(&self) -> usize {
        self.batches.iter().map(Batch::processed).sum()
    }

    /// Rows that failed.
    pub fn failed(&self) -> usize {
        self.batches.iter().map(Batch::refused).sum()
    }

    /// How many batches stand so.
    pub fn batches_in(&self, state: BatchState) -> usize {
        self.batches.iter().filter(|batch| batch.state == state).count()
    }

    /// Milliseconds that its batches have taken.
    pub fn worked_ms(&self) -> i64 {
        self.batches
            .iter()
            .filter(|batch| batch.state != BatchState::Queued)
            .map(Batch::worked_ms)
            .sum()
    }

    /// Is a batch waiting or being worked off?
    pub(super) fn has_work(&self) -> bool {
        self.state != JobState::Open
            && self.batches.iter().skip(self.done).any(|batch| !batch.state.is_final())
    }

    /// Bytes that it keeps.
    pub(super) fn bytes(&self) -> usize {
        self.batches.iter().map(Batch::bytes).sum()
    }
}

impl Org {
    /// What bulk work of the 24 hours before now has used up.
    pub fn bulk_usage(&mut self, now: Timestamp) -> BulkUsage {
        BulkUsage {
            batches: self.bulk.batch_usage.used(now),
            batches_max: BATCHES_A_DAY,
            query_jobs: self.bulk.query_usage.used(now),
            query_jobs_max: QUERY_JOBS_A_DAY,
        }
    }

    pub(super) fn count_batches(&mut self, now: Timestamp, count: u64) -> Result<(), OrgError> {
        let used = self.bulk.batch_usage.used(now);
        if self.settings.enforce_api_allocation && used + count.max(1) > BATCHES_A_DAY {
            return Err(bulk_error("EXCEEDEDQUOTA", "ApiBatchItems Limit exceeded."));
        }
        self.bulk.batch_usage.add(now, count);
        Ok(())
    }

    pub(super) fn count_query_job(&mut self, now: Timestamp) -> Result<(), OrgError> {
        let used = self.bulk.query_usage.used(now);
        if self.settings.enforce_api_allocation && used >= QUERY_JOBS_A_DAY {
            return Err(bulk_error("EXCEEDEDQUOTA", "BulkApiV2Query Limit exceeded."));
        }
        self.bulk.query_usage.add(now, 1);
        Ok(())
    }

    /// May the user delete rows for good?
    pub(super) fn may_hard_delete(&self, user: SfId) -> bool {
        self.has(user, SystemPermission::HardDelete)
    }
}
