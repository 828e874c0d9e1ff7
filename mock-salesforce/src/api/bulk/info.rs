//! A job as its resource shows it: as it was asked for, how far it is, and lists of jobs.

use crate::{
    Org, SfId,
    api::{body::parameter, visit::Visit},
    json,
    org::bulk::{Job, JobKind, JobState},
};

/// Jobs of one page of a list (Bulk API 2.0 guide).
const PAGE_JOBS: usize = 1_000;
/// First version with `isPkChunkingSupported`.
const CHUNKING_TOLD_SINCE: u16 = 57;

/// What was asked for: the answer to creating, closing and stopping.
pub(super) fn plain(org: &Org, visit: &Visit, job: &Job) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    write_job(&mut out, org, (visit, job), false);
    out.push(b'}');
    out
}

/// The same and how far it is: the answer to a poll.
pub(super) fn progress(org: &Org, visit: &Visit, job: &Job) -> Vec<u8> {
    let mut out = Vec::with_capacity(768);
    write_job(&mut out, org, (visit, job), true);
    let worked = job.worked_ms();
    json::write_plain(&mut out, format_args!(",\"numberRecordsProcessed\":{}", job.processed()));
    if job.request.kind != JobKind::Query {
        json::write_plain(&mut out, format_args!(",\"numberRecordsFailed\":{}", job.failed()));
    }
    json::write_plain(&mut out, format_args!(",\"retries\":0,\"totalProcessingTime\":{worked}"));
    if job.request.kind != JobKind::Query {
        json::write_plain(
            &mut out,
            format_args!(",\"apiActiveProcessingTime\":{worked},\"apexProcessingTime\":0"),
        );
    } else if visit.version >= CHUNKING_TOLD_SINCE {
        out.extend_from_slice(b",\"isPkChunkingSupported\":true");
    }
    if let Some(message) = &job.error_message {
        out.extend_from_slice(b",\"errorMessage\":");
        json::write_text(&mut out, message);
    }
    out.push(b'}');
    out
}

/// `{"done":…,"records":[…],"nextRecordsUrl":…}`: jobs of this kind and those of Bulk 1.0.
pub(super) fn list(org: &Org, visit: &Visit, kind: JobKind, query: Option<&str>) -> Vec<u8> {
    let asked = |name: &str| parameter(query, name);
    let (job_type, chunked) = (asked("jobType"), asked("isPkChunkingEnabled"));
    let mode = asked("concurrencyMode");
    let from: Option<SfId> = asked("queryLocator").and_then(|locator| locator.parse().ok());
    let fits = |job: &&Job| {
        let own = job.request.kind == kind || job.request.kind == JobKind::Classic;
        let of_type = job_type.as_ref().is_none_or(|name| name == job.request.kind.name());
        let wanted = chunked.as_ref().is_none_or(|text| {
            !text.eq_ignore_ascii_case("true") || job.request.chunk_rows.is_some()
        });
        let in_mode = mode.as_ref().is_none_or(|mode| mode.eq_ignore_ascii_case(mode_of(job)));
        own && of_type && wanted && in_mode && from.is_none_or(|from| job.id >= from)
    };
    let mut jobs = org.jobs().filter(fits);
    let mut out = b"{\"done\":".to_vec();
    let page: Vec<&Job> = jobs.by_ref().take(PAGE_JOBS).collect();
    let next = jobs.next();
    json::write_plain(&mut out, next.is_none());
    out.extend_from_slice(b",\"nextRecordsUrl\":");
    match next {
        Some(next) => {
            let resource = if kind == JobKind::Query { "query" } else { "ingest" };
            let mut url = format!("{}/jobs/{resource}?queryLocator={}", visit.base(), next.id);
            let others = [
                ("jobType", &job_type),
                ("isPkChunkingEnabled", &chunked),
                ("concurrencyMode", &mode),
            ];
            let given = others.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
            url.extend(given.flat_map(|(name, value)| ["&", *name, "=", value.as_str()]));
            json::write_text(&mut out, &url);
        }
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"records\":[");
    for (at, job) in page.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_job(&mut out, org, (visit, job), true);
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    out
}

fn mode_of(job: &Job) -> &'static str {
    if job.request.serial { "Serial" } else { "Parallel" }
}

/// Everything but the closing brace.
fn write_job(out: &mut Vec<u8>, org: &Org, (visit, job): (&Visit, &Job), polled: bool) {
    let request = &job.request;
    let version = job.context.api_version;
    json::write_plain(
        out,
        format_args!(
            "{{\"id\":\"{}\",\"operation\":\"{}\",\"object\":\"{}\",\"createdById\":\"{}\",\"createdDate\":\"{}\",\"systemModstamp\":\"{}\",\"state\":\"{}\"",
            job.id,
            request.operation.name(),
            org.schema().at(job.object).name,
            job.context.user,
            job.context.now.whole_second(),
            job.modified.whole_second(),
            job.state.name(),
        ),
    );
    if let Some(key) = &request.external_id_field {
        out.extend_from_slice(b",\"externalIdFieldName\":");
        json::write_text(out, key);
    }
    if let Some(rule) = request.assignment_rule {
        json::write_plain(out, format_args!(",\"assignmentRuleId\":\"{rule}\""));
    }
    json::write_plain(
        out,
        format_args!(
            ",\"concurrencyMode\":\"{}\",\"contentType\":\"{}\",\"apiVersion\":{version}.0",
            mode_of(job),
            request.content.name()
        ),
    );
    if polled {
        json::write_plain(out, format_args!(",\"jobType\":\"{}\"", request.kind.name()));
    }
    if request.kind == JobKind::Ingest && job.state == JobState::Open {
        let base = visit.base();
        let base = base.trim_start_matches('/');
        json::write_plain(
            out,
            format_args!(",\"contentUrl\":\"{base}/jobs/ingest/{}/batches\"", job.id),
        );
    }
    if request.kind != JobKind::Classic {
        json::write_plain(
            out,
            format_args!(
                ",\"lineEnding\":\"{}\",\"columnDelimiter\":\"{}\"",
                request.dialect.line_ending(),
                request.dialect.delimiter.name()
            ),
        );
    }
}
