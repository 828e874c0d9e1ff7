//! The allocation of API calls: counted always over a rolling day, enforced when the org says so.

use std::collections::VecDeque;

use crate::timestamp::{DAY_MS, MINUTE_MS, Timestamp};

use super::Org;
use super::context::{Origin, SaveContext};
use super::error::OrgError;
use super::save::Draft;

/// Kilobytes that a row counts, whatever is in it.
const KB_A_ROW: u64 = 2;
/// Objects whose rows are part of the setup and count nothing.
const SETUP: [&str; 10] = [
    "BusinessHours",
    "FieldPermissions",
    "Group",
    "GroupMember",
    "ObjectPermissions",
    "PermissionSet",
    "PermissionSetAssignment",
    "QueueSobject",
    "User",
    "UserRole",
];

/// Calls used in the last 24 hours, and how many are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiUsage {
    /// Used.
    pub used: u64,
    /// Allowed.
    pub max: u64,
}

impl ApiUsage {
    /// The same as one of several servers tells it, each some calls ahead or behind: up to `by` of them.
    #[must_use]
    pub fn jittered(self, by: u64) -> Self {
        if by == 0 {
            return self;
        }
        let spread = self.used.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let ahead = spread % (2 * by.min(u64::from(u32::MAX)) + 1);
        Self { used: (self.used + ahead).saturating_sub(by).max(1), ..self }
    }
}

/// Counts by minute, oldest first; never more than a day of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Usage {
    minutes: VecDeque<(i64, u64)>,
    used: u64,
    /// When calls that are taken to last end, earliest first.
    running: VecDeque<Timestamp>,
}

impl Usage {
    /// Used in the 24 hours before now.
    pub(super) fn used(&mut self, now: Timestamp) -> u64 {
        self.forget(now);
        self.used
    }

    fn forget(&mut self, now: Timestamp) {
        let oldest = (now.0 - DAY_MS).div_euclid(MINUTE_MS);
        while let Some((minute, calls)) = self.minutes.front().copied() {
            if minute > oldest {
                return;
            }
            self.minutes.pop_front();
            self.used = self.used.saturating_sub(calls);
        }
    }

    pub(super) fn add(&mut self, now: Timestamp, calls: u64) {
        let minute = now.0.div_euclid(MINUTE_MS);
        match self.minutes.back_mut() {
            Some((last, count)) if *last >= minute => *count = count.saturating_add(calls),
            _ => self.minutes.push_back((minute, calls)),
        }
        self.used = self.used.saturating_add(calls);
    }
}

impl Org {
    /// Counts one API call. When the allocation is enforced and used up, the call is refused and
    /// not counted.
    pub fn count_call(&mut self, now: Timestamp) -> Result<ApiUsage, OrgError> {
        let before = self.usage(now);
        if self.settings.enforce_api_allocation && before.used >= before.max {
            let text = "TotalRequests Limit exceeded.";
            return Err(OrgError::new("REQUEST_LIMIT_EXCEEDED", text).without_fields());
        }
        self.begin_call(now)?;
        self.usage.add(now, 1);
        Ok(ApiUsage { used: self.usage.used, ..before })
    }

    /// Refuses a call when too many others are still running, by the time that calls are taken to
    /// last.
    fn begin_call(&mut self, now: Timestamp) -> Result<(), OrgError> {
        let Some(concurrent) = self.settings.concurrent_calls else { return Ok(()) };
        let running = &mut self.usage.running;
        while running.front().is_some_and(|end| *end <= now) {
            running.pop_front();
        }
        if running.len() >= concurrent.limit {
            let text = "ConcurrentRequests (Concurrent API Requests) Limit exceeded.";
            return Err(OrgError::new("REQUEST_LIMIT_EXCEEDED", text).without_fields());
        }
        running.push_back(now.plus_ms(i64::try_from(concurrent.call_ms).unwrap_or(i64::MAX)));
        Ok(())
    }

    /// Kilobytes of data storage that are used: two a row of a business object.
    pub fn storage_kb(&self) -> u64 {
        let business = |object: &&crate::schema::ObjectSchema| {
            object.createable && !SETUP.contains(&&*object.name)
        };
        let objects = self.schema.objects().filter(business);
        objects.map(|object| self.count(object.index) as u64 * KB_A_ROW).sum()
    }

    pub(crate) fn check_storage(&self, cx: &SaveContext, draft: &Draft) -> Result<(), OrgError> {
        let Some(limit) = self.settings.data_storage_mb else { return Ok(()) };
        let exempt =
            !draft.is_new() || cx.origin == Origin::Import || SETUP.contains(&&*draft.object.name);
        if exempt || self.storage_kb() + KB_A_ROW <= limit.saturating_mul(1_024) {
            return Ok(());
        }
        Err(OrgError::new("STORAGE_LIMIT_EXCEEDED", "storage limit exceeded"))
    }

    /// Calls used in the 24 hours before now.
    pub fn usage(&mut self, now: Timestamp) -> ApiUsage {
        self.usage.forget(now);
        ApiUsage { used: self.usage.used, max: self.settings.api_allocation }
    }

    /// Sets how many calls were used in the 24 hours before now, whenever that was.
    pub(crate) fn assume_usage(&mut self, now: Timestamp, used: u64) {
        self.usage = Usage::default();
        self.usage.add(now, used);
    }

    /// Sets how many calls a day are allowed, and whether more are refused.
    pub fn set_api_allocation(&mut self, max: u64, enforce: bool) {
        self.settings.api_allocation = max;
        self.settings.enforce_api_allocation = enforce;
    }

    /// Makes it so many calls in the last 24 hours, as if all were made now.
    pub fn set_calls(&mut self, now: Timestamp, calls: u64) {
        self.usage = Usage::default();
        self.usage.add(now, calls);
    }

    /// Adds calls that others have made, so that a scenario can start near the limit.
    pub fn spend_calls(&mut self, now: Timestamp, calls: u64) {
        self.usage.add(now, calls);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::OrgSeed;

    #[test]
    fn calls_are_forgotten_after_a_day_and_refused_only_when_enforced() {
        let start = Timestamp(0);
        let mut org = Org::new(&OrgSeed::default(), start).unwrap();
        org.set_api_allocation(2, true);
        assert_eq!(org.count_call(start).unwrap(), ApiUsage { used: 1, max: 2 });
        assert_eq!(org.count_call(start).unwrap().used, 2);
        let refused = org.count_call(start).unwrap_err();
        assert_eq!(refused.message, "TotalRequests Limit exceeded.");
        assert_eq!(org.count_call(start.plus_ms(DAY_MS + MINUTE_MS)).unwrap().used, 1);
        org.set_api_allocation(0, false);
        assert_eq!(org.count_call(start).unwrap().max, 0);
    }
}
