//! `limits` and `limits/recordCount` (wire reference §2.3, §2.4).

use super::{
    body::parameter,
    error::Answer,
    reply::Reply,
    route::{Call, get},
    visit::Visit,
};
use crate::{Org, json};

/// Limits that nothing in this org uses up, with their sizes.
const UNUSED: [(&str, u64); 38] = [
    ("AnalyticsExternalDataSizeMB", 40_960),
    ("ConcurrentAsyncGetReportInstances", 200),
    ("ConcurrentEinsteinDataInsightsStoryCreation", 5),
    ("ConcurrentEinsteinDiscoveryStoryCreation", 2),
    ("ConcurrentSyncReportRuns", 20),
    ("DailyAnalyticsDataflowJobExecutions", 60),
    ("DailyAnalyticsUploadedFilesSizeMB", 51_200),
    ("DailyAsyncApexExecutions", 250_000),
    ("DailyAsyncApexTests", 500),
    ("DailyBulkV2QueryFileStorageMB", 976_562),
    ("DailyDeliveredPlatformEvents", 10_000),
    ("DailyDurableGenericStreamingApiEvents", 10_000),
    ("DailyDurableStreamingApiEvents", 10_000),
    ("DailyEinsteinDataInsightsStoryCreation", 1_000),
    ("DailyEinsteinDiscoveryPredictAPICalls", 50_000),
    ("DailyFunctionsApiCallLimit", 235_000),
    ("DailyGenericStreamingApiEvents", 10_000),
    ("DailyScratchOrgs", 6),
    ("DailyStandardVolumePlatformEvents", 10_000),
    ("DailyStreamingApiEvents", 10_000),
    ("DailyWorkflowEmails", 75),
    ("DurableStreamingApiConcurrentClients", 20),
    ("FileStorageMB", 1_073),
    ("HourlyAsyncReportRuns", 1_200),
    ("HourlyDashboardRefreshes", 200),
    ("HourlyDashboardResults", 5_000),
    ("HourlyDashboardStatuses", 999_999_999),
    ("HourlyLongTermIdMapping", 100_000),
    ("HourlyManagedContentPublicRequests", 50_000),
    ("HourlyODataCallout", 1_000),
    ("HourlyPublishedPlatformEvents", 50_000),
    ("HourlyPublishedStandardVolumePlatformEvents", 1_000),
    ("HourlyShortTermIdMapping", 100_000),
    ("HourlySyncReportRuns", 500),
    ("HourlyTimeBasedWorkflow", 1_000),
    ("MassEmail", 10),
    ("Package2VersionCreates", 6),
    ("SingleEmail", 15),
];
/// Megabytes of data storage where the org does not say otherwise.
const STORAGE_MB: u64 = 1_073;
/// The first version that counts batches under their later name.
const BATCHES_RENAMED: u16 = 49;

/// Limits and counts.
pub(super) fn routes() -> super::route::Resource {
    vec![("/limits", get(limits)), ("/limits/recordCount", get(record_count))]
}

/// `GET …/limits`
pub(super) fn limits(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    Ok(of(&mut visit.mock.org(), &visit))
}

/// Every limit, with what is left of it.
pub(super) fn of(org: &mut Org, visit: &Visit) -> Reply {
    let mut all: Vec<(&str, u64, u64)> =
        UNUSED.iter().map(|(name, max)| (*name, *max, *max)).collect();
    all.extend(used(org, visit).map(|(name, max, used)| (name, max, max.saturating_sub(used))));
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

/// Limits that calls, jobs and rows use up: name, size, used.
fn used(org: &mut Org, visit: &Visit) -> [(&'static str, u64, u64); 4] {
    let calls = org.usage(visit.saving.now);
    let bulk = org.bulk_usage(visit.saving.now);
    let storage = org.settings().data_storage_mb.unwrap_or(STORAGE_MB);
    let batches = if visit.version < BATCHES_RENAMED {
        "DailyBulkApiRequests"
    } else {
        "DailyBulkApiBatches"
    };
    [
        ("DailyApiRequests", calls.max, calls.used),
        (batches, bulk.batches_max, bulk.batches),
        ("DailyBulkV2QueryJobs", bulk.query_jobs_max, bulk.query_jobs),
        ("DataStorageMB", storage, org.storage_kb() / 1_024),
    ]
}

/// `GET …/limits/recordCount?sObjects=Account,Contact`; objects without rows are left out.
pub(super) fn record_count(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    Ok(counts(&visit.mock.org(), parameter(call.query(), "sObjects").as_deref()))
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
