//! `limits` and `limits/recordCount` (wire reference §2.3, §2.4).

use axum::extract::RawQuery;

use axum::routing::get;

use super::{body::parameter, reply::Reply, visit::Visit};
use crate::{Org, json};

/// Limits that nothing in this org uses up, with their sizes.
const UNUSED: &[(&str, u64)] = &[
    ("ConcurrentAsyncGetReportInstances", 200),
    ("ConcurrentSyncReportRuns", 20),
    ("DailyAsyncApexExecutions", 250_000),
    ("DailyBulkApiBatches", 15_000),
    ("DailyBulkV2QueryFileStorageMB", 976_562),
    ("DailyBulkV2QueryJobs", 10_000),
    ("DailyDurableStreamingApiEvents", 10_000),
    ("DailyStandardVolumePlatformEvents", 10_000),
    ("DailyWorkflowEmails", 75),
    ("DataStorageMB", 1_073),
    ("DurableStreamingApiConcurrentClients", 20),
    ("FileStorageMB", 1_073),
    ("HourlyPublishedPlatformEvents", 50_000),
    ("MassEmail", 10),
    ("SingleEmail", 15),
];

/// Limits and counts.
pub(super) fn routes() -> super::Resource {
    vec![("/limits", get(limits)), ("/limits/recordCount", get(record_count))]
}

/// `GET …/limits`
pub(super) async fn limits(visit: Visit) -> Reply {
    of(&mut visit.mock.org(), &visit)
}

/// Every limit, with what is left of it.
pub(super) fn of(org: &mut Org, visit: &Visit) -> Reply {
    let usage = org.usage(visit.saving.now);
    let mut all: Vec<(&str, u64, u64)> =
        UNUSED.iter().map(|(name, max)| (*name, *max, *max)).collect();
    all.push(("DailyApiRequests", usage.max, usage.max.saturating_sub(usage.used)));
    all.sort_unstable();
    let mut out = Vec::with_capacity(1_024);
    let mut separator = b'{';
    for (name, max, remaining) in all {
        out.push(separator);
        separator = b',';
        json::write_plain(
            &mut out,
            format_args!("\"{name}\":{{\"Max\":{max},\"Remaining\":{remaining}}}"),
        );
    }
    out.push(b'}');
    Reply::ok(out)
}

/// `GET …/limits/recordCount?sObjects=Account,Contact`; objects without rows are left out.
pub(super) async fn record_count(visit: Visit, RawQuery(query): RawQuery) -> Reply {
    counts(&visit.mock.org(), parameter(query.as_deref(), "sObjects").as_deref())
}

/// How many rows the objects of a list have; all objects without one.
pub(super) fn counts(org: &Org, asked: Option<&str>) -> Reply {
    let is_asked = |name: &str| {
        asked.is_none_or(|asked| asked.split(',').any(|one| one.trim().eq_ignore_ascii_case(name)))
    };
    let mut out = b"{\"sObjects\":[".to_vec();
    let mut first = true;
    for object in org.schema().objects().filter(|object| is_asked(&object.name)) {
        let count = org.count(object.index);
        if count == 0 {
            continue;
        }
        if !first {
            out.push(b',');
        }
        first = false;
        json::write_plain(
            &mut out,
            format_args!("{{\"count\":{count},\"name\":\"{}\"}}", object.name),
        );
    }
    out.extend_from_slice(b"]}");
    Reply::ok(out)
}
