//! The address that clients know the org by: `instance_url`, `id`, `serverUrl` and links start with it.
//!
//! `X-Forwarded-Proto` and `-Host` decide, if they come from this machine; then the `Host` header, with the scheme of
//! the socket. In process there is no socket: that counts as this machine.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};

use crate::{
    SfId,
    api::visit::{Entered, header_text},
};

/// What stands in for a host when a request names none.
pub(in crate::api) const DEFAULT_ORIGIN: &str = "https://mock.my.salesforce.com";
/// Hosts that know logins, and no org (wire reference §0.1).
pub(super) const LOGIN_HOSTS: [&str; 2] = ["login.salesforce.com", "test.salesforce.com"];

/// Who is on the other side of the socket; put on a request by the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Peer {
    /// Is it this machine, so that its word about the origin is believed?
    pub(crate) local: bool,
    /// Does the socket speak TLS?
    pub(crate) tls: bool,
}

/// Scheme and host, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::api) struct Origin(String);

impl Origin {
    /// `https://acme.my.salesforce.com`
    pub(in crate::api) fn as_str(&self) -> &str {
        &self.0
    }

    /// The identity URL of a user.
    pub(in crate::api) fn identity(&self, org: SfId, user: SfId) -> String {
        format!("{}/id/{org}/{user}", self.0)
    }

    /// Is it `login.` or `test.salesforce.com`, and not the org's own host?
    pub(super) fn is_login_host(&self) -> bool {
        let host = self.0.split_once("://").map_or("", |(_, host)| host);
        let host = host.split_once(':').map_or(host, |(host, _)| host);
        LOGIN_HOSTS.iter().any(|login| host.eq_ignore_ascii_case(login))
    }

    /// The address, where the org may have moved to another host.
    pub(in crate::api) fn seen_by(
        (parts, peer): (&Parts, Option<Peer>),
        moved: Option<&str>,
    ) -> Self {
        let asked = Self::of(parts, peer);
        match moved {
            Some(host) if !asked.is_login_host() => Self(format!("https://{host}")),
            _ => asked,
        }
    }

    fn of(parts: &Parts, peer: Option<Peer>) -> Self {
        let peer = peer.unwrap_or(Peer { local: true, tls: false });
        let header = |name| header_text(&parts.headers, name).map(first);
        let forwarded = |name| header(name).filter(|_| peer.local);
        let host = forwarded("x-forwarded-host")
            .or_else(|| header(header::HOST.as_str()))
            .filter(|host| is_host(host));
        let own = if peer.tls { "https" } else { "http" };
        let scheme = forwarded("x-forwarded-proto").unwrap_or(own);
        let scheme = if scheme.eq_ignore_ascii_case("https") { "https" } else { "http" };
        Self(host.map_or_else(|| DEFAULT_ORIGIN.to_owned(), |host| format!("{scheme}://{host}")))
    }
}

/// The first of several proxies' words.
fn first(text: &str) -> &str {
    text.split(',').next().unwrap_or_default().trim()
}

fn is_host(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

impl<S: Send + Sync> FromRequestParts<S> for Origin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let entered = parts.extensions.get::<Entered>();
        let moved = entered.and_then(|entered| entered.mock.instance());
        let peer = entered.and_then(|entered| entered.peer);
        Ok(Self::seen_by((parts, peer), moved.as_deref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(peer: Option<Peer>, headers: &[(&str, &str)]) -> String {
        let mut request = axum::http::Request::new(());
        for (name, value) in headers {
            let name: header::HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let (parts, ()) = request.into_parts();
        Origin::of(&parts, peer).0
    }

    const FORWARDED: [(&str, &str); 3] = [
        ("host", "127.0.0.1:8080"),
        ("x-forwarded-host", "acme.my.salesforce.com, proxy"),
        ("x-forwarded-proto", "https"),
    ];

    #[test]
    fn a_proxy_on_this_machine_says_where_clients_find_the_org() {
        let local = Some(Peer { local: true, tls: false });
        let remote = Some(Peer { local: false, tls: false });
        assert_eq!(origin(local, &FORWARDED), "https://acme.my.salesforce.com");
        assert_eq!(origin(None, &FORWARDED), "https://acme.my.salesforce.com");
        assert_eq!(origin(remote, &FORWARDED), "http://127.0.0.1:8080");
    }

    #[test]
    fn without_a_proxy_the_host_and_the_socket_decide() {
        let tls = Some(Peer { local: true, tls: true });
        assert_eq!(origin(tls, &[("host", "localhost:8443")]), "https://localhost:8443");
        assert_eq!(origin(None, &[]), DEFAULT_ORIGIN);
        assert_eq!(origin(None, &[("host", "a<b>")]), DEFAULT_ORIGIN);
    }

    #[test]
    fn login_hosts_are_known() {
        let is = |text: &str| Origin(text.to_owned()).is_login_host();
        assert!(is("https://login.salesforce.com") && is("http://test.salesforce.com:8080"));
        assert!(!is("https://acme.my.salesforce.com"));
    }
}
