//! What an OAuth request says: parameters from the form or the query, and HTTP Basic.

use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::Engine as _;

use crate::api::{
    body::{decoded, parameter},
    error::Refusal,
    visit::header_text,
};

/// Longest form in bytes.
const FORM_LIMIT: usize = 1024 * 1024;

/// A request of the OAuth endpoints, taken apart.
#[derive(Debug)]
pub(super) struct Asked {
    form: String,
    query: Option<String>,
    pub(super) headers: HeaderMap,
}

impl Asked {
    /// A parameter of the form, else of the query; an empty one is none.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let form = parameter(Some(&self.form), name).filter(|value| !value.is_empty());
        form.or_else(|| parameter(self.query.as_deref(), name)).filter(|value| !value.is_empty())
    }

    /// The parameter, or nothing.
    pub(super) fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default()
    }

    /// Consumer key and secret, from the parameters or from HTTP Basic.
    pub(super) fn client(&self) -> (String, Option<String>) {
        let basic = self.basic();
        match (self.get("client_id"), basic) {
            (Some(client_id), Some((named, secret))) if named == client_id => {
                (client_id, self.get("client_secret").or(Some(secret)))
            }
            (Some(client_id), _) => (client_id, self.get("client_secret")),
            (None, Some((client_id, secret))) => (client_id, Some(secret)),
            (None, None) => (String::new(), None),
        }
    }

    /// Both halves of HTTP Basic; clients may percent-encode them (RFC 6749, 2.3.1).
    fn basic(&self) -> Option<(String, String)> {
        let text = header_text(&self.headers, header::AUTHORIZATION)?;
        let (scheme, encoded) = text.split_once(' ')?;
        let pair = base64::engine::general_purpose::STANDARD.decode(encoded.trim()).ok()?;
        let pair = String::from_utf8(pair).ok()?;
        let (client_id, secret) = pair.split_once(':')?;
        let plain = |text: &str| if text.contains('%') { decoded(text) } else { text.to_owned() };
        scheme.eq_ignore_ascii_case("Basic").then(|| (plain(client_id), plain(secret)))
    }
}

impl<S: Send + Sync> FromRequest<S> for Asked {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, FORM_LIMIT).await.map_err(|_| {
            let message = format!("The request body is larger than {FORM_LIMIT} bytes");
            Refusal::request(StatusCode::PAYLOAD_TOO_LARGE, "REQUEST_BODY_TOO_LARGE", &message)
                .into_response()
        })?;
        Ok(Self {
            form: String::from_utf8_lossy(&body).into_owned(),
            query: parts.uri.query().map(str::to_owned),
            headers: parts.headers,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(form: &str, query: &str, authorization: &str) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, authorization.parse().unwrap());
        Asked { form: form.to_owned(), query: Some(query.to_owned()), headers }
    }

    #[test]
    fn the_form_goes_before_the_query_and_both_before_basic() {
        let one = asked("client_id=a&x=", "client_id=b&client_secret=s&x=1", "Basic Yzpk");
        assert_eq!(one.client(), ("a".to_owned(), Some("s".to_owned())));
        assert_eq!(one.text("x"), "1");
        let basic = asked("", "", "basic YSUyQmI6Yw==");
        assert_eq!(basic.client(), ("a+b".to_owned(), Some("c".to_owned())));
        let both = asked("client_id=c", "", "Basic Yzpk");
        assert_eq!(both.client(), ("c".to_owned(), Some("d".to_owned())));
        assert_eq!(asked("", "", "Bearer x").client(), (String::new(), None));
    }
}
