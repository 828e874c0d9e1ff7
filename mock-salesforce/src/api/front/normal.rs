//! The one form of an address and a method that the routes know.

use axum::http::{HeaderName, Method, Uri, request::Parts};

use super::negotiate;
use crate::api::visit::{has, header_text};

static METHOD: HeaderName = HeaderName::from_static("x-http-method-override");

/// Single slashes, none at the end, no `.json`, and `POST …?_HttpMethod=PATCH` as the method that it means (wire
/// reference §0.1, §0.5).
pub(super) fn normalise(parts: &mut Parts) {
    let path = parts.uri.path();
    let plain = match negotiate::suffix(path) {
        Some((plain, "json")) => plain,
        _ => path,
    };
    if plain.contains("//") || (plain.len() > 1 && plain.ends_with('/')) || plain.len() < path.len()
    {
        let segments: Vec<&str> = plain.split('/').filter(|segment| !segment.is_empty()).collect();
        let mut tidy = format!("/{}", segments.join("/"));
        if let Some(query) = parts.uri.query() {
            tidy.push('?');
            tidy.push_str(query);
        }
        if let Ok(uri) = tidy.parse::<Uri>() {
            parts.uri = uri;
        }
    }
    if parts.method == Method::POST
        && let Some(method) = tunnelled(parts)
    {
        parts.method = method;
    }
}

fn tunnelled(parts: &Parts) -> Option<Method> {
    let by_query = parts
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .find_map(|pair| pair.strip_prefix("_HttpMethod="));
    if by_query.is_none() && !has(&parts.headers, &METHOD) {
        return None;
    }
    let wanted = by_query.or_else(|| header_text(&parts.headers, &METHOD))?;
    ["PATCH", "DELETE", "GET"].contains(&wanted).then(|| wanted.parse().ok())?
}
