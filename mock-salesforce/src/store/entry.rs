//! One entry of the log: what was asked, when, and what became of it.
//!
//! As bytes: the length of a head, the head as JSON, then the body of the call as it came.

use std::fmt;

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Request, header, request::Parts},
};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{Mock, SfId, Timestamp};

/// Headers that say how a call travelled and not what it says.
const OF_THE_WAY: [HeaderName; 4] =
    [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION, header::COOKIE];

/// What was asked of the org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A call over HTTP.
    Call(Call),
    /// What was due was done.
    Due,
    /// Every session ended.
    Expire,
    /// Sessions ended: nobody used them for too long, or a fault ended them.
    Ended {
        /// Their tokens.
        tokens: Vec<String>,
    },
    /// A user's tokens were given out when the server started.
    Tokens {
        /// Whose.
        user: SfId,
    },
}

/// A call, as it has to be made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    method: String,
    uri: String,
    headers: Vec<(String, String)>,
    body: Bytes,
}

impl Call {
    /// Takes down a call.
    pub(crate) fn of(parts: &Parts, body: &Bytes) -> Self {
        let said = |(name, value): (&HeaderName, &HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        let headers = parts.headers.iter().filter(|(name, _)| !OF_THE_WAY.contains(*name));
        Self {
            method: parts.method.to_string(),
            uri: parts.uri.to_string(),
            headers: headers.filter_map(said).collect(),
            body: body.clone(),
        }
    }

    /// The call again; `None` when it is none.
    pub(super) fn request(self) -> Option<Request<Body>> {
        let request = Request::builder().method(self.method.as_str()).uri(&self.uri);
        let request =
            self.headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        request.body(Body::from(self.body)).ok()
    }
}

/// Something that was asked, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// When, on the clock below the mock's.
    pub(super) now: Timestamp,
    /// Calls used in the day before: reads are counted too, and are not kept.
    pub(super) used: u64,
    /// Queries opened before: those of reads have numbers too.
    pub(super) cursors: u64,
    pub(super) asked: Asked,
}

/// What became of it: the same again at every start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Outcome {
    /// The answer's status; 0 without one.
    status: u16,
    /// The newest change of the org's feed.
    change: u64,
}

impl Outcome {
    pub(super) fn of(mock: &Mock, status: u16) -> Self {
        Self { status, change: mock.org().changes().last().map_or(0, |change| change.seq) }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {} at change {}", self.status, self.change)
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Head {
    now: i64,
    used: u64,
    #[serde(default)]
    cursors: u64,
    outcome: Outcome,
    asked: Kind,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Call { method: String, uri: String, headers: Vec<(String, String)> },
    Due,
    Expire,
    Ended { tokens: Vec<String> },
    Tokens { user: String },
}

/// The entry as bytes.
pub(super) fn written(entry: &Entry, outcome: Outcome) -> Vec<u8> {
    let (asked, body) = match &entry.asked {
        Asked::Call(Call { method, uri, headers, body }) => {
            let (method, uri, headers) = (method.clone(), uri.clone(), headers.clone());
            (Kind::Call { method, uri, headers }, body.clone())
        }
        Asked::Due => (Kind::Due, Bytes::new()),
        Asked::Expire => (Kind::Expire, Bytes::new()),
        Asked::Ended { tokens } => (Kind::Ended { tokens: tokens.clone() }, Bytes::new()),
        Asked::Tokens { user } => (Kind::Tokens { user: user.to_string() }, Bytes::new()),
    };
    let head = Head { now: entry.now.0, used: entry.used, cursors: entry.cursors, outcome, asked };
    let head = serde_json::to_vec(&head).expect("a head is plain text and numbers");
    let length = u32::try_from(head.len()).expect("addresses and headers are bounded");
    let mut bytes = Vec::with_capacity(4 + head.len() + body.len());
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(&body);
    bytes
}

/// The entry that bytes say; `Err` with the reason when they say none.
pub(super) fn read(bytes: &[u8]) -> Result<(Entry, Outcome), String> {
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or("it is cut")?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|error| error.to_string())?;
    let (head, body) = rest.split_at_checked(length).ok_or("it is cut")?;
    let head: Head = serde_json::from_slice(head).map_err(|error| error.to_string())?;
    let asked = match head.asked {
        Kind::Call { method, uri, headers } => {
            Asked::Call(Call { method, uri, headers, body: Bytes::copy_from_slice(body) })
        }
        Kind::Due => Asked::Due,
        Kind::Expire => Asked::Expire,
        Kind::Ended { tokens } => Asked::Ended { tokens },
        Kind::Tokens { user } => {
            Asked::Tokens { user: user.parse().map_err(|_| format!("{user} is no id"))? }
        }
    };
    let (now, used, cursors) = (Timestamp(head.now), head.used, head.cursors);
    Ok((Entry { now, used, cursors, asked }, head.outcome))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_as_they_were_written() {
        let request =
            Request::builder().method("POST").uri("/a?b=c").header("x-y", "z").body(()).unwrap();
        let call = Call::of(&request.into_parts().0, &Bytes::from_static(b"\xff\x00body"));
        let user = "005Hs0000000001IAA".parse().unwrap();
        let ended = Asked::Ended { tokens: vec!["00D!x".to_owned()] };
        let calls = [Asked::Call(call), Asked::Due, Asked::Expire, ended, Asked::Tokens { user }];
        for asked in calls {
            let entry = Entry { now: Timestamp(7), used: 3, cursors: 2, asked };
            let outcome = Outcome { status: 201, change: 9 };
            let bytes = written(&entry, outcome);
            assert_eq!(read(&bytes).unwrap(), (entry, outcome));
            for cut in 0..20 {
                assert!(read(&bytes[..cut]).is_err());
            }
        }
    }
}
