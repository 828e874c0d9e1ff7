//! Who may make control calls: the process itself, and programs of this machine; others with the control token.
//!
//! A web page that somebody reads on this machine must not steer the mock. A foreign `Origin`, a cross-site request
//! and a `Host` that is a name of somebody else's (DNS rebinding) are refused. A forwarded call counts as coming from
//! where its proxy says that it comes from.

use std::net::IpAddr;

use axum::http::{HeaderMap, header, request::Parts};
use sha2::{Digest, Sha256};

use crate::{
    Mock,
    api::{Peer, visit::header_text},
    control::{ControlError, Problem},
};

/// Header of the control token; `Authorization: Bearer` does, too.
pub(super) const TOKEN_HEADER: &str = "x-mock-token";

/// May this control call be carried out?
pub(super) fn admit(mock: &Mock, parts: &Parts) -> Result<(), ControlError> {
    // Without a peer the call is the process's own.
    let Some(peer) = parts.extensions.get::<Peer>().copied() else { return Ok(()) };
    let host = host(parts);
    check_origin(&parts.headers, host)?;
    if let Some(wanted) = mock.control_token() {
        return check_token(wanted, &parts.headers);
    }
    if !peer.local || !forwarded_locally(&parts.headers) {
        return Err(forbidden(
            "the call comes from another machine",
            "start the server with a control token, and send it in `x-mock-token`",
        ));
    }
    if !host.is_none_or(is_local) {
        return Err(forbidden(
            "`Host` is not a name of this machine",
            "call localhost or the address itself",
        ));
    }
    Ok(())
}

fn forbidden(message: &str, hint: &str) -> ControlError {
    ControlError::new(Problem::Forbidden, message, hint)
}

/// `Host`, or the authority of the address.
fn host(parts: &Parts) -> Option<&str> {
    header_text(&parts.headers, header::HOST)
        .or_else(|| parts.uri.authority().map(axum::http::uri::Authority::as_str))
}

fn check_token(wanted: &str, headers: &HeaderMap) -> Result<(), ControlError> {
    let bearer = || header_text(headers, "authorization")?.strip_prefix("Bearer ");
    let given = header_text(headers, TOKEN_HEADER).or_else(bearer).unwrap_or_default();
    // Digests take equally long to compare, however many characters are right.
    if Sha256::digest(given.as_bytes()) == Sha256::digest(wanted.as_bytes()) {
        return Ok(());
    }
    Err(forbidden("the control token is missing or wrong", "send it in `x-mock-token`"))
}

fn check_origin(headers: &HeaderMap, host: Option<&str>) -> Result<(), ControlError> {
    let foreign = header_text(headers, "origin").is_some_and(|origin| {
        let own = origin.split_once("://").map(|(_, rest)| rest);
        own.is_none() || own != host
    });
    let cross_site = header_text(headers, "sec-fetch-site") == Some("cross-site");
    if foreign || cross_site || headers.get_all("origin").iter().count() > 1 {
        let hint = "open the mock's own pages, or call it from a program";
        return Err(forbidden("the call was made by a page of another site", hint));
    }
    Ok(())
}

/// Does every proxy say that the call comes from this machine?
fn forwarded_locally(headers: &HeaderMap) -> bool {
    if headers.contains_key("forwarded") || headers.contains_key("x-real-ip") {
        return false;
    }
    let lists = headers.get_all("x-forwarded-for").iter();
    lists.flat_map(|list| list.to_str().unwrap_or("?").split(',')).all(|address| {
        address.trim().parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
    })
}

/// An address, or a name that can only mean this machine.
fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost") || name.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_local() {
        for host in
            ["localhost", "LOCALHOST:80", "127.0.0.1:8080", "[::1]:80", "a.localhost:1", "10.0.0.7"]
        {
            assert!(is_local(host), "{host}");
        }
        for host in ["", "evil.example", "localhost.evil.example:80", "127.0.0.1.evil.example"] {
            assert!(!is_local(host), "{host}");
        }
    }
}
