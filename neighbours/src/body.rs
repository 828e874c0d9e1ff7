//! Requests and answers as every system has them: query strings, JSON bodies, instants.

use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header::CONTENT_TYPE},
};
use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value as Json};

use crate::Neighbour;

/// A request with its whole body, at a moment.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) now: i64,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl FromRequest<Neighbour> for Asked {
    type Rejection = Response<Body>;

    async fn from_request(request: Request, state: &Neighbour) -> Result<Self, Self::Rejection> {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let headers = request.headers().clone();
        let body = Bytes::from_request(request, state)
            .await
            .map_err(axum::response::IntoResponse::into_response)?;
        let now = state.now();
        state.state().calls += 1;
        Ok(Self { now, method, uri, headers, body })
    }
}

impl Asked {
    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The token of `Authorization: Bearer …`.
    pub(crate) fn bearer(&self) -> Option<&str> {
        let value = self.header("authorization")?;
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// A parameter of the query string.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        form_value(self.uri.query().unwrap_or_default(), name)
    }

    /// A parameter of a form body.
    pub(crate) fn form(&self, name: &str) -> Option<String> {
        form_value(std::str::from_utf8(&self.body).ok()?, name)
    }

    /// The body as a JSON object.
    pub(crate) fn json(&self) -> Option<Map<String, Json>> {
        match serde_json::from_slice(&self.body).ok()? {
            Json::Object(map) => Some(map),
            _ => None,
        }
    }

    /// Method and path, for the count of what is not emulated.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.uri.path())
    }
}

fn form_value(text: &str, name: &str) -> Option<String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('=').or(Some((pair, ""))));
    let mut found = pairs.filter(|(key, _)| decoded(key) == name);
    found.next().map(|(_, value)| decoded(value))
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// A JSON answer.
pub(crate) fn json(status: StatusCode, body: &Json) -> Response<Body> {
    typed(status, "application/json;charset=utf-8", body.to_string())
}

/// An answer of this type.
pub(crate) fn typed(status: StatusCode, kind: &'static str, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// The answer with a header.
pub(crate) fn with(
    mut response: Response<Body>,
    name: &'static str,
    value: &str,
) -> Response<Body> {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// Milliseconds as whole seconds, never fewer than they are.
pub(crate) fn seconds(ms: i64) -> i64 {
    ms.max(0).div_euclid(1_000) + i64::from(ms.rem_euclid(1_000) > 0)
}

/// `2026-03-04T18:00:00Z`
pub(crate) fn instant(ms: i64) -> String {
    let at = jiff::Timestamp::from_second(ms.div_euclid(1_000)).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        assert_eq!(form_value("a=1&b=x%40y.example+z&c", "b"), Some("x@y.example z".to_owned()));
        assert_eq!(form_value("a=1&c", "c"), Some(String::new()));
        assert_eq!(form_value("a=1", "b"), None);
    }

    #[test]
    fn instants_have_no_fractions() {
        assert_eq!(instant(1_772_647_200_999), "2026-03-04T18:00:00Z");
        assert_eq!((seconds(1), seconds(1_000), seconds(0)), (1, 1, 0));
    }
}
