//! The CRM in real time: an HTTP client with limits on everything.
//!
//! For `load`, and for whoever runs the engine against a server on the wall clock. It speaks to loopback only, follows
//! no redirect to another place, reads no endless body and waits for nothing for ever. Like [`super::Crm`] it makes
//! one exchange of one call.

use std::{fmt, net::IpAddr, time::Duration};

use axum::http::{HeaderMap, Request, Response};
use bytes::{Bytes, BytesMut};
use engine::{Answer, CallId, CrmCall, Lost};
use reqwest::{Client, Url, redirect::Policy};

use super::{Delivered, Session, transport::Exchange};

/// What a live client waits and reads at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Time for a connection to stand.
    pub connect: Duration,
    /// Time for a whole exchange, the connection included.
    pub exchange: Duration,
    /// Longest answer that is read, in bytes.
    pub answer_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            exchange: Duration::from_secs(30),
            answer_bytes: 32 * 1024 * 1024,
        }
    }
}

/// Why a target is not spoken to.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// Not a URL.
    #[error("`{target}` is not a URL: {reason}; write for example http://127.0.0.1:8080")]
    NotAUrl {
        /// As typed.
        target: String,
        /// What the parser says.
        reason: String,
    },
    /// Another scheme.
    #[error(
        "`{target}` is not plain http; only http://127.0.0.1, http://[::1] and http://localhost are spoken to"
    )]
    NotHttp {
        /// As typed.
        target: String,
    },
    /// A path, a query or credentials.
    #[error("`{target}` is more than a host and a port; write for example http://127.0.0.1:8080")]
    MoreThanAHost {
        /// As typed.
        target: String,
    },
    /// Salesforce itself.
    #[error(
        "`{host}` belongs to Salesforce; nothing here ever sends it load, use a mock on loopback"
    )]
    Salesforce {
        /// The host.
        host: String,
    },
    /// Somebody's machine.
    #[error("`{host}` is not loopback; only 127.0.0.1, [::1] and localhost are spoken to")]
    NotLoopback {
        /// The host.
        host: String,
    },
    /// The client could not be built.
    #[error("the http client could not be made: {0}")]
    Client(#[from] reqwest::Error),
}

/// Domains of Salesforce; a host below one of them is refused by name.
const SALESFORCE: [&str; 7] = [
    "salesforce.com",
    "force.com",
    "salesforce-setup.com",
    "salesforce.mil",
    "cloudforce.com",
    "database.com",
    "documentforce.com",
];

/// Reads a target, and refuses whatever is not loopback.
pub fn target(text: &str) -> Result<Url, TargetError> {
    let url = Url::parse(text).map_err(|error| TargetError::NotAUrl {
        target: text.to_owned(),
        reason: error.to_string(),
    })?;
    let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    if SALESFORCE.iter().any(|domain| host == *domain || host.ends_with(&format!(".{domain}"))) {
        return Err(TargetError::Salesforce { host });
    }
    if url.scheme() != "http" {
        return Err(TargetError::NotHttp { target: text.to_owned() });
    }
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    if !(host == "localhost" || address.is_ok_and(|address| address.is_loopback())) {
        return Err(TargetError::NotLoopback { host });
    }
    let is_bare = url.path() == "/"
        && url.query().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if is_bare { Ok(url) } else { Err(TargetError::MoreThanAHost { target: text.to_owned() }) }
}

/// A client for one target. Clones share their connections.
#[derive(Clone)]
pub struct Live {
    base: Url,
    client: Client,
    limits: Limits,
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live")
            .field("base", &self.base.as_str())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Live {
    /// A client for a target on loopback.
    pub fn new(base: &str, limits: Limits) -> Result<Self, TargetError> {
        let base = target(base)?;
        let loopback = [([127, 0, 0, 1], base.port_or_known_default().unwrap_or(80)).into()];
        let client = Client::builder()
            .connect_timeout(limits.connect)
            .timeout(limits.exchange)
            // A redirect is an answer, not an order; the API never needs one to be followed.
            .redirect(Policy::none())
            .no_proxy()
            .tcp_nodelay(true)
            // Whatever the machine's resolver says, `localhost` is this machine.
            .resolve_to_addrs("localhost", &loopback)
            .build()?;
        Ok(Self { base, client, limits })
    }

    /// One exchange.
    pub async fn exchange(&self, request: Request<Bytes>) -> Exchange {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let Ok(url) = self.base.join(path) else { return Exchange::Lost(Lost::NotSent) };
        // `//host/path` would leave the target.
        if url.host_str() != self.base.host_str() || url.port() != self.base.port() {
            return Exchange::Lost(Lost::NotSent);
        }
        let sent =
            self.client.request(parts.method, url).headers(parts.headers).body(body).send().await;
        match sent {
            Ok(response) => self.answered(response).await,
            Err(error) if error.is_connect() || error.is_builder() => Exchange::Lost(Lost::NotSent),
            Err(error) => {
                tracing::debug!(%error, "no answer");
                Exchange::Lost(Lost::Unknown)
            }
        }
    }

    async fn answered(&self, mut response: reqwest::Response) -> Exchange {
        let mut head = Response::new(());
        *head.status_mut() = response.status();
        *head.headers_mut() = std::mem::replace(response.headers_mut(), HeaderMap::new());
        let mut body = BytesMut::new();
        let cut = loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= self.limits.answer_bytes => {
                    body.extend_from_slice(&chunk);
                }
                Ok(None) => break false,
                Ok(Some(_)) | Err(_) => break true,
            }
        };
        Exchange::Answered { response: head.map(|()| body.freeze()), cut, slow_ms: 0 }
    }

    /// Carries out one call in a session: one exchange, whatever comes of it.
    pub async fn carry_out(
        &self,
        session: &mut Session,
        id: CallId,
        call: &CrmCall,
    ) -> (Delivered, Answer) {
        let (request, delivered) = session.request(id, call);
        let exchange = self.exchange(request).await;
        (delivered, session.answer(call, exchange))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        target(text).unwrap_err().to_string()
    }

    #[test]
    fn loopback_is_spoken_to() {
        for text in
            ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:9/", "http://127.8.9.1"]
        {
            assert!(target(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn salesforce_is_refused_by_name() {
        for text in [
            "https://login.salesforce.com",
            "http://acme.my.salesforce.com.",
            "http://FORCE.com",
            "https://x.database.com",
        ] {
            assert!(refused(text).contains("belongs to Salesforce"), "{text}");
        }
        assert!(refused("http://notsalesforce.com").contains("not loopback"));
    }

    #[test]
    fn every_other_place_is_refused() {
        for text in [
            "http://10.0.0.1",
            "http://example.com",
            "http://localhost.example.com",
            "http://0.0.0.0",
            "http://127.0.0.1.nip.io",
        ] {
            assert!(refused(text).contains("not loopback"), "{text}");
        }
        assert!(refused("https://127.0.0.1").contains("not plain http"));
        assert!(refused("127.0.0.1:80").contains("not"), "no scheme");
        assert!(refused("http://user@127.0.0.1").contains("more than a host"));
        assert!(refused("http://127.0.0.1/services").contains("more than a host"));
    }
}
