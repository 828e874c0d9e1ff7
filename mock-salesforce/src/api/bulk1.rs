//! Bulk API 1.0: jobs of batches in XML, JSON or CSV (wire reference §6.3).
//!
//! What tells of a job is in the type of the request, what tells of a batch is in the type of the job; media types have
//! no character set, since clients compare them as a whole. The work is the org's.

mod answer;
mod batch;
mod document;
mod job;

use std::future::ready;

use axum::{
    http::{HeaderMap, Method, StatusCode, Uri},
    routing::{MethodRouter, any, get, post},
};

use super::{
    error::Refusal,
    front::session_token,
    reply::Reply,
    version::{self, Served},
    visit::{Caller, header_text},
};
use crate::{Mock, OrgError, SfId};

pub(super) use answer::{Form, refusal};

/// Namespace of every document.
const NAMESPACE: &str = "http://www.force.com/2009/06/asyncapi/dataload";

/// Jobs, batches and their results.
pub(super) fn routes() -> super::Outside {
    let own = |methods: MethodRouter, allowed: &'static str| {
        methods.fallback(move |method: Method, headers: HeaderMap| {
            ready(wrong_method(&method, &headers, allowed))
        })
    };
    vec![
        ("/services/async/{version}/job", own(post(job::create), "POST")),
        ("/services/async/{version}/job/{job}", own(get(job::info).post(job::change), "GET,POST")),
        (
            "/services/async/{version}/job/{job}/batch",
            own(get(batch::list).post(batch::add), "GET,POST"),
        ),
        ("/services/async/{version}/job/{job}/batch/{batch}", own(get(batch::info), "GET")),
        (
            "/services/async/{version}/job/{job}/batch/{batch}/request",
            own(get(batch::request), "GET"),
        ),
        (
            "/services/async/{version}/job/{job}/batch/{batch}/result",
            own(get(batch::result), "GET"),
        ),
        (
            "/services/async/{version}/job/{job}/batch/{batch}/result/{result}",
            own(get(batch::found), "GET"),
        ),
        ("/services/async/{version}/job/{job}/spec", own(post(transformation), "POST")),
        ("/services/async/{version}/{*rest}", any(wrong_url)),
    ]
}

/// Checks version and session of a call below `/services/async/` and counts it. The session comes in a header of its own,
/// or as everywhere.
pub(super) fn admit(mock: &Mock, rest: &str, headers: &HeaderMap) -> Result<Caller, Refusal> {
    let form = Form::of(headers);
    let no = |code: &str, text: &str| Refusal(Box::new(refusal(form, code, text)));
    let segment = rest.split('/').next().unwrap_or_default();
    let newest = mock.org().settings().newest_api_version;
    let served = |number: &u16| version::served(*number, newest) == Served::Yes;
    let Some(version) = version::number(segment).filter(served) else {
        return Err(no("InvalidVersion", &format!("Unsupported API version {segment}")));
    };
    let invalid = || no("InvalidSessionId", "Invalid session id");
    let token = match header_text(headers, "x-sfdc-session") {
        Some(token) => token.trim(),
        None => session_token(headers).map_err(|_| invalid())?,
    };
    let user = mock.authenticate(token).map_err(|why| {
        if why.is_session() { invalid() } else { no("FeatureNotEnabled", why.message()) }
    })?;
    let counted = mock.org().count_call(mock.now());
    counted.map_err(|error| no("ExceededQuota", &error.message))?;
    Ok(Caller { user, version })
}

/// The answer that a fault makes up.
pub(super) fn made_up(status: u16, headers: &HeaderMap, (code, text): (&str, &str)) -> Reply {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Reply { status, ..refusal(Form::of(headers), code, text) }
}

/// `POST …/job/{job}/spec`: column mappings.
async fn transformation(mock: Mock, headers: HeaderMap) -> Reply {
    unsupported(&mock, Form::of(&headers), "Bulk 1.0 transformation specs")
}

async fn wrong_url(headers: HeaderMap, uri: Uri) -> Reply {
    let text = format!("Destination URL not reset. The URL '{}' is not known", uri.path());
    refusal(Form::of(&headers), "InvalidUrl", &text)
}

/// A method that the address does not have.
fn wrong_method(method: &Method, headers: &HeaderMap, allowed: &str) -> Reply {
    let text = format!("HTTP Method '{method}' not allowed. Allowed are {allowed}");
    let reply = refusal(Form::of(headers), "MethodNotAllowed", &text);
    Reply { status: StatusCode::METHOD_NOT_ALLOWED, ..reply }
}

/// Refuses and counts what this mock has not.
fn unsupported(mock: &Mock, form: Form, what: &str) -> Reply {
    mock.count_unsupported(what);
    not_emulated(form, what)
}

/// Refuses what this mock has not and has counted.
fn not_emulated(form: Form, what: &str) -> Reply {
    let text = format!("mock-salesforce does not emulate {what}");
    refusal(form, "FeatureNotEnabled", &text)
}

/// The org's refusal in the words of this API.
fn refused(form: Form, error: &OrgError, job: &str) -> Reply {
    let code = match error.code {
        "NOT_FOUND" => return refusal(form, "InvalidJob", &format!("Invalid job id: {job}")),
        "INVALIDJOB" => "InvalidJob",
        "INVALIDJOBSTATE" => "InvalidJobState",
        "EXCEEDEDQUOTA" => "ExceededQuota",
        "FEATURENOTENABLED" => "FeatureNotEnabled",
        _ => "ClientInputError",
    };
    refusal(form, code, &error.message)
}

fn id(form: Form, (code, what): (&str, &str), text: &str) -> Result<SfId, Reply> {
    text.parse().map_err(|_| refusal(form, code, &format!("Invalid {what} id: {text}")))
}
