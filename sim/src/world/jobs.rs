//! Bulk jobs that end before their work is done: the platform gives them up, or somebody aborts them (FM-28).

use engine::Rules;
use mock_salesforce::{SfId, org::bulk::JobState};

use super::World;
use crate::faults::WorldFault;

/// What the platform says of a job that it gave up.
const GIVEN_UP: &str = "InternalServerError : Retried more than twenty times";

impl<R: Rules + Clone> World<'_, R> {
    /// Ends every bulk job that is under way; rows that are done stay done.
    pub(super) fn stop_jobs(
        &mut self,
        what: WorldFault,
        message: Option<&str>,
        cause: u64,
    ) -> Result<(), String> {
        let now = self.clock.org_now();
        let mut org = self.mock.org();
        org.run_due(now);
        let is_under_way =
            |state: JobState| matches!(state, JobState::UploadComplete | JobState::InProgress);
        let under_way: Vec<SfId> =
            org.jobs().filter(|job| is_under_way(job.state)).map(|job| job.id).collect();
        if under_way.is_empty() {
            return Err("no bulk job is under way that could end before its time".to_owned());
        }
        for job in under_way {
            let ended = match what {
                WorldFault::BulkFailed => org.fail_job(job, now, message.unwrap_or(GIVEN_UP)),
                _ => org.abort_job(job, now),
            };
            ended.map_err(|error| format!("{}: {}", error.code, error.message))?;
        }
        drop(org);
        self.write_changes(cause);
        Ok(())
    }
}
