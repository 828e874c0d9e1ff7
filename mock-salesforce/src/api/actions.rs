//! Invocable actions (wire reference §5.7, §8.3): of the standard ones, `invocableApplyLeadAssignmentRules`.
//!
//! Each input is carried out by itself. Other actions exist at Salesforce and are refused and counted here.

use axum::http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{
    body::parse,
    error::{Answer, Refusal},
    reply::Reply,
    route::{Call, get},
    visit::Visit,
};
use crate::{Org, OrgError, SfId};

/// The action that is emulated, and its label.
const APPLY: &str = "invocableApplyLeadAssignmentRules";
const APPLY_LABEL: &str = "Apply Lead Assignment Rules";
/// The version that brought it.
const APPLY_SINCE: u16 = 54;
/// Most inputs of one call.
const INPUT_LIMIT: usize = 200;

/// Lists of actions, descriptions of them, and their calls.
pub(super) fn routes() -> super::route::Resource {
    vec![
        ("/actions", get(root)),
        ("/actions/{kind}", get(kind)),
        ("/actions/{kind}/{name}", get(one).post(call)),
        ("/actions/{kind}/{type}/{name}", get(custom).post(custom_call)),
    ]
}

#[derive(Debug, Deserialize)]
struct Body {
    inputs: Vec<Json>,
}

fn root(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    at(&visit, "GET", &["actions"], &Json::Null)
}

fn kind(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [kind] = call.path();
    at(&visit, "GET", &["actions", kind], &Json::Null)
}

fn one(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [kind, name] = call.path();
    at(&visit, "GET", &["actions", kind, name], &Json::Null)
}

fn call(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [kind, name] = call.path();
    at(&visit, "POST", &["actions", kind, name], &parse(call.body)?)
}

fn custom(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [kind, of, name] = call.path();
    at(&visit, "GET", &["actions", kind, of, name], &Json::Null)
}

fn custom_call(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [kind, of, name] = call.path();
    at(&visit, "POST", &["actions", kind, of, name], &Json::Null)
}

fn at(visit: &Visit, method: &str, segments: &[&str], body: &Json) -> Answer {
    let mut org = visit.mock.org();
    answer(&mut org, visit, method, segments, body)
        .unwrap_or_else(|| Err(unsupported(visit, segments)))
}

/// The answer at a path below the version; `None` for an action that is not emulated.
pub(super) fn answer(
    org: &mut Org,
    visit: &Visit,
    method: &str,
    segments: &[&str],
    body: &Json,
) -> Option<Answer> {
    let base = visit.base();
    let reply = |body: Json| Some(Ok(Reply::ok(body.to_string().into_bytes())));
    match (Method::from_bytes(method.as_bytes()).ok()?, segments) {
        (Method::GET, [_]) => reply(json!({
            "standard": format!("{base}/actions/standard"), "custom": format!("{base}/actions/custom")
        })),
        (Method::GET, [_, "custom"]) => reply(json!({})),
        (Method::GET, [_, "standard"]) => reply(json!({"actions": listed(visit)})),
        (Method::GET, [_, "standard", name]) if is_apply(visit, name) => reply(described()),
        (Method::POST, [_, "standard", name]) if is_apply(visit, name) => {
            Some(apply(org, visit, body.clone()))
        }
        _ => None,
    }
}

fn is_apply(visit: &Visit, name: &str) -> bool {
    visit.version >= APPLY_SINCE && name.eq_ignore_ascii_case(APPLY)
}

fn listed(visit: &Visit) -> Vec<Json> {
    let apply = json!({"label": APPLY_LABEL, "name": APPLY, "type": APPLY.to_uppercase(),
        "url": format!("{}/actions/standard/{APPLY}", visit.base())});
    (visit.version >= APPLY_SINCE).then_some(apply).into_iter().collect()
}

fn described() -> Json {
    let lead = json!({"byteLength": 18, "description": "The lead that gets an owner.", "label": "Lead ID", "maxOccurs": 1,
        "name": "leadId", "picklistValues": null, "required": true, "sobjectType": null, "type": "ID"});
    json!({"category": "Leads", "description": "Runs the active lead assignment rule on leads.", "inputs": [lead],
        "label": APPLY_LABEL, "name": APPLY, "outputs": [], "standard": true, "targetEntityName": null,
        "type": APPLY.to_uppercase()})
}

fn apply(org: &mut Org, visit: &Visit, body: Json) -> Answer {
    let body: Body = serde_json::from_value(body)
        .map_err(|error| bad_input(&error.to_string().replace('`', "")))?;
    if body.inputs.is_empty() || body.inputs.len() > INPUT_LIMIT {
        return Err(bad_input(&format!("an action takes 1 to {INPUT_LIMIT} inputs")));
    }
    let results: Vec<Result<(), OrgError>> =
        body.inputs.iter().map(|input| apply_to(org, visit, input)).collect();
    let all_failed = results.iter().all(Result::is_err);
    let status = if all_failed { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let items: Vec<Json> = results.into_iter().map(item).collect();
    Ok(Reply::json(status, Json::Array(items).to_string().into_bytes()))
}

fn bad_input(message: &str) -> Refusal {
    Refusal::request(StatusCode::BAD_REQUEST, "INVALID_API_INPUT", message)
}

fn apply_to(org: &mut Org, visit: &Visit, input: &Json) -> Result<(), OrgError> {
    let id = input.get("leadId").and_then(Json::as_str).and_then(|id| id.parse::<SfId>().ok());
    let id = id.filter(|id| id.prefix() == "00Q").ok_or_else(not_leads)?;
    org.apply_assignment_rule(&visit.saving, id).map_err(told)
}

fn not_leads() -> OrgError {
    let message = "Something's not right with one or more the specified LeadIds. Check the IDs and try again.";
    OrgError::new("UNKNOWN_EXCEPTION", message)
}

/// The action's own words for what the org refuses.
fn told(error: OrgError) -> OrgError {
    match error.code {
        "INSUFFICIENT_ACCESS_OR_READONLY" => OrgError::new(
            error.code,
            "Looks like you don't have access to this record. Your Salesforce admin can help with that.",
        ),
        "INVALID_CROSS_REFERENCE_KEY" | "ENTITY_IS_DELETED" | "NOT_FOUND" => not_leads(),
        _ => error,
    }
}

fn item(result: Result<(), OrgError>) -> Json {
    let errors = result.as_ref().err().map(|error| {
        json!([{"statusCode": error.code, "message": error.message, "fields": error.fields.clone().unwrap_or_default()}])
    });
    json!({"actionName": APPLY, "errors": errors, "isSuccess": result.is_ok(), "outputValues": null})
}

fn unsupported(visit: &Visit, segments: &[&str]) -> Refusal {
    let what = segments.join("/");
    visit.mock.count_unsupported(&what);
    Refusal::unsupported(&what)
}
