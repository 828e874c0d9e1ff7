//! The control plane: state, time, faults and what was seen, beside the API of the org.
//!
//! [`Control`] is what a test in Rust calls; the same things are under [`PREFIX`] over HTTP, one to one, for tests in
//! any language. Nothing of Salesforce's begins with that prefix. Control calls are no API calls: they need no
//! session, are not counted, not faulted, and not in the journal of requests. What is answered depends on the calls
//! before and on the mock's clock alone, so the same calls give the same bytes. Where the org is kept in a store, control
//! calls over HTTP that change it are kept, too; what Rust does to it directly is not.

mod changes;
mod error;
mod faults;
mod requests;
mod rows;
mod setup;
mod snapshots;
mod span;
mod time;

pub use changes::{ChangeFilter, ChangePage, SeenChange, SeenField};
pub use error::{ControlError, Problem};
pub use faults::FaultList;
pub use requests::{RequestPage, SeenRequest};
pub use rows::{Csv, Loaded, RowPage, SeedFile, Seeded};
pub use setup::{
    FieldPlace, NewRule, RulePatch, TokenFor, UsageNow, UsagePatch, UserOutline, UserPatch,
};
pub use snapshots::{
    DifferencePage, DifferenceQuery, ResetOptions, SNAPSHOT_BYTES, SNAPSHOT_LIMIT,
    SNAPSHOT_NAME_LIMIT, START_ROWS, SnapshotOutline,
};
pub use span::Span;
pub use time::{ClockReading, Moved};

pub(crate) use snapshots::Snapshots;

use serde::Serialize;

use crate::Mock;

/// Where the control plane is over HTTP.
pub const PREFIX: &str = "/__mock";
/// Entries of a page when nobody asks for another number.
pub const PAGE: usize = 100;
/// Most entries of a page.
pub const PAGE_MAX: usize = 1_000;

/// The control plane of a mock.
#[derive(Debug, Clone)]
pub struct Control {
    mock: Mock,
}

/// That the mock is there, and which one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Health {
    /// `ok`
    pub status: &'static str,
    /// The mock's own version.
    pub version: &'static str,
    /// The oldest API version it serves.
    pub oldest_api_version: u16,
    /// The newest one.
    pub newest_api_version: u16,
    /// The org's id.
    pub organization: String,
    /// API calls since the start.
    pub calls: u64,
}

impl Control {
    pub(crate) fn new(mock: Mock) -> Self {
        Self { mock }
    }

    /// The mock behind it.
    pub fn mock(&self) -> &Mock {
        &self.mock
    }

    /// That the mock is there, and which one.
    pub fn health(&self) -> Health {
        let calls = self.mock.traffic().recorded();
        let org = self.mock.org();
        Health {
            status: "ok",
            version: env!("CARGO_PKG_VERSION"),
            oldest_api_version: crate::api::OLDEST_VERSION,
            newest_api_version: org.settings().newest_api_version,
            organization: org.organization_id().to_string(),
            calls,
        }
    }
}

/// How many entries a page has.
pub(crate) fn page_of(limit: Option<usize>) -> Result<usize, ControlError> {
    match limit {
        None => Ok(PAGE),
        Some(limit @ 1..=PAGE_MAX) => Ok(limit),
        Some(limit) => Err(ControlError::invalid(
            format!("`limit` is {limit}"),
            format!(
                "name a number from 1 to {PAGE_MAX}, and read on with what the answer calls `next`"
            ),
        )),
    }
}
