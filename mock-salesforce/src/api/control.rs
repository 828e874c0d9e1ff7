//! The control plane over HTTP: everything below `/__mock`, one to one with [`Control`].
//!
//! Answers are JSON with keys in a fixed order. A refusal is `{"error":{"problem":…,"message":…,"hint":…}}`: what is
//! wrong, where, and what to do. Bodies are bounded, unknown fields are refused. Who may call is decided by [`guard`].

mod ask;
mod guard;
mod routes;

pub(super) use routes::{ROUTES, Route};

use axum::{
    body::{Body, to_bytes},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
};

use bytes::Bytes;

use ask::Ask;

use crate::{
    Mock,
    control::{Control, ControlError, PREFIX, Problem},
    store::{Asked, Call, NotKept},
};

/// Largest body in bytes of calls that bring rows.
const ROWS_LIMIT: usize = 64 * 1024 * 1024;
/// Largest body in bytes of other calls.
const BODY_LIMIT: usize = 1024 * 1024;

/// Is the path the control plane's?
pub(super) fn is_control(path: &str) -> bool {
    path.strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What a handler gives.
type Outcome = Result<Page, ControlError>;

/// An answer before it is HTTP.
struct Page {
    status: StatusCode,
    content_type: &'static str,
    body: Vec<u8>,
}

/// The answer to a control call.
pub(super) async fn answer(mock: &Mock, parts: Parts, body: Body) -> Response {
    let head = parts.method == Method::HEAD;
    let page = carried_out(mock, parts, body).await.unwrap_or_else(|(error, allowed)| {
        let mut page = refused(&error);
        if let Some(allowed) = allowed {
            page.headers_mut().insert(header::ALLOW, allowed);
        }
        page
    });
    if head { page.map(|_| Body::empty()) } else { page }
}

type Refused = (ControlError, Option<HeaderValue>);

async fn carried_out(mock: &Mock, parts: Parts, body: Body) -> Result<Response, Refused> {
    guard::admit(mock, &parts).map_err(plain)?;
    let (route, params) = find(&parts)?;
    let limit = if route.takes_rows() { ROWS_LIMIT } else { BODY_LIMIT };
    let body = to_bytes(body, limit).await.map_err(|_| {
        let message = format!("the body is longer than {limit} bytes, or broke off");
        plain(ControlError::too_large(message, "send it in parts"))
    })?;
    let page = kept(mock, route, (params, parts, body)).map_err(plain)?;
    Ok(response(page))
}

/// Carries the call out; where the org is kept in a store, a call that changes it is kept, too.
fn kept(
    mock: &Mock,
    route: &Route,
    (params, mut parts, body): (Vec<String>, Parts, Bytes),
) -> Outcome {
    for secret in [guard::TOKEN_HEADER, "authorization"] {
        parts.headers.remove(secret);
    }
    let store = mock.store().filter(|_| route.changes_org());
    let asked = store.map(|_| Asked::Call(Call::of(&parts, &body)));
    let ask = Ask { control: Control::new(mock.clone()), params, parts, body };
    let (Some(store), Some(asked)) = (store, asked) else { return (route.handler)(&ask) };
    store.run_due(mock);
    let carried_out = || {
        let outcome = (route.handler)(&ask);
        let status =
            outcome.as_ref().map_or_else(|error| status_of(error.problem), |page| page.status);
        (outcome, Some(status.as_u16()))
    };
    store.keep(mock, asked, carried_out).unwrap_or_else(|NotKept| {
        let message = "the store of the org cannot be written";
        Err(ControlError::conflict(message, "look at the server's log, and start it again"))
    })
}

/// The answer to a control call that was answered before, when a store is read.
pub(super) async fn answered_again(mock: &Mock, parts: Parts, body: Body) -> Response {
    carried_out(mock, parts, body).await.unwrap_or_else(|(error, _)| refused(&error))
}

fn plain(error: ControlError) -> Refused {
    (error, None)
}

/// The route of a call, and what its path says.
fn find(parts: &Parts) -> Result<(&'static Route, Vec<String>), Refused> {
    let path = parts.uri.path();
    let mut allowed = Vec::new();
    // `presets` is a path of its own, and no id.
    let is_whole = ROUTES.iter().any(|route| route.path == path);
    for route in ROUTES.iter().filter(|route| !is_whole || route.path == path) {
        let Some(params) = matched(route.path, path) else { continue };
        if route.method == parts.method || (route.method == "GET" && parts.method == "HEAD") {
            return Ok((route, params));
        }
        allowed.push(route.method);
    }
    if allowed.is_empty() {
        let hint = format!("GET {PREFIX} lists what there is");
        return Err(plain(ControlError::not_found("there is nothing here", hint)));
    }
    let allowed = allowed.join(", ");
    let message = format!("{} is not taken here", parts.method);
    let error = ControlError::new(Problem::MethodNotAllowed, message, format!("use {allowed}"));
    Err((error, HeaderValue::from_str(&allowed).ok()))
}

/// What stands in the places of a pattern such as `/__mock/rows/{object}`; `None` when the path is another one.
fn matched(pattern: &str, path: &str) -> Option<Vec<String>> {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    let mut params = Vec::new();
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(params),
            (Some(wanted), Some(given)) if wanted.starts_with('{') && !given.is_empty() => {
                let text = percent_encoding::percent_decode_str(given).decode_utf8().ok()?;
                params.push(text.into_owned());
            }
            (Some(wanted), Some(given)) if wanted == given => {}
            _ => return None,
        }
    }
}

fn refused(error: &ControlError) -> Response {
    let body = serde_json::json!({ "error": error }).to_string().into_bytes();
    response(Page { status: status_of(error.problem), content_type: ask::JSON, body })
}

fn status_of(problem: Problem) -> StatusCode {
    match problem {
        Problem::Invalid => StatusCode::BAD_REQUEST,
        Problem::Forbidden => StatusCode::FORBIDDEN,
        Problem::NotFound => StatusCode::NOT_FOUND,
        Problem::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Problem::Conflict => StatusCode::CONFLICT,
        Problem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
    }
}

fn response(page: Page) -> Response {
    let mut response = Response::new(Body::from(page.body));
    *response.status_mut() = page.status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(page.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if page.content_type.starts_with("text/html") {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(crate::support::PAGE_POLICY),
        );
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_matched_part_by_part() {
        let params = |path| matched("/__mock/snapshots/{name}/restore", path);
        assert_eq!(params("/__mock/snapshots/a%20b/restore"), Some(vec!["a b".to_owned()]));
        assert_eq!(params("/__mock/snapshots/a"), None);
        assert_eq!(params("/__mock/snapshots//restore"), None);
        assert_eq!(params("/__mock/snapshots/a/restore/x"), None);
        assert!(is_control("/__mock") && is_control("/__mock/x") && !is_control("/__mocks"));
    }
}
