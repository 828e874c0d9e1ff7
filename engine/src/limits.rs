//! How much of anything the engine holds at once: every bound, with its unit.
//!
//! What reaches a bound waits, is cut, or is dead-lettered; nothing grows without end (requirements FM-15, FM-82).

/// Calls in flight at the same time; further work waits in the queue.
pub(crate) const CALLS_IN_FLIGHT_MAX: usize = 100;

/// Pages read of one query; what lies beyond is not seen.
pub(crate) const PAGES_PER_QUERY_MAX: usize = 50;

/// Parts of a composite request: Salesforce's limit.
pub(crate) const COMPOSITE_PARTS_MAX: usize = 25;

/// Queries among the parts of a composite request: Salesforce's limit.
pub(crate) const COMPOSITE_QUERIES_MAX: usize = 5;

/// Records of a collection request, and keys of an IN-list: Salesforce's limit for the former.
pub(crate) const COLLECTION_RECORDS_MAX: usize = 200;

/// Records of a bulk job that the engine uploads at once.
pub(crate) const BULK_RECORDS_MAX: usize = 10_000;

/// Pause between two questions about a bulk job's state, in ms.
pub(crate) const BULK_POLL_MS: i64 = 2_000;

/// Pause before a used-up API allowance is probed again, in ms.
pub(crate) const BUDGET_PROBE_MS: i64 = 5 * 60_000;

/// How long after its end an Event is still worth writing, in ms: past the retry policy it is tried at the pace of a
/// probe (K-20: late, with the reason).
pub(crate) const EVENT_PATIENCE_MS: i64 = 4 * 3_600_000;

/// Age in ms that a change must have before the cursor of the reconciliation passes it: what is being written meanwhile
/// may still get an earlier modstamp.
pub(crate) const RECONCILE_LAG_MS: i64 = 60_000;

/// Pages of changes read of one object in one run; the next run goes on there.
pub(crate) const PAGES_PER_RECONCILIATION_MAX: usize = 500;

/// Difference between the org's clock and ours that is worth an alert, in ms.
pub(crate) const CLOCK_DIFFERENCE_MS: i64 = 60_000;

/// Sessions that may expire in a row before the engine backs off instead of logging in again at once.
pub(crate) const EXPIRIES_IN_A_ROW_MAX: u32 = 3;

/// Intents open at the same time; a source event beyond it is dead-lettered.
pub(crate) const INTENTS_OPEN_MAX: usize = 1_000_000;

/// Finished visitors whose profile is kept; the longest finished are forgotten down to the ledger.
pub(crate) const FINISHED_VISITORS_MAX: usize = 200_000;

/// Devices of blocked visitors that are remembered; the longest blocked are forgotten.
pub(crate) const BLOCKED_DEVICES_MAX: usize = 100_000;

/// Source events remembered against redelivery.
pub(crate) const EVENTS_REMEMBERED_MAX: usize = 1_000_000;

/// Fields of one profile.
pub(crate) const PROFILE_FIELDS_MAX: usize = 500;

/// Characters of one profile value; longer ones are cut.
pub(crate) const PROFILE_VALUE_CHARS_MAX: usize = 32_000;

/// Times that one sync may start over because its target changed under it.
pub(crate) const RESTARTS_PER_SYNC_MAX: u32 = 8;
