//! Jobs: created, watched, closed, stopped.

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode},
};

use super::{
    answer::{self, Form, refusal},
    document::{self, Misread},
    id, not_emulated, refused, unsupported,
};
use crate::{
    Mock, Org, Origin, SaveContext, SfId,
    api::{
        bulk::up_to_date,
        reply::Reply,
        unsupported::object,
        visit::{Visit, Whole, header_text},
    },
    org::bulk::{Job, JobKind},
};

/// Rows of the table in a chunk when nobody says how many, and the most (Bulk API guide).
const CHUNK_ROWS: u64 = 100_000;
const CHUNK_ROWS_MAX: u64 = 250_000;

/// `POST …/job`
pub(super) async fn create(
    visit: Visit,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Reply, Reply> {
    let form = Form::of(&headers);
    let read = document::read(form, &body);
    let misread = |misread| misread_reply(&visit.mock, form, misread);
    let document = read.map_err(misread)?;
    let mut request = document::request(&document, visit.version).map_err(misread)?;
    if request.operation.is_query() {
        request.chunk_rows = chunk_rows(&headers).map_err(misread)?;
    }
    let cx = SaveContext { origin: Origin::Bulk, ..visit.saving };
    let mut org = up_to_date(&visit.mock, cx.now);
    if let Some(what) = object(&org, &visit.mock, "Bulk 1.0 job: ", &request.object) {
        return Err(not_emulated(form, what));
    }
    let id = org.create_job(&cx, request).map_err(|error| refused(form, &error, ""))?;
    let job = of(&org, form, id)?;
    let place = format!("/services/async/{}.0/job/{id}", visit.version);
    Ok(answer::job(form, StatusCode::CREATED, &org, job).with("location", place))
}

/// `GET …/job/{job}`
pub(super) async fn info(
    visit: Visit,
    Path((_, job)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Reply, Reply> {
    let form = Form::of(&headers);
    let id = id(form, ("InvalidJob", "job"), &job)?;
    let org = up_to_date(&visit.mock, visit.saving.now);
    Ok(answer::job(form, StatusCode::OK, &org, of(&org, form, id)?))
}

/// `POST …/job/{job}` with `Closed` or `Aborted`
pub(super) async fn change(
    visit: Visit,
    Path((_, job)): Path<(String, String)>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Reply, Reply> {
    let form = Form::of(&headers);
    let id = id(form, ("InvalidJob", "job"), &job)?;
    let document =
        document::read(form, &body).map_err(|misread| misread_reply(&visit.mock, form, misread))?;
    let now = visit.saving.now;
    let mut org = up_to_date(&visit.mock, now);
    of(&org, form, id)?;
    match document.get("state").map(String::as_str) {
        Some("Closed") => org.close_job(id, now),
        Some("Aborted") => org.abort_job(id, now),
        state => {
            let text = format!("Invalid job state: {}", state.unwrap_or("none"));
            return Err(refusal(form, "InvalidJobState", &text));
        }
    }
    .map_err(|error| refused(form, &error, &job))?;
    Ok(answer::job(form, StatusCode::OK, &org, of(&org, form, id)?))
}

/// The job of an id.
pub(super) fn of(org: &Org, form: Form, id: SfId) -> Result<&Job, Reply> {
    let job = org.job(id).filter(|job| job.request.kind == JobKind::Classic);
    job.ok_or_else(|| refusal(form, "InvalidJob", &format!("Invalid job id: {id}")))
}

fn misread_reply(mock: &Mock, form: Form, misread: Misread) -> Reply {
    match misread {
        Misread::Malformed(text) => refusal(form, "InvalidJob", &text),
        Misread::Unsupported(what) => unsupported(mock, form, &what),
    }
}

/// `Sforce-Enable-PKChunking: true`, or `chunkSize=50000`
fn chunk_rows(headers: &HeaderMap) -> Result<Option<u64>, Misread> {
    let Some(text) = header_text(headers, "sforce-enable-pkchunking") else { return Ok(None) };
    let bad = || Misread::Malformed(format!("Invalid Sforce-Enable-PKChunking: {text}"));
    let mut rows = CHUNK_ROWS;
    for option in text.split(';').map(str::trim).filter(|option| !option.is_empty()) {
        match option.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
            None if option.eq_ignore_ascii_case("true") => {}
            None if option.eq_ignore_ascii_case("false") => return Ok(None),
            Some((name, value)) if name.eq_ignore_ascii_case("chunkSize") => {
                let fits = |rows: &u64| (1..=CHUNK_ROWS_MAX).contains(rows);
                rows = value.parse().ok().filter(fits).ok_or_else(bad)?;
            }
            Some((name, _)) => {
                return Err(Misread::Unsupported(format!("Bulk 1.0 PK chunking with {name}")));
            }
            None => return Err(bad()),
        }
    }
    Ok(Some(rows))
}
