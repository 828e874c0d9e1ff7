//! Faults of a system beside Salesforce: the same plan as the org's, in the shape of the system's own errors.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{Response, StatusCode, header},
    middleware::{Next, from_fn_with_state},
};
use mock_salesforce::{
    Timestamp,
    clock::Manual,
    fault::{Asked, FaultBody, FaultPlan, Hit, Verdict, WireFault},
    operation::{Call, Operation},
};
use neighbours::System;
use serde_json::json;

use super::encode::OPERATION;

/// Longest answer that is cut, in bytes.
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;

#[derive(Clone)]
struct Layer {
    system: System,
    plan: Arc<Mutex<FaultPlan>>,
    clock: Manual,
}

/// The router behind the plan.
pub(super) fn layered(
    router: Router,
    system: System,
    (plan, clock): (Arc<Mutex<FaultPlan>>, Manual),
) -> Router {
    router.layer(from_fn_with_state(Layer { system, plan, clock }, pass))
}

async fn pass(State(layer): State<Layer>, request: Request, next: Next) -> Response<Body> {
    let Some(hit) = layer.hit(&request) else { return next.run(request).await };
    match &hit.verdict {
        Verdict::Answer { status, body } => layer.made_up(*status, body, &hit),
        Verdict::ResetBefore => lost(WireFault::ResetBeforeSend),
        Verdict::CommitThenLose => {
            next.run(request).await;
            lost(WireFault::LostAfterCommit)
        }
        Verdict::Truncate { keep } => cut(next.run(request).await, *keep).await,
        Verdict::Slow { ms } => {
            let mut response = next.run(request).await;
            response.extensions_mut().insert(WireFault::SlowBy(*ms));
            response
        }
        // The others are about Salesforce's sessions, cursors and limits.
        _ => next.run(request).await,
    }
}

impl Layer {
    fn hit(&self, request: &Request) -> Option<Hit> {
        let named = request.headers().get(OPERATION).and_then(|it| it.to_str().ok());
        let operation = named.and_then(Operation::from_id).unwrap_or(Operation::Other);
        let asked = Asked {
            call: Call { operation, object: None },
            method: request.method(),
            path: request.uri().path(),
            query: request.uri().query().unwrap_or_default(),
            body: &[],
            caller: None,
        };
        let now = Timestamp(super::now(&self.clock));
        self.plan.lock().unwrap_or_else(PoisonError::into_inner).decide(&asked, now)
    }

    /// An answer that the system did not give, as it would have given it.
    fn made_up(&self, status: u16, body: &FaultBody, hit: &Hit) -> Response<Body> {
        let (kind, text) = match body {
            FaultBody::Error { code, message } | FaultBody::Data { code, message, .. } => {
                ("application/json", self.error(code, message))
            }
            FaultBody::Html(page) => ("text/html", page.clone()),
            FaultBody::Raw { content_type, text } => (content_type.as_str(), text.clone()),
        };
        let mut response = Response::builder()
            .status(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
            .header(header::CONTENT_TYPE, kind);
        for (name, value) in &hit.headers {
            response = response.header(name, value);
        }
        response.body(Body::from(text)).unwrap_or_default()
    }

    fn error(&self, code: &str, message: &str) -> String {
        match self.system {
            System::Dynamics => json!({ "error": { "code": code, "message": message } }),
            System::Marketo => {
                let errors = json!([{ "code": code, "message": message }]);
                json!({ "requestId": "fault", "success": false, "errors": errors })
            }
            System::AccountEngagement => {
                let code = code.parse::<u64>().map_or(json!(code), |it| json!(it));
                json!({ "code": code, "message": message })
            }
            System::Administrate => {
                json!({ "data": null, "errors": [{ "code": code, "message": message }] })
            }
        }
        .to_string()
    }
}

fn lost(wire: WireFault) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response.extensions_mut().insert(wire);
    response
}

async fn cut(response: Response<Body>, keep: usize) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, ANSWER_LIMIT).await.unwrap_or_default();
    parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
    // One byte short at least, else nothing would be cut.
    let kept = body.slice(..keep.min(body.len().saturating_sub(1)));
    parts.extensions.insert(WireFault::TruncatedBody);
    Response::from_parts(parts, Body::from(kept))
}
