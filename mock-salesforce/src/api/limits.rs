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
const UNUSED: [(&str, u64); 49] = [
    ("ActiveScratchOrgs", 3),
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
    ("DailyEinsteinDiscoveryOptimizationJobRuns", 0),
    ("DailyEinsteinDiscoveryPredictAPICalls", 50_000),
    ("DailyEinsteinDiscoveryPredictionsByCDC", 500_000),
    ("DailyEinsteinDiscoveryStoryCreation", 100),
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
    ("MonthlyEinsteinDiscoveryStoryCreation", 500),
    ("MonthlyPlatformEventsUsageEntitlement", 0),
    ("Package2VersionCreates", 6),
    ("Package2VersionCreatesWithoutValidation", 500),
    ("PlatformEventTriggersWithParallelProcessing", 5),
    ("PrivateConnectOutboundCalloutHourlyLimitMB", 0),
    ("PublishCallbackUsageInApex", 5_242_880),
    ("SingleEmail", 15),
    ("StreamingApiConcurrentClients", 20),
];
/// Permission sets that an org may have, and how many of them may be made by its administrators.
const PERMISSION_SETS: (u64, u64) = (1_500, 1_000);
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
    let mut out = Vec::with_capacity(4_096);
    let mut separator = b'{';
    for (name, max, remaining) in all {
        out.push(separator);
        separator = b',';
        json::write_plain(
            &mut out,
            format_args!("\"{name}\":{{\"Max\":{max},\"Remaining\":{remaining}"),
        );
        if name == "PermissionSets" {
            let (max, used) = (PERMISSION_SETS.1, permission_sets(org));
            json::write_plain(
                &mut out,
                format_args!(
                    ",\"CreateCustom\":{{\"Max\":{max},\"Remaining\":{}}}",
                    max.saturating_sub(used)
                ),
            );
        }
        out.push(b'}');
    }
    out.push(b'}');
    Reply::ok(out)
}

fn permission_sets(org: &Org) -> u64 {
    let object = org.schema().object("PermissionSet");
    object.map_or(0, |object| u64::try_from(org.count(object.index)).unwrap_or(u64::MAX))
}

/// Limits that calls, jobs and rows use up: name, size, used.
fn used(org: &mut Org, visit: &Visit) -> [(&'static str, u64, u64); 5] {
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
        ("PermissionSets", PERMISSION_SETS.0, permission_sets(org)),
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
