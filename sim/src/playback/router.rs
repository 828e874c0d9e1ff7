//! The web server behind playback links: `GET /CAPABILITY` without logging in (PB-01).
//!
//! Whatever is not a capability that opens something is answered in the same way, so that nothing can be learned from
//! trying. Answers are not to be kept by anybody on the way, and the link is not to be told to where the reader goes next.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderName, Request, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use serde_json::Value;

use super::Recordings;
use crate::crm::transport::{Direct, Exchange, Transport as _};

/// Headers of every answer.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
];

/// The router over these recordings.
pub(crate) fn router(recordings: Arc<Mutex<Recordings>>) -> Router {
    Router::new()
        .route("/{capability}", get(play))
        .fallback(nothing)
        .method_not_allowed_fallback(nothing)
        .with_state(recordings)
}

async fn play(
    State(recordings): State<Arc<Mutex<Recordings>>>,
    Path(capability): Path<String>,
) -> Response<Body> {
    let opened = recordings.lock().expect("nobody panics while recording").open(&capability);
    match opened {
        Some(playback) => (HEADERS, Json(playback)).into_response(),
        None => nothing().await,
    }
}

async fn nothing() -> Response<Body> {
    (StatusCode::NOT_FOUND, HEADERS, "there is nothing here\n").into_response()
}

/// Opens a link as anybody would, without credentials, and tells what is seen; nothing for a link that leads elsewhere.
pub(crate) fn open(
    recordings: &Arc<Mutex<Recordings>>,
    link: &str,
) -> Option<BTreeMap<String, String>> {
    let path = {
        let recordings = recordings.lock().expect("nobody panics while recording");
        link.strip_prefix(recordings.base())?.to_owned()
    };
    let request = Request::get(path).body(Bytes::new()).ok()?;
    let Exchange::Answered { response, .. } =
        Direct::new(router(Arc::clone(recordings))).exchange(request)
    else {
        return None;
    };
    let mut fields = BTreeMap::new();
    fields.insert("status".to_owned(), response.status().as_u16().to_string());
    if let Some(cache) = response.headers().get(header::CACHE_CONTROL) {
        fields.insert(
            "cache_control".to_owned(),
            String::from_utf8_lossy(cache.as_bytes()).into_owned(),
        );
    }
    if let Ok(body) = serde_json::from_slice::<Value>(response.body()) {
        for (name, told) in [
            ("transcript", listed(&body, "transcript", &["from", "text"])),
            ("pages", listed(&body, "pages", &["page"])),
            ("calls", listed(&body, "calls", &["at"])),
        ] {
            fields.insert(name.to_owned(), told);
        }
        let length = items(&body, "transcript").len();
        fields.insert("length".to_owned(), length.to_string());
    }
    Some(fields)
}

fn items<'b>(body: &'b Value, list: &str) -> &'b [Value] {
    body.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The items of a list, each by these members.
fn listed(body: &Value, list: &str, members: &[&str]) -> String {
    let told = items(body, list).iter().map(|item| {
        let parts = members.iter().filter_map(|it| item.get(*it).and_then(Value::as_str));
        parts.collect::<Vec<_>>().join(": ")
    });
    told.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recordings() -> Arc<Mutex<Recordings>> {
        let mut all = Recordings {
            secret: 7,
            base: "https://play.example/r".to_owned(),
            shows_calls: true,
            devices: BTreeMap::new(),
            by_device: BTreeMap::new(),
            merged: BTreeMap::new(),
            written: 0,
        };
        all.opened("laptop", 0, "/");
        all.said("laptop", 1, "visitor", "hi");
        all.called("laptop", 2);
        Arc::new(Mutex::new(all))
    }

    #[test]
    fn a_link_opens_its_recording() {
        let all = recordings();
        let link = all.lock().unwrap().link("laptop");
        let fields = open(&all, &link).unwrap();
        let shown: Vec<String> = fields.iter().map(|(name, it)| format!("{name}={it}")).collect();
        assert_eq!(
            shown.join(" "),
            "cache_control=no-store calls=1970-01-01T00:00:00.002Z length=1 pages=/ status=200 transcript=visitor: hi"
        );
    }

    #[test]
    fn whatever_opens_nothing_is_answered_alike() {
        let all = recordings();
        let base = "https://play.example/r";
        let wrong = format!("{base}/{}", "0".repeat(32));
        let answer = open(&all, &wrong).unwrap();
        assert_eq!(answer["status"], "404");
        for link in ["/laptop", "/", "/a/b", "/%00", &format!("/{}", "f".repeat(5_000))] {
            assert_eq!(open(&all, &format!("{base}{link}")).unwrap(), answer, "{link}");
        }
        assert_eq!(open(&all, "https://elsewhere.example/x"), None);
    }

    #[test]
    fn another_method_is_answered_like_a_wrong_link() {
        let all = recordings();
        let link = all.lock().unwrap().link("laptop");
        let path = link.strip_prefix("https://play.example/r").unwrap();
        let request = Request::post(path).body(Bytes::new()).unwrap();
        let Exchange::Answered { response, .. } = Direct::new(router(all)).exchange(request) else {
            panic!("no answer");
        };
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }
}
