//! An answer before it is HTTP: what routes give, and what composite puts into its parts.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use smallvec::SmallVec;

use crate::json;

/// An answer with all of its body.
pub(crate) type Written = axum::http::Response<Bytes>;

/// The content type of every REST answer, without a blank (wire reference §0.3).
pub(crate) const JSON: &str = "application/json;charset=UTF-8";

/// The header that says where a new row is, as composite parts write it.
pub(crate) const LOCATION: &str = "Location";

/// What a route answers.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    /// Absent with 204 and 304.
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) content_type: &'static str,
    /// Headers of this route alone, such as `Location`.
    pub(crate) headers: OwnHeaders,
}

/// Names and values; an answer seldom has more than one.
pub(crate) type OwnHeaders = SmallVec<[(&'static str, String); 1]>;

impl Reply {
    /// JSON with a status.
    pub(crate) fn json(status: StatusCode, body: Vec<u8>) -> Self {
        Self { status, body: Some(body), content_type: JSON, headers: OwnHeaders::new() }
    }

    /// JSON with 200.
    pub(crate) fn ok(body: Vec<u8>) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// No body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, body: None, content_type: JSON, headers: OwnHeaders::new() }
    }

    /// Text of another type.
    pub(crate) fn text(
        status: StatusCode,
        content_type: &'static str,
        text: impl Into<Vec<u8>>,
    ) -> Self {
        Self { status, body: Some(text.into()), content_type, headers: OwnHeaders::new() }
    }

    /// The same with one more header.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// `httpHeaders` of a composite part.
    pub(crate) fn write_headers(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (at, (name, value)) in self.headers.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            json::write_key(out, name);
            json::write_text(out, value);
        }
        out.push(b'}');
    }
}

impl Reply {
    /// The answer to `HEAD`: it tells the length of what it leaves out.
    #[must_use]
    pub(crate) fn head(self) -> Self {
        let length = self.body.as_ref().map_or(0, Vec::len);
        let body = self.body.is_some().then(Vec::new);
        Self { body, ..self }.with(header::CONTENT_LENGTH.as_str(), length.to_string())
    }

    /// Does it say where its row is?
    pub(crate) fn has_location(&self) -> bool {
        self.headers.iter().any(|(name, _)| *name == LOCATION)
    }

    /// As HTTP.
    pub(crate) fn written(self) -> Written {
        let mut headers = HeaderMap::with_capacity(16);
        if self.body.is_some() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        }
        put_headers(self.headers, &mut headers);
        let mut response = Written::new(self.body.unwrap_or_default().into());
        *response.status_mut() = self.status;
        *response.headers_mut() = headers;
        response
    }
}

/// Puts an answer's own headers in the place of others.
pub(crate) fn put_headers(own: OwnHeaders, headers: &mut HeaderMap) {
    for (name, value) in own {
        let Ok(value) = HeaderValue::from_maybe_shared(Bytes::from(value)) else { continue };
        match name {
            "Last-Modified" => headers.insert(header::LAST_MODIFIED, value),
            LOCATION => headers.insert(header::LOCATION, value),
            name => headers.insert(name, value),
        };
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        self.written().map(Body::from)
    }
}
