//! Bulk API 1.0: jobs of batches in XML, JSON or CSV (wire reference §6.3).
//!
//! What tells of a job is in the type of the request, what tells of a batch is in the type of the job; media types have
//! no character set, since clients compare them as a whole. The work is the org's.

mod answer;
mod batch;
mod document;
mod job;

use axum::{
    extract::Extension,
    http::{HeaderMap, Method, StatusCode, Uri},
    routing::{MethodRouter, any, get, post},
};

use super::reply::Reply;
use crate::{Mock, OrgError, SfId};

pub(super) use answer::{Form, refusal};

/// Namespace of every document.
const NAMESPACE: &str = "http://www.force.com/2009/06/asyncapi/dataload";

/// Jobs, batches and their results.
pub(super) fn routes() -> super::Resource {
    let own = |methods: MethodRouter| methods.fallback(wrong_method);
    vec![
        ("/services/async/{version}/job", own(post(job::create))),
        ("/services/async/{version}/job/{job}", own(get(job::info).post(job::change))),
        ("/services/async/{version}/job/{job}/batch", own(get(batch::list).post(batch::add))),
        ("/services/async/{version}/job/{job}/batch/{batch}", own(get(batch::info))),
        ("/services/async/{version}/job/{job}/batch/{batch}/request", own(get(batch::request))),
        ("/services/async/{version}/job/{job}/batch/{batch}/result", own(get(batch::result))),
        (
            "/services/async/{version}/job/{job}/batch/{batch}/result/{result}",
            own(get(batch::found)),
        ),
        ("/services/async/{version}/job/{job}/spec", own(post(transformation))),
        ("/services/async/{version}/{*rest}", any(wrong_url)),
    ]
}

/// `POST …/job/{job}/spec`: column mappings.
async fn transformation(Extension(mock): Extension<Mock>, headers: HeaderMap) -> Reply {
    unsupported(&mock, Form::of(&headers), "Bulk 1.0 transformation specs")
}

async fn wrong_url(headers: HeaderMap, uri: Uri) -> Reply {
    let text = format!("Destination URL not reset. The URL '{}' is not known", uri.path());
    refusal(Form::of(&headers), "InvalidUrl", &text)
}

async fn wrong_method(headers: HeaderMap, method: Method) -> Reply {
    let text = format!("HTTP Method '{method}' not allowed. Allowed are GET,POST");
    let reply = refusal(Form::of(&headers), "MethodNotAllowed", &text);
    Reply { status: StatusCode::METHOD_NOT_ALLOWED, ..reply }
}

/// Refuses and counts what this mock has not.
fn unsupported(mock: &Mock, form: Form, what: &str) -> Reply {
    mock.count_unsupported(what);
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
